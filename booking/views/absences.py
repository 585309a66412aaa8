"""What the cards and pages about an absence show. Nowhere is there a reason.

`when` is the time in words, in the reader's language: how a day is said depends on
whether it is a whole one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.absence import Away
from booking.model import Language
from booking.spans import HELSINKI, Span, day_span, instant, wall
from booking.views.cards import DayLine
from booking.views.pages import Choice, FieldError
from booking.wording import text
from booking.wording.dates import clock, day_of_year, day_short, when_range


class State(StrEnum):
    """Where an absence stands: `absence.title.<state>`."""

    ASKED = "asked"  #: Nothing is recorded: it is asked whether it shall be.
    COMING = "coming"
    NOW = "now"
    OVER = "over"
    WITHDRAWN = "withdrawn"

    @property
    def stands(self) -> bool:
        return self in {State.COMING, State.NOW}


@dataclass(frozen=True, slots=True)
class AwayForm:
    """The question from when until when somebody is away."""

    language: Language
    today: date
    wrong: str = ""  #: Why the dates given are none: `error.field.away_<wrong>`.
    typed: tuple[str, ...] = ()  #: What was typed: first, starts, last, ends.
    tab_url: str = ""  #: Where the same can be done.
    standing: tuple[str, ...] = ()  #: When she is away already: that goes on or comes.


@dataclass(frozen=True, slots=True)
class AwayCard:
    """An absence of hers, or what recording one would mean."""

    language: Language
    state: State
    when: str
    today: date
    days: tuple[date, date]  #: The first and the last of it.
    hours: tuple[str, str]  #: Where it begins or ends within a day: `12:00`.
    touched: int  #: Appointments of hers that fall into it.
    lines: tuple[DayLine, ...] = ()  #: The first of them.
    tab_url: str = ""
    absence: int = 0
    version: int = 0
    span: tuple[int, int] = (0, 0)  #: Of one asked about: in epoch seconds.
    request: str = ""  #: Made once per question; a repeat of a press carries the same.
    joins: bool = False  #: It makes one longer that is recorded already.
    supervised: bool = True  #: Somebody is told.
    by_other: bool = False  #: Somebody else recorded it.
    wrong: str = ""
    desk: str = ""  #: Her unit's desk: `ask` it may be, `asked` it has been; or none.
    older: bool = False  #: A newer card about it stands in the same chat.


@dataclass(frozen=True, slots=True)
class AwayNews:
    """Who is away, for the supervisors of her unit."""

    language: Language
    state: State
    name: str
    when: str
    touched: int
    team_url: str  #: Leads to the team's day.
    absence: int = 0
    desk: str = ""  #: As on her own card.


@dataclass(frozen=True, slots=True)
class AwayPlan:
    """What recording the absence that was typed would mean, before it is done."""

    when: str
    touched: int
    joins: bool
    start: int  #: Epoch seconds, as the form carries them.
    end: int
    known: bool = False  #: All of it is recorded already.


@dataclass(frozen=True, slots=True)
class AwayItem:
    """An absence that goes on or is to come, in the list of the page."""

    absence: int
    version: int
    name: str  #: Whose it is; empty: the reader's own.
    when: str
    state: State
    touched: int
    change: str  #: href of the form that changes it.
    team: str = ""  #: href of the team's day, where what she leaves is handed over.
    desk: str = ""  #: Her unit's desk: `ask` it may be, `asked` it has been; or none.


@dataclass(frozen=True, slots=True)
class AwayPage:
    """Absences in the tab: her own, and those of the units she supervises.

    Posts to `action`: `act` is `look` (what would it mean?), `yes`, `change` or `finish`.
    """

    action: str
    request: str  #: Made once per form; a repeat of a press carries the same.
    people: tuple[Choice, ...]  #: Whose absence may be recorded; herself first.
    who: str
    name: str  #: Of `who`; empty: the reader herself.
    typed: tuple[str, str, str, str]  #: first, starts, last, ends
    standing: tuple[AwayItem, ...]
    plan: AwayPlan | None = None
    changes: AwayItem | None = None  #: The form is to change this one.
    errors: tuple[FieldError, ...] = ()
    outdated: bool = False  #: What was pressed no longer fits: this is how it stands.
    done: str = ""  #: `absence.done.<done>`


@dataclass(frozen=True, slots=True)
class AwayBand:
    """An absence as one day shows it."""

    says: str
    whole: bool  #: All of the day.


def band(language: str, span: Span, day: date, zone: ZoneInfo) -> AwayBand:
    """Give `Poissa`, `Poissa klo 10.47 alkaen` and their like."""
    whole = day_span(day, zone)
    begins, ends = (
        clock(language, each, zone) if whole.start < each < whole.end else ""
        for each in (span.start, span.end)
    )
    which = {(True, True): "hours", (True, False): "from", (False, True): "until"}
    key = which.get((bool(begins), bool(ends)), "whole")
    said = text(language, f"absence.band.{key}", starts=begins, ends=ends)
    return AwayBand(said, key == "whole")


def says(language: str, span: Span, zone: ZoneInfo, today: date) -> str:
    """Give `ti 24.11., koko päivä`, `ti 24.11. klo 10.47 – pe 27.11.` and their like."""
    start, end = wall(span.start, zone), wall(span.end, zone)
    from_midnight, to_midnight = (
        each.time() == each.time().min for each in (start, end)
    )
    first, last = days_of(span, zone)
    begins, ends = (_day(language, each, today) for each in (first, last))
    if first == last:
        if from_midnight and to_midnight:
            return text(language, "absence.span.day", day=begins)
        if to_midnight:
            at = clock(language, span.start, zone)
            return text(language, "absence.span.rest", day=begins, clock=at)
        return when_range(language, span.start, span.end, zone)
    if not from_midnight:
        at = clock(language, span.start, zone)
        begins = text(language, "absence.span.at", day=begins, clock=at)
    if not to_midnight:
        at = clock(language, span.end, zone)
        ends = text(language, "absence.span.at", day=ends, clock=at)
    return f"{begins} – {ends}"


def in_words(language: str, away: Away, today: date) -> str:
    """Say what was understood: `ti 24.11. klo 12.00 asti`, `ke 25.11. – pe 27.11.`."""
    first, last = (_day(language, each, today) for each in (away.first, away.last))
    starts, ends = (
        each and clock(language, instant(today, each, HELSINKI))
        for each in (away.starts, away.ends)
    )
    if away.first == away.last:
        if starts and ends:
            return text(
                language, "absence.span.hours", day=first, starts=starts, ends=ends
            )
        if starts:
            return text(language, "absence.span.rest", day=first, clock=starts)
        return (
            text(language, "absence.span.until", day=first, clock=ends)
            if ends
            else first
        )
    if starts:
        first = text(language, "absence.span.at", day=first, clock=starts)
    if ends:
        last = text(language, "absence.span.at", day=last, clock=ends)
    return f"{first} – {last}"


def _day(language: str, day: date, today: date) -> str:
    return (day_short if day.year == today.year else day_of_year)(language, day)


def hours_of(span: Span, zone: ZoneInfo) -> tuple[str, str]:
    """Give from which hour of the first day and until which of the last; empty: all."""
    start, end = (wall(each, zone) for each in (span.start, span.end))
    midnight = start.time().min
    begins, ends = (
        "" if each.time() == midnight else f"{each:%H:%M}" for each in (start, end)
    )
    return begins, ends


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    """Give the first day and the last of which it takes something."""
    last = wall(span.end - timedelta(seconds=1), zone).date()
    return wall(span.start, zone).date(), last
