"""Looking for an appointment by its reference, or by the name of its client.

Only among those that the searcher may see; a search is logged, and so is every
appointment that it shows. Who is somebody else's is not told from nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking.model import Appointment, AppointmentId
from booking.saying import as_reference, is_called
from booking.spans import span
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.store import appointments
from teams_app.store.database import Tx

#: How far a name is looked for: three months back, and as far ahead as one books.
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
#: A card shows so many; who is looked for among more writes more of the name.
SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the next first, then the latest of those that have been."""

    appointments: tuple[Appointment, ...]
    more: int = 0


def find(tx: Tx, who: Person, whom: str, look: Look) -> Found:
    """Look for a reference, and where it is none, for a name."""
    access.searched(tx, who, look)
    reference = as_reference(whom)
    if reference is not None:
        known = access.appointment_by_reference(tx, who, reference, look)
        if known is not None:
            return Found((known,))
    found = _called(tx, who, whom, look)
    shown = found[:SHOWN_MAX]
    access.listed(tx, who, shown, look)
    rows = tuple(appointments.load(tx, each) for each in shown)
    return Found(rows, len(found) - len(shown))


def _called(tx: Tx, who: Person, whom: str, look: Look) -> Sequence[AppointmentId]:
    among = access.may_search(tx, who)
    coming = appointments.named(tx, among, span(look.at, AHEAD))
    been = appointments.named(tx, among, span(look.at - BACK, BACK))
    every = [*coming, *reversed(been)]
    return [id_ for id_, name in every if is_called(name, whom)]
