"""What the search costs through HTTP, against an empty answer of the same server.

A process of its own runs the whole application as `serve` does, on an empty SQLite file,
with a made-up index of professionals put in place of the read one, and one more route
that answers `{}`. Both are asked in turn, a batch each, over one connection; the server
says how much CPU it had used before and after. The search touches no database, so the
two should differ little: an answer is kept as it is sent until the index changes.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import aiohttp
from aiohttp import web

from benchmarks.slot_search import SERVICES, Target, a_calendar
from booking.availability import Calendar, Index
from booking.calendar import Busy
from booking.model import ProfessionalId
from booking.spans import Span
from teams_app.main import App
from teams_app.settings import read

SIZES = (10, 1000)
SEARCH = f"/api/public/slots?service={SERVICES[0].key}&modality=remote"
EMPTY = "/_bench/empty"
ROUNDS, BATCH = 15, 200
LIMIT = 1.5


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of one request, by how many professionals there are."""

    professionals: int
    search_cpu: float
    empty_cpu: float
    search_p99: float
    empty_p99: float
    size: int  #: Bytes of the answer.

    @property
    def cpu_ratio(self) -> float:
        return self.search_cpu / self.empty_cpu

    @property
    def p99_ratio(self) -> float:
        return self.search_p99 / self.empty_p99


# The server's side.


def settings(folder: str) -> dict[str, str]:
    """Give what an application needs that speaks to nobody."""
    known = {
        "PORT": "0",
        "BASE_URL": "http://127.0.0.1:8080",
        "DATA_DIR": folder,
        "SECRET_KEY": "k" * 48,
        "TENANT_ID": "5a1f0c9e-0000-4000-8000-000000000001",
        "CLIENT_ID": "5a1f0c9e-0000-4000-8000-000000000002",
        "CLIENT_SECRET": "secret",
        "AUTHORITY": "https://127.0.0.1:1",
        "GRAPH_URL": "https://127.0.0.1:1/v1.0",
        "SENDER": "aika@vuoro.example",
        "HELP_PHONE": "09 000 0000",
        "NOTIFICATIONS": "0",
        "DEMO": "1",
    }
    return {f"VUORO_{name}": value for name, value in known.items()}


def near(calendar: Calendar, by: timedelta) -> Calendar:
    """Give a made-up calendar moved to these weeks."""
    moved = []
    for row in calendar.busy:
        assert isinstance(row.when, Span)
        when = Span(row.when.start + by, row.when.end + by)
        moved.append(Busy(row.event_id, when, row.show_as))
    return Calendar(rules=calendar.rules, busy=tuple(moved))


def filled(count: int, now: datetime) -> Index:
    chance = random.Random(count)
    by = timedelta(days=(now - datetime(2026, 10, 12, tzinfo=UTC)).days // 7 * 7)
    index = Index.empty(now)
    for number in range(count):
        calendar = near(a_calendar(chance), by)
        index = index.with_professional(ProfessionalId(number + 1), calendar, SERVICES)
    return index


async def serve(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = App(read(settings(folder)))
        await app.open()
        app.current.index = filled(count, app.clock.now())
        app.current.services = {each.key: each for each in SERVICES}
        pages = app.pages()
        pages.router.add_get(EMPTY, empty)
        pages.router.add_get("/_bench/cpu", used)
        runner = web.AppRunner(pages, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()
        await app.close()


async def empty(_request: web.Request) -> web.Response:
    return web.json_response({})


async def used(_request: web.Request) -> web.Response:
    return web.json_response(time.process_time())


# The client's side.


@asynccontextmanager
async def server(count: int) -> AsyncIterator[str]:
    """Start the server; it ends when its input is closed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.http_search", str(count)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 120))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()


async def measure(count: int) -> Figures:
    async with server(count) as base, aiohttp.ClientSession(base) as session:
        size = len(await ask(session, SEARCH))
        cpu: dict[str, list[float]] = {SEARCH: [], EMPTY: []}
        wall: dict[str, list[float]] = {SEARCH: [], EMPTY: []}
        for turn in range(ROUNDS):
            for path in (SEARCH, EMPTY):
                spent, times = await batch(session, path)
                if turn:  # The first round warms up.
                    cpu[path].append(spent)
                    wall[path] += times
    return Figures(
        count,
        median(cpu[SEARCH]),
        median(cpu[EMPTY]),
        p99(wall[SEARCH]),
        p99(wall[EMPTY]),
        size,
    )


async def batch(session: aiohttp.ClientSession, path: str) -> tuple[float, list[float]]:
    """Ask many times; give the server's CPU for each, and how long each took."""
    before = json.loads(await ask(session, "/_bench/cpu"))
    times = []
    for _ in range(BATCH):
        start = time.perf_counter()
        await ask(session, path)
        times.append(time.perf_counter() - start)
    after = json.loads(await ask(session, "/_bench/cpu"))
    return (after - before) / BATCH, times


async def ask(session: aiohttp.ClientSession, path: str) -> bytes:
    async with session.get(path) as answer:
        assert answer.status == 200, (path, answer.status)
        return await answer.read()


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def table(found: list[Figures]) -> str:
    names = ("N", "bytes", "search", "empty", "ratio", "p99", "p99 empty", "ratio")
    lines = ["".join(f"{name:>12}" for name in names)]
    for one in found:
        row = [
            f"{one.professionals}",
            f"{one.size}",
            f"{one.search_cpu * 1e6:.0f}",
            f"{one.empty_cpu * 1e6:.0f}",
            f"{one.cpu_ratio:.2f}",
            f"{one.search_p99 * 1e6:.0f}",
            f"{one.empty_p99 * 1e6:.0f}",
            f"{one.p99_ratio:.2f}",
        ]
        lines.append("".join(f"{cell:>12}" for cell in row))
    return "\n".join(lines)


def run() -> tuple[list[Figures], list[Target]]:
    found = [asyncio.run(measure(count)) for count in SIZES]
    return found, [
        Target(
            f"search through HTTP, {one.professionals:,}: CPU against an empty answer",
            one.cpu_ratio,
            LIMIT,
        )
        for one in found
    ]


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
