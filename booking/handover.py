"""Whether an appointment may change hands, and what stands against it.

A hand-over keeps the appointment, its client and her link; only who meets her changes,
and with it the event and the meeting. What is doubtful becomes a question to a person;
what is refused is what cannot be: a meeting that is over, or that takes a whole day.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking.appointments import NotOpen, Past, TooLong, at_another_time
from booking.model import (
    AGREED,
    Appointment,
    Modality,
    Professional,
    ProfessionalId,
    UnitId,
)
from booking.spans import Span

#: So near to its start a client may already be on her way into the meeting, where the
#: tenant has not decided otherwise.
LATE_MINUTES = 30
#: A question nobody has answered is put once more so long before the start: first to
#: all who are asked, then to the supervisors.
REMINDED = timedelta(hours=4)
LAST_REMINDED = timedelta(hours=1)
#: So long a hand-over is news to nobody outside yet: taken back before, it never was.
GRACE = timedelta(seconds=15)
#: Who has only just been asked is not reminded.
_APART = timedelta(minutes=15)


class Doubt(StrEnum):
    """Why a hand-over is not simply done."""

    CLOSED = "closed"  #: She takes no bookings.
    SERVICE = "service"  #: She does not give this service.
    SKILL = "skill"  #: She lacks something that the service asks for.
    LANGUAGE = "language"  #: She does not speak the client's language.
    MODALITY = "modality"  #: Her mailbox makes no online meetings, or it is elsewhere.
    HOURS = "hours"  #: It is outside her booking hours, or she is away.
    BUSY = "busy"  #: She has something else then.
    PAUSE = "pause"  #: She has not, but what is next to it comes too near.
    TIME = "time"  #: The copy stands at another time than the client was promised.
    UNIT = "unit"  #: She belongs to another unit.


@dataclass(frozen=True, slots=True)
class Taker:
    """Who might take an appointment over, as far as that decides it."""

    professional: Professional
    gives: bool  #: She gives the appointment's service.
    online: bool  #: Her mailbox can make online meetings.
    open: bool  #: The time lies in her booking hours.
    free: bool  #: Nothing else is in her calendar then.
    apart: bool  #: Nor in the pauses that belong before and after it.
    in_this_way: bool = True  #: She meets clients in the appointment's way.
    skilled: bool = True  #: She can do what the service asks for.


def doubts(
    appointment: Appointment, unit: UnitId, taker: Taker, time: Span
) -> tuple[Doubt, ...]:
    """Say what stands against it; `unit` is the one it is in now."""
    elsewhere = taker.professional.unit != unit
    stands = {
        Doubt.CLOSED: not taker.professional.bookable,
        Doubt.SERVICE: not taker.gives,
        Doubt.SKILL: not taker.skilled,
        Doubt.LANGUAGE: appointment.language not in taker.professional.languages,
        Doubt.MODALITY: not _can_meet(appointment.modality, taker, elsewhere=elsewhere),
        Doubt.HOURS: not taker.open,
        Doubt.BUSY: not taker.free,
        Doubt.PAUSE: taker.free and not taker.apart,
        Doubt.TIME: time != appointment.span,
        Doubt.UNIT: elsewhere,
    }
    return tuple(doubt for doubt, there in stands.items() if there)


#: What a person may overrule who knows better; the rest nobody can.
_OVERRULED = frozenset(
    {Doubt.SERVICE, Doubt.SKILL, Doubt.LANGUAGE, Doubt.MODALITY}
    | {Doubt.HOURS, Doubt.UNIT}
)
#: For a professional a colleague who does not give the service is no taker.
_HER_OWN = _OVERRULED - {Doubt.SERVICE, Doubt.SKILL, Doubt.UNIT}


def bars(
    found: Collection[Doubt], modality: Modality, *, supervisor: bool
) -> tuple[Doubt, ...]:
    """Say what of these nobody may overrule who hands over in the tab.

    Without a mailbox that makes meetings a client would be left without one.
    """
    free = _OVERRULED if supervisor else _HER_OWN
    if modality is Modality.REMOTE:
        free -= {Doubt.MODALITY}
    return tuple(each for each in found if each not in free | {Doubt.TIME})


#: What matters most in whom to hand to, the most important first.
_WEIGHT = (
    Doubt.CLOSED,
    Doubt.SERVICE,
    Doubt.SKILL,
    Doubt.LANGUAGE,
    Doubt.MODALITY,
    Doubt.BUSY,
    Doubt.PAUSE,
    Doubt.HOURS,
    Doubt.UNIT,
)


def fit(found: Collection[Doubt]) -> tuple[bool, ...]:
    """Give a key by which those who fit best come first: skill, language, free."""
    return tuple(each in found for each in _WEIGHT)


def _can_meet(modality: Modality, taker: Taker, *, elsewhere: bool) -> bool:
    """A client who comes in person comes to the unit's own place."""
    if not taker.in_this_way:
        return False
    match modality:
        case Modality.REMOTE:
            return taker.online
        case Modality.IN_PERSON:
            return not elsewhere
        case Modality.PHONE:
            return True


def hand_over(
    booked: Appointment, to: ProfessionalId, time: Span, now: datetime
) -> Appointment | NotOpen | Past | TooLong:
    """Give the appointment to a colleague. What has begun may still change hands."""
    if booked.status not in AGREED:
        return NotOpen(booked.status)
    if time.end <= now:
        return Past(time.start)
    return at_another_time(replace(booked, professional=to), time)


def reminders(start: datetime, asked: datetime) -> tuple[datetime, ...]:
    """Say when those asked then are reminded, if they have not answered."""
    due = (start - REMINDED, start - LAST_REMINDED)
    return tuple(each for each in due if each - asked >= _APART)


def is_last_call(start: datetime, now: datetime) -> bool:
    """Whether it is so near to the start that the supervisors are reminded."""
    return now >= start - LAST_REMINDED


def is_late(
    appointment: Appointment, now: datetime, within: timedelta, *, opened: bool
) -> bool:
    """Say whether the client may be waiting already: her meeting is then kept.

    `within`: so near to its start she may be on her way. `opened`: she has opened the
    page that has the meeting's address.
    """
    remote = appointment.modality is Modality.REMOTE
    return remote and (opened or appointment.span.start - now <= within)
