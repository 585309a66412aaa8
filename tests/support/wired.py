"""A small world whose Graph is the tenant's, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from booking.model import Professional
from booking.policy import Policy
from graph_sync.microsoft import Microsoft
from teams_app.store import people
from teams_app.store.database import Database
from tests import make
from tests.support.small_world import POLICY, SmallWorld, connected, furnish

AINO = "aino.lehtovaara@lumivaara.example"
SENDER = "ajanvaraus@lumivaara.example"
#: With the mailbox that the tenant has for it.
POSTS = make.replace(POLICY, sender=SENDER)


@asynccontextmanager
async def wired(
    url: str,
    graph: Microsoft,
    bo: Professional | None = None,
    policy: Policy = POSTS,
) -> AsyncIterator[SmallWorld]:
    """Furnish a database for Aino of the tenant; `bo` is not bookable unless given.

    Whatever `graph` it has in the end is closed.
    """
    database = Database(connected(url), None)
    database.write_here(furnish)
    for who in (make.a_professional(mailbox=AINO), bo or make.bo(bookable=False)):
        database.write_here(people.save_professional, who)
    small = SmallWorld(database, policy=policy)
    small.graph = graph
    yield small
    await small.graph.aclose()
    database.close()
