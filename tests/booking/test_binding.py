"""What is laid down for a binding appointment, and how long its link moves it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import client_limits
from booking.binding import REPORTED_WITHIN, laid_down, may_report
from booking.client_limits import Barred
from booking.model import Binding, Status
from booking.spans import HELSINKI, wall
from tests import make
from tests.support.small_world import POLICY

W = make.words
BINDING = Binding(W("Come"), W("Else"), W("Say so"), deadline_days=14, move_days=5)
days = st.integers(0, 60)


@given(days, days, st.integers(-2000, 2000))
def test_its_link_moves_it_nowhere_beyond_the_window_or_the_deadline(
    deadline, moves, hours
):
    binding = replace(BINDING, deadline_days=deadline, move_days=moves)
    bound = laid_down(binding, make.booked(), make.NOW)

    until, last = bound.moves_until(HELSINKI), bound.deadline(HELSINKI)

    assert until <= last
    assert bound.allows(make.at(hours), HELSINKI) == (make.at(hours) < until)
    window = bound.window(make.at(hours), HELSINKI)
    assert (window is None) == (make.at(hours) >= until)
    if moves == 0:
        assert not bound.allows(make.at(1), HELSINKI)


def test_days_are_counted_as_people_count_them_over_a_clock_change():
    agreed = make.NOW - timedelta(days=33)  # 21 October; clocks go back on the 25th
    bound = laid_down(BINDING, make.booked(span=make.span(-32 * 24)), agreed)

    assert wall(bound.deadline(HELSINKI), HELSINKI).strftime("%d.%m %H") == "05.11 00"
    assert (
        wall(bound.moves_until(HELSINKI), HELSINKI).strftime("%d.%m %H") == "28.10 00"
    )


def test_a_client_is_offered_nothing_after_the_deadline():
    service = make.a_service(binding=BINDING)

    assert service.days_ahead == 14
    assert make.a_service().days_ahead == 28
    assert replace(service, horizon_days=3).days_ahead == 3


def test_its_link_never_cancels_it_and_moves_it_within_the_window():
    bound = laid_down(BINDING, make.booked(), make.NOW)
    start, now = make.at(24), make.NOW

    assert client_limits.to_cancel(start, POLICY, now, bound) is Barred.BOUND
    assert client_limits.to_move(start, 0, POLICY, now, bound) is None
    after = bound.moves_until(HELSINKI)
    later = after + timedelta(days=1)
    assert client_limits.to_move(later, 0, POLICY, after, bound) is Barred.WINDOW
    strict = replace(POLICY, client_moves=1)
    assert client_limits.to_move(start, 1, strict, now, bound) is Barred.OFTEN


@pytest.mark.parametrize("status", Status)
def test_an_obstacle_is_reported_until_a_person_has_said_that_all_went_well(status):
    found = make.booked(
        status=status, hold_ends=make.at() if status is Status.HELD else None
    )
    may = {Status.BOOKED, Status.ARRIVED, Status.NO_SHOW, Status.NOT_REACHED}

    assert may_report(found, make.NOW) == (status in may)
    assert not may_report(found, found.span.end + REPORTED_WITHIN)
