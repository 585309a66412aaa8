"""$batch: parts, their order, their limits."""

import asyncio

import pytest

from tests.dev_tenant.graph_world import DESK, at


def parts(count, **other):
    return {
        "requests": [
            {"id": str(n), "method": "GET", "url": f"/users/{DESK}/calendars", **other}
            for n in range(count)
        ]
    }


def new_event(id_, subject="x", **other):
    return {
        "id": id_,
        "method": "POST",
        "url": f"/users/{DESK}/events",
        "headers": {"Content-Type": "application/json"},
        "body": {"subject": subject, **at("2026-11-25T10:00", "11:00")},
        **other,
    }


def by_id(seen):
    return {r["id"]: r for r in seen.body["responses"]}


async def test_parts_are_answered_each_with_its_status(graph):
    body = parts(2)
    body["requests"].append(new_event("new"))
    body["requests"].append(
        {"id": "gone", "method": "GET", "url": f"/users/{DESK}/events/x"}
    )
    seen = await graph.post("/$batch", body)
    found = by_id(seen)

    assert seen.status == 200
    assert {k: r["status"] for k, r in found.items()} == {
        "0": 200,
        "1": 200,
        "new": 201,
        "gone": 400,
    }
    assert found["new"]["body"]["subject"] == "x"
    assert found["gone"]["body"]["error"]["code"] == "ErrorInvalidIdMalformed"


async def test_answers_come_in_another_order_than_asked(graph):
    seen = await graph.post("/$batch", parts(3))

    assert [r["id"] for r in seen.body["responses"]] != ["0", "1", "2"]


async def test_a_part_waits_for_those_it_depends_on(graph):
    body = {
        "requests": [
            new_event("1", "first"),
            new_event("2", "second", dependsOn=["1"]),
            new_event("3", "third", dependsOn=["2"]),
        ]
    }
    await graph.post("/$batch", body)

    made = sorted(graph.box().events.values(), key=lambda e: e.number)
    assert [e.props["subject"] for e in made] == ["first", "second", "third"]


async def test_dependents_of_a_failed_part_are_answered_424(graph):
    bad = new_event("1")
    bad["body"]["colour"] = "red"
    body = {"requests": [bad, new_event("2", dependsOn=["1"])]}
    found = by_id(await graph.post("/$batch", body))

    assert found["1"]["status"] == 400
    assert found["2"]["status"] == 424
    assert not graph.box().events


async def test_headers_of_a_part_are_its_own(graph):
    made = await graph.make()
    body = {
        "requests": [
            {
                "id": "1",
                "method": "GET",
                "url": f"/users/{DESK}/events/{made['id']}?$select=start",
                "headers": {"Prefer": 'outlook.timezone="Europe/Helsinki"'},
            },
            {"id": "2", "method": "GET", "url": f"/users/{DESK}/events/{made['id']}"},
        ]
    }
    found = by_id(await graph.post("/$batch", body))

    assert found["1"]["body"]["start"]["dateTime"] == "2026-11-25T10:00:00.0000000"
    assert found["2"]["body"]["start"]["timeZone"] == "UTC"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": []},
        parts(21),
        {"requests": [*parts(1)["requests"], *parts(1)["requests"]]},
        {"requests": [{"id": "a", "method": "GET", "url": "https://x.example/me"}]},
        {"requests": [{"id": "a", "method": "POST", "url": "/$batch"}]},
        {"requests": [{"id": "a", "method": "LIST", "url": "/users"}]},
        {"requests": [{"id": "a", "method": "GET", "url": "/u", "dependsOn": ["z"]}]},
        {"requests": [{"id": "a", "method": "POST", "url": "/u", "body": {}}]},
    ],
)
async def test_a_wrong_batch_is_refused_as_a_whole(graph, body):
    assert (await graph.post("/$batch", body)).status == 400


async def test_ids_of_parts_have_no_case(graph):
    body = {"requests": [{**parts(1)["requests"][0], "id": i} for i in ("a", "A")]}

    assert (await graph.post("/$batch", body)).status == 400


async def test_parts_run_four_at_a_time(graph):
    graph.tenant.faults.add(
        {"path": "calendars", "count": 0, "delay": 0.05, "only_delay": True}
    )
    loop = asyncio.get_running_loop()
    begun = loop.time()
    seen = await graph.post("/$batch", parts(8))
    took = loop.time() - begun

    assert {r["status"] for r in seen.body["responses"]} == {200}
    assert took >= 0.1


async def test_a_part_can_be_throttled_alone(graph):
    graph.tenant.faults.add({"path": "calendars", "status": 429, "retry_after": "1.5"})
    found = by_id(await graph.post("/$batch", parts(3)))
    throttled = [r for r in found.values() if r["status"] == 429]

    assert [r["headers"]["Retry-After"] for r in throttled] == ["1.5"]
    assert throttled[0]["body"]["error"]["code"] == "TooManyRequests"
    assert len([r for r in found.values() if r["status"] == 200]) == 2
