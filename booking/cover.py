"""Appointments that look for a taker: the question that is put to a unit's desk.

A question has a line for each appointment. A line stands open for as long as the
appointment is where it was when it was asked about and has not begun; whoever of the
unit can take it just as it is may, and the first has it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from booking.handover import Doubt
from booking.model import Appointment, AppointmentId, ProfessionalId, UnitId

#: So many lines stand on one card; what is more is a question of its own.
LINES_MAX = 10
#: What begins within this is marked as urgent.
URGENT = timedelta(hours=4)
#: So long at most the desk has for itself before the supervisors hear of it.
_PATIENCE = timedelta(hours=2)


class Why(StrEnum):
    """What the question came from; it names nobody, and no reason of hers."""

    ABSENCE = "absence"  #: Somebody is away.
    OUTLOOK = "outlook"  #: Something was put over it, or it was deleted.
    ASKED = "asked"  #: She, or a supervisor, has asked.


class State(StrEnum):
    """Where a line stands."""

    OPEN = "open"
    TAKEN = "taken"
    BEGUN = "begun"  #: Nobody took it before it began.
    SETTLED = "settled"  #: It was moved, cancelled or handed over otherwise.
    WITHDRAWN = "withdrawn"  #: She whose it is is not away then after all.


class Bar(StrEnum):
    """Why somebody cannot take a line: `desk.bar.<bar>`."""

    TAKEN = "taken"  #: A colleague was first.
    BEGUN = "begun"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"  #: It needs no taker any more.
    OWN = "own"  #: It is hers already.
    NO_CLIENTS = "no_clients"  #: She meets no clients herself, or has left.
    UNIT = "unit"  #: She is of another unit.
    CLOSED = "closed"
    SERVICE = "service"
    SKILL = "skill"
    LANGUAGE = "language"
    MODALITY = "modality"
    BUSY = "busy"
    PAUSE = "pause"
    HOURS = "hours"
    FULL = "full"  #: Her limit of the day is reached.
    UNREAD = "unread"  #: Her calendar did not answer.
    CONFIRMING = "confirming"  #: The same, and she has it as soon as it does.
    CHANGED = "changed"  #: It changed while it was looked at.


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment, as it was when it was asked about."""

    appointment: AppointmentId
    giver: ProfessionalId
    starts: datetime
    taker: ProfessionalId | None = None
    #: Since when what it was asked because of is no more.
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A question put to a unit's desk: who of it can take these."""

    id: int
    unit: UnitId
    why: Why
    asked_by: str  #: Which member of staff, as the log has it.
    asked: datetime
    lines: tuple[Line, ...]

    def line(self, id_: int) -> Line | None:
        return next((each for each in self.lines if each.appointment == id_), None)


def state(line: Line, found: Appointment, now: datetime) -> State:
    """Say where a line stands, by the appointment as it is now."""
    if line.taker is not None:
        return State.TAKEN
    if line.withdrawn is not None and line.withdrawn < line.starts:
        return State.WITHDRAWN
    here = (found.professional, found.span.start) == (line.giver, line.starts)
    if not here or not found.occupies or not found.in_calendar:
        return State.SETTLED
    return State.BEGUN if found.span.start <= now else State.OPEN


def may_be_asked(found: Appointment, now: datetime) -> bool:
    """Say whether anybody could be asked to take it: it stands, and lies ahead."""
    return found.occupies and found.in_calendar and found.span.start > now


#: The weightiest first: she reads one reason, and it is to be the one that decides.
_ORDER = (
    *((Doubt.UNIT, Bar.UNIT), (Doubt.CLOSED, Bar.CLOSED)),
    *((Doubt.SERVICE, Bar.SERVICE), (Doubt.SKILL, Bar.SKILL)),
    (Doubt.LANGUAGE, Bar.LANGUAGE),
    *((Doubt.MODALITY, Bar.MODALITY), (Doubt.HOURS, Bar.HOURS)),
    *((Doubt.BUSY, Bar.BUSY), (Doubt.PAUSE, Bar.PAUSE)),
)


def bar(doubts: Iterable[Doubt], *, full: bool) -> Bar | None:
    """Say why she cannot take it, in a word; None: she can."""
    found = set(doubts)
    why = next((bar for doubt, bar in _ORDER if doubt in found), None)
    if why is not None:
        return why
    return Bar.FULL if full else None


def is_urgent(start: datetime, now: datetime) -> bool:
    return start - now <= URGENT


def grouped(lines: Iterable[Line]) -> list[tuple[Line, ...]]:
    """Put together what goes on one card, the soonest first."""
    kept = sorted(lines, key=lambda each: (each.starts, each.appointment))
    return [
        tuple(kept[first : first + LINES_MAX])
        for first in range(0, len(kept), LINES_MAX)
    ]


def unclaimed_at(asked: datetime, lines: Sequence[Line]) -> datetime:
    """Say when the supervisors hear that nobody has come forward.

    In time to do something: no later than half of what is left before the first.
    """
    left = min(each.starts for each in lines) - asked
    return asked + min(_PATIENCE, left / 2)
