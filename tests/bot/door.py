"""The bot's door with a channel of our own before it, for the tests beside."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from teams_app.bot.connector import Connector, Late
from teams_app.bot.outbound import Endpoints
from teams_app.bot.tokens import Bearer
from teams_app.outside import Conversation
from teams_app.signing import Keys
from tests.bot.channel import (
    APP,
    ISSUER,
    TENANT,
    Bot,
    Channel,
    Credential,
    SigningKey,
    epoch,
)

Turn = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

KEY = SigningKey("first")
OTHER = SigningKey("second")


class World:
    """A connector, the channel it speaks with, and what reached the turn."""

    def __init__(
        self, channel: Channel, session: aiohttp.ClientSession, **options: Any
    ) -> None:
        self.channel = channel
        self.credential = Credential()
        self.heard: list[dict[str, Any]] = []
        self.turn: Turn = self._listen
        self.late: Late | None = None
        places = endpoints(channel)
        keys = Keys(session, places.metadata_url, cool_seconds=0)
        self.keys = keys
        bearer = Bearer(self.credential, places.scope, epoch)
        given = {"app_id": APP, "bearer": bearer, "keys": keys} | options
        self.connector = Connector(session, endpoints=places, **given)
        self.bot: Bot

    async def _listen(self, activity: dict[str, Any]) -> dict[str, Any] | None:
        self.heard.append(activity)
        if activity["type"] == "invoke":
            return {"status": 200, "body": {"statusCode": 200, "value": {"a": [1]}}}
        return None

    async def answer(self, request: web.Request) -> web.Response:
        return await self.connector.handle(request, self.turn, self.late)


def endpoints(channel: Channel) -> Endpoints:
    return Endpoints(
        metadata_url=f"{channel.origin}/openid",
        issuer=ISSUER,
        home=channel.service_url,
        service_urls=(f"{channel.origin}/",),
    )


async def served(world: World, session: aiohttp.ClientSession) -> TestServer:
    app = web.Application()
    app.router.add_post("/api/messages", world.answer)
    server = TestServer(app)
    await server.start_server()
    world.bot = Bot(server, session)
    return server


def chat_of(channel: Channel, **changes: str) -> Conversation:
    return Conversation(
        **{
            "service_url": channel.service_url,
            "conversation_id": "a:1/ä?",
            "tenant_id": TENANT,
            "bot_id": f"28:{APP}",
        }
        | changes
    )
