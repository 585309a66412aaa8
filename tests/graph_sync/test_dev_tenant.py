"""The contract of Graph, kept by our client against the tenant in a box."""

from datetime import date

import pytest

from tests.graph_sync.contract import GraphContract, morning

__all__ = ["morning"]


class TestDevTenant(GraphContract):
    @pytest.fixture
    def mailbox(self) -> str:
        return "aino.lehtovaara@lumivaara.example"

    @pytest.fixture
    def other(self) -> str:
        return "leyla.haddad@lumivaara.example"

    @pytest.fixture
    def sender(self) -> str:
        return "ajanvaraus@lumivaara.example"

    @pytest.fixture
    def first_day(self) -> date:
        return date(2028, 1, 3)
