import pytest_asyncio

from tests import contracts
from tests.dev_tenant import graph_world
from tests.graph_sync import examples

collect_ignore = [] if examples.at_hand() else ["test_printed_requests.py"]


@pytest_asyncio.fixture
async def graph():
    """A tenant's Graph; what went over the wire must keep to the contracts."""
    async with graph_world.world(tls_port=None) as world:
        yield world
        assert contracts.check_har(world.tenant.journal.har()) == []
