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
from teams_app.store import conflicts, engines, people
from teams_app.store.database import Database
from tests import make
from tests.support import waiting
from tests.support.small_world import POLICY, SmallWorld, furnish

AINO = "aino.lehtovaara@lumivaara.example"
SENDER = "ajanvaraus@lumivaara.example"


@pytest_asyncio.fixture(loop_scope="session")
async def wired(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[SmallWorld]:
    """A small world whose Graph is the tenant's. One engine will do."""
    running.tenant.switches["deleted_stay_readable"] = True
    database = Database(engines.connect(sqlite_url), None)
    database.write_here(furnish)
    for who in (make.a_professional(mailbox=AINO), make.bo(bookable=False)):
        database.write_here(people.save_professional, who)
    small = SmallWorld(database, policy=make.replace(POLICY, sender=SENDER))
    small.graph = Microsoft(running.graph_url, tokens, waiting.world())
    yield small
    await small.graph.aclose()
    database.close()
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
    wired: SmallWorld, *, anew: bool
):
    booked = wired.book(48 if anew else 24)
    await wired.settle_down()
    assert await pulled(wired, anew=True) == []
    (before,) = await standing(wired, booked)

    await wired.graph.drop([Drop(AINO, before.id)])
    assert (await wired.graph.event(AINO, before.id)).id == before.id
    assert await pulled(wired, anew=anew) == [ConflictKind.DELETED]

    (question,) = wired.read(conflicts.open_for, make.AINO)
    wired.write(answers.restore, question, wired.now)
    await wired.settle_down()
    (after,) = await standing(wired, booked)
    assert after.id != before.id
    assert await pulled(wired, anew=anew) == []
