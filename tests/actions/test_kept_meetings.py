"""A meeting kept for a colleague's client, in a mailbox it no longer belongs to."""

from collections.abc import Callable

import pytest

from booking import tenant_rules
from booking.appointments import Actor
from booking.differences import Kind
from booking.model import Appointment
from booking.views.cards import Truth
from teams_app.actions import booking, deciding, handovers, records
from teams_app.actions.handovers import Order
from teams_app.store import copies
from teams_app.worker import checking
from tests import make
from tests.support.handing import HERS, HIS, standing
from tests.support.small_world import POLICY, SmallWorld

HOURS = 96


async def kept(small: SmallWorld) -> Appointment:
    """Hand over an appointment whose client has opened the way into her meeting."""
    booked = await standing(small, HOURS)
    small.write(copies.join_opened, booked.id, small.now)
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.carry_out, order, small.now)
    await small.settle_down()
    assert len(small.graph.ours(HERS)) == len(small.graph.ours(HIS)) == 1
    found = small.appointment(booked.id)
    assert small.read(copies.kept_meeting, found.id) is not None
    return found


def cancelled(small: SmallWorld, found: Appointment) -> None:
    small.write(booking.cancel, found.id, by=Actor.CLIENT, now=small.now)


def moved(small: SmallWorld, found: Appointment) -> None:
    small.move(found, HOURS + 2)


def handed_on_at_another_time(small: SmallWorld, found: Appointment) -> None:
    order = Order(found, make.BO, make.span(HOURS + 2), Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.carry_out, order, small.now)


@pytest.mark.parametrize("change", [cancelled, moved, handed_on_at_another_time])
async def test_it_goes_as_soon_as_nobody_is_to_meet_in_it(
    small: SmallWorld, change: Callable[[SmallWorld, Appointment], None]
):
    found = await kept(small)

    change(small, found)
    await small.settle_down()

    after = small.appointment(found.id)
    assert small.graph.ours(HERS) == []
    his = small.graph.ours(HIS)
    assert [each.when for each in his] == ([after.span] if after.in_calendar else [])
    assert all(each.online for each in his)
    assert small.read(copies.meeting_of, found.id) is None
    assert small.read(records.truths, after).in_outlook is Truth.DONE


async def test_where_it_is_kept_it_is_no_difference_until_its_end(small: SmallWorld):
    found = await kept(small)

    compared = await checking.compared(small.world, make.AINO)
    assert compared.found == frozenset()

    small.clock.set(found.span.end)
    await small.settle_down()
    assert small.graph.ours(HERS) == []


async def test_what_a_job_sets_right_only_later_is_a_difference_now(
    small: SmallWorld,
):
    found = await kept(small)
    small.write(copies.drop_meeting, found.id)

    compared = await checking.compared(small.world, make.AINO)

    assert [each.kind for each in compared.found] == [Kind.NOT_REMOVED]


@pytest.mark.parametrize(("minutes", "keeps"), [(60, True), (40, False)])
async def test_how_near_to_the_start_a_meeting_is_kept_is_the_tenants_to_decide(
    small: SmallWorld, minutes: int, *, keeps: bool
):
    wanted = tenant_rules.values(POLICY) | {"late_minutes": minutes}
    small.write(deciding.rule, wanted, 0, POLICY, deciding.By("staff:x", small.now))
    booked = await standing(small, HOURS)
    small.clock.advance(hours=HOURS, minutes=-50)
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")

    small.write(handovers.carry_out, order, small.now)

    assert (small.read(copies.kept_meeting, booked.id) is not None) is keeps
