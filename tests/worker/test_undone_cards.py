"""A hand-over taken back at once: what is left of it in the chats of both."""

import pytest

from booking.handover import GRACE
from booking.model import Appointment
from booking.wording import text
from booking.wording.dates import when_range
from teams_app.outside import ChatError
from tests import make
from tests.actions.test_handing import hand, undo, wish
from tests.bot.talk import title
from tests.support.handing import AINO, BO, standing
from tests.support.small_world import SmallWorld


def cards_of(small: SmallWorld, person: str) -> list[dict]:
    return [
        small.chat.card(at)
        for at, each in enumerate(small.chat.posted)
        if each.to.conversation_id[2:] == person
    ]


def titles(small: SmallWorld, person: str) -> list[str]:
    return [title(each) for each in cards_of(small, person)]


def said(key: str) -> str:
    return text("fi", f"cards.appointment.{key}")


async def handed(small: SmallWorld, *, start: float = 24) -> Appointment:
    booked = await standing(small)
    small.clock.advance(minutes=1)
    done = await hand(small, wish(booked, start=make.at(start)))
    assert isinstance(done, Appointment)
    return done


@pytest.mark.parametrize("start", [24, 26])
async def test_undone_at_once_each_has_one_card_brought_up_to_date(
    small: SmallWorld, start: float
):
    done = await handed(small, start=start)
    await small.settle_down()
    assert len(cards_of(small, AINO)) == 2
    (his,) = cards_of(small, BO)
    small.clock.advance(seconds=5)

    await undo(small, done)
    await small.settle_down()

    assert titles(small, AINO) == [said("booked_by_client"), said("standing")]
    (left,) = cards_of(small, BO)
    assert left != his
    assert "Aino" in str(left)


async def test_undone_before_any_card_was_posted_nobody_hears_of_it(
    small: SmallWorld,
):
    done = await handed(small)

    await undo(small, done)
    await small.settle_down()

    assert titles(small, AINO) == [said("standing")]
    assert cards_of(small, BO) == []


async def test_undone_later_it_is_news_again(small: SmallWorld):
    done = await handed(small, start=26)
    await small.settle_down()
    small.clock.advance(seconds=GRACE.total_seconds() + 1)

    await undo(small, done)
    await small.settle_down()

    newest = cards_of(small, AINO)[-1]
    assert titles(small, AINO)[-1] == said("moved")
    only_his = when_range("fi", done.span.start, done.span.end)
    assert only_his not in str(newest), "a time she never had"
    older, speaks = cards_of(small, BO)
    newer = text("sv", "cards.older.newer")
    assert [newer in str(each) for each in (older, speaks)] == [True, False]
    assert ["Aino" in str(each) for each in (older, speaks)] == [False, True]


async def test_the_next_move_tells_the_time_she_last_heard_of(small: SmallWorld):
    done = await handed(small, start=26)
    await small.settle_down()
    await undo(small, done)
    await small.settle_down()
    back = small.appointment(done.id)

    small.move(back, 28)
    await small.settle_down()

    newest = str(cards_of(small, AINO)[-1])
    was, never = (
        when_range("fi", each.start, each.end) for each in (back.span, done.span)
    )
    assert text("fi", "cards.appointment.moved_from", when=was) in newest
    assert never not in newest


async def test_who_was_told_by_mail_is_told_that_it_is_undone(small: SmallWorld):
    """Nothing brings a mail up to date."""
    done = await handed(small)
    small.chat.refusal = ChatError(403)
    await small.rest(rounds=60)
    small.chat.refusal = None

    await undo(small, done)
    await small.settle_down()

    assert len(cards_of(small, BO)) == 1
    assert "Aino" in str(cards_of(small, BO)[0])
