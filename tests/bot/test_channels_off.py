"""While a channel is off, the bot's form and cards say what is sent and what was not."""

from dataclasses import replace

import pytest

from booking.model import Channel, Language
from booking.wording import text
from cards.offers import offer as drawn
from teams_app.actions.staff_views import appointment_card, offer_card
from tests.bot.talk import Talk
from tests.support.small_world import SmallWorld

OFF = frozenset({Channel.MAIL})
HINT = "cards.book.contact_hint"


@pytest.mark.parametrize(
    ("off", "key"),
    [
        (frozenset(), HINT),
        (OFF, f"{HINT}.sms"),
        (frozenset({Channel.SMS}), f"{HINT}.mail"),
        (frozenset(Channel), f"{HINT}.none"),
    ],
    ids=["all on", "sms", "mail", "none"],
)
async def test_the_form_promises_only_what_is_sent(
    small: SmallWorld, off: frozenset[Channel], key: str
):
    small.policy = replace(small.policy, channels_off=off)

    card = str(await Talk(small).ask("varaa"))

    said = {each for each in ("", ".sms", ".mail", ".none") if _says(card, each)}
    assert said == {key.removeprefix(HINT)}


def _says(card: str, end: str) -> bool:
    return text("fi", f"{HINT}{end}") in card


async def test_a_card_says_that_the_channel_was_off(small: SmallWorld):
    small.policy = replace(small.policy, channels_off=OFF)
    booked = small.book(24)
    await small.settle_down()
    now = small.appointment(booked.id)

    view = small.read(appointment_card, now, small.policy, small.now)

    assert view.problem == "cards.problem.off.mail"


async def test_so_does_one_of_suggested_times(small: SmallWorld):
    small.policy = replace(small.policy, channels_off=OFF)
    offer = small.offer(24, 26)
    await small.settle_down()

    view = small.read(offer_card, offer, small.policy, Language.FI, small.now)

    card = str(drawn(view))
    assert text("fi", "cards.offer.off.mail") in card
    assert text("fi", "cards.offer.sent.failed") not in card


async def test_a_reminder_that_no_channel_took_is_no_wrong_address(small: SmallWorld):
    booked = small.book(48)
    await small.settle_down()
    small.policy = replace(small.policy, channels_off=OFF)
    small.clock.advance(hours=25)
    await small.settle_down()
    now = small.appointment(booked.id)

    view = small.read(appointment_card, now, small.policy, small.now)

    assert view.problem == "cards.problem.off.reminder"
