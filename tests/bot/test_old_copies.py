"""Old copies of cards whose appointment a colleague has by now."""

import pytest

from booking.appointments import Actor
from booking.model import Appointment
from cards import verbs
from teams_app.actions.handovers import Order, carry_out
from tests import make
from tests.bot.talk import FORM, Talk, looks, said, title
from tests.bot.test_forms import FREE, appointments
from tests.support.small_world import SmallWorld


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


def handed_to_bo(small: SmallWorld, booked: Appointment) -> None:
    order = Order(booked, make.BO, booked.span, Actor.SUPERVISOR, "staff:somebody")
    assert isinstance(small.write(carry_out, order, small.now), Appointment)


async def test_an_old_copy_shows_no_client_of_what_a_colleague_has_now(aino: Talk):
    sent = FORM | {"slot": FREE}
    await aino.card(verbs.BOOK_NOW, sent)
    (booked,) = appointments(aino.small)
    handed_to_bo(aino.small, booked)

    for verb in (verbs.BOOK_NOW, verbs.BOOK_OFFER):
        card = await aino.card(verb, sent, on="M2")

        assert title(card) == said("handovers.away.title")
        assert FORM["client_name"] not in str(card)


async def test_an_old_offer_shows_no_client_of_what_a_colleague_has_now(aino: Talk):
    made = aino.small.offer(24)
    booked = aino.small.book(24, client=made.client, offer=made.id)
    pressed = {"offer": made.id, "version": made.version}
    before = await aino.card(verbs.OFFER_WITHDRAW, pressed)
    assert FORM["client_name"] in str(before)
    handed_to_bo(aino.small, booked)

    card = await aino.card(verbs.OFFER_WITHDRAW, pressed)

    assert title(card) == said("handovers.away.title")
    assert FORM["client_name"] not in str(card)


async def test_what_an_old_copy_shows_is_a_look_that_is_logged(aino: Talk):
    sent = FORM | {"slot": FREE}
    await aino.card(verbs.BOOK_NOW, sent)
    (booked,) = appointments(aino.small)
    before = [each for each in looks(aino.small) if '"view"' in each]

    await aino.card(verbs.BOOK_NOW, sent, on="M2")

    after = [each for each in looks(aino.small) if '"view"' in each]
    assert len(after) == len(before) + 1
    assert f"appointment:{booked.id}" in after[-1]
