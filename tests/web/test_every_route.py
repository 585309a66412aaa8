"""What holds for every route: GET changes nothing, headers protect, forgeries fail."""

import json

import pytest

from booking.links import LinkKind
from booking.model import Modality, Status
from teams_app.actions import booking
from teams_app.store import calendars
from teams_app.web.app import routes
from tests import make
from tests.support.small_world import MAIJA, SmallWorld, dump
from tests.web.conftest import BOTH_ENGINES, EXTRA, Door


def places(small: SmallWorld) -> dict[str, list[str]]:
    """Fill every route's holes with what opens it, in each state there is."""
    booked, held = small.book(24), small.hold(26)
    filled = small.hold(28)
    small.write(booking.fill_in, filled.id, MAIJA, small.now)
    waiting = small.confirming(48)
    offer = small.offer(50)
    free = small.offer(request="r2")
    of = small.links.token
    tokens = [
        of(LinkKind.APPOINTMENT, each.link, 0)
        for each in (booked, held, filled, waiting)
    ]
    return {
        "a": tokens,
        "o": [of(LinkKind.OFFER, each.link, 0) for each in (offer, free)],
        "reference": [booked.reference],
    }


def paths(
    small: SmallWorld, method: str, found: dict[str, list[str]] | None = None
) -> list[str]:
    found = found or places(small)
    made = []
    for route in routes():
        if route.method != method:
            continue
        if "{token}" in route.path:
            kind = "o" if route.path.startswith("/o/") else "a"
            made += [route.path.replace("{token}", each) for each in found[kind]]
        else:
            plain = route.path.replace("{service}", "guidance")
            plain = plain.replace("{unit}", "itakatu")
            plain = plain.replace("{note}", "1").replace(
                "{person}", make.bo().object_id
            )
            made.append(plain.replace("{reference}", found["reference"][0]))
    return made


@BOTH_ENGINES
async def test_get_and_head_change_nothing_anywhere(door: Door):
    """But for what notes that somebody looked, which is there for that."""
    small = door.small
    asked = paths(small, "GET")
    before = small.read(dump)
    for path in asked:
        for method in ("GET", "HEAD"):
            answer = await door.ask(method, path, headers=door.staff())
            assert answer.status < 500, path
            assert answer.status != 405, path
    after = small.read(dump)

    assert len(asked) > 25
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"access_log"}


async def test_a_planted_change_would_be_seen(door: Door):
    small = door.small
    before = small.read(dump)

    small.hold(24)

    assert small.read(dump) != before


async def test_every_answer_protects_itself(door: Door):
    small = door.small
    found = places(small)
    asked = [("GET", path) for path in paths(small, "GET", found)]
    asked += [("POST", path) for path in paths(small, "POST", found)]
    asked += [("GET", "/nowhere"), ("DELETE", "/b"), ("GET", "/teams/nowhere")]
    asked += [("GET", "/a/forged"), ("GET", "/static/x/y")]
    seen = set()
    for method, path in asked:
        for headers in ({}, door.staff()):
            answer = await door.ask(method, path, headers=headers)
            seen.add(answer.status)
            said = answer.headers
            assert "default-src 'none'" in said["Content-Security-Policy"], path
            assert said["X-Content-Type-Options"] == "nosniff", path
            assert said["Referrer-Policy"] == "same-origin", path
            assert "camera=()" in said["Permissions-Policy"], path

    assert seen >= {200, 303, 401, 403, 404}


HOSTS = (
    *("teams.microsoft.com", "*.teams.microsoft.com", "*.cloud.microsoft"),
    *("*.microsoft365.com", "*.office.com", "outlook.office365.com"),
)


async def test_only_its_hosts_and_the_demo_may_frame_the_tab_and_nobody_the_rest(
    door: Door,
):
    tab = (await door.get("/teams/tab")).headers["Content-Security-Policy"]
    page = (await door.get("/b")).headers["Content-Security-Policy"]

    named = tab.partition("frame-ancestors ")[2].split()
    assert sorted(named) == sorted([*(f"https://{each}" for each in HOSTS), EXTRA])
    assert "frame-ancestors 'none'" in page


async def test_pages_about_somebody_are_kept_nowhere(door: Door):
    for path in paths(door.small, "GET"):
        if not path.startswith(("/a/", "/o/", "/j/", "/teams/")):
            continue
        answer = await door.ask("GET", path, headers=door.staff())
        if answer.status == 200:
            assert answer.headers["Cache-Control"] == "no-store", path


# Graph's door.


def notice(small: SmallWorld, **changes) -> dict[str, object]:
    state = make.replace(
        small.read(calendars.state, make.AINO),
        subscription_id="S1",
        subscription_secret="a secret",
    )
    small.write(calendars.save_state, state)
    return {
        "subscriptionId": "S1",
        "clientState": "a secret",
        "changeType": "updated",
        "resourceData": {"id": "E1", "@odata.etag": 'W/"ck"'},
    } | changes


async def told(door: Door, body: object) -> int:
    answer = await door.ask("POST", "/hooks/graph", data=json.dumps(body))
    return answer.status


async def test_a_genuine_notice_is_taken_and_owes_a_pull(door: Door):
    assert await told(door, {"value": [notice(door.small)]}) == 202
    assert len(door.small.owed("pull")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"clientState": "guessed"},
        {"clientState": None},
        {"clientState": ["a secret"]},
        {"subscriptionId": "S2"},
        {"subscriptionId": {"$ne": ""}},
        {"clientState": "guessed", "lifecycleEvent": "subscriptionRemoved"},
    ],
)
async def test_a_forged_notice_is_answered_like_any_other_and_owes_nothing(
    door: Door, changes
):
    body = {"value": [notice(door.small, **changes)]}

    assert await told(door, body) == 202
    assert door.small.owed() == []


@pytest.mark.parametrize(
    "body", [[], {}, {"value": None}, {"value": {}}, {"value": [1, None, []]}, "x", 1]
)
async def test_what_is_no_notice_owes_nothing(door: Door, body: object):
    assert await told(door, body) == 202
    assert door.small.owed() == []


@pytest.mark.parametrize("raw", [b"", b"no json", b"\xff\xfe", b"[" * 200_000])
async def test_what_is_no_json_is_a_bad_request(door: Door, raw: bytes):
    answer = await door.ask("POST", "/hooks/graph", data=raw)

    assert answer.status == 400


@pytest.mark.parametrize("depth", [400, 480, 500, 5000])
async def test_a_notice_nested_without_end_breaks_nothing(door: Door, depth: int):
    deep = '[{"a":' * depth + "1" + "}]" * depth
    for field in ("subscriptionId", "clientState", "resourceData", "lifecycleEvent"):
        given = json.dumps(notice(door.small, **{field: "?"})).replace('"?"', deep)

        answer = await door.ask("POST", "/hooks/graph", data=f'{{"value": [{given}]}}')

        assert answer.status in {202, 400}, field


@BOTH_ENGINES
async def test_a_notice_with_marks_no_database_keeps_breaks_nothing(door: Door):
    names = notice(door.small, subscriptionId="S\x001")
    event = notice(door.small, resourceData={"id": "E\x001"})

    assert await told(door, {"value": [names]}) == 202
    assert await told(door, {"value": [event]}) == 202


async def test_a_post_of_notices_too_large_is_413(door: Door):
    answer = await door.ask("POST", "/hooks/graph", data=b" " * 300_000)

    assert answer.status == 413


async def test_the_handshake_echoes_plain_text_that_no_browser_runs(door: Door):
    token = "<script>alert(1)</script>&é"

    answer = await door.ask("POST", "/hooks/graph", params={"validationToken": token})

    assert (answer.status, answer.text) == (200, token)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_handshake_too_long_is_cut(door: Door):
    answer = await door.ask(
        "POST", "/hooks/graph", params={"validationToken": "x" * 4000}
    )

    assert len(answer.text) == 2048


# The tab's door.

TODAY = "/teams/today"


async def test_somebody_unknown_here_is_403_and_sees_nothing(door: Door):
    door.small.book(24)

    answer = await door.get(TODAY, headers=door.staff(oid="stranger"))

    assert answer.status == 403
    assert "Maija" not in answer.text


async def test_nobody_sees_or_changes_another_professionals_client(door: Door):
    small, booked = door.small, door.small.book(24)
    bo = door.staff(oid=make.bo().object_id)
    path = f"/teams/appointment/{booked.reference}"

    for method, rest in (
        ("GET", ""),
        ("GET", "/move"),
        ("POST", "/move"),
        ("POST", "/cancel"),
    ):
        answer = await door.ask(
            method,
            path + rest,
            headers=bo,
            data={
                "version": str(booked.version),
                "slot": f"1@{int(make.at(26).timestamp())}",
            }
            if method == "POST"
            else None,
        )
        assert answer.status == 403, (method, rest)
        assert "Maija" not in answer.text
    assert small.appointment(booked.id) == booked


@BOTH_ENGINES
@pytest.mark.parametrize(
    "reference", ["AAAAAA", "%00", "A" * 3000, "%F0%9F%98%80", "1'--", "..%2f"]
)
async def test_a_reference_that_is_none_is_403(door: Door, reference: str):
    answer = await door.get(f"/teams/appointment/{reference}", headers=door.staff())

    assert answer.status in {403, 404}


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "x", "9" * 5000, "\u0662"])
async def test_an_old_page_cancels_nothing(door: Door, version: str):
    small, booked = door.small, door.small.book(24)

    answer = await door.ask(
        "POST",
        f"/teams/appointment/{booked.reference}/cancel",
        headers=door.staff(),
        data={"version": version, "tell": "yes"},
    )

    assert answer.status == 409
    assert small.appointment(booked.id).status is Status.BOOKED


def booking_form(**changes: str) -> dict[str, str]:
    return {
        "service": "guidance",
        "modality": Modality.REMOTE.value,
        "name": "Maija Meri",
        "language": "fi",
        "email": "maija@client.example",
        "slot": f"1@{int(make.at(24).timestamp())}",
        "act": "book",
        "request": "r1",
    } | changes


async def press(door: Door, **changes: str) -> int:
    answer = await door.ask(
        "POST", "/teams/book", headers=door.staff(), data=booking_form(**changes)
    )
    return answer.status


@BOTH_ENGINES
@pytest.mark.parametrize(
    "changes",
    [
        {"slot": ""},
        {"slot": "1@x"},
        {"slot": f"2@{int(make.at(24).timestamp())}"},
        {"name": ""},
        {"name": "x" * 200},
        {"email": "no address"},
        {"email": ""},
        {"language": "klingon"},
        {"act": ""},
        {"act": "everything"},
    ],
)
async def test_a_form_of_the_tab_with_a_mistake_makes_nothing(door: Door, changes):
    assert await press(door, **changes) == 422
    assert door.small.owed() == []


@BOTH_ENGINES
async def test_marks_no_database_keeps_are_dropped_from_a_request(door: Door):
    assert await press(door, request="r\x001") == 200
