"""Whether one time may be had, by fresh rows: for clients strictly, for staff openly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.availability import Search
from booking.calendar import AllDay, Busy, Event, ShowAs
from booking.model import Modality, Slot
from booking.spans import HELSINKI, Span, wall
from teams_app.actions import calendars, setup
from teams_app.actions.calendars import Ask
from teams_app.actions.setup import OwnRules
from teams_app.store import calendars as rows
from teams_app.store import people
from tests import make
from tests.support.small_world import SmallWorld

DAY = timedelta(days=1)


def room(
    small: SmallWorld, hours: float, *, staff: bool = False, ignoring=None, **of
) -> bool:
    service = replace(small.service, **of)
    slot = Slot(make.AINO, make.at(hours))
    ask = Ask(slot, service, Modality.REMOTE, staff, ignoring=ignoring)
    return small.read(calendars.has_room, ask, small.policy, small.now)


def meeting(small: SmallWorld, when, show_as: ShowAs = ShowAs.BUSY, **more) -> None:
    small.write(rows.put_busy, make.AINO, Busy("E1", when, show_as, **more))


def test_a_free_hour_of_a_working_day_may_be_had(small: SmallWorld):
    assert room(small, 24)
    assert room(small, 24, staff=True)


@pytest.mark.parametrize("hours", [-1, 0])
def test_what_has_begun_may_be_had_by_nobody(small: SmallWorld, hours: float):
    assert not room(small, hours)
    assert not room(small, hours, staff=True)


@pytest.mark.parametrize(
    ("hours", "of"),
    [
        (1, {"lead_minutes": 120}),
        (29 * 24, {"horizon_days": 28}),
        (24 + 5 / 60, {}),
        (24 + 30 / 3600, {}),
    ],
    ids=["lead time", "horizon", "off the step", "half a minute"],
)
def test_limits_bind_clients_and_not_staff(small: SmallWorld, hours: float, of):
    assert not room(small, hours, **of)
    assert room(small, hours, staff=True, **of)


def test_the_horizon_ends_with_its_day(small: SmallWorld):
    local = wall(small.now, HELSINKI)
    assert local.hour == 10

    assert room(small, 24 * 4 + 4, horizon_days=4)
    assert not room(small, 24 * 7, horizon_days=6)
    assert room(small, 24 * 7, horizon_days=7)


@pytest.mark.parametrize("staff", [False, True])
def test_nobody_books_outside_her_hours_or_over_what_is_taken(
    small: SmallWorld, *, staff: bool
):
    assert not room(small, 31, staff=staff), "after her day"
    assert not room(small, 24 * 5, staff=staff), "on a Saturday"
    assert not room(small, 24 * 13, staff=staff), "on Independence Day, a Sunday"
    meeting(small, make.span(24))
    assert not room(small, 24, staff=staff)
    small.book(26)
    assert not room(small, 26, staff=staff)
    small.write(people.add_absence, make.AINO, make.span(28))
    assert not room(small, 28, staff=staff)


@pytest.mark.parametrize("show_as", [ShowAs.FREE, ShowAs.WORKING_ELSEWHERE])
def test_what_shows_as_free_takes_nothing(small: SmallWorld, show_as: ShowAs):
    meeting(small, make.span(24), show_as)

    assert room(small, 24)


def test_an_all_day_event_takes_the_day_of_her_zone(small: SmallWorld):
    tuesday = wall(make.at(24), HELSINKI).date()
    meeting(small, AllDay(tuesday, tuesday + DAY))

    assert room(small, 2.25)
    assert not room(small, 24)
    assert room(small, 48)


def test_buffers_keep_their_distance(small: SmallWorld):
    meeting(small, make.span(25))
    ends_at_it = {"minutes": 60}

    assert room(small, 24, **ends_at_it)
    buffers = {Modality.REMOTE: (0, 15)}
    assert not room(small, 24, buffers=buffers, **ends_at_it)


def test_the_daily_limit_binds_clients_and_not_staff(small: SmallWorld):
    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=1), small.now)
    small.book(24)

    assert not room(small, 26)
    assert room(small, 26, staff=True)
    assert room(small, 48)


def test_an_appointment_does_not_stand_in_its_own_way(small: SmallWorld):
    booked = small.book(24)

    assert not room(small, 24.25)
    assert room(small, 24.25, ignoring=booked)


def test_a_lapsed_hold_stands_in_nobodys_way(small: SmallWorld):
    small.hold(24)
    assert not room(small, 24)

    small.clock.advance(minutes=10)

    assert room(small, 24)


def test_what_one_row_allows_the_search_offers_and_the_other_way_round(
    small: SmallWorld,
):
    meeting(small, Span(make.at(24.4), make.at(25.1)))
    small.book(27)
    search = Search(small.service, Modality.REMOTE, small.now, [make.AINO])
    shown = {
        slot.start
        for slot in small.world.index().free(search, 500)
        if slot.start < make.at(48)
    }

    one_by_one = {
        make.at(quarter / 4) for quarter in range(48 * 4) if room(small, quarter / 4)
    }

    assert one_by_one == shown
    assert len(shown) > 10


# What the search keeps.


def test_a_calendar_never_read_is_not_searched(small: SmallWorld):
    state = small.read(rows.state, make.AINO)
    small.write(rows.save_state, replace(state, synced=None))

    assert small.read(calendars.kept, make.AINO, small.policy, small.now) is None


def test_a_closed_service_is_not_offered(small: SmallWorld):
    small.write(people.save_service, replace(small.service, open=False))

    kept = small.read(calendars.kept, make.AINO, small.policy, small.now)

    assert kept is not None
    assert kept.services == ()


# The live look.


def clashes(small: SmallWorld, *events: Event) -> bool:
    return small.read(
        calendars.clashing, make.AINO, make.span(24), events, small.policy
    )


def test_a_live_look_sees_what_blocks_and_nothing_else(small: SmallWorld):
    plain = Event("E1", make.span(24), show_as=ShowAs.BUSY)

    assert clashes(small, plain)
    assert not clashes(small, replace(plain, show_as=ShowAs.FREE))
    assert not clashes(small, replace(plain, cancelled=True))
    assert not clashes(small, replace(plain, when=make.span(25)))
    assert clashes(small, replace(plain, show_as=ShowAs.UNKNOWN))
    assert not clashes(small)


async def test_a_live_look_takes_our_own_event_for_no_collision(small: SmallWorld):
    small.book(24)
    await small.settle_down()
    (event,) = small.graph.ours(make.a_professional().mailbox)

    assert not clashes(small, event)
    assert clashes(small, replace(event, id="a copy of it"))
