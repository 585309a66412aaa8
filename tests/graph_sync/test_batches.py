"""Batches against a Graph that misbehaves on order, and the lanes they go by."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from graph_sync.graph import Drop, Forbidden, GraphError, Throttled, Unavailable, View
from tests.graph_sync.fake import EVENT, SLOT, Say, fake, graph, look, refusal

__all__ = ["fake", "graph"]


async def test_no_more_than_four_requests_are_under_way_in_a_mailbox(fake, graph):
    fake.otherwise = Say(body={"value": []}, seconds=0.02)

    await asyncio.gather(*(look(graph, box) for box in ["aino"] * 12 + ["leyla"] * 6))

    assert max(fake.busiest.values()) <= 4
    assert min(fake.busiest.values()) > 1


async def test_batches_too_keep_to_four_in_a_mailbox(fake, graph):
    fake.otherwise = Say(seconds=0.02)
    fake.part = lambda _: {"status": 204}
    drops = [Drop("aino", f"E{number}") for number in range(9)]

    alone = asyncio.gather(*(look(graph) for _ in range(3)))
    answers = await graph.drop(drops)
    await alone

    assert answers == [None] * 9
    assert fake.busiest["aino"] <= 4
    assert [len(each.parts) for each in fake.asked if "batch" in each.path] == [4, 4, 1]


async def test_a_closed_mailbox_holds_up_no_other_of_its_batch(fake, graph):
    fake.say(refusal(429, Retry_After="60"))
    await look(graph, "aino")
    fake.clock.seconds += 55  # five left, which a batch would wait
    began = fake.clock.seconds
    at: dict[str, float] = {}

    def part(one: dict[str, Any]) -> dict[str, Any]:
        at[one["url"].split("/")[2]] = fake.clock.seconds - began
        return {"status": 200, "body": {"value": []}}

    fake.part = part
    fake.otherwise = Say()

    answers = await graph.view([View(box, SLOT) for box in ("aino", "leyla", "bo")])

    assert answers == [(), (), ()]
    assert at == {"leyla": 0, "bo": 0, "aino": pytest.approx(5)}


async def test_who_waits_for_a_closed_mailbox_keeps_no_place_in_others(fake, graph):
    graph._transport.gate.pause("aino", 5)
    held: list[int] = []
    sleep = fake.clock.sleep

    async def watched(seconds: float) -> None:
        held.append(graph._transport.gate.lane("leyla").taken)
        await sleep(seconds)

    graph._transport._world = replace(graph._transport._world, sleep=watched)
    graph._transport.gate._sleep = watched

    await graph.view([View("aino", SLOT), View("leyla", SLOT)])

    assert held == [0]


async def test_a_mailbox_that_closes_while_its_batch_waits_closes_no_other(fake, graph):
    gate = graph._transport.gate
    await gate.lane("aino").enter(4)
    asked = asyncio.create_task(graph.view([View("aino", SLOT), View("leyla", SLOT)]))
    await asyncio.sleep(0.01)  # noqa: TID251 - until it waits
    gate.pause("aino", 60)
    gate.lane("aino").leave(4)

    aino, leyla = await asked

    assert isinstance(aino, Throttled)
    assert leyla == ()
    assert [len(each.parts) for each in fake.asked] == [1]
    assert gate.paused("leyla") == 0
    assert gate.paused("aino") == pytest.approx(60)


async def test_batches_are_full_where_mailboxes_allow(fake, graph):
    fake.otherwise = Say()
    fake.part = lambda part: {
        "status": 200,
        "body": {"value": [EVENT | {"id": part["url"].split("/")[2]}]},
    }
    boxes = [f"box{number}" for number in range(45)]

    answers = await graph.view([View(box, SLOT) for box in boxes])

    assert [len(each.parts) for each in fake.asked] == [20, 20, 5]
    for asked in fake.asked:
        assert len({part["id"].lower() for part in asked.parts}) == len(asked.parts)
    assert [events[0].id for events in answers] == boxes  # type: ignore[index]


async def test_a_throttled_part_waits_its_own_time_and_is_asked_again_alone(
    fake, graph
):
    refused: list[str] = []

    def part(one: dict[str, Any]) -> dict[str, Any]:
        if "leyla" in one["url"] and not refused:
            refused.append(one["url"])
            return {
                "status": 429,
                "headers": {"Retry-After": "3.5"},
                "body": {"error": {"code": "ApplicationThrottled"}},
            }
        return {"status": 200, "body": {"value": []}}

    fake.part = part
    fake.otherwise = Say()

    answers = await graph.view([View(box, SLOT) for box in ("aino", "leyla", "bo")])

    assert answers == [(), (), ()]
    assert [len(each.parts) for each in fake.asked] == [3, 1]
    assert sum(fake.clock.slept) == pytest.approx(3.5)


async def test_a_part_without_an_answer_is_unavailable(fake, graph):
    fake.otherwise = Say(body={"responses": []})

    answers = await graph.view([View("aino", SLOT), View("bo", SLOT)])

    assert [type(each) for each in answers] == [Unavailable, Unavailable]


async def test_a_batch_that_is_refused_as_a_whole_is_refused_in_every_part(fake, graph):
    fake.otherwise = refusal(403)

    answers = await graph.drop([Drop("aino", "E1"), Drop("bo", "E2")])

    assert [type(each) for each in answers] == [Forbidden, Forbidden]


async def test_errors_of_parts_do_not_hide_each_other(fake, graph):
    said = {"aino": 200, "bo": 404, "cy": 403}
    fake.part = lambda part: {
        "status": said[part["url"].split("/")[2]],
        "body": {"value": []},
    }
    fake.otherwise = Say()

    answers = await graph.view([View(box, SLOT) for box in said])

    assert answers[0] == ()
    assert isinstance(answers[1], Unavailable)
    assert isinstance(answers[2], Forbidden)
    assert all(isinstance(each, tuple | GraphError) for each in answers)
