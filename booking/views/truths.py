"""The three truths in a few words: what holds and since when, and what does not yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.views.cards import Truth, TruthLine, Truths
from booking.wording import text
from booking.wording.dates import when_brief


@dataclass(frozen=True, slots=True)
class Statement:
    """One truth as a line has room for it. `holds`: it came to be so."""

    said: str
    how: Truth
    at: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.how is Truth.DONE


def statements(language: str, truths: Truths) -> Iterator[Statement]:
    """Say each of the three, but what is owed to nobody."""
    for line in truths.lines:
        if line.how is not Truth.NOT_OWED:
            yield Statement(_said(language, line), line.how, line.at)


def in_a_sentence(language: str, truths: Truths, now: datetime, zone: ZoneInfo) -> str:
    """Say them as plain text, for where there is room for no more: `Varattu 9.02, …`."""
    parts = []
    for each in statements(language, truths):
        when = "" if each.at is None else when_brief(language, each.at, now, zone)
        parts.append(f"{each.said} {when}".rstrip())
    return ", ".join(parts)


def _said(language: str, line: TruthLine) -> str:
    if line.how is Truth.DONE:
        return text(language, f"truth.short.{line.name}")
    about = text(language, f"cards.truth.{line.name}")
    return f"{about}: {text(language, f'cards.truth.{line.name}.{line.how.value}')}"
