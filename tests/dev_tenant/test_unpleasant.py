"""Who may ask, how often, and what may go wrong on order."""

import asyncio

import aiohttp
import pytest

from dev_tenant.graph.http import read_prefer
from dev_tenant.graph.table import routes
from tests.contracts import published_permissions
from tests.dev_tenant.graph_world import AINO, DESK, ELIAS, all_day, at, world


async def test_four_requests_at_a_time_for_a_mailbox():
    async with world(tls_port=None, latency=0.1) as graph:
        seen = await asyncio.gather(
            *(graph.get(f"/users/{DESK}/calendars") for _ in range(6)),
            *(graph.get(f"/users/{AINO}/calendars") for _ in range(4)),
        )

    refused = [s for s in seen if s.status == 429]
    assert len(refused) == 2
    assert refused[0].code == "TooManyRequests"
    assert "MailboxConcurrency" in refused[0].body["error"]["message"]
    assert refused[0].headers["Retry-After"] == "1"


async def test_ten_thousand_requests_in_ten_minutes(graph):
    graph.switches["requests_per_window"] = 3
    seen = [await graph.get(f"/users/{DESK}/calendars") for _ in range(4)]

    assert [s.status for s in seen] == [200, 200, 200, 429]
    assert 590 <= int(seen[3].headers["Retry-After"]) <= 600
    assert (await graph.get(f"/users/{AINO}/calendars")).status == 200


@pytest.mark.parametrize(
    ("style", "expected"), [("fraction", "."), ("missing", None), ("whole", "6")]
)
async def test_retry_after_has_three_manners(graph, style, expected):
    graph.switches["retry_after_style"] = style
    graph.switches["requests_per_window"] = 1
    await graph.get(f"/users/{DESK}/calendars")

    value = (await graph.get(f"/users/{DESK}/calendars")).headers.get("Retry-After")

    assert value is None if expected is None else expected in value


async def test_a_fault_bites_the_nth_matching_request(graph):
    seen = await graph.control(
        "faults",
        {
            "method": "GET",
            "path": "calendarView",
            "mailbox": AINO,
            "nth": 2,
            "count": 2,
            "status": 503,
            "retry_after": 3,
        },
    )
    assert seen.status == 200

    async def look(mail):
        found = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", mail)
        return found.status, found.headers.get("Retry-After")

    assert await look(ELIAS) == (200, None)
    assert [await look(AINO) for _ in range(4)] == [
        (200, None),
        (503, "3"),
        (503, "3"),
        (200, None),
    ]


async def test_a_write_can_take_effect_and_still_fail(graph):
    graph.tenant.faults.add({"method": "POST", "status": 504, "after_effect": True})
    body = {"subject": "x", **at("2026-11-25T10:00", "11:00"), "transactionId": "k"}

    first = await graph.post(f"/users/{DESK}/events", body)
    second = await graph.post(f"/users/{DESK}/events", body)

    assert (first.status, second.status) == (504, 201)
    assert len(graph.box().events) == 1


async def test_a_connection_can_drop_after_the_effect(graph):
    graph.tenant.faults.add({"method": "POST", "after_effect": True, "drop": True})
    body = {"subject": "x", **at("2026-11-25T10:00", "11:00")}

    with pytest.raises(aiohttp.ClientError):
        await graph.post(f"/users/{DESK}/events", body)

    assert len(graph.box().events) == 1


async def test_a_request_can_be_late(graph):
    graph.tenant.faults.add({"delay": 0.3, "only_delay": True})
    loop = asyncio.get_running_loop()
    begun = loop.time()

    assert (await graph.get("/users")).status == 200
    assert loop.time() - begun >= 0.3


async def test_an_unknown_fault_is_refused_and_faults_are_cleared(graph):
    assert (await graph.control("faults", {"when": "now"})).status == 400
    await graph.control("faults", {"status": 500, "switches": {"empty_pages": True}})
    cleared = await graph.control("faults", method="DELETE")

    assert cleared.body == {"rules": [], "switches": {}, "struck": {}}
    assert (await graph.get("/users")).status == 200


async def test_no_token_no_answer(graph):
    for header in ("", "Basic x", "Bearer "):
        seen = await graph.get("/users", Authorization=header)

        assert (seen.status, seen.code) == (401, "InvalidAuthenticationToken")
        assert "WWW-Authenticate" in seen.headers


class Holding:
    """Tokens that carry the named permissions."""

    def __init__(self, **claims):
        self.claims = claims

    def check(self, token):
        return self.claims if token != "expired" else None


async def test_a_refused_token_is_answered_401(graph):
    graph.tenant.tokens = Holding(roles=["*"])

    assert (await graph.get("/users", Authorization="Bearer expired")).status == 401


async def test_a_permission_not_held_is_answered_403(graph):
    graph.tenant.tokens = Holding(roles=["Calendars.ReadBasic"])
    window = {"startDateTime": "2026-11-25", "endDateTime": "2026-11-26"}

    view = await graph.get(f"/users/{DESK}/calendarView", window)
    delta = await graph.get(f"/users/{DESK}/calendarView/delta", window)
    users = await graph.get("/users")

    assert view.status == 200
    assert (delta.status, delta.code) == (403, "ErrorAccessDenied")
    assert (users.status, users.code) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("method", "path", "held"),
    [
        ("POST", "/users/{user}/teamwork/installedApps", "ReadForUser.All"),
        ("GET", "/users/{user}/manager", "User.ReadBasic.All"),
        ("GET", "/users", "User.Read"),
        ("POST", "/users/{user}/checkMemberGroups", "User.ReadBasic.All"),
        ("POST", "/users/{user}/events", "Calendars.Read"),
        ("POST", "/users/{user}/sendMail", "Mail.ReadWrite"),
        ("POST", "/subscriptions", "Calendars.ReadBasic"),
    ],
)
async def test_a_lesser_permission_is_not_enough(graph, method, path, held):
    lesser = f"TeamsAppInstallation.{held}" if held.startswith("ReadFor") else held
    graph.tenant.tokens = Holding(roles=[lesser])

    seen = await graph.ask(method, path.format(user=graph.user(AINO)), {})

    assert seen.status == 403


async def test_watching_takes_the_permission_to_read_what_is_watched(graph):
    graph.tenant.tokens = Holding(roles=["Mail.Read"])
    hook = await graph.hook()
    asked = {
        "changeType": "updated",
        "notificationUrl": hook.url,
        "expirationDateTime": "2026-11-24T07:00:00Z",
    }

    answers = [
        await graph.post(
            "/subscriptions", {**asked, "resource": f"users/{DESK}/{what}"}
        )
        for what in ("events", "messages")
    ]

    assert [seen.status for seen in answers] == [403, 201]


def wider(name: str) -> str:
    if ".ReadBasic" in name:
        return name.replace(".ReadBasic", ".Read")
    return name if ".ReadWrite" in name else name.replace(".Read", ".ReadWrite")


def test_no_route_lets_in_whom_the_published_rows_keep_out():
    """Where the contract is at hand. What may write may also read."""
    for route in routes(None):
        for accepted in published_permissions(route.method, route.pattern):
            known = accepted | {wider(name) for name in accepted}
            known |= {wider(name) for name in known}
            assert set(route.permissions) <= known, route


async def test_me_is_only_for_a_delegated_token(graph):
    seen = await graph.get("/me")
    mine = await graph.get("/me", Authorization=f"Bearer delegated:{graph.user(AINO)}")

    assert seen.status == 400
    assert mine.body["mail"] == AINO


async def test_a_delegated_token_reaches_its_own_mailbox_alone(graph):
    token = f"Bearer delegated:{graph.user(AINO)}"

    mine = await graph.get("/me/calendars", Authorization=token)
    other = await graph.get(f"/users/{ELIAS}/calendars", Authorization=token)

    assert mine.status == 200
    assert (other.status, other.code) == (403, "ErrorAccessDenied")


async def test_a_mailbox_can_be_closed_or_missing(graph):
    graph.switches["mailbox_denied"] = [AINO]
    graph.switches["mailbox_missing"] = [ELIAS]

    denied = await graph.get(f"/users/{AINO}/calendars")
    missing = await graph.get(f"/users/{graph.user(ELIAS)}/calendars")
    nobody = await graph.get("/users/nobody@lumivaara.example/calendars")

    assert (denied.status, denied.code) == (403, "ErrorAccessDenied")
    assert (missing.status, missing.code) == (404, "MailboxNotEnabledForRESTAPI")
    assert (nobody.status, nobody.code) == (404, "ErrorInvalidUser")


async def test_a_missing_mailbox_may_be_told_as_a_resource_not_discovered(graph):
    made = await graph.make(mail=ELIAS)
    graph.switches["mailbox_missing"] = [ELIAS]
    graph.switches["mailbox_missing_code"] = "ResourceNotFound"

    seen = await graph.event(made["id"], mail=ELIAS)

    assert (seen.status, seen.code) == (404, "ResourceNotFound")
    assert seen.body["error"]["message"] == "Resource could not be discovered."


@pytest.mark.parametrize(
    ("status", "error", "number"),
    [
        (429, "temporarily_unavailable", 90055),
        (503, "temporarily_unavailable", 90033),
        (401, "invalid_client", 7000222),
    ],
)
async def test_entra_fails_in_its_own_words(graph, status, error, number):
    graph.tenant.faults.add({"area": "entra", "status": status, "retry_after": 7})
    url = f"{graph.running.base_url}/{graph.tenant.id}/oauth2/v2.0/token"

    seen = await graph.post(url)

    assert (seen.status, seen.headers["Retry-After"]) == (status, "7")
    assert (seen.body["error"], seen.body["error_codes"]) == (error, [number])
    assert seen.body["error_description"].startswith(f"AADSTS{number}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= seen.body.keys()


async def test_unknown_paths_and_methods_are_refused(graph):
    assert (await graph.get("/users/x/dreams", Authorization="Bearer x")).status == 400
    assert (await graph.ask("DELETE", "/users")).status == 405
    graph.tenant.journal.clear()  # neither is in any contract


async def test_paths_have_no_case_but_ids_do(graph):
    made = await graph.make()
    seen = await graph.get(f"/USERS/{DESK.upper()}/Calendar/EVENTS/{made['id']}")

    assert seen.body["id"] == made["id"]
    graph.tenant.journal.clear()


async def test_a_body_that_is_no_json_is_refused(graph):
    url = f"{graph.running.graph_url}/users/{DESK}/events"
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    async with graph.session.post(url, data="{", headers=headers) as got:
        assert got.status == 400
    async with graph.session.post(url, data="[1]", headers=headers) as got:
        assert got.status == 400


def test_prefer_headers_are_read_in_one_line_or_several():
    found = read_prefer(
        'outlook.timezone="FLE Standard Time", odata.maxpagesize=7,'
        ' outlook.body-content-type="text", IdType="ImmutableId"'
    )

    assert (found.zone, found.page_size) == ("FLE Standard Time", 7)
    assert (found.text, found.immutable) == (True, True)


async def test_an_unknown_preferred_zone_is_refused(graph):
    seen = await graph.get("/users", prefer='outlook.timezone="Moon"')

    assert seen.code == "TimeZoneNotSupportedException"


async def test_all_day_leave_is_away_in_the_schedule(graph):
    await graph.make(AINO, showAs="oof", **all_day("2026-12-25", "2026-12-26"))
    seen = await graph.post(
        f"/users/{DESK}/calendar/getSchedule",
        {
            "schedules": [AINO],
            "startTime": {"dateTime": "2026-12-25T00:00:00", "timeZone": "UTC"},
            "endTime": {"dateTime": "2026-12-26T00:00:00", "timeZone": "UTC"},
            "availabilityViewInterval": 60,
        },
    )

    # The mailbox's own midnight is two hours before UTC's.
    assert seen.items[0]["availabilityView"] == "3" * 22 + "00"


async def test_a_slow_request_keeps_its_place_at_the_mailbox(graph):
    graph.tenant.faults.add({"delay": 0.3, "only_delay": True, "count": 4})
    seen = await asyncio.gather(
        *(graph.get(f"/users/{DESK}/calendars") for _ in range(5))
    )
    limits = await graph.control("limits", method="GET")

    assert sorted(s.status for s in seen) == [200, 200, 200, 200, 429]
    assert limits.body == {"peak": {graph.user(): 4}, "refused": 1}


async def test_a_whole_batch_can_be_lost_after_its_effect(graph):
    graph.tenant.faults.add({"path": r"\$batch", "status": 504, "after_effect": True})
    body = {
        "requests": [
            {
                "id": "1",
                "method": "POST",
                "url": f"/users/{DESK}/events",
                "headers": {"Content-Type": "application/json"},
                "body": {"subject": "x", **at("2026-11-25T10:00", "11:00")},
            }
        ]
    }

    assert (await graph.post("/$batch", body)).status == 504
    assert len(graph.box().events) == 1


async def storm(graph, seed, count=60):
    weather = {"seed": seed, "throttled": 0.2, "failed": 0.2, "lost": 0.2}
    assert (await graph.control("faults", {"weather": weather})).status == 200
    return [(await graph.get("/users", {"$top": 1})).status for _ in range(count)]


async def test_the_same_seed_gives_the_same_storm(graph):
    one, two, other = (
        await storm(graph, 1),
        await storm(graph, 1),
        await storm(graph, 2),
    )
    await graph.control("faults", method="DELETE")

    assert one == two != other
    assert set(one) == {200, 429, 503, 504}
    assert (await graph.get("/users")).status == 200
    assert (await graph.control("faults", {"weather": {"rain": 1}})).status == 400
