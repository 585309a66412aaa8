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
from graph_sync.teamwork import Teamwork

#: An activity or a card as Teams' JSON has it. No SDK type leaves `bot.connector`.
Activity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a person's chat with the bot is, or a Teams channel. Kept as JSON of our own."""

    service_url: str
    conversation_id: str
    tenant_id: str
    bot_id: str
    channel: str = "msteams"
    user_id: str = ""  #: Teams' own id of the person (`29:...`).
    #: Of a channel, the team it is in: what is sent there begins a thread of its own.
    team: str = ""


#: Said by ourselves of a message that was never sent.
NO_TOKEN = "NoToken"  # noqa: S105  a name, and no token


class ChatError(Exception):
    """Teams did not take the message."""

    def __init__(
        self,
        status: int,
        retry_after: float | None = None,
        code: str = "",
        *,
        behind: float = 0.0,
    ) -> None:
        """`status` is HTTP's; 0 means no answer: the message may have arrived.

        `behind`: seconds that those take who wait for the same already.
        """
        super().__init__(f"connector answered {status} {code}".rstrip())
        self.status = status
        self.retry_after = retry_after
        self.code = code  #: Teams' own word for it.
        self.behind = behind

    @property
    def passing(self) -> bool:
        """Whether Microsoft says to send the same again a moment later."""
        return self.status in _PASSING

    @property
    def refused(self) -> bool:
        """Whether the message certainly did not arrive."""
        return _REFUSED <= self.status < _BROKEN or self.code == NO_TOKEN


_REFUSED, _BROKEN = 400, 500
_PASSING = frozenset({412, 502, 504})


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

    def found(self, tenant: str, chat: str) -> Conversation:
        """Say where a personal chat is of which only Graph's id is known."""
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
    teams: Teamwork
    sms: Sms
    now: Callable[[], datetime]  #: Business time: the clock the demo can move.
    sleep: Callable[[float], Awaitable[None]]  #: Real seconds.
    ids: Ids
    links: Links
    #: By how many real seconds our clock is ahead of Graph's; None: it is not known.
    ahead: Callable[[], float | None] = lambda: None
