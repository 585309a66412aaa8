"""How our events are written: in one round trip, once, and without losing the meeting."""

from html import escape
from typing import Any

import pytest

from booking.calendar import EventDraft
from graph_sync.graph import Gone, Put, Written
from tests.graph_sync.fake import DRAFT, EVENT, Say, fake, graph, refusal

__all__ = ["fake", "graph"]


async def test_a_write_and_its_reading_back_are_one_round_trip(fake, graph):
    fake.part = lambda part: (
        {"status": 201, "body": EVENT}
        if part["method"] == "POST"
        else {"status": 200, "body": {"value": [EVENT | {"changeKey": "ck2"}]}}
    )
    fake.otherwise = Say()

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1")])

    (batch,) = fake.asked
    write, read = batch.parts
    assert (write["method"], read["method"]) == ("POST", "GET")
    assert "dependsOn" not in write
    assert read["dependsOn"] == [write["id"]]
    assert write["body"]["onlineMeetingProvider"] == "teamsForBusiness"
    assert write["body"]["transactionId"] == "t-1"
    assert write["body"]["singleValueExtendedProperties"][0]["value"] == "K7Q2FM"
    assert "attendees" not in write["body"]
    # Exchange touched it once more, so the later key is the one to remember.
    assert answer.event.change_key == "ck2"


@pytest.mark.parametrize(
    "hers",
    [
        {"end": {"dateTime": "2026-11-23T11:30:00.0000000", "timeZone": "UTC"}},
        {"subject": "Siirretty"},
        {"showAs": "tentative"},
        {"sensitivity": "private"},
        {"isCancelled": True},
        {"categories": ["Oma"]},
    ],
    ids=lambda hers: next(iter(hers)),
)
async def test_what_she_changes_before_it_is_read_back_stays_news(fake, graph, hers):
    changed = EVENT | {"changeKey": "ck2"} | hers
    fake.part = lambda part: (
        {"status": 201, "body": EVENT}
        if part["method"] == "POST"
        else {"status": 200, "body": {"value": [changed]}}
    )
    fake.otherwise = Say()

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1")])

    assert answer.event.change_key == EVENT["changeKey"]


async def test_a_write_counts_even_when_it_could_not_be_read_back(fake, graph):
    fake.part = lambda part: (
        {"status": 201, "body": EVENT}
        if part["method"] == "POST"
        else {"status": 424, "body": {"error": {"code": "FailedDependency"}}}
    )
    fake.otherwise = Say()

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1")])

    assert isinstance(answer, Written)
    assert answer.around is None


async def test_a_used_transaction_id_leads_to_the_event_it_made(fake, graph):
    copy = EVENT | {"id": "E0", "transactionId": None}
    made = EVENT | {"transactionId": "t-1"}
    both = Say(body={"value": [copy, made]})
    fake.say(refusal(400, "ErrorDuplicateTransactionId"), both)

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1", verify=False)])

    assert isinstance(answer, Written)
    assert answer.event.id == "E1"
    assert "K7Q2FM" in fake.asked[1].path
    assert len(fake.asked) == 2


async def test_an_event_made_by_an_earlier_try_is_brought_up_to_date(fake, graph):
    old = EVENT | {"subject": "Varattu aika · VANHA2", "transactionId": "t-1"}
    fake.say(
        refusal(400, "ErrorDuplicateTransactionId"),
        Say(body={"value": [old]}),
        Say(body=EVENT),
    )

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1", verify=False)])

    assert isinstance(answer, Written)
    assert fake.asked[2].method == "PATCH"
    changed = fake.asked[2].body
    assert changed.pop("@odata.type") == "#microsoft.graph.event"
    assert changed == {"subject": DRAFT.subject}


async def test_a_used_transaction_id_without_an_event_is_gone(fake, graph):
    copy = Say(body={"value": [EVENT]})
    fake.say(refusal(400, "ErrorDuplicateTransactionId"), copy)

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1", verify=False)])

    assert isinstance(answer, Gone)


JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ameeting?a=1&b=2"
BLOCK = f'<div><a href="{escape(JOIN)}">Liity</a></div>'
LINK = f'<p><a href="{escape(JOIN)}">Microsoft Teams</a></p>'


def online(body: str, join: str | None = JOIN) -> dict[str, Any]:
    meeting = {"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": join}}
    return EVENT | meeting | {"body": {"content": body}}


async def rewritten(fake, graph, body: str, join: str | None = JOIN) -> dict[str, Any]:
    """Write the body and the place anew; give what was sent."""
    fake.otherwise = Say(body=online(body, join))
    fields = ("body", "location")
    await graph.put([Put("aino", DRAFT, "", "E1", changed=fields, verify=False)])
    assert [each.method for each in fake.asked] == ["GET", "PATCH"]
    sent: dict[str, Any] = fake.asked[1].body
    return sent


async def test_the_join_block_stays_under_a_new_body_and_her_note_under_it(fake, graph):
    note = f"<p>Vanha</p>{BLOCK}<p>Oma</p>"
    sent = await rewritten(fake, graph, f"<html><body>{note}</body></html>")

    assert sent["body"]["content"] == f"{DRAFT.body}\n{BLOCK}<p>Oma</p>"


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("<html><body></body></html>", DRAFT.body + LINK),
        ("<html><body>Oma</body></html>", f"<html><body>Oma{LINK}</body></html>"),
    ],
)
async def test_where_the_join_block_is_lost_a_link_stands_and_what_she_wrote(
    fake, graph, body, written
):
    assert (await rewritten(fake, graph, body))["body"]["content"] == written


async def test_without_an_address_a_body_that_lost_its_join_block_is_left_alone(
    fake, graph
):
    sent = await rewritten(fake, graph, "<p>Oma</p>", None)

    assert set(sent) == {"@odata.type", "location"}


async def test_a_meeting_is_never_switched_off(fake, graph):
    fake.otherwise = Say(body=EVENT)
    office = EventDraft(**{**_fields(DRAFT), "online": False})

    await graph.put([Put("aino", office, "", "E1", changed=("online",), verify=False)])

    assert [each.method for each in fake.asked] == ["GET"]


def _fields(draft: EventDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


async def test_a_body_that_cannot_be_read_spoils_no_other_write(fake, graph):
    def part(one: dict[str, Any]) -> dict[str, Any]:
        body = EVENT if one["method"] == "POST" else {"value": []}
        return {"status": 200, "body": body}

    fake.part = part
    fake.say(refusal(404, "ErrorItemNotFound"), Say())

    answers = await graph.put(
        [
            Put("aino", DRAFT, "", "E9", changed=("body",)),
            Put("bo", DRAFT, "t-1"),
        ]
    )

    assert isinstance(answers[0], Gone)
    assert isinstance(answers[1], Written)
    assert answers[1].around == ()
