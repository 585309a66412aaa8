"""The grammar of dates and hours: which pieces of a sentence belong together.

Each rule looks at one place in the sentence and gives the part that begins there with
how many pieces it takes, or None. What could be a date as well as an hour (*10.11*, a
number alone) is given as it stands; `meaning` weighs it against the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass

from booking.saying.commands import YEARS
from booking.saying.items import Item, Items
from booking.saying.words import Kind


@dataclass(frozen=True, slots=True)
class Offset:
    """So many days from today."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    number: int
    how: Kind | None = None  #: NEXT or THIS, where that was said.


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of a month; without a month or a year where none was written."""

    day: int
    month: int | None = None
    year: int | None = None
    either: bool = False  #: With a slash: some write the month first.


@dataclass(frozen=True, slots=True)
class Week:
    """A week, counted from this one."""

    offset: int


@dataclass(frozen=True, slots=True)
class WeekNumber:
    number: int


@dataclass(frozen=True, slots=True)
class Clock:
    hour: int
    minute: int = 0
    half: Kind | None = None  #: AM or PM.
    exact: bool = False  #: Written 02.30: nobody means the afternoon.


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers with a dot: a date or an hour."""

    first: int
    second: int
    exact: bool  #: The first was written with a nought.
    minutes: bool  #: The second has two digits, as minutes have.


@dataclass(frozen=True, slots=True)
class Bare:
    """A number alone: an hour or a day of the month."""

    number: int


Part = Offset | Weekday | Dated | Week | WeekNumber | Clock | Pair | Bare
Found = tuple[Part, int]

_YEAR_DIGITS = 4
_TWO = 2
#: After a number: how long. *min* alone is a word of its own in Swedish.
_LENGTHS = ("min", "h", "t")
_DASHES = ("-", "\u2013", "\u2014")
#: Before a week: how long, and not which. *Viikon päästä* has a word of its own.
_ONE = frozenset(["a", "en", "one", "yhden"])
_WEEK_SHORT = frozenset(["v", "vk", "vko"])
_CENTURY = 2000
_MONTHS = 12
_HOURS = 24


def part_at(items: Items, at: int) -> Found | None:
    """Give the part of a date or an hour that begins here."""
    for rule in _RULES:
        found = rule(items, at)
        if found is not None:
            return found
    return None


# Hours.


def _hour(items: Items, at: int) -> Found | None:
    """*klo 10*, *kl. 9.30*, *at 10 am*."""
    if items.at(at).kind is not Kind.AT:
        return None
    first = at + 1 + items.at(at + 1).is_(".")
    if items.at(first).kind is not Kind.NUMBER:
        return None
    clock, used = _digits(items, first)
    return clock, first - at + used


def _hour_alone(items: Items, at: int) -> Found | None:
    """*10:30*, *2pm*, *9.30 am*: an hour without being told so."""
    if items.at(at).kind is not Kind.NUMBER:
        return None
    clock, used = _digits(items, at)
    by_colon = items.at(at + 1).is_(":") and used > 1
    return (clock, used) if clock.half or by_colon else None


def _digits(items: Items, at: int) -> tuple[Clock, int]:
    """Read an hour from its first number; where it ends is not asked for."""
    hour, minute, used = items.at(at).value, 0, 1
    exact = items.at(at).text.startswith("0")
    if len(items.at(at).text) > _TWO:
        hour, minute, exact = hour // 100, hour % 100, True
    elif _has_minutes(items, at):
        minute, used = items.at(at + 2).value, 3
    half, used = _half(items, at, used)
    until = _until(items, at + used)
    if until:
        ends, used = _half(items, at, used + until)
        half = half or ends
    return Clock(hour, minute, half, exact), used


def _half(items: Items, at: int, used: int) -> tuple[Kind | None, int]:
    """Read *am* or *pm*, where it stands."""
    half = items.at(at + used).kind
    return (half, used + 1) if half in {Kind.AM, Kind.PM} else (None, used)


def _has_minutes(items: Items, at: int) -> bool:
    mark, minutes = items.at(at + 1), items.at(at + 2)
    return (
        mark.is_(".", ":")
        and mark.glued
        and minutes.kind is Kind.NUMBER
        and minutes.glued
        and len(minutes.text) == _TWO
    )


def _until(items: Items, at: int) -> int:
    """Pass over the end of *klo 10-11*: the service knows how long it takes."""
    if not items.at(at).is_(*_DASHES) or items.at(at + 1).kind is not Kind.NUMBER:
        return 0
    return 2 + (2 if _has_minutes(items, at + 1) else 0)


# Dates.


def _iso(items: Items, at: int) -> Found | None:
    """*2026-11-24*."""
    number, mark = Kind.NUMBER, Kind.MARK
    if not items.kinds(at, number, mark, number, mark, number):
        return None
    year, month, day = (items.at(at + n) for n in (0, 2, 4))
    dashes = items.at(at + 1).is_("-") and items.at(at + 3).is_("-")
    if not dashes or len(year.text) != _YEAR_DIGITS:
        return None
    return Dated(day.value, month.value, year.value), 5


def _dotted(items: Items, at: int) -> Found | None:
    """*24.11.*, *24.11.2026*, *24.11 2026*; without its last dot perhaps an hour."""
    if not _two_numbers(items, at, "."):
        return None
    first, second = items.at(at), items.at(at + 2)
    dot = items.at(at + 3)
    closed = dot.is_(".") and dot.glued
    year, used = _year(items, at + 3 + closed, glued=closed)
    # *14.30.* ends a sentence: there is no such month.
    closed = closed and (year is not None or second.value <= _MONTHS)
    if closed or year is not None:
        return Dated(first.value, second.value, year), 3 + closed + used
    exact = first.text.startswith("0")
    return Pair(first.value, second.value, exact, len(second.text) == _TWO), 3


def _two_numbers(items: Items, at: int, mark: str) -> bool:
    if not items.kinds(at, Kind.NUMBER, Kind.MARK, Kind.NUMBER):
        return False
    between, second = items.at(at + 1), items.at(at + 2)
    short = all(len(each.text) <= _TWO for each in (items.at(at), second))
    return short and between.is_(mark) and between.glued and second.glued


def _slashed(items: Items, at: int) -> Found | None:
    """*24/11*, *24/11/2026*: by some people with the month first."""
    if not _two_numbers(items, at, "/"):
        return None
    closed = items.at(at + 3).is_("/")
    year, used = _year(items, at + 3 + closed, glued=closed)
    first, second = items.at(at).value, items.at(at + 2).value
    return Dated(first, second, year, either=True), 3 + (closed + used if used else 0)


def _year(items: Items, at: int, *, glued: bool) -> tuple[int | None, int]:
    """Give the year that stands here, and how many pieces it takes."""
    given, after = items.at(at), items.at(at + 1)
    if given.kind is not Kind.NUMBER:
        return None, 0
    if after.is_(".", ":") and items.at(at + 2).kind is Kind.NUMBER:
        return None, 0  # An hour follows the date.
    if len(given.text) == _YEAR_DIGITS and given.value in YEARS:
        return given.value, 1
    if glued and given.glued and len(given.text) == _TWO:
        return _CENTURY + given.value, 1
    return None, 0


def _month_after(items: Items, at: int) -> Found | None:
    """*24. marraskuuta*, *den 24:e november*, *24th of Nov 2026*."""
    first = at + (items.at(at).kind is Kind.THE)
    if items.at(first).kind is not Kind.NUMBER:
        return None
    last = first + 1
    last += items.at(last).is_(".", ":")
    last += items.at(last).kind is Kind.ORDINAL
    last += items.at(last).text.casefold() == "of"
    if items.at(last).kind is not Kind.MONTH:
        return None
    year, used = _year(items, last + 1, glued=False)
    month = items.at(last).value
    return Dated(items.at(first).value, month, year), last + 1 + used - at


def _month_before(items: Items, at: int) -> Found | None:
    """*Nov 24*, *November 24th, 2026*."""
    if not items.kinds(at, Kind.MONTH, Kind.NUMBER):
        return None
    if items.at(at + 2).is_(".", ":") and items.at(at + 3).kind is Kind.NUMBER:
        return None
    last = at + 2 + (items.at(at + 2).kind is Kind.ORDINAL)
    comma = items.at(last).is_(",")
    year, used = _year(items, last + comma, glued=False)
    used = used + comma if used else 0
    return Dated(items.at(at + 1).value, items.at(at).value, year), last + used - at


def _day_alone(items: Items, at: int) -> Found | None:
    """*the 24th*, *den 24*, *24. päivä*, *24. klo 10*."""
    first = at + (items.at(at).kind is Kind.THE)
    if items.at(first).kind is not Kind.NUMBER or len(items.at(first).text) > _TWO:
        return None
    dot, after = items.at(first + 1), items.at(first + 2)
    dotted = dot.is_(".") and dot.glued and after.kind is not Kind.NUMBER
    last = first + 1 + dotted
    named = items.at(last).kind in {Kind.ORDINAL, Kind.DAY}
    told = first > at or named or (dotted and after.kind is not Kind.END)
    return (Dated(items.at(first).value), last + named - at) if told else None


def _offset(items: Items, at: int) -> Found | None:
    here = items.at(at)
    return (Offset(here.value), 1) if here.kind is Kind.OFFSET else None


def _named(items: Items, at: int) -> Found | None:
    """*perjantai*, *ensi perjantaina*, *nästa vecka*, *this week*, *viikko 48*."""
    how = {Kind.COMING: Kind.NEXT}.get(items.at(at).kind, items.at(at).kind)
    led = how in {Kind.NEXT, Kind.THIS}
    here = items.at(at + led)
    if here.kind is Kind.WEEKDAY:
        return Weekday(here.value, how if led else None), 1 + led
    if here.kind is not Kind.WEEK:
        return None
    if led:
        return Week(1 if how is Kind.NEXT else 0), 2
    number = items.at(at + 1)
    marked = items.at(at + 2).is_(".", ":") and items.at(at + 3).kind is Kind.NUMBER
    if number.kind is Kind.NUMBER and not marked:
        return WeekNumber(number.value), 2
    return None if _lasts(items.at(at - 1)) else (Week(0), 1)


def _week_short(items: Items, at: int) -> Found | None:
    """*v. 49*, *v49*, *vko. 49*: *V.* alone may be somebody's initial."""
    if items.at(at).text.casefold() not in _WEEK_SHORT:
        return None
    dot = items.at(at + 1)
    number = at + 1 + (dot.is_(".") and dot.glued)
    found, after = items.at(number), items.at(number + 1)
    dated = after.is_(".", ":", "/") and after.glued
    if found.kind is not Kind.NUMBER or len(found.text) > _TWO or dated:
        return None
    return WeekNumber(found.value), number + 1 - at


def _lasts(before: Item) -> bool:
    """Say whether it is so long from now, or from a day: *om en vecka*, *Tuesday week*."""
    return before.kind is Kind.WEEKDAY or before.text.casefold() in _ONE


def _number(items: Items, at: int) -> Found | None:
    """A number alone; *10-12* is from when to when."""
    here, after, ends = (items.at(at + n) for n in range(3))
    long = after.kind in {Kind.LENGTH, Kind.WEEK} or after.text.casefold() in _LENGTHS
    if here.kind is not Kind.NUMBER or len(here.text) > _TWO or long:
        return None
    if _until(items, at + 1) == _TWO and here.value < ends.value < _HOURS:
        return Clock(here.value), 3
    return Bare(here.value), 1


_RULES: tuple[Callable[[Items, int], Found | None], ...] = (
    _hour,
    _iso,
    _month_after,
    _hour_alone,
    _dotted,
    _slashed,
    _month_before,
    _day_alone,
    _offset,
    _week_short,
    _named,
    _number,
)
