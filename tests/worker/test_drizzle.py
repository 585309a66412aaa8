"""The drizzle: in every flow the n-th outside call of each kind fails, for every n.

It fails before it had any effect, or after (the answer is lost); once, or from then on
until somebody repairs the world. When it goes on there is one event, one message, and a
card that shows what is true.
"""

from collections.abc import Callable
from itertools import count

import pytest

from booking.appointments import Actor
from teams_app.actions import booking
from tests import make
from tests.support.drizzling import (
    A_WEEK,
    BEFORE_OR_AFTER,
    BOX,
    EACH_WAY,
    check,
    drizzle,
    mails,
    through,
)
from tests.support.small_world import SmallWorld


@EACH_WAY
async def test_booked_in_the_drizzle(small: SmallWorld, *, after: bool, lasting: bool):
    async def run(rain: Callable[[], None], hours: float) -> None:
        rain()
        booked = small.book(hours)
        await through(small, lasting=lasting)
        check(small, booked)

    failed = await drizzle(small, run, after=after, lasting=lasting)

    assert failed >= {"graph.put", "graph.send", "chat.send"}


@EACH_WAY
async def test_moved_in_the_drizzle(small: SmallWorld, *, after: bool, lasting: bool):
    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = small.book(hours)
        await small.settle_down()
        rain()
        small.move(booked, hours + A_WEEK)
        await through(small, lasting=lasting)
        check(small, booked)

    failed = await drizzle(small, run, after=after, lasting=lasting)

    assert failed >= {"graph.put", "graph.send", "chat.send"}


@EACH_WAY
async def test_cancelled_in_the_drizzle(
    small: SmallWorld, *, after: bool, lasting: bool
):
    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = small.book(hours)
        await small.settle_down()
        rain()
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
        await through(small, lasting=lasting)
        check(small, booked)

    failed = await drizzle(small, run, after=after, lasting=lasting)

    assert failed >= {"graph.drop", "graph.send", "chat.send"}


@BEFORE_OR_AFTER
async def test_an_offer_in_the_drizzle_is_one_mail(small: SmallWorld, *, after: bool):
    requests = count()

    async def run(rain: Callable[[], None], hours: float) -> None:
        rain()
        offer = small.offer(hours, request=f"r{next(requests)}")
        await through(small)
        assert mails(small).count(f"offer:{offer.id}:mail") == 1

    assert await drizzle(small, run, after=after) == {"graph.send"}


@BEFORE_OR_AFTER
async def test_reminders_in_the_drizzle_are_one_of_each(
    small: SmallWorld, *, after: bool
):
    async def run(rain: Callable[[], None], hours: float) -> None:
        small.clock.set(make.at(0))
        booked = small.book(hours + A_WEEK)
        await small.settle_down()
        small.clock.set(booked.span.start - make.timedelta(minutes=25))
        rain()
        await through(small)
        small.clock.advance(minutes=12)
        await through(small)
        start = int(booked.span.start.timestamp())
        assert mails(small).count(f"remind:{booked.id}:{start}:2h:mail") == 1
        small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
        await small.settle_down()

    assert "graph.send" in await drizzle(small, run, after=after)


@BEFORE_OR_AFTER
async def test_a_question_in_the_drizzle_is_asked(small: SmallWorld, *, after: bool):
    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = small.book(hours)
        await small.settle_down()
        posted = len(small.chat.posted)
        event_id = small.link(booked).event_id
        small.graph.change(BOX, event_id, when=make.span(hours + A_WEEK))
        rain()
        small.pull()
        await through(small)
        asked = small.chat.posted[posted:]
        # A card whose answer was lost may stand twice, and says so in the docs.
        lost = after and "chat.send" in small.gate.failed
        assert len(asked) == (2 if lost else 1)
        assert "conflict.tell" in str(asked[-1].activity)

    failed = await drizzle(small, run, after=after)

    assert failed >= {"graph.changes", "chat.send"}


async def test_a_planted_second_mail_is_found(small: SmallWorld):
    """Without the look into Sent Items, a lost answer makes a second mail."""

    async def never(_sender: str, _key: str) -> bool:
        return False

    small.graph.sent = never
    booked = small.book()
    small.gate.arm(1, after=True, only="graph.send")
    await through(small)

    with pytest.raises(AssertionError, match="no mail twice"):
        check(small, booked)


async def test_a_planted_second_event_is_found(small: SmallWorld):
    """Without the transaction id, a lost answer makes a second event."""
    plain = small.graph._put

    def forgetful(write):
        small.graph.made.clear()
        return plain(write)

    small.graph._put = forgetful
    booked = small.book()
    small.gate.arm(1, after=True, only="graph.put")
    await through(small)

    with pytest.raises(AssertionError):
        check(small, booked)
