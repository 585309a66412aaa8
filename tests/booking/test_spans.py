"""Spans, and the door between instants and the wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.spans import (
    HELSINKI,
    Span,
    day_span,
    days_span,
    from_epoch,
    instant,
    span,
    wall,
)

#: In Helsinki 03.00-04.00 does not exist on the first and comes twice on the second.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = [
    ZoneInfo(name)
    for name in (
        *("Europe/Helsinki", "Europe/Stockholm", "UTC", "America/New_York"),
        # Changes at midnight; half an hour; a whole day skipped in 2011.
        *("America/Santiago", "Australia/Lord_Howe", "Pacific/Apia"),
    )
]

moments = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(days=9))
spans = st.builds(span, moments, lengths)
zones = st.sampled_from(ZONES)
dates = st.dates(date(2009, 1, 1), date(2030, 1, 1))
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (date(2026, 11, 24), time(10, 30), utc(date(2026, 11, 24), 8, 30)),
        (date(2026, 7, 1), time(10, 30), utc(date(2026, 7, 1), 7, 30)),
        (SPRING, time(2, 59), utc(SPRING, 0, 59)),
        (SPRING, time(3), utc(SPRING, 1)),
        (SPRING, time(3, 30), utc(SPRING, 1)),
        (SPRING, time(3, 59), utc(SPRING, 1)),
        (SPRING, time(4), utc(SPRING, 1)),
        (SPRING, time(4, 1), utc(SPRING, 1, 1)),
        (AUTUMN, time(2, 59), utc(date(2026, 10, 24), 23, 59)),
        (AUTUMN, time(3), utc(AUTUMN, 0)),
        (AUTUMN, time(3, 30), utc(AUTUMN, 0, 30)),
        (AUTUMN, time(3, 30, fold=1), utc(AUTUMN, 0, 30)),
        (AUTUMN, time(4), utc(AUTUMN, 2)),
    ],
)
def test_a_clock_time_is_one_moment_also_when_the_clocks_change(day, clock, moment):
    assert instant(day, clock, HELSINKI) == moment


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 11, 24), 24)]
)
def test_a_day_is_as_long_as_its_clock_says(day, hours):
    assert day_span(day, HELSINKI).length == timedelta(hours=hours)


def test_the_repeated_hour_reads_the_same_twice():
    first, second = utc(AUTUMN, 0, 30), utc(AUTUMN, 1, 30)

    assert wall(first, HELSINKI).time() == wall(second, HELSINKI).time() == time(3, 30)


def test_a_midnight_that_does_not_exist_is_the_first_moment_of_the_day():
    santiago = ZoneInfo("America/Santiago")
    skipped = date(2026, 9, 6)  # At 00.00 the clock goes to 01.00.

    start = day_span(skipped, santiago).start

    assert wall(start, santiago).replace(tzinfo=None) == datetime(2026, 9, 6, 1)  # noqa: DTZ001


@given(dates, clocks, zones)
def test_a_clock_time_is_the_first_moment_that_shows_it_or_later(day, clock, zone):
    wanted = datetime.combine(day, clock)

    found = instant(day, clock, zone)

    second = timedelta(seconds=1)
    assert found.tzinfo is UTC
    assert wall(found, zone).replace(tzinfo=None) >= wanted
    assert wall(found - second, zone).replace(tzinfo=None) < wanted


@given(dates, clocks, clocks, zones)
def test_the_clock_never_runs_backwards_within_a_day(day, one, other, zone):
    early, late = sorted((one, other))

    assert instant(day, early, zone) <= instant(day, late, zone)


@given(moments, zones)
def test_every_moment_lies_in_the_day_its_clock_shows(when, zone):
    day = day_span(wall(when, zone).date(), zone)

    assert day.start <= when < day.end


@given(dates, st.integers(1, 40), zones)
def test_days_follow_each_other_without_gap_or_overlap(first, count, zone):
    # Apia skipped a whole date, which therefore has no span.
    if zone.key == "Pacific/Apia":
        zone = HELSINKI
    after_last = first + timedelta(days=count)
    each = [day_span(first + timedelta(days=n), zone) for n in range(count)]

    whole = days_span(first, after_last, zone)

    assert (each[0].start, each[-1].end) == (whole.start, whole.end)
    assert sum((day.length for day in each), timedelta()) == whole.length


@given(spans, spans)
def test_spans_overlap_when_they_share_a_moment(one, other):
    shared = max(one.start, other.start) < min(one.end, other.end)

    assert one.overlaps(other) == other.overlaps(one) == shared


@given(spans, lengths)
def test_spans_that_touch_do_not_overlap(one, length):
    after = span(one.end, length)

    assert not one.overlaps(after)
    assert not after.overlaps(one)


@given(spans, spans)
def test_what_contains_another_overlaps_it(outer, inner):
    assert outer.contains(outer)
    if outer.contains(inner):
        assert outer.overlaps(inner)
        assert inner.length <= outer.length


@given(spans, st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_a_widened_span_contains_the_one_it_was(one, by):
    assert one.widened(by, timedelta(0)).contains(one)
    assert one.widened(by, by).length == one.length + 2 * by


@given(moments, lengths, zones)
def test_a_span_may_be_begun_in_any_zone(when, length, zone):
    assert span(when.astimezone(zone), length) == span(when, length)


@given(st.integers(0, 2**31), st.integers(1, 10**6))
def test_a_span_in_epoch_seconds_is_the_same_span(start, length):
    found = from_epoch(start, start + length)

    assert found.start.timestamp() == start
    assert found.length == timedelta(seconds=length)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (utc(SPRING, 8), utc(SPRING, 8)),
        (utc(SPRING, 9), utc(SPRING, 8)),
        (utc(SPRING, 8).replace(tzinfo=None), utc(SPRING, 9).replace(tzinfo=None)),
        (utc(SPRING, 8).astimezone(HELSINKI), utc(SPRING, 9)),
        (utc(SPRING, 8), utc(SPRING, 9).astimezone(HELSINKI)),
    ],
)
def test_what_is_no_span_is_refused(start, end):
    with pytest.raises(AssertionError):
        Span(start, end)


def test_a_moment_without_a_zone_has_no_clock():
    with pytest.raises(AssertionError):
        wall(utc(SPRING, 8).replace(tzinfo=None), HELSINKI)
