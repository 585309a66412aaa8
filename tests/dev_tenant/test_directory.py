"""People, groups, settings, categories, calendars, schedules, the Teams app."""

import pytest

from dev_tenant.graph.apps import put_in
from tests.dev_tenant.graph_world import AINO, DESK, ELIAS, HELSINKI, at


async def test_users_are_got_listed_filtered_and_selected(graph):
    one = await graph.get(f"/users/{AINO}")
    by_id = await graph.get(f"/users/{one.body['id']}", {"$select": "mail,department"})
    found = await graph.get(
        "/users", {"$filter": "startswith(displayName,'Elias')", "$select": "mail"}
    )
    paged = await graph.get("/users", {"$top": 5})
    more = await graph.get(paged.body["@odata.nextLink"])

    assert one.body["displayName"] == "Aino Lehtovaara"
    assert "department" not in one.body
    assert by_id.body["department"] == "Työnhakupalvelut"
    assert found.items == [{"mail": ELIAS}]
    assert (len(paged.items), len(more.items)) == (5, 5)
    assert (await graph.get("/users/nobody")).code == "Request_ResourceNotFound"


async def test_groups_have_members_and_owners(graph):
    groups = await graph.get("/groups", {"$select": "id,displayName"})
    unit = next(g for g in groups.items if g["displayName"] == "Työnhakupalvelut")
    members = await graph.get(f"/groups/{unit['id']}/members")
    owners = await graph.get(f"/groups/{unit['id']}/owners", {"$select": "id,mail"})
    mine = await graph.get(f"/users/{AINO}/memberOf")
    checked = await graph.post(
        f"/users/{AINO}/checkMemberGroups", {"groupIds": [unit["id"], "x"]}
    )

    assert AINO in {m["mail"] for m in members.items}
    assert members.items[0]["@odata.type"] == "#microsoft.graph.user"
    assert [o["mail"] for o in owners.items] == ["kaarina.holmberg@lumivaara.example"]
    everybody = "Ajanvarauksen asiantuntijat"
    assert [g["displayName"] for g in mine.items] == [unit["displayName"], everybody]
    assert checked.items == [unit["id"]]
    assert (await graph.get("/groups/x")).status == 404


async def test_a_members_account_is_read_by_a_right_of_its_own(graph):
    groups = await graph.get("/groups", {"$select": "id,displayName"})
    unit = next(g for g in groups.items if g["displayName"] == "Työnhakupalvelut")
    path = f"/groups/{unit['id']}/transitiveMembers"
    query = {"$select": "id,displayName,accountEnabled", "$top": "999"}

    whole = (await graph.get(path, query)).items

    assert {"@odata.type", "id", "displayName", "accountEnabled"} == set(whole[0])
    assert all(each["accountEnabled"] for each in whole)
    graph.tenant.users[whole[0]["id"]].enabled = False
    again = (await graph.get(path, query)).items
    assert [each["accountEnabled"] for each in again].count(False) == 1


async def test_mailbox_settings_name_zones_as_the_mailbox_does(graph):
    aino = await graph.get(f"/users/{AINO}/mailboxSettings")
    elias = await graph.get(f"/users/{ELIAS}/mailboxSettings")

    assert aino.body["timeZone"] == HELSINKI
    assert elias.body["timeZone"] == "FLE Standard Time"
    assert elias.body["workingHours"] == {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:30:00.0000000",
        "endTime": "16:30:00.0000000",
        "timeZone": {"name": "FLE Standard Time"},
    }


async def test_mailbox_settings_are_changed_in_part(graph):
    path = f"/users/{AINO}/mailboxSettings"
    hours = {"workingHours": {"startTime": "10:00:00.0000000"}}
    seen = await graph.ask("PATCH", path, hours)

    assert seen.body["workingHours"]["startTime"] == "10:00:00.0000000"
    assert seen.body["workingHours"]["endTime"] == "16:00:00.0000000"
    assert (await graph.ask("PATCH", path, {"timeZone": "Moon"})).status == 400
    assert (await graph.ask("PATCH", path, {"userPurpose": "room"})).status == 400


async def test_categories_are_listed_and_added_once(graph):
    path = f"/users/{AINO}/outlook/masterCategories"
    made = await graph.post(path, {"displayName": "Etä", "color": "preset1"})
    again = await graph.post(path, {"displayName": "etä"})

    assert (made.status, again.status) == (201, 409)
    names = [c["displayName"] for c in (await graph.get(path)).items]
    assert names == ["Asiakas", "Varattavissa", "Koulutus", "Etä"]


async def test_calendars_are_listed_made_and_removed(graph):
    path = f"/users/{DESK}/calendars"
    made = await graph.post(path, {"name": "Ryhmät"})
    listed = await graph.get(path)
    default = await graph.get(f"/users/{DESK}/calendar")
    one = f"{path}/{made.body['id']}"

    assert [c["isDefaultCalendar"] for c in listed.items] == [True, False]
    assert default.body["id"] == listed.items[0]["id"]
    assert (await graph.post(path, {"name": "ryhmät"})).status == 409
    assert (await graph.ask("PATCH", one, {"name": "Uusi"})).body["name"] == "Uusi"
    assert (await graph.ask("DELETE", one)).status == 204
    assert (await graph.get(one)).status == 404
    assert (await graph.ask("DELETE", f"{path}/{default.body['id']}")).status == 400
    graph.tenant.journal.clear()


async def test_supported_zones_come_in_both_forms(graph):
    path = f"/users/{AINO}/outlook/supportedTimeZones"
    windows = await graph.get(path)
    iana = await graph.get(
        f"{path}(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"
    )

    assert "FLE Standard Time" in {z["alias"] for z in windows.items}
    assert "Europe/Helsinki" in {z["alias"] for z in iana.items}
    graph.tenant.journal.clear()  # the contract knows the name with brackets alone


def schedule(*people, interval=30, start="09:00", end="12:00", day="2026-12-15"):
    return {
        "schedules": list(people),
        "startTime": {"dateTime": f"{day}T{start}:00", "timeZone": HELSINKI},
        "endTime": {"dateTime": f"{day}T{end}:00", "timeZone": HELSINKI},
        "availabilityViewInterval": interval,
    }


async def test_a_schedule_has_a_digit_a_slot(graph):
    day = "2026-12-15T"
    await graph.make(**at(f"{day}09:00", "09:30"))
    await graph.make(showAs="tentative", **at(f"{day}09:30", "10:00"))
    await graph.make(showAs="oof", **at(f"{day}10:00", "10:30"))
    await graph.make(showAs="workingElsewhere", **at(f"{day}10:30", "11:00"))
    await graph.make(showAs="free", **at(f"{day}11:00", "11:30"))

    path = f"/users/{AINO}/calendar/getSchedule"
    seen = await graph.post(path, schedule(DESK, "x@lumivaara.example"))
    one, nobody = seen.items

    assert one["availabilityView"] == "213400"
    assert one["workingHours"]["startTime"] == "08:00:00.0000000"
    assert "subject" not in one["scheduleItems"][0]
    assert nobody["error"]["responseCode"] == "ErrorMailRecipientNotFound"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (schedule(*[DESK] * 101), "ErrorMailboxDataArrayTooBig"),
        (schedule(DESK, interval=4), "ErrorInvalidParameter"),
        (schedule(), "ErrorInvalidParameter"),
        (schedule(DESK, start="12:00", end="09:00"), "ErrorInvalidTimeInterval"),
        (
            {
                **schedule(DESK),
                "endTime": {"dateTime": "2027-03-01T00:00:00", "timeZone": "UTC"},
            },
            "ErrorTimeIntervalTooBig",
        ),
    ],
)
async def test_a_wrong_schedule_is_refused(graph, body, code):
    seen = await graph.post(f"/users/{AINO}/calendar/getSchedule", body)

    assert (seen.status, seen.code) == (400, code)


async def test_the_app_is_installed_once_and_has_a_chat(graph):
    app = graph.tenant.app
    catalogue = await graph.get(
        "/appCatalogs/teamsApps", {"$filter": f"externalId eq '{app.external_id}'"}
    )
    path = f"/users/{graph.user(AINO)}/teamwork/installedApps"
    bind = f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{app.catalogue_id}"
    graph.tenant.installed.pop(graph.user(AINO), None)
    body = {"teamsApp@odata.bind": bind}

    first = await graph.post(path, body)
    second = await graph.post(path, body)
    wanted = f"teamsApp/id eq '{app.catalogue_id}'"
    found = await graph.get(path, {"$filter": wanted, "$expand": "teamsApp"})
    chat = await graph.get(f"{path}/{found.items[0]['id']}/chat")

    assert catalogue.items[0]["id"] == app.catalogue_id
    assert (first.status, first.body, second.status) == (201, None, 409)
    assert found.items[0]["teamsApp"]["externalId"] == app.external_id
    assert graph.user(AINO) in chat.body["id"]


def feed(**other):
    return {
        "topic": {
            "source": "text",
            "value": "Vuoro",
            "webUrl": "https://teams.microsoft.com/l/entity/x/y",
        },
        "activityType": "appointmentBooked",
        "previewText": {"content": "x" * 200},
        **other,
    }


async def test_an_activity_reaches_those_who_have_the_app(graph):
    graph.tenant.installed.clear()
    path = f"/users/{graph.user(AINO)}/teamwork/sendActivityNotification"
    refused = await graph.post(path, feed())
    put_in(graph.tenant, graph.user(AINO))
    taken = await graph.post(path, feed())
    wrong = await graph.post(path, feed(topic={"source": "text", "value": "x"}))

    assert (refused.status, taken.status, wrong.status) == (403, 204, 400)
    assert [len(a["preview"]) for a in graph.tenant.activities] == [150]


async def test_the_organization_is_named(graph):
    seen = await graph.get("/organization")

    assert seen.items[0]["id"] == graph.tenant.id


async def test_an_activity_goes_to_many_at_once(graph):
    graph.tenant.installed.clear()
    put_in(graph.tenant, graph.user(AINO))
    people = [
        {
            "@odata.type": "microsoft.graph.aadUserNotificationRecipient",
            "userId": graph.user(mail),
        }
        for mail in (AINO, ELIAS)
    ]
    path = "/teamwork/sendActivityNotificationToRecipients"
    taken = await graph.post(path, feed(recipients=people))
    crowd = await graph.post(path, feed(recipients=people * 51))

    assert (taken.status, crowd.status) == (202, 400)
    assert [a["user"] for a in graph.tenant.activities] == [graph.user(AINO)]


async def test_a_leader_has_reports(graph):
    leader = await graph.get(f"/users/{AINO}/manager")
    reports = await graph.get(f"/users/{leader.body['id']}/directReports")

    assert leader.body["mail"] == "kaarina.holmberg@lumivaara.example"
    assert AINO in {r["mail"] for r in reports.items}
    assert (await graph.get(f"/users/{DESK}/manager")).status == 404


async def test_a_calendar_says_what_the_house_may_see(graph):
    seen = await graph.get(f"/users/{AINO}/calendar/calendarPermissions")

    assert seen.items[0]["role"] == "freeBusyRead"
