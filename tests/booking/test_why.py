"""Why a time is not offered: the reasons agree with the search, and each is named."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability import Calendar, Guarded, Mode, Rules, has_room
from booking.availability.calendars import is_on_step
from booking.availability.why import FOR_CLIENTS, Asked, Reason, Rule, why_not
from booking.calendar import Busy, Mailbox, ShowAs, WorkingHours
from booking.model import AppointmentId
from booking.spans import HELSINKI, Span, instant, span
from booking.views import why as views
from booking.wording import LANGUAGES
from tests import make

DAY = date(2026, 11, 24)
NOW = make.NOW
OFFICE = WorkingHours(frozenset(range(5)), time(9), time(15), "Europe/Helsinki")
PLAIN = Calendar(Mailbox(OFFICE))


def clock(hour: float, day: date = DAY) -> datetime:
    return instant(day, time(int(hour), round(hour % 1 * 60)), HELSINKI)


def hours(first: float, last: float) -> Span:
    return Span(clock(first), clock(last))


def at(hour: float, day: date = DAY, **changes) -> Asked:
    wanted = Guarded(
        AppointmentId(-1),
        span(clock(hour, day), timedelta(minutes=30)),
        timedelta(minutes=5),
        timedelta(minutes=10),
    )
    return replace(Asked(wanted, NOW, HELSINKI), **changes)


def rules(calendar: Calendar, asked: Asked) -> list[Rule]:
    return [each.rule for each in why_not(calendar, asked)]


def busy(first: float, last: float, shown: ShowAs = ShowAs.BUSY, **more) -> Calendar:
    row = Busy("E1", hours(first, last), shown, **more)
    return replace(PLAIN, busy=(row,))


def with_rules(**changes) -> Calendar:
    return replace(PLAIN, rules=Rules(**changes))


def booked(first: float, until: datetime | None = None) -> Calendar:
    length = timedelta(minutes=45)
    one = Guarded(AppointmentId(7), span(clock(first), length), until=until)
    return replace(PLAIN, appointments=(one,))


def test_a_free_time_has_no_reason():
    assert rules(PLAIN, at(10)) == []


@pytest.mark.parametrize(
    ("calendar", "asked", "rule"),
    [
        (PLAIN, at(8), Rule.HOURS),
        (PLAIN, at(14.75), Rule.HOURS),
        (PLAIN, at(10, date(2026, 11, 28)), Rule.HOURS),
        (with_rules(mode=Mode.OPENED_BLOCKS), at(10), Rule.BLOCKS),
        (with_rules(closed=frozenset({DAY})), at(10), Rule.CLOSED),
        (PLAIN, at(10, date(2026, 12, 25)), Rule.CLOSED),
        (replace(PLAIN, absences=(hours(9, 12),)), at(10), Rule.ABSENT),
        (busy(10, 11), at(10), Rule.BUSY),
        (booked(10), at(10.25), Rule.TAKEN),
        (booked(10, NOW + timedelta(minutes=9)), at(10.25), Rule.HELD),
        (PLAIN, at(10, possible=False), Rule.MODALITY),
        (PLAIN, at(10, lead_minutes=3 * 24 * 60), Rule.LEAD),
        (PLAIN, at(10, horizon_days=0), Rule.HORIZON),
        (PLAIN, at(10, read_until=clock(10.5)), Rule.FAR),
        (PLAIN, at(10 + 5 / 60), Rule.STEP),
        (PLAIN, at(10.1), Rule.GRID),
        (replace(booked(13), rules=Rules(daily_limit=1)), at(10), Rule.FULL),
    ],
)
def test_each_rule_is_named(calendar: Calendar, asked: Asked, rule: Rule):
    found = rules(calendar, asked)

    assert rule in found
    assert set(found) <= {rule, Rule.BLOCKS, Rule.STEP}


def test_what_is_over_is_named():
    assert rules(PLAIN, at(9, date(2026, 11, 23))) == [Rule.PAST]


@pytest.mark.parametrize("shown", [ShowAs.FREE, ShowAs.WORKING_ELSEWHERE])
def test_what_does_not_block_hides_nothing(shown: ShowAs):
    assert rules(busy(10, 11, shown), at(10)) == []


def test_our_own_event_hides_nothing_for_its_appointment_does():
    assert rules(busy(10, 11, ours="K7Q2FM"), at(10)) == []


def test_a_hold_that_has_lapsed_hides_nothing():
    assert rules(booked(10, NOW), at(10)) == []


@pytest.mark.parametrize(
    ("hour", "beside"), [(10.5, False), (11.0, True), (9.5, False), (9.4, True)]
)
def test_what_only_touches_the_buffers_is_told_so(hour: float, *, beside: bool):
    calendar = busy(9 + 55 / 60, 11)
    found = [r for r in why_not(calendar, at(hour)) if r.rule is Rule.BUSY]

    assert [each.beside for each in found] == [beside]


def test_every_reason_is_given_at_once():
    calendar = replace(
        busy(10, 11), absences=(hours(9, 12),), rules=Rules(closed=frozenset({DAY}))
    )

    found = rules(calendar, at(10))
    assert found == [Rule.CLOSED, Rule.ABSENT, Rule.BUSY]


OTHER_DAYS = [date(2026, 11, 28), date(2026, 12, 24), date(2026, 11, 23)]
#: Mostly the day on which something stands, and its office hours.
DAYS = st.one_of(st.just(DAY), st.just(DAY), st.sampled_from(OTHER_DAYS))
QUARTERS = st.integers(9 * 4, 14 * 4).map(lambda n: n * 15)
MINUTES = st.one_of(QUARTERS, st.integers(9 * 60, 14 * 60), st.integers(0, 1439))


@st.composite
def spans_of_a_day(draw: st.DrawFn) -> Span:
    start = clock(0) + timedelta(minutes=draw(MINUTES))
    return span(start, timedelta(minutes=draw(st.integers(1, 240))))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    shown = st.sampled_from(list(ShowAs))
    rows = [
        Busy(f"E{n}", each, draw(shown), bookable=draw(st.booleans()))
        for n, each in enumerate(draw(st.lists(spans_of_a_day(), max_size=2)))
    ]
    return Calendar(
        Mailbox(OFFICE),
        Rules(
            mode=draw(st.sampled_from(Mode)),
            daily_limit=draw(st.sampled_from([None, 0, 1, 2])),
            closed=frozenset(draw(st.sets(st.sampled_from(OTHER_DAYS), max_size=1))),
        ),
        tuple(rows),
        tuple(draw(st.lists(spans_of_a_day(), max_size=2))),
        tuple(
            Guarded(AppointmentId(n), each, until=draw(st.sampled_from([None, NOW])))
            for n, each in enumerate(draw(st.lists(spans_of_a_day(), max_size=2)))
        ),
    )


@given(calendars(), DAYS, MINUTES)
def test_there_is_a_reason_exactly_when_the_search_has_none(
    calendar: Calendar, day: date, minute: int
):
    asked = at(0, day)
    start = instant(day, time(minute // 60, minute % 60), HELSINKI)
    moved = replace(asked.wanted, span=span(start, timedelta(minutes=30)))
    asked = replace(asked, wanted=moved)
    found = {each.rule for each in why_not(calendar, asked)}
    live = calendar.at(NOW)

    can_begin = start > NOW and minute % 5 == 0
    staff = can_begin and has_room(live, moved, HELSINKI, limited=False)
    assert (not found - FOR_CLIENTS) == staff
    on_step = is_on_step(live, start, HELSINKI)
    clients = start > NOW and on_step and has_room(live, moved, HELSINKI)
    assert (not found) == clients


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", Rule)
def test_each_reason_has_its_words(language: str, rule: Rule):
    said = views.say(
        language,
        Reason(rule, hours(10, 11), ShowAs.OOF, beside=True, number=3),
        HELSINKI,
    )

    assert said
    assert "{" not in said


def test_an_event_is_told_by_its_times_and_kind_alone():
    (reason,) = why_not(busy(10, 11, ShowAs.TENTATIVE), at(10))

    assert views.say("en", reason, HELSINKI) == (
        "Outlook has an entry shown as “Tentative”: 10:00–11:00."
    )
