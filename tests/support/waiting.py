"""Real waiting, for what tells nobody when it is so."""

import asyncio
from collections.abc import Callable
from itertools import count

from graph_sync.microsoft import World


async def until(true: Callable[[], bool]) -> None:
    """Look again and again until it is true. A busy machine is slow."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def world() -> World:
    """Give what a real Graph client is given: real waiting, ids from a counter."""
    numbers = count(1)
    return World(
        sleep=asyncio.sleep,
        request_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012}",
    )
