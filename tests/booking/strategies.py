"""Hypothesis strategies for calendars, rules and services on nights that matter."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st

from booking.availability import Calendar, Guarded, Mode, Rules
from booking.calendar import AllDay, Busy, Mailbox, ShowAs, WorkingHours
from booking.model import AppointmentId, Modality, Service
from booking.spans import Span, span
from tests.make import a_service

#: First days of windows in Helsinki: the night a clock hour is skipped, the night one
#: is repeated, an ordinary week, Midsummer, Christmas, the turn of the year.
DAYS = [
    *(date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)),
    *(date(2026, 11, 23), date(2026, 6, 18), date(2026, 12, 23), date(2026, 12, 31)),
]
ZONES = ["Europe/Helsinki", "Europe/Stockholm", "UTC", "America/New_York"]

days = st.sampled_from(DAYS)


@cache
def moments(first: date) -> st.SearchStrategy[datetime]:
    """Give whole minutes from a day before to two days after, often on the grid."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    numbers = st.integers(-24 * 12, 72 * 12).map(lambda five: five * 5)
    return st.one_of(numbers, st.integers(-24 * 60, 72 * 60)).map(
        lambda minute: begin + timedelta(minutes=minute)
    )


lengths = st.one_of(
    st.sampled_from([5, 15, 30, 45, 60, 90, 24 * 60]), st.integers(1, 500)
).map(lambda amount: timedelta(minutes=amount))


@cache
def spans(first: date) -> st.SearchStrategy[Span]:
    return st.builds(span, moments(first), lengths)


@cache
def all_days(first: date) -> st.SearchStrategy[AllDay]:
    return st.builds(
        lambda offset, count: AllDay(
            first + timedelta(days=offset), first + timedelta(days=offset + count)
        ),
        st.integers(-2, 2),
        st.integers(1, 2),
    )


@cache
def rows(first: date) -> st.SearchStrategy[Busy]:
    return st.builds(
        Busy,
        event_id=st.just("e"),
        when=st.one_of(spans(first), spans(first), all_days(first)),
        show_as=st.sampled_from(ShowAs),
        bookable=st.booleans(),
        ours=st.sampled_from([None, None, None, "K7Q2FM"]),
    )


clocks = st.one_of(
    st.sampled_from([time(8), time(16), time(22), time(6), time(3, 30), time(0)]),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)

mailboxes = st.builds(
    Mailbox,
    hours=st.builds(
        WorkingHours,
        days=st.frozensets(st.integers(0, 6), min_size=3),
        start=clocks,
        end=clocks,
        zone=st.sampled_from(ZONES),
    ),
    zone=st.sampled_from(ZONES),
)


@cache
def some_rules(first: date) -> st.SearchStrategy[Rules]:
    near = st.frozensets(
        st.integers(0, 2).map(lambda offset: first + timedelta(days=offset)), max_size=1
    )
    return st.builds(
        Rules,
        blocking=st.one_of(
            st.just(Rules().blocking), st.frozensets(st.sampled_from(ShowAs))
        ),
        mode=st.sampled_from(Mode),
        daily_limit=st.one_of(st.none(), st.integers(0, 2)),
        horizon_days=st.one_of(st.just(60), st.integers(0, 2)),
        holidays=st.booleans(),
        eves=st.booleans(),
        closed=near,
        opened=near,
        step_minutes=st.sampled_from([5, 15, 20, 45, 60]),
    )


buffers = st.one_of(st.sampled_from([0, 5, 10]), st.integers(0, 21))


@cache
def guards(first: date) -> st.SearchStrategy[list[Guarded]]:
    one = st.tuples(spans(first), buffers, buffers, st.none() | moments(first))
    return st.lists(one, max_size=3).map(
        lambda made: [
            Guarded(
                AppointmentId(number),
                when,
                timedelta(minutes=before),
                timedelta(minutes=after),
                until,
            )
            for number, (when, before, after, until) in enumerate(made)
        ]
    )


@cache
def calendars(first: date) -> st.SearchStrategy[Calendar]:
    return st.builds(
        Calendar,
        mailbox=mailboxes,
        rules=some_rules(first),
        busy=st.lists(rows(first), max_size=5).map(tuple),
        absences=st.lists(spans(first), max_size=1).map(tuple),
        appointments=guards(first).map(tuple),
    )


services: st.SearchStrategy[Service] = st.builds(
    lambda minutes, before, after, lead, horizon: a_service(
        minutes=minutes,
        buffers={Modality.REMOTE: (before, after)},
        lead_minutes=lead,
        horizon_days=horizon,
    ),
    st.one_of(st.sampled_from([15, 30, 45, 60]), st.integers(1, 100)),
    buffers,
    buffers,
    st.sampled_from([0, 0, 7, 120]),
    st.sampled_from([0, 1, 28]),
)


def steps(count: int) -> settings:
    """Give settings of a state machine whose steps are dear."""
    return settings(max_examples=30, stateful_step_count=count, deadline=None)
