"""Questions about a change in Outlook, answered in the tab: what a card does, and no less."""

from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from booking.model import Appointment, BookedBy, OfferStatus
from booking.views.cards import ConflictKind
from booking.wording import plural, text
from teams_app.store import conflicts, log, offers, people, services
from teams_app.store.conflicts import Conflict
from tests import make
from tests.support.handing import (
    AINO,
    BO,
    HERS,
    asked,
    copied,
    deleted,
    dragged,
    is_handed_over,
    original,
)
from tests.support.small_world import MAIJA, SUPERVISOR, SmallWorld
from tests.web.conftest import Answer, Door


async def see(door: Door, path: str, who: str = AINO) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def say(
    door: Door, question: Conflict, act: str, who: str = AINO, **more: Any
) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    fields = {"act": act, "version": f"{question.version}"} | more
    return await door.ask("POST", at(question), data=fields, headers=headers)


def at(question: Conflict) -> str:
    return f"/teams/question/{question.id}"


def page_of(booked: Appointment) -> str:
    return f"/teams/appointment/{booked.reference}"


async def standing(small: SmallWorld, hours: float = 24) -> Appointment:
    booked = small.book(hours)
    await small.settle_down()
    return booked


async def changed(
    small: SmallWorld, kind: ConflictKind
) -> tuple[Appointment, Conflict]:
    """Let somebody move, delete or cover the event in Outlook."""
    booked = await standing(small)
    event = original(small, booked)
    if kind is ConflictKind.MOVED:
        small.graph.change(HERS, event.id, when=make.span(26))
    elif kind is ConflictKind.DELETED:
        small.graph.remove(HERS, event.id)
    else:
        small.graph.add(HERS, make.span(24))
    small.pull()
    await small.settle_down()
    (question,) = small.read(conflicts.open_of, booked.id)
    assert question.kind is kind
    return booked, question


ANSWERS = [
    (ConflictKind.MOVED, "tell", "told"),
    (ConflictKind.MOVED, "put_back", "put_back"),
    (ConflictKind.MOVED, "propose", "moved"),
    (ConflictKind.DELETED, "restore", "put_back"),
    (ConflictKind.OVERLAPPED, "keep", "kept"),
    (ConflictKind.OVERLAPPED, "cancel", "cancelled"),
    (ConflictKind.OVERLAPPED, "hand", "handed_over"),
]


@pytest.mark.parametrize(("kind", "act", "how"), ANSWERS)
async def test_each_answer_of_the_card_is_given_on_the_appointments_page(
    door: Door, kind: ConflictKind, act: str, how: str
):
    small = door.small
    booked, question = await changed(small, kind)
    shown = (await see(door, page_of(booked))).text
    assert f'action="{at(question)}"' in shown
    assert f'name="act" value="{act}"' in shown

    done = await say(door, question, act, colleague=f"{make.BO}")

    assert done.status == 200
    (line,) = [
        each.source
        for each in small.read(log.entries, f"appointment:{booked.id}", 99)
        if each.what == "answer"
    ] or ["tab:hand"]
    assert line == f"tab:{act}"
    ended = small.read(conflicts.find, question.id)
    assert ended.settled == how
    title = "handovers.away.title" if act == "hand" else f"cards.settled.{how}"
    assert text("en", title) in unescape(done.text), done.text
    again = await say(door, question, act, colleague=f"{make.BO}")
    assert again.status == 200
    assert small.read(conflicts.find, question.id) == ended


async def test_the_time_may_be_said_to_hold_after_all(door: Door):
    small = door.small
    booked, question = await changed(small, ConflictKind.MOVED)
    await say(door, question, "propose")

    assert 'name="act" value="hold"' in (await see(door, page_of(booked))).text
    asked_ = small.read(conflicts.find, question.id)
    done = await say(door, asked_, "hold")

    assert done.status == 200
    assert small.read(conflicts.find, question.id).settled == "holds"
    assert 'name="act"' not in (await see(door, page_of(booked))).text


async def test_an_old_copy_is_refused_and_shows_how_it_stands(door: Door):
    small = door.small
    booked, question = await changed(small, ConflictKind.MOVED)
    small.graph.change(HERS, original(small, booked).id, when=make.span(27))
    small.pull()
    await small.settle_down()
    (now,) = small.read(conflicts.open_of, booked.id)

    assert now.id == question.id
    old = await say(door, question, "tell")

    assert old.status == 409
    assert text("en", "cards.notice.outdated.title") in old.text
    assert small.read(conflicts.find, now.id) == now
    assert (await say(door, now, "nonsense")).status == 400


async def test_what_is_not_there_or_not_hers_is_neither_shown_nor_answered(door: Door):
    small = door.small
    booked, question = await changed(small, ConflictKind.OVERLAPPED)

    for path in (at(question), "/teams/question/999", "/teams/question/x"):
        refused = await see(door, path, BO)
        assert refused.status == 403
        assert MAIJA.name not in refused.text
        assert booked.reference not in refused.text
    assert (await say(door, question, "keep", BO)).status == 403
    assert small.read(conflicts.find, question.id) == question


# A hand-over, answered by whom it asks.


async def test_a_colleague_finds_in_her_day_what_is_asked_of_her_and_takes_it(
    door: Door,
):
    small = door.small
    booked = await standing(small)
    await dragged(small, booked)
    question = asked(small, booked)

    today = await see(door, "/teams/today", BO)
    assert f'hx-get="{at(question)}"' in today.text
    shown = await see(door, at(question), BO)
    assert shown.status == 200
    assert MAIJA.name not in today.text + shown.text
    assert text("en", "handovers.do.take_self") in unescape(shown.text)
    assert small.read(log.entries, f"appointment:{booked.id}", 1)[0].who.endswith(BO)

    done = await say(door, question, "take", BO)

    assert done.status == 200
    assert MAIJA.name in done.text, "it is hers now"
    assert text("en", "handovers.settled.handed_to_you") in unescape(done.text)
    await small.settle_down()
    is_handed_over(small, booked)


async def test_a_supervisor_answers_from_the_list_of_what_waits(door: Door):
    small = door.small
    booked = await standing(small)
    await copied(small, booked)
    question = asked(small, booked)
    listed = await see(door, "/teams/waiting", SUPERVISOR)
    assert f'hx-get="{at(question)}"' in listed.text

    done = await say(door, question, "leave", SUPERVISOR)

    assert done.status == 200
    assert small.read(conflicts.find, question.id).settled == "put_back"
    assert booked.reference not in (await see(door, "/teams/waiting", SUPERVISOR)).text


async def test_whose_appointment_it_is_reads_the_question_and_cannot_answer(
    door: Door,
):
    small = door.small
    booked = await standing(small)
    await copied(small, booked)
    question = asked(small, booked)

    shown = await see(door, at(question))
    assert shown.status == 200
    assert 'name="act"' not in shown.text
    assert text("en", "questions.others") in shown.text
    assert (await say(door, question, "take")).status == 403
    assert (await say(door, question, "keep")).status == 400
    assert small.read(conflicts.find, question.id) == question


async def test_over_the_border_of_a_unit_its_supervisor_answers_and_not_the_colleague(
    door: Door,
):
    small = door.small
    other = next(each for each in small.read(people.units) if each.key == "muualla")
    small.write(people.save_professional, make.bo(unit=other.id))
    booked = await standing(small)
    await copied(small, booked)
    question = asked(small, booked)

    assert (await see(door, at(question), BO)).status == 403
    assert at(question) not in (await see(door, "/teams/today", BO)).text
    assert (await say(door, question, "take", BO)).status == 403
    assert (
        f'hx-get="{at(question)}"'
        in (await see(door, "/teams/waiting", SUPERVISOR)).text
    )
    assert 'value="take"' in (await see(door, page_of(booked), SUPERVISOR)).text


async def test_an_answer_that_waits_for_outlook_says_so_and_is_given_later(door: Door):
    small = door.small
    booked = await standing(small)
    await copied(small, booked)
    await deleted(small, booked)
    question = asked(small, booked)
    small.gate.arm(1, only="graph.view")

    waits = await say(door, question, "take", BO)

    assert waits.status == 202
    assert text("en", "questions.confirming") in waits.text
    assert (
        text("en", "questions.confirming") in (await see(door, at(question), BO)).text
    )
    assert small.read(conflicts.find, question.id) == question
    await small.settle_down()
    is_handed_over(small, booked)


# An open offer.


async def test_an_open_offer_is_withdrawn_in_the_tab_once(door: Door):
    small = door.small
    offer = small.offer(24, 26)
    for view in ("/teams/today", "/teams/offers"):
        shown = await see(door, view)
        assert f'name="offer" value="{offer.id}"' in shown.text, view

    done = await withdraw(door, offer.id)

    assert done.status == 200
    assert text("en", "cards.offer.withdrawn") in done.text
    assert text("en", "cards.offer.withdrawn_untold") in done.text
    assert small.read(offers.load, offer.id).status is OfferStatus.WITHDRAWN
    assert small.read(log.entries, f"offer:{offer.id}", 1)[0].what == "withdraw"
    assert (await withdraw(door, offer.id)).status == 200
    assert small.read(offers.load, offer.id).version == offer.version + 1


@pytest.mark.parametrize("invited", [True, False])
async def test_an_open_offer_with_no_time_left_says_in_the_tab_what_is(
    door: Door, *, invited: bool
):
    small = door.small
    small.offer(24)
    small.book(24)
    if invited:
        only = replace(small.service, booked_by=BookedBy.INVITED)
        small.write(services.save_service, only)

    shown = (await see(door, "/teams/offers")).text

    assert plural("en", "tab.offers.none_left", 1) in shown
    assert (text("en", "tab.offers.any_free") in shown) is not invited
    until = text("en", "tab.offers.until", when="")
    assert (until in shown) is not invited


async def withdraw(door: Door, offer: int, who: str = AINO) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    fields = {"offer": f"{offer}"}
    return await door.ask("POST", "/teams/offers", data=fields, headers=headers)


async def test_what_a_client_has_chosen_from_is_not_withdrawn_any_more(door: Door):
    small = door.small
    offer = small.offer(24, 26)
    taken = small.write(lambda tx: _taken(tx, offer))

    late = await withdraw(door, offer.id)

    assert late.status == 409
    assert text("en", "cards.offer.taken") in late.text
    assert small.read(offers.load, offer.id) == taken


def _taken(tx: Any, offer: Any) -> Any:
    taken = replace(offer, status=OfferStatus.TAKEN, version=offer.version + 1)
    offers.save(tx, taken)
    return taken


async def test_a_supervisor_withdraws_and_a_colleague_finds_nothing(door: Door):
    offer = door.small.offer(24, 26)

    assert (await withdraw(door, offer.id, BO)).status == 403
    assert (await withdraw(door, -1)).status == 403
    assert MAIJA.name not in (await see(door, "/teams/offers", BO)).text
    shown = await see(door, "/teams/offers", SUPERVISOR)
    assert make.a_professional().name in shown.text
    assert (await withdraw(door, offer.id, SUPERVISOR)).status == 200
