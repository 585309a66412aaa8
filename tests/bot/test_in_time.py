"""A press is answered within its five seconds, and what it could not wait for comes after.

Graph is silent here: whoever asked it would wait for ever. A process that dies leaves its
promises, so that another worker, which knows nothing of the press, does the rest.
"""

import asyncio
import inspect
from collections.abc import Awaitable
from typing import Any

import pytest

from booking.model import Appointment, Status
from booking.views.cards import ConflictKind
from cards import verbs
from teams_app.bot.connector import Connector
from teams_app.errands import looking
from teams_app.store import conflicts as rows
from tests import make
from tests.bot.at_the_desk import InChannel, asked
from tests.bot.talk import AINO, BO, FORM, Talk, said, title
from tests.support.handing import (
    HERS,
    HIS,
    copied,
    heard,
    original,
    standing,
)
from tests.support.small_world import SmallWorld

#: In place of the two seconds that a look takes at most.
LOOK = 0.05
SLOT = f"{make.AINO}@{int(make.at(24).timestamp())}"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "LOOK_SECONDS", LOOK)
    monkeypatch.setattr(looking, "LOOK_AGAIN", LOOK / 2)


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


async def in_time(pressed: Awaitable[Any]) -> Any:
    """Wait for a press, which a silent Graph would keep waiting for ever."""
    async with asyncio.timeout(10):
        return await pressed


def slowly(small: SmallWorld) -> None:
    """Let Graph answer nobody, as if each answer took ten seconds."""
    small.graph.silent = True


def card_of(small: SmallWorld, who: str) -> str:
    """Give what stands last in somebody's chat."""
    hers = [e for e in small.chat.posted if e.to.conversation_id.endswith(who)]
    return str(hers[-1].activity)


async def deleted(small: SmallWorld) -> rows.Conflict:
    booked = await standing(small)
    small.graph.remove(HERS, original(small, booked).id)
    await heard(small, make.AINO)
    (question,) = small.read(rows.open_of, booked.id)
    assert question.kind is ConflictKind.DELETED
    return question


def on_card(small: SmallWorld, who: str) -> str:
    hers = [e for e in small.chat.posted if e.to.conversation_id.endswith(who)]
    return hers[-1].id


def of(question: rows.Conflict, **more: str) -> dict[str, Any]:
    return {"conflict": question.id, "version": question.version} | more


def test_two_looks_in_one_go_leave_a_press_its_five_seconds():
    """The figures as they are, and not as they are hurried here."""
    source = inspect.getsource(looking)
    assert "LOOK_SECONDS = 2.0" in source
    assert "LOOK_AGAIN = 1.0" in source
    turn = inspect.signature(Connector.__init__).parameters["turn_seconds"].default
    assert 2.0 + 1.0 < turn < 5


async def test_booking_is_confirmed_meanwhile_and_by_another_process(aino: Talk):
    small = aino.small
    await aino.say("varaa")
    slowly(small)

    shown = await in_time(aino.card(verbs.BOOK_NOW, FORM | {verbs.SLOT: SLOT}, on="M1"))
    assert title(shown) == said("cards.appointment.confirming")

    small.graph.silent = False
    small.clock.advance(seconds=3)
    await small.settle_down()

    assert small.appointment(1).status is Status.BOOKED
    assert title(small.chat.card()) == said("cards.appointment.booked")


async def test_handing_over_is_confirmed_meanwhile_and_carried_out_after(aino: Talk):
    small = aino.small
    question = await deleted(small)
    slowly(small)
    hand = of(question, colleague=str(make.BO))

    shown = await in_time(aino.card(verbs.CONFLICT_HAND, hand, on=on_card(small, AINO)))
    again = await in_time(aino.card(verbs.CONFLICT_HAND, hand, on=on_card(small, AINO)))
    assert said("cards.notice.confirming.title") in str(shown)
    assert said("cards.notice.confirming.title") in str(again)
    assert len([e for e in small.owed("answer_again") if e.open]) == 1

    small.graph.silent = False
    await small.settle_down()

    assert small.appointment(question.appointment).professional == make.BO
    assert "Aika siirtyi kollegalle" in card_of(small, AINO)


async def test_what_stands_in_the_way_is_said_on_the_card_that_was_pressed(
    aino: Talk,
):
    small = aino.small
    question = await deleted(small)
    slowly(small)
    hand = of(question, colleague=str(make.BO))
    await in_time(aino.card(verbs.CONFLICT_HAND, hand, on=on_card(small, AINO)))

    small.graph.add(HIS, make.span(24))
    small.graph.silent = False
    await small.settle_down()

    assert small.appointment(question.appointment).professional == make.AINO
    assert said("cards.notice.overlap.title") in card_of(small, AINO)
    assert said("cards.notice.confirming.title") not in card_of(small, AINO)


async def test_a_calendar_that_is_never_read_changes_nothing_and_is_said(aino: Talk):
    small = aino.small
    question = await deleted(small)
    slowly(small)
    hand = of(question, colleague=str(make.BO))
    await in_time(aino.card(verbs.CONFLICT_HAND, hand, on=on_card(small, AINO)))
    await small.rest(rounds=4)
    assert said("cards.notice.unread.title") not in card_of(small, AINO)

    small.clock.advance(minutes=16)
    await small.rest(rounds=30)

    assert small.appointment(question.appointment).professional == make.AINO
    assert said("cards.notice.unread.title") in card_of(small, AINO)


async def test_what_was_answered_otherwise_meanwhile_stays_answered(aino: Talk):
    small = aino.small
    question = await deleted(small)
    slowly(small)
    hand = of(question, colleague=str(make.BO))
    await in_time(aino.card(verbs.CONFLICT_HAND, hand, on=on_card(small, AINO)))
    await in_time(
        aino.card(verbs.CONFLICT_CANCEL, of(question), on=on_card(small, AINO))
    )

    small.graph.silent = False
    await small.settle_down()

    assert small.appointment(question.appointment).status is Status.CANCELLED_BY_US
    (owed,) = small.owed("answer_again")
    assert owed.outcome == "answered_before"


@pytest.mark.parametrize("verb", [verbs.HANDOVER_TAKE, verbs.HANDOVER_TAKE_AGREED])
async def test_taking_over_is_confirmed_meanwhile_and_carried_out_after(
    small: SmallWorld, verb: str
):
    booked = await standing(small)
    await copied(small, booked)
    (question,) = small.read(rows.open_of, booked.id)
    bo = Talk(small, BO)
    slowly(small)

    shown = await in_time(bo.card(verb, of(question), on=on_card(small, BO)))
    assert said("handovers.wrong.yours.confirming", "sv") in str(shown)

    small.graph.silent = False
    await small.settle_down()

    assert small.appointment(booked.id).professional == make.BO
    assert said("handovers.wrong.yours.confirming", "sv") not in card_of(small, BO)


async def take(small: SmallWorld, verb: str, *booked: Appointment) -> str:
    """Let Bo take these at the desk while Outlook is silent; give the card she gets."""
    slowly(small)
    small.gate.calls.clear()
    given = {verbs.COVER: "1", verbs.APPOINTMENT: f"{booked[0].id}", verbs.MOST: "2"}
    card = await in_time(InChannel(small, BO).card(verb, given, on="C1"))
    assert small.gate.calls.count("graph.view") <= 1, "it is asked again"
    return str(card)


async def seen(small: SmallWorld) -> str:
    """Give the question as Bo sees it now."""
    card = await InChannel(small, BO).card(
        verbs.COVER_LOOK, {verbs.COVER: "1"}, on="C1"
    )
    return str(card)


@pytest.mark.parametrize(
    ("verb", "taken"), [(verbs.COVER_TAKE, 1), (verbs.COVER_SEVERAL, 2)]
)
async def test_at_the_desk_it_is_confirmed_meanwhile_and_taken_after(
    small: SmallWorld, verb: str, taken: int
):
    booked = await asked(small, 26, 50)

    for _ in range(2):  # Who presses once more owes no more.
        card = await take(small, verb, *booked)
        assert card.count(said("desk.bar.confirming", "sv")) == taken
    assert [small.appointment(each.id).professional for each in booked] == [
        make.AINO
    ] * 2

    small.graph.silent = False
    await small.settle_down()

    hers = [small.appointment(each.id).professional for each in booked]
    assert hers == [make.BO] * taken + [make.AINO] * (2 - taken)
    assert said("desk.bar.confirming", "sv") not in await seen(small)


async def test_at_the_desk_what_stands_in_the_way_is_said_to_her(small: SmallWorld):
    (booked,) = await asked(small, 26)
    await take(small, verbs.COVER_TAKE, booked)

    small.graph.add(HIS, make.span(26))
    small.graph.silent = False
    await small.settle_down()

    assert small.appointment(booked.id).professional == make.AINO
    (owed,) = small.owed("take_again")
    assert owed.outcome == "refused:busy"
    assert said("desk.bar.busy", "sv") in await seen(small)


async def test_at_the_desk_a_calendar_that_is_never_read_leaves_her_the_button(
    small: SmallWorld,
):
    (booked,) = await asked(small, 26)
    await take(small, verbs.COVER_TAKE, booked)
    small.clock.advance(minutes=16)
    await small.rest(rounds=30)

    shown = await seen(small)
    assert said("desk.bar.unread", "sv") in shown
    assert verbs.COVER_TAKE in shown
    assert small.appointment(booked.id).professional == make.AINO
