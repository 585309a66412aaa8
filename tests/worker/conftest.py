"""A tenant in a box with empty calendars, and a token for its Graph."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev_tenant import server
from graph_sync.microsoft import TokenSource
from tests import make
from tests.support import tenants


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    ca = tmp_path_factory.mktemp("tenant") / "ca.pem"
    config = server.Config(tls_port=0, ca_path=ca, now=make.NOW, latency=0.0)
    with tenants.running(config) as started:
        for box in started.tenant.mailboxes.values():
            box.events.clear()
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(running: server.Running) -> AsyncIterator[TokenSource]:
    async with tenants.tokens_of(running) as source:
        yield source
