"""The five calls by which the bot speaks: plain REST to the connector.

An address is used only if it begins as one of the allowed ones, and redirects are not
followed, so the bot's token goes nowhere else. Nothing is retried here: whoever sends
knows whether a message may be sent twice.
"""

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import orjson
import yarl

from teams_app.bot.tokens import Bearer
from teams_app.outside import Activity, ChatError, Conversation

_log = logging.getLogger(__name__)

#: How a host answers a delete of what is gone, or one that it cannot do.
GONE = frozenset({404, 501})


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the other side is. The defaults are Microsoft's public cloud."""

    metadata_url: str = (
        "https://login.botframework.com/v1/.well-known/openidconfiguration"
    )
    issuer: str = "https://api.botframework.com"
    scope: str = "https://api.botframework.com/.default"
    #: Where a chat is opened that nobody has written in yet.
    home: str = "https://smba.trafficmanager.net/teams/"
    #: Tokens and messages go to addresses that begin with one of these, no others.
    service_urls: tuple[str, ...] = ("https://smba.trafficmanager.net/",)

    def allow(self, service_url: str) -> bool:
        try:
            parts = urlsplit(service_url)
        except ValueError:
            return False
        plain = not parts.username and not parts.query and not parts.fragment
        whole = service_url.rstrip("/") + "/"
        return plain and whole.startswith(self.service_urls)


class Outbound:
    """Sends, replaces and removes messages. `outside.Chat`, for Teams."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoints: Endpoints,
        bot_id: str,
        bearer: Bearer | None,
        *,
        call_seconds: float = 10,
    ) -> None:
        """Speak as `bot_id`; without a bearer no token is sent (loopback only)."""
        for prefix in endpoints.service_urls:
            assert urlsplit(prefix).path.endswith("/"), f"{prefix} must end with /"
        self._session = session
        self._endpoints = endpoints
        self._bot_id = bot_id
        self._bearer = bearer
        self._timeout = aiohttp.ClientTimeout(total=call_seconds)

    async def send(self, to: Conversation, activity: Activity) -> str:
        """Post an activity, or a reply when it has `replyToId`; gives its id."""
        reply_to = activity.get("replyToId")
        path = [to.conversation_id, "activities", *([reply_to] if reply_to else [])]
        answer = await self._call("POST", to.service_url, path, _from(to, activity))
        return str(answer.get("id", ""))

    async def update(self, to: Conversation, id_: str, activity: Activity) -> None:
        path = [to.conversation_id, "activities", id_]
        body = _from(to, activity) | {"id": id_}
        await self._call("PUT", to.service_url, path, body)

    async def delete(self, to: Conversation, id_: str) -> None:
        path = [to.conversation_id, "activities", id_]
        try:
            await self._call("DELETE", to.service_url, path)
        except ChatError as refused:
            if refused.status not in GONE:
                raise

    async def create(self, tenant: str, user: str) -> Conversation:
        body = {
            "isGroup": False,
            "bot": {"id": self._bot_id},
            "members": [{"id": user}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        home = self._endpoints.home
        answer = await self._call("POST", home, [], body)
        if not isinstance(answer.get("id"), str):
            raise ChatError(HTTPStatus.BAD_GATEWAY)
        named = str(answer.get("serviceUrl") or "")
        return Conversation(
            service_url=named if self._endpoints.allow(named) else home,
            conversation_id=answer["id"],
            tenant_id=tenant,
            bot_id=self._bot_id,
        )

    async def member(self, to: Conversation, id_: str) -> dict[str, Any]:
        path = [to.conversation_id, "members", id_]
        found = await self._call("GET", to.service_url, path)
        # Teams has called the Entra object id both.
        object_id = found.get("aadObjectId") or found.get("objectId")
        return found | {"aadObjectId": object_id}

    async def _call(
        self,
        method: str,
        service_url: str,
        path: list[str],
        body: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        if not self._endpoints.allow(service_url):
            _log.error("a conversation has a service address that is not allowed")
            raise ChatError(400)
        headers = await self._headers()
        try:
            async with self._session.request(
                method,
                _address(service_url, path),
                data=None if body is None else orjson.dumps(body),
                headers=headers,
                allow_redirects=False,
                timeout=self._timeout,
            ) as answer:
                return await _read(answer)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            # Nothing says whether the call took effect.
            raise ChatError(0) from None

    async def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self._bearer is not None:
            try:
                headers["Authorization"] = f"Bearer {await self._bearer.get()}"
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _log.warning("no bot token: %s", type(error).__name__)
                raise ChatError(503) from error
        return headers


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise ChatError(answer.status, _seconds(answer.headers.get("Retry-After")))
    content = await answer.read()
    found = orjson.loads(content) if content else {}
    return found if isinstance(found, dict) else {}


def _seconds(written: str | None) -> float | None:
    return float(written) if written and written.isdecimal() else None


def _address(service_url: str, path: list[str]) -> yarl.URL:
    steps = "".join(f"/{quote(step, safe='')}" for step in path)
    root = service_url.rstrip("/")
    return yarl.URL(f"{root}/v3/conversations{steps}", encoded=True)


def _from(to: Conversation, activity: Activity) -> Activity:
    """Say who speaks where: the connector's contract asks for it."""
    return {
        "from": {"id": to.bot_id},
        "conversation": {"id": to.conversation_id, "tenantId": to.tenant_id},
        **activity,
    }
