"""Whether a tenant is prepared, and leaving it clean: `graph_sync.tenancy`, over HTTP."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
import jwt
from azure.core.exceptions import AzureError, ClientAuthenticationError

from booking.calendar import Event
from graph_sync.graph import Drop, Gone, GraphError, Refused, Unavailable
from graph_sync.microsoft.errors import Reply
from graph_sync.microsoft.events import Unreadable, read_event
from graph_sync.microsoft.parts import Part
from graph_sync.microsoft.requests import Requests
from graph_sync.microsoft.tokens import GRAPH_SCOPE, Credential, refusal
from graph_sync.microsoft.transport import Transport
from graph_sync.tenancy import Bare

_SECONDS: Final = 10.0

Each = Callable[[Sequence[Part]], Awaitable[list[Reply | GraphError]]]


class Prepared:
    """Asks by the connections of the client it belongs to."""

    def __init__(
        self, transport: Transport, make: Requests, tokens: Credential, each: Each
    ) -> None:
        self._transport = transport
        self._make = make
        self._tokens = tokens
        self._each = each

    async def roles(self) -> frozenset[str]:
        return _roles(await self._token(GRAPH_SCOPE))

    async def let_in(self, scope: str) -> None:
        await self._token(scope)

    async def _token(self, scope: str) -> str:
        try:
            given: str = (await self._tokens.get_token(scope)).token
        except ClientAuthenticationError as refused:
            raise refusal(refused) from refused
        except AzureError as silent:
            raise Unavailable("NoToken", type(silent).__name__) from silent
        return given

    async def hour(self) -> datetime:
        try:
            headers = await self._transport.unknown(_SECONDS)
            return parsedate_to_datetime(headers.get("date", ""))
        except httpx.HTTPError as silent:
            raise Unavailable("NotReached", type(silent).__name__) from silent
        except ValueError as unsaid:
            raise Unavailable("NoDate", "an answer without an hour") from unsaid

    async def settings(self, mailbox: str) -> None:
        await self._transport.ask(self._make.settings(mailbox))

    async def may_send(self, sender: str) -> None:
        try:
            await self._transport.ask(self._make.send_to_nobody(sender))
        except Refused:
            return  # who it is for was looked at, so the sender may send

    async def carrying(
        self, mailboxes: Sequence[str], key: str
    ) -> list[tuple[Event, ...] | GraphError]:
        parts = [self._make.find(mailbox, key) for mailbox in mailboxes]
        return [_found(reply) for reply in await self._each(parts)] if parts else []

    async def erase(self, drops: Sequence[Drop]) -> list[GraphError | None]:
        return await self._done(
            [self._make.erase(each.mailbox, each.event_id) for each in drops]
        )

    async def bare(self, events: Sequence[Bare]) -> list[GraphError | None]:
        return await self._done(
            [self._make.bare(each.mailbox, each.event_id, each.body) for each in events]
        )

    async def _done(self, parts: Sequence[Part]) -> list[GraphError | None]:
        """Give what went wrong in each place; what is not there any more is done."""
        replies = await self._each(parts) if parts else []
        return [
            reply
            if isinstance(reply, GraphError) and not isinstance(reply, Gone)
            else None
            for reply in replies
        ]

    async def catalogue(self, package: str) -> str | None:
        return _first(await self._transport.ask(self._make.catalogue(package)))

    async def installation(self, user: str, package: str) -> str | None:
        return _first(await self._transport.ask(self._make.installed(user, package)))

    async def uninstall(self, user: str, installation: str) -> None:
        try:
            await self._transport.ask(self._make.uninstall(user, installation))
        except GraphError as error:
            if error.code != "NotFound":
                raise


def _first(reply: Reply) -> str | None:
    for each in reply.items():
        if isinstance(each.get("id"), str):
            return str(each["id"])
    return None


def _found(reply: Reply | GraphError) -> tuple[Event, ...] | GraphError:
    if isinstance(reply, GraphError):
        return reply
    try:
        return tuple(read_event(raw) for raw in reply.items())
    except GraphError as failed:
        return failed
    except Unreadable:
        return Refused("Unreadable", "an event says too little of itself")


def _roles(token: str) -> frozenset[str]:
    """Read which permissions a token of Graph's names. It is read, and not judged."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return frozenset()
    roles = claims.get("roles")
    return frozenset(map(str, roles)) if isinstance(roles, list) else frozenset()
