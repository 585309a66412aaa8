"""Graph takes ten seconds, as the trick of the demo has it; who books waits two."""

import asyncio

from booking.appointments import Actor
from booking.model import Appointment
from dev_tenant import misbehaviour, server
from dev_tenant.misbehaviour import TRICKS
from graph_sync.microsoft import Microsoft
from teams_app import errands
from teams_app.actions.booking import Details
from tests.support.small_world import MAIJA, SmallWorld


async def test_who_presses_is_answered_within_five_seconds_all_the_same(
    small: SmallWorld, graph: Microsoft, running: server.Running
):
    """The real client and a real wait: everywhere else it is hurried."""
    small.graph = graph  # type: ignore[assignment]
    held = small.hold()
    assert isinstance(held, Appointment)
    details: Details = MAIJA
    clock = asyncio.get_running_loop().time
    misbehaviour.switch_on(running.tenant, TRICKS["ten_seconds"])
    try:
        began = clock()
        booked = await errands.confirm(
            small.world, held.id, details, Actor.PROFESSIONAL
        )
        took = clock() - began
    finally:
        misbehaviour.switch_off(running.tenant, TRICKS["ten_seconds"])

    assert isinstance(booked, Appointment)
    assert booked.confirming
    assert took < 5
    assert running.tenant.faults.struck["ten_seconds"] >= 1
    assert [each.kind for each in small.owed("confirm")] == ["confirm"]
