"""What is read of Outlook: how time is shown, all-day events, Graph's own dates."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.calendar import AllDay, Busy, Event, ShowAs, at_utc
from booking.spans import HELSINKI, Span

DAY = date(2026, 10, 25)  #: 25 hours long in Helsinki.
WHOLE = AllDay(DAY, DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("busy", ShowAs.BUSY),
        ("workingElsewhere", ShowAs.WORKING_ELSEWHERE),
        (None, ShowAs.UNKNOWN),
        ("", ShowAs.UNKNOWN),
        ("Busy", ShowAs.UNKNOWN),
        ("onAnotherPlanet", ShowAs.UNKNOWN),
    ],
)
def test_what_microsoft_adds_later_is_unknown(given, read):
    assert ShowAs.read(given) is read


@pytest.mark.parametrize("kind", [Event, Busy])
def test_an_all_day_event_covers_the_days_of_the_readers_zone(kind):
    more = {"show_as": ShowAs.BUSY} if kind is Busy else {}
    event = kind("e", WHOLE, **more)

    here, there = event.span(HELSINKI), event.span(ZoneInfo("America/New_York"))

    assert here.length == timedelta(hours=25)
    assert here.start == datetime(2026, 10, 24, 21, tzinfo=UTC)
    assert there.start == datetime(2026, 10, 25, 4, tzinfo=UTC)


@pytest.mark.parametrize("kind", [Event, Busy])
def test_any_other_event_is_when_it_is_wherever_it_is_read(kind):
    when = Span(
        datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)
    )
    more = {"show_as": ShowAs.BUSY} if kind is Busy else {}

    assert kind("e", when, **more).span(ZoneInfo("America/New_York")) == when


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T08:30:00.0000000", "2026-11-24T08:30:00Z", "2026-11-24T08:30:00"],
)
def test_graphs_utc_is_read_with_or_without_decimals(text):
    assert at_utc(text) == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
