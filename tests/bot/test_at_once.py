"""A button of a card pressed three times at once, over the bot's own door."""

import asyncio
from typing import Any

from booking.model import OfferStatus, Status
from cards import verbs
from teams_app.bot import turns
from teams_app.store import offers
from tests import make
from tests.bot.door import World
from tests.bot.talk import FORM, Talk
from tests.support.small_world import SmallWorld
from tests.web.client import only, slot

PRESSES = 3


async def pressed(
    world: World, small: SmallWorld, verb: str, data: dict[str, Any]
) -> list[int]:
    """Press the button in three requests at once; gives their statuses."""

    async def turn(activity: dict[str, Any]) -> dict[str, Any] | None:
        return await turns.turn(small.world, activity)

    world.turn = turn
    talk = Talk(small)
    value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}}
    asked = {"name": "adaptiveCard/action", "value": value, "replyToId": "M1"}
    sent = [
        talk.activity("invoke", serviceUrl=world.channel.service_url, **asked)
        for _ in range(PRESSES)
    ]
    posts = (world.bot.post(each, world.channel.token()) for each in sent)
    answers = await asyncio.gather(*posts)
    await small.settle_down()
    return [each.status for each in answers]


async def test_a_cancellation_is_done_and_told_once(world: World, small: SmallWorld):
    made = small.book()
    await small.settle_down()
    told = len(small.graph.mails)
    data = {"appointment": made.id, "version": made.version}

    assert await pressed(world, small, verbs.APPOINTMENT_CANCEL, data) == [200] * 3

    ended = small.appointment(made.id)
    assert ended.status is Status.CANCELLED_BY_US
    assert ended.version == made.version + 1
    assert len(small.graph.mails) == told + 1


async def test_it_is_moved_and_told_once(world: World, small: SmallWorld):
    made = small.book()
    await small.settle_down()
    told = len(small.graph.mails)
    data = {"appointment": made.id, "version": made.version, verbs.SLOT: slot(48)}

    assert await pressed(world, small, verbs.APPOINTMENT_MOVE, data) == [200] * 3

    moved = small.appointment(made.id)
    assert (moved.span.start, moved.version) == (make.at(48), made.version + 1)
    assert len(small.graph.mails) == told + 1


async def test_a_booking_is_made_and_told_once(world: World, small: SmallWorld):
    data = FORM | {verbs.SLOT: slot(24)}

    assert await pressed(world, small, verbs.BOOK_NOW, data) == [200] * 3

    assert only(small).status is Status.BOOKED
    assert len(small.graph.mails) == 1


async def test_an_offer_is_withdrawn_once(world: World, small: SmallWorld):
    made = small.offer(24, 26)
    await small.settle_down()
    data = {"offer": made.id, "version": made.version}

    assert await pressed(world, small, verbs.OFFER_WITHDRAW, data) == [200] * 3

    ended = small.read(offers.load, made.id)
    assert ended.status is OfferStatus.WITHDRAWN
    assert ended.version == made.version + 1
