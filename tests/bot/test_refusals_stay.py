"""Why a press came to nothing is there to be read, whatever its message was before."""

import pytest

from booking.model import Appointment
from tests import make
from tests.bot.talk import Talk, pressable, said
from tests.bot.test_moving import (
    MOVE,
    TIMES,
    at,
    booked_card,
    cancelled,
    of,
    shows,
)
from tests.support.handing import HERS
from tests.support.outside import Posted
from tests.support.small_world import SmallWorld
from tests.worker.test_offer_cards import choose


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


async def press_of_what_was_taken(
    aino: Talk, booked: Appointment, stands: Posted
) -> None:
    """Press a time that is taken meanwhile, and see what comes over the answer."""
    before = stands.updates
    aino.small.graph.add(HERS, make.span(48))
    card = await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)
    assert said("cards.move.wrong.taken") in str(card)

    await aino.small.settle_down()
    aino.small.clock.advance(seconds=2)
    await aino.small.settle_down()

    assert stands.updates == before


async def test_why_it_was_not_moved_stays_on_a_message_that_was_not_known(aino: Talk):
    booked, older = await booked_card(aino)
    await aino.ask(f"siirrä {booked.reference}")

    await press_of_what_was_taken(aino, booked, aino.posted[1])

    assert said("cards.older.newer") in str(shows(older))
    cancelled(aino.small, booked)
    await aino.small.settle_down()
    assert aino.posted[1].updates


async def test_why_it_was_not_moved_stays_where_the_card_of_its_offer_was(aino: Talk):
    offer = aino.small.offer(24, wants_card=True)
    await aino.small.settle_down()
    booked = choose(aino.small, offer, 24)
    await aino.small.settle_down()
    (stands,) = aino.posted
    assert pressable(shows(stands), TIMES)

    await press_of_what_was_taken(aino, booked, stands)
