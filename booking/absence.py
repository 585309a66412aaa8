"""When a professional is away: only that she is, never why.

An absence closes her calendar to new bookings. Those who belong together become one: one
that overlaps another, or follows it at once, makes it longer. What has begun is ended,
what has not is withdrawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from booking.model import ProfessionalId
from booking.spans import Span, instant, wall

#: The longest that is recorded at once, and the furthest ahead that it may begin.
DAYS_MAX = 366


class Wrong(StrEnum):
    """Why nothing was recorded."""

    NO_DATE = "no_date"  #: What was given is no date or no hour.
    BACKWARDS = "backwards"  #: It ends before it begins.
    PAST = "past"  #: It would be over already.
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True, order=True)
class Away:
    """Days in a row, perhaps from an hour of the first or until one of the last."""

    first: date
    last: date
    starts: time | None = None
    ends: time | None = None

    @property
    def written(self) -> str:
        """Write it as cards carry it: `2026-11-24T12:00/2026-11-26`."""
        return f"{_moment(self.first, self.starts)}/{_moment(self.last, self.ends)}"

    @classmethod
    def read(cls, given: str) -> Self | None:
        """Read what `written` gave; None for anything else."""
        begins, slash, ends = given.partition("/")
        first, last = _read(begins), _read(ends)
        if not slash or first is None or last is None:
            return None
        found = cls(first[0], last[0], first[1], last[1])
        return found if found.written == given else None


def _moment(day: date, clock: time | None) -> str:
    return f"{day}" if clock is None else f"{day}T{clock:%H:%M}"


def _read(given: str) -> tuple[date, time | None] | None:
    day, has_clock, clock = given.partition("T")
    try:
        return date.fromisoformat(day), time.fromisoformat(clock) if has_clock else None
    except ValueError:
        return None


def typed_away(first: str, starts: str, last: str, ends: str) -> Away | None:
    """Read two days and perhaps their hours, as fields give them; None: they are none."""
    try:
        return Away(
            date.fromisoformat(first),
            date.fromisoformat(last),
            _clock(starts),
            _clock(ends),
        )
    except ValueError:
        return None


def _clock(given: str) -> time | None:
    if not given:
        return None
    found = time.fromisoformat(given)
    if found.tzinfo is not None:
        raise ValueError(given)
    return found.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence as it is recorded."""

    id: int
    version: int  #: Rises by one with every change; names the state people saw.
    professional: ProfessionalId
    span: Span
    withdrawn: bool = False

    def is_over(self, now: datetime) -> bool:
        return self.withdrawn or self.span.end <= now

    def has_begun(self, now: datetime) -> bool:
        return self.span.start <= now


def span_of(away: Away, now: datetime, zone: ZoneInfo) -> Span | Wrong:
    """Give from when to when it is; what has been of it is left out."""
    if away.last < away.first:
        return Wrong.BACKWARDS
    today = wall(now, zone).date()
    if away.last < today:
        return Wrong.PAST
    if away.first > today + timedelta(days=DAYS_MAX):
        return Wrong.TOO_FAR
    if away.last >= max(away.first, today) + timedelta(days=DAYS_MAX):
        return Wrong.TOO_LONG
    # What has been is not reckoned with: its day may be one that no calendar holds.
    starts = away.starts if away.first >= today else None
    start = instant(max(away.first, today), starts or time(0), zone)
    after_last = away.last + timedelta(days=1)
    end = (
        instant(after_last, time(0), zone)
        if away.ends is None
        else instant(away.last, away.ends, zone)
    )
    if end <= start:
        return Wrong.BACKWARDS
    begins = max(start, _minute(now))
    return Span(begins, end) if begins < end else Wrong.PAST


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def is_sound(span: Span, now: datetime) -> bool:
    """Say whether a time put before somebody a while ago may still be recorded."""
    fresh = now - timedelta(days=1) < span.start
    near = span.start <= now + timedelta(days=DAYS_MAX + 1)
    short = span.length <= timedelta(days=DAYS_MAX + 1)
    return fresh and near and short and span.end > now


def joined(wanted: Span, standing: Iterable[Absence]) -> tuple[Span, list[Absence]]:
    """Give the absence that results, and those that become part of it.

    Those that touch it or overlap it, and those that touch these in turn.
    """
    every = sorted(standing, key=lambda one: one.span)
    while True:
        found = [one for one in every if _touch(one.span, wanted)]
        start = min([wanted.start, *(one.span.start for one in found)])
        whole = Span(start, max([wanted.end, *(one.span.end for one in found)]))
        if whole == wanted:
            return whole, found
        wanted = whole


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def finished(absence: Absence, now: datetime) -> Absence:
    """End what has begun, as of this minute; withdraw what has not."""
    if absence.is_over(now):
        return absence
    later = absence.version + 1
    end = _minute(now)
    if absence.span.start >= end:
        return replace(absence, version=later, withdrawn=True)
    return replace(absence, version=later, span=Span(absence.span.start, end))


def in_force(absences: Sequence[Absence], now: datetime) -> list[Absence]:
    """Give those that go on or are to come, the first to begin first."""
    left = [each for each in absences if not each.is_over(now)]
    return sorted(left, key=lambda each: each.span)
