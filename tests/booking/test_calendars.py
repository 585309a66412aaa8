"""What is open, what is taken, and one time checked exactly."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability import (
    Calendar,
    Guarded,
    Index,
    Mode,
    Rules,
    Search,
    clashes,
    has_room,
    is_day_full,
    is_on_step,
    is_open,
    openings,
)
from booking.availability.rules import eves, public_holidays
from booking.calendar import AllDay, Busy, Mailbox, ShowAs, WorkingHours
from booking.model import AppointmentId, Modality
from booking.spans import HELSINKI, Span, day_span, days_span, instant, span
from tests.booking import oracle, strategies
from tests.make import AINO, NOW, a_service, booked

#: In Helsinki 03.00-04.00 does not exist on the first and comes twice on the second.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
TUESDAY = date(2026, 11, 24)
EVERY_DAY = frozenset(range(7))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return instant(day, time(hour, minute), HELSINKI)


def on(day: date, start: tuple[int, int], end: tuple[int, int]) -> Span:
    return Span(local(day, *start), local(day, *end))


def works(start: time, end: time, zone: str = "Europe/Helsinki") -> Mailbox:
    return Mailbox(WorkingHours(EVERY_DAY, start, end, zone))


def opened(
    mailbox: Mailbox, day: date, rules: Rules | None = None, **more
) -> list[tuple[str, str]]:
    """Give the openings of a day as the clock shows them."""
    window = day_span(day, HELSINKI)
    found = openings(
        mailbox, rules or Rules(), more.pop("absences", ()), window, HELSINKI, **more
    )
    return [
        (
            f"{one.start.astimezone(HELSINKI):%H.%M}",
            f"{one.end.astimezone(HELSINKI):%H.%M}",
        )
        for one in found
    ]


def offered(calendar: Calendar, day: date, minutes: int = 60, **changes) -> list[str]:
    """Give the starts of a day as the clock shows them."""
    now = day_span(day, HELSINKI).start
    service = a_service(minutes=minutes, lead_minutes=0, **changes)
    index = Index.empty(now, HELSINKI, 1).with_professional(AINO, calendar, [service])
    found = index.free(Search(service, Modality.REMOTE, now))
    return [f"{slot.start.astimezone(HELSINKI):%H.%M}" for slot in found]


def row(when: Span | AllDay, show_as: ShowAs = ShowAs.BUSY, **more) -> Busy:
    return Busy("e", when, show_as, **more)


def test_hours_are_those_of_the_mailbox_in_its_own_zone():
    stockholm = works(time(8), time(16), "Europe/Stockholm")

    assert opened(works(time(8), time(16)), TUESDAY) == [("08.00", "16.00")]
    assert opened(stockholm, TUESDAY) == [("09.00", "17.00")]


def test_hours_count_only_on_their_days():
    weekdays = Mailbox(WorkingHours())

    assert opened(weekdays, date(2026, 11, 27))
    assert not opened(weekdays, date(2026, 11, 28))


def test_hours_that_cross_midnight_belong_to_the_day_they_begin_on():
    mailbox = Mailbox(WorkingHours(frozenset({1}), time(22), time(6)))

    assert opened(mailbox, TUESDAY) == [("22.00", "00.00")]
    assert opened(mailbox, TUESDAY + timedelta(days=1)) == [("00.00", "06.00")]


def test_hours_until_midnight_and_hours_of_no_length():
    assert opened(works(time(8), time(0)), TUESDAY) == [("08.00", "00.00")]
    assert opened(works(time(8), time(8)), TUESDAY) == []
    assert opened(works(time(0), time(0)), TUESDAY) == []


@pytest.mark.parametrize(
    ("day", "start", "end", "shown", "hours"),
    [
        (SPRING, time(2), time(6), ("02.00", "06.00"), 3),
        (SPRING, time(3, 30), time(6), ("04.00", "06.00"), 2),
        (SPRING, time(2), time(3, 30), ("02.00", "04.00"), 1),
        (AUTUMN, time(2), time(6), ("02.00", "06.00"), 5),
        (AUTUMN, time(3, 30), time(6), ("03.30", "06.00"), 3.5),
        (AUTUMN, time(2), time(3, 30), ("02.00", "03.30"), 1.5),
    ],
)
def test_hours_in_the_nights_the_clocks_change(day, start, end, shown, hours):
    mailbox = works(start, end)

    [found] = openings(mailbox, Rules(), (), day_span(day, HELSINKI), HELSINKI)

    assert opened(mailbox, day) == [shown]
    assert found.length == timedelta(hours=hours)


def test_hours_within_the_skipped_hour_are_none():
    assert opened(works(time(3), time(3, 45)), SPRING) == []


def test_an_hour_is_offered_in_both_of_the_repeated_ones():
    free = Calendar(works(time(3), time(6)))

    assert offered(free, AUTUMN)[:8] == [
        *("03.00", "03.15", "03.30", "03.45"),
        *("03.00", "03.15", "03.30", "03.45"),
    ]
    assert offered(free, SPRING)[:2] == ["04.00", "04.15"]


def test_an_appointment_may_run_through_the_change():
    free = Calendar(works(time(2), time(6)))

    assert "02.45" in offered(free, SPRING)
    assert "02.45" in offered(free, AUTUMN)


def test_leave_and_closed_days_are_cut_out():
    leave = on(TUESDAY, (10, 0), (12, 20))
    mailbox = works(time(8), time(16))

    assert opened(mailbox, TUESDAY, absences=[leave]) == [
        ("08.00", "10.00"),
        ("12.20", "16.00"),
    ]
    assert opened(mailbox, TUESDAY, Rules(closed=frozenset({TUESDAY}))) == []


@pytest.mark.parametrize(
    "day", ["2026-12-06", "2027-01-06", "2026-05-14", "2026-10-31"]
)
def test_public_holidays_are_closed_unless_the_tenant_says_otherwise(day):
    mailbox, closed = works(time(8), time(16)), date.fromisoformat(day)

    assert opened(mailbox, closed) == []
    assert opened(mailbox, closed, Rules(holidays=False))
    assert opened(mailbox, closed, Rules(opened=frozenset({closed})))


@pytest.mark.parametrize("day", ["2026-06-19", "2026-12-24", "2027-06-25"])
def test_the_two_eves_are_closed_by_a_rule_of_their_own(day):
    mailbox, eve = works(time(8), time(16)), date.fromisoformat(day)

    assert opened(mailbox, eve) == []
    assert opened(mailbox, eve, Rules(holidays=False)) == []
    assert opened(mailbox, eve, Rules(eves=False))


@given(st.integers(2020, 2060))
def test_there_are_two_eves_and_the_day_after_is_a_holiday(year):
    midsummer, christmas = sorted(eves(year))

    assert midsummer.weekday() == 4
    assert {d + timedelta(days=1) for d in (midsummer, christmas)} < public_holidays(
        year
    )


def test_closed_days_are_the_tenants_and_not_the_mailboxs():
    new_york = works(time(0), time(23), "America/New_York")
    christmas = date(2026, 12, 25)

    assert opened(new_york, christmas) == []
    assert opened(new_york, date(2026, 12, 27))


def test_a_professional_may_open_blocks_herself():
    rules = Rules(mode=Mode.OPENED_BLOCKS)
    mailbox = works(time(8), time(16))
    block = row(on(TUESDAY, (17, 0), (18, 30)), ShowAs.FREE, bookable=True)
    more = row(on(TUESDAY, (18, 30), (19, 0)), ShowAs.FREE, bookable=True)
    other = row(on(TUESDAY, (12, 0), (13, 0)), ShowAs.FREE)

    assert opened(mailbox, TUESDAY, rules) == []
    assert opened(mailbox, TUESDAY, rules, blocks=[block, other]) == [
        ("17.00", "18.30")
    ]
    assert opened(mailbox, TUESDAY, rules, blocks=[more, block]) == [("17.00", "19.00")]
    assert opened(mailbox, TUESDAY, blocks=[block]) == [("08.00", "16.00")]


def test_an_opened_block_that_shows_busy_opens_nothing():
    rules = Rules(mode=Mode.OPENED_BLOCKS)
    block = row(on(TUESDAY, (9, 0), (10, 0)), ShowAs.BUSY, bookable=True)

    assert opened(works(time(8), time(16)), TUESDAY, rules, blocks=[block]) == []


def test_an_opened_block_of_an_hour_takes_an_hour_with_its_buffers():
    block = row(on(TUESDAY, (9, 0), (10, 0)), ShowAs.FREE, bookable=True)
    calendar = Calendar(rules=Rules(mode=Mode.OPENED_BLOCKS), busy=(block,))

    assert offered(calendar, TUESDAY, buffers={Modality.REMOTE: (5, 10)}) == ["09.00"]


@pytest.mark.parametrize(
    ("opens", "starts"),
    [
        ((9, 0), ["09.00", "09.15", "09.30", "09.45", "10.00"]),
        ((9, 10), ["09.10", "09.25", "09.40", "09.55", "10.10"]),
        ((9, 7), ["09.10", "09.25", "09.40", "09.55"]),
    ],
)
def test_the_first_start_in_an_opened_block_is_where_it_begins(opens, starts):
    ends = (opens[0] + 2, opens[1])
    block = row(on(TUESDAY, opens, ends), ShowAs.FREE, bookable=True)
    calendar = Calendar(rules=Rules(mode=Mode.OPENED_BLOCKS), busy=(block,))

    assert offered(calendar, TUESDAY) == starts


def test_one_start_is_judged_as_the_search_offers_it():
    block = row(on(TUESDAY, (9, 7), (12, 7)), ShowAs.FREE, bookable=True)
    for mode in Mode:
        calendar = Calendar(rules=Rules(mode=mode), busy=(block,))
        every = [
            local(TUESDAY, hour, minute)
            for hour in (9, 10)
            for minute in range(0, 60, 5)
        ]
        shown = set(offered(calendar, TUESDAY))

        judged = {
            f"{start.astimezone(HELSINKI):%H.%M}"
            for start in every
            if is_on_step(calendar, start, HELSINKI)
        }

        assert judged == {one for one in shown if one[:2] in {"09", "10"}}
        half = local(TUESDAY, 9, 15) + timedelta(seconds=30)
        assert not is_on_step(calendar, half, HELSINKI)


def test_two_opened_blocks_each_begin_at_their_own_start():
    blocks = tuple(
        row(on(TUESDAY, begins, ends), ShowAs.FREE, bookable=True)
        for begins, ends in [((9, 10), (10, 10)), ((13, 5), (14, 5))]
    )
    calendar = Calendar(rules=Rules(mode=Mode.OPENED_BLOCKS), busy=blocks)

    assert offered(calendar, TUESDAY) == ["09.10", "13.05"]


def test_a_block_that_goes_on_over_midnight_begins_there_anew():
    block = row(
        Span(
            on(TUESDAY, (22, 10), (23, 0)).start,
            on(TUESDAY + timedelta(days=1), (1, 0), (2, 0)).end,
        ),
        ShowAs.FREE,
        bookable=True,
    )
    calendar = Calendar(rules=Rules(mode=Mode.OPENED_BLOCKS), busy=(block,))

    assert offered(calendar, TUESDAY)[:2] == ["22.10", "22.25"]
    assert offered(calendar, TUESDAY + timedelta(days=1))[:2] == ["00.15", "00.30"]


@pytest.mark.parametrize(
    ("show_as", "blocks"),
    [
        *((ShowAs.BUSY, True), (ShowAs.OOF, True), (ShowAs.TENTATIVE, True)),
        *((ShowAs.UNKNOWN, True), (ShowAs.FREE, False)),
        (ShowAs.WORKING_ELSEWHERE, False),
    ],
)
def test_what_an_event_shows_decides_whether_it_blocks(show_as, blocks):
    event = row(on(TUESDAY, (8, 0), (15, 0)), show_as)

    assert (offered(Calendar(busy=(event,)), TUESDAY) == ["15.00"]) is blocks


def test_a_tenant_may_say_what_blocks():
    event = row(on(TUESDAY, (8, 0), (15, 0)), ShowAs.TENTATIVE)
    rules = Rules(blocking=frozenset({ShowAs.BUSY}))

    assert offered(Calendar(rules=rules, busy=(event,)), TUESDAY)[0] == "08.00"


def test_our_own_event_does_not_block_for_its_appointment_does():
    event = row(on(TUESDAY, (8, 0), (15, 0)), ours="K7Q2FM")

    assert offered(Calendar(busy=(event,)), TUESDAY)[0] == "08.00"


@pytest.mark.parametrize("day", [SPRING, AUTUMN, TUESDAY])
def test_an_all_day_event_covers_the_day_of_the_professionals_zone(day):
    event = row(AllDay(day, day + timedelta(days=1)))
    night = works(time(0, 5), time(23, 55))
    here = Calendar(night, busy=(event,))
    there = replace(here, mailbox=replace(night, zone="America/New_York"))

    assert offered(here, day) == []
    assert offered(here, day + timedelta(days=1))[0] == "00.15"
    assert offered(there, day)[0] == "00.15"
    assert offered(there, day + timedelta(days=1))[0] != "00.15"


@pytest.mark.parametrize(
    ("start", "end", "first"),
    [
        ((8, 0), (9, 0), "09.00"),
        ((8, 0), (9, 1), "09.05"),
        ((8, 0), (9, 4), "09.05"),
        ((8, 59), (9, 5), "09.05"),
        ((9, 2), (9, 3), "09.05"),
    ],
)
def test_an_event_off_the_grid_takes_every_cell_it_touches(start, end, first):
    calendar = Calendar(
        rules=Rules(step_minutes=5), busy=(row(on(TUESDAY, start, end)),)
    )

    after = [clock for clock in offered(calendar, TUESDAY) if clock >= "08.05"]

    assert after[0] == first


def test_a_length_off_the_grid_is_looked_at_exactly():
    event = row(on(TUESDAY, (8, 47), (16, 0)))

    assert offered(Calendar(busy=(event,)), TUESDAY, minutes=47) == ["08.00"]
    assert offered(Calendar(busy=(event,)), TUESDAY, minutes=48) == []


def test_buffers_keep_their_distance_but_may_leave_the_hours():
    event = row(on(TUESDAY, (10, 0), (14, 0)))
    starts = offered(
        Calendar(rules=Rules(step_minutes=5), busy=(event,)),
        TUESDAY,
        buffers={Modality.REMOTE: (10, 20)},
    )

    assert starts[0] == "08.00"
    assert "08.40" in starts
    assert "08.45" not in starts
    assert next(clock for clock in starts if clock > "10.00") == "14.10"
    assert starts[-1] == "15.00"


def test_two_appointments_keep_the_buffers_of_both():
    other = Guarded(
        AppointmentId(1), on(TUESDAY, (8, 0), (9, 0)), after=timedelta(minutes=10)
    )
    calendar = Calendar(rules=Rules(step_minutes=5), appointments=(other,))

    assert offered(calendar, TUESDAY)[0] == "09.10"
    assert offered(calendar, TUESDAY, buffers={Modality.REMOTE: (5, 0)})[0] == "09.15"


def test_the_daily_limit_counts_local_days():
    late = Guarded(AppointmentId(1), on(TUESDAY, (0, 30), (1, 0)))
    calendar = Calendar(rules=Rules(daily_limit=1), appointments=(late,))

    assert offered(calendar, TUESDAY) == []
    assert offered(calendar, TUESDAY - timedelta(days=1))
    assert offered(Calendar(rules=Rules(daily_limit=0)), TUESDAY) == []


@given(st.data())
def test_one_time_has_room_where_every_minute_has(data):
    first = data.draw(strategies.days)
    calendar = data.draw(strategies.calendars(first))
    [*others] = calendar.appointments
    wanted = Guarded(
        data.draw(st.sampled_from([AppointmentId(99), *(one.id for one in others)])),
        span(
            data.draw(strategies.moments(first)),
            timedelta(minutes=data.draw(st.integers(1, 90))),
        ),
        timedelta(minutes=data.draw(strategies.buffers)),
        timedelta(minutes=data.draw(strategies.buffers)),
    )
    without = calendar.without(wanted.id)
    around = wanted.whole.widened(timedelta(days=1), timedelta(days=1))
    taken = oracle.taken_minutes(without, around)
    free = oracle.open_minutes(without, around, HELSINKI)

    assert clashes(calendar, wanted) == any(
        minute in taken for minute in oracle.every_minute(wanted.whole)
    )
    assert is_open(calendar, wanted.span, HELSINKI) == all(
        minute in free for minute in oracle.every_minute(wanted.span)
    )
    assert has_room(calendar, wanted, HELSINKI) == (
        is_open(calendar, wanted.span, HELSINKI)
        and not clashes(calendar, wanted)
        and not is_day_full(calendar, wanted, HELSINKI)
    )


def test_a_hold_is_checked_in_its_own_calendar():
    hold = booked(before=timedelta(minutes=5))
    mine = Guarded.of(hold)
    rules = Rules(daily_limit=1)
    other = replace(mine, id=AppointmentId(77))

    assert mine.whole == hold.guarded
    assert has_room(Calendar(rules=rules, appointments=(mine,)), mine, HELSINKI)
    assert not has_room(Calendar(appointments=(mine,)), other, HELSINKI)
    later = replace(other, span=span(NOW + timedelta(hours=28), timedelta(minutes=30)))
    full = Calendar(rules=rules, appointments=(mine,))
    assert not has_room(full, later, HELSINKI)
    assert has_room(full, later, HELSINKI, limited=False)


def test_an_absence_of_seconds_is_not_lost():
    away = Span(
        datetime(2026, 11, 24, 7, 59, 59, 900000, tzinfo=UTC),
        datetime(2026, 11, 24, 8, 0, 0, 100000, tzinfo=UTC),
    )
    calendar = Calendar(rules=Rules(step_minutes=5), absences=(away,))

    starts = offered(calendar, TUESDAY, minutes=5)

    assert "09.50" in starts
    assert "09.55" not in starts
    assert "10.00" not in starts
    assert "10.05" in starts


@pytest.mark.parametrize(
    "wrong",
    [
        *({"step_minutes": 7}, {"step_minutes": 0}, {"step_minutes": 1445}),
        *({"horizon_days": 61}, {"horizon_days": -1}, {"daily_limit": -1}),
    ],
)
def test_rules_no_search_could_follow_are_refused(wrong):
    with pytest.raises(AssertionError):
        Rules(**wrong)


def test_openings_of_many_days_are_sorted_and_apart():
    window = days_span(date(2026, 10, 20), date(2026, 11, 20), HELSINKI)

    found = openings(Mailbox(), Rules(), (), window, HELSINKI)

    assert len(found) == 23
    assert all(one.end < two.start for one, two in itertools.pairwise(found))
