"""The real application as a process of its own, that a test can kill."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from teams_app.demo import Places, environment
from tests.support.nursery import Nursery


@contextmanager
def kept_ports(count: int) -> Iterator[list[int]]:
    """Give ports for others to listen at; meanwhile the system gives them to nobody.

    They are bound and not listened at, so a server, which reuses addresses, still can.
    """
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", 0))
        yield [probe.getsockname()[1] for probe in probes]


@dataclass
class Alive:
    """Starts, kills and asks the application."""

    nursery: Nursery
    places: Places
    environ: dict[str, str]
    process: int | None = None

    @classmethod
    async def make(
        cls, nursery: Nursery, places: Places, tenant: dict[str, Any]
    ) -> "Alive":
        base = f"http://127.0.0.1:{places.app}"
        return cls(nursery, places, await environment(places, tenant, base))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.places.app}"

    @property
    def running(self) -> bool:
        return self.process is not None and self.nursery.ended(self.process) is None

    async def begin(self) -> None:
        """Start it, and do not wait until it answers."""
        self.process = self.nursery.bear(self.environ, self._log)

    async def start(self) -> None:
        await self.begin()
        async with asyncio.timeout(60):
            while await self.figures() is None:
                assert self.running, self.log()
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        if self.running:
            assert self.process is not None
            os.kill(self.process, signal.SIGKILL)

    async def died(self, seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while self.running:  # noqa: ASYNC110  it is another process
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self.running:
            assert self.process is not None
            os.kill(self.process, signal.SIGTERM)
            await self.died(40)

    async def figures(self) -> dict[str, int] | None:
        """Give the counts of jobs, or None while it does not answer."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self.base}/health") as answer,
            ):
                said: dict[str, int] = (await answer.json())["jobs"]
                return said
        except (aiohttp.ClientError, OSError):
            return None

    @property
    def _log(self) -> Path:
        return self.places.data / "app.log"

    def log(self) -> str:
        return self._log.read_text()[-3000:]
