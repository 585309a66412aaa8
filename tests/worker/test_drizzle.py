"""The drizzle: in every flow the n-th outside call of each kind fails, for every n.

It fails before it had any effect, or after (the answer is lost); once, or for good. When
it goes on there is one event, one message, and a card that shows what is true.

On PostgreSQL each flow runs in one way with `make test`, in all four with
`make test-full`: above the store the other three ask nothing else of the database.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Status
from teams_app import errands
from teams_app.actions import booking
from tests import make
from tests.support.agreeing import BOX, agree, said
from tests.support.drizzling import A_WEEK, EACH_WAY, LASTS, Rain, Way, drizzle
from tests.support.handing import standing
from tests.support.small_world import MAIJA, SmallWorld

HER_PHONE = replace(MAIJA, email=None, phone="+358400000001")


@EACH_WAY
async def test_booked_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        rain.begins()
        booked = small.book(rain.hours)
        await rain.passes()
        agree(small, booked)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.put", "graph.send", "chat.send"}


@EACH_WAY
async def test_moved_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        rain.begins()
        small.move(booked, rain.hours + A_WEEK)
        await rain.passes()
        agree(small, booked)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.put", "graph.send", "chat.send"}


@EACH_WAY
async def test_cancelled_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        rain.begins()
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
        await rain.passes()
        agree(small, booked)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.drop", "graph.send", "chat.send"}


@EACH_WAY
async def test_confirmed_by_a_client_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        held = small.hold(rain.hours)
        rain.begins()
        await rain.pressed(
            lambda: errands.confirm(small.world, held.id, MAIJA, Actor.CLIENT),
            lambda said: isinstance(said, Appointment),
        )

        assert small.appointment(held.id).status is Status.BOOKED
        agree(small, held)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.view", "graph.put", "graph.send"}


@EACH_WAY
async def test_told_by_sms_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        rain.begins()
        booked = small.book(rain.hours, details=HER_PHONE)
        await rain.passes()
        agree(small, booked)

    assert "sms.send" in await drizzle(small, run, way)


@EACH_WAY
async def test_an_offer_in_the_drizzle_is_one_mail(small: SmallWorld, way: Way):
    requests = count()

    async def run(rain: Rain) -> None:
        rain.begins()
        offer = small.offer(rain.hours, request=f"r{next(requests)}")
        await rain.passes()
        assert said(small).count(f"offer:{offer.id}:mail") == 1

    assert await drizzle(small, run, way) >= {"graph.send"}


@EACH_WAY
async def test_reminded_in_the_drizzle_she_hears_it_once(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        small.clock.set(booked.span.start - timedelta(minutes=LASTS + 25))
        rain.minutes_after = 2
        rain.begins()
        await rain.passes()
        start = int(booked.span.start.timestamp())
        assert said(small).count(f"remind:{booked.id}:{start}:2h:mail") == 1
        await over(small, booked)

    assert await drizzle(small, run, way) >= {"graph.send"}


@EACH_WAY
async def test_a_professional_is_reminded_in_the_drizzle(small: SmallWorld, way: Way):
    """Once it has begun nobody need remind her any more."""

    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        small.clock.set(booked.span.start - timedelta(minutes=15))
        rain.minutes_after = 2
        cards = len(small.chat.posted)
        rain.begins()
        await rain.passes()
        shown = len(small.chat.posted) - cards
        lost = way.after and rain.name == "chat.send"
        late = way.for_good and not way.after and rain.name == "chat.send"
        assert shown == (0 if late else 1 if way.for_good or not lost else 2)
        await over(small, booked)

    assert await drizzle(small, run, way) >= {"chat.send"}


async def over(small: SmallWorld, booked: Appointment) -> None:
    """Let nothing of it come into another run."""
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()


@EACH_WAY
async def test_a_question_in_the_drizzle_is_asked(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        posted = len(small.chat.posted)
        event_id = small.link(booked).event_id
        small.graph.change(BOX, event_id, when=make.span(rain.hours + A_WEEK))
        rain.begins()
        small.pull()
        await rain.passes()
        asked = small.chat.posted[posted:]
        # A card whose answer was lost may stand twice, and says so in the docs.
        lost = way.after and rain.name == "chat.send"
        assert len(asked) == (2 if lost else 1)
        assert "conflict.tell" in str(asked[-1].activity)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.changes", "chat.send"}


async def test_a_planted_second_mail_is_found(small: SmallWorld):
    """Without the look into Sent Items, a lost answer makes a second mail."""

    async def never(_sender: str, _key: str) -> bool:
        return False

    small.graph.sent = never

    async def run(rain: Rain) -> None:
        rain.begins()
        booked = small.book(rain.hours)
        await rain.passes()
        agree(small, booked)

    with pytest.raises(AssertionError, match="no message twice"):
        await drizzle(small, run, Way(for_good=False, after=True))


async def test_a_planted_word_that_is_past_is_found(small: SmallWorld):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        rain.begins()
        small.move(booked, rain.hours + A_WEEK)
        await small.graph.send(
            replace(small.graph.mails[-1], key=f"tell:{booked.id}:2")
        )
        await rain.passes()

    with pytest.raises(AssertionError, match="tell:1:2"):
        await drizzle(small, run, Way(for_good=False, after=False))


async def test_a_planted_second_event_is_found(small: SmallWorld):
    """Without the transaction id, a lost answer makes a second event."""
    plain = small.graph._put

    def forgetful(write):
        small.graph.made.clear()
        return plain(write)

    small.graph._put = forgetful

    async def run(rain: Rain) -> None:
        rain.begins()
        booked = small.book(rain.hours)
        await rain.passes()
        agree(small, booked)

    with pytest.raises(AssertionError, match="to be answered"):
        await drizzle(small, run, Way(for_good=False, after=True))
