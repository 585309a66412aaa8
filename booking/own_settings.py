"""What a professional sets herself, over what her organisation has set for her.

Each section is set by itself: what she has not set is as the organisation has it, also
when that changes later. What her unit has fixed is not hers to set, and what she had set
of it before does not count while it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum
from typing import Any, Self

from booking.availability import Mode, Rules
from booking.availability.rules import DayHours
from booking.calendar import WorkingHours
from booking.model import Language, Modality, Service

#: Minutes kept free before or after, and appointments a day, at most.
BUFFER_MAX = 240
DAILY_MAX = 50
MARK_MAX = 100


class Section(StrEnum):
    HOURS = "hours"  #: Her hours for bookings, within those of Outlook.
    WAYS = "ways"  #: How she meets clients, and the time kept free around it.
    LANGUAGES = "languages"  #: In which she meets them.
    LIMIT = "daily_limit"
    OPENS = "opens"  #: Whether she opens the times herself, and how she marks them.
    CARDS = "cards"  #: Which cards she gets, and in which language.


#: What a unit may fix for everybody in it.
FIXABLE = (Section.HOURS, Section.WAYS, Section.LIMIT, Section.OPENS)


class Wanted(StrEnum):
    """A card that comes by itself, unless she has turned it off."""

    MORNING = "morning"  #: The list of the day.
    REMINDER = "reminder"  #: A quarter of an hour before.
    ARRIVAL = "arrival"  #: A client has come, or waits for a remote meeting.
    OUTCOME = "outcome"  #: After an appointment: how did it go?


@dataclass(frozen=True, slots=True)
class Opens:
    """Whether she opens bookable time herself, and what marks it in Outlook."""

    mode: Mode = Mode.WORKING_HOURS
    category: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """Her own settings. `set_` names the sections she has set."""

    set_: frozenset[Section] = frozenset()
    hours: tuple[DayHours, ...] = ()
    modalities: tuple[Modality, ...] = ()
    buffers: Mapping[Modality, tuple[int, int]] = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    daily_limit: int | None = None
    opens: Opens = Opens()
    language: Language | None = None  #: Of her cards.
    off: frozenset[Wanted] = frozenset()  #: Cards that she does not want.

    def but(self, fixed: frozenset[Section]) -> Self:
        """Give what counts of it, where her unit has fixed some."""
        left = self.set_ - fixed
        return self if left == self.set_ else replace(self, set_=left)

    def has(self, section: Section) -> bool:
        return section in self.set_

    def wants(self, card: Wanted) -> bool:
        return not (self.has(Section.CARDS) and card in self.off)

    @property
    def written(self) -> dict[str, Any]:
        """Write it as it is kept: by section, those alone that she has set."""
        every: dict[Section, Any] = {
            Section.HOURS: [_pair_out(each) for each in self.hours],
            Section.WAYS: {
                "modalities": [each.value for each in self.modalities],
                "buffers": {way.value: list(two) for way, two in self.buffers.items()},
            },
            Section.LANGUAGES: [each.value for each in self.languages],
            Section.LIMIT: self.daily_limit,
            Section.OPENS: {
                "mode": self.opens.mode.value,
                "category": self.opens.category,
                "prefix": self.opens.prefix,
            },
            Section.CARDS: {
                "language": self.language and self.language.value,
                "off": sorted(each.value for each in self.off),
            },
        }
        return {each.value: every[each] for each in Section if each in self.set_}

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> Self:
        """Read what `written` gave."""
        if not kept:
            return cls()
        ways, cards = kept.get("ways") or {}, kept.get("cards") or {}
        opens = kept.get("opens") or {}
        return cls(
            set_=frozenset(each for each in Section if each.value in kept),
            hours=tuple(_pair_in(each) for each in kept.get("hours") or ()),
            modalities=tuple(map(Modality, ways.get("modalities", ()))),
            buffers={
                Modality(way): (two[0], two[1])
                for way, two in ways.get("buffers", {}).items()
            },
            languages=tuple(map(Language, kept.get("languages") or ())),
            daily_limit=kept.get("daily_limit"),
            opens=Opens(
                Mode(opens.get("mode", Mode.WORKING_HOURS)),
                opens.get("category", ""),
                opens.get("prefix", ""),
            ),
            language=Language(cards["language"]) if cards.get("language") else None,
            off=frozenset(map(Wanted, cards.get("off", ()))),
        )


def _pair_out(pair: DayHours) -> list[str] | None:
    return None if pair is None else [f"{each:%H:%M}" for each in pair]


def _pair_in(kept: list[str] | None) -> DayHours:
    if kept is None:
        return None
    start, end = map(time.fromisoformat, kept)
    return start, end


def rules_with(rules: Rules, own: Own) -> Rules:
    """Give the rules of her organisation with her own in place of some."""
    if own.has(Section.HOURS):
        rules = replace(rules, hours=own.hours)
    if own.has(Section.LIMIT):
        rules = replace(rules, daily_limit=own.daily_limit)
    if own.has(Section.OPENS):
        rules = replace(rules, mode=own.opens.mode)
    return rules


def as_given(service: Service, own: Own) -> Service:
    """Give a service as she gives it: in her ways, with her time around it."""
    if not own.has(Section.WAYS):
        return service
    ways = tuple(each for each in service.modalities if each in own.modalities)
    return replace(service, modalities=ways, buffers={**service.buffers, **own.buffers})


def is_within(pair: tuple[time, time], hours: WorkingHours) -> bool:
    """Say whether hours of a day lie in those of Outlook; a night has two ends."""
    start, end = pair
    if hours.end <= hours.start:
        return hours.end < hours.start and (start >= hours.start or end <= hours.end)
    return hours.start <= start and end <= hours.end
