"""Spans of time, and the one door between instants and the wall clock.

Inside, every moment is an aware datetime in UTC and every span is half-open. A wall
clock time (what a person reads off the wall in Helsinki) becomes an instant only in
`instant`, and an instant becomes a wall clock time only in `wall`. A wall clock time
that the spring change skips is moved to the first moment that exists; one that the
autumn change repeats means its first occurrence.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` until just before `end`, both aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse what is no span: naive ends, another zone, nothing in between."""
        assert self.start.tzinfo is UTC, self.start
        assert self.end.tzinfo is UTC, self.end
        assert self.start < self.end, (self.start, self.end)

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def widened(self, before: timedelta, after: timedelta) -> "Span":
        return Span(self.start - before, self.end + after)


def span(start: datetime, length: timedelta) -> Span:
    """Give the span of `length` that begins at `start` (any aware zone)."""
    begin = start.astimezone(UTC)
    return Span(begin, begin + length)


def from_epoch(start: int, end: int) -> Span:
    return Span(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))


@lru_cache(maxsize=4096)
def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Turn a wall clock time into an instant.

    A time that does not exist (the hour skipped in spring) becomes the moment of the
    change; a time that exists twice (autumn) means the first of the two. It is always
    the same, and asked again and again for a few days: so it is kept.
    """
    local = datetime.combine(day, clock.replace(fold=0), zone)
    when = local.astimezone(UTC)
    if when.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        later = datetime.combine(day, clock.replace(fold=1), zone)
        before, after = sorted((when, later.astimezone(UTC)))
        return _change_between(before, after, zone)
    return when


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the moment at which the zone's offset changes between two instants."""
    old = before.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def wall(when: datetime, zone: ZoneInfo) -> datetime:
    """Give the wall clock reading of an instant, as an aware datetime of `zone`."""
    assert when.tzinfo is not None, when
    return when.astimezone(zone)


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Give the whole calendar day: 23, 24 or 25 hours long."""
    start = instant(day, time(0), zone)
    return Span(start, instant(day + timedelta(days=1), time(0), zone))


def days_span(first: date, after_last: date, zone: ZoneInfo) -> Span:
    """Give whole calendar days; `after_last` is the first day not included."""
    start = instant(first, time(0), zone)
    return Span(start, instant(after_last, time(0), zone))
