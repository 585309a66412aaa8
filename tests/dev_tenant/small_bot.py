"""A tenant with a bot of a few lines on its other side, for tests of connector and faces."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from dev_tenant.connector import names
from dev_tenant.connector.chats import CARD_TYPE
from dev_tenant.server import Config, start

AINO = "aino.lehtovaara@lumivaara.example"
BO = "elias.sundqvist@lumivaara.example"


def a_card(text="Hei", **more):
    card = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": text},
            {
                "type": "Input.Text",
                "id": "name",
                "label": "Name",
                "isRequired": True,
                "errorMessage": "Write the name",
            },
            {"type": "Input.Toggle", "id": "remind", "title": "Remind"},
            {
                "type": "Input.ChoiceSet",
                "id": "mode",
                "label": "Mode",
                "value": "remote",
                "choices": [
                    {"title": "Remote", "value": "remote"},
                    {"title": "Phone", "value": "phone"},
                ],
            },
        ],
        "actions": [
            {
                "type": "Action.Execute",
                "title": "Book",
                "verb": "book",
                "data": {"slot": "s1"},
            },
            {"type": "Action.Submit", "title": "Send", "data": {"kind": "x"}},
        ],
    }
    return {**card, **more}


def with_card(card):
    return {
        "type": "message",
        "attachments": [{"contentType": CARD_TYPE, "content": card}],
    }


class Bot:
    """Keeps every activity and answers invokes with what it is told to."""

    def __init__(self):
        self.heard = []
        self.tokens = []
        self.answer = {"statusCode": 200, "type": "application/vnd.x", "value": {}}
        self.status = 200
        self.delay = 0
        self.arrivals = asyncio.Queue()

    async def messages(self, request):
        activity = await request.json()
        self.arrivals.put_nowait(activity)
        self.heard.append(activity)
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        if activity["type"] == "invoke":
            await asyncio.sleep(self.delay)  # noqa: TID251  a slow bot is the test
            return web.json_response(self.answer, status=self.status)
        return web.Response(status=self.status)

    def kinds(self):
        return sorted(activity["type"] for activity in self.heard)


class World:
    """A running tenant, a bot, and a session that speaks to both sides."""

    def __init__(self, running, bot, session):
        self.running, self.bot, self.session = running, bot, session
        self.tenant = running.tenant
        self.root = running.base_url
        self.token = ""

    async def sign_in(self):
        form = {
            "grant_type": "client_credentials",
            "client_id": self.tenant.app.client_id,
            "client_secret": self.tenant.app.secret,
            "scope": "https://api.botframework.com/.default",
        }
        address = f"{self.root}/{self.tenant.id}/oauth2/v2.0/token"
        async with self.session.post(address, data=form) as answer:
            self.token = (await answer.json())["access_token"]

    async def connector(self, method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token or self.token}"}
        async with self.session.request(
            method, f"{self.root}/connector/v3/{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            return answer.status, json.loads(text or "null"), answer.headers

    async def teams(self, act, **body):
        async with self.session.post(
            f"{self.root}/_tenant/teams/{act}", json=body
        ) as answer:
            return answer.status, await answer.json()

    async def chat(self, user=AINO):
        address = f"{self.root}/_tenant/teams/chat"
        async with self.session.get(address, params={"user": user}) as answer:
            return await answer.json()

    def chat_of(self, mail=AINO):
        user = self.tenant.find_user(mail)
        return names.of_chat(self.tenant, user.id)

    async def sent(self, activity, mail=AINO):
        path = f"conversations/{self.chat_of(mail)}/activities"
        status, body, _ = await self.connector("POST", path, activity)
        assert status == 201, body
        return body["id"]


@asynccontextmanager
async def a_world(*extra: web.RouteDef) -> AsyncIterator[World]:
    """Start a tenant and a bot; Aino has the app, and the bot has forgotten it."""
    bot = Bot()
    app = web.Application()
    app.router.add_post("/api/messages", bot.messages)
    app.add_routes(extra)
    server = TestServer(app)
    await server.start_server()
    running = await start(Config(tls_port=None, app_url=str(server.make_url("/"))[:-1]))
    async with ClientSession() as session:
        made = World(running, bot, session)
        await made.sign_in()
        status, _ = await made.teams("install", user=AINO)
        assert status == 200
        bot.heard.clear()
        bot.tokens.clear()
        bot.arrivals = asyncio.Queue()
        yield made
    await running.stop()
    await server.close()
