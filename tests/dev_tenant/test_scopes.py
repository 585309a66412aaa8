"""Rights to mailboxes, granted in Exchange within a scope or in Entra without one."""

from email.utils import parsedate_to_datetime

import pytest_asyncio

from tests.dev_tenant.graph_world import AINO, DESK
from tests.dev_tenant.test_unpleasant import Holding

OUTSIDER = "ritva.kallionpaa@lumivaara.example"
VIEW = (
    "calendarView?startDateTime=2026-11-23T08:00:00Z&endDateTime=2026-11-23T09:00:00Z"
)


@pytest_asyncio.fixture
async def ours(graph):
    """Graph as the product's own application finds it, with no right in its token."""
    client = graph.tenant.app.client_id
    graph.tenant.tokens = Holding(appid=client, idtyp="app", roles=[])
    return graph


async def test_exchange_grants_a_right_within_its_scope_and_no_token_names_it(ours):
    assert (await ours.get(f"/users/{AINO}/{VIEW}")).status == 200
    seen = await ours.get(f"/users/{OUTSIDER}/{VIEW}")
    assert (seen.status, seen.code) == (403, "ErrorAccessDenied")
    assert (await ours.get(f"/users/{DESK}/{VIEW}")).status == 403
    sent = f"/users/{DESK}/mailFolders/sentitems/messages"
    assert (await ours.get(sent)).status == 200

    ours.switches["scopes"] = {"Calendars.ReadWrite": []}
    assert (await ours.get(f"/users/{AINO}/{VIEW}")).status == 403
    assert (await ours.get(sent)).status == 200


async def test_what_entra_grants_reaches_every_mailbox(ours):
    client = ours.tenant.app.client_id
    roles = ["Calendars.ReadWrite"]
    ours.tenant.tokens = Holding(appid=client, idtyp="app", roles=roles)

    assert (await ours.get(f"/users/{OUTSIDER}/{VIEW}")).status == 200


async def test_a_mailbox_out_of_scope_cannot_be_watched(ours):
    asked = {
        "changeType": "updated",
        "notificationUrl": "http://127.0.0.1:2/hooks",
        "expirationDateTime": "2026-11-23T12:00:00Z",
    }
    for user, status in ((OUTSIDER, 403), (AINO, 400)):
        body = {**asked, "resource": f"users/{user}/events"}
        assert (await ours.ask("POST", "/subscriptions", body)).status == status


async def test_a_mail_to_nobody_is_refused_after_the_right_was_seen(ours):
    nobody = {"message": {"subject": "x", "toRecipients": []}}

    seen = await ours.ask("POST", f"/users/{DESK}/sendMail", nobody)
    assert (seen.status, seen.code) == (400, "ErrorInvalidRecipients")
    seen = await ours.ask("POST", f"/users/{OUTSIDER}/sendMail", nobody)
    assert (seen.status, seen.code) == (403, "ErrorAccessDenied")
    assert ours.tenant.inbox == []


async def test_a_stranger_is_told_the_hour(graph):
    graph.tenant.tokens = Holding()
    right = (await graph.get("/me", Authorization="Bearer expired")).headers
    graph.switches["date_skew"] = 400
    wrong = (await graph.get("/me", Authorization="Bearer expired")).headers

    ahead = parsedate_to_datetime(wrong["Date"]) - parsedate_to_datetime(right["Date"])
    assert 395 < ahead.total_seconds() < 420


async def test_the_catalogue_may_be_empty(graph):
    assert len((await graph.get("/appCatalogs/teamsApps")).body["value"]) == 1
    graph.switches["catalogue_empty"] = True

    assert (await graph.get("/appCatalogs/teamsApps")).body["value"] == []
