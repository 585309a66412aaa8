"""Outages of which somebody is told at once: when they begin, what they are about, when over.

There are three. Microsoft lets us in nowhere: that is nobody's own matter. Calendars
that look emptied, which are not believed: those that empty within an hour are one alarm,
so that a mailbox server put back does not bring a card for each of its mailboxes. And
what a client has reported that reaches nobody who could decide about it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from booking.health import CalendarFacts, is_emptied, shut_out
from booking.messages import drawn
from booking.model import Language
from booking.reach import Letter
from booking.wording import text

#: What lasts no longer is a hiccup of Entra's.
PATIENCE: Final = timedelta(minutes=10)
#: What empties within so long of the first is told with it.
TOGETHER: Final = timedelta(hours=1)
#: So long after it was raised somebody must have been reached, or others are told.
UNANSWERED: Final = timedelta(minutes=10)


class What(StrEnum):
    SHUT_OUT = "shut_out"  #: Microsoft lets us in nowhere.
    EMPTIED = "emptied"  #: Calendars look emptied, and that is not believed.
    UNHEARD = "unheard"  #: Whoever should hear of what a client reported is not there.


@dataclass(frozen=True, slots=True)
class Alarm:
    """An outage. `ended` None: it goes on."""

    id: int
    what: What
    begun: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is looked at: the calendars, and when clients reported what nobody heard of."""

    calendars: Sequence[CalendarFacts]
    unheard: Sequence[datetime] = ()


def goes_on(alarm: Alarm, seen: Seen) -> bool:
    if alarm.what is What.UNHEARD:
        return bool(seen.unheard)
    return bool(concerned(alarm, seen.calendars))


def concerned(alarm: Alarm, calendars: Sequence[CalendarFacts]) -> list[CalendarFacts]:
    """Give the calendars that an alarm is about, as they are now."""
    if alarm.what is What.UNHEARD:
        return []
    if alarm.what is What.SHUT_OUT:
        return list(calendars) if shut_out(calendars) is not None else []
    until = alarm.begun + TOGETHER
    return [
        each
        for each in _emptied(calendars)
        if each.failing_since is not None and alarm.begun <= each.failing_since < until
    ]


def beginning(
    seen: Seen, known: Sequence[Alarm], now: datetime
) -> Iterator[tuple[What, datetime]]:
    """Say which alarms are to be raised besides those that stand, and since when."""
    calendars = seen.calendars
    if seen.unheard and all(each.what is not What.UNHEARD for each in known):
        yield What.UNHEARD, min(seen.unheard)
    shut = shut_out(calendars)
    stands = any(each.what is What.SHUT_OUT for each in known)
    if shut is not None and not stands and shut + PATIENCE <= now:
        yield What.SHUT_OUT, shut
    told = {
        each.professional
        for alarm in known
        if alarm.what is What.EMPTIED
        for each in concerned(alarm, calendars)
    }
    since = [
        each.failing_since
        for each in _emptied(calendars)
        if each.professional not in told and each.failing_since is not None
    ]
    if since:
        yield What.EMPTIED, min(since)


def _emptied(calendars: Sequence[CalendarFacts]) -> Iterator[CalendarFacts]:
    return (each for each in calendars if is_emptied(each))


def letter(language: Language, what: What, url: str) -> Letter:
    """Compose the mail to the organisation's own address. It names nobody."""
    lines = [text(language, f"alarms.mail.{what.value}")]
    lines.append(text(language, "alarms.mail.why"))
    button = text(language, "cards.do.health")
    tail = [text(language, "reach.mail.automatic")]
    plain = "\n\n".join([*lines, f"{button}:\n{url}", *tail])
    return Letter(
        text(language, "alarms.mail.subject"),
        f"{plain}\n",
        drawn(language, lines, (button, url), tail),
    )
