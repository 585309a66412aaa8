"""Answers to the question of a copy, and what happens while it is open."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from booking.appointments import Actor
from booking.calendar import Event
from booking.model import Appointment, Modality
from booking.views.cards import Truth
from cards import verbs
from graph_sync.graph import Forbidden
from teams_app.actions import booking, handovers, records
from teams_app.actions import conflicts as answers
from teams_app.actions.access import Claims, person
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.records import whole
from teams_app.bot import presses
from teams_app.bot.buttons import Press
from teams_app.bot.handovers import Pressed, answer
from teams_app.errands import hand_over, take_over
from teams_app.store import chats, conflicts, copies, people
from teams_app.store.copies import Copy
from tests import make
from tests.support.handing import (
    AINO,
    BO,
    HERS,
    HIS,
    asked,
    copied,
    copy,
    deleted,
    heard,
    is_handed_over,
    original,
    questions,
    reply,
    standing,
    titles,
    told,
    trust,
)
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld


async def test_at_another_time_it_is_asked_and_either_time_can_be_had(
    small: SmallWorld,
):
    trust(small)
    booked = await standing(small)
    await copied(small, booked, when=make.span(26))
    await deleted(small, booked)
    assert small.appointment(booked.id) == booked
    assert not isinstance(small.hold(26, slot=_slot(26)), Appointment)

    await take_over(small.world, reply(small, booked, agreed=True))
    await small.settle_down()

    assert small.appointment(booked.id).span == booked.span
    is_handed_over(small, booked)


async def test_the_new_time_is_told_as_a_new_time(small: SmallWorld):
    booked = await standing(small)
    await copied(small, booked, when=make.span(26))
    await deleted(small, booked)

    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    assert small.appointment(booked.id).span == make.span(26)
    assert told(small) == ["Aikasi on varattu", "Aikasi on muuttunut"]
    is_handed_over(small, booked)


def _slot(hours: float):
    return booking.Slot(make.BO, make.at(hours))


async def test_something_else_put_there_meanwhile_stops_the_answer(
    small: SmallWorld,
):
    booked = await standing(small)
    await copied(small, booked)
    small.graph.add(HIS, make.span(24))

    done = await take_over(small.world, reply(small, booked))

    assert done == Unanswerable("overlap")
    assert small.appointment(booked.id) == booked


@pytest.mark.parametrize("known", [True, False])
async def test_what_comes_only_too_near_is_refused_by_its_own_name(
    small: SmallWorld, *, known: bool
):
    small.write(people.save_service, make.a_service(buffers={Modality.REMOTE: (0, 10)}))
    booked = await standing(small)
    await copied(small, booked)
    question = reply(small, booked)
    if known:
        small.book(24.75, slot=_slot(24.75))
    else:
        small.graph.add(HIS, make.span(24.75))
    who = small.read(person, Claims(TENANT, BO))
    press = Pressed(verbs.HANDOVER_TAKE, question.conflict, question.version, who, "")

    card = str(await answer(small.world, press))

    assert "mellan tiderna blir det ingen paus på 10 minuter" in card
    assert "annat i kalendern då" not in card
    assert small.appointment(booked.id) == booked


async def test_when_his_calendar_is_not_read_nothing_is_handed_over(
    small: SmallWorld,
):
    booked = await standing(small)
    await copied(small, booked)
    small.gate.arm(1, only="graph.view")

    done = await take_over(small.world, reply(small, booked))

    assert done == Unanswerable("unread")
    assert small.appointment(booked.id) == booked


async def test_a_stranger_to_the_question_may_not_answer_it(small: SmallWorld):
    booked = await standing(small)
    await copied(small, booked)

    assert await take_over(small.world, reply(small, booked, "somebody")) == (
        Unanswerable("not_yours")
    )


async def test_an_answer_given_twice_hands_over_once(small: SmallWorld):
    booked = await standing(small)
    await copied(small, booked)
    said = reply(small, booked)

    first = await take_over(small.world, said)
    second = await take_over(small.world, said)
    late = small.write(handovers.leave, said, small.now)
    await small.settle_down()

    assert first == second == late
    assert told(small)[1:] == ["Tapaat toisen asiantuntijan"]
    is_handed_over(small, booked)


async def test_late_the_old_meeting_is_kept_until_its_end(small: SmallWorld):
    """Within half an hour of the start nobody is left in an abandoned lobby."""
    booked = await standing(small)
    meeting = original(small, booked).join_url
    small.clock.advance(hours=23.6)
    await copied(small, booked)

    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    now = small.appointment(booked.id)
    (his,) = small.graph.box(HIS).values()
    assert (now.professional, his.online, his.join_url) == (make.BO, False, None)
    assert meeting in his.body
    assert small.read(whole, now).join_url == meeting
    assert small.read(records.truths, now).in_outlook is Truth.DONE
    assert original(small, booked).join_url == meeting

    small.clock.advance(hours=1.2)
    await small.settle_down()
    assert small.graph.ours(HERS) == []
    assert [each.id for each in small.graph.box(HIS).values()] == [his.id]


async def test_once_the_way_in_was_opened_it_is_late_too(small: SmallWorld):
    booked = await standing(small)
    meeting = original(small, booked).join_url
    small.write(copies.join_opened, booked.id, small.now)
    await copied(small, booked)

    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    assert small.read(whole, small.appointment(booked.id)).join_url == meeting
    assert original(small, booked).join_url == meeting


async def test_a_kept_meeting_that_is_deleted_gives_way_to_a_new_one(
    small: SmallWorld,
):
    booked = await standing(small)
    small.clock.advance(hours=23.6)
    await copied(small, booked)
    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    await deleted(small, booked)

    (his,) = small.graph.box(HIS).values()
    assert his.online
    assert small.read(copies.kept_meeting, booked.id) is None


async def test_late_with_the_original_gone_the_colleague_gets_a_meeting_of_hers(
    small: SmallWorld,
):
    trust(small)
    booked = await standing(small)
    small.clock.advance(hours=23.6)
    await copied(small, booked)
    await deleted(small, booked)

    is_handed_over(small, booked)


async def test_a_colleague_invited_is_asked_and_may_simply_stay(small: SmallWorld):
    trust(small)
    booked = await standing(small)
    made = await copied(small, booked, invited=True)
    assert titles(small, BO) == ["Är den här tiden din?"]

    small.write(handovers.leave, reply(small, booked), small.now)
    await heard(small, make.BO, make.AINO)

    assert list(small.graph.box(HIS)) == [made.id]
    assert original(small, booked)
    assert questions(small, booked) == [("copied", "put_back")]


async def test_a_client_who_moves_meanwhile_overtakes_the_question(
    small: SmallWorld,
):
    booked = await standing(small)
    await copied(small, booked)
    await deleted(small, booked)
    question = asked(small, booked)

    small.write(
        booking.move,
        booked.id,
        booking.Slot(make.AINO, make.at(27)),
        version=booked.version,
        by=Actor.CLIENT,
        policy=small.policy,
        now=small.now,
    )
    await small.settle_down()

    assert small.read(conflicts.find, question.id).settled == "overtaken"
    assert original(small, booked).when == make.span(27)
    assert asked(small, booked).id != question.id


async def test_a_client_who_cancels_meanwhile_leaves_no_event_behind(
    small: SmallWorld,
):
    booked = await standing(small)
    await copied(small, booked)

    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    assert small.graph.ours(HERS) == []
    assert small.graph.box(HIS) == {}
    assert questions(small, booked) == [("copied", "overtaken")]


async def test_a_copy_that_cannot_be_read_does_not_hide_a_deletion(
    small: SmallWorld,
):
    booked = await standing(small)
    made = copy(small, original(small, booked))
    known = Copy(
        make.BO, made.id, booked.id, booked.span, invited=False, seen=small.now
    )
    small.write(copies.save, known)
    plain = small.graph.event

    async def closed_to_us(mailbox: str, event_id: str) -> Event:
        if mailbox == HIS:
            raise Forbidden("ErrorAccessDenied")
        return await plain(mailbox, event_id)

    small.graph.event = closed_to_us
    await deleted(small, booked)

    assert questions(small, booked) == [("deleted", None)]


async def test_a_press_on_the_card_says_what_became_of_it(small: SmallWorld):
    booked = await standing(small)
    await copied(small, booked)
    question = asked(small, booked)
    desk = small.read(person, Claims(TENANT, SUPERVISOR))
    pressed = Pressed(verbs.HANDOVER_TAKE, question.id, question.version, desk, "M99")

    shown = await answer(small.world, pressed)
    again = await answer(small.world, replace(pressed, verb=verbs.HANDOVER_LEAVE))

    title = "Ajan hoitaa nyt Bo Berg"
    assert shown["body"][0]["items"][0]["text"] == title
    assert again["body"][0]["items"][0]["text"] == title
    assert small.read(chats.cards_of, f"conflict:{question.id}")


def card_of(small: SmallWorld, who: str) -> dict:
    at = [
        at
        for at, each in enumerate(small.chat.posted)
        if each.to.conversation_id.endswith(who)
    ]
    return small.chat.card(at[-1])


async def pressed(small: SmallWorld, question: conflicts.Conflict, **data: str):
    """Press *hand to a colleague* on Aino's own card."""
    who = small.read(person, Claims(TENANT, AINO))
    given = {"conflict": str(question.id), "version": str(question.version), **data}
    press = Press(verbs.CONFLICT_HAND, given, who, small.aino, "M99")
    return await presses.answer(small.world, press)


async def test_a_deleted_one_can_be_handed_to_a_colleague_from_the_card(
    small: SmallWorld,
):
    booked = await standing(small)
    await deleted(small, booked)
    (question,) = small.read(conflicts.open_of, booked.id)
    assert "Bo Berg" in str(card_of(small, AINO))

    nobody = await pressed(small, question)
    assert "Valitse, kenelle aika siirtyy" in str(nobody)
    assert small.appointment(booked.id) == booked

    shown = await pressed(small, question, colleague=str(make.BO))
    await small.settle_down()

    assert shown["body"][0]["items"][0]["text"] == "Aika siirtyi kollegalle"
    is_handed_over(small, booked)
    assert told(small)[1:] == ["Tapaat toisen asiantuntijan"]
    assert titles(small, BO) == ["Du har fått en kollegas tid"]


async def test_beside_a_collision_too_but_only_to_who_could_take_it(
    small: SmallWorld,
):
    booked = await standing(small)
    small.graph.add(HERS, make.span(24))
    await heard(small, make.AINO)
    (question,) = small.read(conflicts.open_of, booked.id)

    shown = await pressed(small, question, colleague="77")
    assert "Aika siirtyi kollegalle" not in str(shown)
    small.graph.add(HIS, make.span(24))
    busy = await pressed(small, question, colleague=str(make.BO))

    assert "Aika siirtyi kollegalle" not in str(busy)
    assert small.appointment(booked.id) == booked
    assert questions(small, booked) == [("overlapped", None)]


async def test_nobody_else_may_hand_it_over(small: SmallWorld):
    booked = await standing(small)
    await deleted(small, booked)
    (question,) = small.read(conflicts.open_of, booked.id)
    who = small.read(person, Claims(TENANT, BO))
    bo = small.read(people.professional, make.BO)
    given = {"conflict": str(question.id), "version": str(question.version)}
    press = Press(
        verbs.CONFLICT_HAND, given | {"colleague": str(make.BO)}, who, bo, "M9"
    )

    await presses.answer(small.world, press)

    assert small.appointment(booked.id) == booked


async def collision(small: SmallWorld, minutes: int = 45) -> conflicts.Conflict:
    """Let a meeting lie over an appointment of Aino's, and Bo be busy later on."""
    booked = await standing(small)
    small.graph.add(HERS, make.span(24, minutes=minutes))
    small.graph.add(HIS, make.span(26))
    await heard(small, make.AINO)
    await heard(small, make.BO)
    (question,) = small.read(conflicts.open_of, booked.id)
    return question


def client_moves(small: SmallWorld, question: conflicts.Conflict) -> None:
    small.move(small.appointment(question.appointment), 26)


def aino_moves(small: SmallWorld, question: conflicts.Conflict) -> None:
    link = small.link(small.appointment(question.appointment))
    moved = small.write(answers.moved, link, make.span(26), "ck99", small.now)
    small.write(answers.tell, moved, small.now)
    # It lies over the later time too, so the question stays open as it is.
    assert small.read(conflicts.open_of, question.appointment) == [question]


def aino_keeps_both(small: SmallWorld, question: conflicts.Conflict) -> None:
    small.write(answers.keep, question, small.now)


def another_lies_over_it(small: SmallWorld, question: conflicts.Conflict) -> None:
    found = small.appointment(question.appointment)
    small.write(answers.overlapped, found, "E99", small.now)


@pytest.mark.parametrize(
    ("minutes", "meanwhile"),
    [
        (45, client_moves),
        (300, aino_moves),
        (45, aino_keeps_both),
        (45, another_lies_over_it),
    ],
)
async def test_what_happens_while_the_colleagues_calendar_is_read_is_not_passed_over(
    small: SmallWorld,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    meanwhile: Callable[[SmallWorld, conflicts.Conflict], None],
):
    question = await collision(small, minutes)
    read = small.graph.view

    async def slow(asks):
        meanwhile(small, question)
        return await read(asks)

    monkeypatch.setattr(small.graph, "view", slow)
    got = await hand_over(small.world, question, make.BO, "staff:x")

    assert small.appointment(question.appointment).professional == make.AINO
    assert isinstance(got, Unanswerable) or got.settled in {"overtaken", "kept"}
