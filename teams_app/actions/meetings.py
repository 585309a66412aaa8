"""Which appointment a Teams meeting is held for, for who may see that appointment.

What a window says of the meeting it stands beside is only said: it chooses which
appointment is asked for, and `access` decides whether the one who asks may see it.
"""

from booking.meetings import thread_in, thread_of
from booking.model import Appointment
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.actions.records import whole
from teams_app.store import appointments, links
from teams_app.store.database import Tx


def appointment_of(tx: Tx, who: Person, said: str, look: Look) -> Appointment | None:
    """Give the appointment of a meeting; None: none of ours, or none of hers."""
    thread = thread_in(said)
    if thread is None:
        return None
    for id_ in reversed(links.with_thread(tx, thread)):
        # It may have gone to another meeting since.
        if thread_of(whole(tx, appointments.load(tx, id_)).join_url) != thread:
            continue
        found = access.appointment(tx, who, id_, look)
        if found is not None:
            return found
    return None
