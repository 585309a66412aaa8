"""What the view *Settings* shows, and the card that says what is set.

Values stand as they count: hers, or the organisation's where she has set nothing.
"""

from dataclasses import dataclass

from booking.model import Language, Modality
from booking.views.pages import FieldError


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One weekday of her working hours."""

    day: int
    open: bool  #: She takes bookings on it.
    start: str  #: `09:00`; both empty: as long as Outlook says.
    end: str


@dataclass(frozen=True, slots=True)
class WayRow:
    """One way of meeting that her services have."""

    modality: Modality
    offered: bool
    before: str  #: Minutes; empty: as each service has it.
    after: str


@dataclass(frozen=True, slots=True)
class GivenService:
    name: str
    minutes: int
    modalities: tuple[Modality, ...]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Posts `section`, `stamp` and `act` (`save` or `reset`) to `action`."""

    action: str
    language: Language  #: Of her cards.
    outlook: str  #: The hours of Outlook, as `8.00–16.00`.
    outlook_days: tuple[int, ...]
    hours: tuple[HoursRow, ...]
    ways: tuple[WayRow, ...]
    languages: tuple[Language, ...]
    services: tuple[GivenService, ...]
    unit: str
    limit: str
    by_blocks: bool
    category: str
    prefix: str
    cards: frozenset[str]  #: Those that she wants.
    fixed: frozenset[str]  #: Sections that her unit has fixed.
    own: frozenset[str]  #: Sections that she has set herself.
    stamps: dict[str, str]  #: By section: names the state that she sees.
    step: int  #: The tenant's: minutes between starts, days ahead.
    horizon: int
    errors: tuple[FieldError, ...] = ()
    section: str = ""  #: Where the errors are, or what was just done.
    done: str = ""  #: saved, reset
    outdated: bool = False  #: It was changed elsewhere meanwhile; what was typed stays.


@dataclass(frozen=True, slots=True)
class SettingsCard:
    """What is set, in short, and the way to change it."""

    language: Language
    hours: str
    ways: tuple[Modality, ...]
    languages: tuple[Language, ...]
    limit: int | None
    by_blocks: bool
    off: tuple[str, ...]  #: Cards that she does not want.
    url: str
