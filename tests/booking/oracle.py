"""Free time worked out the slow and obvious way: minute by minute, on the wall clock.

Nothing here is shared with the code it judges, apart from the values it reads.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability import Calendar, Mode, Search
from booking.calendar import AllDay, Busy
from booking.spans import Span

MINUTE = timedelta(minutes=1)


def every_minute(window: Span) -> list[datetime]:
    count = int((window.end - window.start) / MINUTE)
    return [window.start + number * MINUTE for number in range(count)]


def covers(when: Span | AllDay, minute: datetime, zone: ZoneInfo) -> bool:
    if isinstance(when, AllDay):
        return when.first <= minute.astimezone(zone).date() < when.after_last
    return when.start < minute + MINUTE and minute < when.end


def in_hours(calendar: Calendar, window: Span) -> set[datetime]:
    """Walk the clock: open when it first shows the start, shut when it shows the end."""
    hours = calendar.mailbox.hours
    zone = ZoneInfo(hours.zone)
    found: set[datetime] = set()
    if hours.start == hours.end:
        return found
    walk = every_minute(
        Span(window.start - timedelta(days=2), window.end + timedelta(days=2))
    )
    reading = [minute.astimezone(zone).replace(tzinfo=None) for minute in walk]
    for day in {shown.date() for shown in reading}:
        if day.weekday() not in hours.days:
            continue
        begin = datetime.combine(day, hours.start)
        end = datetime.combine(day, hours.end)
        if end < begin:
            end = datetime.combine(day + timedelta(days=1), hours.end)
        first = next((i for i, shown in enumerate(reading) if shown >= begin), None)
        last = next((i for i, shown in enumerate(reading) if shown >= end), None)
        if first is not None:
            found |= set(walk[first:last])
    return found


def is_closed(calendar: Calendar, day: date) -> bool:
    rules = calendar.rules
    if day in rules.opened:
        return False
    return day in rules.closed or named_holiday(calendar, day)


#: Of the years the tests live in, typed in from an almanac.
HOLIDAYS_2026 = {
    *("2026-01-01", "2026-01-06", "2026-04-03", "2026-04-05", "2026-04-06"),
    *("2026-05-01", "2026-05-14", "2026-05-24", "2026-06-20", "2026-10-31"),
    *("2026-12-06", "2026-12-25", "2026-12-26", "2027-01-01", "2027-01-06"),
}
EVES_2026 = {"2026-06-19", "2026-12-24"}


def named_holiday(calendar: Calendar, day: date) -> bool:
    if calendar.rules.eves and str(day) in EVES_2026:
        return True
    return calendar.rules.holidays and str(day) in HOLIDAYS_2026


def opens(row: Busy, calendar: Calendar) -> bool:
    return row.bookable and not row.ours and row.show_as not in calendar.rules.blocking


def kept(calendar: Calendar, minute: datetime) -> bool:
    """Say whether she keeps this minute of her working hours for bookings."""
    if not calendar.rules.hours:
        return True
    shown = minute.astimezone(ZoneInfo(calendar.mailbox.hours.zone))
    pair = calendar.rules.hours[shown.weekday()]
    return pair is None or pair[0] <= shown.time() < pair[1]


def open_minutes(calendar: Calendar, window: Span, zone: ZoneInfo) -> set[datetime]:
    if calendar.rules.mode is Mode.WORKING_HOURS:
        found = {each for each in in_hours(calendar, window) if kept(calendar, each)}
    else:
        hers = ZoneInfo(calendar.mailbox.zone)
        blocks = [row.when for row in calendar.busy if opens(row, calendar)]
        found = {
            minute
            for minute in every_minute(window)
            if any(covers(block, minute, hers) for block in blocks)
        }
    return {
        minute
        for minute in found
        if not is_closed(calendar, minute.astimezone(zone).date())
        and not any(covers(away, minute, zone) for away in calendar.absences)
    }


def taken_minutes(calendar: Calendar, window: Span) -> set[datetime]:
    hers = ZoneInfo(calendar.mailbox.zone)
    blocks: list[Span | AllDay] = [
        row.when
        for row in calendar.busy
        if row.show_as in calendar.rules.blocking and not row.ours
    ]
    blocks += calendar.absences
    blocks += [
        Span(one.span.start - one.before, one.span.end + one.after)
        for one in calendar.appointments
    ]
    return {
        minute
        for minute in every_minute(window)
        if any(covers(block, minute, hers) for block in blocks)
    }


def since_opened(start: datetime, opened: set[datetime], zone: ZoneInfo) -> int:
    """Count the minutes since it opened that day, from a whole five minutes on."""
    first = start
    while (
        first - MINUTE in opened
        and (first - MINUTE).astimezone(zone).date() == start.astimezone(zone).date()
    ):
        first -= MINUTE
    while first.minute % 5:
        first += MINUTE
    return int((start - first) / MINUTE)


def free_starts(
    calendar: Calendar, search: Search, zone: ZoneInfo, today: date, days: int
) -> list[datetime]:
    """Give every start a client may be offered, trying one minute after the other."""
    window = Span(
        datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=2),
        datetime(today.year, today.month, today.day, tzinfo=UTC)
        + timedelta(days=days + 2),
    )
    opened = open_minutes(calendar, window, zone)
    taken = taken_minutes(calendar, window)
    before, after = search.service.buffers.get(search.modality, (0, 0))
    length = search.service.minutes

    def fits(start: datetime) -> bool:
        held = [start + number * MINUTE for number in range(length)]
        guarded = range(-before, length + after)
        return all(minute in opened for minute in held) and not any(
            start + number * MINUTE in taken for number in guarded
        )

    def may_begin(start: datetime) -> bool:
        local = start.astimezone(zone)
        rules = calendar.rules
        same_day = [
            one
            for one in calendar.appointments
            if one.span.start.astimezone(zone).date() == local.date()
        ]
        limit = rules.daily_limit
        ahead = (local.date() - today).days
        since = (
            local.hour * 60 + local.minute
            if rules.mode is Mode.WORKING_HOURS
            else since_opened(start, opened, zone)
        )
        return (
            since % rules.step_minutes == 0
            and 0 <= ahead < days
            and ahead <= min(rules.horizon_days, search.service.horizon_days)
            and (limit is None or len(same_day) < limit)
            and start > search.now
            and start >= search.now + search.service.lead_minutes * MINUTE
        )

    return [
        minute
        for minute in sorted(opened)
        if minute.minute % 5 == 0 and may_begin(minute) and fits(minute)
    ]
