"""What a search for free times costs, against a plain sweep over intervals.

Four weeks across the autumn clock change, about 113 busy blocks a professional; asked
is every start, on a five-minute step, at which any of N professionals can give 45
minutes with 5 before and 10 after. Three ways must give the same answer in the same
run: a plain sweep in Python over sorted intervals; the availability code from raw
calendars; and the kept index. Ratios are the result, times are this machine's.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from booking.availability import Calendar, Index, Rules, Search, cells, openings
from booking.availability.calendars import lay
from booking.availability.search import need_of
from booking.calendar import Busy, Mailbox, ShowAs
from booking.model import Modality, ProfessionalId, Service, ServiceId, Words
from booking.spans import HELSINKI, Span, day_span, days_span

SIZES = (1, 10, 100, 1000)
FIRST, DAYS = date(2026, 10, 12), 28  #: The clock changes on 25 October.
BUSY_BLOCKS = 113
LENGTH, BEFORE, AFTER = 45, 5, 10
RULES = Rules(step_minutes=5)

WINDOW = days_span(FIRST, FIRST + timedelta(days=DAYS), HELSINKI)
NOW = day_span(FIRST, HELSINKI).start

Interval = tuple[int, int]


def services() -> list[Service]:
    """Give six services, as a unit has, of which the first is asked for."""
    words = Words("palvelu", "tjänst", "service")
    modalities = tuple(Modality)
    lengths = (LENGTH, 30, 60, 15, 45, 90)
    return [
        Service(
            ServiceId(number),
            f"s{number}",
            words,
            words,
            minutes,
            modalities,
            {Modality.REMOTE: (BEFORE, AFTER)},
            lead_minutes=0,
        )
        for number, minutes in enumerate(lengths)
    ]


SERVICES = services()
SEARCH = Search(SERVICES[0], Modality.REMOTE, NOW)


def a_calendar(chance: random.Random) -> Calendar:
    """Make about four busy blocks a day, most within the working hours."""
    rows = []
    for number in range(BUSY_BLOCKS):
        day = day_span(FIRST + timedelta(days=chance.randrange(DAYS)), HELSINKI)
        start = day.start + timedelta(minutes=5 * chance.randrange(6 * 12, 18 * 12))
        length = timedelta(minutes=chance.choice([15, 25, 30, 45, 60, 90, 120]))
        rows.append(Busy(f"e{number}", Span(start, start + length), ShowAs.BUSY))
    return Calendar(rules=RULES, busy=tuple(rows))


def epochs(spans: list[Span]) -> list[Interval]:
    return [(int(one.start.timestamp()), int(one.end.timestamp())) for one in spans]


def seconds(calendar: Calendar) -> list[Interval]:
    return epochs([row.span(HELSINKI) for row in calendar.busy])


def sweep(opened: list[Interval], everybody: list[list[Interval]]) -> list[int]:
    """Find the starts as one would write it down: gaps between sorted intervals."""
    found: set[int] = set()
    length, before, after = LENGTH * 60, BEFORE * 60, AFTER * 60
    for busy in everybody:
        blocks = sorted((start - after, end + before) for start, end in busy)
        place = 0
        for begin, end in opened:
            free = begin
            while place < len(blocks) and blocks[place][1] <= begin:
                place += 1
            for start, finish in blocks[place:]:
                if start >= end:
                    break
                found.update(range(-(-free // 300) * 300, start - length + 1, 300))
                free = max(free, finish)
            found.update(range(-(-free // 300) * 300, end - length + 1, 300))
    return sorted(found)


def from_raw(calendars: list[Calendar]) -> list[int]:
    """Find them from calendars nothing is kept of."""
    on = cells.grid(FIRST, DAYS, HELSINKI)
    union, need = 0, need_of(SEARCH.service, SEARCH.modality)
    for calendar in calendars:
        union |= lay(calendar, on).starts(need)
    return [on.epoch(cell) for cell in cells.cells_of(union, on)]


def kept(calendars: list[Calendar]) -> Index:
    index = Index.empty(NOW, HELSINKI, DAYS)
    for number, calendar in enumerate(calendars):
        index = index.with_professional(ProfessionalId(number), calendar, SERVICES)
    return index


def cost(work: Callable[[], object], *, at_least: float = 0.05) -> float:
    """Give the CPU seconds of one call: the median of several rounds."""
    work()
    start = time.process_time()
    work()
    once = max(time.process_time() - start, 1e-6)
    count = max(1, int(at_least / once))
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(count):
            work()
        rounds.append((time.process_time() - start) / count)
    return median(rounds)


@dataclass(frozen=True, slots=True)
class Figures:
    """CPU seconds, by how many professionals."""

    professionals: int
    starts: int
    sweep: float  #: The plain sweep, from intervals already in whole seconds.
    rows: float  #: The same, reading the intervals off the calendars first.
    raw: float  #: From calendars nothing is kept of.
    index: float  #: Every start, from the kept index.
    first: float  #: The first twenty slots, from the kept index.
    days: float  #: How many starts a day, from the kept index.
    change: float  #: One changed calendar into the index: one service.
    change_six: float  #: The same with six services, ten different needs of time.

    @property
    def less(self) -> float:
        """How many times less the kept index costs than the sweep."""
        return self.sweep / self.index


def measure(count: int) -> Figures:
    chance = random.Random(count)
    calendars = [a_calendar(chance) for _ in range(count)]
    opened = epochs(openings(Mailbox(), RULES, (), WINDOW, HELSINKI))
    everybody = [seconds(calendar) for calendar in calendars]
    index = kept(calendars)
    plain = sweep(opened, everybody)
    assert from_raw(calendars) == plain, "the raw way found other starts"
    assert index.epochs(SEARCH).tolist() == plain, "the index found other starts"
    return Figures(
        professionals=count,
        starts=len(plain),
        sweep=cost(lambda: sweep(opened, everybody)),
        rows=cost(lambda: sweep(opened, [seconds(one) for one in calendars])),
        raw=cost(lambda: from_raw(calendars)),
        index=cost(lambda: index.epochs(SEARCH)),
        first=cost(lambda: index.free(SEARCH, 20)),
        days=cost(lambda: index.days(SEARCH)),
        change=cost(changing(index, calendars[0], SERVICES[:1])),
        change_six=cost(changing(index, calendars[0], SERVICES)),
    )


def changing(
    index: Index, calendar: Calendar, given: list[Service]
) -> Callable[[], object]:
    """Give the work of taking in one event more, then one less, in turn."""
    [slot] = index.free(replace(SEARCH, professionals=(ProfessionalId(0),)), 1)
    taken = Span(slot.start, slot.start + timedelta(minutes=LENGTH))
    more = Busy("new", taken, ShowAs.BUSY)
    versions = [replace(calendar, busy=(*calendar.busy, more)), calendar]
    turn = 0
    current = index

    def change() -> None:
        nonlocal turn, current
        turn += 1
        current = current.with_professional(
            ProfessionalId(0), versions[turn % 2], given
        )

    return change


@dataclass(frozen=True, slots=True)
class Target:
    said: str
    reached: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        if self.at_least:
            return self.reached >= self.limit
        return self.reached <= self.limit

    def __str__(self) -> str:
        verdict = "met" if self.met else "MISSED"
        side = "at least" if self.at_least else "at most"
        return f"{verdict:>6}  {self.said}: {self.reached:.2f} ({side} {self.limit:g})"


def targets(by_size: dict[int, Figures]) -> list[Target]:
    ten, hundred, most = by_size[10], by_size[100], by_size[1000]
    return [
        Target(
            "kept index, 100: times less than the sweep",
            hundred.less,
            20,
            at_least=True,
        ),
        Target("kept index: 1,000 against 10", most.index / ten.index, 1.5),
        Target("first twenty slots: 1,000 against 10", most.first / ten.first, 1.5),
        Target("a change: 1,000 against 10", most.change / ten.change, 1.5),
    ]


COLUMNS = (
    *("sweep", "rows", "raw", "index"),
    *("first", "days", "change", "change_six"),
)


def table(found: list[Figures]) -> str:
    """Draw the figures, in microseconds, and how they stand to the sweep."""
    names = ("N", "starts", *COLUMNS, "rows/raw", "sweep/index")
    lines = ["".join(f"{name:>12}" for name in names)]
    for one in found:
        micro = [f"{getattr(one, name) * 1e6:.0f}" for name in COLUMNS]
        ratios = [f"{one.rows / one.raw:.1f}", f"{one.less:.0f}"]
        cells_ = [str(one.professionals), str(one.starts), *micro, *ratios]
        lines.append("".join(f"{cell:>12}" for cell in cells_))
    return "\n".join(lines)


def run() -> tuple[list[Figures], list[Target]]:
    found = [measure(count) for count in SIZES]
    return found, targets({one.professionals: one for one in found})
