"""A team's day side by side, and the form by which an appointment changes hands.

As in every view no texts of our own. Of a client there is nothing here: a supervisor
sees references, and opens the appointment itself for more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from booking.handover import Doubt
from booking.model import Language, Modality
from booking.spans import Span
from booking.views.cards import Known, Truths
from booking.views.pages import Choice, Person
from booking.views.tab import Band, BusyEntry, Entry, Placed


@dataclass(frozen=True, slots=True)
class Column:
    """One professional's day."""

    id: int
    person: Person
    services: tuple[str, ...]
    languages: tuple[Language, ...]
    entries: tuple[Entry, ...]  #: In order of time; all-day ones first.
    placed: tuple[Placed, ...]
    all_day: tuple[BusyEntry, ...]
    shut: tuple[Band, ...]  #: Outside her hours.
    away: tuple[Band, ...]
    is_away: bool  #: For all of the hours she would have.
    known: bool  #: Her calendar is read; else nobody knows what is free.
    count: int
    booked: int  #: Minutes.
    hours: int  #: Minutes that she works that day.
    unit: str = ""  #: Where several are shown.
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One of several ways to look at the day."""

    key: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What has just been done, and how it is taken back."""

    what: str  #: `team.done.<what>`
    told: str  #: `team.told.<told>`
    known: Known | None = None  #: Why she is sent nothing of it: said instead.
    grace: int = 0  #: Seconds until the client is told, where that is soon.
    due: datetime | None = None  #: When she is told `later`.
    name: str = ""  #: With whom it is now.
    when: datetime | None = None
    reference: str = ""
    undo: str = ""  #: POST address; empty: it cannot be undone.
    version: int = 0
    day: str = ""  #: Where to go back to: the team's day, if that is where it was done.
    unit: str = ""
    look: str = ""  #: How the day was shown there.


@dataclass(frozen=True, slots=True)
class TeamPage:
    now: datetime
    day: date
    is_today: bool
    holiday: str
    columns: tuple[Column, ...]
    first_hour: int
    last_hour: int
    previous: str
    next: str
    today: str
    units: tuple[Turn, ...]  #: Empty where she supervises one alone.
    looks: tuple[Turn, ...]  #: Side by side, or as a list.
    blocking: frozenset[str]  #: As what of Outlook's takes the time.
    here: str  #: This very view, as it is looked at again.
    search: str = ""  #: Where a search for a client is posted.
    as_list: bool = False
    more: bool = False  #: There are more people than are shown.
    unit: str = ""
    done: Done | None = None
    wrong: str = ""  #: Why what was pressed did not come to be: `team.wrong.<wrong>`.


@dataclass(frozen=True, slots=True)
class HandChoice:
    """Somebody an appointment may be handed to."""

    id: int
    name: str
    doubts: tuple[Doubt, ...]
    own: bool  #: It is hers now.


@dataclass(frozen=True, slots=True)
class HandPage:
    """The form to hand over or move; a page of its own, or inside a dialog.

    Posts `version`, `to`, `at`, `tell` and `agreed`, which names whom and when the
    warnings shown were about.
    """

    action: str
    version: int
    reference: str
    starts: datetime
    ends: datetime
    service: str
    modality: Modality
    professional: str
    choices: tuple[HandChoice, ...]  #: Who fits best first.
    to: int
    at: str
    times: tuple[Choice, ...]
    agreed: str
    back: str
    doubts: tuple[Doubt, ...] = ()  #: Of the one chosen, at the time chosen.
    bars: tuple[Doubt, ...] = ()  #: Those of them that nobody may overrule.
    pause: int = 0  #: Minutes there should be between.
    proposed: bool = False  #: Who stands chosen was not chosen yet, but fits best.
    tell: bool = True
    tells: bool = True  #: There is somebody to tell.
    late: bool = False  #: The client may be waiting already: her meeting is kept.
    known: Known | None = None  #: Why she would be sent nothing of it.
    wrong: str = ""  #: Why it was not done: `team.wrong.<wrong>`.
    closed: bool = False  #: It can be handed to nobody any more.
    desk: str = ""  #: The unit's desk: `ask` it may be, `asked` it has been; or none.
    in_dialog: bool = False
    day: str = ""
    unit: str = ""
    look: str = ""
    truths: Truths | None = None
    now: datetime | None = None
    client: str = ""  #: Where it is a page of its own, and the reader may know it.

    @property
    def chosen(self) -> HandChoice | None:
        return next((each for each in self.choices if each.id == self.to), None)


@dataclass(frozen=True, slots=True)
class HandedPage:
    """What is left to say where the appointment may be the reader's no more."""

    reference: str
    done: Done
    back: str
    href: str = ""  #: Of the appointment, where she may open it.
    wrong: str = ""  #: Why it was not taken back: `team.wrong.<wrong>`.


def without(whole: Span, taken: Iterable[Span]) -> list[Span]:
    """Give what is left of a time, in order."""
    left, start = [], whole.start
    for each in sorted(taken):
        if each.start > start:
            left.append(Span(start, min(each.start, whole.end)))
        start = max(start, each.end)
        if start >= whole.end:
            return left
    return [*left, Span(start, whole.end)]


def minutes(spans: Iterable[Span]) -> int:
    """Count the minutes of times that do not overlap."""
    return sum(int(each.length.total_seconds()) for each in spans) // 60
