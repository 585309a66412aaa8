"""The life of an appointment, and what each step of it sets in motion.

Nothing here reads a clock or touches the world. A step takes the appointment as it was
and gives it as it becomes, or a refusal; `consequences` compares the two and says what
the world is now owed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking.model import (
    AGREED,
    CANCELLED,
    Appointment,
    AppointmentId,
    Client,
    ClientId,
    Language,
    Modality,
    ProfessionalId,
    Service,
    Slot,
    Status,
)
from booking.reminders import latest
from booking.spans import Span, span

HOLD_MINUTES = 10
_MINUTE = timedelta(minutes=1)


class Actor(StrEnum):
    CLIENT = "client"
    PROFESSIONAL = "professional"
    SUPERVISOR = "supervisor"
    RECEPTION = "reception"
    COLLEAGUE = "colleague"  #: By an invitation of the professional's own.
    OUTLOOK = "outlook"
    SYSTEM = "system"


class Tell(StrEnum):
    """Whether the client hears of a change."""

    YES = "yes"
    NO = "no"  #: She did it herself on a page, or a person decides first.


# Refusals: returned, never raised.


@dataclass(frozen=True, slots=True)
class HoldLapsed:
    """The client confirmed after the hold had ended."""

    ended: datetime


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The step does not fit the state the appointment is in."""

    status: Status


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else has the time."""


@dataclass(frozen=True, slots=True)
class Past:
    """The time has already begun."""

    start: datetime


@dataclass(frozen=True, slots=True)
class Outdated:
    """The page or card that asked showed an older version."""

    version: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """It would take a whole day: nobody is promised a meeting like that."""

    length: timedelta  #: With what is kept free around it.


Refusal = HoldLapsed | NotOpen | Taken | Past | Outdated | TooLong


# Consequences: what the world is owed once a change is written down.


@dataclass(frozen=True, slots=True)
class KeepCalendar:
    """Make the mailbox hold the event that this appointment should have, or none."""

    appointment: AppointmentId
    professional: ProfessionalId


@dataclass(frozen=True, slots=True)
class TellClient:
    """Send the client one message about the appointment as it is when it is sent."""

    appointment: AppointmentId
    version: int
    news: "News"


@dataclass(frozen=True, slots=True)
class RemindClient:
    appointment: AppointmentId
    start: datetime
    hours: int
    due: datetime
    expires: datetime  #: Found so late, it is better left to the next, or unsaid.


@dataclass(frozen=True, slots=True)
class RemindProfessional:
    appointment: AppointmentId
    start: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class AskOutcome:
    """Ask the professional, once it has ended, how it went."""

    appointment: AppointmentId
    end: datetime


@dataclass(frozen=True, slots=True)
class SayArrived:
    """Post the professional a card: her client has come."""

    appointment: AppointmentId
    professional: ProfessionalId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class KeepCards:
    """Make every card that shows this appointment show its present state."""

    appointment: AppointmentId


@dataclass(frozen=True, slots=True)
class Announce:
    """Post a new card to the professional: booked, moved or cancelled by somebody."""

    appointment: AppointmentId
    professional: ProfessionalId
    version: int
    news: "News"


@dataclass(frozen=True, slots=True)
class CheckAgain:
    """Outlook could not be read when the client confirmed: look again, then book."""

    appointment: AppointmentId
    version: int


class News(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    #: A colleague has it now; to a client, at the same time.
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"  #: We had said *we are confirming*; the time was gone.


Consequence = (
    KeepCalendar
    | TellClient
    | RemindClient
    | RemindProfessional
    | AskOutcome
    | SayArrived
    | KeepCards
    | Announce
    | CheckAgain
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one appointment, as every flow hands it to `settle`."""

    before: Appointment | None
    after: Appointment
    by: Actor
    at: datetime
    why: str  #: A short code for the log, never free text.
    tell: Tell = Tell.YES
    who: str = ""  #: Which member of staff, for the log; empty where nobody is known.
    #: The client hears of it only so much later: until then it can be undone unheard.
    grace: timedelta = timedelta(0)
    undoes: int | None = None  #: The version that it takes back.


@dataclass(frozen=True, slots=True)
class Making:
    """What a new appointment is made of."""

    id: AppointmentId
    reference: str
    link: str
    service: Service
    modality: Modality
    language: Language


def as_promised(service: Service, own: Appointment) -> Service:
    """Give a service as somebody has it booked, however it is given by now."""
    buffers = {own.modality: (own.before // _MINUTE, own.after // _MINUTE)}
    return replace(
        service,
        minutes=own.span.length // _MINUTE,
        modalities=(own.modality,),
        buffers=buffers,
    )


def hold(
    making: Making, slot: Slot, now: datetime, *, client: ClientId | None = None
) -> Appointment | Past:
    """Keep a slot for a while, while someone decides."""
    if slot.start <= now:
        return Past(slot.start)
    before, after = making.service.buffer(making.modality)
    return Appointment(
        id=making.id,
        reference=making.reference,
        version=1,
        status=Status.HELD,
        professional=slot.professional,
        service=making.service.id,
        client=client,
        span=span(slot.start, making.service.length),
        before=before,
        after=after,
        modality=making.modality,
        language=making.language,
        link=making.link,
        hold_ends=now + timedelta(minutes=HOLD_MINUTES),
    )


def confirm(
    held: Appointment, client: Client, now: datetime
) -> Appointment | HoldLapsed | NotOpen | Past:
    """Turn a hold into a booked appointment. Outlook has been read just before."""
    if held.status is not Status.HELD:
        return NotOpen(held.status)
    assert held.hold_ends is not None
    if held.hold_ends <= now and not held.confirming:
        return HoldLapsed(held.hold_ends)
    if held.span.start <= now:
        return Past(held.span.start)
    return replace(
        held,
        status=Status.BOOKED,
        client=client.id,
        language=client.language,
        hold_ends=None,
        confirming=False,
        version=held.version + 1,
    )


#: How long a hold waits for Outlook to answer before it is taken back.
CONFIRMING_MINUTES = 60


def renew_hold(held: Appointment, now: datetime) -> Appointment | NotOpen | Past:
    """Keep the slot for another while, for somebody who took her time."""
    if held.status is not Status.HELD:
        return NotOpen(held.status)
    if held.span.start <= now:
        return Past(held.span.start)
    ends = now + timedelta(minutes=HOLD_MINUTES)
    return replace(held, hold_ends=ends, version=held.version + 1)


def wait_for_calendar(
    held: Appointment, client: Client, now: datetime
) -> Appointment | HoldLapsed | NotOpen:
    """Keep the hold while Outlook cannot be read: *we are confirming*."""
    if held.status is not Status.HELD:
        return NotOpen(held.status)
    assert held.hold_ends is not None
    if held.hold_ends <= now:
        return HoldLapsed(held.hold_ends)
    return replace(
        held,
        client=client.id,
        language=client.language,
        hold_ends=now + timedelta(minutes=CONFIRMING_MINUTES),
        confirming=True,
        version=held.version + 1,
    )


def move(
    booked: Appointment, slot: Slot, now: datetime, by: Actor
) -> Appointment | NotOpen | Past:
    """Give the appointment another time, and with it perhaps another professional.

    Once it has begun, only staff may still move it. Who had come is to come again.
    """
    if booked.status not in AGREED:
        return NotOpen(booked.status)
    if by is Actor.CLIENT and booked.span.start <= now:
        return Past(booked.span.start)
    if slot.start <= now:
        return Past(slot.start)
    return replace(
        booked,
        status=Status.BOOKED,
        professional=slot.professional,
        span=span(slot.start, booked.span.length),
        version=booked.version + 1,
    )


def adopt(
    booked: Appointment, time: Span, now: datetime
) -> Appointment | NotOpen | Past | TooLong:
    """Take over the time that Outlook has, longer or shorter too."""
    if booked.status not in AGREED:
        return NotOpen(booked.status)
    if time.start <= now:
        return Past(time.start)
    return at_another_time(booked, time)


#: The shortest day there is, when clocks go forward: an event made all-day lasts it.
_A_DAY = timedelta(hours=23)


def at_another_time(booked: Appointment, time: Span) -> Appointment | TooLong:
    """Give it a time that stands in Outlook, which can be drawn out to any length."""
    guarded = time.widened(booked.before, booked.after)
    if time != booked.span and guarded.length >= _A_DAY:
        return TooLong(guarded.length)
    status = booked.status if time.start == booked.span.start else Status.BOOKED
    return replace(booked, status=status, span=time, version=booked.version + 1)


def cancel(
    booked: Appointment, by: Actor, now: datetime
) -> Appointment | NotOpen | Past:
    """End an appointment before it begins. A repeat of a cancellation is refused."""
    if booked.status not in {*AGREED, Status.HELD}:
        return NotOpen(booked.status)
    if by is Actor.CLIENT and booked.span.start <= now:
        return Past(booked.span.start)
    ended = Status.CANCELLED_BY_CLIENT if by is Actor.CLIENT else Status.CANCELLED_BY_US
    return replace(
        booked,
        status=ended,
        hold_ends=None,
        confirming=False,
        version=booked.version + 1,
    )


#: The professional's own card comes a quarter of an hour before.
REMIND_PROFESSIONAL = timedelta(minutes=15)


def consequences(change: Change, service: Service) -> list[Consequence]:
    """Say what the world is owed once `change.before` has become `change.after`.

    Every way of changing an appointment, by client, bot, supervisor or Outlook, ends
    here, so none of them can forget the calendar, the client or a card.
    """
    before, after = change.before, change.after
    owed: list[Consequence] = [*_calendars(before, after)]
    if after.confirming and not (before and before.confirming):
        owed.append(CheckAgain(after.id, after.version))
    news = news_of(before, after)
    if news is not None:
        if change.tell is Tell.YES and _is_told(change, news):
            owed.append(TellClient(after.id, after.version, news))
        owed.extend(_announcements(change, news))
    if after.status in AGREED and news in {News.BOOKED, News.MOVED}:
        owed.extend(_reminders(after, service, change.at))
        owed.append(AskOutcome(after.id, after.span.end))
    if _has_come(before, after) and change.by is not Actor.PROFESSIONAL:
        at = after.span
        owed.append(SayArrived(after.id, after.professional, at.start, at.end))
    owed.append(KeepCards(after.id))
    return owed


def _has_come(before: Appointment | None, after: Appointment) -> bool:
    was = before is not None and before.status is Status.ARRIVED
    return after.status is Status.ARRIVED and not was


def _is_told(change: Change, news: News) -> bool:
    """No message tells in time what somebody does once it has begun.

    A client left without an answer is owed one all the same: a person must give it.
    """
    after = change.after
    begun = after.span.start <= change.at
    return after.client is not None and (not begun or news is News.TAKEN_BACK)


def news_of(before: Appointment | None, after: Appointment) -> News | None:
    """Name what happened, as a person would hear of it; None when nobody needs to."""
    was = before is not None and before.in_calendar
    if after.in_calendar and not was:
        return News.BOOKED
    if after.in_calendar and before is not None:
        if before.span != after.span:
            return News.MOVED
        same = before.professional == after.professional
        return None if same else News.HANDED_OVER
    waited = before is not None and before.confirming
    if after.status in CANCELLED and (was or waited):
        by_us = after.status is Status.CANCELLED_BY_US
        return News.TAKEN_BACK if waited and by_us else News.CANCELLED
    return None


def _calendars(
    before: Appointment | None, after: Appointment
) -> Iterator[KeepCalendar]:
    was_in = before.professional if before and before.in_calendar else None
    is_in = after.professional if after.in_calendar else None
    if was_in is not None and was_in != is_in:
        yield KeepCalendar(after.id, was_in)
    if is_in is not None and (
        before is None or was_in != is_in or _differs_in_outlook(before, after)
    ):
        yield KeepCalendar(after.id, is_in)


def _differs_in_outlook(before: Appointment, after: Appointment) -> bool:
    return (before.span, before.modality) != (after.span, after.modality)


def _announcements(change: Change, news: News) -> Iterator[Announce]:
    """Say it to the professionals concerned, but not to the one who did it.

    A professional's own click answers itself on her card. What she never heard of as
    booked needs no card to say that it is not. Who gets a colleague's time has it from
    her, at whatever time: to her it has not moved, for it was never hers.
    """
    before, after = change.before, change.after
    was_with = before.professional if before and before.in_calendar else None
    to_another = was_with is not None and was_with != after.professional
    own_click = change.by is Actor.PROFESSIONAL and not to_another
    if own_click or (was_with is None and not after.in_calendar):
        return
    hers_again = change.undoes is not None
    new_to_her = to_another and news is News.MOVED and not hers_again
    got = News.HANDED_OVER if new_to_her else news
    yield Announce(after.id, after.professional, after.version, got)
    if was_with is not None and to_another:
        yield Announce(after.id, was_with, after.version, news)


def _reminders(
    after: Appointment, service: Service, now: datetime
) -> Iterator[RemindClient | RemindProfessional]:
    start = after.span.start
    for hours, before in latest(service.reminder_hours):
        due = start - timedelta(hours=hours)
        if due > now:
            yield RemindClient(after.id, start, hours, due, expires=start - before)
    due = after.span.start - REMIND_PROFESSIONAL
    if due > now:
        yield RemindProfessional(after.id, after.span.start, due)
