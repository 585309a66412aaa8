"""Counting requests to Graph in recorded traffic."""

import json
from collections import Counter

from teams_app.story.floor import count


def entry(method: str, path: str, body: object = None, *, outgoing: bool = False):
    request = {"method": method, "url": f"http://127.0.0.1:8081{path}"}
    if body is not None:
        request["postData"] = {"text": json.dumps(body)}
    return {
        "_direction": "from tenant" if outgoing else "to tenant",
        "request": request,
    }


def test_each_part_of_a_batch_is_a_request():
    parts = [
        {"id": "1", "method": "POST", "url": "/users/4f/events"},
        {"id": "2", "method": "GET", "url": "/users/4f/calendarView?top=1"},
    ]

    found = count([entry("POST", "/v1.0/$batch", {"requests": parts})])

    assert found.requests == Counter({"POST events": 1, "GET calendarView": 1})
    assert found.total == 2


def test_mail_and_notices_are_counted_apart():
    found = count(
        [
            entry("POST", "/v1.0/users/9a/sendMail", {}),
            entry("POST", "/hooks/graph", {}, outgoing=True),
            entry("POST", "/connector/v3/conversations/x/activities", {}),
            entry("POST", "/tenant/oauth2/v2.0/token"),
        ]
    )

    assert (found.total, found.mails, found.notices) == (0, 1, 1)
    assert found.words == "(none; 1 mail beside)"


def test_what_mailboxes_are_asked_of_themselves_belongs_to_no_operation():
    parts = [
        {"id": "1", "method": "GET", "url": "/users/4f/mailboxSettings?$select=x"},
        {"id": "2", "method": "GET", "url": "/users/4f/calendar"},
        {"id": "3", "method": "GET", "url": "/users/4f/calendarView?top=1"},
    ]

    found = count([entry("POST", "/v1.0/$batch", {"requests": parts})])

    assert found.requests == Counter({"GET calendarView": 1})


def test_ids_and_brackets_do_not_name_a_request():
    found = count(
        [
            entry("GET", "/v1.0/users/1a/calendarView/delta()?x=1"),
            entry("DELETE", "/v1.0/users/1a/events/AAk1%3D"),
            entry("PATCH", "/v1.0/users/1a/events/AAk1="),
        ]
    )

    assert found.requests == Counter(
        {"GET delta": 1, "DELETE events": 1, "PATCH events": 1}
    )
