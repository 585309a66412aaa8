"""Which days a series falls on, and the spans of its occurrences.

Days are counted in the series' own zone, so an occurrence keeps its wall-clock time
over both changes of the clock. The original date names an occurrence even after it has
been moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

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
TYPES: dict[str, Literal[0, 1, 2, 3, 4, 5, 6]] = {
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "absoluteMonthly": rrule.MONTHLY,
    "relativeMonthly": rrule.MONTHLY,
    "absoluteYearly": rrule.YEARLY,
    "relativeYearly": rrule.YEARLY,
}
SHORTEST_MONTH, LONGEST_MONTH, MONTHS = 28, 31, 12
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

    @property
    def props(self) -> Json:
        """The event's properties, with what this day alone has otherwise."""
        if self.day is None:
            return self.event.props
        return self.event.props | self.event.overrides.get(self.day, {})

    @property
    def all_day(self) -> bool:
        return bool(self.props.get("isAllDay"))

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
    found = [o for o in (at(event, day) for day in event.overrides) if o is not None]
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
    byday, bysetpos, bymonth = None, None, None
    bymonthday: int | tuple[int, ...] | None = None
    if kind == "weekly":
        byday = names
    elif kind in ("relativeMonthly", "relativeYearly"):
        byday = names
        bysetpos = INDEXES[str(pattern.get("index") or "first").lower()]
    elif kind in ("absoluteMonthly", "absoluteYearly"):
        # A 31st falls on the last day of a shorter month, as in Outlook.
        last = int(pattern["dayOfMonth"])
        bymonthday = last
        if last > SHORTEST_MONTH:
            bymonthday, bysetpos = tuple(range(SHORTEST_MONTH, last + 1)), -1
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
    whole = {
        "pattern": _pattern(pattern),
        "range": _range(span, start.date(), zone),
    }
    begin = date.fromisoformat(whole["range"]["startDate"])
    first = next(iter(rule_of(whole, begin)), None)
    if first is None:
        raise bad_request(
            "The recurrence has no occurrence.", "ErrorCalendarOutOfRange"
        )
    return whole, first.date()


def _pattern(given: Json) -> Json:
    kind, named = given.get("type"), given.get("daysOfWeek") or []
    if kind not in TYPES:
        raise bad_request(f"The recurrence pattern type '{kind}' is unknown.")
    if any(str(d).lower() not in DAYS for d in named):
        raise bad_request("daysOfWeek holds an unknown day.")
    first = str(given.get("firstDayOfWeek") or "sunday").lower()
    index = str(given.get("index") or "first").lower()
    if first not in DAYS or index not in INDEXES or (given.get("interval") or 1) < 1:
        raise bad_request("The recurrence pattern is invalid.")
    whole = {
        "type": kind,
        "interval": int(given.get("interval") or 1),
        "month": int(given.get("month") or 0),
        "dayOfMonth": int(given.get("dayOfMonth") or 0),
        "daysOfWeek": [str(d).lower() for d in named],
        "firstDayOfWeek": first,
        "index": index,
    }
    by_day = kind == "weekly" or str(kind).startswith("relative")
    if by_day and not named:
        raise bad_request("daysOfWeek is required for this pattern.")
    by_number = str(kind).startswith("absolute")
    if by_number and not 1 <= whole["dayOfMonth"] <= LONGEST_MONTH:
        raise bad_request("dayOfMonth is required for this pattern.")
    if str(kind).endswith("Yearly") and not 1 <= whole["month"] <= MONTHS:
        raise bad_request("month is required for this pattern.")
    return whole


def _range(given: Json, first: date, zone: str) -> Json:
    kind = given.get("type")
    if kind not in {"endDate", "noEnd", "numbered"}:
        raise bad_request("The range type is unknown.")
    if kind == "numbered" and int(given.get("numberOfOccurrences") or 0) < 1:
        raise bad_request("numberOfOccurrences must be positive.")
    if kind == "endDate" and not given.get("endDate"):
        raise bad_request("endDate is required.")
    return {
        "type": kind,
        "startDate": _date(given.get("startDate") or first.isoformat()),
        "endDate": _date(given.get("endDate") or "0001-01-01"),
        "recurrenceTimeZone": given.get("recurrenceTimeZone") or zone,
        "numberOfOccurrences": int(given.get("numberOfOccurrences") or 0),
    }


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as wrong:
        raise bad_request(f"'{text}' is not a date.") from wrong
