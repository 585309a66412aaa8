"""A unit's desk in the tab: asking from a form or a list, and taking."""

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Modality
from booking.wording import plural, text
from teams_app.actions import desk_views
from teams_app.actions.handovers import Order, carry_out
from teams_app.store import covers, log
from tests import make
from tests.bot.at_the_desk import ask, made
from tests.bot.talk import BO
from tests.support.counting import counted
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.conftest import Answer, Door


async def post(door: Door, who: str, **fields: str) -> Answer:
    headers = door.staff(oid=who)
    return await door.ask("POST", "/teams/desk", data=fields, headers=headers)


async def look(door: Door, path: str, who: str) -> Answer:
    return await door.ask("GET", path, headers=door.staff(oid=who))


def asked(small: SmallWorld, own: Appointment) -> int:
    return len(small.read(covers.of_appointment, own.id))


def looks(small: SmallWorld, own: Appointment) -> int:
    return len(small.read(log.entries, f"appointments:{own.id}", 99))


def said(key: str, **values: object) -> str:
    return text("fi", key, **values)


async def test_a_supervisor_asks_the_desk_from_the_form_and_once(door: Door):
    small = door.small
    await made(small)
    own = small.book(24)
    form = await look(door, f"/teams/appointment/{own.reference}/hand", SUPERVISOR)
    assert said("desk.do.ask") in form.text

    first = await post(door, SUPERVISOR, reference=own.reference)
    again = await post(door, SUPERVISOR, reference=own.reference)

    assert (first.status, again.status) == (200, 409)
    assert said("desk.not_asked.asked") in again.text
    assert asked(small, own) == 1
    form = await look(door, f"/teams/appointment/{own.reference}/hand", SUPERVISOR)
    assert said("desk.asked.already") in form.text
    assert said("desk.do.ask") not in form.text


async def test_without_a_desk_it_is_not_offered_and_says_how_one_is_made(door: Door):
    own = door.small.book(24)
    form = await look(door, f"/teams/appointment/{own.reference}/hand", SUPERVISOR)

    answer = await post(door, SUPERVISOR, reference=own.reference)

    assert said("desk.do.ask") not in form.text
    assert answer.status == 409
    assert said("desk.not_asked.no_desk") in answer.text


async def test_one_of_many_that_is_not_hers_asks_about_none(door: Door):
    small = door.small
    await made(small)
    own = small.book(24)

    for references in ([own.reference, "ZZZZZZ"], [], ["' or 1=1"]):
        answer = await door.ask(
            "POST",
            "/teams/desk",
            data=[("reference", each) for each in references],
            headers=door.staff(oid=SUPERVISOR),
        )
        assert answer.status == 403

    assert asked(small, own) == 0


async def taken(door: Door, own: Appointment, who: str = BO, **more: str) -> Answer:
    fields = {"act": "take", "cover": "1", "appointment": f"{own.id}"} | more
    return await post(door, who, **fields)


async def test_a_colleague_takes_it_in_the_tab_and_a_repeat_takes_nothing_more(
    door: Door,
):
    small = door.small
    await made(small)
    own = small.book(24, modality=Modality.REMOTE)
    await small.settle_down()
    ask(small, own)
    page = await look(door, "/teams/desk", BO)
    assert own.reference in page.text
    assert "Meri" not in page.text

    first, again = await taken(door, own), await taken(door, own)

    assert (first.status, again.status) == (200, 200)
    assert small.appointment(own.id).professional == make.BO
    seen = looks(small, own)
    assert own.reference not in (await look(door, "/teams/desk", BO)).text
    assert looks(small, own) == seen, "what is not shown is no look"


async def asked_of(small: SmallWorld, *hours: float) -> list[Appointment]:
    """Let Aino ask about each by itself."""
    found = [small.book(each, modality=Modality.REMOTE) for each in hours]
    await small.settle_down()
    for each in found:
        ask(small, each)
    return found


async def test_more_that_looks_for_a_taker_costs_no_more_statements(door: Door):
    """All is read in one writing transaction, and SQLite has one writer."""
    await made(door.small)
    found: list[int] = []
    for hours in ((24, 25), (26, 27, 28, 29)):
        (*_, last) = await asked_of(door.small, *hours)
        with counted() as statements:
            page = await look(door, "/teams/desk", SUPERVISOR)
        assert last.reference in page.text
        found.append(len(statements))

    few, many = found
    assert many <= few, found


async def test_of_much_that_looks_for_a_taker_the_soonest_is_shown_and_the_rest_counted(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(desk_views, "LISTED_MAX", 2)
    await made(door.small)
    later, sooner, soonest = await asked_of(door.small, 28, 25, 24)
    with counted() as few:
        page = await look(door, "/teams/desk", BO)

    assert page.text.index(soonest.reference) < page.text.index(sooner.reference)
    assert later.reference not in page.text
    assert plural("sv", "cards.morning.more", 1) in page.text
    await asked_of(door.small, 48, 49, 50)
    with counted() as many:
        page = await look(door, "/teams/desk", BO)
    assert plural("sv", "cards.morning.more", 4) in page.text
    assert len(many) <= len(few)


async def test_what_went_on_to_somebody_else_is_not_said_to_be_hers(door: Door):
    small = door.small
    await made(small)
    own = small.book(24, modality=Modality.REMOTE)
    await small.settle_down()
    ask(small, own)
    await taken(door, own)
    hers = small.appointment(own.id)
    back = Order(hers, make.AINO, hers.span, Actor.PROFESSIONAL, f"staff:{BO}")
    small.write(carry_out, back, small.now)

    again = await taken(door, own)

    assert again.status == 409
    assert text("sv", "desk.bar.settled") in again.text
    assert small.appointment(own.id).professional == make.AINO


async def test_what_cannot_be_taken_says_why_and_changes_nothing(door: Door):
    small = door.small
    await made(small)
    own = small.book(24, modality=Modality.REMOTE)
    await small.settle_down()
    ask(small, own)
    small.graph.add(make.bo().mailbox, own.span)

    busy = await taken(door, own)
    forged = await taken(door, own, cover="x")
    other = await taken(door, own, appointment="99")

    assert (busy.status, forged.status, other.status) == (409, 403, 409)
    assert text("sv", "desk.bar.busy") in busy.text
    assert small.appointment(own.id).professional == make.AINO
