"""A turn that takes longer than Teams waits goes on behind its answer."""

import asyncio
from typing import Any

import pytest

from tests.bot.door import World


async def test_a_slow_message_is_acknowledged_and_its_turn_goes_on(
    world: World,
) -> None:
    world.connector._turn_seconds = 0.05
    go = asyncio.Event()

    async def turn(activity: dict[str, Any]) -> None:
        await go.wait()
        world.heard.append(activity)

    world.turn = turn
    answer = await world.bot.post(world.channel.activity(), world.channel.token())
    assert answer.status == 200
    assert world.heard == []

    go.set()
    await world.connector.close()
    assert len(world.heard) == 1


async def test_a_slow_press_is_answered_in_time_and_its_turn_goes_on(
    world: World,
) -> None:
    world.connector._turn_seconds = 0.05
    go = asyncio.Event()

    async def turn(activity: dict[str, Any]) -> dict[str, Any]:
        await go.wait()
        world.heard.append(activity)
        return {"status": 200, "body": {}}

    world.turn = turn
    world.late = lambda _: {"status": 200, "body": {"value": "wait"}}
    answer = await world.bot.post(world.channel.invoke(), world.channel.token())
    assert (answer.status, await answer.json()) == (200, {"value": "wait"})

    go.set()
    await world.connector.close()
    assert len(world.heard) == 1


async def test_the_end_does_not_wait_long_for_an_answer(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.connector._turn_seconds = world.connector._close_seconds = 0.05

    async def turn(activity: dict[str, Any]) -> None:
        world.heard.append(activity)
        await asyncio.Event().wait()

    world.turn = turn
    answer = await world.bot.post(world.channel.activity(), world.channel.token())
    assert (answer.status, len(world.heard)) == (200, 1)

    await asyncio.wait_for(world.connector.close(), 5)

    assert "not given before the end" in caplog.text


async def test_two_turns_do_not_wait_for_each_other(world: World) -> None:
    both = asyncio.Barrier(2)

    async def turn(_: dict[str, Any]) -> dict[str, Any]:
        await both.wait()  # Passes only when the other turn is here too.
        return {"status": 200, "body": {}}

    world.turn = turn
    async with asyncio.timeout(5):
        answers = await asyncio.gather(
            *[
                world.bot.post(world.channel.invoke(), world.channel.token())
                for _ in range(2)
            ]
        )

    assert [one.status for one in answers] == [200, 200]
