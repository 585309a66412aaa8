"""A professional's calendar as the search sees it: what is open and what is taken.

Semantics, exactly:

* An appointment fits when all of it lies in an opening, and when it with its buffers
  overlaps nothing that is taken. Buffers may reach out of the openings.
* Taken is: every event whose show-as blocks, except our own (an appointment blocks by
  itself, so an event that lags behind its appointment neither keeps a time nor frees
  one); every absence; every appointment or hold with its buffers.
* An all-day event covers days of the zone of the professional's mailbox.
* Openings are the working hours of the mailbox, in their own zone, or the blocks she
  opened in Outlook; both minus absences and closed days of the tenant or the unit, and
  within the hours of the unit where it has any.
* Of working hours those alone that she keeps for bookings, where she has said which.
* Working hours follow the wall: in the night a clock hour is skipped, a border within
  it lies at the change; where it is repeated, a border means its first occurrence.
  Hours that end before they begin end on the next day; hours of no length are none.
* Starts lie on the steps of the wall clock; in blocks she opened, on steps from where
  the block begins on that day.
* The daily limit counts appointments by the tenant's local day on which they begin.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from booking.availability import cells
from booking.availability.cells import CELL, Cells, Grid, Interval, Need
from booking.availability.rules import DayHours, Mode, Rules
from booking.calendar import Busy, Mailbox, WorkingHours
from booking.model import Appointment, AppointmentId, Status
from booking.spans import Span, day_span, from_epoch, instant


@dataclass(frozen=True, slots=True)
class Guarded:
    """An appointment or a hold, as far as it takes time."""

    id: AppointmentId
    span: Span  #: What the client was promised.
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    #: When a hold lapses by itself; None: it does not.
    until: datetime | None = None

    @classmethod
    def of(cls, one: Appointment) -> Self:
        """Give what guards the time. A hold that awaits Outlook does not lapse."""
        lapses = one.status is Status.HELD and not one.confirming
        until = one.hold_ends if lapses else None
        return cls(one.id, one.span, one.before, one.after, until)

    @property
    def whole(self) -> Span:
        return self.span.widened(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Calendar:
    """All that decides when a professional is free. A change makes a new one."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    rules: Rules = field(default_factory=Rules)
    busy: tuple[Busy, ...] = ()
    absences: tuple[Span, ...] = ()
    #: Only those that occupy: held, booked, arrived.
    appointments: tuple[Guarded, ...] = ()

    def without(self, appointment: AppointmentId) -> Self:
        """Give the calendar as if this appointment did not exist."""
        return self._with(one for one in self.appointments if one.id != appointment)

    def at(self, now: datetime) -> Self:
        """Give the calendar without the holds that have lapsed by now."""
        return self._with(
            one for one in self.appointments if one.until is None or one.until > now
        )

    @property
    def lapses(self) -> datetime | None:
        """When the first of its holds lapses."""
        return min((one.until for one in self.appointments if one.until), default=None)

    def _with(self, appointments: Iterable[Guarded]) -> Self:
        kept = tuple(appointments)
        same = len(kept) == len(self.appointments)
        return self if same else replace(self, appointments=kept)


def openings(
    mailbox: Mailbox,
    rules: Rules,
    absences: Sequence[Span],
    window: Span,
    zone: ZoneInfo,
    blocks: Sequence[Busy] = (),
) -> list[Span]:
    """Give when appointments may be held within a window, sorted and disjoint.

    `zone` is the tenant's, in which days are closed. `blocks` are rows of the mirror,
    looked at where the rules say that she opens blocks herself.
    """
    found = _openings(
        Calendar(mailbox, rules, tuple(blocks), tuple(absences)),
        cells.seconds_within(window),
        zone,
    )
    return [from_epoch(*interval) for interval in found]


def _openings(calendar: Calendar, window: Interval, zone: ZoneInfo) -> list[Interval]:
    rules, mailbox = calendar.rules, calendar.mailbox
    if rules.mode is Mode.OPENED_BLOCKS:
        raw: Iterable[Interval] = _opened(calendar)
    else:
        raw = _hours(mailbox.hours, window)
    low, high = window
    inside = [(max(start, low), min(end, high)) for start, end in raw]
    shut = [cells.seconds(absence) for absence in calendar.absences]
    shut += _closed(rules, window, zone)
    if rules.hours and rules.mode is Mode.WORKING_HOURS:
        shut += outside(rules.hours, window, ZoneInfo(mailbox.hours.zone))
    if rules.office:
        shut += outside(rules.office, window, zone)
    return cells.without(inside, shut)


def outside(
    hours: Sequence[DayHours], window: Interval, zone: ZoneInfo
) -> Iterable[Interval]:
    """Give what lies outside the hours that are kept for bookings, day by day."""
    for day in _days(window, zone):
        pair, whole = hours[day.weekday()], day_span(day, zone)
        if pair is None:
            continue
        opens, shuts = (int(instant(day, at, zone).timestamp()) for at in pair)
        start, end = cells.seconds(whole)
        yield from ((a, b) for a, b in ((start, opens), (shuts, end)) if a < b)


def _opened(calendar: Calendar) -> Iterable[Interval]:
    zone = ZoneInfo(calendar.mailbox.zone)
    for row in calendar.busy:
        opens = row.bookable and row.ours is None
        if opens and row.show_as not in calendar.rules.blocking:
            yield cells.seconds_within(row.span(zone))


def _hours(hours: WorkingHours, window: Interval) -> Iterable[Interval]:
    zone = ZoneInfo(hours.zone)
    if hours.start == hours.end:
        return
    over = timedelta(days=1) if hours.end < hours.start else timedelta(0)
    for day in _days(window, zone):
        if day.weekday() in hours.days:
            begin = instant(day, hours.start, zone)
            end = instant(day + over, hours.end, zone)
            yield int(begin.timestamp()), int(end.timestamp())


def _closed(rules: Rules, window: Interval, zone: ZoneInfo) -> Iterable[Interval]:
    for day in _days(window, zone):
        if rules.is_closed(day):
            yield cells.seconds(day_span(day, zone))


def _days(window: Interval, zone: ZoneInfo) -> Iterable[date]:
    """Give each day that touches the window, and the one before (hours cross over)."""
    day = datetime.fromtimestamp(window[0], zone).date() - timedelta(days=1)
    last = datetime.fromtimestamp(window[1], zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


@lru_cache(maxsize=512)
def _opened_by_hours(
    hours: WorkingHours, rules: Rules, on: Grid
) -> tuple[tuple[Interval, ...], int]:
    """Lay working hours once for all professionals who share them."""
    calendar = Calendar(Mailbox(hours), rules)
    found = tuple(_openings(calendar, on.interval, on.zone))
    return found, cells.bits_within(found, on)


def taken(calendar: Calendar) -> list[Span]:
    """Give what blocks, in no order and as it overlaps."""
    # A tuple is searched by identity first, which a set of enum members is not.
    blocking = tuple(calendar.rules.blocking)
    zone = ZoneInfo(calendar.mailbox.zone)
    found = [
        row.when if type(row.when) is Span else row.span(zone)
        for row in calendar.busy
        if row.show_as in blocking and row.ours is None
    ]
    found += calendar.absences
    found += [one.whole for one in calendar.appointments]
    return found


@dataclass(frozen=True, slots=True)
class Laid:
    """A calendar laid on a grid."""

    calendar: Calendar
    on: Grid
    free: int  #: Cells that lie in an opening and that nothing touches.
    clear: int  #: Cells that nothing touches.
    open: tuple[Interval, ...]  #: Exact, sorted and disjoint.
    taken: Cells  #: Exact, a row each, in no order.
    shut: int  #: Cells of days on which no more may begin: the limit, the horizon.
    steps: int  #: Cells at which an appointment may begin for the sake of order.

    def starts(self, need: Need) -> int:
        """Mark every cell at which the appointment fits, exactly, and may begin."""
        may_begin = self.steps & ~self.shut
        sure = cells.starts(self.free, self.clear, need, self.on) & may_begin
        if need.on_grid:
            return sure
        perhaps = cells.starts_at_most(self.free, self.clear, need, self.on)
        return sure | self._looked_at(perhaps & may_begin & ~sure, need)

    def _looked_at(self, doubtful: int, need: Need) -> int:
        """Decide by the exact times where parts of cells are at stake."""
        found, blocked = 0, cells.merged(map(tuple, self.taken.tolist()))
        for cell in cells.cells_of(doubtful, self.on):
            if _fits(self.on.epoch(cell), need, self.open, blocked):
                found |= 1 << cell
        return found


def _fits(
    start: int, need: Need, opened: Sequence[Interval], blocked: Sequence[Interval]
) -> bool:
    """Check one start against sorted, disjoint intervals."""
    end = start + need.length
    place = bisect_right(opened, start, key=_begin) - 1
    if place < 0 or end > opened[place][1]:
        return False
    # The last that begins before our end is the only one that can reach into us.
    place = bisect_left(blocked, end + need.after, key=_begin) - 1
    return place < 0 or blocked[place][1] <= start - need.before


def _begin(interval: Interval) -> int:
    return interval[0]


def lay(calendar: Calendar, on: Grid) -> Laid:
    """Lay a calendar on the grid of the search."""
    rules = calendar.rules
    if rules.mode is Mode.WORKING_HOURS and not calendar.absences:
        opened, open_bits = _opened_by_hours(calendar.mailbox.hours, rules, on)
    else:
        opened = tuple(_openings(calendar, on.interval, on.zone))
        open_bits = cells.bits_within(opened, on)
    blocked = cells.edges(taken(calendar))
    clear = on.full ^ cells.bits_touched(blocked, on)
    shut, steps = _shut(calendar, on), _steps(rules, opened, on)
    return Laid(calendar, on, open_bits & clear, clear, opened, blocked, shut, steps)


def _steps(rules: Rules, opened: Sequence[Interval], on: Grid) -> int:
    if rules.mode is Mode.OPENED_BLOCKS:
        return cells.steps_of(opened, rules.step_minutes, on)
    return cells.step_bits(on, rules.step_minutes)


def _shut(calendar: Calendar, on: Grid) -> int:
    rules = calendar.rules
    closed = 0
    if rules.horizon_days + 1 < on.days:
        closed = cells.range_bits(on.borders[rules.horizon_days + 2], on.count)
    if rules.daily_limit is not None:
        count = booked_by_day(calendar, on)
        for number in range(len(on.borders) - 1):
            if count[number] >= rules.daily_limit:
                closed |= cells.range_bits(on.borders[number], on.borders[number + 1])
    return closed


def booked_by_day(calendar: Calendar, on: Grid) -> Counter[int]:
    """Count the appointments by the number of the grid's day they begin on."""
    low, high = on.interval
    begun = [int(one.span.start.timestamp()) for one in calendar.appointments]
    return Counter(on.day_number(start) for start in begun if low <= start < high)


def has_room(
    calendar: Calendar, wanted: Guarded, zone: ZoneInfo, *, limited: bool = True
) -> bool:
    """Check one time exactly, on the grid or off it.

    An appointment of the same id in the calendar is left out of account, so a hold may
    be checked in its own calendar, and an appointment at the time it is to move to.
    Steps, lead time and horizon are not looked at; the daily limit only if `limited`.
    """
    if limited and is_day_full(calendar, wanted, zone):
        return False
    return is_open(calendar, wanted.span, zone) and not clashes(calendar, wanted)


def is_on_step(calendar: Calendar, start: datetime, zone: ZoneInfo) -> bool:
    """Say whether a client may be offered a time that begins just then."""
    rules, local = calendar.rules, start.astimezone(zone)
    if local.second or local.microsecond:
        return False
    if rules.mode is Mode.WORKING_HOURS:
        return (local.hour * 60 + local.minute) % rules.step_minutes == 0
    begins, day = int(start.timestamp()), day_span(local.date(), zone)
    return any(
        (begins - _up(opens)) % (rules.step_minutes * 60) == 0
        for opens, shuts in _openings(calendar, cells.seconds(day), zone)
        if opens <= begins < shuts
    )


def is_on_grid(start: datetime) -> bool:
    """Say whether anything at all may begin just then: at a whole five minutes."""
    return not start.timestamp() % CELL


def _up(epoch: int) -> int:
    return -(-epoch // CELL) * CELL


def clashes(calendar: Calendar, wanted: Guarded) -> bool:
    """Say whether the time, with its buffers, overlaps anything taken but itself."""
    whole = wanted.whole
    return any(whole.overlaps(one) for one in taken(calendar.without(wanted.id)))


def is_open(calendar: Calendar, promised: Span, zone: ZoneInfo) -> bool:
    """Say whether all of the time lies in one opening."""
    start, end = cells.seconds(promised)
    near = (start - CELL, end + CELL)
    return any(
        begin <= start and end <= finish
        for begin, finish in _openings(calendar, near, zone)
    )


def is_day_full(calendar: Calendar, wanted: Guarded, zone: ZoneInfo) -> bool:
    """Say whether others have used up the daily limit of the day it begins on."""
    limit = calendar.rules.daily_limit
    if limit is None:
        return False
    day = wanted.span.start.astimezone(zone).date()
    others = [
        one
        for one in calendar.appointments
        if one.id != wanted.id and one.span.start.astimezone(zone).date() == day
    ]
    return len(others) >= limit
