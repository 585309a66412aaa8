"""What a real Graph client is given in tests: real waiting, ids from a counter."""

import asyncio
from itertools import count

from graph_sync.microsoft import World


def world() -> World:
    numbers = count(1)
    return World(
        sleep=asyncio.sleep,
        request_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012}",
    )
