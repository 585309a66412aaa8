"""What a unit's desk in Teams shows: who can take these, and how the day stands.

Everybody in the channel sees it, so nothing of a client is here, and of who is away
only that she is. `mine` is the same question as one colleague alone sees it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from booking.cover import Bar, State
from booking.model import Language, Modality
from booking.views.cards import Choice


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One appointment that looks, or looked, for a taker."""

    appointment: int
    reference: str
    service: str
    start: datetime
    end: datetime
    spoken: Language
    modality: Modality
    place: str  #: Where a client comes in person; else empty.
    state: State
    urgent: bool = False
    binding: bool = False  #: Its client is invited to it by law.
    reported: bool = False  #: Something is reported that nobody has answered.
    taker: str = ""
    hers: bool = False  #: She who reads has taken it.
    bar: Bar | None = None  #: Why she who reads cannot take it.
    unread: bool = False  #: She wanted to, and her calendar never answered.

    @property
    def duty(self) -> str:
        """Name what whoever takes it takes on with it: `desk.line.<duty>`; or nothing."""
        return "reported" if self.reported else "binding" if self.binding else ""


@dataclass(frozen=True, slots=True)
class CoverCard:
    """The question, for everybody in the channel or as one colleague sees it."""

    language: Language
    cover: int
    unit: str
    lines: tuple[CoverLine, ...]
    tab_url: str = ""  #: Where the same can be done.
    #: Teams' ids of those who see it as their own by themselves.
    users: tuple[str, ...] = ()
    mine: bool = False
    #: Why what she pressed was not done, or not all of it, and who was first.
    wrong: Bar | None = None
    first: str = ""
    taken: int = 0  #: So many she has just taken.

    @property
    def open(self) -> tuple[CoverLine, ...]:
        return tuple(each for each in self.lines if each.state is State.OPEN)

    @property
    def fits(self) -> tuple[CoverLine, ...]:
        """What she who reads can take."""
        return tuple(each for each in self.open if self.mine and each.bar is None)


@dataclass(frozen=True, slots=True)
class CoverNews:
    """To a supervisor: what nobody of her unit has taken so far."""

    language: Language
    unit: str
    lines: tuple[CoverLine, ...]
    team_url: str

    @property
    def open(self) -> tuple[CoverLine, ...]:
        return tuple(each for each in self.lines if each.state is State.OPEN)


@dataclass(frozen=True, slots=True)
class DeskCard:
    """Whose desk a channel is, and whose it may become."""

    language: Language
    unit: str = ""  #: Whose it is; empty: nobody's.
    choices: tuple[Choice, ...] = ()  #: Units that she who asked may put here.
    leaves: bool = False  #: She may let it go.
    wrong: bool = False  #: She has chosen no unit.
    asked: bool = False  #: It answers her who asked; else it says what has been done.
    tab_url: str = ""  #: What looks for a taker in her units.


class Presence(StrEnum):
    IN = "in"
    PART = "part"  #: Away for a part of the day.
    AWAY = "away"
    OFF = "off"  #: She does not work that day.
    UNKNOWN = "unknown"  #: Her calendar is not read, so nobody knows what is free.


@dataclass(frozen=True, slots=True)
class Colleague:
    """One professional's day, in a line."""

    name: str
    presence: Presence
    count: int  #: Appointments of the day.
    free: int  #: Minutes in which she could still be booked.


@dataclass(frozen=True, slots=True)
class DeskDay:
    """The unit's day, in the channel."""

    language: Language
    unit: str
    day: date
    colleagues: tuple[Colleague, ...]
    more: int = 0  #: So many colleagues besides.
    waiting: int = 0  #: So many appointments look for a taker.


@dataclass(frozen=True, slots=True)
class DeskAskedPage:
    """What came of asking a desk in the tab."""

    count: int  #: So many appointments it has been asked about.
    back: str
    wrong: str = ""  #: Why it was not asked: `desk.not_asked.<wrong>`.


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What looks for a taker, as one colleague sees it in the tab.

    Posts `act`: `take` with `cover` and `appointment`.
    """

    covers: tuple[CoverCard, ...]  #: The soonest first.
    more: int = 0  #: So many appointments look for a taker besides.
    taken: int = 0
    wrong: Bar | None = None  #: Why what she pressed was not done.
    first: str = ""  #: Who was before her.
