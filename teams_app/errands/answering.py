"""Answering a question about a change in Outlook, on a card or in the tab.

An answer that hands the appointment over needs a look at a colleague's calendar. Where
Outlook does not say in time, the answer is kept and given once it does.
"""

from booking.model import ProfessionalId
from teams_app.actions import answering, asked, handovers
from teams_app.actions.access import Person
from teams_app.actions.answering import CONFIRMING, UNREAD
from teams_app.actions.asked import Given
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.handovers import Reply
from teams_app.errands.handing import hand_over, take_over
from teams_app.errands.world import World
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Overlap


async def answer(
    world: World, given: Given, to: ProfessionalId | None = None
) -> Answer | None:
    """Answer a question about one's own event. None: it is not hers who answers.

    `to`: the colleague chosen, where it is handed over.
    """
    if given.name == asked.HAND:
        return await _hand(world, given, to)
    try:
        return await world.database.write(asked.answer, given, world.policy)
    except Overlap:
        # What was written of her look has gone with the answer.
        found = await world.database.write(asked.asked, given)
        return None if found is None else Unanswerable("overlap")


async def _hand(world: World, given: Given, to: ProfessionalId | None) -> Answer | None:
    found = await world.database.write(asked.asked, given)
    if not isinstance(found, Conflict) or found.settled is not None:
        return found
    if to is None:
        return Unanswerable("no_colleague")
    done = await hand_over(world, found, to, given.who.who)
    if not (isinstance(done, Unanswerable) and done.why == UNREAD):
        return done
    reply = Reply(found.id, found.version, given.who.object_id)
    return await _later(world, reply, given.who, to)


async def decide(world: World, who: Person, reply: Reply, *, leave: bool) -> Answer:
    """Answer whether an appointment goes to the colleague who has a copy of it."""
    if leave:
        return await world.database.write(handovers.leave, reply, world.now())
    done = await take_over(world, reply)
    if not (isinstance(done, Unanswerable) and done.why == UNREAD):
        return done
    return await _later(world, reply, who, None)


async def _later(
    world: World, reply: Reply, who: Person, to: ProfessionalId | None
) -> Unanswerable:
    """Keep an answer for when the calendar it needs can be read."""
    await world.database.write(answering.owe, reply, who.who, world.now(), to)
    return Unanswerable(CONFIRMING)
