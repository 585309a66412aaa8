import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev_tenant import server
from graph_sync.microsoft import Limits, Microsoft, TokenSource
from tests.graph_sync import examples
from tests.graph_sync.outlook import Outlook
from tests.support import tenants
from tests.support.moments import START
from tests.support.waiting import world

REAL = "VUORO_TEST_TENANT"

collect_ignore = [] if examples.at_hand() else ["test_examples.py"]


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave tests of a real tenant out, unless the environment names one."""
    if os.environ.get(REAL):
        return
    real = [item for item in items if item.get_closest_marker("tenant")]
    if real:
        config.hook.pytest_deselected(items=real)
        items[:] = [item for item in items if item not in real]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    """A tenant in a box, on free ports, with Entra over TLS."""
    ca = tmp_path_factory.mktemp("tenant") / "ca.pem"
    config = server.Config(tls_port=0, ca_path=ca, now=START, latency=0.005)
    with tenants.running(config) as started:
        for box in started.tenant.mailboxes.values():
            box.events.clear()  # the sample's people have weekly meetings without end
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tokens(running: server.Running) -> AsyncIterator[TokenSource]:
    async with tenants.tokens_of(running) as source:
        yield source


@pytest_asyncio.fixture(loop_scope="session")
async def graph(
    running: server.Running, tokens: TokenSource
) -> AsyncIterator[Microsoft]:
    made = Microsoft(running.graph_url, tokens, world(), limits=Limits(pause=0.01))
    yield made
    await made.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def outlook(
    running: server.Running, tokens: TokenSource
) -> AsyncIterator[Outlook]:
    hands = Outlook(running.graph_url, tokens)
    yield hands
    await hands.aclose()
