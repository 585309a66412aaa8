"""A move pressed while Outlook does not answer: confirmed, made later, or taken back."""

import pytest

from booking.model import Status
from cards import verbs
from teams_app.errands import looking
from tests import make
from tests.bot.talk import Talk, button, said, title
from tests.bot.test_moving import MOVE, SHOW, TIMES, at, booked_card, of, shows
from tests.support.handing import HERS
from tests.support.small_world import SmallWorld


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "LOOK_SECONDS", 0.5)


def speaking(small: SmallWorld) -> None:
    small.graph.silent = False
    small.clock.advance(seconds=6)


async def test_it_is_confirmed_meanwhile_and_moved_once_outlook_answers(aino: Talk):
    booked, stands = await booked_card(aino)
    small = aino.small
    small.graph.silent = True

    for _ in range(2):
        card = await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)
        assert said("cards.problem.move.confirming") in str(card)
    assert small.appointment(booked.id) == booked
    assert len([each for each in small.owed("move_again") if each.open]) == 1

    speaking(small)
    await small.settle_down()

    now = small.appointment(booked.id)
    assert (now.span.start, now.status) == (make.at(48), Status.BOOKED)
    assert said("cards.problem.move.confirming") not in str(shows(stands))
    assert title(shows(stands)) == said("cards.appointment.standing")


async def test_who_keeps_the_time_it_has_takes_back_a_move_that_waits(aino: Talk):
    booked, stands = await booked_card(aino)
    small = aino.small
    small.graph.silent = True
    await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)
    times = await aino.card(TIMES, of(booked), on=stands.id)

    card = await aino.card(SHOW, button(times, SHOW), on=stands.id)

    assert said("cards.problem.move.confirming") not in str(card)
    speaking(small)
    await small.settle_down()
    assert small.appointment(booked.id) == booked


async def test_what_came_between_is_said_on_the_card(aino: Talk):
    booked, stands = await booked_card(aino)
    small = aino.small
    small.graph.silent = True
    await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)

    small.graph.add(HERS, make.span(48))
    speaking(small)
    await small.settle_down()

    assert small.appointment(booked.id) == booked
    assert said("cards.problem.move.taken") in str(shows(stands))


async def test_a_time_that_has_come_meanwhile_is_said_to_be_lost(aino: Talk):
    booked, stands = await booked_card(aino)
    small = aino.small
    small.graph.silent = True
    await aino.card(MOVE, of(booked, slot=at(0.25)), on=stands.id)

    small.graph.silent = False
    small.clock.advance(minutes=16)
    await small.settle_down()

    assert small.appointment(booked.id) == booked
    assert said("cards.problem.move.taken") in str(shows(stands))


async def test_an_outlook_that_never_answers_changes_nothing_and_is_said(aino: Talk):
    booked, stands = await booked_card(aino)
    small = aino.small
    small.graph.silent = True
    await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)

    small.clock.advance(minutes=16)
    await small.rest(rounds=30)

    assert small.appointment(booked.id) == booked
    assert said("cards.problem.move.unread") in str(shows(stands))


async def test_what_was_cancelled_meanwhile_stays_cancelled(aino: Talk):
    booked, stands = await booked_card(aino)
    small = aino.small
    small.graph.silent = True
    await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)
    await aino.card(verbs.APPOINTMENT_CANCEL, of(booked), on=stands.id)

    speaking(small)
    await small.settle_down()

    assert small.appointment(booked.id).status is Status.CANCELLED_BY_US
    (owed,) = small.owed("move_again")
    assert owed.outcome == "changed_before"
