"""A Graph that says what it is told to say, and remembers what it was asked."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest_asyncio
from aiohttp import web
from azure.core.credentials import AccessToken

from booking.calendar import EventDraft
from booking.spans import span
from graph_sync.graph import View
from graph_sync.microsoft import Limits, Microsoft, TokenSource, World
from tests.support.moments import START

EVENT = {
    "id": "E1",
    "changeKey": "ck",
    "start": {"dateTime": "2026-11-23T10:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-23T11:00:00.0000000", "timeZone": "UTC"},
    "subject": "Varattu aika · K7Q2FM",
    "showAs": "busy",
    "location": {"displayName": "Teams"},
}


@dataclass(frozen=True)
class Say:
    """An answer, or `drop` the connection, or think `seconds` about it first."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    drop: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]  #: Names in small letters.
    body: Any

    @property
    def parts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.body["requests"]
        return found


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)  # noqa: TID251 - others may go on meanwhile


class Tokens:
    """A credential that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def get_token(self, *_: str, **__: Any) -> AccessToken:
        self.asked += 1
        await asyncio.sleep(0)  # noqa: TID251 - as a network would
        return AccessToken("secret-token", 9_999_999_999)

    async def close(self) -> None:
        """Nothing to let go of."""


class Fake:
    def __init__(self) -> None:
        self.says: deque[Say] = deque()
        self.otherwise = Say(body={"value": []})
        self.part: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {
            "status": 200,
            "body": {"value": []},
        }
        self.asked: list[Asked] = []
        self.busy: Counter[str] = Counter()
        self.busiest: Counter[str] = Counter()
        self.clock = Clock()
        self.tokens = Tokens()
        self.url = ""
        self.open_connections = 0

    def say(self, *answers: Say) -> None:
        self.says.extend(answers)

    async def answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        asked = Asked(
            request.method,
            request.path_qs,
            {name.lower(): value for name, value in request.headers.items()},
            json.loads(text) if text else None,
        )
        self.asked.append(asked)
        said = self.says.popleft() if self.says else self.otherwise
        with self._counted(asked):
            await asyncio.sleep(said.seconds)  # noqa: TID251 - a slow server
        if said.drop:
            assert request.transport is not None
            request.transport.abort()
        body = said.body
        plain = said.status == 200 and "responses" not in (body or {})
        if request.path.endswith("$batch") and plain:
            body = {"responses": self._parts(asked)}
        if said.text is not None:
            return web.Response(text=said.text, status=said.status)
        if body is None:
            return web.Response(status=said.status, headers=said.headers)
        return web.json_response(body, status=said.status, headers=said.headers)

    def _parts(self, asked: Asked) -> list[dict[str, Any]]:
        """Answer parts in an order of our own, as Graph does."""
        return [{"id": one["id"], **self.part(one)} for one in reversed(asked.parts)]

    def _counted(self, asked: Asked) -> "_Counted":
        if asked.path.endswith("$batch"):
            boxes = [one["url"].split("/")[2] for one in asked.parts]
            if any("dependsOn" in one for one in asked.parts):
                boxes = boxes[:1]  # one after the other
        else:
            boxes = [asked.path.split("/")[3]] if asked.path.count("/") > 2 else []
        return _Counted(self, boxes)


class _Counted:
    """Counts what is under way in each mailbox."""

    def __init__(self, fake: Fake, boxes: list[str]) -> None:
        self._fake = fake
        self._boxes = Counter(boxes)

    def __enter__(self) -> None:
        self._fake.busy += self._boxes
        for box, now in self._fake.busy.items():
            self._fake.busiest[box] = max(self._fake.busiest[box], now)

    def __exit__(self, *_: object) -> None:
        self._fake.busy -= self._boxes


@asynccontextmanager
async def faking() -> AsyncIterator[Fake]:
    fake = Fake()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", fake.answer)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1.0"
    try:
        yield fake
    finally:
        await runner.cleanup()


@asynccontextmanager
async def speaking_to(
    fake: Fake, limits: Limits | None = None
) -> AsyncIterator[Microsoft]:
    numbers = iter(range(1, 10_000))
    world = World(
        sleep=fake.clock.sleep,
        request_id=lambda: f"request-{next(numbers)}",
        clock=fake.clock.now,
    )
    graph = Microsoft(fake.url, TokenSource(fake.tokens), world, limits=limits)
    try:
        yield graph
    finally:
        await graph.aclose()


SLOT = span(START + timedelta(hours=2), timedelta(hours=1))
DRAFT = EventDraft(
    subject="Varattu aika · K7Q2FM",
    span=SLOT,
    body="<p>Varattu</p>",
    location="Teams",
    sensitivity="normal",
    online=True,
    key="K7Q2FM",
)


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[Fake]:
    async with faking() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def graph(fake: Fake) -> AsyncIterator[Microsoft]:
    async with speaking_to(fake) as made:
        yield made


async def look(graph: Microsoft, mailbox: str = "aino") -> Any:
    (answer,) = await graph.view([View(mailbox, SLOT)])
    return answer


def refusal(status: int, code: str = "SomeCode", **headers: str) -> Say:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {
        "error": {
            "code": code,
            "message": "About Matti Meikäläinen",
            "innerError": {"request-id": "r-1"},
        }
    }
    return Say(status, body, said)
