"""The real application as a process of its own, that a test can kill."""

import asyncio
import contextlib
import os
import signal
import socket
from asyncio.subprocess import Process
from dataclasses import dataclass
from typing import Any

import aiohttp

from teams_app.demo import Places, environment, start_app


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Alive:
    """Starts, kills and asks the application."""

    places: Places
    environ: dict[str, str]
    process: Process | None = None

    @classmethod
    async def make(cls, places: Places, tenant: dict[str, Any]) -> "Alive":
        base = f"http://127.0.0.1:{places.app}"
        return cls(places, await environment(places, tenant, base))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.places.app}"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        self.process = await start_app(self.environ, self.places)
        async with asyncio.timeout(60):
            while await self.figures() is None:
                assert self.process.returncode is None, self.log()
                await asyncio.sleep(0.1)

    def kill(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)

    async def died(self) -> None:
        assert self.process is not None
        await asyncio.wait_for(self.process.wait(), 20)

    async def stop(self) -> None:
        if self.running:
            assert self.process is not None
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), 40)

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

    def log(self) -> str:
        return (self.places.data / "app.log").read_text()[-3000:]
