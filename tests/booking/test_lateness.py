"""Running late: whom a delay reaches, and how much of it is left for each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.lateness import AHEAD, Delay, may_be_late, reached
from booking.model import Status
from booking.spans import Span
from tests.make import NOW, at, booked

MINUTE = timedelta(minutes=1)


def day(*spans: tuple[int, int], **changes):
    """Give appointments by their first and last minute after NOW."""
    return [
        booked(n, span=Span(NOW + a * MINUTE, NOW + b * MINUTE), **changes)
        for n, (a, b) in enumerate(spans, start=1)
    ]


def minutes(day, late, now=NOW, first=None):
    return [
        (each.appointment.id, each.minutes) for each in reached(day, late, now, first)
    ]


def test_a_delay_is_handed_on_until_a_pause_swallows_it():
    one_after_the_other = day((10, 55), (60, 105), (112, 150), (150, 195))

    assert minutes(one_after_the_other, 20) == [(1, 20), (2, 15), (3, 8), (4, 8)]
    assert minutes(one_after_the_other, 10) == [(1, 10), (2, 5)]
    assert minutes(one_after_the_other, 9) == [(1, 9)]


def test_she_may_be_late_for_what_began_a_moment_ago_and_not_for_what_goes_on():
    under_way_then_next = day((-7, 38), (38, 83))

    assert minutes(under_way_then_next, 10) == [(1, 10), (2, 10)]
    assert minutes(under_way_then_next, 5) == [(2, 5)]


def test_one_that_is_over_is_late_for_nobody():
    assert minutes(day((-8, -1)), 10) == []


def test_tomorrow_and_the_afternoon_are_not_waited_for_yet():
    at_the_edge = day((240, 285))

    assert minutes(at_the_edge, 10) == [(1, 10)]
    assert minutes(at_the_edge, 10, NOW - MINUTE) == []


@pytest.mark.parametrize("status", sorted({*Status} - {Status.BOOKED, Status.ARRIVED}))
def test_only_who_is_waited_for_is_told(status: Status):
    assert minutes(day((10, 55), status=status), 10) == []


def test_the_first_may_be_named_and_those_before_are_left_alone():
    three = day((10, 55), (55, 100), (100, 145))

    assert minutes(three, 10, first=2) == [(2, 10), (3, 10)]
    assert minutes(three, 10, first=9) == []


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=6),
    st.integers(3, 60),
    st.integers(-60, 60),
)
def test_it_never_grows_and_nobody_is_told_of_less_than_five(pauses, late, now):
    spans, end = [], 0
    for pause in pauses:
        spans.append((end + pause, end + pause + 30))
        end += pause + 30
    moment = NOW + now * MINUTE

    found = reached(day(*spans), late, moment)

    told = [each.minutes for each in found]
    assert told == sorted(told, reverse=True)
    assert all(each >= 5 for each in told[1:])
    assert all(each.appointment.span.start <= moment + AHEAD for each in found)
    for each in found[:1]:
        assert each.minutes == late
        assert may_be_late(each.appointment, late, moment)


def test_what_was_said_holds_until_she_has_come_or_it_was_moved():
    here = booked(span=Span(at(1), at(2)))
    delay = Delay(here.id, at(1), 10, 1, NOW, "staff:x")

    assert delay.holds(here, at(1) + 9 * MINUTE)
    assert not delay.holds(here, at(1) + 10 * MINUTE)
    assert not delay.holds(replace(here, span=Span(at(3), at(4))), NOW)
    assert not delay.holds(replace(here, status=Status.CANCELLED_BY_US), NOW)
    assert not replace(delay, minutes=0).holds(here, NOW)
