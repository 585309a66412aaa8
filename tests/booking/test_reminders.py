"""Quiet hours, on the wall clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.reminders import QuietHours, may_send_at
from booking.spans import HELSINKI, instant, wall

#: Around both nights on which the clocks change, and an ordinary one.
NIGHTS = [date(2026, 3, 28), date(2026, 10, 24), date(2026, 11, 24)]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return instant(day, time(hour, minute), HELSINKI)


@pytest.mark.parametrize("day", NIGHTS)
def test_what_is_due_at_night_waits_until_morning(day):
    next_day = day + timedelta(days=1)
    morning = local(next_day, 7)

    assert may_send_at(local(day, 20, 59), QuietHours()) == local(day, 20, 59)
    assert may_send_at(local(day, 21), QuietHours()) == morning
    assert may_send_at(local(next_day, 3, 30), QuietHours()) == morning
    assert may_send_at(local(next_day, 6, 59), QuietHours()) == morning
    assert may_send_at(morning, QuietHours()) == morning


def test_quiet_hours_may_lie_within_a_day_or_be_none():
    noon = QuietHours(time(12), time(13))
    day = NIGHTS[2]

    assert may_send_at(local(day, 12, 30), noon) == local(day, 13)
    assert may_send_at(local(day, 23), noon) == local(day, 23)
    assert may_send_at(local(day, 2), QuietHours(time(0), time(0))) == local(day, 2)


@given(
    st.sampled_from(NIGHTS),
    st.integers(0, 48 * 60),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
)
def test_the_moment_found_is_never_before_now_and_needs_no_second_look(
    day, minute, start, end
):
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    quiet = QuietHours(start, end)

    found = may_send_at(now, quiet)

    assert now <= found <= now + timedelta(hours=25)
    shown = found.astimezone(HELSINKI).time()
    silent = start <= shown < end if start <= end else shown >= start or shown < end
    in_repeated_hour = day == NIGHTS[1] and shown.hour == 3
    # Where spring skips the end, the moment it skips to is the end.
    is_the_end = found == instant(wall(found, HELSINKI).date(), end, HELSINKI)
    assert not silent or in_repeated_hour or is_the_end


def test_an_end_that_spring_skips_is_where_the_clock_goes_on():
    before = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)

    found = may_send_at(before, QuietHours(time(3, 30), time(3)))

    assert found == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
