"""What keeps a client from a binding appointment: reported by her, told to a person.

Nothing of the appointment changes by it, and nobody is called anything for it: whoever
says how the appointment went has her explanation beside it.
"""

from datetime import datetime

from booking import binding as rules
from booking.appointments import Actor
from booking.arrivals import Arrival, Came
from booking.model import AppointmentId
from teams_app.actions.settle import keep_cards, say_came
from teams_app.store import appointments, arrivals, bindings, jobs, log
from teams_app.store.database import Tx


def report(tx: Tx, id_: AppointmentId, explanation: str, now: datetime) -> bool:
    """Keep what she reports; her professional gets a card that says that she has.

    False: it is not binding, was called off, or is long over. The same reported again,
    nothing more happens; something else takes its place.
    """
    appointments.lock(tx, appointments.load(tx, id_).professional)
    found, bound = appointments.load(tx, id_), bindings.find(tx, id_)
    if bound is None or not rules.may_report(found, now):
        return False
    if bound.obstacle is not None and bound.explanation == explanation:
        return True
    bindings.reported(tx, id_, explanation, now)
    at = Arrival(id_, Came.OBSTACLE, found.span.start, now)
    arrivals.save(tx, at, found.professional)
    if now < found.span.end:
        who, span = found.professional, found.span
        jobs.promise(tx, say_came(id_, who, Came.OBSTACLE, span, now))
    jobs.promise(tx, keep_cards(id_, now))
    log.record(
        tx,
        at=now,
        who=Actor.CLIENT.value,
        what="obstacle",
        subject=f"appointment:{id_}",
        source="link",
    )
    return True
