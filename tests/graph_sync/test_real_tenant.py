"""The contract of Graph, kept by our client against a Microsoft 365 of somebody's own.

Left out unless the environment names the tenant. The two mailboxes must be empty from
`first_day` on; the tests write into them, and send one mail from the third.

    VUORO_TEST_TENANT, VUORO_TEST_CLIENT_ID, VUORO_TEST_SECRET
    VUORO_TEST_MAILBOXES   one@…,two@…,sender@…
"""

import os
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from graph_sync.microsoft import Identity, Microsoft, TokenSource, credential
from tests.graph_sync.contract import GraphContract, morning
from tests.graph_sync.outlook import Outlook
from tests.support.waiting import world

__all__ = ["morning"]

GRAPH = "https://graph.microsoft.com/v1.0"


@pytest.fixture(autouse=True, scope="session")
def world_is_closed() -> list[str]:
    """Here the tests do reach out."""
    return []


def _mailbox(number: int) -> str:
    return os.environ["VUORO_TEST_MAILBOXES"].split(",")[number].strip()


@pytest.mark.tenant
class TestRealTenant(GraphContract):
    @pytest_asyncio.fixture(loop_scope="session")
    async def tokens(self) -> AsyncIterator[TokenSource]:
        source = credential(
            Identity(
                tenant=os.environ["VUORO_TEST_TENANT"],
                client_id=os.environ["VUORO_TEST_CLIENT_ID"],
                secret=os.environ["VUORO_TEST_SECRET"],
            )
        )
        yield source
        await source.close()

    @pytest_asyncio.fixture(loop_scope="session")
    async def graph(self, tokens: TokenSource) -> AsyncIterator[Microsoft]:
        made = Microsoft(GRAPH, tokens, world())
        yield made
        await made.aclose()

    @pytest_asyncio.fixture(loop_scope="session")
    async def outlook(self, tokens: TokenSource) -> AsyncIterator[Outlook]:
        hands = Outlook(GRAPH, tokens)
        yield hands
        await hands.aclose()

    @pytest.fixture
    def mailbox(self) -> str:
        return _mailbox(0)

    @pytest.fixture
    def other(self) -> str:
        return _mailbox(1)

    @pytest.fixture
    def sender(self) -> str:
        return _mailbox(2)

    @pytest.fixture
    def first_day(self) -> date:
        return date(2035, 1, 1)
