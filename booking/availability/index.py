"""The kept index of free time: what a search reads instead of the database.

An index never changes; a change of one professional's calendar gives a new index that
shares everything else with the old one, at a cost that does not depend on how many
professionals there are. Whoever holds the current index swaps it by one assignment.

For each service and modality it keeps, per professional, a row of bits: every start that
fits, lies on the step of the wall clock and on no day that is shut; and, over all
professionals, a count per cell. The lead time
and the horizon depend on the moment of asking and are applied then.

A client is offered a start when it is not sooner than the service's lead time from now
and not later than the end of the day `days_ahead` after today. Staff may take any
start that has not begun. The index may be a moment old: whoever books checks again with
fresh rows (`has_room`), and the database refuses overlap in any case.
"""

from collections.abc import (
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from booking.availability import cells
from booking.availability.bits import (
    Change,
    Counts,
    Row,
    difference,
    free_at,
    marked,
    recount,
    unmarked,
)
from booking.availability.calendars import (
    Calendar,
    Guarded,
    Laid,
    booked_by_day,
    has_room,
    lay,
)
from booking.availability.cells import CELL, Cells, Grid, Need
from booking.availability.rules import HORIZON_DAYS_MAX
from booking.availability.search import Class, Search, classes_of, need_of_own
from booking.model import (
    AppointmentId,
    ProfessionalId,
    Service,
    Slot,
)
from booking.spans import HELSINKI, span

T = TypeVar("T")


#: Professionals are kept in blocks of so many ids, so that a change makes anew only
#: the block it falls into.
_BLOCK = 16
#: How many answers one index keeps.
_KNOWN_MAX = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One professional in the index."""

    calendar: Calendar
    services: tuple[Service, ...]
    classes: tuple[tuple[Class, Need], ...]  #: Of those services, as she gives them.
    rows: dict[Class, bytes]  #: A bit a cell, the lowest first.
    booked: Mapping[int, int]  #: Appointments by number of the grid's day.

    def but(self, cell: int | None) -> Self:
        """Give the entry without the starts at one cell."""
        mark = 0 if cell is None else 1 << cell
        rows = {of: unmarked(row, mark) for of, row in self.rows.items()}
        return replace(self, rows=rows)


@dataclass(frozen=True, slots=True)
class Block:
    """Some professionals of neighbouring ids."""

    entries: dict[ProfessionalId, Entry] = field(default_factory=dict)
    _rows: dict[Class, list[Row]] = field(default_factory=dict, compare=False)

    def rows(self, wanted: Class) -> list[Row]:
        """Give the rows of those who have one, in order of their ids."""
        if wanted not in self._rows:
            self._rows[wanted] = [
                (of, entry.rows[wanted])
                for of, entry in self.entries.items()
                if wanted in entry.rows
            ]
        return self._rows[wanted]

    def with_entry(self, professional: ProfessionalId, entry: Entry | None) -> Self:
        entries = {**self.entries}
        entries.pop(professional, None)
        if entry is not None:
            entries[professional] = entry
        return type(self)(dict(sorted(entries.items(), key=itemgetter(0))))


@dataclass(frozen=True, slots=True)
class Index:
    """Free starts of all professionals on one grid."""

    grid: Grid
    _blocks: dict[int, Block] = field(default_factory=dict)
    _counts: dict[Class, Counts] = field(default_factory=dict)
    #: When the first hold lapses, of those who have any.
    _lapses: dict[ProfessionalId, datetime] = field(default_factory=dict)
    #: What was worked out from this index, so that it is worked out once.
    _known: dict[Hashable, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def empty(
        cls, now: datetime, zone: ZoneInfo = HELSINKI, days: int = HORIZON_DAYS_MAX + 1
    ) -> Self:
        """Give an index of nobody that offers today and the days after it."""
        return cls(cells.grid(now.astimezone(zone).date(), days, zone))

    # Keeping it.

    def with_professional(
        self,
        professional: ProfessionalId,
        calendar: Calendar,
        services: Iterable[Service],
    ) -> Self:
        """Put a professional's calendar, and what she gives, in place of the old."""
        given, old = tuple(services), self._entry(professional)
        same = old is not None and old.services == given
        classes = old.classes if old is not None and same else classes_of(given)
        laid = lay(calendar, self.grid)
        return self._with(professional, _entry(laid, given, classes))

    def without_professional(self, professional: ProfessionalId) -> Self:
        return self._with(professional, None)

    def rolled(self, now: datetime) -> Self:
        """Give the index as of now: lapsed holds are free again, a new day begins.

        The same index while neither has happened, so it may be asked for often.
        """
        today = now.astimezone(self.grid.zone).date()
        if today != self.grid.first:
            return self._of_day(today, now)
        index = self
        for professional in [of for of, when in self._lapses.items() if when <= now]:
            index = index._put_again(professional, now)
        return index

    def freed(self, professional: ProfessionalId, appointment: AppointmentId) -> Self:
        """Give the index as if this appointment did not exist, for one who moves it."""
        entry = self._entry(professional)
        if entry is None:
            return self
        calendar = entry.calendar.without(appointment)
        if calendar is entry.calendar:
            return self
        return self.with_professional(professional, calendar, entry.services)

    def moving(
        self,
        professional: ProfessionalId,
        appointment: AppointmentId,
        wanted: Class | None = None,
    ) -> Self:
        """Give the index for one who moves this appointment to another time.

        It stands in nobody's way, and where it begins now is no other time. As `wanted`
        it is looked for with the time that it takes, whatever its service takes by now,
        and if it is given no more.
        """
        entry = self._entry(professional)
        taking = entry.calendar.appointments if entry else ()
        own = next((one for one in taking if one.id == appointment), None)
        if entry is None or own is None:
            return self
        laid = lay(entry.calendar.without(appointment), self.grid)
        classes = entry.classes
        if wanted is not None:
            others = tuple(pair for pair in classes if pair[0] != wanted)
            classes = (*others, (wanted, need_of_own(own)))
        freed, now = _entry(laid, entry.services, classes), own.span.start
        return self._with(professional, freed.but(self.grid.cell(now)))

    def calendar(self, professional: ProfessionalId) -> Calendar | None:
        """Give what the index knows of a professional."""
        entry = self._entry(professional)
        return entry.calendar if entry else None

    def given(self, professional: ProfessionalId) -> tuple[Service, ...]:
        """Give what a professional gives, as far as the index knows."""
        entry = self._entry(professional)
        return entry.services if entry else ()

    @property
    def professionals(self) -> list[ProfessionalId]:
        return [professional for professional, _ in self._entries()]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what was made under this key before, or make it and keep it.

        For answers that follow from the index alone: they go when it goes. The key
        says everything else they depend on.
        """
        if key not in self._known:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            self._known[key] = make()
        kept: T = self._known[key]
        return kept

    def answer(self, search: Search, name: str, make: Callable[[], T]) -> T:
        """Give what was made of a search before, while its answer is the same.

        Time goes on and the answer stays until a start falls out of reach; so an answer
        may be kept in the form it is sent in.
        """
        if search.professionals is not None:
            return make()
        key = (name, search.wanted, search.modality, *self._reach(search))
        return self.once(key, make)

    # Asking it.

    def epochs(self, search: Search) -> Cells:
        """Give every free start, of whichever professional, in epoch seconds."""
        return self._cells(search) * CELL + self.grid.base

    def counted(
        self, search: Search, limit: int | None = None
    ) -> list[tuple[int, int]]:
        """Give free starts in epoch seconds, each with how many are free then."""
        found = self._cells(search)[:limit]
        if search.professionals is None and len(found):
            many = self._counts[search.wanted][found].tolist()
        else:
            rows = self._rows(search)
            many = [sum(1 for _ in free_at(cell, rows)) for cell in found.tolist()]
        return list(zip((found * CELL + self.grid.base).tolist(), many, strict=True))

    def free(self, search: Search, limit: int | None = None) -> list[Slot]:
        """Give free slots, the earliest first, then by professional."""
        rows = self._rows(search)
        if limit is None:
            return self._all_slots(search, rows)
        slots = (
            Slot(of, self.grid.moment(cell))
            for cell in self._cells(search).tolist()
            for of in free_at(cell, rows)
        )
        return list(islice(slots, limit))

    def any_start(
        self, search: Search, limit: int | None = None, *, proposing: bool = False
    ) -> list[tuple[datetime, tuple[ProfessionalId, ...]]]:
        """Give free starts, each with those who are free, the least booked first.

        `proposing`: what overlaps the time to be given up comes last.
        """
        found = self._cells(search)
        if proposing:
            last = search.crosses(found * CELL + self.grid.base)
            found = np.concatenate((found[~last], found[last]))
        return [
            (self.grid.moment(cell), tuple(self._least_booked(cell, search)))
            for cell in found[:limit].tolist()
        ]

    def days(self, search: Search) -> dict[date, int]:
        """Give how many starts are free on each local day that has any."""
        edges = np.searchsorted(self._cells(search), self.grid.borders)
        return {
            self.grid.day(number): count
            for number, count in enumerate(np.diff(edges).tolist())
            if count
        }

    def nearest(self, search: Search, wanted: datetime, count: int = 3) -> list[Slot]:
        """Give the free starts closest to one that was lost, in order of time.

        Each start comes once, with the least booked of those who are free.
        """
        found = self._cells(search)
        away = np.abs(found * CELL + self.grid.base - int(wanted.timestamp()))
        closest = np.sort(found[np.argsort(away, kind="stable")[:count]])
        return [
            Slot(next(self._least_booked(cell, search)), self.grid.moment(cell))
            for cell in closest.tolist()
        ]

    def is_free(
        self, search: Search, slot: Slot, *, ignoring: AppointmentId | None = None
    ) -> bool:
        """Say whether this slot would be found by this search.

        Staff may ask for a time off the step and beyond the limits of the day. With
        `ignoring` an appointment about to move does not stand in its own way.
        """
        entry = self._entry(slot.professional)
        if entry is None or not search.allows(slot.professional):
            return False
        if not search.possible or search.wanted not in entry.rows:
            return False
        here = span(slot.start, timedelta(seconds=1))
        if search.within is not None and not search.within.contains(here):
            return False
        if search.staff:
            wanted = _guarded(search, slot, ignoring, entry.services)
            return slot.start > search.now and has_room(
                entry.calendar, wanted, self.grid.zone, limited=False
            )
        index = self if ignoring is None else self.freed(slot.professional, ignoring)
        only = replace(search, professionals=(slot.professional,), within=here)
        return index.free(only, limit=1) == [slot]

    # Inside.

    def _of_day(self, today: date, now: datetime) -> Self:
        fresh = type(self)(cells.grid(today, self.grid.days, self.grid.zone))
        for professional, entry in self._entries():
            calendar = entry.calendar.at(now)
            fresh = fresh.with_professional(professional, calendar, entry.services)
        return fresh

    def _put_again(self, professional: ProfessionalId, now: datetime) -> Self:
        entry = self._entry(professional)
        assert entry is not None
        calendar = entry.calendar.at(now)
        return self.with_professional(professional, calendar, entry.services)

    def _entry(self, professional: ProfessionalId) -> Entry | None:
        block = self._blocks.get(professional // _BLOCK)
        return block.entries.get(professional) if block else None

    def _entries(self) -> Iterator[tuple[ProfessionalId, Entry]]:
        for _, block in sorted(self._blocks.items(), key=itemgetter(0)):
            yield from block.entries.items()

    def _with(self, professional: ProfessionalId, entry: Entry | None) -> Self:
        old, place = self._entry(professional), professional // _BLOCK
        block = self._blocks.get(place, Block()).with_entry(professional, entry)
        return type(self)(
            self.grid,
            {**self._blocks, place: block},
            self._recounted(old.rows if old else {}, entry.rows if entry else {}),
            self._lapsing(professional, entry),
        )

    def _lapsing(
        self, professional: ProfessionalId, entry: Entry | None
    ) -> dict[ProfessionalId, datetime]:
        lapses = entry.calendar.lapses if entry else None
        if lapses is None and professional not in self._lapses:
            return self._lapses
        others = {of: when for of, when in self._lapses.items() if of != professional}
        return others if lapses is None else {**others, professional: lapses}

    def _recounted(
        self, old: dict[Class, bytes], new: dict[Class, bytes]
    ) -> dict[Class, Counts]:
        counts, nothing = {**self._counts}, bytes(self.grid.size)
        # Services of the same need have the same rows, so the same change.
        changes: dict[tuple[bytes, bytes], Change | None] = {}
        # Those that were counted alike and change alike go on sharing one count.
        shared: dict[tuple[int, tuple[bytes, bytes]], Counts] = {}
        for one in old.keys() | new.keys():
            pair = old.get(one, nothing), new.get(one, nothing)
            if pair not in changes:
                changes[pair] = difference(*pair)
            change = changes[pair]
            if change is not None:
                before = self._counts.get(one)
                same = id(before), pair
                if same not in shared:
                    shared[same] = recount(before, change, len(nothing) * 8)
                counts[one] = shared[same]
        return counts

    def _reach(self, search: Search) -> tuple[int, int]:
        """Give the cells in which this search may find a start."""
        first, last = self.grid.offered
        soonest = self.grid.cell_from(search.soonest)
        if self.grid.moment(soonest) <= search.now:
            soonest += 1
        if not search.staff:
            today = search.now.astimezone(self.grid.zone).date()
            final = today + timedelta(days=search.service.days_ahead)
            ahead = (final - self.grid.first).days + 2
            last = self.grid.borders[min(max(ahead, 1), len(self.grid.borders) - 2)]
        if search.within is not None:
            soonest = max(soonest, self.grid.cell_from(search.within.start))
            last = min(last, self.grid.cell_from(search.within.end))
        return max(first, soonest), last

    def _cells(self, search: Search) -> Cells:
        """Give the cells at which at least one of those asked for is free."""
        first, last = self._reach(search)
        counts = self._counts.get(search.wanted)
        if first >= last or counts is None or not search.possible:
            return np.zeros(0, np.int64)
        if search.professionals is None:
            return np.flatnonzero(counts[first:last]) + first
        union = 0
        for _, row in self._rows(search):
            union |= int.from_bytes(row, "little")
        return marked(union.to_bytes(self.grid.size, "little"), first, last)

    def _rows(self, search: Search) -> list[Row]:
        """Give the row of each who gives the service, in order of their ids."""
        if not search.possible:
            return []
        wanted, asked = search.wanted, search.professionals
        if asked is None:
            return self.once(("rows", wanted), lambda: self._all_rows(wanted))
        known = ((of, self._entry(of)) for of in sorted(set(asked)))
        return [
            (of, entry.rows[wanted])
            for of, entry in known
            if entry is not None and wanted in entry.rows
        ]

    def _all_rows(self, wanted: Class) -> list[Row]:
        found: list[Row] = []
        for _, block in sorted(self._blocks.items(), key=itemgetter(0)):
            found += block.rows(wanted)
        return found

    def _all_slots(self, search: Search, rows: Sequence[Row]) -> list[Slot]:
        first, last = self._reach(search)
        if first >= last:
            return []
        found = [
            (cell, of) for of, row in rows for cell in marked(row, first, last).tolist()
        ]
        found.sort()
        return [Slot(of, self.grid.moment(cell)) for cell, of in found]

    def _least_booked(self, cell: int, search: Search) -> Iterator[ProfessionalId]:
        """Give who is free at a cell, the least booked of that day first."""
        day = self.grid.day_number(self.grid.epoch(cell))

        def by_load() -> list[Row]:
            # Sorting keeps the order of ids among the equally booked.
            return sorted(self._rows(search), key=lambda row: self._booked(row[0], day))

        if search.professionals is not None:
            return free_at(cell, by_load())
        return free_at(cell, self.once(("by load", search.wanted, day), by_load))

    def _booked(self, professional: ProfessionalId, day: int) -> int:
        entry = self._entry(professional)
        return entry.booked.get(day, 0) if entry else 0


def _entry(
    laid: Laid,
    services: tuple[Service, ...],
    classes: tuple[tuple[Class, Need], ...],
) -> Entry:
    by_need = {
        need: laid.starts(need).to_bytes(laid.on.size, "little")
        for need in {need for _, need in classes}
    }
    rows = {one: by_need[need] for one, need in classes}
    booked = booked_by_day(laid.calendar, laid.on)
    return Entry(laid.calendar, services, classes, rows, booked)


def _guarded(
    search: Search,
    slot: Slot,
    moving: AppointmentId | None,
    services: Sequence[Service],
) -> Guarded:
    given = next(one for one in services if one.id == search.service.id)
    before, after = given.buffer(search.modality)
    nobody = AppointmentId(-1)
    return Guarded(
        nobody if moving is None else moving,
        span(slot.start, search.service.length),
        before,
        after,
    )
