"""A tenant that answers, and short words for speaking with its Graph."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from dev_tenant.server import Config, Running, start
from dev_tenant.tenant import AnyToken

#: A Monday, nine in the morning in Helsinki.
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
AINO = "aino.lehtovaara@lumivaara.example"
ELIAS = "elias.sundqvist@lumivaara.example"
#: A mailbox whose calendar is empty.
DESK = "ajanvaraus@lumivaara.example"
HELSINKI = "Europe/Helsinki"
TAG = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name vuoro"


@dataclass
class Seen:
    status: int
    headers: Any
    body: Any

    @property
    def code(self) -> str:
        return self.body["error"]["code"]

    @property
    def items(self) -> list[Any]:
        return self.body["value"]


@dataclass
class World:
    running: Running
    session: aiohttp.ClientSession
    hooks: list["Hook"] = field(default_factory=list)

    @property
    def tenant(self):
        return self.running.tenant

    @property
    def switches(self):
        return self.tenant.switches

    def user(self, mail=DESK):
        return self.tenant.find_user(mail).id

    def box(self, mail=DESK):
        return self.tenant.mailboxes[self.user(mail)]

    async def ask(self, method, path, body=None, prefer=None, **headers):
        """One request; `prefer` is one or several Prefer headers."""
        url = path if path.startswith("http") else self.running.graph_url + path
        named = [(k.replace("_", "-"), v) for k, v in headers.items()]
        if not any(k.lower() == "authorization" for k, _ in named):
            named.append(("Authorization", "Bearer anything"))
        wanted = [prefer] if isinstance(prefer, str) else prefer or []
        named += [("Prefer", p) for p in wanted]
        async with self.session.request(method, url, json=body, headers=named) as got:
            text = await got.text()
            return Seen(got.status, got.headers, json.loads(text) if text else None)

    async def get(self, path, query=None, **other):
        tail = f"?{urlencode(query)}" if query else ""
        return await self.ask("GET", path + tail, **other)

    async def post(self, path, body=None, **other):
        return await self.ask("POST", path, body, **other)

    async def make(self, mail=DESK, **body):
        """An event made, with defaults; its JSON."""
        whole = {"subject": "Varattu aika", **at("2026-11-25T10:00", "11:00"), **body}
        seen = await self.post(f"/users/{mail}/events", whole)
        assert seen.status == 201, seen.body
        return seen.body

    async def change(self, id_, mail=DESK, **body):
        return await self.ask("PATCH", f"/users/{mail}/events/{id_}", body)

    async def delete(self, id_, mail=DESK, **headers):
        return await self.ask("DELETE", f"/users/{mail}/events/{id_}", **headers)

    async def event(self, id_, query=None, mail=DESK, **other):
        return await self.get(f"/users/{mail}/events/{id_}", query, **other)

    async def view(self, start, end, mail=DESK, prefer=None, **query):
        window = {"startDateTime": start, "endDateTime": end, **query}
        return await self.get(f"/users/{mail}/calendarView", window, prefer=prefer)

    async def control(self, path, body=None, method="POST"):
        url = f"{self.running.base_url}/_tenant/{path}"
        async with self.session.request(method, url, json=body) as got:
            text = await got.text()
            return Seen(got.status, got.headers, json.loads(text) if text else None)

    async def hook(self, **how):
        made = Hook(**how)
        await made.start()
        self.hooks.append(made)
        return made


@dataclass
class Hook:
    """Somebody's notification address; keeps what it is told."""

    answer: int = 202
    validates: bool = True
    told: list[Any] = field(default_factory=list)
    posts: int = 0
    failing: int = 0  #: answer so many posts with 500 first
    runner: Any = None

    async def start(self):
        app = web.Application()
        app.router.add_post("/{tail:.*}", self.hear)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}/notices?key=1"

    async def hear(self, request):
        if "validationToken" in request.query:
            token = request.query["validationToken"]
            return web.Response(text=token if self.validates else "no")
        self.posts += 1
        if self.failing:
            self.failing -= 1
            return web.Response(status=500)
        self.told += (await request.json())["value"]
        return web.Response(status=self.answer)


async def pause(seconds):
    """Let real time pass: notices and late links wait for it."""
    await asyncio.sleep(seconds)  # noqa: TID251


def at(start, end_clock, zone=HELSINKI):
    """`start` and `end` of an event on one day."""
    return {
        "start": {"dateTime": f"{start}:00", "timeZone": zone},
        "end": {"dateTime": f"{start[:10]}T{end_clock}:00", "timeZone": zone},
    }


def all_day(first, after, zone=HELSINKI):
    return {
        "isAllDay": True,
        "start": {"dateTime": f"{first}T00:00:00", "timeZone": zone},
        "end": {"dateTime": f"{after}T00:00:00", "timeZone": zone},
    }


def weekly(day, first, **range_):
    return {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [day]},
        "range": {"type": "noEnd", "startDate": first, **range_},
    }


def subjects(seen):
    return [item["subject"] for item in seen.items]


@asynccontextmanager
async def world(**settings):
    config = Config(**{"latency": 0, "now": NOW, "frozen": True, **settings})
    running = await start(config)
    running.tenant.tokens = AnyToken()
    async with aiohttp.ClientSession() as session:
        made = World(running, session)
        try:
            yield made
        finally:
            for hook in made.hooks:
                await hook.runner.cleanup()
            await running.stop()
