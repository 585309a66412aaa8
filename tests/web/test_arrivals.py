"""A client comes: said at the reception, noted at her own link, and seen in the tab."""

import re
from typing import Any

import pytest
import pytest_asyncio

from booking.arrivals import Came
from booking.model import Appointment, Language, Modality, Status
from booking.own_settings import Own, Section, Wanted
from booking.wording import text
from booking.wording.dates import clock
from teams_app.actions import conflicts as answers
from teams_app.store import arrivals, conflicts, copies, log, people
from teams_app.web.fair import STUCK
from tests import make
from tests.support import roles
from tests.support.roles import PEOPLE
from tests.support.small_world import MAIJA, SmallWorld
from tests.web.conftest import BOTH_ENGINES, Answer, Door

DESK = PEOPLE["reception"].object_id
HERSELF = PEOPLE["herself"].object_id
IN_PERSON = {"modality": Modality.IN_PERSON}
PHONE = make.replace(MAIJA, phone="+358 40 123 4567")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(door: Door) -> Door:
    roles.prepared(door.small)
    return door


async def near(small: SmallWorld, minutes: float = 10, **changes: Any) -> Appointment:
    """Book an appointment, and let it be so many minutes before its start."""
    booked = small.book(2, **changes)
    await small.settle_down()
    small.clock.advance(hours=2, minutes=-minutes)
    return booked


async def see(door: Door, path: str, who: str = DESK) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def press(
    door: Door, booked: Appointment, who: str = DESK, at: str = "", **fields: str
) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    path = f"/teams/appointment/{booked.reference}/arrival{at}"
    now = door.small.appointment(booked.id)
    form = {"said": "arrived", "version": str(now.version)} | fields
    return await door.ask("POST", path, data=form, headers=headers)


def chip(door: Door, how: Came) -> str:
    return text("en", f"arrivals.chip.{how}", clock=clock("en", door.small.now))


def whats(small: SmallWorld, booked: Appointment) -> list[tuple[str, str]]:
    found = small.read(log.entries, f"appointment:{booked.id}", 100)
    return [(each.who, each.what) for each in found if each.what != "view"]


# At the reception.


async def test_reception_says_so_and_goes_on_with_the_day_and_her_tab_shows_it(
    desk: Door,
):
    booked = await near(desk.small, **IN_PERSON)
    day = await see(desk, "/teams/reception")
    assert text("en", "arrivals.do.arrived") in day.text

    page = await press(desk, booked, back="reception")

    assert page.status == 200
    assert text("en", "tab.done.arrived") in page.text
    assert chip(desk, Came.ARRIVED) in page.text
    assert text("en", "arrivals.do.undo") in page.text
    assert chip(desk, Came.ARRIVED) in (await see(desk, "/teams/today", HERSELF)).text
    assert (f"staff:{DESK}", "arrived") in whats(desk.small, booked)
    assert desk.small.appointment(booked.id).status is Status.ARRIVED


async def test_said_twice_it_is_so_once_and_taken_back_it_is_as_before(desk: Door):
    booked = await near(desk.small, **IN_PERSON)
    first = await press(desk, booked, back="reception")
    second = await press(desk, booked, back="reception", version="2")

    back = await press(desk, booked, back="reception", said="not_arrived")

    assert (first.status, second.status, back.status) == (200, 200, 200)
    assert chip(desk, Came.ARRIVED) not in back.text
    assert [what for _, what in whats(desk.small, booked)][:2] == [
        "not_arrived",
        "arrived",
    ]
    assert desk.small.appointment(booked.id).status is Status.BOOKED


async def test_the_press_keeps_the_day_and_the_unit_that_were_shown(desk: Door):
    booked = await near(desk.small, **IN_PERSON)
    shown = "?day=2026-11-23&unit=itakatu"

    day = await see(desk, f"/teams/reception{shown}")

    there = f"/teams/appointment/{booked.reference}/arrival{shown}"
    assert there.replace("&", "&amp;") in day.text
    assert (await press(desk, booked, at=shown, back="reception")).status == 200


@pytest.mark.parametrize(
    ("minutes", "changes", "why"),
    [
        (121, IN_PERSON, ""),
        (-45, IN_PERSON, "over"),
        (10, {}, "unfit"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    desk: Door, minutes: int, changes: dict[str, Any], why: str
):
    booked = desk.small.book(3, **changes)
    await desk.small.settle_down()
    desk.small.clock.advance(hours=3, minutes=-minutes)
    assert (
        text("en", "arrivals.do.arrived")
        not in (await see(desk, "/teams/reception")).text
    )

    page = await press(desk, booked, back="reception")

    assert page.status == 409
    assert text("en", f"arrivals.problem.{why or 'too_early'}") in page.text
    assert desk.small.appointment(booked.id) == booked


@pytest.mark.parametrize("said", ["", "late", "Arrived", "x" * 5000])
async def test_what_is_no_word_of_ours_is_a_bad_request(desk: Door, said: str):
    booked = await near(desk.small, **IN_PERSON)

    assert (await press(desk, booked, said=said)).status == 400
    assert desk.small.appointment(booked.id) == booked


@pytest.mark.parametrize("version", ["1", "x", "", "9" * 40])
async def test_an_old_page_changes_nothing_and_shows_how_it_stands(
    desk: Door, version: str
):
    booked = await near(desk.small, **IN_PERSON)

    page = await press(desk, booked, version=version)

    assert page.status == 409
    assert text("en", "tab.outdated") in page.text
    assert desk.small.appointment(booked.id) == booked


async def test_who_has_come_reads_so_at_her_own_link(desk: Door):
    booked = await near(desk.small, **IN_PERSON)
    await press(desk, booked)

    page = await desk.get(desk.path(booked, "?lang=en"))

    assert page.status == 200
    assert text("en", "page.appointment.here") in page.text


# At her link into the meeting.


def way_in(door: Door, booked: Appointment, language: str = "en") -> str:
    return door.path(booked, f"?lang={language}").replace("/a/", "/j/")


def noted(door: Door, booked: Appointment) -> set[Came]:
    found = door.small.read(arrivals.of_appointment, booked.id)
    return {each.how for each in found}


@BOTH_ENGINES
async def test_who_opens_it_near_the_start_waits_and_it_is_noted_once(door: Door):
    booked = await near(door.small)

    page = await door.get(way_in(door, booked))
    await door.get(way_in(door, booked))

    assert page.status == 200
    assert text("en", "page.join.known") in page.text
    assert noted(door, booked) == {Came.WAITING}
    assert len(door.small.owed("came")) == 1
    assert whats(door.small, booked).count(("client", "waiting")) == 1
    today = await see(door, "/teams/today", HERSELF)
    assert chip(door, Came.WAITING) in today.text


async def test_whose_professional_wants_no_such_cards_is_not_told_that_she_hears_of_it(
    door: Door,
):
    booked = await near(door.small)
    none = Own(frozenset({Section.CARDS}), off=frozenset({Wanted.ARRIVAL}))
    door.small.write(people.save_own_settings, make.AINO, none.written)

    page = await door.get(way_in(door, booked))

    assert page.status == 200
    assert text("en", "page.join.known") not in page.text
    assert text("en", "page.join.stuck.go") in page.text
    assert noted(door, booked) == {Came.WAITING}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"User-Agent": "Mozilla/5.0 SkypeUriPreview Preview/0.5"}),
        ("GET", {"User-Agent": "WhatsApp/2.24"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}),
    ],
)
async def test_a_program_that_looks_at_the_link_does_not_wait(
    door: Door, method: str, headers: dict[str, str]
):
    booked = await near(door.small)

    assert (await door.ask(method, way_in(door, booked), headers=headers)).status == 200

    assert noted(door, booked) == set()


async def test_a_telephone_that_is_called_nearly_so_is_no_program(door: Door):
    booked = await near(door.small)
    names = "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/89.0 Mobile Safari/537.36"

    await door.ask("GET", way_in(door, booked), headers={"User-Agent": names})

    assert noted(door, booked) == {Came.WAITING}
    assert door.small.read(copies.join_was_opened, booked.id)


@pytest.mark.parametrize("minutes", [16, -45])
async def test_opened_earlier_or_later_nobody_waits_nor_can_say_she_is_stuck(
    door: Door, minutes: int
):
    booked = await near(door.small, minutes)

    page = await door.get(way_in(door, booked))

    assert page.status == 200
    assert text("en", "page.join.stuck.go") not in page.text
    assert noted(door, booked) == set()


async def test_who_waits_before_teams_gave_the_address_waits_all_the_same(door: Door):
    booked = door.small.book(2)
    door.small.clock.advance(hours=1, minutes=50)

    assert (await door.get(way_in(door, booked))).status == 200

    assert noted(door, booked) == {Came.WAITING}


@BOTH_ENGINES
async def test_she_says_that_she_cannot_join_and_reads_what_happens_next(door: Door):
    booked = await near(door.small, details=PHONE)
    page = await door.get(way_in(door, booked))
    assert text("en", "page.join.stuck.go") in page.text

    path = way_in(door, booked)
    first = await door.post(path, form_token=page.token)
    second = await door.post(path, form_token=page.token)

    assert (first.status, second.status) == (303, 303)
    after = await door.get(first.location.partition("#")[0])
    assert text("en", "page.join.stuck.said") in after.text
    assert text("en", "page.join.stuck.go") not in after.text
    assert "4567" not in after.text
    assert make.a_unit().phone in after.text
    assert str(door.small.link(booked).join_url) in after.text
    assert noted(door, booked) == {Came.WAITING, Came.COULD_NOT_JOIN}
    assert whats(door.small, booked).count(("client", "could_not_join")) == 1


@BOTH_ENGINES
async def test_who_goes_in_after_all_by_the_same_page_is_seen_to_try(door: Door):
    booked = await near(door.small)
    path = way_in(door, booked)
    page = await door.get(path)
    assert "data-say" not in page.text
    await door.post(path, form_token=page.token)
    stuck = await door.get(path)
    say = re.search('data-say="([^"]+)" data-token="([^"]+)"', stuck.text)
    assert say is not None
    assert f'href="{door.small.link(booked).join_url}"' in stuck.text

    door.small.clock.advance(minutes=1)
    answers = [await door.post(say[1], form_token=say[2]) for _ in range(2)]

    assert [each.status for each in answers] == [204, 204]
    assert whats(door.small, booked).count(("client", "trying")) == 1
    after = await door.get(path)
    assert text("en", "page.join.stuck.said") not in after.text
    assert text("en", "page.join.stuck.go") in after.text
    assert chip(door, Came.TRYING) in (await see(door, "/teams/today", HERSELF)).text
    forged = await door.post(say[1], form_token="forged")
    assert forged.status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_nobody_tries_again_by_a_look_at_a_link(door: Door, method: str):
    booked = await near(door.small)
    path = way_in(door, booked)
    await door.post(path, form_token=(await door.get(path)).token)

    door.small.clock.advance(minutes=1)
    seen = await door.ask(method, path)
    beside = await door.ask(method, path.replace("?", "/again?"))

    assert (seen.status, beside.status) == (200, 405)
    assert Came.TRYING not in noted(door, booked)


@pytest.mark.parametrize("language", Language)
async def test_who_gave_no_number_is_told_whom_to_call(door: Door, language: Language):
    booked = await near(door.small)
    path = way_in(door, booked, language)
    page = await door.get(path)
    await door.post(path, form_token=page.token)

    after = await door.get(path)

    assert text(language, "page.join.stuck.no_phone") in after.text


@pytest.mark.parametrize("token", ["", "forged", "0.", "x" * 5000])
async def test_a_forged_form_says_nothing(door: Door, token: str):
    booked = await near(door.small)

    answer = await door.post(way_in(door, booked), form_token=token)

    assert answer.status == 403
    assert noted(door, booked) == set()


async def test_a_form_of_somebody_elses_link_says_nothing(door: Door):
    booked, other = await near(door.small), door.small.book(26)
    page = await door.get(door.path(other, "/cancel"))

    assert (await door.post(way_in(door, booked), form_token=page.token)).status == 403
    gone = await door.post("/j/forged", form_token=page.token)
    assert gone.status == 404
    assert noted(door, booked) == set()


@pytest.mark.parametrize("how", ["over", "cancelled", "in_person"])
async def test_once_there_is_no_meeting_it_is_said_to_nobody(door: Door, how: str):
    changes = IN_PERSON if how == "in_person" else {}
    booked = await near(door.small, **changes)
    token = (await door.get(door.path(booked, "/cancel"))).token
    if how == "over":
        door.small.clock.advance(hours=1)
    if how == "cancelled":
        await door.post(door.path(booked, "/cancel"), form_token=token)

    answer = await door.post(way_in(door, booked), form_token=token)

    assert answer.status == (303 if how == "in_person" else 409)
    assert noted(door, booked) == set()


async def test_a_link_does_not_say_it_without_end(door: Door):
    booked = await near(door.small)
    page = await door.get(way_in(door, booked))

    answers = [
        (await door.post(way_in(door, booked), form_token=page.token)).status
        for _ in range(STUCK + 1)
    ]

    assert answers == [303] * STUCK + [429]


async def test_who_is_to_choose_another_time_is_not_waited_for(door: Door):
    booked = await near(door.small)
    door.small.graph.add(make.a_professional().mailbox, booked.span)
    door.small.pull()
    await door.small.settle_down()
    (question,) = door.small.read(conflicts.open_for, make.AINO)
    door.small.write(answers.propose, question, door.small.now)

    answer = await door.get(way_in(door, booked))

    assert answer.status == 303
    assert noted(door, booked) == set()


async def test_in_the_week_stands_that_she_is_late_whatever_her_client_has_said(
    door: Door,
):
    booked = await near(door.small)
    await door.small.settle_down()
    late = f"/teams/appointment/{booked.reference}/late"
    headers = door.staff(oid=HERSELF) | {"Accept-Language": "en"}
    await door.ask("POST", late, headers=headers, data={"minutes": "15"})
    page = await door.get(way_in(door, booked))
    await door.post(way_in(door, booked), form_token=page.token)

    week = (await see(door, "/teams/week", HERSELF)).text

    assert chip(door, Came.COULD_NOT_JOIN) in week
    assert text("en", "lateness.about", minutes=15) in week
