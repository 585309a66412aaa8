"""Who could take an appointment over."""

from booking.model import Appointment, Slot
from teams_app.actions import takers
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


def test_who_has_another_client_then_does_not(small: SmallWorld):
    booked = small.book(24)
    small.book(24, slot=Slot(make.BO, booked.span.start))
    small.clock.advance(minutes=11)

    assert could_take(small, booked) == []
