"""Events: what is kept of what was sent, and what is refused."""

import json
from pathlib import Path

import pytest

from dev_tenant.graph import ids, store
from tests.contracts import folder
from tests.dev_tenant.graph_world import (
    AINO,
    DESK,
    ELIAS,
    HELSINKI,
    TAG,
    all_day,
    at,
    subjects,
    weekly,
)


async def test_an_event_comes_back_in_utc_with_seven_decimals(graph):
    made = await graph.make()

    assert made["start"] == {
        "dateTime": "2026-11-25T08:00:00.0000000",
        "timeZone": "UTC",
    }
    assert made["originalStartTimeZone"] == HELSINKI
    assert made["type"] == "singleInstance"
    assert made["isOrganizer"] is True
    assert made["@odata.etag"] == f'W/"{made["changeKey"]}"'


async def test_prefer_changes_the_zone_of_start_and_end_alone(graph):
    made = await graph.make()
    for zone in (HELSINKI, "FLE Standard Time"):
        seen = await graph.event(made["id"], prefer=f'outlook.timezone="{zone}"')

        assert seen.body["start"]["dateTime"] == "2026-11-25T10:00:00.0000000"
        assert seen.body["start"]["timeZone"] == zone
        assert seen.body["createdDateTime"].endswith("Z")
        assert seen.headers["Preference-Applied"] == f'outlook.timezone="{zone}"'


async def test_windows_zone_names_are_understood(graph):
    made = await graph.make(**at("2026-07-01T10:00", "11:00", "FLE Standard Time"))

    assert made["start"]["dateTime"] == "2026-07-01T07:00:00.0000000"


async def test_an_unknown_zone_is_refused(graph):
    body = at("2026-11-25T10:00", "11:00", "Lapland/Standard")
    seen = await graph.post(f"/users/{DESK}/events", {"subject": "x", **body})

    assert (seen.status, seen.code) == (400, "TimeZoneNotSupportedException")


async def test_a_body_never_comes_back_byte_for_byte(graph):
    sent = "<p>Tervetuloa</p>"
    made = await graph.make(body={"contentType": "HTML", "content": sent})

    assert made["body"]["contentType"] == "html"
    assert made["body"]["content"] != sent
    assert sent in made["body"]["content"]
    assert "<html>\r\n<head>" in made["body"]["content"]


async def test_a_body_can_be_read_as_text(graph):
    content = "<p>Yksi</p><p>Kaksi &amp; kolme</p>"
    made = await graph.make(body={"contentType": "html", "content": content})

    seen = await graph.event(made["id"], prefer='outlook.body-content-type="text"')

    assert seen.body["body"] == {
        "contentType": "text",
        "content": "Yksi\r\nKaksi & kolme",
    }


async def test_a_text_body_comes_back_as_html(graph):
    made = await graph.make(body={"contentType": "text", "content": "a < b"})

    assert made["body"]["contentType"] == "html"
    assert "a &lt; b" in made["body"]["content"]


async def test_the_same_transaction_makes_one_event(graph):
    one = await graph.make(transactionId="k1")
    two = await graph.make(transactionId="k1", subject="Another")

    assert one["id"] == two["id"]
    assert len(graph.box().events) == 1
    assert (await graph.event(one["id"])).body["transactionId"] == "k1"


async def test_a_transaction_id_is_there_only_when_given(graph):
    assert "transactionId" not in await graph.make()


async def test_a_transaction_id_cannot_be_changed(graph):
    made = await graph.make()

    assert (await graph.change(made["id"], transactionId="later")).status == 400


async def test_a_change_gives_a_new_version_and_touches_only_what_is_sent(graph):
    made = await graph.make(
        categories=["Asiakas"], showAs="tentative", sensitivity="private"
    )
    seen = await graph.change(made["id"], subject="Toinen")

    assert seen.status == 200
    assert seen.body["subject"] == "Toinen"
    assert seen.body["changeKey"] != made["changeKey"]
    for kept in ("categories", "showAs", "sensitivity", "start", "end", "iCalUId"):
        assert seen.body[kept] == made[kept]


async def test_moving_an_event_keeps_its_identity(graph):
    made = await graph.make()
    seen = await graph.change(made["id"], **at("2026-11-26T12:00", "12:45"))

    assert seen.body["id"] == made["id"]
    assert seen.body["iCalUId"] == made["iCalUId"]
    assert seen.body["end"]["dateTime"] == "2026-11-26T10:45:00.0000000"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"colour": "red"}, "RequestBodyRead"),
        ({"showAs": "away"}, "BadRequest"),
        ({"isAllDay": "yes"}, "BadRequest"),
        ({"start": {"dateTime": "soon", "timeZone": "UTC"}}, "ErrorInvalidParameter"),
        (
            at("2026-11-25T10:00", "09:00"),
            "ErrorCalendarEndDateIsEarlierThanStartDate",
        ),
        ({"start": None}, "ErrorPropertyValidationFailure"),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"transactionId": "t", "attendees": [{}]}, "BadRequest"),
        ({"attachments": []}, "BadRequest"),
        ({"extensions": [{"extensionName": "x"}]}, "BadRequest"),
    ],
)
async def test_a_wrong_event_is_refused(graph, body, code):
    whole = {"subject": "x", **at("2026-11-25T10:00", "11:00"), **body}
    seen = await graph.post(f"/users/{DESK}/events", whole)

    assert (seen.status, seen.code) == (400, code)
    assert not graph.box().events


async def test_an_error_has_graphs_shape(graph):
    seen = await graph.event("nothing")

    inner = seen.body["error"]["innerError"]
    assert seen.status == 400
    assert seen.code == "ErrorInvalidIdMalformed"
    assert inner["request-id"] == seen.headers["request-id"]
    assert inner["date"].startswith("20")


async def test_what_was_deleted_is_not_found(graph):
    made = await graph.make()

    assert (await graph.delete(made["id"])).status == 204
    assert (await graph.event(made["id"])).code == "ErrorItemNotFound"
    assert (await graph.delete(made["id"])).status == 404


async def test_if_match_is_kept_on_delete(graph):
    made = await graph.make()
    await graph.change(made["id"], subject="y")

    seen = await graph.delete(made["id"], If_Match=made["@odata.etag"])
    assert (seen.status, seen.code) == (412, "ErrorIrresolvableConflict")

    now = (await graph.event(made["id"])).body["@odata.etag"]
    assert (await graph.delete(made["id"], If_Match=now)).status == 204


async def test_ids_differ_in_case_alone(graph):
    ids = [(await graph.make())["id"] for _ in range(6)]

    assert len(set(ids)) == 6
    assert len({i.lower() for i in ids}) < 6


async def test_an_id_in_the_wrong_case_is_another_event(graph):
    await graph.make()
    one, two = await graph.make(subject="2"), await graph.make(subject="3")
    assert one["id"].lower() == two["id"].lower()

    assert (await graph.event(one["id"])).body["subject"] == "2"
    assert (await graph.event(two["id"])).body["subject"] == "3"


async def test_immutable_ids_are_given_when_preferred_and_both_are_taken(graph):
    made = await graph.make()
    seen = await graph.event(made["id"], prefer='IdType="ImmutableId"')

    stable = seen.body["id"]
    assert stable != made["id"]
    assert (await graph.event(stable)).body["id"] == made["id"]


async def test_a_default_id_changes_with_the_calendar_and_an_immutable_one_does_not(
    graph,
):
    other = await graph.post(f"/users/{DESK}/calendars", {"name": "Toinen"})
    made = await graph.make()
    stable = (await graph.event(made["id"], prefer='IdType="ImmutableId"')).body["id"]
    box = graph.box()
    event = next(iter(box.events.values()))

    store.move(graph.tenant, box, event, store.calendar_of(box, other.body["id"]))

    assert (await graph.event(made["id"])).status == 404
    assert (await graph.event(stable)).body["id"] != made["id"]


async def test_ids_can_be_translated(graph):
    made = await graph.make()
    seen = await graph.post(
        f"/users/{DESK}/translateExchangeIds",
        {
            "inputIds": [made["id"], "nobody"],
            "sourceIdType": "restId",
            "targetIdType": "restImmutableEntryId",
        },
    )
    first, second = seen.items

    assert (await graph.event(first["targetId"])).status == 200
    assert second["errorDetails"]["code"] == "ErrorItemNotFound"


async def test_extended_properties_are_filtered_and_expanded_by_id(graph):
    made = await graph.make(singleValueExtendedProperties=[{"id": TAG, "value": "A7"}])
    await graph.make(subject="other")
    wanted = (
        f"singleValueExtendedProperties/any(ep: ep/id eq '{TAG}' and ep/value eq 'A7')"
    )
    expand = f"singleValueExtendedProperties($filter=id eq '{TAG}')"

    listed = await graph.get(f"/users/{DESK}/events", {"$filter": wanted})
    seen = await graph.event(made["id"], {"$expand": expand})

    assert [e["id"] for e in listed.items] == [made["id"]]
    assert "singleValueExtendedProperties" not in listed.items[0]
    assert seen.body["singleValueExtendedProperties"] == [{"id": TAG, "value": "A7"}]


async def test_the_guid_of_an_extended_property_has_no_case(graph):
    loud = TAG.replace("66f5a359", "66F5A359")
    made = await graph.make(singleValueExtendedProperties=[{"id": loud, "value": "1"}])
    expand = f"singleValueExtendedProperties($filter=id eq '{TAG}')"

    seen = await graph.event(made["id"], {"$expand": expand})

    assert seen.body["singleValueExtendedProperties"][0]["value"] == "1"


async def test_all_extended_properties_cannot_be_listed(graph):
    made = await graph.make()
    seen = await graph.event(made["id"], {"$expand": "singleValueExtendedProperties"})

    assert seen.status == 400


async def test_writing_the_location_wipes_the_locations(graph):
    made = await graph.make(locations=[{"displayName": "A"}, {"displayName": "B"}])
    assert made["location"]["displayName"] == "A"

    seen = await graph.change(made["id"], location={"displayName": "C"})

    assert [p["displayName"] for p in seen.body["locations"]] == ["C"]


async def test_all_day_events_are_never_shifted(graph):
    made = await graph.make(**all_day("2026-11-25", "2026-11-26"))
    for zone in ("UTC", HELSINKI, "America/New_York"):
        seen = await graph.event(made["id"], prefer=f'outlook.timezone="{zone}"')

        assert seen.body["start"] == {
            "dateTime": "2026-11-25T00:00:00.0000000",
            "timeZone": zone,
        }
        assert seen.body["end"]["dateTime"] == "2026-11-26T00:00:00.0000000"


async def test_an_all_day_event_may_have_bare_dates(graph):
    made = await graph.make(
        isAllDay=True,
        start={"dateTime": "2026-11-25", "timeZone": HELSINKI},
        end={"dateTime": "2026-11-26", "timeZone": HELSINKI},
    )

    assert made["isAllDay"] is True


async def test_an_all_day_event_lasts_a_day_at_least(graph):
    body = {"subject": "x", **all_day("2026-11-25", "2026-11-25")}
    seen = await graph.post(f"/users/{DESK}/events", body)

    assert seen.code == "ErrorPropertyValidationFailure"


async def test_cancel_answers_202_and_takes_the_event_away(graph):
    made = await graph.make()
    seen = await graph.post(
        f"/users/{DESK}/events/{made['id']}/cancel", {"comment": "Peruttu"}
    )

    assert seen.status == 202
    assert (await graph.event(made["id"])).status == 404


async def test_an_invited_colleague_gets_a_copy_with_the_same_icaluid(graph):
    made = await graph.make(
        attendees=[{"emailAddress": {"address": AINO}, "type": "required"}]
    )
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])

    assert copy["isOrganizer"] is False
    assert copy["id"] != made["id"]
    assert copy["responseStatus"]["response"] == "notResponded"
    assert [m["to"] for m in graph.tenant.inbox] == [AINO]


async def test_an_answer_reaches_the_organizer(graph):
    made = await graph.make(attendees=[{"emailAddress": {"address": AINO}}])
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])

    accepted = await graph.post(
        f"/users/{AINO}/events/{copy['id']}/accept", {"sendResponse": True}
    )
    after = await graph.event(made["id"])

    assert accepted.status == 202
    assert after.body["attendees"][0]["status"]["response"] == "accepted"
    assert after.body["changeKey"] != made["changeKey"]


async def test_a_new_time_is_proposed_only_where_the_organizer_allows_it(graph):
    made = await graph.make(
        attendees=[{"emailAddress": {"address": AINO}}], allowNewTimeProposals=False
    )
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])
    body = {
        "sendResponse": True,
        "proposedNewTime": at("2026-11-25T12:00", "13:00"),
    }

    path = f"/users/{AINO}/events/{copy['id']}/tentativelyAccept"

    assert (await graph.post(path, body)).status == 400


async def test_only_the_organizer_may_cancel(graph):
    made = await graph.make(attendees=[{"emailAddress": {"address": AINO}}])
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])

    assert (
        await graph.post(f"/users/{AINO}/events/{copy['id']}/cancel", {})
    ).status == 400


async def test_a_cancelled_meeting_stays_marked_with_the_attendee(graph):
    made = await graph.make(attendees=[{"emailAddress": {"address": AINO}}])
    await graph.delete(made["id"])
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])

    assert copy["isCancelled"] is True
    assert copy["subject"].startswith("Canceled: ")


async def test_extended_properties_stay_in_the_organizers_copy(graph):
    made = await graph.make(
        attendees=[{"emailAddress": {"address": AINO}}],
        singleValueExtendedProperties=[{"id": TAG, "value": "A7"}],
    )
    expand = f"singleValueExtendedProperties($filter=id eq '{TAG}')"
    seen = await graph.view(
        "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO, **{"$expand": expand}
    )
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])

    assert "singleValueExtendedProperties" not in copy


async def test_hidden_attendees_see_themselves_alone(graph):
    made = await graph.make(
        hideAttendees=True,
        attendees=[
            {"emailAddress": {"address": AINO}},
            {"emailAddress": {"address": ELIAS}},
        ],
    )
    seen = await graph.view("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", AINO)
    copy = next(e for e in seen.items if e["iCalUId"] == made["iCalUId"])

    assert len(made["attendees"]) == 2
    assert [a["emailAddress"]["address"] for a in copy["attendees"]] == [AINO]


async def test_a_list_of_events_has_masters_and_no_occurrences(graph):
    await graph.make(subject="one")
    await graph.make(
        subject="series",
        **at("2026-11-24T09:00", "10:00"),
        recurrence=weekly("tuesday", "2026-11-24"),
    )
    seen = await graph.get(f"/users/{DESK}/events", {"$orderby": "subject desc"})

    assert subjects(seen) == ["series", "one"]
    assert seen.items[0]["type"] == "seriesMaster"
    assert seen.items[0]["recurrence"]["pattern"]["daysOfWeek"] == ["tuesday"]


async def test_a_second_calendar_holds_its_own_events(graph):
    other = await graph.post(f"/users/{DESK}/calendars", {"name": "Ryhmät"})
    path = f"/users/{DESK}/calendars/{other.body['id']}"
    body = {"subject": "Ryhmä", **at("2026-11-25T10:00", "11:00")}
    await graph.post(f"{path}/events", body)

    window = {
        "startDateTime": "2026-11-25T00:00:00Z",
        "endDateTime": "2026-11-26T00:00:00Z",
    }
    assert subjects(await graph.get(f"{path}/calendarView", window)) == ["Ryhmä"]
    assert (await graph.view(*window.values())).items == []


async def test_a_created_event_has_every_property_of_microsofts_sample(graph):
    where = folder()
    sample = (where or Path("nowhere")).parent / "examples/graph"
    path = sample / "event-create-online-res.json"
    if not path.exists():
        return
    expected = json.loads(path.read_text(encoding="utf-8"))["body"]

    made = await graph.make(isOnlineMeeting=True, location={"displayName": "L"})

    assert set(expected) <= set(made)
    assert set(expected["location"]) <= set(made["location"])


async def test_if_match_is_ignored_on_patch(graph):
    made = await graph.make()
    await graph.change(made["id"], subject="y")

    seen = await graph.ask(
        "PATCH",
        f"/users/{DESK}/events/{made['id']}",
        {"subject": "z"},
        If_Match=made["@odata.etag"],
    )

    assert (seen.status, seen.body["subject"]) == (200, "z")


@pytest.mark.parametrize("keeps", [False, True])
async def test_a_copy_has_a_new_identity_and_may_keep_properties(graph, keeps):
    graph.switches["copies_keep_properties"] = keeps
    made = await graph.make(
        isOnlineMeeting=True,
        attendees=[{"emailAddress": {"address": "a@b.example"}}],
        singleValueExtendedProperties=[{"id": TAG, "value": "A7"}],
    )
    source = next(iter(graph.box().events.values()))
    copy = store.copy(graph.tenant, source, graph.box(AINO), prefix="Copy: ")
    id_ = ids.event_id(graph.box(AINO), copy, immutable=False)
    expand = f"singleValueExtendedProperties($filter=id eq '{TAG}')"
    seen = await graph.event(id_, {"$expand": expand}, AINO)

    assert seen.body["subject"] == "Copy: Varattu aika"
    assert seen.body["iCalUId"] != made["iCalUId"]
    assert seen.body["organizer"]["emailAddress"]["address"] == AINO
    assert seen.body["isOnlineMeeting"] is False
    assert seen.body["attendees"] == []
    assert ("singleValueExtendedProperties" in seen.body) is keeps
