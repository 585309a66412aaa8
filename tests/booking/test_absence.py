"""Spans of absences: what has been is left out, what touches is joined, what ends ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.absence import (
    Absence,
    Away,
    Wrong,
    finished,
    in_force,
    is_sound,
    joined,
    span_of,
    typed_away,
)
from booking.spans import HELSINKI, Span
from booking.views.absences import State, band, days_of, hours_of, in_words, says
from tests import make

NOW = datetime(2026, 11, 24, 8, 47, 30, tzinfo=UTC)  # Tuesday 10.47 in Helsinki
TODAY = date(2026, 11, 24)
HOURS = st.integers(0, 400)


def span(start: int, end: int) -> Span:
    return Span(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


spans = (
    st.tuples(HOURS, HOURS)
    .filter(lambda two: two[0] < two[1])
    .map(lambda two: span(*two))
)


@given(spans, st.lists(spans, max_size=5))
def test_what_is_joined_covers_just_what_it_was_made_of(wanted, others):
    standing = [Absence(n, 1, make.AINO, each) for n, each in enumerate(others)]

    whole, parts = joined(wanted, standing)

    assert whole.contains(wanted)
    assert all(whole.contains(each.span) for each in parts)
    hour = timedelta(hours=1)
    moment = whole.start
    while moment < whole.end:
        here = Span(moment, moment + hour)
        assert wanted.overlaps(here) or any(p.span.overlaps(here) for p in parts)
        moment += hour
    for each in standing:
        apart = each.span.end < whole.start or whole.end < each.span.start
        assert apart == (each not in parts)


@pytest.mark.parametrize(
    ("given_", "start", "end"),
    [
        ("2026-11-24/2026-11-24", "24 08:47", "24 22:00"),
        ("2026-11-24/2026-11-27", "24 08:47", "27 22:00"),
        ("2026-11-24T12:00/2026-11-24T14:00", "24 10:00", "24 12:00"),
        ("2026-11-20/2026-11-25", "24 08:47", "25 22:00"),
        ("0001-01-01T00:00/2026-11-25", "24 08:47", "25 22:00"),
    ],
)
def test_what_has_been_is_left_out(given_: str, start: str, end: str):
    away = Away.read(given_)
    assert away is not None

    found = span_of(away, NOW, HELSINKI)

    assert isinstance(found, Span)
    assert (f"{found.start:%d %H:%M}", f"{found.end:%d %H:%M}") == (start, end)


@pytest.mark.parametrize(
    ("given_", "wrong"),
    [
        ("2026-11-25/2026-11-24", Wrong.BACKWARDS),
        ("2026-11-25T12:00/2026-11-25T12:00", Wrong.BACKWARDS),
        ("2026-11-20/2026-11-23", Wrong.PAST),
        ("2026-11-24T08:00/2026-11-24T10:00", Wrong.PAST),
        ("2026-11-24/2027-11-25", Wrong.TOO_LONG),
        ("2027-11-26/2027-11-27", Wrong.TOO_FAR),
    ],
)
def test_what_cannot_be_is_said(given_: str, wrong: Wrong):
    away = Away.read(given_)

    assert away is not None
    assert span_of(away, NOW, HELSINKI) is wrong


@pytest.mark.parametrize(
    "given_", ["", "x", "2026-11-24", "2026-11-24/", "/", "2026-11-24T9/2026-11-25"]
)
def test_what_is_no_absence_is_not_read(given_: str):
    assert Away.read(given_) is None


def test_days_and_hours_are_read_as_fields_give_them():
    found = typed_away("2026-11-24", "", "2026-11-25", "12:30")

    assert found == Away(TODAY, date(2026, 11, 25), None, time(12, 30))
    assert typed_away("2026-11-24", "9+02:00", "2026-11-25", "") is None
    assert typed_away("", "", "", "") is None


def test_what_has_begun_is_ended_and_what_has_not_is_withdrawn():
    going, coming = (
        Absence(1, 1, make.AINO, span(-5, 20)),
        Absence(2, 4, make.AINO, span(5, 20)),
    )

    ended, withdrawn = (finished(each, NOW) for each in (going, coming))

    assert ended.span == Span(going.span.start, NOW.replace(second=0))
    assert ended.is_over(NOW)
    assert (withdrawn.withdrawn, withdrawn.version) == (True, 5)
    assert finished(ended, NOW) == ended
    assert in_force([coming, going, ended, withdrawn], NOW) == [going, coming]


def test_what_was_asked_long_ago_is_not_recorded():
    asked = span(0, 5)

    assert is_sound(asked, NOW + timedelta(hours=2))
    assert not is_sound(asked, NOW + timedelta(hours=6))
    assert not is_sound(span(0, 500), NOW + timedelta(hours=25))
    assert not is_sound(span(0, 24 * 400), NOW)


@pytest.mark.parametrize(
    ("language", "given_", "words"),
    [
        ("fi", "2026-11-25/2026-11-25", "ke 25.11., koko päivä"),
        ("sv", "2026-11-25T12:00/2026-11-25", "on 25.11 kl. 12.00 – dagens slut"),
        ("en", "2026-11-25T08:00/2026-11-25T12:00", "Wed 25 Nov, 08:00–12:00"),
        ("fi", "2026-11-25T12:00/2027-01-05", "ke 25.11. klo 12.00 – ti 5.1.2027"),
        ("sv", "2026-11-25/2026-11-26T09:00", "on 25.11 – to 26.11 kl. 9.00"),
    ],
)
def test_a_time_is_said_as_people_say_it(language: str, given_: str, words: str):
    away = Away.read(given_)
    assert away is not None
    found = span_of(away, NOW, HELSINKI)
    assert isinstance(found, Span)

    assert says(language, found, HELSINKI, TODAY) == words
    again = typed_away(
        f"{days_of(found, HELSINKI)[0]}",
        hours_of(found, HELSINKI)[0],
        f"{days_of(found, HELSINKI)[1]}",
        hours_of(found, HELSINKI)[1],
    )
    assert again == replace(away)
    assert in_words(language, away, TODAY)


def test_a_day_shows_its_part_of_it():
    away = Away.read("2026-11-24T12:00/2026-11-26T09:30")
    assert away is not None
    found = span_of(away, NOW, HELSINKI)
    assert isinstance(found, Span)

    bands = [band("en", found, TODAY + timedelta(days=n), HELSINKI) for n in range(3)]

    assert [each.says for each in bands] == [
        "Away from 12:00",
        "Away",
        "Away until 09:30",
    ]
    assert [each.whole for each in bands] == [False, True, False]
    assert State.NOW.stands
    assert not State.OVER.stands
