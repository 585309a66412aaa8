"""What may be asked of the bot, and how it travels in the buttons of a card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from booking.absence import Away
from booking.spans import Span, days_span, instant

#: Of a name that is looked for.
WHOM_MAX = 60
#: Of the key of a service.
WHAT_MAX = 100
#: Years that somebody can mean.
YEARS = range(2000, 2200)


class Verb(StrEnum):
    BOOK = "book"
    OFFER = "offer"  #: It begins with the same form as a booking.
    DAY = "day"
    WEEK = "week"
    FREE = "free"
    NEXT = "next"
    FIND = "find"
    MOVE = (
        "move"  #: One that stands, to another time: nothing before she has chosen it.
    )
    AWAY = "away"  #: She is away, or will be: recorded once she has said yes.
    BACK = "back"  #: She is not any more.
    SETTINGS = "settings"
    OUTCOME = "outcome"  #: How an appointment went.
    LATE = "late"  #: The next client is told.
    ON_TIME = "on_time"  #: After all: she is told that too.
    HELP = "help"
    THANKS = "thanks"


#: What is done on a form for somebody, and what may be of one service or way alone.
FORMS = frozenset({Verb.BOOK, Verb.OFFER})
NARROWED = FORMS | {Verb.FREE}
#: What is done with what is found by a reference or a name.
SOUGHT = frozenset({Verb.FIND, Verb.MOVE})
#: For what an hour may be named.
TIMED = NARROWED | {Verb.MOVE}


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A day, or several in a row; of a single one perhaps the hour, by the wall."""

    first: date
    last: date
    clock: time | None = None

    def __post_init__(self) -> None:
        """Refuse days that run backwards, and an hour of several days."""
        assert self.first <= self.last, (self.first, self.last)
        assert self.clock is None or self.first == self.last, self

    @classmethod
    def on(cls, day: date, clock: time | None = None) -> Self:
        return cls(day, day, clock)

    def begins(self, zone: ZoneInfo) -> datetime:
        return instant(self.first, self.clock or time(0), zone)

    def span(self, zone: ZoneInfo) -> Span:
        """Give the time from the hour, where there is one, to the end of the days."""
        whole = days_span(self.first, self.last + timedelta(days=1), zone)
        return Span(self.begins(zone), whole.end)

    @property
    def written(self) -> str:
        """Write it as cards carry it: a day, a day with its hour, or two days."""
        if self.clock is not None:
            return f"{self.first}T{self.clock:%H:%M}"
        if self.first != self.last:
            return f"{self.first}/{self.last}"
        return f"{self.first}"

    @classmethod
    def read(cls, given: str) -> Self | None:
        """Read what `written` gave; None for anything else."""
        day, has_clock, hour = given.partition("T")
        first, has_last, last = day.partition("/")
        begins, ends = _day(first), _day(last if has_last else first)
        clock = _clock(hour) if has_clock else None
        if begins is None or ends is None or ends < begins:
            return None
        if has_clock and (clock is None or begins != ends):
            return None
        return cls(begins, ends, clock)


def _day(given: str) -> date | None:
    try:
        found = date.fromisoformat(given)
    except ValueError:
        return None
    return found if given == f"{found}" and found.year in YEARS else None


def _clock(given: str) -> time | None:
    try:
        found = time.fromisoformat(given)
    except ValueError:
        return None
    return found if given == f"{found:%H:%M}" else None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked for, without a doubt."""

    verb: Verb
    when: When | None = None
    #: As it was written: of FIND and MOVE a reference or a name, of a form the client's name.
    #: Of OUTCOME the reference, where one was written.
    whom: str = ""
    how: str = ""  #: Of a form and of FREE: the way of meeting, where one was named.
    #: The same: the key of the service. Of OUTCOME which, of LATE how many minutes: only
    #: as written in a sentence, for a button of a reading says neither. Of MOVE the hour of
    #: the day that the appointment has, where no other day was named.
    what: str = ""
    #: Of MOVE: which of hers where she is not named, `next` or the hours at which it may
    #: begin today, `10:45`; `whom` then has that as it was written.
    which: str = ""
    away: Away | None = None  #: Of AWAY: from when to when, where that is clear.

    @property
    def hour(self) -> time | None:
        """Of MOVE: at what hour it is to be on the day that it has."""
        return _clock(self.what) if self.verb is Verb.MOVE else None

    @property
    def written(self) -> dict[str, str]:
        """Write it as the data of a button."""
        when = self.when.written if self.when else ""
        away = self.away.written if self.away else ""
        named = {"how": self.how, "what": self.what} if self.verb in NARROWED else {}
        named |= {"what": f"{self.hour:%H:%M}"} if self.hour else {}
        named |= {"away": away, "which": self.which}
        return {"say": self.verb.value, "when": when, "whom": self.whom} | {
            name: each for name, each in named.items() if each
        }

    @classmethod
    def read(cls, data: Mapping[str, str]) -> Self | None:
        """Read what `written` gave; None for anything else."""
        verb = next((one for one in Verb if one.value == data.get("say")), None)
        given = data.get("when", "")
        when = When.read(given) if given else None
        whom = data.get("whom", "")[:WHOM_MAX]
        days = verb in {Verb.DAY, Verb.WEEK}
        lacks = (given or days) and when is None
        if verb is None or lacks or (verb in SOUGHT and not whom.strip()):
            return None
        how, what = (data.get(name, "")[:WHAT_MAX] for name in ("how", "what"))
        narrowed = (how, what) if verb in NARROWED else ("", "")
        if verb is Verb.MOVE and when is None and _clock(what) is not None:
            narrowed = ("", what)
        of_somebody = verb in {*FORMS, *SOUGHT, Verb.OUTCOME}
        which = data.get("which", "")[:WHAT_MAX] if verb is Verb.MOVE else ""
        away = Away.read(data.get("away", "")) if verb is Verb.AWAY else None
        return cls(
            verb, when, whom if of_somebody else "", *narrowed, which=which, away=away
        )


class Why(StrEnum):
    """Why somebody is asked what she means."""

    SEVERAL = "several"  #: It can be read in more ways than one.
    CONFLICT = "conflict"  #: The days named are not the same day.
    PAST = "past"
    NO_SUCH_DAY = "no_such_day"
    NO_SUCH_TIME = "no_such_time"
    STRANGE = "strange"  #: A word that is not known may change the meaning.
    WHICH_DAY = "which_day"  #: An hour without its day.
    WHAT = "what"  #: A time, and not what to do with it.
    WHOM = "whom"  #: To find, but whom?
    CANCEL = "cancel"  #: To cancel, but which? It is cancelled on its own card.
    MOVE = "move"  #: To move, but which?


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was written could mean these; it is for the writer to say which."""

    why: Why
    readings: tuple[Command, ...]
    said: str = ""  #: The words that were not understood.
