"""Laying events out on a grid of hours: pure, from what is seen to where it stands.

A column is a day of one person, or one person of a day. Events that share time share
the width of their column; one that passes midnight stands in both days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dev_tenant.tenant import Json

DAY_BEGINS, DAY_ENDS = 7, 18
SHORTEST_MINUTES = 20


@dataclass(slots=True)
class Block:
    """One event in one column; shares are percent of the column's width."""

    event: Json
    top: float  #: percent of the shown hours
    height: float
    left: float = 0.0
    width: float = 100.0
    goes_on: bool = False  #: It began the day before.


@dataclass(slots=True)
class Column:
    """One column: a title, whose it is, which day, and what stands in it."""

    user: str
    day: date
    title: str
    hint: str = ""
    today: bool = False
    whole_days: list[Json] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours a grid shows."""

    first: int
    last: int

    @property
    def minutes(self) -> int:
        return (self.last - self.first) * 60

    def share(self, minute: float) -> float:
        """Say where a minute of the day is, in percent of the grid."""
        return round((minute - self.first * 60) / self.minutes * 100, 3)


def hours_of(events: Iterable[Json]) -> Hours:
    """Give working hours, stretched so that every event is seen."""
    first, last = DAY_BEGINS, DAY_ENDS
    for event in events:
        if event["all_day"]:
            continue
        start, end = _moments(event)
        if start.date() != end.date() and end.time() > time():
            return Hours(0, 24)
        first = min(first, start.hour)
        ends = 24 if end.time() == time() else end.hour + (end.minute > 0)
        last = max(last, ends)
    return Hours(first, last)


def fill(column: Column, events: Iterable[Json], hours: Hours) -> None:
    """Put into a column those of a person's events that touch its day."""
    begin = datetime.combine(column.day, time())
    end = begin + timedelta(days=1)
    spans: list[tuple[datetime, datetime, Json]] = []
    for event in events:
        first, last = _moments(event)
        if first >= end or (last <= begin and first != last):
            continue
        if event["all_day"]:
            column.whole_days.append(event)
        else:
            spans.append((max(first, begin), min(last, end), event))
    for group in _together(spans):
        column.blocks += _side_by_side(group, begin, hours)


Span = tuple[datetime, datetime, Json]


def _together(spans: list[Span]) -> list[list[Span]]:
    """Group spans that touch one another, directly or by others."""
    groups: list[list[Span]] = []
    reach: datetime | None = None
    for span in sorted(spans, key=lambda s: (s[0], s[1], s[2]["id"])):
        if reach is None or span[0] >= reach:
            groups.append([])
        groups[-1].append(span)
        reach = max(reach or span[1], _seen_end(span))
    return groups


def _side_by_side(group: list[Span], begin: datetime, hours: Hours) -> list[Block]:
    lanes: list[datetime] = []
    placed: list[tuple[int, Span]] = []
    for span in group:
        lane = next((n for n, free in enumerate(lanes) if free <= span[0]), len(lanes))
        lanes[lane : lane + 1] = [_seen_end(span)]
        placed.append((lane, span))
    width = 100 / len(lanes)
    return [_block(span, begin, hours, lane * width, width) for lane, span in placed]


def _block(
    span: Span, begin: datetime, hours: Hours, left: float, width: float
) -> Block:
    start = (span[0] - begin).total_seconds() / 60
    end = (_seen_end(span) - begin).total_seconds() / 60
    top = hours.share(start)
    return Block(
        event=span[2],
        top=top,
        height=round(hours.share(end) - top, 3),
        left=round(left, 3),
        width=round(width, 3),
        goes_on=_moments(span[2])[0] < begin,
    )


def _seen_end(span: Span) -> datetime:
    return max(span[1], span[0] + timedelta(minutes=SHORTEST_MINUTES))


def _moments(event: Json) -> tuple[datetime, datetime]:
    start, end = event["start"], event["end"]
    return datetime.fromisoformat(start), datetime.fromisoformat(end)
