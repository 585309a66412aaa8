"""Fixtures of the bot's tests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest_asyncio

from tests.bot.channel import (
    Channel,
    SigningKey,
    opened,
)
from tests.bot.door import World, served

Turn = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

KEY = SigningKey("first")
OTHER = SigningKey("second")


@pytest_asyncio.fixture
async def channel() -> AsyncIterator[Channel]:
    async with opened(KEY) as channel:
        yield channel


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture
async def world(
    channel: Channel, session: aiohttp.ClientSession
) -> AsyncIterator[World]:
    world = World(channel, session)
    server = await served(world, session)
    yield world
    await world.connector.close()
    await server.close()
