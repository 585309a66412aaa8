"""The two processes of the sync benchmark: how they are started, and how they are asked."""

import asyncio
import json
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.http_search import settings

#: Real seconds anything is waited for.
SECONDS_MAX = 1800


@dataclass(slots=True)
class Sides:
    """Both processes, and the way to ask them."""

    tenant: Process
    told: dict[str, Any]  #: What the tenant said of itself.
    session: aiohttp.ClientSession
    base: str
    cpu: float  #: What the application had used when it began.

    async def ask(self, path: str) -> Any:
        async with self.session.get(f"{self.base}/_bench/{path}") as answer:
            return await answer.json()

    async def order(self, line: str) -> Any:
        assert self.tenant.stdin is not None
        self.tenant.stdin.write(f"{line}\n".encode())
        return await said(self.tenant)

    async def counts(self) -> Counter[str]:
        return Counter(await self.order("counts"))

    async def rested(self, mailboxes: int) -> dict[str, Any]:
        """Wait until everything is read, watched and done."""
        async with asyncio.timeout(SECONDS_MAX):
            while True:
                now: dict[str, Any] = await self.ask("figures")
                whole = now["synced"] == now["subscribed"] == mailboxes
                if whole and not now["due"]:
                    return now
                await asyncio.sleep(0.5)

    async def gone(self, count: int) -> list[float]:
        """Wait until so many times are gone; give how long each took."""
        async with asyncio.timeout(SECONDS_MAX):
            while len(found := await self.ask("waits")) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        return sorted(found)


async def said(process: Process) -> Any:
    assert process.stdout is not None
    return json.loads(await asyncio.wait_for(process.stdout.readline(), SECONDS_MAX))


@asynccontextmanager
async def running(*words: object, **environ: str) -> AsyncIterator[Process]:
    """Run one of the processes; it ends when its input is closed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *map(str, words)),
        stdin=PIPE,
        stdout=PIPE,
        env=environ or None,
        limit=2**24,
    )
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        await process.wait()


def house(people: dict[str, str]) -> dict[str, Any]:
    """Give the sample's organisation with these people in it and one service."""
    sample = resources.files("teams_app.sample").joinpath("house.json").read_text()
    whole: dict[str, Any] = json.loads(sample)
    unit = {**whole["units"][0], "supervisors": [], "reception": []}
    one = whole["professionals"][0]
    return {
        "units": [unit],
        "professionals": [{**one, "mail": mail} for mail in people],
        "services": [{**whole["services"][1], "givers": list(people)}],
    }


def of_app(folder: Path, port: int, told: dict[str, Any]) -> dict[str, str]:
    own = {
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "TENANT_ID": told["tenant_id"],
        "CLIENT_ID": told["client_id"],
        "CLIENT_SECRET": told["client_secret"],
        "AUTHORITY": told["entra_url"],
        "CA_FILE": told["ca_path"],
        "GRAPH_URL": told["graph_url"],
        "NOTIFICATIONS": "1",
        "POLL_SECONDS": "86400",
    }
    return settings(str(folder)) | {f"VUORO_{name}": it for name, it in own.items()}


@asynccontextmanager
async def both(mailboxes: int, events: int) -> AsyncIterator[Sides]:
    with tempfile.TemporaryDirectory() as made, socket.socket() as probe:
        folder = Path(made)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        base, ca = f"http://127.0.0.1:{port}", folder / "ca.pem"
        async with running(
            "benchmarks.sync_tenant", mailboxes, events, base, ca
        ) as tenant:
            told = await said(tenant)
            people = told.pop("people")
            rows = [{"mail": m, "id": id_, "name": m} for m, id_ in people.items()]
            (folder / "house.json").write_text(json.dumps(house(people)))
            (folder / "people.json").write_text(json.dumps(rows))
            told["people"] = list(people.values())
            files = (folder / "house.json", folder / "people.json")
            environ = of_app(folder, port, told)
            async with (
                running("benchmarks.sync_app", *files, **environ) as app,
                aiohttp.ClientSession() as session,
            ):
                begun = (await said(app))["cpu"]
                yield Sides(tenant, told, session, base, begun)
