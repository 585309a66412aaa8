"""The checker of recorded traffic finds what it is meant to find."""

import copy
import json
import os
from collections import Counter

import pytest

from tests import contracts
from tests.dev_tenant.graph_world import DESK, TAG


async def recorded(graph):
    await graph.make(
        isOnlineMeeting=True, singleValueExtendedProperties=[{"id": TAG, "value": "1"}]
    )
    await graph.post(
        "/$batch",
        {
            "requests": [
                {"id": "1", "method": "GET", "url": f"/users/{DESK}/calendars"},
            ]
        },
    )
    return graph.tenant.journal.har()


def entry(har, end):
    return next(e for e in har["log"]["entries"] if e["request"]["url"].endswith(end))


def rewrite(one, side, change):
    """Change the JSON of one side of an exchange."""
    holder = (
        one["request"]["postData"] if side == "sent" else one["response"]["content"]
    )
    body = json.loads(holder["text"])
    change(body)
    holder["text"] = json.dumps(body)


FLAWS = {
    "a property unknown in a request": (
        "/events",
        "sent",
        lambda b: b.update(colour="red"),
        "unknown property colour",
    ),
    "a wrong type in a request": (
        "/events",
        "sent",
        lambda b: b.update(isAllDay="no"),
        "'no' is not a boolean",
    ),
    "a property unknown deep in a response": (
        "/events",
        "answered",
        lambda b: b["location"].update(floor=3),
        "unknown property floor",
    ),
    "a value outside its enumeration": (
        "/events",
        "answered",
        lambda b: b.update(showAs="away"),
        "'away' is not one of",
    ),
    "null where there must be something": (
        "/events",
        "answered",
        lambda b: b.update(id=None),
        "null is not allowed",
    ),
    "a date that is none": (
        "/events",
        "answered",
        lambda b: b.update(createdDateTime="yesterday"),
        "does not match date-time",
    ),
    "an object in place of a list": (
        "/events",
        "answered",
        lambda b: b.update(attendees={}),
        "is not a list",
    ),
    "an unknown path in a batch": (
        "/$batch",
        "sent",
        lambda b: b["requests"][0].update(url="/users/x/dreams"),
        "unknown path",
    ),
    "a part without an answer": (
        "/$batch",
        "sent",
        lambda b: b["requests"][0].update(id="9"),
        "part 9 has no answer",
    ),
    "a part's answer of the wrong shape": (
        "/$batch",
        "answered",
        lambda b: b["responses"][0]["body"]["value"][0].update(shade=1),
        "unknown property shade",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_a_planted_flaw_is_found(graph, flaw):
    if contracts.folder() is None:
        return  # nothing to hold the traffic against
    end, side, change, expected = FLAWS[flaw]
    har = copy.deepcopy(await recorded(graph))
    assert contracts.check_har(har) == []

    rewrite(entry(har, end), side, change)

    found = contracts.check_har(har)
    assert any(expected in c for c in found), found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("/events", "/dreams"), "unknown path"),
        (("/events", "/events?$colour=red"), "unknown query option $colour"),
        (("/events", "/calendarView"), "POST is not allowed"),
    ],
)
async def test_a_planted_address_is_found(graph, change, expected):
    if contracts.folder() is None:
        return
    har = copy.deepcopy(await recorded(graph))
    one = entry(har, "/events")
    one["request"]["url"] = one["request"]["url"].replace(*change)

    assert any(expected in c for c in contracts.check_har(har))


async def test_a_selected_name_must_be_a_property(graph):
    if contracts.folder() is None:
        return
    window = {"startDateTime": "2026-11-25", "endDateTime": "2026-11-26"}
    path = f"/users/{DESK}/calendarView"
    await graph.get(path, {**window, "$select": "subject,colour"})
    found = contracts.check_har(graph.tenant.journal.har())
    graph.tenant.journal.clear()

    assert len(found) == 1
    assert "$select names colour" in found[0]


async def test_a_missing_window_is_found(graph):
    if contracts.folder() is None:
        return
    window = {"startDateTime": "2026-11-25", "endDateTime": "2026-11-26"}
    await graph.get(f"/users/{DESK}/calendarView", window)
    har = copy.deepcopy(graph.tenant.journal.har())
    one = har["log"]["entries"][0]
    one["request"]["url"] = one["request"]["url"].partition("?")[0]

    assert len(contracts.check_har(har)) == 2


def exchange(path, sent, status=201, answered=None):
    return {
        "log": {
            "entries": [
                {
                    "_direction": "to tenant",
                    "request": {
                        "method": "POST",
                        "url": f"http://127.0.0.1/connector{path}",
                        "postData": {"text": json.dumps(sent)},
                    },
                    "response": {
                        "status": status,
                        "content": {"text": json.dumps(answered or {"id": "1"})},
                    },
                }
            ]
        }
    }


@pytest.mark.parametrize(
    ("path", "sent", "expected"),
    [
        ("/v3/conversations/a/activities", {"type": "message", "text": "x"}, None),
        ("/v3/conversations/a/dreams", {}, "unknown path"),
        ("/v3/conversations/a/activities", {"colour": 1}, "unknown property colour"),
        ("/v3/conversations/a/activities", {"text": 1}, "1 is not a string"),
    ],
)
def test_the_connectors_traffic_is_checked_too(path, sent, expected):
    if contracts.folder() is None:
        return
    found = contracts.check_har(exchange(path, sent))

    assert found == [] if expected is None else expected in found[0]


@pytest.mark.parametrize(
    ("url", "sent", "expected"),
    [
        ("/api/messages", {"type": "message", "text": "x"}, None),
        ("/api/messages", {"type": "message", "shade": 1}, "unknown property shade"),
        (
            "/hook",
            {"value": [{"subscriptionId": "1", "changeType": "moved"}]},
            "'moved' is not one of",
        ),
        (
            "/hook",
            {"value": [{"subscriptionId": "1", "resourceData": {"id": "x"}}]},
            None,
        ),
    ],
)
def test_what_the_tenant_sends_by_itself_is_checked(url, sent, expected):
    if contracts.folder() is None:
        return
    har = exchange(url, sent, status=202)
    one = har["log"]["entries"][0]
    one["_direction"] = "from tenant"
    one["request"]["url"] = f"http://127.0.0.1{url}"
    found = contracts.check_har(har)

    assert found == [] if expected is None else expected in found[0]


# Where there are no contracts.


def test_a_check_without_contracts_is_told_as_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(contracts, "CHECKS", Counter())
    monkeypatch.setattr(contracts, "ROOT", tmp_path)
    monkeypatch.setattr(contracts, "NAMED", "")

    assert contracts.check_har({"log": {"entries": [{}]}}) == []
    assert contracts.manifest_schema() is None
    said = contracts.said(contracts.CHECKS["empty"])
    assert said == "contracts not at hand: 2 checks empty"
    assert contracts.named_in_vain() == ""


def test_contracts_that_are_named_and_not_there_are_a_mistake(tmp_path, monkeypatch):
    monkeypatch.setattr(contracts, "NAMED", str(tmp_path))

    assert str(tmp_path) in contracts.named_in_vain()
    with pytest.raises(AssertionError, match=contracts.NAMED_BY):
        contracts.check_har({"log": {"entries": []}})

    (tmp_path / contracts.GRAPH_FILE).touch()
    assert contracts.folder() == tmp_path
    assert contracts.named_in_vain() == ""


def test_where_the_contracts_are_is_no_setting_of_vuoro():
    assert contracts.NAMED_BY not in os.environ
