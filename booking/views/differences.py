"""What comparisons of whole calendars found, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.differences import FOR_A_PERSON, Difference
from booking.health import Noticed
from booking.wording import text
from booking.wording.dates import when_short


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One difference: whose calendar, what was not alike, and what became of it."""

    name: str
    said: str
    found: datetime
    state: str
    open: bool  #: It still stands.


def words(language: str, one: Difference, zone: ZoneInfo) -> str:
    """Say what is not alike. It names no client."""
    when = when_short(language, one.starts, zone) if one.starts else ""
    lacks = ", ".join(text(language, f"health.lacks.{each}") for each in one.lacks)
    key = f"health.check.{one.kind.value}"
    return text(language, key, when=when, reference=one.reference, lacks=lacks)


def row(language: str, one: Noticed, zone: ZoneInfo) -> DifferenceRow:
    return DifferenceRow(
        one.name,
        words(language, one.difference, zone),
        one.found,
        _state(language, one, zone),
        one.fixed is None,
    )


def _state(language: str, one: Noticed, zone: ZoneInfo) -> str:
    if one.fixed is not None:
        when = when_short(language, one.fixed, zone)
        return text(language, "health.found.fixed", when=when)
    waits = "person" if one.difference.kind in FOR_A_PERSON else "open"
    return text(language, f"health.found.{waits}")


def lines(language: str, found: Sequence[Noticed], zone: ZoneInfo) -> Iterator[str]:
    """Give the list as lines of text; nothing where there is none."""
    if found:
        yield text(language, "health.found.lately")
    for each in found:
        shown = row(language, each, zone)
        when = when_short(language, shown.found, zone)
        yield f"  {when}  {shown.name}: {shown.said} ({shown.state})"
