"""Subscriptions: the handshake, limits, notices, lifecycle."""

import asyncio
from datetime import timedelta

import pytest

from dev_tenant.graph import store
from dev_tenant.graph.notify import PAUSES
from tests.dev_tenant.graph_world import AINO, DESK, NOW, at, pause, weekly


def ask(graph, hook, mail=DESK, **body):
    expires = graph.tenant.clock.real() + timedelta(hours=24)
    return {
        "resource": f"/users/{graph.user(mail)}/events",
        "changeType": "created,updated,deleted",
        "notificationUrl": hook.url,
        "lifecycleNotificationUrl": hook.url,
        "clientState": "secret",
        "expirationDateTime": expires.isoformat(),
        **body,
    }


async def subscribed(graph, hook, **body):
    seen = await graph.post("/subscriptions", ask(graph, hook, **body))
    assert seen.status == 201, seen.body
    return seen.body


async def told(hook, count, seconds=5.0):
    """Wait until `count` notices came."""
    for _ in range(int(seconds / 0.02)):
        if len(hook.told) >= count:
            break
        await pause(0.02)
    return hook.told


async def test_an_address_must_give_the_token_back(graph):
    good, bad = await graph.hook(), await graph.hook(validates=False)

    refused = await graph.post("/subscriptions", ask(graph, bad))
    made = await graph.post("/subscriptions", ask(graph, good))

    assert (refused.status, refused.code) == (400, "ValidationError")
    assert made.status == 201
    assert made.body["clientState"] == "secret"


async def test_both_addresses_are_checked(graph):
    good, bad = await graph.hook(), await graph.hook(validates=False)

    refused = await graph.post(
        "/subscriptions", ask(graph, good, lifecycleNotificationUrl=bad.url)
    )

    assert refused.status == 400
    asked = [e for e in graph.tenant.journal.entries if e.outgoing]
    assert len(asked) == 2
    assert all("validationToken=" in e.url for e in asked)
    assert not graph.tenant.subscriptions


async def test_an_address_nobody_listens_at_is_refused(graph):
    hook = await graph.hook()
    url = "http://127.0.0.1:9/nobody"

    assert (
        await graph.post("/subscriptions", ask(graph, hook, notificationUrl=url))
    ).status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"changeType": "moved"},
        {"resource": "/me/dreams"},
        {"clientState": "x" * 129},
        {"expirationDateTime": None},
        {"expirationDateTime": "2020-01-01T00:00:00Z"},
        {"notificationUrl": "http://vuoro.example/hook"},
        {"includeResourceData": True},
    ],
)
async def test_a_wrong_subscription_is_refused(graph, body):
    hook = await graph.hook()

    assert (await graph.post("/subscriptions", ask(graph, hook, **body))).status == 400


async def test_events_are_watched_for_4230_minutes_at_most(graph):
    hook = await graph.hook()
    clock = graph.tenant.clock
    base = max(clock.real(), clock.now())
    for minutes, status in ((4229, 201), (4235, 400)):
        expires = (base + timedelta(minutes=minutes)).isoformat()
        seen = await graph.post(
            "/subscriptions", ask(graph, hook, expirationDateTime=expires)
        )

        assert seen.status == status


async def test_a_change_is_told_with_state_tenant_and_id(graph):
    hook = await graph.hook()
    one = await subscribed(graph, hook)
    made = await graph.make()
    notice = (await told(hook, 1))[0]

    assert notice["changeType"] == "created"
    assert notice["clientState"] == "secret"
    assert notice["subscriptionId"] == one["id"]
    assert notice["tenantId"] == graph.tenant.id
    assert notice["resourceData"]["id"] == made["id"]
    assert notice["resourceData"]["@odata.etag"] == made["@odata.etag"]
    assert notice["resource"] == f"Users/{graph.user()}/Events/{made['id']}"


async def test_each_kind_of_change_is_told_in_few_posts(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)
    made = await graph.make()
    await graph.change(made["id"], subject="y")
    await graph.delete(made["id"])

    kinds = [n["changeType"] for n in await told(hook, 3)]

    assert kinds == ["created", "updated", "deleted"]
    assert hook.posts < 3


async def test_only_the_kinds_asked_for_of_the_mailbox_asked_for_are_told(graph):
    hook = await graph.hook()
    await subscribed(graph, hook, changeType="deleted")
    await graph.make(AINO)
    made = await graph.make()
    await graph.delete(made["id"])

    notices = await told(hook, 1)
    await pause(0.4)

    assert [n["changeType"] for n in notices] == ["deleted"]


async def test_a_changed_occurrence_is_told_by_its_own_id(graph):
    hook = await graph.hook()
    await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    one = (await graph.view("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")).items[0]
    await subscribed(graph, hook)
    await graph.change(one["id"], subject="y")

    assert (await told(hook, 1))[0]["resourceData"]["id"] == one["id"]


async def test_immutable_ids_are_told_when_the_subscription_was_made_so(graph):
    hook = await graph.hook()
    prefer = 'IdType="ImmutableId"'
    await graph.post("/subscriptions", ask(graph, hook), prefer=prefer)
    made = await graph.make()
    stable = (await graph.event(made["id"], prefer=prefer)).body["id"]

    assert (await told(hook, 1))[0]["resourceData"]["id"] == stable


async def test_a_refused_notice_is_sent_again(graph):
    hook = await graph.hook(failing=2)
    graph.switches["retry_scale"] = 0.02
    await subscribed(graph, hook)
    await graph.make()

    assert len(await told(hook, 1)) == 1
    assert hook.posts == 3


async def test_what_is_given_up_is_told_as_missed(graph):
    hook = await graph.hook(failing=1 + len(PAUSES))
    graph.switches["retry_scale"] = 0.0001
    made = await subscribed(graph, hook)
    await graph.make()

    [missed] = await told(hook, 1)

    assert missed["lifecycleEvent"] == "missed"
    assert missed["subscriptionId"] == made["id"]
    assert missed["resourceData"] is None


async def test_notices_are_doubled_or_lost_when_told_to(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)
    graph.switches["duplicate_notifications"] = True
    await graph.make()
    assert len(await told(hook, 2)) == 2

    graph.switches["lose_notifications"] = True
    await graph.make()
    await pause(0.4)
    assert len(hook.told) == 2


async def test_a_notice_waits_as_long_as_told(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)
    graph.switches["notification_delay"] = 0.6
    await graph.make()
    await pause(0.3)
    assert hook.told == []

    assert len(await told(hook, 1)) == 1


async def test_subscriptions_are_listed_renewed_and_ended(graph):
    hook = await graph.hook()
    one = await subscribed(graph, hook)
    later = (graph.tenant.clock.real() + timedelta(hours=48)).isoformat()

    path = f"/subscriptions/{one['id']}"
    renewed = await graph.ask("PATCH", path, {"expirationDateTime": later})
    again = await graph.post(f"{path}/reauthorize")
    listed = await graph.get("/subscriptions")
    ended = await graph.ask("DELETE", path)

    assert renewed.body["expirationDateTime"] > one["expirationDateTime"]
    assert again.status == 204
    assert [s["id"] for s in listed.items] == [one["id"]]
    assert ended.status == 204
    assert (await graph.get(path)).status == 404


async def test_a_lifecycle_address_cannot_be_added_later(graph):
    hook = await graph.hook()
    one = await subscribed(graph, hook)
    path = f"/subscriptions/{one['id']}"

    seen = await graph.ask("PATCH", path, {"lifecycleNotificationUrl": hook.url})

    assert seen.status == 400


@pytest.mark.parametrize(
    "event", ["reauthorizationRequired", "missed", "subscriptionRemoved"]
)
async def test_lifecycle_notices_come_when_asked_for(graph, event):
    hook = await graph.hook()
    one = await subscribed(graph, hook)
    await graph.control(f"subscriptions/{one['id']}/lifecycle", {"event": event})
    notice = (await told(hook, 1))[0]

    assert notice["lifecycleEvent"] == event
    assert notice["resourceData"] is None
    assert notice["clientState"] == "secret"
    left = (await graph.get("/subscriptions")).items
    assert len(left) == (0 if event == "subscriptionRemoved" else 1)


async def test_an_expired_subscription_is_silent_and_gone(graph):
    hook = await graph.hook()
    one = await subscribed(graph, hook)
    await graph.control(f"subscriptions/{one['id']}/lifecycle", {"event": "expire"})
    await graph.make()
    await pause(0.4)

    assert hook.told == []
    assert (await graph.get("/subscriptions")).items == []


async def test_moving_the_clock_ends_no_subscription(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)
    await graph.control("clock", {"advance_seconds": 30 * 86400})
    assert graph.tenant.clock.now() > NOW
    await graph.make()

    assert len(await told(hook, 1)) == 1


async def test_the_same_subscription_twice_tells_everything_twice(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)
    await subscribed(graph, hook)
    await graph.make()

    assert len({n["subscriptionId"] for n in await told(hook, 2)}) == 2


async def test_a_mailbox_has_room_for_so_many_subscriptions(graph):
    hook = await graph.hook()
    graph.switches["subscriptions_per_mailbox"] = 1
    await subscribed(graph, hook)

    assert (await graph.post("/subscriptions", ask(graph, hook))).status == 403


async def test_one_act_can_yield_several_notices_when_told_to(graph):
    hook = await graph.hook()
    graph.switches["noisy"] = True
    await subscribed(graph, hook)
    await graph.make()

    kinds = [n["changeType"] for n in await told(hook, 3)]
    assert kinds == ["created", "updated", "updated"]


async def test_a_change_made_from_another_thread_is_told(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)
    await graph.make()
    await told(hook, 1)
    box = graph.box()
    event = next(iter(box.events.values()))

    await asyncio.to_thread(store.delete, graph.tenant, box, event)

    assert (await told(hook, 2))[1]["changeType"] == "deleted"
