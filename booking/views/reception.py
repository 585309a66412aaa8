"""The reception's page: who comes today to the professionals of a unit.

As in every view no texts of our own. It holds what is needed to receive, book, move and
cancel; of what a client has told beforehand there is nothing here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from booking.model import Modality, Status
from booking.views.arriving import Arriving
from booking.views.cards import Truths
from booking.views.tab import OpenOffer
from booking.views.team import Turn


@dataclass(frozen=True, slots=True)
class Coming:
    """One appointment of the unit."""

    reference: str
    starts: datetime
    ends: datetime
    client: str
    professional: str
    service: str
    modality: Modality
    status: Status
    href: str
    arriving: Arriving | None = None
    truths: Truths | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Who was looked for from a list of appointments."""

    action: str  #: Where a search is posted: `whom`, and `back`.
    of_team: bool  #: It was looked for from a team's day.
    back: str
    now: datetime
    whom: str  #: As it was typed.
    found: tuple[Coming, ...]  #: The next first.
    more: int = 0  #: So many others bear that name.
    offers: tuple[OpenOffer, ...] = ()  #: What that client has yet to choose from.
    more_offers: int = 0


@dataclass(frozen=True, slots=True)
class ReceptionPage:
    """One day of a unit, and whoever was looked for."""

    action: str  #: Where a search is posted: `whom`.
    units: tuple[str, ...]  #: Those shown, by name.
    day: date
    is_today: bool
    previous: str
    next: str
    now: datetime
    coming: tuple[Coming, ...]  #: That day; of nobody where somebody was looked for.
    searched: bool = False
    whom: str = ""  #: As it was typed.
    found: tuple[Coming, ...] = ()  #: The next first.
    more: int = 0  #: So many others bear that name.
    turns: tuple[Turn, ...] = ()  #: To each of several units, and to all.
    today: str = ""  #: The way back to today.
    unlisted: bool = False  #: More come that day than are shown.
    done: str = ""  #: What has just been said: `tab.done.<done>`.
    wrong: str = ""  #: The key of why it was not.
