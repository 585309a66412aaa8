"""The bot's door: activities in, activities out. The only importer of botbuilder.

Inside the house an activity is a dictionary as Teams' JSON has it. botbuilder carries
the turn: its `CloudAdapterBase` takes the request our gate has authenticated, builds
the context, runs the pipeline and hands back the answer of an invoke. Round it stands
glue of our own, for what the stock adapter gets wrong: refusals have their proper
status, keys rotate, bodies are bounded, typed answers survive. What the bot says goes
out by `outbound`, since the SDK's own client blocks threads and drops fields.

Answers: 401 not proven to come from Teams; 400, 413, 415 bad bodies; 503 signing keys
out of reach; 500 the turn failed; 501 an invoke that nobody answered.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from aiohttp import web
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity as SdkActivity
from botbuilder.schema import ActivityTypes
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)
from msrest.exceptions import DeserializationError

from teams_app.bot.outbound import Endpoints, Outbound
from teams_app.bot.pace import Pace
from teams_app.bot.tokens import Bearer, Proof, Trust, Untrusted
from teams_app.outside import Activity
from teams_app.signing import Keys, KeysUnreachable

_log = logging.getLogger(__name__)

#: Takes an activity; for an invoke gives its answer, `{"status": ..., "body": ...}`.
Turn = Callable[[Activity], Awaitable[dict[str, Any] | None]]
#: Gives the answer of an invoke whose turn takes longer than Teams waits.
Late = Callable[[Activity], dict[str, Any] | None]

#: Teams sends up to 100 KB of message; a form on a card is far smaller.
BODY_BYTES_MAX = 256 * 1024
#: The channel served. In others (Web Chat is on by default in Azure) whoever writes
#: chooses which identity the activity claims.
CHANNEL = "msteams"
#: Outlook, where an admin has turned it on: it asks beside a mail that is being written,
#: and nothing else of it is heard.
OUTLOOK = "m365extensions"
_BESIDE = ("composeExtension/", "task/")
#: So long the end of the process waits for answers, behind what the worker has in hand:
#: both together within the 35 seconds that a container is given (docs/containers.md).
CLOSE_SECONDS = 7.0


class Misconfigured(Exception):
    """The door would stand open, so it is not made."""


class Connector(Outbound):
    """Both directions of the bot: `handle` is inbound, the rest is `outside.Chat`."""

    def __init__(  # noqa: PLR0913  each names one thing of the outside
        self,
        session: aiohttp.ClientSession,
        *,
        app_id: str,
        bearer: Bearer | None,
        endpoints: Endpoints | None = None,
        keys: Keys | None = None,
        anonymous_on: str | None = None,
        turn_seconds: float = 4,
        call_seconds: float = 10,
        pace: Pace | None = None,
    ) -> None:
        """Speak as `app_id`.

        `anonymous_on` asks for a bot without an app id, that asks nobody for a proof:
        it is the address listened on, and only the loopback will do. What takes longer
        than `turn_seconds` is acknowledged meanwhile: Teams gives a press five.
        """
        places = endpoints or Endpoints()
        super().__init__(
            session,
            places,
            f"28:{app_id}" if app_id else "28:anonymous",
            bearer,
            call_seconds=call_seconds,
            pace=pace,
        )
        if anonymous_on is not None:
            if app_id or not _is_loopback(anonymous_on):
                raise Misconfigured("anonymous only without an app id, on the loopback")
        elif not app_id or bearer is None:
            raise Misconfigured("the bot needs an app id and a credential")
        keys = keys or Keys(session, places.metadata_url)
        trust = Trust(keys, app_id, places.issuer) if app_id else None
        self._gate = _Gate(trust, places)
        self._adapter = CloudAdapterBase(self._gate)
        self._turn_seconds = turn_seconds
        self._close_seconds = CLOSE_SECONDS
        self._running: set[asyncio.Task[Any]] = set()

    async def handle(
        self, request: web.Request, turn: Turn, late: Late | None = None
    ) -> web.Response:
        """Answer one request of the channel; `turn` does the work.

        An invoke waits for its turn: with `late` no longer than Teams does, and the
        turn goes on behind that answer.
        """
        header = request.headers.get("Authorization", "")
        try:
            proof = await self._gate.greet(header, request.remote)
            raw = await _activity(request)
            proven = self._gate.admit(proof, raw)
            typed = SdkActivity.deserialize(raw)
        except Untrusted as refused:
            _log.warning("bot request refused: %s", refused)
            return web.Response(status=401)
        except KeysUnreachable:
            return web.Response(status=503, headers={"Retry-After": "30"})
        except (DeserializationError, RecursionError):
            return web.Response(status=400)
        task = asyncio.create_task(self._take(proven, raw, typed, turn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        invoked = typed.type == ActivityTypes.invoke
        if invoked and late is None:
            return await task
        done, _ = await asyncio.wait({task}, timeout=self._turn_seconds)
        if done:
            return task.result()
        meanwhile = late(raw) if invoked and late is not None else None
        return web.Response(status=200) if meanwhile is None else _written(meanwhile)

    async def close(self) -> None:
        """Wait a little for the turns that were acknowledged before they had ended.

        One that waits longer for Teams to have room would keep the process from ending
        in the time it is given: what was asked for is done by then, its answer is not.
        """
        if self._running:
            _, left = await asyncio.wait(self._running, timeout=self._close_seconds)
            for each in left:
                _log.warning("the answer of a turn was not given before the end")
                each.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        if self._bearer is not None:
            await self._bearer.close()

    async def _take(
        self,
        proven: AuthenticateRequestResult,
        raw: Activity,
        typed: SdkActivity,
        turn: Turn,
    ) -> web.Response:
        async def logic(context: TurnContext) -> None:
            given = await turn(raw)
            if given is not None:
                answer = InvokeResponse(status=given["status"], body=given.get("body"))
                await context.send_activity(
                    SdkActivity(type=ActivityTypes.invoke_response, value=answer)
                )

        try:
            answer = await self._adapter.process_activity(proven, typed, logic)
        except Exception:  # noqa: BLE001  whatever it was, the channel must hear
            _log.exception("a turn of the bot failed")
            return web.Response(status=500)
        if answer is None:
            return web.Response(status=200)
        return _written({"status": answer.status, "body": answer.body})


def _written(answer: dict[str, Any]) -> web.Response:
    """Write the answer of an invoke."""
    status, body = int(answer["status"]), answer.get("body")
    if body is None:
        return web.Response(status=status)
    return web.Response(
        status=status, body=orjson.dumps(body), content_type="application/json"
    )


async def _activity(request: web.Request) -> Activity:
    """Read the body, within bounds. Raises HTTP's own refusals."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise web.HTTPRequestEntityTooLarge(BODY_BYTES_MAX, len(body))
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise web.HTTPBadRequest from None
    if not isinstance(raw, dict) or not _is_whole(raw):
        raise web.HTTPBadRequest
    return raw


def _is_whole(raw: Activity) -> bool:
    """Say whether what every activity has is there."""
    conversation = raw.get("conversation")
    named = (raw.get("type"), raw.get("serviceUrl"), raw.get("channelId"))
    return (
        all(isinstance(one, str) and one for one in named)
        and isinstance(conversation, dict)
        and isinstance(conversation.get("id"), str)
    )


class _Gate(BotFrameworkAuthentication):  # type: ignore[misc]  # untyped guest
    """Who may come in: stands where the SDK would put its own validation."""

    def __init__(self, trust: Trust | None, places: Endpoints) -> None:
        self._trust = trust
        self._places = places

    async def greet(self, header: str, remote: str | None) -> Proof | None:
        """Judge who asks, before the body is read; None: nobody has to prove it."""
        if self._trust is not None:
            return await self._trust.judge(header)
        if not _is_loopback(remote or ""):
            raise Untrusted("not from the loopback")
        return None

    def admit(self, proof: Proof | None, raw: Activity) -> AuthenticateRequestResult:
        """Let an activity in that says no more than is proven."""
        channel, service_url = raw["channelId"], raw["serviceUrl"]
        if channel != CHANNEL and not _from_outlook(raw):
            raise Untrusted("another channel")
        if not self._places.allow(service_url):
            raise Untrusted("service address is not allowed")
        if proof is not None:
            proof.check(service_url, channel)
        elif not _is_loopback(urlsplit(service_url).hostname or ""):
            raise Untrusted("service address is not on the loopback")
        claims = proof.claims if proof is not None else {}
        proven = AuthenticateRequestResult()
        proven.claims_identity = ClaimsIdentity(claims, is_authenticated=bool(claims))
        proven.audience = self._places.scope
        proven.connector_factory = _NoClient()
        return proven

    async def authenticate_request(self, *_: Any) -> AuthenticateRequestResult:
        raise Untrusted("whoever comes in is judged before the SDK hears of it")

    async def authenticate_streaming_request(
        self, *_: str
    ) -> AuthenticateRequestResult:
        raise Untrusted("streaming is not spoken here")

    def create_connector_factory(self, *_: ClaimsIdentity) -> "_NoClient":
        return _NoClient()

    async def create_user_token_client(self, *_: ClaimsIdentity) -> None:
        """Give none: Teams' sign-in by the bot is not used."""


def _from_outlook(raw: Activity) -> bool:
    name = raw.get("name")
    asked = isinstance(name, str) and name.startswith(_BESIDE)
    return raw["channelId"] == OUTLOOK and raw["type"] == "invoke" and asked


class _NoClient(ConnectorFactory):  # type: ignore[misc]  # untyped guest
    """Stands where the SDK wants a client: within a turn nothing is sent through it."""

    async def create(self, *_: str) -> "_NoClient":
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
