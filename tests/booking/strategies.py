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
    st.sampled_from([5, 15, 15, 30, 30, 45, 60, 60, 90, 24 * 60, 400 * 24 * 60]),
    st.integers(1, 300),
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
        st.sampled_from([1, 1, 1, 1, 1, 2, 2, 2, 400]),
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
        days=st.frozensets(st.integers(0, 6), min_size=5),
        start=clocks,
        end=clocks,
        zone=st.sampled_from(ZONES),
    ),
    zone=st.sampled_from(ZONES),
)


#: No border of these lies in the night in which a clock hour is skipped or repeated.
own_hours = st.tuples(
    *[
        st.sampled_from(
            [None, (time(9), time(12, 30)), (time(12), time(20)), (time(9), time(9))]
        )
    ]
    * 7
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
        mode=st.sampled_from([Mode.WORKING_HOURS, *Mode]),
        hours=st.one_of(st.just(()), st.just(()), own_hours),
        daily_limit=st.sampled_from([None, None, None, None, 0, 1, 2]),
        horizon_days=st.sampled_from([60, 60, 60, 0, 1, 2]),
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
        busy=st.lists(rows(first), max_size=4).map(tuple),
        absences=st.lists(spans(first), max_size=1).map(tuple),
        appointments=guards(first).map(tuple),
    )


#: An ordinary working day, with nothing about it.
WORKDAY = date(2026, 11, 24)


def _minutes(amount: int) -> timedelta:
    return timedelta(minutes=amount)


def _of_workday(minute: int) -> datetime:
    return datetime(2026, 11, 24, 6, tzinfo=UTC) + timedelta(minutes=minute)


minutes_of_workday = st.integers(-30, 8 * 60 + 30)

#: Within the day, from long before, until long after.
workday_spans = st.one_of(
    st.builds(
        lambda start, length: span(_of_workday(start), timedelta(minutes=length)),
        minutes_of_workday,
        st.integers(1, 90),
    ),
    st.builds(
        lambda days, end: Span(_of_workday(0) - timedelta(days=days), _of_workday(end)),
        st.sampled_from([1, 5, 400]),
        st.integers(-30, 120),
    ),
    st.builds(
        lambda start, days: Span(
            _of_workday(start), _of_workday(0) + timedelta(days=days)
        ),
        st.integers(6 * 60, 8 * 60 + 30),
        st.sampled_from([1, 5, 400]),
    ),
)

#: Much goes on, nothing forbids anything, and hardly an edge lies on the grid.
full_days: st.SearchStrategy[Calendar] = st.builds(
    lambda hours, rows, away, guarded: Calendar(
        mailbox=Mailbox(hours),
        rules=Rules(step_minutes=5),
        busy=tuple(Busy("e", when, ShowAs.BUSY) for when in rows),
        absences=tuple(away),
        appointments=tuple(
            Guarded(AppointmentId(number), when, _minutes(before), _minutes(after))
            for number, (when, before, after) in enumerate(guarded)
        ),
    ),
    st.builds(
        WorkingHours,
        start=st.sampled_from([time(8), time(8, 3), time(8, 57)]),
        end=st.sampled_from([time(16), time(15, 58), time(16, 2)]),
    ),
    st.lists(workday_spans, min_size=1, max_size=5),
    st.lists(workday_spans, max_size=1),
    st.lists(
        st.tuples(workday_spans, st.integers(0, 21), st.integers(0, 21)), max_size=1
    ),
)

#: In Helsinki a clock hour is skipped on the first and repeated on the second.
CHANGES = [date(2026, 3, 29), date(2026, 10, 25)]

night_clocks = st.builds(
    time, st.integers(1, 5), st.sampled_from([0, 0, 15, 30, 30, 45, 59])
)


@cache
def night_spans(change: date) -> st.SearchStrategy[Span]:
    """Give short times about the hour that is skipped or repeated."""
    begin = datetime(change.year, change.month, change.day, tzinfo=UTC)
    starts = st.integers(-6 * 12, 8 * 12).map(
        lambda five: begin + timedelta(minutes=five * 5)
    )
    return st.builds(span, starts, st.sampled_from([5, 20, 30, 60]).map(_minutes))


@cache
def night_calendars(change: date) -> st.SearchStrategy[Calendar]:
    """Give calendars with hours in the very night the clock changes, little else."""
    clocks_of_night = st.tuples(night_clocks, night_clocks)
    hours = st.builds(
        lambda clocks, zone: WorkingHours(frozenset(range(7)), *clocks, zone),
        st.one_of(
            clocks_of_night.map(sorted), clocks_of_night.map(sorted), clocks_of_night
        ),
        st.sampled_from(ZONES[:1] * 3 + ZONES),
    )
    row = st.builds(
        Busy,
        event_id=st.just("e"),
        when=st.one_of(
            night_spans(change), night_spans(change), all_days(change + _DAY)
        ),
        show_as=st.sampled_from([ShowAs.BUSY, ShowAs.FREE]),
        bookable=st.just(value=True),
    )
    modes = st.sampled_from(
        [Mode.WORKING_HOURS, Mode.WORKING_HOURS, Mode.OPENED_BLOCKS]
    )
    return st.builds(
        Calendar,
        mailbox=st.builds(Mailbox, hours=hours, zone=st.sampled_from(ZONES)),
        rules=st.builds(Rules, mode=modes, step_minutes=st.sampled_from([5, 15, 60])),
        busy=st.lists(row, max_size=2).map(tuple),
        absences=st.lists(night_spans(change), max_size=1).map(tuple),
    )


_DAY = timedelta(days=1)


@cache
def open_calendars(first: date) -> st.SearchStrategy[Calendar]:
    """Give calendars in which something is free on most days."""
    hours = WorkingHours(frozenset(range(7)))
    return st.builds(
        Calendar,
        mailbox=st.just(Mailbox(hours)),
        rules=st.just(Rules(holidays=False, eves=False)),
        busy=st.lists(rows(first), max_size=2).map(tuple),
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
    st.sampled_from([0, 1, 28, 28]),
)

short_services: st.SearchStrategy[Service] = st.builds(
    lambda minutes, before, after: a_service(
        minutes=minutes,
        buffers={Modality.REMOTE: (before, after)},
        lead_minutes=0,
        horizon_days=28,
    ),
    st.sampled_from([5, 15, 15, 30, 45, 50]),
    st.sampled_from([0, 0, 5]),
    st.sampled_from([0, 0, 7]),
)


def steps(count: int) -> settings:
    """Give settings of a state machine whose steps are dear."""
    return settings(max_examples=30, stateful_step_count=count, deadline=None)
