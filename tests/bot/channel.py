"""A Bot Connector on the loopback, with keys and tempers that a test decides.

It signs activities as Microsoft's connector does, serves its keys, takes the bot's
calls and remembers them.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

APP = "6f9e3f42-0000-4000-8000-0000000000b0"
TENANT = "5e1d0000-0000-4000-8000-00000000007e"
ISSUER = "https://api.botframework.com"


def epoch() -> float:
    return time.time()  # noqa: TID251  tokens live in real time


class SigningKey:
    """An RSA key with a name, as the connector publishes them; made when it is used."""

    def __init__(self, kid: str, endorsements: tuple[str, ...] = ("msteams",)) -> None:
        self.kid = kid
        self.endorsements = endorsements

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public(self) -> dict[str, Any]:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return jwk | {"kid": self.kid, "endorsements": list(self.endorsements)}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private, "RS256", headers={"kid": self.kid})


@dataclass
class Channel:
    """What the fake serves, and what it saw."""

    keys: list[SigningKey]
    origin: str = ""
    key_fetches: int = 0
    key_delay: float = 0
    key_status: int = 200
    calls: list[tuple[str, str, Any, str]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    delay: float = 0

    @property
    def service_url(self) -> str:
        return f"{self.origin}/teams/"

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(epoch())
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": self.service_url,
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, **changes: Any) -> str:
        return self.keys[0].sign(self.claims(**changes))

    def activity(self, **changes: Any) -> dict[str, Any]:
        return {
            "type": "message",
            "id": "1700000000000",
            "timestamp": "2026-11-23T08:00:00.1234567Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": "29:aino", "aadObjectId": "a1"},
            "recipient": {"id": f"28:{APP}"},
            "conversation": {"id": "a:1", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": "varaa",
        } | changes

    def invoke(self, **changes: Any) -> dict[str, Any]:
        action = {"type": "Action.Execute", "verb": "book.times", "data": {}}
        return (
            self.activity(
                type="invoke", name="adaptiveCard/action", value={"action": action}
            )
            | changes
        )


@asynccontextmanager
async def opened(*keys: SigningKey) -> AsyncIterator[Channel]:
    channel = Channel(list(keys))

    async def metadata(_: web.Request) -> web.Response:
        channel.key_fetches += 1
        await asyncio.sleep(channel.key_delay)  # noqa: TID251  a slow server is the test
        if channel.key_status != 200:
            return web.Response(status=channel.key_status)
        return web.json_response({"jwks_uri": f"{channel.origin}/keys"})

    async def published(_: web.Request) -> web.Response:
        return web.json_response({"keys": [key.public() for key in channel.keys]})

    async def take(request: web.Request) -> web.Response:
        content = await request.read()
        body = json.loads(content) if content else None
        shown = request.headers.get("Authorization", "")
        # The raw path shows how an identifier was quoted.
        channel.calls.append((request.method, request.raw_path, body, shown))
        await asyncio.sleep(channel.delay)  # noqa: TID251  a slow server is the test
        if channel.answers:
            return channel.answers.pop(0)
        return web.json_response({"id": f"m{len(channel.calls)}"}, status=201)

    app = web.Application()
    app.router.add_get("/openid", metadata)
    app.router.add_get("/keys", published)
    app.router.add_route("*", "/teams/{rest:.*}", take)
    async with TestServer(app) as server:
        channel.origin = str(server.make_url("")).rstrip("/")
        yield channel


@dataclass
class Held:
    token: str
    expires_on: int


class Credential:
    """A token source that counts, and takes its time."""

    def __init__(self, lasts: float = 3600, delay: float = 0) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.lasts = lasts
        self.delay = delay
        self.failing = False

    async def get_token(self, *scopes: str) -> Held:
        self.asked.append(scopes)
        await asyncio.sleep(self.delay)  # noqa: TID251  a slow server is the test
        if self.failing:
            raise RuntimeError("no token today")
        return Held(f"token{len(self.asked)}", int(epoch() + self.lasts))


class Bot:
    """The bot's endpoint, as HTTP reaches it."""

    def __init__(self, server: TestServer, client: aiohttp.ClientSession) -> None:
        self._server = server
        self._client = client

    async def post(
        self, activity: Any, token: str | None = None, **options: Any
    ) -> aiohttp.ClientResponse:
        headers = {"Content-Type": "application/json"} | options.pop("headers", {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body = activity if isinstance(activity, bytes) else json.dumps(activity)
        url = self._server.make_url("/api/messages")
        answer = await self._client.post(url, data=body, headers=headers, **options)
        await answer.read()
        return answer
