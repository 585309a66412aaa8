"""What is asked of Graph about our app in Teams: who has it, and notices in the feed.

Beside the daily `Graph`. The errors are those of `graph_sync.graph`: Forbidden where the
consent is missing or a policy of the tenant forbids it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Told:
    """A notice for somebody's activity feed. Whatever it says may be seen by anybody."""

    title: str
    preview: str
    link: str  #: Where it leads, by a link of Teams'.
    chain: int  #: A later notice of the same chain takes the place of an earlier one.


class Teamwork(Protocol):
    """Teams, as far as Graph tells of it."""

    async def chat(self, user: str) -> str | None:
        """Give the id of somebody's chat with us; None: she does not have the app."""
        ...

    async def install(self, user: str, colleagues: Sequence[str]) -> None:
        """Give somebody the app; who has it already keeps it.

        By `colleagues` who have it the app is found, where the catalogue may not be read.
        """
        ...

    async def address(self, mailbox: str) -> str:
        """Give the address of a mailbox that is known by its id; empty: it has none."""
        ...

    async def notify(self, user: str, told: Told) -> None:
        """Put a notice into somebody's activity feed."""
        ...
