"""Dates and times as people of each language write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.spans import HELSINKI
from booking.wording import LANGUAGES, dates, has, text

TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
EARLY = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)

languages = st.sampled_from(LANGUAGES)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("language", "short", "long", "clock", "heading"),
    [
        (
            "fi",
            "ti 24.11. klo 10.30",
            "tiistaina 24. marraskuuta kello 10.30",
            "8.05",
            "tiistai 24. marraskuuta",
        ),
        (
            "sv",
            "ti 24.11 kl. 10.30",
            "tisdagen den 24 november kl. 10.30",
            "8.05",
            "tisdag 24 november",
        ),
        (
            "en",
            "Tue 24 Nov at 10:30",
            "Tuesday 24 November at 10:30",
            "08:05",
            "Tuesday 24 November",
        ),
    ],
)
def test_each_language_writes_dates_its_own_way(language, short, long, clock, heading):
    assert dates.when_short(language, TUESDAY) == short
    assert dates.when_long(language, TUESDAY) == long
    assert dates.clock(language, EARLY) == clock
    assert dates.day_heading(language, date(2026, 11, 24)) == heading


@pytest.mark.parametrize(
    ("language", "shown"),
    [("fi", "klo 10.30–11.15"), ("sv", "kl. 10.30–11.15"), ("en", "10:30–11:15")],
)
def test_a_range_has_a_dash_without_spaces(language, shown):
    end = TUESDAY + timedelta(minutes=45)

    assert dates.time_range(language, TUESDAY, end) == shown


@given(languages, moments)
def test_a_date_always_has_its_weekday_and_its_day(language, when):
    local = when.astimezone(HELSINKI)

    for shown in (dates.when_short(language, when), dates.when_long(language, when)):
        assert str(local.day) in shown
        assert f"{local.minute:02}" in shown
    short = text(language, f"common.day_short.{local.weekday()}")
    assert dates.when_short(language, when).startswith(short)


@given(languages, moments, moments)
def test_different_minutes_of_a_year_never_look_the_same(language, one, other):
    shown = {dates.when_long(language, when) for when in (one, other)}
    walls = {f"{when.astimezone(HELSINKI):%m-%d %a %H:%M}" for when in (one, other)}

    assert len(shown) == len(walls)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "ti 24.11. klo 10.30–11.15"),
        ("sv", "ti 24.11 kl. 10.30–11.15"),
        ("en", "Tue 24 Nov, 10:30–11:15"),
    ],
)
def test_a_time_with_its_end(language, said):
    assert dates.when_range(language, TUESDAY, TUESDAY + timedelta(minutes=45)) == said


def test_a_key_without_a_text_is_a_mistake():
    assert not has("fi", "common.nothing")
    with pytest.raises(AssertionError):
        text("fi", "common.nothing")


@given(languages, st.text())
def test_a_value_in_a_text_is_never_read_as_one(language, value):
    shown = text(language, "common.event.subject", reference=value)

    assert value in shown
