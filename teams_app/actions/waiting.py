"""What waits for a person's answer: in a unit as its supervisor sees it, and of her own.

A supervisor sees what stands open in the units she looks after; a professional sees it
on the appointment itself (`records.whole`), and here what colleagues' appointments ask
of her.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from booking.model import Appointment, Language, UnitId
from booking.views.cards import ConflictKind, Truths
from booking.views.waiting import Question
from teams_app.actions import access, handovers
from teams_app.actions.access import Look, Person
from teams_app.actions.asked import may_answer
from teams_app.actions.questions import in_a_line
from teams_app.actions.records import truths_of
from teams_app.store import appointments, arrivals, conflicts, links, people
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged

#: The page shows the soonest; nobody reads on after so many.
LISTED_MAX = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands open, with what it is about."""

    question: Question
    appointment: Appointment
    professional: str  #: Whose appointment it is.
    of_reader: bool  #: The reader may answer it.
    truths: Truths | None = None


def in_units(tx: Tx, who: Person, look: Look) -> list[Asked]:
    """Give what waits in the units somebody supervises, and log the look at it.

    One more than LISTED_MAX says that there are others.
    """
    found = conflicts.open_in(tx, access.led(who), look.at, LISTED_MAX + 1)
    with unchanged(tx):
        about = [each.appointment for each in found]
        appointments.read_ahead(tx, about)
        links.read_ahead(tx, about)
        asked = [_asked(tx, each, who) for each in found]
    shown = dict.fromkeys(each.appointment.id for each in asked[:LISTED_MAX])
    access.listed(tx, who, list(shown), look)
    stand = truths_of(tx, [each.appointment for each in asked[:LISTED_MAX]])
    return [replace(each, truths=stand.get(each.appointment.id)) for each in asked]


@dataclass(frozen=True, slots=True)
class Reported:
    """An appointment to come of which its client has reported an obstacle."""

    appointment: Appointment
    professional: str
    at: datetime
    truths: Truths | None


def obstacles(tx: Tx, who: Person, look: Look) -> list[Reported]:
    """Give what clients have reported in the units somebody supervises, logged.

    One more than LISTED_MAX says that there are others.
    """
    found = arrivals.obstacles_in(tx, access.led(who), look.at, LISTED_MAX + 1)
    access.listed(tx, who, [id_ for id_, _ in found[:LISTED_MAX]], look)
    with unchanged(tx):
        appointments.read_ahead(tx, [id_ for id_, _ in found])
        every = [(appointments.load(tx, id_), at) for id_, at in found]
        stand = truths_of(tx, [one for one, _ in every[:LISTED_MAX]])
        return [
            Reported(
                one,
                people.professional(tx, one.professional).name,
                at,
                stand.get(one.id),
            )
            for one, at in every
        ]


def of_colleagues(tx: Tx, who: Person, look: Look) -> list[Asked]:
    """Give what is asked of a professional about appointments of others.

    The look is logged, although no client stands there.
    """
    assert who.professional is not None
    found = [
        each
        for each in conflicts.open_for(tx, who.professional.id)
        if each.kind is ConflictKind.COPIED
        and handovers.may_answer(tx, each, who.object_id)
    ]
    asked = [_asked(tx, each, who) for each in found]
    waiting = [each for each in asked if each.question.until > look.at][:LISTED_MAX]
    ids = dict.fromkeys(each.appointment.id for each in waiting)
    access.listed(tx, who, list(ids), look)
    return waiting


def _asked(tx: Tx, found: Conflict, who: Person) -> Asked:
    appointment = appointments.load(tx, found.appointment)
    return Asked(
        in_a_line(tx, found, appointment),
        appointment,
        people.professional(tx, appointment.professional).name,
        of_reader=may_answer(tx, who, found),
    )


def units_of(tx: Tx, who: Person, language: Language) -> tuple[str, ...]:
    """Name the units somebody supervises."""
    return named(tx, access.led(who), language)


def named(tx: Tx, units: Iterable[UnitId], language: Language) -> tuple[str, ...]:
    names = [people.unit(tx, each).name.in_(language) for each in units]
    return tuple(sorted(names))
