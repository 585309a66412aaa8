"""Which days a series falls on, and the spans of its occurrences.

Days are counted in the series' own zone, so an occurrence keeps its wall-clock time
over both changes of the clock. The original date names an occurrence even after it has
been moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil import rrule

from dev_tenant.graph.answers import bad_request
from dev_tenant.graph.times import instant
from dev_tenant.tenant import Event, Json

DAYS = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
]
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
TYPES = {
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "absoluteMonthly": rrule.MONTHLY,
    "relativeMonthly": rrule.MONTHLY,
    "absoluteYearly": rrule.YEARLY,
    "relativeYearly": rrule.YEARLY,
}
HORIZON = timedelta(days=366 * 20)


@dataclass(frozen=True)
class Occurrence:
    """One event as a view shows it: a single event, or one day of a series."""

    event: Event
    day: str | None  #: original date in a series; None for a single event
    start: datetime  #: wall clock in the event's zone
    end: datetime
    changed: bool = False  #: an exception of its series

    @property
    def begins(self) -> datetime:
        return instant(self.start, self.event.zone)

    @property
    def ends(self) -> datetime:
        return instant(self.end, self.event.zone)

    def within(self, start: datetime, end: datetime) -> bool:
        if self.begins == self.ends:
            return start <= self.begins < end
        return self.begins < end and self.ends > start


def occurrences(event: Event, start: datetime, end: datetime) -> list[Occurrence]:
    """What of `event` lies in the window of two instants, by beginning."""
    if event.recurrence is None:
        one = Occurrence(event, None, event.start, event.end)
        return [one] if one.within(start, end) else []
    # An override may have been moved into the window from any day, so those are
    # looked at apart from the days the pattern gives.
    found = [
        o for o in (at(event, day) for day in event.overrides) if o is not None
    ]
    length = event.end - event.start
    margin = length + timedelta(days=2)
    found += [
        o
        for day in days(event, start - margin, end + margin)
        if day.isoformat() not in event.overrides
        and (o := at(event, day.isoformat())) is not None
    ]
    return sorted(
        (o for o in found if o.within(start, end)), key=lambda o: (o.begins, o.day)
    )


def at(event: Event, day: str) -> Occurrence | None:
    """The occurrence whose original date is `day`; None when it was cancelled."""
    if day in event.cancelled:
        return None
    override = event.overrides.get(day, {})
    begin = datetime.combine(date.fromisoformat(day), event.start.time())
    start, end = begin, begin + (event.end - event.start)
    if "start" in override:
        start = datetime.fromisoformat(override["start"])
        end = datetime.fromisoformat(override["end"])
    return Occurrence(event, day, start, end, changed=bool(override))


def exists(event: Event, day: str) -> bool:
    if day in event.cancelled:
        return False
    noon = instant(
        datetime.combine(date.fromisoformat(day), event.start.time()), event.zone
    )
    near = timedelta(days=2)
    return date.fromisoformat(day) in set(days(event, noon - near, noon + near))


def days(event: Event, start: datetime, end: datetime) -> Iterator[date]:
    """Original dates of the series between two instants, cancelled ones included."""
    assert event.recurrence is not None
    first = event.start.date()
    rule = rule_of(event.recurrence, first)
    low = datetime.combine(start.date(), time())
    high = datetime.combine(end.date(), time()) + timedelta(days=1)
    for moment in rule.between(low, high, inc=True):
        yield moment.date()


def all_days(event: Event) -> list[str]:
    """Every date of a series that ends; of an endless one those of its horizon."""
    assert event.recurrence is not None
    begin = instant(event.start, event.zone)
    return [d.isoformat() for d in days(event, begin, begin + HORIZON)]


def rule_of(recurrence: Json, first: date) -> rrule.rrule:
    pattern, span = recurrence["pattern"], recurrence["range"]
    kind = pattern["type"]
    names = [DAYS.index(d.lower()) for d in pattern.get("daysOfWeek") or []]
    begin = datetime.combine(first, time())
    until, count = None, None
    if span["type"] == "endDate":
        until = datetime.combine(date.fromisoformat(span["endDate"]), time())
    elif span["type"] == "numbered":
        count = int(span["numberOfOccurrences"])
    else:
        until = begin + HORIZON
    byday, bysetpos, bymonthday, bymonth = None, None, None, None
    if kind == "weekly":
        byday = names
    elif kind in ("relativeMonthly", "relativeYearly"):
        byday = names
        bysetpos = INDEXES[str(pattern.get("index") or "first").lower()]
    elif kind in ("absoluteMonthly", "absoluteYearly"):
        # A 31st falls on the last day of a shorter month, as in Outlook.
        last = int(pattern["dayOfMonth"])
        bymonthday, bysetpos = (last, None)
        if last > 28:
            bymonthday, bysetpos = tuple(range(28, last + 1)), -1
    if kind in ("absoluteYearly", "relativeYearly"):
        bymonth = int(pattern["month"])
    return rrule.rrule(
        TYPES[kind],
        dtstart=begin,
        interval=int(pattern.get("interval") or 1),
        wkst=DAYS.index(str(pattern.get("firstDayOfWeek") or "sunday").lower()),
        until=until,
        count=count,
        byweekday=byday,
        bysetpos=bysetpos,
        bymonthday=bymonthday,
        bymonth=bymonth,
    )


def read_recurrence(given: Json, start: datetime, zone: str) -> tuple[Json, date]:
    """Check a recurrence and fill it in as Exchange does; give its first day."""
    pattern, span = given.get("pattern"), given.get("range")
    if not isinstance(pattern, dict) or not isinstance(span, dict):
        raise bad_request("A recurrence needs a pattern and a range.")
    kind = pattern.get("type")
    if kind not in TYPES:
        raise bad_request(f"The recurrence pattern type '{kind}' is unknown.")
    named = pattern.get("daysOfWeek") or []
    if kind in ("weekly", "relativeMonthly", "relativeYearly") and not named:
        raise bad_request("daysOfWeek is required for this pattern.")
    if any(str(d).lower() not in DAYS for d in named):
        raise bad_request("daysOfWeek holds an unknown day.")
    if span.get("type") not in ("endDate", "noEnd", "numbered"):
        raise bad_request("The range type is unknown.")
    if span["type"] == "numbered" and int(span.get("numberOfOccurrences") or 0) < 1:
        raise bad_request("numberOfOccurrences must be positive.")
    if span["type"] == "endDate" and not span.get("endDate"):
        raise bad_request("endDate is required.")
    whole = {
        "pattern": {
            "type": kind,
            "interval": int(pattern.get("interval") or 1),
            "month": int(pattern.get("month") or 0),
            "dayOfMonth": int(pattern.get("dayOfMonth") or 0),
            "daysOfWeek": [str(d).lower() for d in named],
            "firstDayOfWeek": str(pattern.get("firstDayOfWeek") or "sunday").lower(),
            "index": str(pattern.get("index") or "first").lower(),
        },
        "range": {
            "type": span["type"],
            "startDate": span.get("startDate") or start.date().isoformat(),
            "endDate": span.get("endDate") or "0001-01-01",
            "recurrenceTimeZone": span.get("recurrenceTimeZone") or zone,
            "numberOfOccurrences": int(span.get("numberOfOccurrences") or 0),
        },
    }
    if kind in ("absoluteMonthly", "absoluteYearly") and not (
        1 <= whole["pattern"]["dayOfMonth"] <= 31
    ):
        raise bad_request("dayOfMonth is required for this pattern.")
    if kind in ("absoluteYearly", "relativeYearly") and not (
        1 <= whole["pattern"]["month"] <= 12
    ):
        raise bad_request("month is required for this pattern.")
    first = next(iter(rule_of(whole, date.fromisoformat(whole["range"]["startDate"]))))
    return whole, first.date()
