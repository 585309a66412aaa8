"""What waits for a person's answer in a unit, as its supervisor sees it.

A question is answered on its card. Here a supervisor sees what stands open in the units
she looks after; a professional sees it on the appointment itself (`records.whole`).
"""

from dataclasses import dataclass

from booking.model import Appointment, Language
from booking.views.cards import ConflictKind
from booking.views.waiting import Question
from teams_app.actions import access, handovers
from teams_app.actions.access import Look, Person
from teams_app.actions.questions import in_a_line
from teams_app.store import appointments, conflicts, people
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx

#: The page shows the soonest; nobody reads on after so many.
LISTED_MAX = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands open, with what it is about."""

    question: Question
    appointment: Appointment
    professional: str  #: Whose appointment it is.
    of_reader: bool  #: The reader is asked herself.


def in_units(tx: Tx, who: Person, look: Look) -> list[Asked]:
    """Give what waits in the units somebody supervises, and log the look at it.

    One more than LISTED_MAX says that there are others.
    """
    found = conflicts.open_in(tx, who.supervises, look.at, LISTED_MAX + 1)
    asked = [_asked(tx, each, who) for each in found]
    shown = dict.fromkeys(each.appointment.id for each in asked[:LISTED_MAX])
    access.listed(tx, who, list(shown), look)
    return asked


def _asked(tx: Tx, found: Conflict, who: Person) -> Asked:
    appointment = appointments.load(tx, found.appointment)
    copied = found.kind is ConflictKind.COPIED
    own = who.is_(found.professional)
    return Asked(
        in_a_line(tx, found, appointment),
        appointment,
        people.professional(tx, appointment.professional).name,
        of_reader=handovers.may_read(tx, found, who.object_id) if copied else own,
    )


def units_of(tx: Tx, who: Person, language: Language) -> tuple[str, ...]:
    """Name the units somebody supervises."""
    names = [people.unit(tx, each).name.in_(language) for each in who.supervises]
    return tuple(sorted(names))
