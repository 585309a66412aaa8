"""The keys of whoever signs for the channel: rotated, unreadable, slow and away."""

import asyncio
from typing import Any

import aiohttp
import pytest

from teams_app.signing import Keys
from tests.bot.channel import Channel, SigningKey
from tests.bot.door import World

KEY = SigningKey("first")
OTHER = SigningKey("second")


async def test_keys_that_rotate_are_fetched_again(world: World) -> None:
    await world.bot.post(world.channel.activity(), world.channel.token())
    world.channel.keys = [OTHER]

    answer = await world.bot.post(world.channel.activity(), world.channel.token())

    assert answer.status == 200
    assert world.channel.key_fetches == 2


async def test_a_key_that_cannot_be_read_hides_no_other(world: World) -> None:
    class Odd(SigningKey):
        def public(self) -> dict[str, Any]:
            return {"kid": "odd", "kty": "EC", "crv": "P-0", "x": 7}

    world.channel.keys = [KEY, Odd("odd")]

    answer = await world.bot.post(world.channel.activity(), world.channel.token())

    assert answer.status == 200


async def test_known_keys_are_not_fetched_again(world: World) -> None:
    for _ in range(3):
        await world.bot.post(world.channel.activity(), world.channel.token())

    assert world.channel.key_fetches == 1


async def test_unknown_keys_cannot_make_the_bot_fetch_without_end(
    channel: Channel, session: aiohttp.ClientSession
) -> None:
    at = [1000.0]
    keys = Keys(
        session, f"{channel.origin}/openid", cool_seconds=30, clock=lambda: at[0]
    )

    found = await asyncio.gather(*[keys.get(f"unknown{n}") for n in range(20)])
    assert channel.key_fetches == 1
    assert found == [None] * 20

    at[0] += 31
    await keys.get("unknown")
    assert channel.key_fetches == 2


@pytest.mark.parametrize("trouble", ["slow", "down"])
async def test_without_keys_the_answer_is_503(world: World, trouble: str) -> None:
    if trouble == "slow":
        world.channel.key_delay = 1
        world.keys._patience = 0.1
    else:
        world.channel.key_status = 500

    answer = await world.bot.post(world.channel.activity(), world.channel.token())

    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert world.heard == []


async def test_a_key_server_that_is_down_does_not_stop_what_is_known(
    channel: Channel, session: aiohttp.ClientSession
) -> None:
    at = [0.0]
    url = f"{channel.origin}/openid"
    keys = Keys(session, url, cool_seconds=0, clock=lambda: at[0])
    assert await keys.get("first")
    channel.key_status = 500
    at[0] += 7 * 3600

    assert await keys.get("first")
