"""Time as bits: five-minute cells in UTC, one Python int for a calendar.

Bit n is the n-th cell from the base. What is free is rounded inwards and what is taken
outwards, so a bit never promises more than the calendar does. The zone is used only to
lay the borders of days and the steps of the wall clock; after that a clock change is
nothing special, because cells count real minutes.

Intervals in here are pairs of epoch seconds, half-open.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from booking.spans import Span, instant

CELL = 300  #: Seconds.
CELL_MINUTES = CELL // 60

Interval = tuple[int, int]
Cells = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a window: offered days, and one more on either side.

    The days on either side let buffers and long appointments reach over the edges; no
    start lies in them.
    """

    first: date  #: The first day that may be offered.
    days: int  #: How many days may be offered.
    zone: ZoneInfo  #: The tenant's, in which days begin and starts are stepped.
    base: int  #: Epoch seconds of cell 0.
    #: Cell at which each day begins: the day before `first`, `first`, ...; the last
    #: entry is the end of the grid.
    borders: tuple[int, ...]

    @property
    def count(self) -> int:
        return self.borders[-1]

    @property
    def size(self) -> int:
        """Bytes that hold a bit for each cell."""
        return (self.count + 7) // 8

    @property
    def full(self) -> int:
        return (1 << self.count) - 1

    @property
    def interval(self) -> Interval:
        return self.base, self.base + self.count * CELL

    @property
    def offered(self) -> tuple[int, int]:
        """The cells in which an appointment may begin."""
        return self.borders[1], self.borders[-2]

    def epoch(self, cell: int) -> int:
        return self.base + cell * CELL

    def moment(self, cell: int) -> datetime:
        return datetime.fromtimestamp(self.base + cell * CELL, UTC)

    def cell(self, when: datetime) -> int | None:
        """Give the cell that begins at this moment, or None where none does."""
        seconds = when.timestamp() - self.base
        cell, rest = divmod(seconds, CELL)
        return int(cell) if not rest and 0 <= cell < self.count else None

    def cell_from(self, when: datetime) -> int:
        """Give the first cell that does not begin before this moment."""
        return min(max(math.ceil((when.timestamp() - self.base) / CELL), 0), self.count)

    def day_number(self, epoch: int) -> int:
        """Give which day of `borders` a moment lies in."""
        return bisect_right(self.borders, (epoch - self.base) // CELL) - 1

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number - 1)

    def day_cells(self, day: date) -> tuple[int, int] | None:
        """Give the cells of a calendar day, or None when it lies outside."""
        number = (day - self.first).days + 1
        if not 0 <= number < len(self.borders) - 1:
            return None
        return self.borders[number], self.borders[number + 1]


@lru_cache(maxsize=64)
def grid(first: date, days: int, zone: ZoneInfo) -> Grid:
    """Lay the cells for `days` days that begin with `first`."""
    edges = [
        int(instant(first + timedelta(days=number), time(0), zone).timestamp())
        for number in range(-1, days + 2)
    ]
    base = edges[0]
    assert not any((edge - base) % CELL for edge in edges), zone
    return Grid(first, days, zone, base, tuple((edge - base) // CELL for edge in edges))


@lru_cache(maxsize=64)
def step_bits(on: Grid, minutes: int) -> int:
    """Mark the offered cells whose wall clock reading divides by `minutes`."""
    first, last = on.offered
    marked = bytearray(on.size)
    for cell in range(first, last):
        local = on.moment(cell).astimezone(on.zone)
        if (local.hour * 60 + local.minute) % minutes == 0:
            marked[cell >> 3] |= 1 << (cell & 7)
    return int.from_bytes(marked, "little")


def steps_of(opened: Iterable[Interval], minutes: int, on: Grid) -> int:
    """Mark the offered cells at whole steps from where each opening begins on its day.

    What goes on over midnight begins there anew.
    """
    marked = bytearray(on.size)
    for start, end in opened:
        for begins, ends in pairwise(on.borders[1:-1]):
            first = max(begins, -(-(start - on.base) // CELL))
            last = min(ends, (end - on.base) // CELL)
            for cell in range(first, last, minutes // CELL_MINUTES):
                marked[cell >> 3] |= 1 << (cell & 7)
    return int.from_bytes(marked, "little")


def range_bits(first: int, last: int) -> int:
    """Mark the cells from `first` until just before `last`."""
    return (1 << last) - (1 << first) if first < last else 0


def seconds(span: Span) -> Interval:
    """Give a span in whole seconds, rounded outwards."""
    return math.floor(span.start.timestamp()), math.ceil(span.end.timestamp())


def seconds_within(span: Span) -> Interval:
    """Give a span in whole seconds, rounded inwards; it may be empty."""
    return math.ceil(span.start.timestamp()), math.floor(span.end.timestamp())


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Give the same time as sorted intervals that neither overlap nor touch."""
    result: list[Interval] = []
    last = None
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if last is not None and start <= last:
            if end > last:
                last = end
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
            last = end
    return result


def without(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """Give what of the intervals lies outside every hole, sorted and merged."""
    left: list[Interval] = []
    cuts = merged(holes)
    for whole_start, end in merged(intervals):
        start = whole_start
        for cut_start, cut_end in cuts:
            if cut_end <= start or cut_start >= end:
                continue
            if start < cut_start:
                left.append((start, cut_start))
            start = max(start, cut_end)
        if start < end:
            left.append((start, end))
    return left


def edges(spans: Sequence[Span]) -> Cells:
    """Give spans in whole seconds, rounded outwards, a row each."""
    found = np.empty((len(spans), 2), np.int64)
    found[:, 0] = np.floor([one.start.timestamp() for one in spans])
    found[:, 1] = np.ceil([one.end.timestamp() for one in spans])
    return found


def bits_within(intervals: Sequence[Interval], on: Grid) -> int:
    """Mark the cells that lie wholly in one of the (merged) intervals."""
    found = np.array(intervals, np.int64).reshape(-1, 2) - on.base
    return _union(-(-found[:, 0] // CELL), found[:, 1] // CELL, on)


def bits_touched(intervals: Cells, on: Grid) -> int:
    """Mark the cells that any of the intervals touches, be it for a second."""
    found = intervals - on.base
    return _union(found[:, 0] // CELL, -(-found[:, 1] // CELL), on)


def _union(first: Cells, last: Cells, on: Grid) -> int:
    """Mark ranges of cells that may overlap and come in any order.

    Disjoint ranges are the difference of two numbers, one with a bit at each end and
    one with a bit at each start; so a hundred ranges cost one subtraction.
    """
    order = np.argsort(first, kind="stable")
    first, last = (
        np.clip(first[order], 0, on.count),
        np.clip(last[order], 0, on.count),
    )
    reached = np.maximum.accumulate(last)
    begins = np.ones(len(first), bool)
    begins[1:] = first[1:] > reached[:-1]
    some = first[begins]
    ends = reached[np.append(begins[1:], True)] if len(begins) else reached
    real = ends > some
    return _bits_at(ends[real], on) - _bits_at(some[real], on)


def _bits_at(marked: Cells, on: Grid) -> int:
    flags = np.zeros(on.count + 1, np.uint8)
    flags[marked] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def runs(bits: int, length: int) -> int:
    """Mark each cell from which `length` cells in a row are marked."""
    done = 1
    while bits and done < length:
        step = min(done, length - done)
        bits &= bits >> step
        done += step
    return bits


class Need(NamedTuple):
    """How much time an appointment takes, in seconds."""

    length: int
    before: int
    after: int

    @property
    def on_grid(self) -> bool:
        return not (self.length % CELL or self.before % CELL or self.after % CELL)


def starts(free: int, clear: int, need: Need, on: Grid) -> int:
    """Mark each cell at which an appointment surely fits.

    The appointment itself needs `free` cells; its buffers need only `clear` ones: they
    keep a distance from what is taken and may lie outside bookable hours.
    """
    length, before, after = (
        _up(need.length),
        _up(need.before),
        _up(need.length + need.after),
    )
    guarded = runs(clear, before + after) << before
    return runs(free, length) & guarded & on.full


def starts_at_most(free: int, clear: int, need: Need, on: Grid) -> int:
    """Mark at least each cell at which an appointment may fit.

    Parts of cells at the edges are left out of account; who asks looks again there.
    """
    before, after = need.before // CELL, (need.length + need.after) // CELL
    fits = runs(free, need.length // CELL) if need.length >= CELL else on.full
    guarded = runs(clear, before + after) << before if before + after else on.full
    return fits & guarded & on.full


def _up(amount: int) -> int:
    return -(-amount // CELL)


def cells_of(bits: int, on: Grid) -> list[int]:
    """Give the marked cells in order."""
    row = np.frombuffer(bits.to_bytes(on.size, "little"), np.uint8)
    found: list[int] = np.flatnonzero(np.unpackbits(row, bitorder="little")).tolist()
    return found
