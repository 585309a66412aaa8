"""Who is taken for a client that has her meeting's address: it is not exchanged then."""

from html import unescape

import pytest

from booking.model import Appointment, Language
from booking.wording import text
from teams_app.store import copies, people
from tests.web.client import BOX
from tests.web.conftest import Door


async def ready(door: Door) -> Appointment:
    """Book, and let the meeting have its address."""
    booked = door.small.book(24)
    await door.small.settle_down()
    return booked


def way_in(door: Door, booked: Appointment) -> str:
    return door.path(booked).replace("/a/", "/j/")


def counts(door: Door, booked: Appointment) -> bool:
    found: bool = door.small.read(copies.join_was_opened, booked.id)
    return found


async def test_who_opens_the_page_with_the_address_may_be_in_the_meeting(door: Door):
    booked = await ready(door)

    page = await door.get(way_in(door, booked))

    assert str(door.small.graph.ours(BOX)[0].join_url) in page.text
    assert counts(door, booked)


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "prefetch"}),
    ],
)
async def test_a_program_that_looks_ahead_is_no_client(
    door: Door, method: str, headers: dict[str, str]
):
    booked = await ready(door)

    answer = await door.ask(method, way_in(door, booked), headers=headers)

    assert answer.status == 200
    assert not counts(door, booked)


async def test_a_page_that_has_no_address_yet_counts_for_nothing(door: Door):
    booked = door.small.book(24)

    assert (await door.get(way_in(door, booked))).status == 200

    assert not counts(door, booked)


async def test_nothing_that_is_sent_or_taken_along_leads_straight_in(door: Door):
    """A scanner opens what it finds in a mail; it finds the appointment's page."""
    booked = await ready(door)
    (mail,) = door.small.graph.mails
    file = await door.get(door.path(booked, "/calendar.ics"))

    for sent in (str(mail), file.text):
        assert "/j/" not in sent
        assert "teams.example" not in sent
        assert door.path(booked)[:20] in sent
    for path in (door.path(booked), door.path(booked, "/calendar.ics")):
        await door.get(path)
    assert not counts(door, booked)


async def test_a_meeting_known_to_be_gone_is_not_led_into(door: Door):
    booked = await ready(door)
    (event,) = door.small.graph.ours(BOX)
    door.small.graph.remove(BOX, event.id)
    door.small.pull()
    await door.small.settle_down()

    page = await door.get(way_in(door, booked))

    assert str(event.join_url) not in page.text
    assert text("fi", "page.join.not_ready") in page.text
    assert not counts(door, booked)


async def test_whose_each_telephone_number_is_stands_beside_it(door: Door):
    booked = await ready(door)
    unit, policy = door.small.read(people.units)[0], door.small.policy

    page = await door.get(f"{way_in(door, booked)}?lang=en")

    called = unit.name.in_(Language.EN)
    label = text("en", "page.join.call", unit=called)
    assert called in label
    assert label in unescape(page.text)
    foot = text(
        "en", "page.foot.phone", organisation=policy.organisation.in_(Language.EN)
    )
    assert foot in unescape(page.text)


async def test_once_it_has_begun_nothing_is_said_of_a_few_minutes_before(door: Door):
    booked = await ready(door)
    before = await door.get(f"{way_in(door, booked)}?lang=en")
    door.small.clock.advance(hours=24, minutes=1)

    begun = await door.get(f"{way_in(door, booked)}?lang=en")

    wait = text("en", "page.join.wait")
    assert wait in before.text
    assert wait not in begun.text
    assert f">{text('en', 'page.join.wait.begun')}<" in begun.text
