"""How an appointment went: what may be recorded of it, and for how long.

Only people record it, and may correct it for a while. Nothing is told to the client,
nothing changes in Outlook, and silence never makes anybody a no-show.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.appointments import Actor, NotOpen
from booking.model import AGREED, Appointment, Modality, Status

#: The ways it can have gone, the likeliest first.
OUTCOMES = (Status.COMPLETED, Status.LATE, Status.NO_SHOW, Status.NOT_REACHED)
#: So long after its end it may still be recorded, or corrected.
RECORDED_FOR = timedelta(days=14)

_PEOPLE = frozenset({Actor.PROFESSIONAL, Actor.SUPERVISOR})
#: A client who does not answer has not stayed away, and who comes cannot be unreached.
_NEVER = {
    Modality.PHONE: Status.NO_SHOW,
    Modality.IN_PERSON: Status.NOT_REACHED,
}


@dataclass(frozen=True, slots=True)
class NotBegun:
    """Nobody knows yet how it will go."""

    start: datetime


@dataclass(frozen=True, slots=True)
class TooOld:
    """It could be recorded until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Unfit:
    """Nothing held in this way can have gone like that."""

    outcome: Status


Refusal = NotOpen | NotBegun | TooOld | Unfit


def record(
    before: Appointment, outcome: Status, by: Actor, now: datetime
) -> Appointment | Refusal:
    """Say how it went, for the first time or to correct it.

    What it says already it goes on saying: the same appointment is given back.
    """
    assert by in _PEOPLE, by
    assert outcome in OUTCOMES, outcome
    if before.status not in {*AGREED, *OUTCOMES}:
        return NotOpen(before.status)
    if now < before.span.start:
        return NotBegun(before.span.start)
    if before.status is outcome:
        return before
    until = before.span.end + RECORDED_FOR
    if until <= now:
        return TooOld(until)
    if outcome is _NEVER.get(before.modality):
        return Unfit(outcome)
    return replace(before, status=outcome, version=before.version + 1)


def possible(appointment: Appointment, now: datetime) -> tuple[Status, ...]:
    """Give what may be recorded of an appointment now, but for what is already."""
    given = (record(appointment, each, Actor.PROFESSIONAL, now) for each in OUTCOMES)
    return tuple(
        each.status
        for each in given
        if isinstance(each, Appointment) and each.status is not appointment.status
    )


def is_recorded(appointment: Appointment) -> bool:
    return appointment.status in OUTCOMES


def is_missing(appointment: Appointment, now: datetime) -> bool:
    """Say whether it has begun and nobody has said yet how it went."""
    begun = appointment.span.start <= now
    return appointment.status in AGREED and begun
