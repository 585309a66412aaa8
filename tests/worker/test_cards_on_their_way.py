"""A card takes its time to arrive, and what it shows may change meanwhile."""

import pytest

from booking.appointments import Actor
from booking.model import Language
from booking.wording import text
from teams_app.actions import booking, postings
from teams_app.outside import Activity, Conversation
from teams_app.store import chats
from tests import make
from tests.support.small_world import SmallWorld


async def test_what_changed_while_its_card_was_on_its_way_is_shown(small: SmallWorld):
    """Nobody can bring a card up to date before it is known where it stands."""
    plain = small.chat.send
    booked = small.book()

    async def slow(to: Conversation, activity: Activity) -> str:
        small.chat.send = plain
        id_ = await plain(to, activity)
        small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
        await small.rest(rounds=80)  # the cards are looked at in vain: none stands yet
        return id_

    small.chat.send = slow
    await small.settle_down()

    assert "appointment.cancel" not in str(small.chat.card(0))


async def test_once_it_has_begun_the_card_says_that_the_client_will_not_be_told(
    small: SmallWorld,
):
    booked = small.book()
    await small.settle_down()
    card = small.chat.posted[0]
    before = card.activity

    small.clock.set(booked.span.start)
    await small.settle_down()

    late = text(Language.FI, "cards.appointment.cancel_begun_lead")
    assert late not in str(before)
    assert late in str(card.activity)


@pytest.mark.parametrize("key", ["given_up:1:2", "announce:1:2:1"])
async def test_a_card_is_looked_at_once_it_stands(small: SmallWorld, key: str):
    """What happened while it was on its way could not be shown on it."""
    booked = small.book(by=Actor.PROFESSIONAL)
    await small.settle_down()
    about = f"appointment:{booked.id}"
    owner = make.a_professional().object_id
    card = small.write(chats.intend_card, key, owner, about, small.now)

    small.write(postings.posted, card, "activity", 1, small.now)

    assert [
        each.key for each in small.owed() if each.open and each.kind == "cards"
    ] == [f"cards:{booked.id}"]


async def test_a_message_that_came_to_nothing_leaves_no_card_waiting_for_it(
    small: SmallWorld,
):
    booked = small.book(24)
    await small.settle_down()
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    small.clock.advance(hours=25)  # it has begun: of her own cancelling nothing is said
    await small.settle_down()

    owed = [each.outcome for each in small.owed("tell")]
    assert owed == ["sent", "skipped:ended"]
    cards = [str(small.chat.card(at)) for at in range(len(small.chat.posted))]
    assert cards
    waiting = text("fi", "cards.truth.told.waiting")
    assert [each for each in cards if waiting in each] == []
