"""What is asked of a tenant to see whether it is prepared, and to leave it clean.

Beside the daily `Graph`, for whoever prepares a tenant or removes Vuoro from it. The
errors are those of `graph_sync.graph`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from booking.calendar import Event
from graph_sync.graph import Drop, GraphError


@dataclass(frozen=True, slots=True)
class Bare:
    """Take our own property off an event of ours, and put words in place of its body."""

    mailbox: str
    event_id: str
    body: str


class Tenancy(Protocol):
    """A tenant, as who prepares it sees it."""

    async def roles(self) -> frozenset[str]:
        """Give the application permissions that a fresh token names.

        Those that Exchange grants within a scope are not among them.
        """
        ...

    async def let_in(self, scope: str) -> None:
        """See that Entra gives a token for a scope of another side's."""
        ...

    async def hour(self) -> datetime:
        """Give the hour by Graph's clock; it says so also where it lets nobody in."""
        ...

    async def settings(self, mailbox: str) -> None:
        """See that the settings of a mailbox can be read."""
        ...

    async def may_send(self, sender: str) -> None:
        """See that the sender may send, by a mail to nobody, which cannot go out."""
        ...

    async def carrying(
        self, mailboxes: Sequence[str], key: str
    ) -> list[tuple[Event, ...] | GraphError]:
        """Find what carries our property with this value, mailbox by mailbox."""
        ...

    async def erase(self, drops: Sequence[Drop]) -> list[GraphError | None]:
        """Remove events for good: they do not even lie in Deleted Items."""
        ...

    async def bare(self, events: Sequence[Bare]) -> list[GraphError | None]:
        """Leave events without anything of ours; one already gone counts as done."""
        ...

    async def catalogue(self, package: str) -> str | None:
        """Give the id that the Teams catalogue has for a package; None: it has none."""
        ...

    async def installation(self, user: str, package: str) -> str | None:
        """Give the id by which somebody has a package; None: it is not installed."""
        ...

    async def uninstall(self, user: str, installation: str) -> None:
        """Take an app away from somebody; one already gone counts as done."""
        ...


def widest(roles: Collection[str], names: Collection[str]) -> list[str]:
    """Give those of these rights that a token names: they reach every mailbox."""
    return sorted(set(roles) & set(names))
