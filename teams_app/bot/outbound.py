"""The five calls by which the bot speaks: plain REST to the connector.

An address is used only if it begins as one of the allowed ones, and redirects are not
followed, so the bot's token goes nowhere else. What would be more than Teams takes is
refused here, before it is sent. Nothing is retried: whoever sends knows whether a message
may be sent twice.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import orjson
import yarl

from teams_app.bot.pace import MEMBERS, RETRY_AFTER_UNSAID, SEND, Pace, retry_after
from teams_app.bot.tokens import Bearer
from teams_app.outside import NO_TOKEN, Activity, ChatError, Conversation

_log = logging.getLogger(__name__)

_TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS.value
_CODE_MAX = 64

#: How a host answers a delete of what is gone, or one that it cannot do.
GONE = frozenset({404, 501})
#: Joins a channel's id and that of the message a thread begins with.
_MESSAGE = ";messageid="


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
        pace: Pace | None = None,
    ) -> None:
        """Speak as `bot_id`; without a bearer no token is sent (loopback only)."""
        self._pace = pace or Pace(time.monotonic)
        for prefix in endpoints.service_urls:
            assert urlsplit(prefix).path.endswith("/"), f"{prefix} must end with /"
        self._session = session
        self._endpoints = endpoints
        self._bot_id = bot_id
        self._bearer = bearer
        self._timeout = aiohttp.ClientTimeout(total=call_seconds)

    async def send(self, to: Conversation, activity: Activity) -> str:
        """Post an activity, or a reply when it has `replyToId`; gives its id.

        In a channel it begins a thread.
        """
        if to.team:
            return await self._begin(to, activity)
        reply_to = activity.get("replyToId")
        path = [to.conversation_id, "activities", *([reply_to] if reply_to else [])]
        answer = await self._call("POST", to.service_url, path, _from(to, activity))
        return str(answer.get("id", ""))

    async def _begin(self, to: Conversation, activity: Activity) -> str:
        body = {
            "isGroup": True,
            "bot": {"id": to.bot_id},
            "tenantId": to.tenant_id,
            "channelData": {
                "channel": {"id": to.conversation_id},
                "tenant": {"id": to.tenant_id},
            },
            "activity": activity,
        }
        answer = await self._call("POST", to.service_url, [], body)
        thread = str(answer.get("id") or "").partition(_MESSAGE)[2]
        return str(answer.get("activityId") or "") or thread

    async def update(self, to: Conversation, id_: str, activity: Activity) -> None:
        place = _place_of(to, id_)
        path = [place, "activities", id_]
        body = _from(to, activity, place) | {"id": id_}
        await self._call("PUT", to.service_url, path, body)

    async def delete(self, to: Conversation, id_: str) -> None:
        path = [_place_of(to, id_), "activities", id_]
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

    def found(self, tenant: str, chat: str) -> Conversation:
        return Conversation(
            service_url=self._endpoints.home,
            conversation_id=chat,
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
        named = f"members {path[0]}" if method == "GET" else path[0] if path else "new"
        windows = MEMBERS if method == "GET" else SEND
        if wait := self._pace.ask(named, windows):
            raise ChatError(_TOO_MANY, wait.seconds, behind=wait.behind)
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
        except ChatError as error:
            if error.status == _TOO_MANY:
                self._pace.pause(named, error.retry_after or RETRY_AFTER_UNSAID)
            raise
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
                raise ChatError(503, code=NO_TOKEN) from error
        return headers


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise await _refusal(answer)
    content = await answer.read()
    found = orjson.loads(content) if content else {}
    return found if isinstance(found, dict) else {}


async def _refusal(answer: aiohttp.ClientResponse) -> ChatError:
    """Say what a refusal is; of its body Teams' own word alone is kept."""
    wait = retry_after(answer.headers)
    if answer.status == _TOO_MANY:
        wait = wait or RETRY_AFTER_UNSAID
    try:
        said = orjson.loads(await answer.read())
        code = str(said["error"]["code"])[:_CODE_MAX]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        code = ""
    return ChatError(answer.status, wait, code)


def _address(service_url: str, path: list[str]) -> yarl.URL:
    steps = "".join(f"/{quote(step, safe='')}" for step in path)
    root = service_url.rstrip("/")
    return yarl.URL(f"{root}/v3/conversations{steps}", encoded=True)


def _place_of(to: Conversation, id_: str) -> str:
    """Name the conversation a message is in: in a channel that is its own thread."""
    return f"{to.conversation_id}{_MESSAGE}{id_}" if to.team else to.conversation_id


def _from(to: Conversation, activity: Activity, place: str = "") -> Activity:
    """Say who speaks where: the connector's contract asks for it."""
    where = place or to.conversation_id
    return {
        "from": {"id": to.bot_id},
        "conversation": {"id": where, "tenantId": to.tenant_id},
        **activity,
    }
