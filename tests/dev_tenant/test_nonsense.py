"""Nonsense in any place of a request is refused, never an accident of the server."""

import copy
from datetime import timedelta

from tests.dev_tenant.graph_world import AINO, DESK, NOW, TAG, at, weekly

JUNK = [
    None,
    5,
    -1,
    "x",
    "",
    [],
    {},
    True,
    [None],
    [5],
    {"a": 1},
    "2026-13-45",
    "ä" * 9,
]

EVENT = {
    "subject": "x",
    "body": {"contentType": "html", "content": "<p>x</p>"},
    **at("2026-11-24T09:00", "10:00"),
    "isAllDay": False,
    "showAs": "busy",
    "sensitivity": "normal",
    "importance": "low",
    "categories": ["Asiakas"],
    "location": {"displayName": "L"},
    "locations": [{"displayName": "L"}],
    "attendees": [{"emailAddress": {"address": "a@b.example"}, "type": "required"}],
    "isOnlineMeeting": True,
    "onlineMeetingProvider": "teamsForBusiness",
    "reminderMinutesBeforeStart": 10,
    "transactionId": "t",
    "singleValueExtendedProperties": [{"id": TAG, "value": "1"}],
    "recurrence": weekly("tuesday", "2026-11-24", type="endDate", endDate="2027-01-01"),
}


def places(value, path=()):
    """Every place inside a value, itself excluded."""
    keys = ()
    if isinstance(value, dict):
        keys = tuple(value)
    elif isinstance(value, list):
        keys = tuple(range(len(value)))
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


def spoiled(body):
    """The body with junk in each of its places in turn."""
    for path in places(body):
        for junk in JUNK:
            whole = copy.deepcopy(body)
            inner = whole
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = junk
            yield path, junk, whole


async def survives(graph, method, path, body):
    """Nothing but taken or refused, for each spoiled body."""
    accidents = []
    for where, junk, whole in spoiled(body):
        seen = await graph.ask(method, path, whole)
        if seen.status >= 500 or (seen.status >= 400 and "error" not in seen.body):
            accidents.append((where, junk, seen.status))
    # What was taken may be anything; the contract has nothing to say of nonsense.
    graph.tenant.journal.clear()
    assert accidents == []


async def test_nonsense_in_a_new_event(graph):
    await survives(graph, "POST", f"/users/{DESK}/events", EVENT)


async def test_nonsense_in_a_changed_event(graph):
    made = await graph.make()
    body = {k: v for k, v in EVENT.items() if k != "transactionId"}
    await survives(graph, "PATCH", f"/users/{DESK}/events/{made['id']}", body)


async def test_nonsense_in_a_changed_occurrence(graph):
    await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    one = (await graph.view("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")).items[0]
    body = {"subject": "y", **at("2026-12-02T09:00", "10:00")}
    await survives(graph, "PATCH", f"/users/{DESK}/events/{one['id']}", body)


async def test_nonsense_in_mail(graph):
    body = {
        "message": {
            "subject": "x",
            "body": {"contentType": "Text", "content": "x"},
            "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
            "internetMessageHeaders": [{"name": "x-a", "value": "1"}],
            "singleValueExtendedProperties": [{"id": TAG, "value": "1"}],
            "attachments": [{"name": "a", "contentBytes": "QQ=="}],
        },
        "saveToSentItems": True,
    }
    await survives(graph, "POST", f"/users/{DESK}/sendMail", body)


async def test_nonsense_in_a_schedule(graph):
    body = {
        "schedules": [AINO],
        "startTime": {"dateTime": "2026-12-25T00:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-12-26T00:00:00", "timeZone": "UTC"},
        "availabilityViewInterval": 60,
    }
    await survives(graph, "POST", f"/users/{DESK}/calendar/getSchedule", body)


async def test_nonsense_in_a_subscription(graph):
    hook = await graph.hook()
    body = {
        "resource": f"/users/{DESK}/events",
        "changeType": "created",
        "notificationUrl": hook.url,
        "lifecycleNotificationUrl": hook.url,
        "clientState": "s",
        "expirationDateTime": (NOW + timedelta(hours=1)).isoformat(),
    }
    await survives(graph, "POST", "/subscriptions", body)


async def test_nonsense_in_a_batch(graph):
    body = {
        "requests": [
            {
                "id": "1",
                "method": "POST",
                "url": f"/users/{DESK}/events",
                "headers": {"Content-Type": "application/json"},
                "body": {"subject": "x"},
            },
            {"id": "2", "method": "GET", "url": "/users", "dependsOn": ["1"]},
        ]
    }
    await survives(graph, "POST", "/$batch", body)


async def test_nonsense_in_meetings_and_settings(graph):
    meeting = {
        "subject": "x",
        "startDateTime": "2026-11-25T08:00:00Z",
        "endDateTime": "2026-11-25T09:00:00Z",
        "externalId": "e",
        "lobbyBypassSettings": {"scope": "organizer"},
    }
    path = f"/users/{graph.user()}/onlineMeetings"
    await survives(graph, "POST", f"{path}/createOrGet", meeting)
    await survives(graph, "POST", path, meeting)
    settings = {
        "timeZone": "UTC",
        "workingHours": {"daysOfWeek": ["monday"], "timeZone": {"name": "UTC"}},
    }
    await survives(graph, "PATCH", f"/users/{DESK}/mailboxSettings", settings)


async def test_nonsense_in_an_activity(graph):
    body = {
        "topic": {"source": "text", "value": "x", "webUrl": graph.running.base_url},
        "activityType": "a",
        "previewText": {"content": "x"},
        "templateParameters": [{"name": "a", "value": "b"}],
        "recipients": [{"userId": "x"}],
    }
    path = f"/users/{AINO}/teamwork/sendActivityNotification"
    await survives(graph, "POST", path, body)
    many = "/teamwork/sendActivityNotificationToRecipients"
    await survives(graph, "POST", many, body)


async def test_nonsense_in_queries(graph):
    made = await graph.make()
    window = {
        "startDateTime": "2026-11-23T00:00:00Z",
        "endDateTime": "2026-12-23T00:00:00Z",
    }
    names = [*window, "$top", "$skip", "$select", "$filter", "$orderby", "$expand"]
    names += ["$skiptoken", "$deltatoken", "$count"]
    values = ["", "x", "-1", "9" * 30, "''", "(", "a eq", "0001-01-01T00:00:00Z"]
    values += ["9999-12-31T23:59:59Z", "e30", "eyJib3giOiAxfQ", "%00", "ä"]
    bases = ["calendarView", "calendarView/delta", "events", "messages"]
    bases += [f"events/{made['id']}", "onlineMeetings"]
    for base in bases:
        for name in names:
            for value in values:
                query = {**window, name: value}
                seen = await graph.get(f"/users/{graph.user()}/{base}", query)

                assert seen.status < 500, (base, name, value)
    graph.tenant.journal.clear()
