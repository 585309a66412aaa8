"""The application of the sync benchmark: as `serve`, and it says what it has used.

A process of its own. It notes when a notice comes in for a calendar and when the index
no longer offers the time that the notice was about.
"""

import asyncio
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from typing_extensions import override

from booking.model import ProfessionalId
from booking.spans import Span
from teams_app import logs, organisation
from teams_app.actions import nights
from teams_app.main import App
from teams_app.settings import read
from teams_app.store import jobs, tables
from teams_app.store.database import Tx


class Watched(App):
    """Knows since when a time is gone."""

    watched: datetime | None = None
    heard: dict[str, float]
    gone: dict[ProfessionalId, float]

    @override
    async def _refreshed(self, id_: ProfessionalId) -> None:
        await super()._refreshed(id_)
        calendar = self.current.index.calendar(id_)
        rows = calendar.busy if calendar is not None else ()
        spans = (row.when for row in rows if isinstance(row.when, Span))
        if any(each.start == self.watched for each in spans):
            self.gone.setdefault(id_, time.perf_counter())

    def watch(self, start: datetime) -> None:
        self.watched, self.heard, self.gone = start, {}, {}

    def notes(self) -> Any:
        @web.middleware
        async def noting(request: web.Request, handler: Any) -> web.StreamResponse:
            came = time.perf_counter()
            if request.path == "/hooks/graph" and request.can_read_body:
                for each in json.loads(await request.read())["value"]:
                    self.heard.setdefault(each["subscriptionId"], came)
            answer: web.StreamResponse = await handler(request)
            return answer

        return noting

    async def figures(self, _request: web.Request) -> web.Response:
        found = await self.database.read(_state, self.clock.now().timestamp())
        known = await self.database.read(jobs.figures)
        return web.json_response(
            {**found, **known, "cpu": time.process_time(), "peak": peak()}
        )

    async def waits(self, _request: web.Request) -> web.Response:
        """Give how long it took from each notice until its time was gone."""
        whose = await self.database.read(_whose)
        took = [
            self.gone[id_] - came
            for name, came in self.heard.items()
            if (id_ := whose.get(name)) in self.gone
        ]
        return web.json_response(took)

    async def told(self, request: web.Request) -> web.Response:
        self.watch(datetime.fromisoformat(request.query["start"]))
        return web.json_response({})


def peak() -> int:
    """Give the most memory this process has held at a time, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (said,) = [each for each in lines if each.startswith("VmHWM:")]
    return int(said.split()[1]) * 1024


def _state(tx: Tx, now: float) -> dict[str, int]:
    c, j = tables.calendars, tables.jobs
    row = tx.execute(
        sa.select(
            sa.func.count(c.c.synced_at).label("synced"),
            sa.func.count(c.c.subscription_id).label("subscribed"),
        )
    ).one()
    due = sa.select(sa.func.count()).where(j.c.done_at.is_(None), j.c.due_at <= now)
    return {**row._mapping, "due": tx.execute(due).scalar_one()}  # noqa: SLF001


def _whose(tx: Tx) -> dict[str, ProfessionalId]:
    c = tables.calendars
    rows = tx.execute(sa.select(c.c.subscription_id, c.c.professional_id))
    return {row.subscription_id: row.professional_id for row in rows}


def by_day() -> None:
    """Leave out the night's comparisons and the hour's questions, whenever this is run."""
    nights.owe_nightly = lambda _tx, _policy, _now: None
    nights.owe_asking = lambda _tx, _hour, _now: 0


async def serve(house: Path, people: Path) -> None:
    by_day()
    settings = read(os.environ)
    app = Watched(settings)
    app.watch(app.clock.now())
    await app.connect()
    made = organisation.read(house, people)
    await app.database.write(organisation.put, made, app.clock.now())
    await app.close()
    await app.open()
    before = time.process_time()
    pages = app.pages()
    pages.middlewares.append(app.notes())
    pages.router.add_get("/_bench/figures", app.figures)
    pages.router.add_get("/_bench/waits", app.waits)
    pages.router.add_get("/_bench/watch", app.told)
    runner = web.AppRunner(pages, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.port).start()
    print(json.dumps({"cpu": before}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()
    await app.close()


if __name__ == "__main__":
    logs.begin("ERROR")
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
