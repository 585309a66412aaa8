"""What the cards show that answer a written question.

A week, free times, what was found, and the question back where it was not clear.
"""

from dataclasses import dataclass
from datetime import date, time

from booking.model import Language, Modality, Status
from booking.saying import Command, Unclear, When
from booking.views.cards import DayLine, OfferCard, SlotChoice


@dataclass(frozen=True, slots=True)
class WeekList:
    """The professional's appointments of several days, in order."""

    language: Language
    when: When
    lines: tuple[DayLine, ...]
    tab_url: str


@dataclass(frozen=True, slots=True)
class FreeOf:
    """The first free starts of one service, in the ways of meeting that share them."""

    service: str
    modalities: tuple[Modality, ...]
    slots: tuple[SlotChoice, ...]


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """When she is free, by service: from now on, or on the days asked about."""

    language: Language
    today: date
    services: tuple[FreeOf, ...]  #: Those of one service in a row.
    tab_url: str
    when: When | None = None
    unread: bool = False  #: Her calendar has not been read, so nothing is known of it.


@dataclass(frozen=True, slots=True)
class FoundList:
    """Several appointments and open offers of those looked for, the next first."""

    language: Language
    whom: str
    lines: tuple[DayLine, ...]
    today: date
    offers: tuple[OfferCard, ...] = ()
    more: int = 0  #: So many other appointments were found, and so many other offers.
    more_offers: int = 0
    #: To move one of those that still can be, by their references: to when, if that was said.
    moves: When | None = None
    hour: time | None = None  #: Of the day that each has, where no other was said.
    movable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """An appointment of which nobody has said how it went, and what may be said."""

    appointment: int
    version: int
    about: DayLine
    outcomes: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class OutcomeSaid:
    """What was recorded a moment ago, and can be corrected."""

    about: DayLine
    outcome: Status


@dataclass(frozen=True, slots=True)
class OutcomeList:
    """What has begun and has no outcome yet: today's first, then the latest."""

    language: Language
    lines: tuple[OutcomeLine, ...]
    today: date
    more: int = 0  #: So many others there are.
    said: OutcomeSaid | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """The question what was meant, with a button for each reading."""

    language: Language
    unclear: Unclear
    today: date
    tab_url: str = ""  #: Where what is asked about can be done too.

    @property
    def readings(self) -> tuple[Command, ...]:
        return self.unclear.readings
