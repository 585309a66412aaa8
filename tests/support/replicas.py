"""Several real application processes behind one address, of which one keeps dying.

The one address stands for the balancer in front of replicas: it chooses by chance among
those that take connections, passes everything on, and when the chosen one dies meanwhile
whoever asked hears that nobody answered. He asks again, as a person does.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from aiohttp import web

from teams_app.demo import Places, environment
from tests.support.alive import Alive
from tests.support.nursery import Nursery
from tests.support.relay import passed_on

_BODY_MAX = 8 * 1024 * 1024
#: Real seconds between one death and the next.
_LIVES = (0.2, 2.5)


@dataclass
class Replicas:
    """The processes, and the chance by which one of them is chosen or killed."""

    alive: list[Alive]
    chance: random.Random
    kills: int = 0
    _gone: set[int] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have all of them run, as an operator who starts them at once does."""
        try:
            await asyncio.gather(*(each.start() for each in self.alive))
            yield
        finally:
            await asyncio.gather(*(each.stop() for each in self.alive))

    async def keep_killing(self) -> None:
        """Kill one at a random moment and start it again, for ever.

        Cancelled, it leaves all of them running.
        """
        while True:
            await asyncio.sleep(self.chance.uniform(*_LIVES))
            await asyncio.shield(asyncio.create_task(self._kill_one()))

    async def _kill_one(self) -> None:
        struck = self.chance.randrange(len(self.alive))
        self._gone.add(struck)
        self.alive[struck].kill()
        self.kills += 1
        await self.alive[struck].died()
        await self.alive[struck].start()
        self._gone.discard(struck)

    async def whole(self) -> None:
        """Wait until none is missing."""
        async with asyncio.timeout(60):
            while self._gone:  # noqa: ASYNC110  it waits for another process
                await asyncio.sleep(0.1)

    async def handle(self, request: web.Request) -> web.Response:
        """Pass a request on to one of them."""
        # Whoever dies just then is still thought alive: the balancer notices later.
        there = [
            each for number, each in enumerate(self.alive) if number not in self._gone
        ]
        chosen = self.chance.choice(there)
        try:
            return await passed_on(request, chosen.base)
        except (aiohttp.ClientError, OSError):
            raise web.HTTPBadGateway from None

    def logs(self) -> str:
        return "\n".join(each.log() for each in self.alive)


@asynccontextmanager
async def balanced(port: int, replicas: Replicas) -> AsyncIterator[None]:
    """Answer at one port for all of them."""
    door = web.Application(client_max_size=_BODY_MAX)
    door.router.add_route("*", "/{path:.*}", replicas.handle)
    runner = web.AppRunner(door, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def made(
    nursery: Nursery,
    ports: list[int],
    tenant: dict[str, Any],
    places: Places,
    chance: random.Random,
) -> Replicas:
    """Give replicas of one service whose public address is that of `places`."""
    public = f"http://127.0.0.1:{places.app}"
    shared = await environment(places, tenant, public)
    found = []
    for number, port in enumerate(ports):
        own = replace(places, data=places.data / f"replica{number}", app=port)
        own.data.mkdir()
        environ = shared | {
            "VUORO_PORT": str(port),
            "VUORO_DATA_DIR": str(own.data / "app"),
        }
        found.append(Alive(nursery, own, environ))
    return Replicas(found, chance)
