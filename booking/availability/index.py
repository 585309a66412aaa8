"""The kept index of free time: what a search reads instead of the database.

An index never changes; a change of one professional's calendar gives a new index that
shares everything else with the old one, at a cost that does not depend on how many
professionals there are. Whoever holds the current index swaps it by one assignment.

For each class of need (a service and the buffers of a modality) it keeps, per
professional, a row of bits: every start that fits, lies on the step of the wall clock
and on no day that is shut; and, over all professionals, a count per cell. The lead time
and the horizon depend on the moment of asking and are applied then.

A client is offered a start when it is not sooner than the service's lead time from now
and not later than the end of the day `horizon_days` after today. Staff may take any
start that has not begun. The index may be a moment old: whoever books checks again with
fresh rows (`has_room`), and the database refuses overlap in any case.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from booking.availability import cells
from booking.availability.calendars import (
    Calendar,
    Guarded,
    Laid,
    booked_by_day,
    has_room,
    lay,
)
from booking.availability.cells import CELL, Grid, Need
from booking.availability.rules import HORIZON_DAYS_MAX
from booking.model import (
    AppointmentId,
    Modality,
    ProfessionalId,
    Service,
    ServiceId,
    Slot,
)
from booking.spans import HELSINKI, Span, span

Cells = NDArray[np.int64]
Counts = NDArray[np.uint16]

#: Professionals are kept in this many small dicts, so that a change copies only one.
_BUCKETS = 64


class Class(NamedTuple):
    """What a count is kept for: the same service with the same need of time."""

    service: ServiceId
    need: Need


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of the index, at a moment."""

    service: Service
    modality: Modality
    now: datetime
    #: Only these; None: all who give the service.
    professionals: Collection[ProfessionalId] | None = None
    within: Span | None = None  #: Only starts within this time.
    #: Asked by staff: no lead time, and as far ahead as the index reaches.
    staff: bool = False

    @property
    def wanted(self) -> Class:
        return _class(self.service, self.modality)

    @property
    def soonest(self) -> datetime:
        lead = 0 if self.staff else self.service.lead_minutes
        return self.now + timedelta(minutes=lead)

    def allows(self, professional: ProfessionalId) -> bool:
        return self.professionals is None or professional in self.professionals


@dataclass(frozen=True, slots=True)
class Entry:
    """One professional in the index."""

    calendar: Calendar
    services: tuple[Service, ...]
    rows: dict[Class, bytes]  #: A bit a cell, the lowest first.
    booked: Mapping[int, int]  #: Appointments by number of the grid's day.


@dataclass(frozen=True, slots=True)
class Index:
    grid: Grid
    _buckets: tuple[dict[ProfessionalId, Entry], ...] = ({},) * _BUCKETS
    _counts: dict[Class, Counts] = field(default_factory=dict)

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
        entry = _entry(lay(calendar, self.grid), tuple(services))
        return self._with(professional, entry)

    def without_professional(self, professional: ProfessionalId) -> Self:
        return self._with(professional, None)

    def rolled(self, now: datetime) -> Self:
        """Give the index of today; the same one while the day lasts."""
        today = now.astimezone(self.grid.zone).date()
        if today == self.grid.first:
            return self
        fresh = type(self)(cells.grid(today, self.grid.days, self.grid.zone))
        for professional, entry in self._entries():
            fresh = fresh.with_professional(
                professional, entry.calendar, entry.services
            )
        return fresh

    def freed(self, professional: ProfessionalId, appointment: AppointmentId) -> Self:
        """Give the index as if this appointment did not exist, for one who moves it."""
        entry = self._entry(professional)
        if entry is None:
            return self
        calendar = entry.calendar.without(appointment)
        if calendar is entry.calendar:
            return self
        return self.with_professional(professional, calendar, entry.services)

    def calendar(self, professional: ProfessionalId) -> Calendar | None:
        """Give what the index knows of a professional."""
        entry = self._entry(professional)
        return entry.calendar if entry else None

    @property
    def professionals(self) -> list[ProfessionalId]:
        return sorted(professional for professional, _ in self._entries())

    # Asking it.

    def epochs(self, search: Search) -> Cells:
        """Give every free start, of whichever professional, in epoch seconds."""
        return self._cells(search) * CELL + self.grid.base

    def free(self, search: Search, limit: int | None = None) -> list[Slot]:
        """Give free slots, the earliest first, then by professional."""
        rows = self._rows(search)
        if limit is None:
            return self._all_slots(search, rows)
        found: list[Slot] = []
        for cell in self._cells(search).tolist():
            start = self.grid.moment(cell)
            found += [Slot(free, start) for free in _free_at(cell, rows)]
            if len(found) >= limit:
                break
        return found[:limit]

    def any_start(
        self, search: Search, limit: int | None = None
    ) -> list[tuple[datetime, tuple[ProfessionalId, ...]]]:
        """Give free starts, each with those who are free, the least booked first."""
        rows = self._rows(search)
        chosen = self._cells(search)[:limit].tolist()
        return [
            (self.grid.moment(cell), self._least_booked(cell, rows)) for cell in chosen
        ]

    def days(self, search: Search) -> dict[date, int]:
        """Give how many starts are free on each local day that has any."""
        per_day = self._per_day(self._cells(search))
        return {
            self.grid.day(number): count
            for number, count in enumerate(per_day.tolist())
            if count
        }

    def nearest(self, search: Search, wanted: datetime, count: int = 3) -> list[Slot]:
        """Give the free starts closest to one that was lost, in order of time.

        Each start comes once, with the least booked of those who are free.
        """
        found = self._cells(search)
        away = np.abs(found * CELL + self.grid.base - int(wanted.timestamp()))
        closest = np.sort(found[np.argsort(away, kind="stable")[:count]])
        rows = self._rows(search)
        return [
            Slot(self._least_booked(cell, rows)[0], self.grid.moment(cell))
            for cell in closest.tolist()
        ]

    def is_free(
        self, search: Search, slot: Slot, *, ignoring: AppointmentId | None = None
    ) -> bool:
        """Say whether this slot would be found by this search.

        Staff may ask for a time off the step and beyond the limits of the day. With
        `ignoring` an appointment about to move does not stand in its own way.
        """
        if not search.allows(slot.professional):
            return False
        entry = self._entry(slot.professional)
        if entry is None or search.wanted not in entry.rows:
            return False
        if search.modality not in search.service.modalities:
            return False
        if search.staff:
            return self._has_room(entry, search, slot, ignoring)
        index = self if ignoring is None else self.freed(slot.professional, ignoring)
        here = span(slot.start, timedelta(seconds=1))
        if search.within is not None and not search.within.contains(here):
            return False
        only = replace(search, professionals=(slot.professional,), within=here)
        return index.free(only, limit=1) == [slot]

    # Inside.

    def _has_room(
        self,
        entry: Entry,
        search: Search,
        slot: Slot,
        ignoring: AppointmentId | None,
    ) -> bool:
        service = search.service
        before, after = service.buffer(search.modality)
        time = span(slot.start, service.length)
        nobody = AppointmentId(-1)
        wanted = Guarded(nobody if ignoring is None else ignoring, time, before, after)
        return slot.start > search.now and has_room(
            entry.calendar, wanted, self.grid.zone, limited=False
        )

    def _entry(self, professional: ProfessionalId) -> Entry | None:
        return self._buckets[professional % _BUCKETS].get(professional)

    def _entries(self) -> Iterator[tuple[ProfessionalId, Entry]]:
        for bucket in self._buckets:
            yield from bucket.items()

    def _with(self, professional: ProfessionalId, entry: Entry | None) -> Self:
        old = self._entry(professional)
        number = professional % _BUCKETS
        bucket = dict(self._buckets[number])
        if entry is None:
            bucket.pop(professional, None)
        else:
            bucket[professional] = entry
        return replace(
            self,
            _buckets=(*self._buckets[:number], bucket, *self._buckets[number + 1 :]),
            _counts=self._recounted(
                old.rows if old else {}, entry.rows if entry else {}
            ),
        )

    def _recounted(
        self, old: dict[Class, bytes], new: dict[Class, bytes]
    ) -> dict[Class, Counts]:
        counts = dict(self._counts)
        nothing = bytes(self.grid.size)
        for one in old.keys() | new.keys():
            before, after = old.get(one, nothing), new.get(one, nothing)
            if before != after:
                counts[one] = _recount(counts.get(one), before, after)
        return counts

    def _reach(self, search: Search) -> tuple[int, int]:
        """Give the cells in which this search may find a start."""
        first, last = self.grid.offered
        soonest = self.grid.cell_from(search.soonest)
        if self.grid.moment(soonest) <= search.now:
            soonest += 1
        if not search.staff:
            today = search.now.astimezone(self.grid.zone).date()
            final = today + timedelta(days=search.service.horizon_days)
            ahead = (final - self.grid.first).days + 2
            last = self.grid.borders[min(max(ahead, 1), len(self.grid.borders) - 2)]
        if search.within is not None:
            soonest = max(soonest, self.grid.cell_from(search.within.start))
            last = min(last, self.grid.cell_from(search.within.end))
        return max(first, soonest), last

    def _cells(self, search: Search) -> Cells:
        """Give the cells at which at least one of those asked for is free."""
        first, last = self._reach(search)
        nothing = np.zeros(0, np.int64)
        if first >= last:
            return nothing
        if search.professionals is None:
            counts = self._counts.get(search.wanted)
            if counts is None or search.modality not in search.service.modalities:
                return nothing
            return np.flatnonzero(counts[first:last]) + first
        union = 0
        for _, row in self._rows(search):
            union |= int.from_bytes(row, "little")
        return self._marked(union.to_bytes(self.grid.size, "little"), first, last)

    def _marked(self, row: bytes, first: int, last: int) -> Cells:
        bits = np.unpackbits(np.frombuffer(row, np.uint8), bitorder="little")
        return np.flatnonzero(bits[first:last]) + first

    def _rows(self, search: Search) -> list[tuple[ProfessionalId, bytes]]:
        """Give the row of each who gives the service, in order of their ids."""
        if search.modality not in search.service.modalities:
            return []
        wanted = search.wanted
        if search.professionals is None:
            asked = self._entries()
        else:
            known = ((of, self._entry(of)) for of in set(search.professionals))
            asked = ((of, entry) for of, entry in known if entry is not None)
        return sorted(
            (of, entry.rows[wanted]) for of, entry in asked if wanted in entry.rows
        )

    def _all_slots(
        self, search: Search, rows: Sequence[tuple[ProfessionalId, bytes]]
    ) -> list[Slot]:
        first, last = self._reach(search)
        if first >= last:
            return []
        found = [
            (cell, of)
            for of, row in rows
            for cell in self._marked(row, first, last).tolist()
        ]
        found.sort()
        return [Slot(of, self.grid.moment(cell)) for cell, of in found]

    def _least_booked(
        self, cell: int, rows: Sequence[tuple[ProfessionalId, bytes]]
    ) -> tuple[ProfessionalId, ...]:
        day = self.grid.day_number(self.grid.epoch(cell))
        found = _free_at(cell, rows)
        return tuple(sorted(found, key=lambda of: (self._booked(of, day), of)))

    def _booked(self, professional: ProfessionalId, day: int) -> int:
        entry = self._entry(professional)
        return entry.booked.get(day, 0) if entry else 0

    def _per_day(self, found: Cells) -> Cells:
        """Count cells by the day they lie in."""
        edges = np.searchsorted(found, np.asarray(self.grid.borders))
        return np.diff(edges)


def _class(service: Service, modality: Modality) -> Class:
    before, after = service.buffers.get(modality, (0, 0))
    return Class(service.id, Need(service.minutes * 60, before * 60, after * 60))


def _entry(laid: Laid, services: tuple[Service, ...]) -> Entry:
    by_need: dict[Need, bytes] = {}
    rows: dict[Class, bytes] = {}
    for service in services:
        for modality in service.modalities:
            wanted = _class(service, modality)
            if wanted.need not in by_need:
                marked = laid.starts(wanted.need)
                by_need[wanted.need] = marked.to_bytes(laid.on.size, "little")
            rows[wanted] = by_need[wanted.need]
    return Entry(laid.calendar, services, rows, booked_by_day(laid.calendar, laid.on))


def _recount(counts: Counts | None, before: bytes, after: bytes) -> Counts:
    """Count one professional's starts anew, in the part of the time that changed."""
    old, new = (np.frombuffer(row, np.uint8) for row in (before, after))
    changed = np.flatnonzero(old != new)
    first, last = int(changed[0]), int(changed[-1]) + 1
    result = np.zeros(len(old) * 8, np.uint16) if counts is None else counts.copy()
    part = result[first * 8 : last * 8]
    part += np.unpackbits(new[first:last], bitorder="little")
    part -= np.unpackbits(old[first:last], bitorder="little")
    return result


def _is_marked(row: bytes, cell: int) -> bool:
    return bool(row[cell >> 3] >> (cell & 7) & 1)


def _free_at(
    cell: int, rows: Sequence[tuple[ProfessionalId, bytes]]
) -> list[ProfessionalId]:
    place, bit = cell >> 3, 1 << (cell & 7)
    return [of for of, row in rows if row[place] & bit]
