"""Faults that are switched on for all: of the app, of tokens, of subscriptions, of writes."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from dev_tenant.graph.subscriptions import ODD
from tests.dev_tenant.graph_world import AINO, DESK, ELIAS, at, pause

WINDOW = {
    "startDateTime": "2026-11-23T00:00:00Z",
    "endDateTime": "2026-12-23T00:00:00Z",
}
SUBSCRIBING = "created,updated,deleted"


async def switched(graph, **switches):
    assert (await graph.control("switches", switches)).status == 200


async def struck(graph):
    return (await graph.control("faults", method="GET")).body["struck"]


async def subscribed(graph, hook):
    expires = graph.tenant.clock.real() + timedelta(hours=24)
    return await graph.post(
        "/subscriptions",
        {
            "resource": f"/users/{graph.user()}/events",
            "changeType": SUBSCRIBING,
            "notificationUrl": hook.url,
            "clientState": "secret",
            "expirationDateTime": expires.isoformat(),
        },
    )


async def test_an_app_has_so_many_requests_over_all_mailboxes(graph):
    await switched(graph, requests_per_app=2)

    seen = [await graph.get(f"/users/{one}/calendars") for one in (AINO, ELIAS, DESK)]

    assert [each.status for each in seen] == [200, 200, 429]
    assert seen[2].code == "TooManyRequests"
    assert 9 <= int(seen[2].headers["Retry-After"]) <= 10
    assert (await struck(graph))["requests_per_app"] == 1


async def test_parts_of_a_batch_count_for_the_app_too(graph):
    await switched(graph, requests_per_app=1)
    paths = [f"/users/{one}/calendars" for one in (AINO, ELIAS)]
    parts = [{"id": p, "method": "GET", "url": p} for p in paths]

    seen = await graph.post("/$batch", {"requests": parts})

    assert sorted(p["status"] for p in seen.body["responses"]) == [200, 429]


@pytest.mark.parametrize(("value", "told"), [("link", True), ("bare", False)])
async def test_a_token_is_gone_with_a_fresh_link_or_without(graph, value, told):
    path = f"/users/{DESK}/calendarView/delta"
    first = await graph.get(path, WINDOW)
    while "@odata.nextLink" in first.body:
        first = await graph.get(first.body["@odata.nextLink"])
    await switched(graph, delta_gone=value)

    gone = await graph.get(first.body["@odata.deltaLink"])
    anew = await graph.get(path, WINDOW)

    assert (gone.status, gone.code) == (410, "SyncStateNotFound")
    assert ("Location" in gone.headers) is told
    assert anew.status == 200
    assert (await struck(graph))["delta_gone"] == 1


async def test_a_round_can_be_read_to_its_end_while_tokens_are_gone(graph):
    await switched(graph, delta_gone="bare")
    for hour in range(3):
        await graph.make(**at(f"2026-11-25T1{hour}:00", f"1{hour}:30"))
    path = f"/users/{DESK}/calendarView/delta"

    seen = await graph.get(path, WINDOW, prefer="odata.maxpagesize=1")
    while "@odata.nextLink" in seen.body:
        seen = await graph.get(seen.body["@odata.nextLink"])

    assert "@odata.deltaLink" in seen.body


@pytest.mark.parametrize("status", [400, 409])
async def test_a_repeated_transaction_is_refused_while_its_event_stands(graph, status):
    await switched(graph, duplicate_transactions=status)
    body = {"subject": "x", **at("2026-11-25T10:00", "11:00"), "transactionId": "k"}

    first = await graph.post(f"/users/{DESK}/events", body)
    second = await graph.post(f"/users/{DESK}/events", body)
    await graph.delete(first.body["id"])
    third = await graph.post(f"/users/{DESK}/events", body)

    assert [s.status for s in (first, second, third)] == [201, status, 201]
    assert second.code == "ErrorDuplicateTransactionId"
    assert len(graph.box().events) == 1


@pytest.mark.parametrize("status", [409, 412])
async def test_every_second_write_meets_a_conflict_when_told_to(graph, status):
    rule = {"name": "conflict", "method": "PATCH", "path": "/events/"}
    await graph.control("faults", rule | {"status": status, "count": 0, "every": 2})
    made = await graph.make()

    seen = [await graph.change(made["id"], subject=f"{n}") for n in range(4)]

    assert [s.status for s in seen] == [status, 200, status, 200]
    assert seen[0].code == "ErrorIrresolvableConflict"
    assert (await graph.event(made["id"])).body["subject"] == "3"
    assert await struck(graph) == {"conflict": 2}


async def test_a_fault_is_taken_back_by_its_name(graph):
    for name in ("one", "other"):
        await graph.control("faults", {"name": name, "status": 503})

    left = await graph.control("faults?name=one", method="DELETE")

    assert [rule["name"] for rule in left.body["rules"]] == ["other"]


async def test_an_address_may_be_checked_twice(graph):
    hook = await graph.hook()
    await switched(graph, validation_twice=True)

    assert (await subscribed(graph, hook)).status == 201

    asked = {e.url for e in graph.tenant.journal.entries if "validationToken" in e.url}
    assert len(asked) == 2
    assert (await struck(graph))["validation_twice"] == 1


async def test_an_address_may_be_checked_late(graph):
    hook = await graph.hook()
    await switched(graph, validation_slow=0.3)
    loop = asyncio.get_running_loop()
    begun = loop.time()

    assert (await subscribed(graph, hook)).status == 201
    assert loop.time() - begun >= 0.3


async def test_the_token_of_the_check_may_hold_odd_characters(graph):
    hook = await graph.hook()
    await switched(graph, validation_odd=True)

    assert (await subscribed(graph, hook)).status == 201

    (asked,) = [e for e in graph.tenant.journal.entries if e.outgoing]
    (said,) = parse_qs(urlsplit(asked.url).query)["validationToken"]
    assert said.endswith(ODD)
    assert asked.response_body == said


async def test_a_forged_notice_comes_beside_the_true_one(graph):
    hook = await graph.hook()
    one = (await subscribed(graph, hook)).body
    await switched(graph, forge_notifications=True)
    await graph.make()
    await pause(0.6)

    assert [n["subscriptionId"] for n in hook.told] == [one["id"]] * 2
    states = [n["clientState"] for n in hook.told]
    assert states[0] == "secret"
    assert states[1] != "secret"


async def test_a_notice_of_a_strange_subscription_comes_and_is_not_lost(graph):
    hook = await graph.hook()
    one = (await subscribed(graph, hook)).body
    await switched(graph, foreign_notifications=True, lose_notifications=True)
    await graph.make()
    await pause(0.6)

    (stranger,) = hook.told
    assert stranger["subscriptionId"] != one["id"]
    told = await struck(graph)
    assert (told["foreign_notifications"], told["lose_notifications"]) == (1, 1)


async def test_twins_of_subscriptions_double_what_is_told(graph):
    hook = await graph.hook()
    await subscribed(graph, hook)

    assert graph.tenant.blows["twins"]() == 1
    await graph.make()
    await pause(0.6)

    assert len({n["subscriptionId"] for n in hook.told}) == 2
    assert len((await graph.get("/subscriptions")).items) == 2


async def token(graph):
    form = {
        "grant_type": "client_credentials",
        "client_id": graph.tenant.app.client_id,
        "client_secret": graph.tenant.app.secret,
        "scope": "https://graph.microsoft.com/.default",
    }
    url = f"{graph.running.base_url}/{graph.tenant.id}/oauth2/v2.0/token"
    async with graph.session.post(url, data=form) as answer:
        return answer.status, await answer.json()


async def test_a_secret_that_has_ended_is_refused_in_entras_words(graph):
    await switched(graph, secret_expired=True)

    status, body = await token(graph)

    assert (status, body["error"], body["error_codes"]) == (
        401,
        "invalid_client",
        [7000222],
    )
    assert body["error_description"].startswith("AADSTS7000222: The provided client")
    assert graph.tenant.app.client_id in body["error_description"]


async def test_a_disabled_application_is_let_in_nowhere(graph):
    await switched(graph, app_disabled=True)

    status, body = await token(graph)

    assert (status, body["error_codes"]) == (401, [7000112])


async def test_the_token_endpoint_can_be_down_for_as_long_as_told(graph):
    rule = {"name": "down", "area": "entra", "path": "/token$", "count": 0}
    await graph.control("faults", rule | {"status": 503})

    seen = [(await token(graph))[0] for _ in range(3)]
    await graph.control("faults?name=down", method="DELETE")

    assert seen == [503] * 3
    assert (await token(graph))[0] == 200


@pytest.mark.parametrize("skew", [240, -240])
async def test_tokens_may_be_dated_by_a_clock_that_is_off(graph, skew):
    await switched(graph, token_skew=skew)

    _, body = await token(graph)

    said = jwt.decode(body["access_token"], options={"verify_signature": False})
    now = graph.tenant.clock.real().timestamp()
    assert abs(said["iat"] - now - skew) < 5
    assert (said["nbf"], said["exp"]) == (said["iat"], said["iat"] + 3600)
