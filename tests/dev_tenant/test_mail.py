"""sendMail: taken, delivered, and found again."""

import pytest

from tests.dev_tenant.graph_world import AINO, DESK, TAG

CLIENT = "asiakas@posti.example"
SENT = f"/users/{DESK}/mailFolders/sentitems/messages"


def letter(**other):
    message = {
        "subject": "Aikanne",
        "body": {"contentType": "Text", "content": "Tervetuloa"},
        "toRecipients": [{"emailAddress": {"address": CLIENT, "name": "Asiakas"}}],
        **other,
    }
    return {"message": message, "saveToSentItems": True}


async def test_mail_is_taken_kept_and_delivered(graph):
    seen = await graph.post(f"/users/{DESK}/sendMail", letter())
    kept = await graph.get(SENT)

    assert (seen.status, seen.body) == (202, None)
    assert kept.items[0]["subject"] == "Aikanne"
    assert kept.items[0]["toRecipients"][0]["emailAddress"]["address"] == CLIENT
    mail = graph.tenant.inbox[0]
    assert (mail["to"], mail["from"], mail["body"]) == (CLIENT, DESK, "Tervetuloa")


async def test_mail_to_a_colleague_is_in_her_inbox(graph):
    to = [{"emailAddress": {"address": AINO}}]
    await graph.post(f"/users/{DESK}/sendMail", letter(toRecipients=to))

    seen = await graph.get(f"/users/{AINO}/mailFolders/inbox/messages")

    assert seen.items[0]["subject"] == "Aikanne"
    assert seen.items[0]["isRead"] is False


async def test_sent_mail_is_found_by_an_extended_property(graph):
    tagged = [{"id": TAG, "value": "m-17"}]
    await graph.post(
        f"/users/{DESK}/sendMail", letter(singleValueExtendedProperties=tagged)
    )
    await graph.post(f"/users/{DESK}/sendMail", letter())

    def wanted(value):
        return {
            "$filter": (
                "singleValueExtendedProperties/any(ep: ep/id eq"
                f" '{TAG}' and ep/value eq '{value}')"
            )
        }

    assert len((await graph.get(SENT, wanted("m-17"))).items) == 1
    assert len((await graph.get(SENT, wanted("m-18"))).items) == 0
    assert len((await graph.get(SENT)).items) == 2


async def test_a_copy_is_kept_unless_refused(graph):
    await graph.post(f"/users/{DESK}/sendMail", {**letter(), "saveToSentItems": False})

    assert (await graph.get(SENT)).items == []
    assert len(graph.tenant.inbox) == 1


async def test_attachments_and_headers_arrive(graph):
    file = {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": "aika.ics",
        "contentType": "text/calendar",
        "contentBytes": "QkVHSU4=",
    }
    headers = [{"name": "x-vuoro", "value": "1"}]
    await graph.post(
        f"/users/{DESK}/sendMail",
        letter(attachments=[file], internetMessageHeaders=headers),
    )
    mail = graph.tenant.inbox[0]

    assert mail["attachments"][0]["contentBytes"] == "QkVHSU4="
    assert mail["headers"] == headers


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"toRecipients": []}, "ErrorInvalidRecipients"),
        (
            {"toRecipients": [{"emailAddress": {"address": "x"}}]},
            "ErrorInvalidRecipients",
        ),
        (
            {"internetMessageHeaders": [{"name": "Received", "value": "x"}]},
            "InvalidInternetMessageHeader",
        ),
        ({"colour": "red"}, "RequestBodyRead"),
        (
            {"toRecipients": [{"emailAddress": {"address": "a@b.example"}}] * 501},
            "ErrorExceededMaxRecipientLimit",
        ),
    ],
)
async def test_a_wrong_mail_is_refused(graph, message, code):
    seen = await graph.post(f"/users/{DESK}/sendMail", letter(**message))

    assert (seen.status, seen.code) == (400, code)
    assert graph.tenant.inbox == []


async def test_the_same_sms_is_sent_once(graph):
    sms = {"to": "+358401234567", "from": "Vuoro", "text": "Aikanne", "id": "s1"}
    for _ in range(2):
        assert (await graph.control("sms", sms)).status == 202

    seen = await graph.control("inbox?to=%2B358401234567", method="GET")
    assert [(m["kind"], m["text"]) for m in seen.items] == [("sms", "Aikanne")]
    assert (await graph.control("sms", {"to": "1"})).status == 400


async def test_a_mailbox_sends_so_many_mails_a_minute_when_counted(graph):
    graph.switches["mails_per_minute"] = 2
    path = f"/users/{DESK}/sendMail"
    seen = [await graph.post(path, letter()) for _ in range(3)]
    await graph.control("clock", {"advance_seconds": 61})
    later = await graph.post(path, letter())

    assert [s.status for s in seen] == [202, 202, 429]
    assert later.status == 202
