"""A day, a week or an hour in the few words that a button has room for."""

from datetime import date, timedelta

from booking.model import Language
from booking.saying import When
from booking.spans import HELSINKI
from booking.views.cards import Wish
from booking.wording import text
from booking.wording.dates import clock, day_of_year, day_short


def label(tongue: Language, when: When, today: date) -> str:
    """Give `ti 24.11. klo 10.00`, `Viikko 48`; the year only where it is another."""
    if when.first != when.last:
        return _week(tongue, when, today)
    this_year = when.first.year == today.year
    day = (day_short if this_year else day_of_year)(tongue, when.first)
    if when.clock is None:
        return day
    name, _, written = day.partition(" ")
    hour = clock(tongue, when.begins(HELSINKI))
    return text(tongue, "common.when_short", day=name, date=written, clock=hour)


def example(today: date) -> date:
    """Give a working day for an example: ahead, and with a name that today has not."""
    day, friday = today + timedelta(days=2), 4
    return day if day.weekday() <= friday else day + timedelta(days=7 - day.weekday())


def wished(tongue: Language, wish: Wish) -> str:
    said = label(tongue, wish.when, wish.today)
    return text(tongue, "cards.times.wish", when=said)


def _week(tongue: Language, when: When, today: date) -> str:
    year, number, _ = when.first.isocalendar()
    this_year = year == today.isocalendar().year
    shown = f"{number}" if this_year else f"{number}/{year}"
    return text(tongue, "cards.week.title", number=shown)
