"""Graph's door and a tenant told to be odd: how it checks an address, and what it posts."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from booking.calendar import Subscription
from dev_tenant import server
from graph_sync.microsoft import Microsoft
from teams_app.store import calendars
from tests import make
from tests.support import tenants
from tests.support.waiting import world
from tests.web.conftest import Door

AINO = "aino.lehtovaara@lumivaara.example"
SECRET = "a secret"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    ca = tmp_path_factory.mktemp("tenant") / "ca.pem"
    config = server.Config(tls_port=0, ca_path=ca, now=make.NOW, latency=0.0)
    with tenants.running(config) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def graph(running: server.Running) -> AsyncIterator[Microsoft]:
    async with tenants.tokens_of(running) as tokens:
        made = Microsoft(running.graph_url, tokens, world())
        yield made
        await made.aclose()
    running.tenant.switches.clear()
    running.tenant.subscriptions.clear()


async def subscribed(
    door: Door, graph: Microsoft, running: server.Running
) -> Subscription:
    url = str(door._server.make_url("/hooks/graph"))
    ends = running.tenant.clock.now() + timedelta(days=1)
    return await graph.subscribe(AINO, url, SECRET, ends)


@pytest.mark.parametrize(
    "odd",
    [{"validation_twice": True}, {"validation_odd": True}, {"validation_slow": 1}],
    ids=str,
)
async def test_the_address_is_proved_however_oddly_it_is_asked(
    door: Door, graph: Microsoft, running: server.Running, odd: dict[str, Any]
):
    running.tenant.switches.update(odd)

    assert (await subscribed(door, graph, running)).id


async def heard(door: Door, graph: Microsoft, running: server.Running) -> list[str]:
    """Give the pulls that are owed when the tenant has told of a new event."""
    made = await subscribed(door, graph, running)
    state = door.small.read(calendars.state, make.AINO)
    hers = make.replace(state, subscription_id=made.id, subscription_secret=SECRET)
    door.small.write(calendars.save_state, hers)
    journal = running.tenant.journal
    journal.clear()
    event = {"user": AINO, "subject": "Oma", "start": "2026-11-25T10:00"}
    url = f"{running.base_url}/_tenant/outlook/create"
    async with door._session.post(url, json=event) as answer:
        assert answer.status == 200
    async with asyncio.timeout(10):
        while not [e for e in list(journal.entries) if e.outgoing]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # noqa: TID251
    assert {e.status for e in list(journal.entries) if e.outgoing} == {202}
    return [each.key for each in door.small.owed("pull")]


@pytest.mark.parametrize("switch", ["forge_notifications", "foreign_notifications"])
async def test_what_is_not_graphs_own_word_for_us_moves_nothing(
    door: Door, graph: Microsoft, running: server.Running, switch: str
):
    running.tenant.switches.update({switch: True, "lose_notifications": True})

    assert await heard(door, graph, running) == []
    assert running.tenant.faults.struck[switch] > 0


@pytest.mark.parametrize("switch", ["forge_notifications", "foreign_notifications"])
async def test_the_true_one_beside_it_is_heard(
    door: Door, graph: Microsoft, running: server.Running, switch: str
):
    running.tenant.switches[switch] = True

    assert await heard(door, graph, running) == [f"pull:{make.AINO}"]
