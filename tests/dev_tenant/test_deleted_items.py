"""Deleted Items: where a deleted event lies, and what may still be had of it there."""

from dev_tenant.graph import ids
from tests.dev_tenant.graph_world import DESK


async def test_what_was_deleted_may_still_be_read_from_deleted_items(graph):
    await graph.control("switches", {"deleted_stay_readable": True})
    delta = await begun_round(graph)
    made = await graph.make()
    lasting = ids.immutable_id(graph.box(), "e1")
    await graph.delete(lasting)

    seen = await graph.event(lasting)
    assert (seen.status, seen.body["subject"]) == (200, made["subject"])
    assert (await graph.event(made["id"])).code == "ErrorItemNotFound"
    assert (await graph.change(lasting, subject="y")).status == 200
    assert (
        await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z")
    ).items == []
    assert (await graph.get(f"/users/{DESK}/events")).items == []
    assert ["@removed" in item for item in (await graph.get(delta)).items] == [True]

    assert (await graph.delete(lasting)).status == 204
    assert (await graph.event(lasting)).code == "ErrorItemNotFound"
    assert (await graph.delete(lasting)).status == 404


async def begun_round(graph):
    """Read delta to its end; the link of what comes after."""
    window = "startDateTime=2026-11-25T00:00:00Z&endDateTime=2026-11-26T00:00:00Z"
    seen = await graph.get(f"/users/{DESK}/calendarView/delta?{window}")
    while "@odata.nextLink" in seen.body:
        seen = await graph.get(seen.body["@odata.nextLink"])
    return seen.body["@odata.deltaLink"]


async def test_what_is_deleted_permanently_is_not_in_deleted_items(graph):
    graph.switches["deleted_stay_readable"] = True
    await graph.make()
    lasting = ids.immutable_id(graph.box(), "e1")

    await graph.post(f"/users/{DESK}/events/{lasting}/permanentDelete")

    assert (await graph.event(lasting)).status == 404
