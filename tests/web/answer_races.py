"""Answers and withdrawals pressed three times at once."""

from collections.abc import Awaitable, Callable

from booking.model import Status
from booking.views.waiting import answered_at
from teams_app.store import conflicts, offers
from tests import make
from tests.bot.talk import BO
from tests.support.handing import asked, dragged
from tests.web.client import BOX
from tests.web.conftest import Door
from tests.web.races import Race, booked, once


async def an_answer(door: Door) -> Race:
    """What lies over an appointment has it cancelled, and its client told once."""
    small, made = door.small, await booked(door)
    small.graph.add(BOX, make.span(24))
    small.pull()
    await small.settle_down()
    (question,) = small.read(conflicts.open_of, made.id)
    fields = {"act": "cancel", "version": f"{question.version}"}

    def done() -> bool:
        return once(door, made, status=Status.CANCELLED_BY_US)

    return Race(answered_at(question.id), fields, done, 1, {200}, door.staff())


async def an_answer_to_a_hand_over(door: Door) -> Race:
    small, made = door.small, await booked(door)
    await dragged(small, made)
    question = asked(small, made)
    fields = {"act": "take", "version": f"{question.version}"}

    def done() -> bool:
        return once(door, made, professional=make.BO)

    return Race(answered_at(question.id), fields, done, 1, {200}, door.staff(oid=BO))


async def a_withdrawal(door: Door) -> Race:
    offer = door.small.offer(24, 26)
    await door.small.settle_down()

    def done() -> bool:
        now = door.small.read(offers.load, offer.id)
        return bool(now.version == offer.version + 1)

    fields = {"offer": f"{offer.id}"}
    return Race("/teams/offers", fields, done, 0, {200}, door.staff())


ANSWERS: dict[str, Callable[[Door], Awaitable[Race]]] = {
    "/teams/question/{conflict}": an_answer,
    "/teams/offers": a_withdrawal,
}
