"""Teams meetings: links on events, late or refused, and meetings of their own."""

from tests.dev_tenant.graph_world import AINO, DESK, ELIAS, at, pause

ONLINE = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
SPAN = {
    "startDateTime": "2026-11-25T08:00:00Z",
    "endDateTime": "2026-11-25T09:00:00Z",
}


async def test_an_online_event_has_a_link_in_place_and_in_its_body(graph):
    made = await graph.make(
        **ONLINE, body={"contentType": "html", "content": "<p>Hei</p>"}
    )
    link = made["onlineMeeting"]["joinUrl"]

    assert made["isOnlineMeeting"] is True
    assert made["onlineMeetingProvider"] == "teamsForBusiness"
    assert made["onlineMeetingUrl"] is None
    assert "/l/meetup-join/19%3ameeting_" in link
    assert link in made["body"]["content"].replace("&amp;", "&").replace("&quot;", '"')
    assert "<p>Hei</p>" in made["body"]["content"]


async def test_a_body_without_the_link_ends_the_meeting(graph):
    made = await graph.make(**ONLINE)
    seen = await graph.change(
        made["id"], body={"contentType": "html", "content": "<p>Uusi</p>"}
    )

    assert seen.body["isOnlineMeeting"] is False
    assert seen.body["onlineMeeting"] is None


async def test_a_body_that_keeps_the_link_keeps_the_meeting(graph):
    made = await graph.make(**ONLINE)
    content = made["body"]["content"].replace("<body>", "<body><p>Uusi</p>")
    seen = await graph.change(
        made["id"], body={"contentType": "html", "content": content}
    )

    assert seen.body["onlineMeeting"] == made["onlineMeeting"]
    assert "<p>Uusi</p>" in seen.body["body"]["content"]


async def test_an_ended_meeting_can_be_had_anew(graph):
    made = await graph.make(**ONLINE)
    await graph.change(made["id"], body={"contentType": "html", "content": "x"})
    seen = await graph.change(made["id"], **ONLINE)

    assert seen.body["isOnlineMeeting"] is True
    assert seen.body["onlineMeeting"]["joinUrl"] != made["onlineMeeting"]["joinUrl"]


async def test_a_meeting_cannot_be_switched_off(graph):
    made = await graph.make(**ONLINE)
    seen = await graph.change(made["id"], isOnlineMeeting=False)

    assert seen.body["isOnlineMeeting"] is True
    assert seen.body["onlineMeeting"] == made["onlineMeeting"]


async def test_a_moved_event_keeps_its_link(graph):
    made = await graph.make(**ONLINE)
    seen = await graph.change(made["id"], **at("2026-11-26T10:00", "11:00"))

    assert seen.body["onlineMeeting"] == made["onlineMeeting"]


async def test_a_link_can_come_late(graph):
    graph.switches["late_join_url"] = 0.2
    made = await graph.make(**ONLINE)
    assert (made["isOnlineMeeting"], made["onlineMeeting"]) == (True, None)
    assert "meetup-join" not in made["body"]["content"]

    await pause(0.3)
    seen = await graph.event(made["id"])

    assert "meetup-join" in seen.body["onlineMeeting"]["joinUrl"]
    assert "meetup-join" in seen.body["body"]["content"]
    assert seen.body["changeKey"] != made["changeKey"]


async def test_a_mailbox_without_teams_gets_an_ordinary_event(graph):
    graph.box().default_calendar.providers = []
    made = await graph.make(**ONLINE)
    calendar = await graph.get(f"/users/{DESK}/calendar")

    assert made["isOnlineMeeting"] is False
    assert made["onlineMeetingProvider"] == "unknown"
    assert calendar.body["allowedOnlineMeetingProviders"] == []

    graph.switches["no_online_meeting"] = [AINO]
    assert (await graph.make(AINO, **ONLINE))["isOnlineMeeting"] is False


async def test_create_or_get_is_keyed_by_the_external_id(graph):
    path = f"/users/{graph.user()}/onlineMeetings/createOrGet"
    body = {**SPAN, "externalId": "A7", "subject": "Aika"}

    one = await graph.post(path, body)
    two = await graph.post(path, body)
    other = await graph.post(path, {**body, "externalId": "A8"})

    assert (one.status, two.status, other.status) == (201, 200, 201)
    assert one.body["joinWebUrl"] == two.body["joinWebUrl"] != other.body["joinWebUrl"]
    assert (await graph.post(path, SPAN)).status == 400
    assert (
        await graph.post(path, {"externalId": "B", "endDateTime": SPAN["endDateTime"]})
    ).status == 400


async def test_a_meeting_of_an_event_is_found_by_its_link_and_changed(graph):
    made = await graph.make(**ONLINE)
    path = f"/users/{graph.user()}/onlineMeetings"
    link = made["onlineMeeting"]["joinUrl"]

    found = await graph.get(path, {"$filter": f"joinWebUrl eq '{link}'"})
    one = f"{path}/{found.items[0]['id']}"
    scope = {"lobbyBypassSettings": {"scope": "organizer"}}
    seen = await graph.ask("PATCH", one, scope)

    assert seen.body["lobbyBypassSettings"]["scope"] == "organizer"
    assert (await graph.get(one)).body["joinWebUrl"] == link
    assert (await graph.get(path)).status == 400
    bad = {"lobbyBypassSettings": {"scope": "nobody"}}
    assert (await graph.ask("PATCH", one, bad)).status == 400


async def test_meetings_are_made_for_object_ids_under_a_policy(graph):
    graph.switches["meeting_policy_missing"] = [graph.user(ELIAS)]

    by_mail = await graph.post(f"/users/{DESK}/onlineMeetings", SPAN)
    refused = await graph.post(f"/users/{graph.user(ELIAS)}/onlineMeetings", SPAN)
    made = await graph.post(f"/users/{graph.user()}/onlineMeetings", SPAN)
    gone = await graph.ask(
        "DELETE", f"/users/{graph.user()}/onlineMeetings/{made.body['id']}"
    )

    assert by_mail.status == 404
    assert (refused.status, refused.code) == (403, "Unauthorized")
    assert (made.status, gone.status) == (201, 204)
