"""What a person does in Outlook, in the inbox and in a meeting, over real HTTP."""

import base64
import json
import re
from urllib.parse import unquote, urlsplit

import pytest
import pytest_asyncio
from aiohttp import ClientSession, ContentTypeError

from dev_tenant.faces.clean import cleaned, linked, links
from dev_tenant.graph.times import instant, read_pair
from dev_tenant.server import Config, start
from dev_tenant.sms import KEY, parts
from graph_sync.microsoft.mailbox import read_mailbox
from teams_app.actions.handovers import DRAGGING

AINO = "aino.lehtovaara"
BO = "elias.sundqvist"
FROM, TO = "2027-03-01T00:00", "2027-03-08T00:00"


class Face:
    def __init__(self, running, session):
        self.tenant = running.tenant
        self.root = running.base_url
        self.session = session
        self.heard = []
        self.tenant.listeners.append(lambda *told: self.heard.append(told))

    async def get(self, path, **query):
        async with self.session.get(self.root + path, params=query) as answer:
            return answer.status, await answer.json()

    async def page(self, path, **query):
        async with self.session.get(self.root + path, params=query) as answer:
            return answer.status, await answer.text()

    async def post(self, path, headers=None, **body):
        async with self.session.post(
            self.root + path, json=body, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.json()

    async def outlook(self, act, user=AINO, **body):
        return await self.post(f"/_tenant/outlook/{act}", user=user, **body)

    async def events(self, user=AINO, **query):
        window = {"from": FROM, "to": TO, **query}
        _, body = await self.get("/_tenant/outlook/events", user=user, **window)
        return body["value"]

    async def made(self, **more):
        fields = {"subject": "Tiimi", "start": "2027-03-02T09:00", **more}
        status, event = await self.outlook("create", **fields)
        assert status == 200, event
        return event


@pytest_asyncio.fixture(loop_scope="session")
async def face():
    running = await start(Config(tls_port=None))
    for box in running.tenant.mailboxes.values():
        box.events.clear()
    async with ClientSession() as session:
        yield Face(running, session)
    await running.stop()


async def test_an_event_is_created_like_graph_would(face):
    made = await face.made(end="2027-03-02T10:30", show_as="tentative", location="A1")

    (seen,) = await face.events()
    user = face.tenant.find_user(f"{AINO}@{face.tenant.domain}")
    assert seen == made
    assert (seen["start"], seen["end"]) == ("2027-03-02T09:00", "2027-03-02T10:30")
    assert (seen["show_as"], seen["location"]) == ("tentative", "A1")
    assert face.heard == [(user.id, made["id"], None, "created")]


async def test_a_drag_keeps_the_length_and_a_pulled_edge_does_not(face):
    made = await face.made(end="2027-03-02T10:30")
    _, moved = await face.outlook("move", id=made["id"], start="2027-03-03T13:15")
    _, pulled = await face.outlook("move", id=made["id"], end="2027-03-03T14:00")

    assert (moved["start"], moved["end"]) == ("2027-03-03T13:15", "2027-03-03T14:45")
    assert (pulled["start"], pulled["end"]) == ("2027-03-03T13:15", "2027-03-03T14:00")
    assert pulled["version"] > moved["version"] > made["version"]
    assert [told[3] for told in face.heard] == ["created", "updated", "updated"]


async def test_details_change_and_a_graph_id_finds_the_same_event(face):
    made = await face.made()
    _, changed = await face.outlook(
        "change",
        id=made["graph_id"],
        subject="Oma",
        private=True,
        show_as="oof",
        categories="Vuoro, Muu",
    )

    assert changed["id"] == made["id"]
    assert (changed["subject"], changed["sensitivity"]) == ("Oma", "private")
    assert changed["categories"] == ["Vuoro", "Muu"]
    assert changed["start"] == made["start"]


async def test_a_private_event_tells_a_colleague_nothing(face):
    await face.made(subject="Lääkäri", private=True, location="Asema", body="x")

    (seen,) = await face.events(viewer=BO)

    assert seen["subject"] == "Private appointment"
    assert (seen["location"], seen["body"]) == ("", "")


async def test_an_all_day_event_covers_its_days(face):
    one = await face.made(all_day=True, start="2027-03-02")
    two = await face.made(all_day=True, start="2027-03-03", end="2027-03-05")
    _, moved = await face.outlook("move", id=one["id"], start="2027-03-04T00:00")

    assert (one["start"], one["end"]) == ("2027-03-02T00:00", "2027-03-03T00:00")
    assert (two["start"], two["end"]) == ("2027-03-03T00:00", "2027-03-05T00:00")
    assert (moved["start"], moved["end"]) == ("2027-03-04T00:00", "2027-03-05T00:00")


async def test_a_copy_stays_and_a_hand_over_goes(face):
    made = await face.made(online=True)
    _, copied = await face.outlook("copy", id=made["id"], to=BO, prefix="Copy: ")
    assert (copied["subject"], copied["start"]) == ("Copy: Tiimi", made["start"])
    assert len(await face.events()) == 1
    _, handed = await face.outlook("hand", id=made["id"], to=BO)

    assert await face.events() == []
    assert {e["id"] for e in await face.events(BO)} == {copied["id"], handed["id"]}


async def test_one_day_of_a_series_moves_alone_and_the_series_together(face):
    weekly = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
        "range": {"type": "numbered", "startDate": "2027-03-02"}
        | {"numberOfOccurrences": 3},
    }
    await face.made(recurrence=weekly)
    (day,) = await face.events()
    assert day["id"].endswith("@2027-03-02")
    await face.outlook("move", id=day["id"], start="2027-03-03T12:00")
    (first,) = await face.events()
    later = {"from": "2027-03-08T00:00", "to": "2027-03-15T00:00"}
    (second,) = await face.events(**later)
    await face.outlook("delete", id=second["id"])

    assert first["start"] == "2027-03-03T12:00"
    assert second["start"] == "2027-03-09T09:00"
    assert await face.events(**later) == []
    await face.outlook("delete", id=first["id"], series=True)
    assert await face.events() == []


async def test_a_deleted_event_is_gone_and_says_so(face):
    made = await face.made()
    await face.outlook("delete", id=made["id"])
    status, body = await face.outlook("delete", id=made["id"])

    assert status == 404
    assert "not there" in body["error"]
    assert face.heard[-1][3] == "deleted"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"start": ""}, 400),
        ({"start": "soon"}, 400),
        ({"start": "2027-03-02T09:00", "end": "2027-03-02T08:00"}, 400),
        ({"start": "2027-03-02T09:00", "show_as": "odd"}, 400),
        ({"start": "2027-03-02T09:00", "user": "nobody"}, 404),
    ],
)
async def test_bad_events_are_refused_in_words(face, fields, status):
    got, body = await face.post("/_tenant/outlook/create", **{"user": AINO, **fields})

    assert got == status
    assert body["error"]
    assert await face.events() == []


async def test_an_invitation_is_answered(face):
    bo = face.tenant.find_user(f"{BO}@{face.tenant.domain}")
    await face.made(
        attendees=[{"emailAddress": {"address": bo.mail}, "type": "required"}]
    )
    (copy,) = await face.events(BO)
    assert copy["response"] == "notResponded"
    _, answered = await face.outlook("answer", BO, id=copy["id"], word="accept")

    assert answered["response"] == "accepted"
    status, _ = await face.outlook("answer", BO, id=copy["id"], word="perhaps")
    assert status == 400


async def test_a_form_of_a_browser_is_led_back(face):
    form = {
        "user": AINO,
        "subject": "Lomake",
        "start": "2027-03-02T09:00",
        "back": "/outlook/?user=x",
    }
    address = f"{face.root}/_tenant/outlook/create"
    headers = {"Accept": "text/html"}
    async with face.session.post(
        address, data=form, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == "/outlook/?user=x"
    bad = {**form, "end": "2027-03-01T09:00"}
    async with face.session.post(
        address, data=bad, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status == 303
        assert "&error=The+end+date" in answer.headers["Location"]
    elsewhere = {**form, "back": "https://elsewhere.example/"}
    async with face.session.post(address, data=elsewhere, headers=headers) as answer:
        assert answer.status == 200

    assert len(await face.events()) == 2


def an_sms(**more):
    return {
        "to": "+358401234567",
        "from": "Vuoro",
        "text": "Aika ma 23.11. klo 9.00. https://v.example/a/x1",
        "client_reference": "job-1",
        **more,
    }


async def test_an_sms_is_sent_once_per_reference(face):
    key = {"Authorization": f"Bearer {KEY}"}
    status, first = await face.post("/sms/send", key, **an_sms())
    _, second = await face.post("/sms/send", key, **an_sms())
    _, inbox = await face.get("/inbox/api/messages", to="+358401234567")

    assert status == 202
    assert first["id"] == second["id"]
    (message,) = inbox["value"]
    assert message["links"] == ["https://v.example/a/x1"]
    assert message["text"].startswith("Aika ma")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "040 123"}, "invalid_number"),
        ({"text": " "}, "text_missing"),
        ({"text": "x" * 1601}, "text_too_long"),
        ({"client_reference": ""}, "client_reference_missing"),
    ],
)
async def test_an_sms_that_cannot_be_is_refused(face, changes, code):
    key = {"Authorization": f"Bearer {KEY}"}
    status, body = await face.post("/sms/send", key, **an_sms(**changes))

    assert (status, body["error"]) == (400, code)
    assert face.tenant.inbox == []


async def test_the_gateway_wants_its_key_and_fails_on_order(face):
    key = {"Authorization": f"Bearer {KEY}"}
    without, _ = await face.post("/sms/send", **an_sms())
    face.tenant.faults.add({"area": "sms", "status": 503, "after_effect": True})
    lost, _ = await face.post("/sms/send", key, **an_sms())
    again, _ = await face.post("/sms/send", key, **an_sms())

    assert (without, lost, again) == (401, 503, 202)
    assert len(face.tenant.inbox) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("š" * 70, 1), ("š" * 71, 2), ("äö" * 80, 1)],
)
def test_parts_are_counted_as_the_network_bills_them(text, count):
    assert parts(text) == count


async def test_a_client_waits_in_the_lobby_and_is_let_in(face):
    made = await face.made(online=True, subject="Salainen aihe")
    path = made["join"].removeprefix(face.root)
    status, page = await face.page(path)
    assert status == 200
    assert "Salainen" not in page
    thread = path.split("/")[3]
    _, me = await face.post(f"/meeting/{thread}/join", name="Kalle")
    assert me["state"] == "lobby"
    _, page = await face.page(f"/meeting/{thread}", me=me["id"])
    assert "You are in the lobby" in page
    await face.post(f"/meeting/{thread}/admit", id=me["id"])
    _, page = await face.page(f"/meeting/{thread}", me=me["id"])
    assert "You have joined" in page
    await face.outlook("delete", id=made["id"])
    _, page = await face.page(path)
    _, state = await face.get(f"/_tenant/meetings/{thread}")

    assert "no longer there" in page
    assert state["stands"] is False
    assert state["joined"][0]["name"] == "Kalle"


def told_beside(page):
    """Give what the app's frame beside a meeting is told; None: there is no frame."""
    found = re.search(r'id="setup">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1)) if found else None


async def test_the_app_is_added_to_a_meeting_and_told_which_it_is(face):
    made = await face.made(online=True)
    path = made["join"].removeprefix(face.root)
    thread = unquote(path.split("/")[3])
    aino, bo, shared = (
        f"{one}@{face.tenant.domain}" for one in (AINO, BO, "ajanvaraus")
    )
    for guest in ("", "nobody", shared):
        _, page = await face.page(path, user=guest)
        assert told_beside(page) is None, guest
    _, page = await face.page(path, user=aino, locale="sv")
    before = told_beside(page)
    panel = f"{face.tenant.app_url}/teams/panel"
    for url in ("", "https://elsewhere.example/", f"{face.tenant.app_url}.example/"):
        with pytest.raises(ContentTypeError):
            await face.post(f"/_tenant/meetings/{thread}/panel", url=url)
    await face.post(f"/_tenant/meetings/{thread}/panel", url=panel)

    _, page = await face.page(path, user=bo, locale="sv", theme="dark")

    assert before["frame"] == "settings"
    assert urlsplit(before["tab"]["url"]).path == "/teams/configure"
    after = told_beside(page)
    assert (after["frame"], after["tab"]["url"]) == ("sidePanel", panel)
    assert (after["theme"], after["locale"]) == ("dark", "sv-se")
    assert after["user"]["id"] == face.tenant.find_user(bo).id
    wrapped = base64.b64decode(after["meeting"]["id"]).decode()
    assert after["meeting"]["chat"] == thread
    assert wrapped == f"0#{thread}#0"


async def test_mail_is_shown_without_its_scripts(face):
    face.tenant.inbox.append(
        {
            "id": "m1",
            "kind": "mail",
            "at": "2027-03-02T07:00:00+00:00",
            "from": "ajanvaraus@lumivaara.example",
            "fromName": "Ajanvaraus",
            "to": "kalle@example.org",
            "toName": "Kalle",
            "subject": "Aikasi",
            "contentType": "html",
            "body": '<p onclick="x()">Hei</p><script>alert(1)</script>'
            '<a href="https://v.example/a/x">Näytä aika</a>',
            "headers": [],
            "attachments": [],
            "calendar": None,
        }
    )
    status, page = await face.page("/inbox/", to="kalle@example.org")
    _, inbox = await face.get("/inbox/api/messages", to="kalle@example.org")

    assert status == 200
    assert "alert(1)" not in page
    assert "onclick" not in page
    assert 'href="https://v.example/a/x"' in page
    assert inbox["value"][0]["links"] == ["https://v.example/a/x"]


def test_cleaning_keeps_text_and_drops_tricks():
    assert cleaned("<b>a</b><img src=x onerror=y><iframe>z</iframe>") == "<b>a</b>"
    assert cleaned(f"a{'_' * 80}b") == "a<hr>b"
    assert "javascript" not in cleaned('<a href="javascript:x">a</a>')
    assert linked("<i> & https://a.example/b.") == (
        '&lt;i&gt; &amp; <a href="https://a.example/b" target="_blank" '
        'rel="noopener noreferrer">https://a.example/b</a>.'
    )
    assert links("https://a.example/?x=1&amp;y=2 and https://a.example/?x=1&y=2") == [
        "https://a.example/?x=1&y=2"
    ]


# Automatic replies.

AWAY = {"start": "2027-03-02T08:00", "end": "2027-03-04T16:00"}


def replies_of(face):
    user = face.tenant.find_user(f"{AINO}@{face.tenant.domain}")
    return face.tenant.mailboxes[user.id].settings["automaticRepliesSetting"]


async def test_automatic_replies_are_scheduled_and_taken_back(face):
    _, before = await face.get("/_tenant/outlook/replies", user=AINO)
    status, told = await face.outlook("replies", status="scheduled", **AWAY)

    assert (before["status"], status) == ("disabled", 200)
    assert told == {"status": "scheduled", **AWAY}
    assert replies_of(face)["status"] == "scheduled"
    begins = read_pair(replies_of(face)["scheduledStartDateTime"], "start")
    assert begins[1] == "UTC"
    assert instant(*begins).hour == 6

    for status in ("alwaysEnabled", "disabled"):
        await face.outlook("replies", status=status)
        assert replies_of(face)["status"] == status


async def test_replies_as_the_small_outlook_sets_them_are_read_by_the_product(face):
    await face.outlook("replies", status="scheduled", **AWAY)
    settings = {"automaticRepliesSetting": replies_of(face)}
    read = read_mailbox(settings, {}, "Europe/Helsinki").replies

    assert read is not None
    assert (read.start.hour, read.end.hour) == (6, 14)


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "perhaps"},
        {"status": "scheduled"},
        {"status": "scheduled", "start": "soon", "end": AWAY["end"]},
        {"status": "scheduled", "start": AWAY["end"], "end": AWAY["start"]},
    ],
)
async def test_replies_that_cannot_be_are_refused_and_change_nothing(face, asked):
    status, told = await face.outlook("replies", **asked)

    assert status == 400
    assert told["error"]
    assert replies_of(face)["status"] == "disabled"


async def test_a_form_that_cannot_be_leads_back_and_says_why(face):
    back = f"/outlook/?user={AINO}"
    form = {"user": AINO, "status": "scheduled", "back": back}
    async with face.session.post(
        f"{face.root}/_tenant/outlook/replies",
        data={**form, "start": AWAY["end"], "end": AWAY["start"]},
        headers={"Accept": "text/html"},
    ) as answer:
        shown = await answer.text()

    assert "The replies must end after they begin." in shown
    assert "Exchange tells nobody of these settings" in shown


# What the pages say of themselves.


async def test_a_copy_is_said_to_be_asked_about_after_two_minutes(face):
    """`teams_app.actions.handovers.DRAGGING`: until then it may become a move."""
    minutes = DRAGGING.total_seconds() / 60
    assert minutes == 2
    for path, query in (
        ("/", {}),
        ("/outlook/", {"user": AINO, "view": "people"}),
    ):
        _, text = await face.page(path, **query)
        assert "after two minutes" in text
        assert "at once" in text
        assert "Ctrl" in text
    _, week = await face.page("/outlook/", user=AINO)
    assert "view=people" in week


async def test_a_tenant_of_a_test_speaks_to_no_demo_that_happens_to_run(face):
    assert face.tenant.app_url.endswith(":2")
