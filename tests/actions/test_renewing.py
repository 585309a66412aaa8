"""A hold that has lapsed is renewed for who confirms it late, on both engines."""

from datetime import timedelta

from booking.appointments import Actor, HoldLapsed, Past, Taken
from booking.calendar import Busy, ShowAs
from booking.model import Appointment
from teams_app.actions import booking, setup
from teams_app.actions.setup import OwnRules
from teams_app.store import calendars
from tests import make
from tests.support.small_world import SmallWorld


def renew(small: SmallWorld, id_: int, by: Actor = Actor.CLIENT):
    return small.write(booking.renew, id_, by, small.policy, small.now)


def test_a_hold_that_has_not_lapsed_is_renewed_to_nothing_new(small: SmallWorld):
    held = small.hold()

    assert renew(small, held.id) == held


def test_a_lapsed_hold_is_renewed_while_its_time_is_free(small: SmallWorld):
    held = small.hold()
    small.clock.advance(minutes=11)

    renewed = renew(small, held.id)

    assert renewed.hold_ends == small.now + timedelta(minutes=10)
    assert renewed.id == held.id


def test_a_lapsed_hold_is_not_renewed_over_outlook(small: SmallWorld):
    held = small.hold()
    small.clock.advance(minutes=11)
    row = Busy("E1", make.span(24, 60), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, row)

    assert renew(small, held.id) == Taken()


def test_a_lapsed_hold_that_somebody_else_took_over_is_lapsed(small: SmallWorld):
    held = small.hold()
    small.clock.advance(minutes=11)
    small.hold()

    assert renew(small, held.id) == HoldLapsed(small.now)


def test_a_hold_whose_time_has_begun_is_past(small: SmallWorld):
    held = small.hold(24)
    small.clock.advance(hours=24)

    assert renew(small, held.id) == Past(make.at(24))


def test_a_lapsed_hold_keeps_to_the_daily_limit_that_another_has_reached(
    small: SmallWorld,
):
    """Lead time and step were kept when it was held; the day was not full then."""
    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=1), small.now)
    lead = small.service.lead_minutes / 60
    first, offered = small.hold(lead), small.offer(lead + 1, request="o1")
    free = small.offer(request="o2")
    small.clock.advance(minutes=10)
    assert isinstance(renew(small, first.id), Appointment)
    small.clock.advance(minutes=11)
    proposed = small.hold(lead + 1, offer=offered.id, offered=True)
    small.clock.advance(minutes=11)
    chosen = small.hold(lead + 2, offer=free.id)
    small.clock.advance(minutes=11)
    small.book(lead + 3)

    assert renew(small, first.id) == Taken()
    assert renew(small, chosen.id) == Taken()
    assert isinstance(renew(small, proposed.id), Appointment)
    assert isinstance(renew(small, first.id, Actor.PROFESSIONAL), Appointment)
