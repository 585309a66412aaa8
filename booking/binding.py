"""A binding appointment: what was laid down when it was agreed on.

Its client is invited to it by law. It has a deadline, and her link moves it within a
window only; it cancels nothing. What stands in her way she reports, and a person
decides what comes of that. A service that changes later changes none of it, nor of what
its client is told of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.model import AGREED, Appointment, AppointmentId, Binding, Status
from booking.spans import Span, day_span, wall

#: So long after its end she may still say what kept her from it.
REPORTED_WITHIN = timedelta(days=14)
EXPLANATION_MAX = 1000
_REPORTED = AGREED | {Status.NO_SHOW, Status.NOT_REACHED}


@dataclass(frozen=True, slots=True)
class Bound:
    """What holds of one binding appointment, and what has come of it."""

    appointment: AppointmentId
    agreed: datetime
    first_start: datetime  #: When it was to begin as it was first agreed on.
    terms: Binding  #: As its service had them then, words and all.
    opened: datetime | None = None  #: When her page was first opened by her link.
    obstacle: datetime | None = None  #: When she last reported one.
    explanation: str = ""
    #: When she first reported it: since then nobody has answered, nor has its time
    #: changed. None too where that was before this was kept.
    since: datetime | None = None

    def deadline(self, zone: ZoneInfo) -> datetime:
        """Give the end of the last day on which it may begin."""
        return _after(self.agreed, self.terms.deadline_days, zone)

    def moves_until(self, zone: ZoneInfo) -> datetime:
        """Give the end of the last day to which her link moves it."""
        if not self.terms.move_days:
            return self.agreed
        last = _after(self.first_start, self.terms.move_days, zone)
        return min(last, self.deadline(zone))

    def window(self, now: datetime, zone: ZoneInfo) -> Span | None:
        """Give the time to which her link moves it; None: to none any more."""
        until = self.moves_until(zone)
        return Span(now, until) if now < until else None

    def allows(self, start: datetime, zone: ZoneInfo) -> bool:
        """Say whether her link may move it there."""
        return start < self.moves_until(zone)


def laid_down(binding: Binding, booked: Appointment, now: datetime) -> Bound:
    """Lay down for one appointment what its service says just now."""
    return Bound(booked.id, now, booked.span.start, binding)


def may_report(found: Appointment, now: datetime) -> bool:
    """Say whether its client may report what stands, or stood, in her way."""
    return found.status in _REPORTED and now < found.span.end + REPORTED_WITHIN


def _after(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    return day_span(wall(moment, zone).date() + timedelta(days=days), zone).end
