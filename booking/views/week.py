"""Where the entries of a day stand in the calendar of the tab.

A column is a day of the reader's wall clock in five-minute steps. Entries that overlap
stand side by side, as many lanes as are needed at once and no more.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.spans import Span
from booking.views.tab import Band, Entry, OwnEntry, Placed

STEP = 5
#: A quarter is the shortest that can be read and pressed; shorter ones are drawn so.
SHORTEST_STEPS = 3
_DAY_STEPS = 24 * 60 // STEP
_HOUR_STEPS = 60 // STEP


def place(entries: Iterable[Entry], day: date, zone: ZoneInfo) -> tuple[Placed, ...]:
    """Place the entries that touch `day`, in order of their start."""
    spans = []
    for entry in entries:
        start, end = steps(entry.starts, entry.ends, day, zone)
        if start < end or (start == end and 0 <= start < _DAY_STEPS):
            start = min(start, _DAY_STEPS - SHORTEST_STEPS)
            spans.append((start, max(end, start + SHORTEST_STEPS), entry))
    spans.sort(key=lambda each: (each[0], -each[1]))
    lanes = _lanes([(start, end) for start, end, _ in spans])
    return tuple(
        Placed(
            entry,
            hour=start // _HOUR_STEPS,
            minute=start % _HOUR_STEPS * STEP,
            steps=end - start,
            lane=lane,
            lanes=count,
        )
        for (start, end, entry), (lane, count) in zip(spans, lanes, strict=True)
    )


def bands(
    spans: Iterable[Span], day: date, zone: ZoneInfo, shown: tuple[int, int]
) -> tuple[Band, ...]:
    """Shade these times as far as the hours (first, after last) are shown."""
    low, high = (each * _HOUR_STEPS for each in shown)
    found = []
    for span in spans:
        start, end = steps(span.start, span.end, day, zone)
        start, end = max(start, low), min(end, high)
        if start < end:
            hour, step = divmod(start, _HOUR_STEPS)
            found.append(Band(hour, step * STEP, end - start))
    return tuple(found)


def breaks(entries: Iterable[Entry]) -> list[Span]:
    """Give what is kept free before and after each of our appointments."""
    found = []
    for each in entries:
        if isinstance(each, OwnEntry):
            before, after = (timedelta(minutes=n) for n in (each.before, each.after))
            found += [
                Span(start, end)
                for start, end in (
                    (each.starts - before, each.starts),
                    (each.ends, each.ends + after),
                )
                if start < end
            ]
    return found


def hours(
    days: Iterable[Sequence[Placed]], first: int = 8, last: int = 16
) -> tuple[int, int]:
    """Widen the working hours (first, after last) until every entry is seen."""
    for column in days:
        for placed in column:
            end = placed.hour * _HOUR_STEPS + placed.minute // STEP + placed.steps
            first = min(first, placed.hour)
            last = max(last, -(-end // _HOUR_STEPS))
    return first, min(last, 24)


def steps(
    starts: datetime, ends: datetime, day: date, zone: ZoneInfo
) -> tuple[int, int]:
    """Give the part of the day an entry covers, in steps of the wall clock.

    By the wall clock a day always has 24 hours: an entry over the hour that does not
    exist, or exists twice, is drawn from where its clock says to where it says.
    """
    start = _wall_minutes(starts, day, zone)
    end = max(start, _wall_minutes(ends, day, zone))
    if end <= 0 and start < 0:
        return 0, -1
    return max(0, start // STEP), min(_DAY_STEPS, -(-end // STEP))


def _wall_minutes(when: datetime, day: date, zone: ZoneInfo) -> int:
    local = when.astimezone(zone)
    days = local.toordinal() - day.toordinal()
    return days * 24 * 60 + local.hour * 60 + local.minute


def _lanes(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give each span its lane and how many lanes its group has; spans are sorted."""
    placed: list[tuple[int, int]] = []
    group: list[int] = []  # the end of the last span in each lane of this group
    begun = 0
    for index, (start, end) in enumerate(spans):
        if group and start >= max(group):
            placed[begun:] = [(lane, len(group)) for lane, _ in placed[begun:]]
            group, begun = [], index
        free = next((n for n, until in enumerate(group) if until <= start), None)
        if free is None:
            free = len(group)
            group.append(end)
        else:
            group[free] = end
        placed.append((free, 0))
    placed[begun:] = [(lane, len(group)) for lane, _ in placed[begun:]]
    return placed
