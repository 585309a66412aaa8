"""Deleting in Outlook, over the wire, where an id still leads into Deleted Items."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from booking.calendar import Event
from booking.model import Appointment
from booking.views.cards import ConflictKind
from dev_tenant import server
from graph_sync.graph import Drop, View
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app.actions import conflicts as answers
from teams_app.store import conflicts
from tests import make
from tests.support import waiting
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, wired


@pytest_asyncio.fixture(loop_scope="session")
async def world(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[SmallWorld]:
    """A small world whose Graph is the tenant's. One engine will do."""
    running.tenant.switches["deleted_stay_readable"] = True
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    async with wired(sqlite_url, graph) as small:
        yield small
    del running.tenant.switches["deleted_stay_readable"]


async def standing(small: SmallWorld, booked: Appointment) -> list[Event]:
    (seen,) = await small.graph.view([View(AINO, booked.span)])
    assert isinstance(seen, tuple), seen
    return [each for each in seen if each.key == booked.reference]


async def pulled(small: SmallWorld, *, anew: bool = False) -> list[ConflictKind]:
    """Read her calendar; give the questions that stand open then."""
    small.pull(anew=anew)
    await small.settle_down()
    return [each.kind for each in small.read(conflicts.open_for, make.AINO)]


@pytest.mark.parametrize("anew", [False, True])
async def test_a_deletion_is_asked_about_and_put_back_in_the_calendar(
    world: SmallWorld, *, anew: bool
):
    booked = world.book(48 if anew else 24)
    await world.settle_down()
    assert await pulled(world, anew=True) == []
    (before,) = await standing(world, booked)

    await world.graph.drop([Drop(AINO, before.id)])
    assert (await world.graph.event(AINO, before.id)).id == before.id
    assert await pulled(world, anew=anew) == [ConflictKind.DELETED]

    (question,) = world.read(conflicts.open_for, make.AINO)
    world.write(answers.restore, question, world.now)
    await world.settle_down()
    (after,) = await standing(world, booked)
    assert after.id != before.id
    assert await pulled(world, anew=anew) == []
