"""The tenant, asked what Microsoft's documentation prints as requests."""

from datetime import timedelta

from tests.dev_tenant.graph_world import AINO, DESK, ELIAS, NOW, at
from tests.graph_sync.examples import example


def printed(name: str) -> dict:
    return example(name)["body"]


def headers_of(name: str) -> str | None:
    return example(name)["headers"].get("Prefer")


async def test_an_online_event_is_made_and_another_turned_online(graph):
    prefer = headers_of("event-create-online-req")

    made = await graph.post(
        f"/users/{DESK}/events", printed("event-create-online-req"), prefer=prefer
    )
    plain = await graph.make()
    change = printed("event-update-req")
    del change["responseStatus"]  # Printed with words in place of values.
    turned = await graph.change(plain["id"], **change)

    assert made.status == 201, made.body
    assert made.body["start"] == {
        "dateTime": "2017-04-15T12:00:00.0000000",
        "timeZone": "Pacific Standard Time",
    }
    for online in (made, turned):
        assert online.body["isOnlineMeeting"] is True
        assert online.body["onlineMeeting"]["joinUrl"]
    assert turned.body["categories"] == ["Red category"]
    assert turned.body["iCalUId"] == plain["iCalUId"]


async def test_a_subscription_is_made(graph):
    hook = await graph.hook()
    soon = (NOW + timedelta(days=1)).isoformat()
    for name in ("subscription-create-req", "subscription-lifecycle-create-req"):
        asked = printed(name)
        asked |= {"notificationUrl": hook.url, "expirationDateTime": soon}
        asked["resource"] = asked["resource"].replace("{id}", graph.user(AINO))
        if "lifecycleNotificationUrl" in asked:
            asked["lifecycleNotificationUrl"] = hook.url

        seen = await graph.post(
            "/subscriptions",
            asked,
            Authorization=f"Bearer delegated:{graph.user(AINO)}",
        )

        assert seen.status == 201, seen.body
        assert seen.body["clientState"] == asked["clientState"]


async def test_a_meeting_of_its_own_is_made_and_found(graph):
    path = f"/users/{graph.user(AINO)}/onlineMeetings/createOrGet"
    asked = printed("onlinemeeting-createorget-req")

    first, second = [await graph.post(path, asked) for _ in range(2)]

    assert (first.status, second.status) == (201, 200)
    assert first.body["joinWebUrl"] == second.body["joinWebUrl"]
    assert first.body["startDateTime"] == "2020-02-06T01:49:21.3524940Z"


async def test_a_new_time_is_proposed_and_a_meeting_cancelled(graph):
    made = await graph.make(
        mail=ELIAS,
        **at("2026-11-25T10:00", "11:00"),
        attendees=[{"emailAddress": {"address": AINO}, "type": "required"}],
    )
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    [copy] = [each for each in seen.items if each["iCalUId"] == made["iCalUId"]]

    answered = await graph.post(
        f"/users/{AINO}/events/{copy['id']}/tentativelyAccept",
        # Printed as text, which the published schema does not take.
        printed("proposal-tentative-req") | {"sendResponse": True},
    )
    cancelled = await graph.post(
        f"/users/{ELIAS}/events/{made['id']}/cancel", printed("event-cancel-req")
    )

    # Printed with capitals too; taken, and nothing to hold against the schema.
    graph.tenant.journal.clear()
    assert answered.status == 202, answered.body
    assert cancelled.status == 202, cancelled.body


async def test_an_activity_is_told(graph):
    user = graph.user(AINO)
    app = f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{graph.tenant.app.catalogue_id}"
    await graph.post(
        f"/users/{user}/teamwork/installedApps", {"teamsApp@odata.bind": app}
    )

    seen = await graph.post(
        f"/users/{user}/teamwork/sendActivityNotification",
        printed("activity-notification-text-req"),
    )

    assert seen.status == 204, seen.body
