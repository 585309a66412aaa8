"""The search against an oracle that tries every minute on the wall clock."""

from datetime import date, datetime, timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from booking.availability import Calendar, Index, Search
from booking.model import Modality, Service
from booking.spans import HELSINKI, day_span
from tests.booking import oracle, strategies
from tests.make import AINO

SHOWN_DAYS = 2


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


@given(questions())
def test_the_search_finds_what_trying_every_minute_finds(asked):
    first, calendar, search = asked
    index = Index.empty(search.now, HELSINKI, SHOWN_DAYS)

    index = index.with_professional(AINO, calendar, [search.service])

    wanted = oracle.free_starts(calendar, search, HELSINKI, first, SHOWN_DAYS)
    event(f"free starts: {'some' if wanted else 'none'}")
    assert starts_of(index, search) == wanted
    assert index.epochs(search).tolist() == [int(s.timestamp()) for s in wanted]
