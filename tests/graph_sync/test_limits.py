"""Lanes and the gate, without a network: who goes when."""

import asyncio

import pytest

from graph_sync.graph import Throttled
from graph_sync.microsoft.limits import Gate, Lane, Limits
from tests.graph_sync.fake import Clock


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)  # noqa: TID251 - let everybody go as far as she can


class Crowd:
    """Callers of a lane, who say when they got in and leave when told."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.inside: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}

    async def comes(self, name: str, places: int = 1) -> None:
        self._ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._stay(name, places))
        await settle()

    async def _stay(self, name: str, places: int) -> None:
        await self.lane.enter(places)
        self.inside.append(name)
        try:
            await self._ends[name].wait()
        finally:
            self.inside.remove(name)
            self.lane.leave(places)

    async def leaves(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
        await settle()

    async def gives_up(self, name: str) -> None:
        self.tasks[name].cancel()
        await settle()

    async def goes_home(self) -> None:
        await self.leaves(*self._ends)
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        assert self.lane.taken == 0


async def test_a_lane_is_full_and_then_first_come_first_served():
    crowd = Crowd(Lane(2))
    for name in "abcd":
        await crowd.comes(name)
    assert crowd.inside == ["a", "b"]

    await crowd.leaves("b")
    assert crowd.inside == ["a", "c"]
    await crowd.leaves("a")
    assert crowd.inside == ["c", "d"]

    await crowd.goes_home()


async def test_who_needs_many_places_is_not_overtaken():
    crowd = Crowd(Lane(4))
    await crowd.comes("one")
    await crowd.comes("batch", places=4)
    await crowd.comes("late")
    assert crowd.inside == ["one"]

    await crowd.leaves("one")
    assert crowd.inside == ["batch"]
    await crowd.leaves("batch")
    assert crowd.inside == ["late"]

    await crowd.goes_home()


async def test_who_gives_up_lets_those_behind_her_in():
    crowd = Crowd(Lane(2))
    await crowd.comes("one")
    await crowd.comes("batch", places=2)
    await crowd.comes("late")

    await crowd.gives_up("batch")

    assert crowd.inside == ["one", "late"]
    await crowd.goes_home()


async def test_who_gives_up_in_her_own_turn_leaves_her_place_to_others():
    crowd = Crowd(Lane(1))
    await crowd.comes("a")
    await crowd.comes("b")
    await crowd.comes("c")

    crowd.lane.leave()  # b is called,
    crowd.tasks["b"].cancel()  # and gives up before she could go
    await settle()
    assert crowd.inside == ["a", "c"]

    crowd.lane._free -= 1  # what was given back for a above
    await crowd.goes_home()


async def test_who_gives_up_is_passed_over_by_who_leaves_at_the_same_moment():
    crowd = Crowd(Lane(1))
    await crowd.comes("a")
    await crowd.comes("b")
    await crowd.comes("c")

    crowd.tasks["b"].cancel()  # she has not woken to it yet
    crowd.lane.leave()  # when the place is given on
    await settle()

    assert crowd.tasks["b"].cancelled()
    assert crowd.inside == ["a", "c"]
    crowd.lane._free -= 1  # what was given back for a above
    await crowd.goes_home()


async def test_a_pause_holds_one_mailbox_for_its_time():
    clock = Clock()
    gate = Gate(Limits(), clock.sleep, clock.now)
    gate.pause("Aino", 3.5)
    gate.pause("aino", 1.0)  # a shorter one takes nothing back

    async with gate.through({"leyla": 1}, patience=0):
        assert clock.slept == []
    async with gate.through({"aino": 1}, patience=8):
        assert clock.slept == [3.5]
    assert gate.paused("aino") == 0


async def test_nobody_waits_longer_than_her_patience():
    clock = Clock()
    gate = Gate(Limits(), clock.sleep, clock.now)
    gate.pause("aino", 9)

    with pytest.raises(Throttled) as told:
        async with gate.through({"aino": 1}, patience=8):
            pytest.fail("she went in")

    assert told.value.retry_after == pytest.approx(9)
    assert gate.lane("aino").taken == 0


async def test_batches_that_want_the_same_mailboxes_do_not_wait_for_each_other():
    clock = Clock()
    gate = Gate(Limits(per_mailbox=1), clock.sleep, clock.now)

    async def batch(*mailboxes: str) -> None:
        async with gate.through(dict.fromkeys(mailboxes, 1), patience=1):
            await settle()

    async with asyncio.timeout(5):
        await asyncio.gather(
            *(batch("a", "b"), batch("b", "a"), batch("c", "b"), batch("a", "c")) * 5
        )


async def test_all_mailboxes_together_have_a_limit_too():
    clock = Clock()
    gate = Gate(Limits(in_all=3), clock.sleep, clock.now)
    inside, most = 0, 0

    async def one(number: int) -> None:
        nonlocal inside, most
        async with gate.through({f"box{number}": 1}, patience=1):
            inside += 1
            most = max(most, inside)
            await settle()
            inside -= 1

    await asyncio.gather(*(one(number) for number in range(12)))

    assert most == 3
