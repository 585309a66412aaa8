"""From what was written of an hour to times of the wall clock."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from booking.saying.commands import When, Why
from booking.saying.parts import Clock
from booking.saying.words import Kind
from booking.spans import instant, wall

_NOON = 12
_HOURS, _MINUTES = 24, 60
#: Until this hour nobody works: *klo 2* may mean the afternoon.
_EARLY = range(1, 7)


def times(clock: Clock) -> tuple[time, ...]:
    """Give the times that can be meant, the likelier first; none: there is no such."""
    hour = clock.hour
    if clock.minute >= _MINUTES or hour >= _HOURS:
        return ()
    if clock.half is None:
        afternoon = hour in _EARLY and not clock.exact
        hours = (hour + _NOON, hour) if afternoon else (hour,)
        return tuple(time(each, clock.minute) for each in hours)
    if hour == 0 or (hour > _NOON and clock.half is Kind.AM):
        return ()
    if hour <= _NOON:
        hour = hour % _NOON + (_NOON if clock.half is Kind.PM else 0)
    return (time(hour, clock.minute),)


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments that were meant, or why it must be asked."""

    choices: tuple[When, ...]
    why: Why | None = None


def moments(
    day: date, clocks: tuple[time, ...], now: datetime, zone: ZoneInfo
) -> Moments:
    """Put a day and the times that can be meant of it together.

    What has been is left out while there is something to come. A time that the spring
    change skips is no time; one that the autumn change repeats is the first of the two.
    """
    found = [When.on(day, clock) for clock in clocks]
    coming = tuple(each for each in found if each.begins(zone) > now)
    if not found:
        return Moments((), Why.NO_SUCH_TIME)
    if not coming:
        return Moments((), Why.PAST)
    if len(coming) > 1:
        return Moments(coming, Why.SEVERAL)
    real = wall(coming[0].begins(zone), zone)
    if real.time() != coming[0].clock:
        return Moments((When.on(real.date(), real.time()),), Why.NO_SUCH_TIME)
    return Moments(coming)


def is_ahead(when: When, now: datetime, zone: ZoneInfo) -> bool:
    """Say whether at least some of it is still to come."""
    if when.clock is not None:
        return instant(when.first, when.clock, zone) > now
    return when.last >= wall(now, zone).date()
