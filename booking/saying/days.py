"""From the parts of a date to days of the calendar, seen from today.

A day that may be two days, that has been, or that does not exist is given with why,
and with the days that may have been meant.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.saying.commands import YEARS, When, Why
from booking.saying.parts import Dated, Offset, Week, Weekday, WeekNumber
from booking.saying.words import Kind

Anchor = Offset | Dated | Week | WeekNumber
DayPart = Anchor | Weekday

_WEEK = timedelta(days=7)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Days:
    """The days that were meant; more than one, or one with a `why`: it must be asked."""

    choices: tuple[When, ...]
    why: Why | None = None


def days(parts: Sequence[DayPart], today: date) -> Days | None:
    """Say which days the parts name together; None: they name none."""
    named = [each for each in parts if isinstance(each, Weekday)]
    anchors = [each for each in parts if not isinstance(each, Weekday)]
    if not parts:
        return None
    if anchors:
        found = _anchored(anchors, named, today)
    else:
        found = _conflicting([_weekday(each, today) for each in named])
    return _judged(found, today)


def _judged(found: Days, today: date) -> Days:
    choices = tuple(dict.fromkeys(found.choices))
    why = found.why
    if why is None and len(choices) > 1:
        why = Why.SEVERAL
    if why is None and choices[0].last < today:
        why = Why.PAST
    return Days(choices, why)


def _conflicting(each: Sequence[Days]) -> Days:
    """Put together what several parts of one kind say; they should say the same."""
    choices = tuple(dict.fromkeys(one for days in each for one in days.choices))
    if len({days.choices for days in each}) > 1:
        return Days(choices, Why.CONFLICT)
    return Days(choices, each[0].why)


# Weekdays.


def _weekday(part: Weekday, today: date) -> Days:
    ahead = timedelta(days=(part.number - today.weekday()) % 7)
    coming = today + (ahead or _WEEK)
    match part.how:
        case Kind.NEXT:
            if _monday(coming) > today:
                return Days((When.on(coming),))
            return Days((When.on(coming), When.on(coming + _WEEK)))
        case Kind.THIS:
            this = _monday(today) + timedelta(days=part.number)
            if this < today:
                return Days((When.on(coming), When.on(this)), Why.PAST)
            return Days((When.on(this),))
        case _:
            if ahead:
                return Days((When.on(coming),))
            return Days((When.on(today), When.on(coming)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# Dates and weeks.


def _anchored(anchors: Sequence[Anchor], named: Sequence[Weekday], today: date) -> Days:
    found = [_anchor(each, today) for each in anchors]
    first, *others = found
    for other in others:
        both = tuple(_common(first.choices, other.choices))
        if not both:
            return _conflicting(found)
        first = Days(both)
    if first.why is Why.NO_SUCH_DAY or not named:
        return first
    numbers = {each.number for each in named}
    kept = [day for each in first.choices for day in _on(each, numbers)]
    if len(kept) == 1 or (kept and len(numbers) > 1):
        return Days(tuple(kept))
    coming = [one for each in named for one in _weekday(each, today).choices]
    return Days((*first.choices, *coming), Why.CONFLICT)


def _common(some: Iterable[When], others: Sequence[When]) -> Iterable[When]:
    for one in some:
        for other in others:
            first, last = max(one.first, other.first), min(one.last, other.last)
            if first <= last:
                yield When(first, last)


def _on(when: When, numbers: set[int]) -> Iterable[When]:
    """Give the days that fall on one of these weekdays."""
    for n in range((when.last - when.first).days + 1):
        day = when.first + timedelta(days=n)
        if day.weekday() in numbers:
            yield When.on(day)


def _anchor(part: Anchor, today: date) -> Days:
    match part:
        case Offset(days):
            return Days((When.on(today + timedelta(days=days)),))
        case Week(offset):
            return Days((_week(_monday(today) + offset * _WEEK),))
        case WeekNumber(number):
            return _week_number(number, today)
        case Dated():
            return _dated(part, today)


def _week(monday: date) -> When:
    return When(monday, monday + timedelta(days=6))


def _week_number(number: int, today: date) -> Days:
    year = today.isocalendar().year
    mondays = []
    for each in (year - 1, year, year + 1):
        try:
            mondays.append(date.fromisocalendar(each, number, 1))
        except ValueError:  # Not every year has a week 53.
            continue
    return _nearest(mondays, _monday(today), _week)


def _nearest(
    found: Sequence[date], today: date, as_: Callable[[date], When] = When.on
) -> Days:
    """Take the next of the days with one name, unless the last one is nearer."""
    past = max((day for day in found if day < today), default=None)
    coming = min((day for day in found if day >= today), default=None)
    choices = tuple(as_(day) for day in (coming, past) if day is not None)
    if coming is None or not choices:
        return Days(choices, Why.PAST if choices else Why.NO_SUCH_DAY)
    if past is not None and today - past < coming - today:
        return Days(choices, Why.PAST)
    return Days(choices[:1])


def _dated(part: Dated, today: date) -> Days:
    found = _one_way(part, today)
    turned = Dated(part.month or 0, part.day, part.year)
    if not part.either or turned.day == turned.month:
        return found
    other = _one_way(turned, today)
    if found.why is Why.NO_SUCH_DAY or other.why is Why.NO_SUCH_DAY:
        return other if found.why is Why.NO_SUCH_DAY else found
    return Days((*found.choices, *other.choices), Why.SEVERAL)


def _one_way(part: Dated, today: date) -> Days:
    if part.month is None:
        around = [_later(today, months) for months in range(-2, 3)]
        return _nearest(_real(part.day, around), today)
    if part.year is None:
        around = [(today.year + n, part.month) for n in (-1, 0, 1)]
        found = _real(part.day, around)
        return _nearest(found, today) if found else _beside(part, today)
    exact = _real(part.day, [(part.year, part.month)])
    if not exact:
        return _beside(part, today)
    if exact[0] >= today:
        return Days((When.on(exact[0]),))
    again = _one_way(Dated(part.day, part.month), today)
    coming = tuple(each for each in again.choices if each.first >= today)
    return Days((*coming, When.on(exact[0])), Why.PAST)


def _later(today: date, months: int) -> tuple[int, int]:
    """Give the year and month so many months from today."""
    years, month = divmod(today.month - 1 + months, _MONTHS)
    return today.year + years, month + 1


def _real(day: int, months: Iterable[tuple[int, int]]) -> list[date]:
    """Give the days of this number that these months really have."""
    found = []
    for year, month in months:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found


def _beside(part: Dated, today: date) -> Days:
    """Give the days round one that its month does not have: before it and after."""
    month, longest = part.month or 0, 31
    if not 0 < month <= _MONTHS or not 0 < part.day <= longest:
        return Days((), Why.NO_SUCH_DAY)
    year = part.year or today.year
    ends = date(year, month, monthrange(year, month)[1])
    if part.year is None and ends < today:
        ends = date(year + 1, month, monthrange(year + 1, month)[1])
    if ends < today or ends.year not in YEARS:
        return Days((), Why.NO_SUCH_DAY)
    return Days((When.on(ends), When.on(ends + timedelta(days=1))), Why.NO_SUCH_DAY)
