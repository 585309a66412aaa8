"""What every answer keeps to itself, how it travels, and where its links lead."""

import asyncio
import gzip
import re

import pytest

from booking.links import LinkKind
from booking.wording import text
from teams_app.web.staff import SIGN_IN
from tests import make
from tests.web.client import hidden, is_a_page_that_helps, move, slot
from tests.web.conftest import Door

BOTH = {"Accept-Encoding": "gzip, deflate, br"}


async def raw(door: Door, target: str) -> str:
    """Ask for a target as no browser would write it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door._server.port)
    head = f"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = (await reader.read()).decode()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/b",
        "///evil.example/b",
        "/\\evil.example/b",
        "/\\/evil.example",
        "/%5cevil.example/b",
        "http://evil.example/nowhere",
        "//evil.example/a/x?lang=sv",
    ],
)
async def test_no_page_of_ours_leads_to_another_site(door: Door, target: str):
    answer = await raw(door, target)

    leads = re.findall(r'(?:href|action)="([^"]*)"', answer)
    assert leads
    for each in leads:
        own = re.match(r"/[A-Za-z0-9]|#|tel:|mailto:", each)
        assert own, each


async def test_the_first_page_keeps_the_language_asked_for(door: Door):
    answer = await door.get("/?lang=sv")

    assert answer.location == "/b?lang=sv"


async def test_pages_travel_packed_and_arrive_whole(door: Door):
    booked = door.small.book(24)
    for path in ("/b?lang=en", door.path(booked), "/nowhere", "/teams/tab"):
        packed = await door.get(path, headers=BOTH)
        plain = await door.get(path, headers={"Accept-Encoding": "identity"})

        assert packed.headers["Content-Encoding"] == "gzip", path
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert packed.text.count("<html") == plain.text.count("<html") == 1
        sizes = (int(each.headers["Content-Length"]) for each in (packed, plain))
        assert next(sizes) * 2 < next(sizes), path


async def test_what_is_packed_already_is_not_packed_twice(door: Door):
    page = await door.get("/b")
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert sheet is not None

    answer = await door.get(sheet.group(1), headers=BOTH)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "{" in answer.text
    assert gzip.compress(answer.text.encode())


async def test_what_the_search_answers_is_not_packed(door: Door):
    path = "/api/public/slots?service=guidance&modality=remote"

    assert "Content-Encoding" not in (await door.get(path, headers=BOTH)).headers


async def test_browsers_come_back_by_https_only(door: Door):
    answer = await door.get("/b")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_a_link_is_found_by_no_search_engine(door: Door):
    small, booked = door.small, door.small.book(24)
    offer = small.offer(26)
    of = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}"
    for path in (door.path(booked), door.path(booked, "/move"), of, "/a/forged"):
        answer = await door.get(path)
        assert "noindex" in answer.headers["X-Robots-Tag"], path
    assert "X-Robots-Tag" not in (await door.get("/b")).headers


async def test_a_way_with_a_link_in_it_is_kept_nowhere(door: Door):
    page = await door.get("/b/guidance")
    held = await door.post("/b/guidance", form_token=page.token, slot=slot(24))

    assert held.status == 303
    assert held.headers["Cache-Control"] == "no-store"


async def test_where_no_address_is_set_none_is_shown(door: Door):
    door.decide(contact_email="")

    for path in ("/accessibility", "/privacy"):
        page = await door.get(path)
        assert page.status == 200
        assert "mailto:" not in page.text


# Ways out.


@pytest.mark.parametrize("rest", ["/move", "/cancel", "/confirm", "/details"])
async def test_a_refused_form_leads_back_to_its_own_page(door: Door, rest: str):
    booked = door.small.book(24)

    answer = await door.post(f"{door.path(booked, rest)}?lang=sv", form_token="old")

    assert answer.status == 403
    assert f'href="{door.path(booked)}?lang=sv"' in answer.text


async def test_a_refused_form_of_a_service_leads_back_to_it(door: Door):
    answer = await door.post("/b/guidance?lang=en", form_token="old")

    assert 'href="/b/guidance?lang=en"' in answer.text


async def test_a_link_that_is_none_is_not_repeated(door: Door):
    answer = await door.get('/a/"><script>alert(1)</script>?lang=en')

    assert answer.status == 404
    assert "<script>alert" not in answer.text


async def test_when_outlook_is_silent_the_page_says_when_to_try_again(door: Door):
    booked = door.small.book(24)
    door.small.gate.arm(1, only="graph.view")

    answer = await move(door, door.path(booked, "/move?lang=en"), slot(26))

    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0


async def test_when_nobody_can_be_proven_the_tab_says_to_wait(door: Door):
    """Not that the form was wrong: nothing is wrong with it."""
    door._server.app[SIGN_IN].keys._url = "http://127.0.0.1:9/keys"

    answer = await door.get("/teams/today", headers=door.staff())

    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert text("en", "page.error.busy.title") in answer.text or is_a_page_that_helps(
        answer, "fi"
    )
    assert text("fi", "page.error.bad_request.title") not in answer.text


async def test_a_request_without_a_token_is_told_what_kind_it_lacks(door: Door):
    answer = await door.get("/teams/today")

    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_times_that_cannot_be_had_again_are_not_offered_again(door: Door):
    """Somebody else holds it now; the index may hear of that a moment later."""
    lost = slot(24)
    free = await door.get("/b/guidance?lang=en")
    await door.post("/b/guidance?lang=en", slot=lost, **hidden(free))
    page = await door.get(f"/b/guidance?lang=en&taken={lost}")

    assert page.status == 409
    offered = re.findall(r'value="(\d+)@(\d+)"', page.text)
    length = make.a_service().length.total_seconds()
    start = make.at(24).timestamp()
    assert offered
    for who, when in offered:
        assert who != str(make.AINO) or abs(int(when) - start) >= length
