"""A tenant in a box with empty calendars, and a token for its Graph."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev_tenant import server
from graph_sync.microsoft import TokenSource
from tests import make
from tests.support import tenants


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    ca = tmp_path_factory.mktemp("tenant") / "ca.pem"
    config = server.Config(tls_port=0, ca_path=ca, now=make.NOW, latency=0.0)
    with tenants.running(config) as made:
        _empty(made)
        yield made


@pytest.fixture
def running(started: server.Running) -> Iterator[server.Running]:
    """Give the tenant; whatever comes of the test, the next finds it empty and well."""
    yield started
    _empty(started)


def _empty(made: server.Running) -> None:
    made.tenant.switches.clear()
    made.tenant.faults.clear()
    for box in made.tenant.mailboxes.values():
        box.events.clear()
        # The next database counts from one, and so do its keys.
        box.messages.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(started: server.Running) -> AsyncIterator[TokenSource]:
    async with tenants.tokens_of(started) as source:
        yield source
