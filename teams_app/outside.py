"""Everything the product may touch outside itself, as Protocols.

`main` chooses the real ones. Nothing here does anything.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from booking.ids import Ids
from booking.links import Links
from graph_sync.graph import Graph

#: An activity or a card as Teams' JSON has it. No SDK type leaves `bot.connector`.
Activity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a person's chat with the bot is. Kept as JSON of our own."""

    service_url: str
    conversation_id: str
    tenant_id: str
    bot_id: str
    channel: str = "msteams"
    user_id: str = ""  #: Teams' own id of the person (`29:...`).


#: Why a card waits: the person it is for does not have the app (yet).
NOT_INSTALLED = "app_not_installed"


class ChatError(Exception):
    """Teams did not take the message."""

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        """`status` is HTTP's; 0 means no answer: the message may have arrived."""
        super().__init__(f"connector answered {status}")
        self.status = status
        self.retry_after = retry_after


class Chat(Protocol):
    """The bot's outbound side."""

    async def send(self, to: Conversation, activity: Activity) -> str:
        """Post an activity; gives its id. Raises ChatError."""
        ...

    async def update(self, to: Conversation, id_: str, activity: Activity) -> None:
        """Replace an activity. Raises ChatError (404: it is gone)."""
        ...

    async def delete(self, to: Conversation, id_: str) -> None:
        """Remove an activity; one already gone, or a host that cannot, is accepted."""
        ...

    async def create(self, tenant: str, user: str) -> Conversation:
        """Open the personal chat with a user (her Entra object id)."""
        ...

    async def member(self, to: Conversation, id_: str) -> dict[str, Any]:
        """Look a member of the chat up: aadObjectId, name, tenantId."""
        ...


class SmsError(Exception):
    """The gateway did not take the message."""

    def __init__(self, status: int, *, final: bool) -> None:
        """`final`: the number or text is refused, another try will not help."""
        super().__init__(f"SMS gateway answered {status}")
        self.status = status
        self.final = final


class Sms(Protocol):
    async def send(self, key: str, to: str, text: str) -> str:
        """Send one SMS; `key` is the gateway's client reference. Gives its id."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """The world, as errands and the worker get it."""

    graph: Graph
    chat: Chat
    sms: Sms
    now: Callable[[], datetime]  #: Business time: the clock the demo can move.
    sleep: Callable[[float], Awaitable[None]]  #: Real seconds.
    ids: Ids
    links: Links
