"""When something may be said to a client: never in quiet hours, never too late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from booking.spans import HELSINKI, instant, wall


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From evening to morning on the wall clock. The same start and end: none."""

    start: time = time(21)
    end: time = time(7)
    zone: ZoneInfo = HELSINKI


def may_send_at(now: datetime, quiet: QuietHours) -> datetime:
    """Give the first moment, from now on, outside quiet hours."""
    local = wall(now, quiet.zone)
    clock = local.time()
    if quiet.start == quiet.end:
        return now
    if quiet.start < quiet.end:
        silent = quiet.start <= clock < quiet.end
        day = local.date()
    else:
        silent = clock >= quiet.start or clock < quiet.end
        day = local.date() + timedelta(days=1 if clock >= quiet.start else 0)
    # In the hour that autumn repeats, the first showing of the end may be past already.
    return max(now, instant(day, quiet.end, quiet.zone)) if silent else now


#: So near to the start a client has set out already.
_TOO_LATE = timedelta(minutes=20)
#: Two reminders are this far apart, however late the first is found.
_APART = timedelta(hours=1)


def latest(reminders: Iterable[int]) -> Iterator[tuple[int, timedelta]]:
    """Say of each how long before the start it may still be sent.

    After an outage, or a night, one must not come on the heels of another.
    """
    hours = sorted(set(reminders), reverse=True)
    for each, following in zip_longest(hours, hours[1:]):
        if following is None:
            yield each, _TOO_LATE
        else:
            between = timedelta(hours=each - following)
            yield each, timedelta(hours=following) + min(_APART, between / 2)
