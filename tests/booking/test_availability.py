"""The search against an oracle that tries every minute on the wall clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from booking.availability import Calendar, Index, Rules, Search
from booking.calendar import Mailbox, WorkingHours
from booking.model import Modality, Service
from booking.spans import HELSINKI, day_span
from tests.booking import oracle, strategies
from tests.make import AINO, a_service

SHOWN_DAYS = 2

# The full run tries each of them a thousand times.
pytestmark = pytest.mark.timeout(900)


def starts_of(index: Index, search: Search) -> list[datetime]:
    return [slot.start for slot in index.free(search)]


@st.composite
def questions(draw: st.DrawFn) -> tuple[date, Calendar, Search]:
    first = draw(strategies.days)
    begin = day_span(first, HELSINKI)
    passed = draw(st.integers(0, int(begin.length.total_seconds() // 60) - 1))
    now = begin.start + timedelta(minutes=draw(st.sampled_from([0, passed])))
    service: Service = draw(strategies.services)
    search = Search(service, Modality.REMOTE, now)
    return first, draw(strategies.calendars(first)), search


def assert_finds_what_trying_finds(
    first: date, calendar: Calendar, search: Search
) -> list[datetime]:
    index = Index.empty(search.now, HELSINKI, SHOWN_DAYS)

    index = index.with_professional(AINO, calendar, [search.service])

    wanted = oracle.free_starts(calendar, search, HELSINKI, first, SHOWN_DAYS)
    assert starts_of(index, search) == wanted
    assert index.epochs(search).tolist() == [int(s.timestamp()) for s in wanted]
    return wanted


@given(questions())
def test_the_search_finds_what_trying_every_minute_finds(asked):
    first, calendar, search = asked

    found = assert_finds_what_trying_finds(first, calendar, search)

    event(f"free starts: {'some' if found else 'none'}")


@given(strategies.full_days, strategies.short_services)
def test_the_search_finds_it_between_events_of_every_length(calendar, service):
    first = strategies.WORKDAY
    search = Search(service, Modality.REMOTE, day_span(first, HELSINKI).start)

    found = assert_finds_what_trying_finds(first, calendar, search)

    event(f"free starts: {'some' if found else 'none'}")


@st.composite
def night_questions(draw: st.DrawFn) -> tuple[date, Calendar, Search]:
    """Ask for the night the clock changes, the evening before or in that night."""
    change = draw(st.sampled_from(strategies.CHANGES))
    first = change - timedelta(days=draw(st.integers(0, 1)))
    service: Service = draw(strategies.short_services)
    search = Search(service, Modality.REMOTE, day_span(first, HELSINKI).start)
    return first, draw(strategies.night_calendars(change)), search


def a_night(change: date, start: time, end: time) -> tuple[date, Calendar, Search]:
    hours = WorkingHours(frozenset(range(7)), start, end)
    service = a_service(minutes=15, lead_minutes=0)
    search = Search(service, Modality.REMOTE, day_span(change, HELSINKI).start)
    return change, Calendar(Mailbox(hours), Rules(step_minutes=5)), search


@example(a_night(strategies.CHANGES[0], time(3, 30), time(6)))
@example(a_night(strategies.CHANGES[0], time(2), time(3, 30)))
@example(a_night(strategies.CHANGES[1], time(3, 30), time(6)))
@example(a_night(strategies.CHANGES[1], time(2), time(3, 30)))
@given(night_questions())
def test_the_search_finds_it_in_the_nights_the_clock_changes_too(asked):
    first, calendar, search = asked

    found = assert_finds_what_trying_finds(first, calendar, search)

    near = [s for s in found if _hours_from_change(s) <= 1]
    event(f"free starts about the change: {'some' if near else 'none'}")


def _hours_from_change(start: datetime) -> float:
    changes = [
        datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        for day in strategies.CHANGES
    ]
    return min(abs(start - change) / timedelta(hours=1) for change in changes)
