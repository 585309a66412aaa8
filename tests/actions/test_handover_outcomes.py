"""What she whose event went to a colleague learns of it, and that no card asks in vain."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor
from booking.handover import Doubt
from booking.model import Appointment, Modality, Slot
from booking.views.waiting import Asked
from booking.wording import text
from booking.wording.dates import clock
from teams_app.actions import booking, handover_views, handovers, staff_views
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.settle import keep_cards
from teams_app.errands import take_over
from teams_app.store import jobs, log, people
from teams_app.store.database import Tx
from tests import make
from tests.actions.test_handing import hand, undo, wish
from tests.actions.test_handovers import elsewhere
from tests.support.handing import (
    AINO,
    BO,
    HIS,
    asked,
    copied,
    deleted,
    dragged,
    heard,
    questions,
    reply,
    standing,
    titles,
)
from tests.support.small_world import SUPERVISOR, SmallWorld


async def moved_away(small: SmallWorld, hours: float = 24, **changes) -> Appointment:
    """Let her be asked about the deletion before the copy is heard of."""
    booked = await standing(small, hours)
    await dragged(small, booked, **changes)
    return booked


def said(how: str) -> str:
    return text("fi", f"cards.settled.{how}")


def of(small: SmallWorld, who: str) -> int:
    return len(titles(small, who))


async def test_left_where_it_was_she_is_told_once_and_her_card_says_so(
    small: SmallWorld,
):
    booked = await moved_away(small)
    assert titles(small, AINO)[-1] == said("asked_colleague")
    before = of(small, AINO)

    answer = reply(small, booked, SUPERVISOR)
    small.write(handovers.leave, answer, small.now)
    small.write(handovers.leave, answer, small.now)
    await small.settle_down()

    assert questions(small, booked) == [("deleted", "put_back"), ("copied", "put_back")]
    assert titles(small, AINO)[before - 1 :] == [said("put_back")] * 2


async def test_a_later_time_does_not_stand_under_an_old_title(small: SmallWorld):
    booked = await moved_away(small)
    small.write(handovers.leave, reply(small, booked, SUPERVISOR), small.now)
    await small.settle_down()
    small.move(small.appointment(booked.id), 27)
    await small.settle_down()

    assert said("asked_colleague") not in titles(small, AINO)


async def test_her_own_answer_is_no_news_to_her(small: SmallWorld):
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [AINO]))
    booked = await moved_away(small)
    before = of(small, AINO)

    small.write(handovers.leave, reply(small, booked, AINO), small.now)
    await small.settle_down()

    assert said("put_back") in titles(small, AINO)
    assert of(small, AINO) == before


@pytest.mark.parametrize("supervises", [False, True])
async def test_taken_by_the_colleague_no_card_of_hers_says_otherwise(
    small: SmallWorld, *, supervises: bool
):
    if supervises:  # Then she still sees what her units' appointments come to.
        small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [AINO]))
    booked = await moved_away(small)

    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    assert questions(small, booked)[0] == ("deleted", "handed_over")
    assert said("asked_colleague") not in titles(small, AINO)
    assert said("handed_over") in titles(small, AINO)


@pytest.mark.parametrize("ends", ["moves", "cancels"])
async def test_overtaken_by_the_client_it_says_so(small: SmallWorld, ends: str):
    booked = await moved_away(small)

    if ends == "moves":
        small.move(booked, 27)
    else:
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    assert questions(small, booked)[0] == ("deleted", "overtaken")
    assert said("asked_colleague") not in titles(small, AINO)
    assert said("overtaken") in titles(small, AINO)


async def test_the_colleagues_event_gone_too_she_is_asked_again(small: SmallWorld):
    booked = await moved_away(small)
    (made,) = small.graph.box(HIS)

    small.graph.remove(HIS, made)
    await heard(small, make.BO)

    assert titles(small, AINO)[-2:] == [
        said("copy_gone"),
        text("fi", "cards.conflict.deleted"),
    ]
    assert questions(small, booked)[0] == ("deleted", "copy_gone")


async def test_over_the_border_of_a_unit_it_is_the_supervisor_who_is_asked(
    small: SmallWorld,
):
    booked = await standing(small)
    elsewhere(small)
    await dragged(small, booked)

    assert titles(small, AINO)[-1] == said("asked_supervisor")
    assert titles(small, BO) == []


async def test_with_nobody_else_to_ask_it_is_her_other_card(small: SmallWorld):
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, []))
    booked = await standing(small)
    elsewhere(small)
    await dragged(small, booked)

    assert said("asked_you") in titles(small, AINO)


# Nobody answers.


async def test_once_the_time_has_passed_no_card_offers_it(small: SmallWorld):
    booked = await moved_away(small)
    question = reply(small, booked)
    over = text("fi", "handovers.over.title")

    small.clock.set(booked.span.end)
    await small.settle_down()

    assert {*titles(small, SUPERVISOR)} == {over}
    assert {*titles(small, BO)} == {text("sv", "handovers.over.title")}
    assert said("unanswered") in titles(small, AINO)
    cards = str([small.chat.card(at) for at in range(len(small.chat.posted))])
    assert "handover." not in cards
    assert await take_over(small.world, question) == Unanswerable("past")
    left = small.write(handovers.leave, question, small.now)
    assert left == Unanswerable("past")


async def test_copied_to_another_time_it_is_said_that_the_agreed_one_is_taken(
    small: SmallWorld,
):
    booked = await standing(small)
    small.graph.add(HIS, booked.span)
    await copied(small, booked, when=make.span(26))

    question = asked(small, booked)
    view = small.read(handover_views.question, question, BO, small.policy, small.now)

    assert (view.doubts, view.agreed_doubts) == ((Doubt.TIME,), (Doubt.BUSY,))
    at = clock("sv", booked.span.start)
    said_ = text("sv", "handovers.agreed.yours.busy", at=at)
    assert said_ in str(small.chat.card(last(small, BO)))


async def test_a_copy_that_waits_to_be_removed_explains_no_deletion(small: SmallWorld):
    """Nobody wants it there, so what became of the original is asked of its owner."""
    booked = await standing(small)
    await copied(small, booked)
    small.gate.arm(1, only="graph.drop")
    small.write(handovers.leave, reply(small, booked), small.now)

    await deleted(small, booked)

    assert small.gate.failed
    assert small.graph.box(HIS) == {}
    assert questions(small, booked) == [("copied", "put_back"), ("deleted", None)]


#: A call needs none of its own.
PAUSES = {Modality.REMOTE: (15, 15)}


@pytest.mark.parametrize("what", ["appointment", "event"])
async def test_her_card_follows_what_leaves_no_pause_beside_the_time_of_the_copy(
    small: SmallWorld, what: str
):
    """That time has no guard in the calendar: its pauses are those of the appointment."""
    small.write(people.save_service, replace(small.service, buffers=PAUSES))
    booked = await standing(small)
    await copied(small, booked, when=make.span(26))
    await small.settle_down()
    question = asked(small, booked)

    if what == "appointment":
        small.book(26.75, slot=Slot(make.BO, make.at(26.75)), modality=Modality.PHONE)
    else:
        small.graph.add(HIS, make.span(26.75))
        small.pull(make.BO)
    await small.settle_down()

    view = small.read(handover_views.question, question, BO, small.policy, small.now)
    assert Doubt.PAUSE in view.doubts
    said_ = text("sv", "handovers.doubt.yours.pause", n=15)
    assert said_ in str([small.chat.card(at) for at in range(len(small.chat.posted))])


async def test_where_it_was_moved_later_that_time_can_still_be_had(small: SmallWorld):
    booked = await moved_away(small, when=make.span(26))

    small.clock.set(booked.span.end)
    await small.settle_down()
    desk = str(small.chat.card(last(small, SUPERVISOR)))
    assert "handover.take_agreed" not in desk
    assert "handover.take'" in desk

    small.clock.set(make.span(26).end)
    await small.settle_down()
    assert "handover." not in str(small.chat.card(last(small, SUPERVISOR)))


def last(small: SmallWorld, who: str) -> int:
    return all_of(small, who)[-1]


AGAIN = {each: text(each, "handovers.again") for each in ("fi", "sv")}


def reminders(small: SmallWorld) -> list[str]:
    """Give who has been reminded, in order."""
    return [
        BO if AGAIN["sv"] in str(small.chat.card(at)) else SUPERVISOR
        for at in range(len(small.chat.posted))
        if any(each in str(small.chat.card(at)) for each in AGAIN.values())
    ]


async def test_all_are_reminded_hours_before_and_the_supervisors_once_more(
    small: SmallWorld,
):
    booked = await moved_away(small, 27)
    start = booked.span.start

    small.clock.set(start - timedelta(hours=4, minutes=1))
    await small.settle_down()
    assert reminders(small) == []

    small.clock.set(start - timedelta(hours=4))
    await small.settle_down()
    assert sorted(reminders(small)) == sorted([BO, SUPERVISOR])

    small.clock.set(start - timedelta(hours=1))
    await small.settle_down()
    assert sorted(reminders(small)) == sorted([BO, SUPERVISOR, SUPERVISOR])


async def test_who_has_answered_is_not_reminded(small: SmallWorld):
    booked = await moved_away(small, 27)
    small.write(handovers.leave, reply(small, booked), small.now)
    await small.settle_down()

    small.clock.set(booked.span.start - timedelta(hours=1))
    await small.settle_down()

    assert reminders(small) == []


async def test_whom_a_reminder_is_for_is_seen_when_it_is_due(small: SmallWorld):
    booked = await moved_away(small, 27)
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, []))

    small.clock.set(booked.span.start - timedelta(hours=4))
    await small.settle_down()

    assert reminders(small) == [BO]


async def test_after_a_night_each_is_reminded_once_and_never_in_it(small: SmallWorld):
    """The appointment is at eight in the morning, and quiet hours end at seven."""
    booked = await moved_away(small, 22)
    assert booked.span.start == make.at(22)

    small.clock.set(booked.span.start - timedelta(hours=1, minutes=30))
    await small.settle_down()
    assert reminders(small) == []

    small.clock.set(booked.span.start - timedelta(minutes=55))
    await small.settle_down()
    assert sorted(reminders(small)) == sorted([BO, SUPERVISOR])


async def test_a_reminder_is_answered_like_the_question(small: SmallWorld):
    booked = await moved_away(small, 27)
    small.clock.set(booked.span.start - timedelta(hours=4))
    await small.settle_down()

    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    assert {*titles(small, BO)} == {text("sv", "handovers.settled.handed_to_you")}
    assert reminders(small) == []


async def test_asked_shortly_before_nobody_is_reminded_at_once(small: SmallWorld):
    booked = await standing(small, 27)
    small.clock.set(booked.span.start - timedelta(hours=4, minutes=5))
    await dragged(small, booked)

    small.clock.set(booked.span.start - timedelta(hours=3))
    await small.settle_down()
    assert reminders(small) == []

    small.clock.set(booked.span.start - timedelta(hours=1))
    await small.settle_down()
    assert reminders(small) == [SUPERVISOR]


# Her own day, meanwhile.


async def test_her_day_and_her_cards_say_that_it_is_with_a_colleague(
    small: SmallWorld,
):
    booked = await moved_away(small)
    day = booked.span.start.date()

    (line,) = small.read(
        staff_views.morning, make.AINO, day, small.policy, small.now
    ).lines
    assert [each.about for each in line.waits] == [Asked.HANDED]
    assert line.waits[0].colleague == make.bo().name
    hers = [str(small.chat.card(at)) for at in all_of(small, AINO)]
    problem = text("fi", "cards.problem.with_colleague")
    assert any(problem in each for each in hers)

    small.write(handovers.leave, reply(small, booked), small.now)
    await small.settle_down()
    (line,) = small.read(
        staff_views.morning, make.AINO, day, small.policy, small.now
    ).lines
    assert line.waits == ()
    assert not any(problem in str(small.chat.card(at)) for at in all_of(small, AINO))


def all_of(small: SmallWorld, who: str) -> list[int]:
    return [
        at
        for at, each in enumerate(small.chat.posted)
        if each.to.conversation_id.endswith(who)
    ]


async def test_a_copy_whose_appointment_moves_while_it_is_looked_at_is_asked_about(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    booked = await standing(small)
    read, moved = small.graph.view, []

    async def slow(asks):
        if not moved:
            moved.append(small.move(booked, 26))
        return await read(asks)

    monkeypatch.setattr(small.graph, "view", slow)
    await copied(small, booked)

    assert questions(small, booked) == [("copied", None)]


async def test_an_old_question_says_who_has_it_now_where_that_is_another_since(
    small: SmallWorld,
):
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [SUPERVISOR]))
    booked = await standing(small)
    await copied(small, booked)
    small.write(handovers.leave, reply(small, booked, SUPERVISOR), small.now)
    await small.settle_down()
    left = text("fi", "handovers.settled.put_back", giver="Aino Aalto")
    assert titles(small, SUPERVISOR)[-1] == left
    assert text("sv", "handovers.settled.put_back", giver="Aino Aalto") in titles(
        small, BO
    )

    small.clock.advance(minutes=1)
    done = await hand(small, wish(small.appointment(booked.id)))
    await small.settle_down()

    assert text("sv", "handovers.settled.handed_to_you") in titles(small, BO)
    now = text("fi", "handovers.settled.passed_on", giver="Bo Berg")
    assert titles(small, SUPERVISOR)[-1] == now
    await undo(small, done)
    await small.settle_down()
    assert titles(small, SUPERVISOR)[-1] == left


async def test_what_was_taken_and_went_on_is_said_to_be_where_it_is(
    small: SmallWorld,
):
    booked = await standing(small)
    await copied(small, booked)
    await take_over(small.world, reply(small, booked))
    await small.settle_down()
    taken = text("fi", "handovers.settled.handed_over", taker="Bo Berg")
    assert titles(small, SUPERVISOR)[-1] == taken

    small.clock.advance(minutes=1)
    back = wish(small.appointment(booked.id), to=make.AINO)
    assert isinstance(await hand(small, back), Appointment)
    await small.settle_down()

    now = text("fi", "handovers.settled.passed_on", giver="Aino Aalto")
    assert titles(small, SUPERVISOR)[-1] == now


async def passed_on(small: SmallWorld) -> Appointment:
    """Leave it with Aino whose copy Bo has, and hand it to him a minute later."""
    booked = await standing(small)
    await copied(small, booked)
    small.write(handovers.leave, reply(small, booked, SUPERVISOR), small.now)
    await small.settle_down()
    small.clock.advance(minutes=1)
    done = await hand(small, wish(small.appointment(booked.id)))
    await small.settle_down()
    small.clock.advance(minutes=1)
    assert isinstance(done, Appointment)
    return done


@pytest.mark.parametrize("by", [Actor.CLIENT, Actor.PROFESSIONAL])
async def test_of_what_is_cancelled_nobody_is_said_to_have_it_now(
    small: SmallWorld, by: Actor
):
    """Nor who cancelled it: whose it is not reads nothing of what its client did."""
    done = await passed_on(small)

    small.write(booking.cancel, done.id, by=by, now=small.now)
    await small.settle_down()

    off = {each: text(each, "cards.settled.cancelled") for each in ("fi", "sv")}
    assert titles(small, SUPERVISOR)[-1] == off["fi"]
    assert titles(small, BO)[0] == off["sv"]
    assert titles(small, AINO)[-1] == off["fi"]


async def test_who_has_it_now_is_said_however_often_it_was_looked_at(
    small: SmallWorld,
):
    done = await passed_on(small)
    seen = log.Entry(small.now, "staff:x", "view", f"appointment:{done.id}", "tab")

    def look(tx: Tx) -> None:
        log.record_all(tx, [seen] * 201)
        jobs.promise(tx, keep_cards(done.id, small.now))

    small.write(look)
    await small.settle_down()

    now = text("fi", "handovers.settled.passed_on", giver="Bo Berg")
    assert titles(small, SUPERVISOR)[-1] == now
