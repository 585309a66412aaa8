"""A unit's own hours and closed days: nothing is offered outside them."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.availability import Calendar, Rules, openings
from booking.availability.calendars import Guarded
from booking.availability.rules import Mode
from booking.availability.why import Asked, Rule, why_not
from booking.calendar import Mailbox
from booking.model import AppointmentId, Opening
from booking.spans import HELSINKI, Span, instant, wall
from tests import make

SHUT = (time(0), time(0))
clocks = st.integers(0, 23).map(time)
days = st.tuples(clocks, clocks).map(lambda two: tuple(sorted(two)))
weeks = st.lists(days, min_size=7, max_size=7).map(tuple)
WEEK = Span(make.at(0), make.at(days=7))


@given(weeks, st.frozensets(st.dates(date(2026, 11, 23), date(2026, 11, 30))))
@settings(max_examples=40)
def test_what_is_open_lies_within_the_hours_of_the_unit_and_on_no_closed_day(
    hours, closed
):
    rules = Rules().at(Opening(hours, closed))

    for each in openings(Mailbox(), rules, (), WEEK, HELSINKI):
        start, end = (wall(edge, HELSINKI) for edge in (each.start, each.end))
        opens, shuts = hours[start.weekday()]
        assert start.date() == end.date()
        assert opens <= start.time() < end.time() <= shuts
        assert start.date() not in closed


def test_a_unit_that_says_nothing_changes_nothing():
    rules = Rules()

    assert rules.at(Opening()) is rules


def test_a_day_that_the_tenant_opens_is_shut_where_the_unit_is():
    day = date(2026, 12, 6)
    rules = Rules(opened=frozenset({day}))

    assert not rules.is_closed(day)
    assert rules.at(Opening(closed=frozenset({day}))).is_closed(day)


@pytest.mark.parametrize(("hour", "shut"), [(9, False), (14, True)])
def test_why_a_time_is_missing_names_the_hours_of_the_unit(hour, shut):
    office = Opening(((time(8), time(12)),) * 5 + (SHUT, SHUT))
    calendar = Calendar(Mailbox(), Rules(mode=Mode.WORKING_HOURS).at(office))
    start = instant(date(2026, 11, 24), time(hour), HELSINKI)
    wanted = Guarded(AppointmentId(-1), Span(start, start + timedelta(minutes=45)))

    found = why_not(calendar, Asked(wanted, make.NOW, HELSINKI))

    assert (Rule.OFFICE in {each.rule for each in found}) is shut
    assert bool(found) is shut
