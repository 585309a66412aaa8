"""How well things go, judged: from figures to signs, each with what to do about it.

A sign is green, amber or red. Every red one says in plain words what somebody can do;
the words stand in the catalogues under `health.sign.<name>` and `health.do.<name>`.
Nothing here names a client or a matter; of a professional it knows whose calendar it is
that an admin has to look at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

from booking.differences import Difference
from booking.model import ProfessionalId, Words
from booking.reach import Unreached, Way, Why


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to be said. `values` fill its text; moments among them are written out.

    `units`: whose it is, named as the reader's language has it in place of `who`.
    """

    level: Level
    name: str
    values: Mapping[str, int | str | datetime] = field(default_factory=dict)
    units: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What is known of how one calendar is kept up."""

    professional: ProfessionalId
    name: str  #: Whose it is; no figure that leaves the page has it.
    synced: datetime | None = None  #: The last round of changes read to its end.
    heard: datetime | None = None  #: The last genuine notice.
    subscribed_until: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    every: timedelta = timedelta(minutes=5)  #: How long it may go unread.
    waiting: int = 0  #: Writes that are due.
    retrying: int = 0  #: Of these, tried in vain, and tried again by themselves.
    retrying_since: datetime | None = None  #: When the first of those was due.
    refused: int = 0  #: Refused, or given up: without a person they stay so.
    unjoined: int = 0  #: Remote appointments without their join address.
    throttled: float = 0.0  #: Real seconds for which Graph wants to be left alone.
    checked: datetime | None = None  #: The last full comparison.
    differing: int | None = None  #: What it found.

    @property
    def failing(self) -> int:
        """Writes that have not succeeded, whatever will become of them."""
        return self.retrying + self.refused


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job given up: what kind it was and what it was about, by number or reference."""

    id: int
    kind: str
    about: str
    why: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class Noticed:
    """A difference that a comparison found, and when one found it no more."""

    name: str  #: Of the professional whose calendar it is.
    difference: Difference
    found: datetime
    fixed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is looked at."""

    now: datetime
    calendars: tuple[CalendarFacts, ...] = ()
    dead: tuple[DeadJob, ...] = ()
    notices: bool = True  #: Graph is asked to send notices; otherwise polling alone.
    swept: datetime | None = None  #: When the worker was to look over everything.
    jobs: Mapping[str, int] = field(default_factory=dict)
    unsent: int = 0  #: Messages that are due.
    unsent_since: datetime | None = None
    confirming: int = 0  #: Times whose clients wait for Outlook to be read.
    confirming_since: datetime | None = None
    delayed: int = 0  #: Readings and messages tried in vain, and tried again.
    delayed_since: datetime | None = None
    #: When the app's secret or certificate ends, if one is used and it is known.
    credential_ends: datetime | None = None
    credential_unknown: bool = False
    #: Who has left with appointments still to come, and how many those are.
    left: tuple[str, ...] = ()
    left_over: int = 0
    #: Reports of clients that were told nobody, and the units in which nobody could be.
    unheard: int = 0
    unheard_in: tuple[Words, ...] = ()
    #: Since when the professionals' group cannot be read, or is not believed.
    group_unread: datetime | None = None
    group_doubted: datetime | None = None
    unreached: tuple[Unreached, ...] = ()  #: Whose chats are closed to the bot.
    #: By how many seconds our clock is ahead of Graph's; None: not heard lately.
    ahead: int | None = None
    differences: tuple[Noticed, ...] = ()  #: Found lately, or standing; newest first.


@dataclass(frozen=True, slots=True)
class CalendarHealth:
    facts: CalendarFacts
    signs: tuple[Sign, ...]

    @property
    def level(self) -> Level:
        return worst(self.signs)


@dataclass(frozen=True, slots=True)
class Health:
    """The judgement: what concerns everything, and calendar by calendar."""

    facts: Facts
    signs: tuple[Sign, ...]
    calendars: tuple[CalendarHealth, ...]  #: The worst first.

    @property
    def level(self) -> Level:
        signs = [each for one in self.calendars for each in one.signs]
        return worst((*self.signs, *signs))

    def count(self, level: Level) -> int:
        return sum(each.level is level for each in self.calendars)


_ORDER: Final = {Level.BAD: 0, Level.WARN: 1, Level.OK: 2}

#: The worker looks over everything each minute.
WORKER_SILENT: Final = timedelta(minutes=5)
#: So long anything may fail before a word is said of it: one try anew is no news.
NOTICED: Final = timedelta(minutes=1)
DELAYED: Final = timedelta(minutes=2)
CONFIRMING_LATE: Final = timedelta(minutes=15)
#: So long a write may be tried again before anybody need look.
RETRIED_NORMAL: Final = timedelta(hours=1)
MESSAGE_LATE: Final = timedelta(minutes=15)
#: Read once an hour, so two in a row have failed.
GROUP_UNREAD: Final = timedelta(hours=1)
#: Tokens are taken that are up to five minutes off; before that there is time to mend.
CLOCK_OFF: Final = timedelta(minutes=2)
CREDENTIAL_WARN: Final = timedelta(days=30)
CREDENTIAL_BAD: Final = timedelta(days=7)
#: So long a difference is listed once it is dealt with.
LISTED_FOR: Final = timedelta(days=7)
#: A calendar is stale when so many polls have been missed.
MISSED: Final = 3
_GRACE: Final = timedelta(minutes=2)

#: What a calendar's last error is called, where there is more to say than *failing*.
_ERRORS: Final = {
    "Forbidden": "forbidden",
    "TokenRefused": "not_let_in",
    "Gone": "gone",
    "Emptied": "emptied",
    "Believed": "believed",
}


#: Of these, what may be no matter of the one calendar.
_CLOSED: Final = frozenset({"Forbidden", "TokenRefused"})


def worst(signs: tuple[Sign, ...]) -> Level:
    return min((each.level for each in signs), key=_ORDER.__getitem__, default=Level.OK)


def judge(facts: Facts) -> Health:
    """Judge everything."""
    shut = shut_out(facts.calendars)
    calendars = [_calendar(each, facts, shut) for each in facts.calendars]
    calendars.sort(key=lambda each: (_ORDER[each.level], each.facts.name))
    signs = sorted(_of_all(facts, shut), key=lambda sign: _ORDER[sign.level])
    return Health(facts, tuple(signs), tuple(calendars))


def stale_at_most(calendar: CalendarFacts) -> timedelta:
    """Say how old what is known of a calendar may get while all is well."""
    return calendar.every + timedelta(minutes=1)  # the worker looks each minute


def _of_all(facts: Facts, shut: datetime | None) -> Iterator[Sign]:
    if facts.swept is None or facts.swept + WORKER_SILENT < facts.now:
        yield Sign(Level.BAD, "worker_silent")
    if facts.dead:
        yield Sign(Level.BAD, "dead", {"n": len(facts.dead)})
    since = facts.unsent_since
    if since is not None and since + MESSAGE_LATE < facts.now:
        yield Sign(Level.BAD, "unsent", {"n": facts.unsent, "when": since})
    yield from _clock(facts.ahead)
    yield from _waiting(facts)
    yield from _group(facts)
    yield from _chats(facts)
    yield from credential(facts.now, facts.credential_ends, facts.credential_unknown)
    if shut is not None:
        yield Sign(Level.BAD, "shut_out", {"when": shut})
    throttled = sum(each.throttled > 0 for each in facts.calendars)
    if throttled:
        yield Sign(Level.WARN, "throttled", {"n": throttled})
    if not facts.notices and facts.calendars:
        minutes = max(map(stale_at_most, facts.calendars)) / timedelta(minutes=1)
        yield Sign(Level.OK, "polling_only", {"minutes": round(minutes)})
    yield from _comparing(facts.calendars)


def _clock(ahead: int | None) -> Iterator[Sign]:
    """Say that our own clock is off, as Graph's answers have it."""
    off = timedelta(seconds=abs(ahead or 0))
    if off >= CLOCK_OFF:
        assert ahead is not None
        name = "clock_ahead" if ahead > 0 else "clock_behind"
        yield Sign(Level.BAD, name, {"minutes": off // timedelta(minutes=1)})


def _waiting(facts: Facts) -> Iterator[Sign]:
    """Say what does not get through just now, and goes by itself once it can."""
    since = facts.confirming_since
    if since is not None and since + NOTICED <= facts.now:
        late = since + CONFIRMING_LATE <= facts.now
        level, name = (
            (Level.BAD, "confirming_long") if late else (Level.WARN, "confirming")
        )
        yield Sign(level, name, {"n": facts.confirming, "when": since})
    since = facts.delayed_since
    if since is not None and since + DELAYED <= facts.now:
        yield Sign(Level.WARN, "delayed", {"n": facts.delayed, "when": since})


def _group(facts: Facts) -> Iterator[Sign]:
    """Say what is to be done about who has left, and when nobody knows who has."""
    if facts.left_over:
        names = ", ".join(facts.left)
        values: dict[str, int | str | datetime] = {"n": facts.left_over, "who": names}
        yield Sign(Level.WARN, "left", values)
    if facts.unheard:
        yield Sign(Level.BAD, "unheard", {"n": facts.unheard}, facts.unheard_in)
    since = facts.group_unread
    if since is not None and since + GROUP_UNREAD <= facts.now:
        yield Sign(Level.BAD, "group_unread", {"when": since})
    if facts.group_doubted is not None:
        yield Sign(Level.BAD, "group_doubted", {"when": facts.group_doubted})


#: So many are named in a sign; the page lists more.
_NAMED: Final = 5


def _chats(facts: Facts) -> Iterator[Sign]:
    """Say whom the bot does not reach: red where she is reached by nothing else."""
    nowhere = [each for each in facts.unreached if each.way is Way.NONE]
    yield from _named(Level.BAD, "nowhere", nowhere)
    for why in Why:
        told = [e for e in facts.unreached if e.why is why and e not in nowhere]
        yield from _named(Level.WARN, why.value, told)


def _named(level: Level, name: str, found: Sequence[Unreached]) -> Iterator[Sign]:
    if found:
        who = ", ".join(each.name for each in found[:_NAMED])
        more = "\u2026" if len(found) > _NAMED else ""
        named = f"{who}{more}"
        yield Sign(level, f"unreached_{name}", {"n": len(found), "who": named})


class Compared(StrEnum):
    """What no difference to be seen means: `health.found.<compared>`."""

    NONE = "none"  #: Comparisons have run, and found none.
    NOT_LATELY = "not_lately"  #: None has run for as long as differences are listed.
    NOT_YET = "not_yet"  #: None has ever run.


def compared(facts: Facts) -> Compared:
    """Say whether calendars were compared at all: only then is there nothing found."""
    ran = [each.checked for each in facts.calendars if each.checked is not None]
    if not ran:
        return Compared.NOT_YET
    lately = facts.now - LISTED_FOR
    return Compared.NONE if max(ran) > lately else Compared.NOT_LATELY


def _comparing(calendars: Sequence[CalendarFacts]) -> Iterator[Sign]:
    """Say how many have not been compared yet; in a new tenant that is as it should be."""
    new = sum(each.checked is None for each in calendars)
    if new:
        yield Sign(Level.OK, "uncompared", {"n": new})


def is_emptied(one: CalendarFacts) -> bool:
    """Say whether a calendar looks emptied, which is not believed."""
    return one.failing_since is not None and _ERRORS.get(one.error) == "emptied"


def shut_out(calendars: Sequence[CalendarFacts]) -> datetime | None:
    """Say since when Microsoft lets us in nowhere; None: it does somewhere.

    Without a token it is so whatever else is wrong; without consent every calendar is
    refused. Of a single one nobody can say whether it is about it or about us.
    """
    closed = {
        each.professional: each.failing_since
        for each in calendars
        if each.failing_since is not None and each.error in _CLOSED
    }
    no_token = any(each.error == "TokenRefused" for each in calendars)
    if no_token or 1 < len(closed) == len(calendars):
        return max(closed.values(), default=None)
    return None


def credential(now: datetime, ends: datetime | None, unknown: bool) -> Iterator[Sign]:  # noqa: FBT001
    """Say when the app's secret or certificate ends, where that is near or not known."""
    if unknown:
        yield Sign(Level.WARN, "credential_unknown")
    if ends is None:
        return
    if ends <= now:
        yield Sign(Level.BAD, "credential_over", {"when": ends})
    elif ends - now < CREDENTIAL_WARN:
        near = ends - now < CREDENTIAL_BAD
        yield Sign(Level.BAD if near else Level.WARN, "credential_ends", {"when": ends})


def _calendar(
    one: CalendarFacts, facts: Facts, shut: datetime | None
) -> CalendarHealth:
    signs = (*_reading(one, facts, shut), *_writing(one, facts.now))
    return CalendarHealth(one, tuple(sorted(signs, key=lambda s: _ORDER[s.level])))


def _reading(one: CalendarFacts, facts: Facts, shut: datetime | None) -> Iterator[Sign]:
    if one.failing_since is not None and one.error == "Believed":
        yield Sign(Level.WARN, "believed")
    elif one.failing_since is not None:
        name = _ERRORS.get(one.error, "failing")
        if name == "forbidden" and shut is not None:
            name = "not_let_in"
        yield Sign(Level.BAD, name, {"when": one.failing_since})
    elif one.synced is None:
        yield Sign(Level.WARN, "never_read")
    elif one.synced + one.every * MISSED + _GRACE < facts.now:
        yield Sign(Level.BAD, "stale", {"when": one.synced})
    until = one.subscribed_until
    if facts.notices and (until is None or until <= facts.now):
        yield Sign(Level.WARN, "unsubscribed")
    if one.throttled > 0:
        yield Sign(Level.WARN, "waits", {"n": ceil(one.throttled)})


def _writing(one: CalendarFacts, now: datetime) -> Iterator[Sign]:
    if one.refused:
        yield Sign(Level.BAD, "unwritten", {"n": one.refused})
    since = one.retrying_since
    if since is not None and since + NOTICED <= now:
        until = since + RETRIED_NORMAL
        values: dict[str, int | str | datetime] = {
            "n": one.retrying,
            "when": since,
            "until": until,
        }
        if now < until:
            yield Sign(Level.WARN, "retrying", values)
        else:
            yield Sign(Level.BAD, "retried_long", values)
    if one.unjoined:
        yield Sign(Level.WARN, "unjoined", {"n": one.unjoined})
    if one.differing:
        assert one.checked is not None
        yield Sign(Level.WARN, "differing", {"n": one.differing, "when": one.checked})
