"""What is said of an appointment in the tab, and what its client then sees."""

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Modality, Status
from booking.wording import text
from teams_app.actions import booking
from teams_app.store import delays, log
from tests import make
from tests.support.small_world import MAIJA, SUPERVISOR
from tests.web.conftest import Answer, Door

BO = make.bo().object_id
AINO = make.a_professional().object_id


async def press(door: Door, path: str, who: str = AINO, **fields: str) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.ask("POST", path, data=fields, headers=headers)


async def see(door: Door, path: str, who: str = AINO) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


def over(door: Door, **changes: object) -> Appointment:
    booked = door.small.book(2, **changes)
    door.small.clock.advance(hours=3)
    return booked


def path(booked: Appointment, rest: str = "") -> str:
    return f"/teams/appointment/{booked.reference}{rest}"


def said(key: str, **values: object) -> str:
    return text("en", key, **values)


def whats(door: Door, booked: Appointment) -> list[tuple[str, str]]:
    found = door.small.read(log.entries, f"appointment:{booked.id}", 50)
    return [(each.who, each.what) for each in found if each.what != "view"]


# How it went.


async def test_the_page_of_one_that_is_over_has_a_button_for_each_way(door: Door):
    booked = over(door)

    page = await see(door, path(booked))
    done = await press(
        door, path(booked, "/outcome"), outcome="no_show", version=str(booked.version)
    )

    for way in ("completed", "late", "no_show", "not_reached"):
        assert f'value="{way}"' in page.text
    assert done.status == 200
    assert said("tab.done.recorded") in done.text
    assert door.small.appointment(booked.id).status is Status.NO_SHOW
    assert whats(door, booked)[0] == (f"staff:{AINO}", "outcome_no_show")


async def test_pressed_twice_it_is_recorded_once_and_an_old_page_says_so(door: Door):
    booked = over(door)
    asked = {"outcome": "completed", "version": str(booked.version)}

    first = await press(door, path(booked, "/outcome"), **asked)
    again = await press(door, path(booked, "/outcome"), **asked)
    other = await press(door, path(booked, "/outcome"), **asked | {"outcome": "late"})

    assert (first.status, again.status, other.status) == (200, 200, 409)
    assert said("tab.outdated") in other.text
    assert door.small.appointment(booked.id).version == booked.version + 1
    assert door.small.appointment(booked.id).status is Status.COMPLETED


@pytest.mark.parametrize("outcome", ["", "booked", "cancelled_by_us", "x" * 9999])
async def test_what_is_no_outcome_is_refused_in_words(door: Door, outcome: str):
    booked = over(door)

    answer = await press(
        door, path(booked, "/outcome"), outcome=outcome, version=str(booked.version)
    )

    assert answer.status == 409
    assert said("outcomes.problem.unfit") in answer.text
    assert door.small.appointment(booked.id) == booked


async def test_nothing_is_recorded_before_it_begins(door: Door):
    booked = door.small.book(24)

    page = await see(door, path(booked))
    answer = await press(
        door, path(booked, "/outcome"), outcome="no_show", version=str(booked.version)
    )

    assert "/outcome" not in page.text
    assert answer.status == 409
    assert said("outcomes.problem.not_begun") in answer.text


async def test_what_is_a_colleagues_is_not_said_of(door: Door):
    booked = over(door)

    for rest in ("/outcome", "/late"):
        answer = await press(
            door, path(booked, rest), BO, outcome="late", minutes="10", version="2"
        )
        assert answer.status == 403
        assert MAIJA.name not in answer.text
    assert door.small.appointment(booked.id) == booked


async def test_a_supervisor_records_in_her_own_name(door: Door):
    booked = over(door)

    answer = await press(
        door,
        path(booked, "/outcome"),
        SUPERVISOR,
        outcome="completed",
        version=str(booked.version),
    )

    assert answer.status == 200
    assert whats(door, booked)[0] == (f"staff:{SUPERVISOR}", "outcome_completed")


async def test_every_view_says_how_it_went_or_that_nobody_has_said(door: Door):
    booked = over(door)
    day = make.at(2).date()

    for view in ("today", "list", f"week?day={day}"):
        shown = await see(door, f"/teams/{view}")
        assert said("outcomes.unrecorded") in shown.text, view
    await press(
        door, path(booked, "/outcome"), outcome="late", version=str(booked.version)
    )
    for view in ("today", "list", f"week?day={day}"):
        shown = await see(door, f"/teams/{view}")
        assert said("outcomes.way.late") in shown.text, view
        assert said("outcomes.unrecorded") not in shown.text, view


async def test_the_next_one_begins_with_client_service_and_way_filled_in(door: Door):
    booked = over(
        door,
        modality=Modality.PHONE,
        details=make.replace(MAIJA, phone="+358400000001"),
    )
    page = await see(door, path(booked))
    href = f"/teams/book?after={booked.reference}"

    form = await see(door, href)
    foreign = await see(door, "/teams/book?after=ZZZZZZ")

    assert href in page.text
    assert f'value="{MAIJA.name}"' in form.text
    assert 'value="+358400000001"' in form.text
    assert 'value="phone" checked' in form.text
    assert MAIJA.name not in foreign.text


# Running late.


async def test_one_press_under_today_tells_the_next_client(door: Door):
    small, booked = door.small, door.small.book(3)
    await small.settle_down()
    small.clock.advance(hours=2, minutes=50)

    today = await see(door, "/teams/today")
    done = await press(door, path(booked, "/late"), minutes="10", back="today")
    await small.settle_down()

    assert path(booked, "/late") in today.text
    assert said("tab.done.late") in done.text
    assert said("lateness.about", minutes=10) in done.text
    assert "noin 10 minuuttia myöhässä" in small.graph.mails[-1].text
    page = await see(door, path(booked))
    assert said("lateness.told.done") in page.text


async def test_a_supervisor_says_it_for_hers_and_takes_it_back(door: Door):
    small, booked = door.small, door.small.book(3)
    await small.settle_down()
    small.clock.advance(hours=2, minutes=50)

    late = await press(door, path(booked, "/late"), SUPERVISOR, minutes="15")
    await small.settle_down()
    back = await press(door, path(booked, "/late"), SUPERVISOR, minutes="0")
    await small.settle_down()

    assert (late.status, back.status) == (200, 200)
    assert said("tab.done.on_time") in back.text
    assert small.read(delays.find, booked.id).said_by == f"staff:{SUPERVISOR}"
    assert [what for _, what in whats(door, booked)][:2] == ["on_time", "running_late"]
    assert "sittenkin ajallaan" in small.graph.mails[-1].text


@pytest.mark.parametrize("minutes", ["", "-1", "2", "61", "ten", "9" * 30])
async def test_minutes_that_nobody_can_choose_are_refused(door: Door, minutes: str):
    booked = door.small.book(3)
    door.small.clock.advance(hours=2, minutes=50)

    answer = await press(door, path(booked, "/late"), minutes=minutes)

    assert answer.status == 400
    assert door.small.read(delays.find, booked.id) is None


@pytest.mark.parametrize("happens", ["cancelled", "over", "far"])
async def test_where_nobody_waits_nobody_is_told(door: Door, happens: str):
    small, booked = door.small, door.small.book(5)
    if happens == "cancelled":
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    if happens == "over":
        small.clock.advance(hours=6)

    answer = await press(door, path(booked, "/late"), minutes="10")

    assert answer.status == 409
    assert said("lateness.problem.too_late") in answer.text
    assert small.read(delays.find, booked.id) is None


# What the client sees.


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_clients_pages_say_it_until_the_start_has_come(
    door: Door, language: str
):
    small, booked = door.small, door.small.book(3)
    await small.settle_down()
    small.clock.advance(hours=2, minutes=50)
    page, join = door.path(booked), door.path(booked).replace("/a/", "/j/")
    words = text(language, "lateness.page", minutes=15)
    query = f"?lang={language}"
    assert words not in (await door.get(page + query)).text

    await press(door, path(booked, "/late"), minutes="15")

    for each in (page, join):
        assert words in (await door.get(each + query)).text, each
    small.clock.advance(minutes=24)
    assert words in (await door.get(page + query)).text
    small.clock.advance(minutes=2)
    for each in (page, join):
        assert words not in (await door.get(each + query)).text, each


async def test_who_is_late_is_counted_down_to_when_it_is_expected(door: Door):
    small, booked = door.small, door.small.book(3)
    await small.settle_down()
    small.clock.advance(hours=2, minutes=50)
    join = door.path(booked).replace("/a/", "/j/") + "?lang=en"
    counted = ">Starts in {n} minutes</span>"
    assert counted.format(n=10) in (await door.get(join)).text

    await press(door, path(booked, "/late"), minutes="15")

    page = (await door.get(join)).text
    assert counted.format(n=25) in page
    assert counted.format(n=10) not in page
    small.clock.advance(minutes=12)
    assert counted.format(n=13) in (await door.get(join)).text
