"""The reception: sees who comes to her unit, books, moves and cancels; and no more."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from booking.model import Slot, Status, UnitId
from booking.wording import plural, text
from teams_app.actions import finding, waiting
from teams_app.store import appointments, log, people
from teams_app.web.tab import reception
from tests import make
from tests.support import roles
from tests.support.counting import counted
from tests.support.roles import ANSWER, NAME, PEOPLE
from tests.support.small_world import MAIJA, SmallWorld, dump
from tests.web.client import slot
from tests.web.conftest import Answer, Door

DESK = PEOPLE["reception"].object_id
ELSEWHERE = PEOPLE["at another unit"].object_id


@pytest_asyncio.fixture(loop_scope="session")
async def desk(door: Door) -> Door:
    roles.prepared(door.small)
    return door


async def see(door: Door, path: str, who: str = DESK, **claims: Any) -> Answer:
    headers = door.staff(oid=who, **claims) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def press(door: Door, path: str, who: str = DESK, **fields: str) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.ask("POST", path, data=fields, headers=headers)


def form(**changes: str) -> dict[str, str]:
    return {
        "professional": str(make.AINO),
        "service": "guidance",
        "modality": "remote",
        "name": NAME,
        "language": "fi",
        "email": "marja@client.example",
        "slot": slot(24),
        "act": "book",
        "request": "r1",
    } | changes


async def test_the_day_of_the_unit_is_her_first_page(desk: Door):
    booked = roles.marked(desk.small, 0, None).appointment

    page = await see(desk, "/teams/today?day=2026-11-24")

    assert NAME in page.text
    assert "Aino Aalto" in page.text
    assert f"/teams/appointment/{booked.reference}" in page.text
    assert ANSWER not in page.text


async def test_what_stands_beside_it_and_how_it_went_is_not_hers(desk: Door):
    found = roles.marked(desk.small, 0, None)
    await roles.begun(desk.small, found)
    path = f"/teams/appointment/{found.appointment.reference}"
    beside = [f"{path}/{each}" for each in ("outcome", "late", "notes", "hand")]
    beside += [text("en", "history.title"), roles.NOTE]

    hers = (await see(desk, path, desk.small.aino.object_id)).text
    page = (await see(desk, path)).text

    assert [each for each in beside if each not in hers] == []
    assert NAME in page
    assert [each for each in beside if each in page] == []


async def test_the_way_into_a_meeting_is_not_hers(desk: Door):
    booked = roles.marked(desk.small, 0, None).appointment
    await desk.small.settle_down()
    path = f"/teams/appointment/{booked.reference}"

    assert "data-join" in (await see(desk, path, desk.small.aino.object_id)).text
    assert "data-join" not in (await see(desk, path)).text


async def test_what_she_books_is_told_to_the_professional_and_is_in_her_name(
    desk: Door,
):
    page = await press(desk, "/teams/book", **form())

    (booked,) = desk.small.read(dump)["appointments"]
    assert page.status == 200
    assert text("en", "tab.done.booked") in page.text
    assert '"professional_id": 1' in booked
    (told,) = desk.small.owed("announce")
    assert told.payload["professional"] == make.AINO
    lines = desk.small.read(log.entries, "appointment:1", 10)
    assert {each.who for each in lines if each.what == "book"} == {f"staff:{DESK}"}


@pytest.mark.parametrize("act", ["offer", "free", "everything", ""])
async def test_she_lets_nobody_choose(desk: Door, act: str):
    page = await press(desk, "/teams/book", **form(act=act))

    assert page.status == 403
    assert desk.small.owed() == []


@pytest.mark.parametrize("professional", ["999", "x", "-1", "9" * 3000, "\u0661"])
async def test_a_professional_who_is_not_hers_is_refused(desk: Door, professional: str):
    fields = form(professional=professional)

    assert (await press(desk, "/teams/book", **fields)).status == 403
    assert (await see(desk, f"/teams/book?professional={professional}")).status == 403
    assert desk.small.owed() == []


async def test_one_professionals_time_is_not_booked_in_anothers_name(desk: Door):
    page = await press(desk, "/teams/book", **form(professional=str(make.BO)))

    assert page.status == 422
    assert desk.small.owed() == []


async def test_she_moves_and_cancels_for_the_unit(desk: Door):
    booked = roles.marked(desk.small, 0, None).appointment
    path = f"/teams/appointment/{booked.reference}"

    moved = await press(
        desk, f"{path}/move", version=str(booked.version), slot=slot(28)
    )
    gone = await press(desk, f"{path}/cancel", version=str(booked.version + 1))

    assert (moved.status, gone.status) == (200, 200)
    assert desk.small.appointment(booked.id).status is Status.CANCELLED_BY_US
    lines = desk.small.read(log.entries, f"appointment:{booked.id}", 10)
    done = {each.what: each.who for each in lines}
    assert done["move"] == done["cancel"] == f"staff:{DESK}"


@pytest.mark.parametrize("whom", ["merk", "marja m", "{reference}"])
async def test_a_client_is_found_by_name_or_reference_and_the_search_is_logged(
    desk: Door, whom: str
):
    booked = roles.marked(desk.small, 1, None).appointment
    asked = whom.format(reference=booked.reference)

    page = await press(desk, "/teams/reception", whom=asked)

    assert NAME in page.text
    assert ANSWER not in page.text
    (line,) = desk.small.read(log.entries, "clients", 10)
    assert (line.who, line.what) == (f"staff:{DESK}", "search")


async def test_who_looks_for_one_is_shown_nobody_else_of_the_day(desk: Door):
    small = desk.small
    booked = small.book(2)
    assert MAIJA.name in (await see(desk, "/teams/reception")).text
    before = small.read(log.entries, f"appointments:{booked.id}", 9)

    page = await press(desk, "/teams/reception", whom="Somebody Else")

    assert page.status == 200
    assert MAIJA.name not in page.text
    assert text("en", "reception.none") not in page.text
    assert small.read(log.entries, f"appointments:{booked.id}", 9) == before


@pytest.mark.parametrize("whom", ["", "Nobody", "x" * 5000, "\x00", "<b>"])
async def test_who_is_not_found_is_said_and_nothing_breaks(desk: Door, whom: str):
    page = await press(desk, "/teams/reception", whom=whom)

    assert page.status == 200
    assert "<b>" not in page.text.partition("<h1")[2].partition("f-whom")[2][:400]


async def test_among_many_as_few_queries_show_the_next_and_log_no_others(desk: Door):
    small = desk.small
    first = small.book(24)

    with counted() as few:
        await press(desk, "/teams/reception", whom="Maija")
    others = [replace(MAIJA, name=f"Maija Muu{n}") for n in range(4)]
    hours = [24 * day + hour for day in (2, 3, 4) for hour in range(4)]
    many = [small.book(each, details=others[each % 4]) for each in hours]
    small.clock.advance(hours=25)
    with counted() as asked:
        page = await press(desk, "/teams/reception", whom="Maija")

    assert len(asked) <= len(few) + 1, asked  # One that reads on, if those are too few.
    shown = [each for each in (first, *many) if each.reference in page.text]
    assert shown == many[: finding.SHOWN_MAX]
    assert plural("en", "reception.more", len(many) + 1 - len(shown)) in page.text
    entry = small.read(log.search, log.Asked(make.at(0), make.at(99)), 1)[0].entry
    assert entry.subject == f"appointments:{','.join(str(each.id) for each in shown)}"


async def test_who_comes_now_is_shown_once_and_who_has_been_comes_after(desk: Door):
    small = desk.small
    been, now, next_ = (small.book(hours) for hours in (2, 4, 24))
    small.clock.advance(hours=4, seconds=0.5)

    page = await press(desk, "/teams/reception", whom="Maija")

    order = [page.text.index(each.reference) for each in (now, next_, been)]
    assert order == sorted(order)
    links = [page.text.count(f'href="/teams/appointment/{now.reference}"')]
    assert links == [1]


async def test_another_units_reception_finds_nobody(desk: Door):
    booked = roles.marked(desk.small, 1, None).appointment

    for whom in ("Merkitty", booked.reference):
        page = await press(desk, "/teams/reception", ELSEWHERE, whom=whom)

        assert page.status == 200
        assert NAME not in page.text


async def test_the_app_role_is_the_reception_of_every_unit(desk: Door):
    roles.marked(desk.small, 0, None)
    stranger = "00000000-0000-4000-8000-000000000077"
    path = "/teams/reception?day=2026-11-24"

    assert (await see(desk, path, stranger)).status == 403
    page = await see(desk, path, stranger, roles=["Vuoro.Reception"])
    assert NAME in page.text
    for wrong in (["vuoro.reception"], ["Reception"], "Vuoro.Reception"):
        assert (await see(desk, path, stranger, roles=wrong)).status == 403


async def test_of_several_units_one_can_be_chosen(desk: Door):
    small = desk.small
    here, other = small.read(people.units)
    small.write(people.set_receptionists, other.id, [DESK])
    small.write(people.save_professional, make.bo(unit=other.id))
    small.book(24)
    small.book(26, slot=Slot(make.BO, make.at(26)))
    day = f"/teams/reception?day={make.at(24).date()}"

    every, one = await see(desk, day), await see(desk, f"{day}&unit={other.key}")
    odd = await see(desk, f"{day}&unit=x'<")

    assert f'href="{day.replace("&", "&amp;")}&amp;unit={here.key}"' in every.text
    for name, pages in (("Bo Berg", (every, one, odd)), ("Aino Aalto", (every, odd))):
        assert all(name in each.text for each in pages), name
    assert "Aino Aalto" not in one.text
    assert text("en", "reception.none") not in one.text


async def test_a_day_of_too_many_shows_those_to_come_and_logs_no_others(
    desk: Door, monkeypatch: pytest.MonkeyPatch
):
    small = desk.small
    monkeypatch.setattr(reception, "LISTED_MAX", 2)
    over, *left = [small.book(hours) for hours in (2, 3, 4, 5)]
    small.clock.advance(hours=3)

    page = await see(desk, "/teams/reception")

    assert text("en", "reception.unlisted") in page.text
    for each, there in ((over, False), (left[0], True), (left[2], False)):
        assert (each.reference in page.text) is there, each
        lines = small.read(log.entries, f"appointments:{left[0].id},{left[1].id}", 9)
        assert len(lines) == 1


async def test_who_is_no_longer_named_sees_nothing_from_then_on(desk: Door):
    desk.small.write(people.set_receptionists, UnitId(1), [])

    assert (await see(desk, "/teams/reception")).status == 403


async def test_a_professional_who_receives_too_has_both(desk: Door):
    bo = make.bo().object_id
    desk.small.write(people.set_receptionists, UnitId(1), [bo])
    booked = roles.marked(desk.small, 0, None).appointment

    today = await see(desk, "/teams/today?day=2026-11-24", bo)
    assert NAME not in today.text
    assert "/teams/reception" in today.text
    assert NAME in (await see(desk, f"/teams/appointment/{booked.reference}", bo)).text


def test_references_of_what_is_no_more_are_none(small: SmallWorld):
    booked = small.book()

    found = small.read(appointments.references, [booked.id, 999])

    assert found == {booked.id: booked.reference}
    assert small.read(waiting.named, [], make.a_professional().language) == ()
