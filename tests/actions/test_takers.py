"""Who could take an appointment over."""

import pytest

from booking.handover import Doubt
from booking.model import Appointment, Modality, Slot
from teams_app.actions import takers
from teams_app.actions.takers import Wanted
from teams_app.store import people
from tests import make
from tests.support.small_world import SmallWorld


def could_take(small: SmallWorld, booked: Appointment) -> list[int]:
    found = small.read(takers.colleagues, booked, small.policy, small.now)
    return [each.id for each in found]


def test_a_hold_takes_a_colleagues_time_until_it_lapses(small: SmallWorld):
    booked = small.book(24)
    held = small.hold(24, slot=Slot(make.BO, booked.span.start))
    assert isinstance(held, Appointment)
    assert could_take(small, booked) == []

    small.clock.advance(minutes=11)

    assert could_take(small, booked) == [make.BO]


@pytest.mark.parametrize(
    ("hours", "doubts", "minutes"),
    [
        (24.5, (Doubt.BUSY,), 0),
        (24.75, (Doubt.PAUSE,), 15),
        (23.25, (Doubt.PAUSE,), 15),
        (25, (), 0),
    ],
)
def test_what_is_only_too_near_is_told_from_what_is_over_it(
    small: SmallWorld, hours: float, doubts: tuple[Doubt, ...], minutes: int
):
    """A break of ten minutes belongs to each, and five before."""
    pauses = {Modality.REMOTE: (5, 10)}
    small.write(people.save_service, make.a_service(buffers=pauses))
    booked = small.book(24)
    small.book(hours, slot=Slot(make.BO, make.at(hours)))
    wanted = Wanted(booked, make.BO, booked.span)

    assert small.read(takers.against, wanted, small.policy, small.now) == doubts
    if doubts == (Doubt.PAUSE,):
        assert small.read(takers.pause, wanted, small.policy, small.now) == minutes


@pytest.mark.parametrize(
    ("hours", "doubts"), [(24.5, (Doubt.BUSY,)), (24.75, (Doubt.PAUSE,)), (25, ())]
)
async def test_so_it_is_with_what_else_stands_in_outlook(
    small: SmallWorld, hours: float, doubts: tuple[Doubt, ...]
):
    small.write(people.save_service, make.a_service(buffers={Modality.REMOTE: (0, 10)}))
    booked = small.book(24)
    event = small.graph.add(make.bo().mailbox, make.span(hours))
    wanted = Wanted(booked, make.BO, booked.span)
    fresh = small.read(takers.against, wanted, small.policy, small.now, [event])
    small.pull(make.BO)
    await small.settle_down()

    assert fresh == doubts
    assert small.read(takers.against, wanted, small.policy, small.now) == doubts
    if doubts == (Doubt.PAUSE,):
        assert small.read(takers.pause, wanted, small.policy, small.now) == 10


def test_who_has_another_client_then_does_not(small: SmallWorld):
    booked = small.book(24)
    small.book(24, slot=Slot(make.BO, booked.span.start))
    small.clock.advance(minutes=11)

    assert could_take(small, booked) == []
