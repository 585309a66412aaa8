"""Workers of the kill test: they claim jobs and have the recorder carry them out.

One process has everything imported and makes a worker of a copy of itself for each line
of its input, answering with the worker's id. When its input closes it ends them all.
"""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

from teams_app.store import jobs
from teams_app.store.database import Database
from teams_app.store.jobs import Job

AT_ONCE = 8
LEASE_SECONDS = 2.0


class Worker:
    def __init__(self, database: Database, port: int) -> None:
        self.database = database
        self.port = port
        self.running: set[asyncio.Task[None]] = set()
        self.held: dict[int, Job] = {}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._renew())
            while True:
                room = AT_ONCE - len(self.running)
                asked = time.monotonic()
                claimed = await self._claim(room) if room else []
                for job in claimed:
                    task = group.create_task(self._keep(job, asked))
                    self.running.add(task)
                    task.add_done_callback(self.running.discard)
                await asyncio.sleep(0.01 if claimed else 0.05)

    async def _claim(self, room: int) -> list[Job]:
        claimed = await self.database.write(
            jobs.claim, datetime.now(UTC), limit=room, lease_seconds=LEASE_SECONDS
        )
        self.held.update((job.id, job) for job in claimed)
        return claimed

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 4)
            held = list(self.held.values())
            await self.database.write(jobs.renew, held, LEASE_SECONDS)

    async def _keep(self, job: Job, asked: float) -> None:
        # On a machine that stood still the lease may be somebody else's by now.
        if time.monotonic() - asked < LEASE_SECONDS / 2:
            await self._do(job)
            await self.database.write(jobs.finish, job, "done")
        del self.held[job.id]

    async def _do(self, job: Job) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        asked = {
            "what": "do",
            "key": job.key,
            "lane": job.lane,
            "n": job.payload["n"],
            "worker": os.getpid(),
        }
        writer.write(json.dumps(asked).encode() + b"\n")
        assert await reader.readline()
        writer.close()


def nursery(url: str, port: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    born: list[int] = []
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(Worker(Database.open(url), port).run())
            finally:
                os._exit(1)
        born.append(pid)
        print(pid, flush=True)  # noqa: T201
    for pid in born:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    nursery(sys.argv[1], int(sys.argv[2]))
