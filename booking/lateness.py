"""Running late: whom a delay reaches, and by how much.

The first is the next who may still be waiting; after her everybody whom the delay
reaches, for a pause between two appointments takes from it. What remains of it below
five minutes is told to nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from booking.model import AGREED, Appointment, AppointmentId

#: One press each.
CHOICES = (5, 10, 15, 20, 30)
#: What may be typed: less is not worth a message, more is another time.
MINUTES = range(3, 61)
#: Who comes later than this is not waited for yet.
AHEAD = timedelta(hours=4)
#: So near to its start, a message does not wait for the end of quiet hours.
ABOUT_TO_BEGIN = timedelta(hours=2)
_WORTH_TELLING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Delay:
    """What was said of an appointment's start. No minutes: on time after all."""

    appointment: AppointmentId
    start: datetime  #: Of the appointment, as it was when that was said.
    minutes: int
    revision: int  #: Rises by one each time it is said otherwise.
    said_at: datetime
    said_by: str

    @property
    def begins(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    def holds(self, appointment: Appointment, now: datetime) -> bool:
        """Say whether it is still so: not once she has come, or it was moved."""
        waits = appointment.status in AGREED
        same = appointment.span.start == self.start
        return bool(self.minutes) and waits and same and now < self.begins


@dataclass(frozen=True, slots=True)
class Reached:
    """An appointment that begins so much later."""

    appointment: Appointment
    minutes: int


def may_be_late(appointment: Appointment, minutes: int, now: datetime) -> bool:
    """Say whether it can still begin so late, and not so late that it begins at all."""
    start = appointment.span.start
    ahead = now < start + timedelta(minutes=minutes) and start <= now + AHEAD
    lasts = now < appointment.span.end
    return appointment.status in AGREED and ahead and lasts


def reached(
    day: Iterable[Appointment],
    minutes: int,
    now: datetime,
    first: AppointmentId | None = None,
) -> tuple[Reached, ...]:
    """Give whom a delay reaches, out of one professional's appointments in order.

    `first`: the one that is late, unless it is the next. Empty: there is none.
    """
    waiting = [each for each in day if may_be_late(each, minutes, now)]
    known = {each.id: at for at, each in enumerate(waiting)}
    if first is not None and first not in known:
        return ()
    rest = waiting[known[first] if first is not None else 0 :]
    if not rest:
        return ()
    found = [Reached(rest[0], minutes)]
    for before, after in pairwise(rest):
        pause = max(after.span.start - before.span.end, timedelta(0))
        left = timedelta(minutes=found[-1].minutes) - pause
        if left < _WORTH_TELLING:
            break
        found.append(Reached(after, int(left.total_seconds() // 60)))
    return tuple(found)
