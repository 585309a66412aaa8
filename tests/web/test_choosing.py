"""While a client is to choose another time, no page of hers says that the old one holds."""

import re

import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.model import Appointment
from teams_app.actions import conflicts
from teams_app.store import conflicts as rows
from tests import make
from tests.support.handing import asked_anew
from tests.web.client import move, slot
from tests.web.conftest import Door

CANNOT_KEEP = "we can no longer keep"


@pytest_asyncio.fixture(loop_scope="session")
async def asked(door: Door) -> Appointment:
    """A remote appointment that stands in Outlook; another time was asked for."""
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    asked_anew(small, booked)
    return booked


async def test_her_page_says_so_first_and_offers_no_way_to_join(
    door: Door, asked: Appointment
):
    page = await door.get(door.path(asked) + "?lang=en&done=booked")

    assert CANNOT_KEEP in page.text
    assert door.path(asked, "/move") in page.text
    assert "Join the meeting" not in page.text
    assert "calendar.ics" not in page.text
    assert "Your time is booked" not in page.text


async def test_the_times_say_so_above_them(door: Door, asked: Appointment):
    page = await door.get(door.path(asked, "/move?lang=en"))

    assert CANNOT_KEEP in page.text
    assert "You keep it until" not in page.text


async def test_the_ways_to_the_old_time_lead_to_the_times(
    door: Door, asked: Appointment
):
    join = await door.get(door.path(asked).replace("/a/", "/j/"))
    file = await door.get(door.path(asked, "/calendar.ics"))

    assert (join.status, file.status) == (303, 303)
    assert join.location.startswith(door.path(asked, "/move"))


async def test_the_nearest_three_stand_first(door: Door, asked: Appointment):
    page = await door.get(door.path(asked, "/move?lang=en"))
    first = page.text.index("The nearest free times")
    few = page.text[first : page.text.index("</form>", first)]

    offered = re.findall(r'value="(\d+@\d+)"', few)

    assert len(offered) == 3
    came = await move(door, door.path(asked, "/move"), offered[0])
    assert "done=moved" in came.location


async def test_the_times_on_the_card_stand_first_while_they_are_free(door: Door):
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    small.graph.add(small.aino.mailbox, make.span(24, 30))
    small.pull()
    await small.settle_down()
    (asked,) = small.read(rows.open_of, booked.id)
    far = [make.at(each) for each in (49, 50, 51)]
    small.write(rows.propose, asked.id, asked.version, far)
    (asked,) = small.read(rows.open_of, booked.id)
    small.write(conflicts.propose, asked, small.now)

    def near(page) -> list[str]:
        first = page.text.index("The nearest free times")
        few = page.text[first : page.text.index("</form>", first)]
        return re.findall(r'value="(\d+@\d+)"', few)

    page = await door.get(door.path(booked, "/move?lang=en"))
    assert near(page) == [slot(49), slot(50), slot(51)]

    small.hold(50)
    page = await door.get(door.path(booked, "/move?lang=en"))
    assert len(near(page)) == 3
    assert {slot(49), slot(51)} < set(near(page))
    assert slot(50) not in near(page)


async def test_who_is_not_asked_to_choose_sees_no_proposal(door: Door):
    booked = door.small.book(24)
    await door.small.settle_down()

    page = await door.get(door.path(booked, "/move?lang=en"))

    assert "The nearest free times" not in page.text


@pytest.mark.parametrize("then", ["asked", "chosen", "held"])
async def test_the_pages_name_the_time_that_the_message_does(door: Door, then: str):
    """By night it was moved, and she is asked for another: of the move she never heard."""
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    small.clock.set(make.NOW.replace(hour=20, minute=30))
    small.move(booked, 26, Actor.PROFESSIONAL)
    question = asked_anew(small, booked)
    small.clock.advance(hours=10)
    await small.settle_down()
    known, never = "Tue 24 Nov at 10:00", "12:00"
    assert "klo 10.00" in small.graph.mails[-1].text

    if then == "held":
        small.write(conflicts.hold, question, small.now)
        page = await door.get(door.path(booked) + "?lang=en")
        assert never in page.text
        return
    path = door.path(booked, "/move")
    if then == "asked":
        times = await door.get(f"{path}?lang=en")
        assert known in times.text
        assert "24 Nov at 12:00" not in times.text
        page = await door.get(door.path(booked) + "?lang=en")
    else:
        page = await door.get(f"{path}/check?lang=en&slot={slot(28)}")
    assert "10:00" in page.text
    assert never not in page.text


async def test_once_she_has_chosen_the_page_is_as_ever(door: Door, asked: Appointment):
    await move(door, door.path(asked, "/move"), slot(28))

    page = await door.get(door.path(asked) + "?lang=en&done=moved")

    assert CANNOT_KEEP not in page.text
    assert "Join the meeting" in page.text


async def test_whoever_did_not_choose_is_asked_to_call(door: Door, asked: Appointment):
    door.small.clock.set(make.at(24.1))

    page = await door.get(door.path(asked) + "?lang=en")
    join = await door.get(door.path(asked).replace("/a/", "/j/"))

    assert "did not take place" in page.text
    assert "Join the meeting" not in page.text
    assert join.status == 303


async def test_the_tab_says_that_the_client_chooses(door: Door, asked: Appointment):
    del asked
    day = make.at(24).date().isoformat()
    for view in ("today", "week", "list"):
        page = await door.get(
            f"/teams/{view}?day={day}",
            headers=door.staff() | {"X-Vuoro-Language": "en", "Accept-Language": "en"},
        )
        assert "valitsee uutta aikaa" in page.text or "choosing a new time" in page.text
        assert "data-join" not in page.text
