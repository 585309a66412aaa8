"""Answers to the question whether an appointment goes to a colleague.

Whoever was asked may answer, a supervisor who meets no clients too; whoever comes too
late, or may not say, gets the card as it is now.
"""

from dataclasses import dataclass, replace

import cards
from booking.views.cards import Notice
from booking.views.handovers import HandoverCard
from cards import Card, verbs
from teams_app.actions import access, handover_views, handovers, postings
from teams_app.actions.access import Look, Person
from teams_app.actions.answering import WRONG
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.handovers import Reply
from teams_app.errands import World, decide
from teams_app.store import conflicts
from teams_app.store.database import Tx

VERBS = frozenset(
    {verbs.HANDOVER_TAKE, verbs.HANDOVER_TAKE_AGREED, verbs.HANDOVER_LEAVE}
)


@dataclass(frozen=True, slots=True)
class Pressed:
    """One of our verbs, by one of the staff, on a card of hers."""

    verb: str
    conflict: int
    version: int
    person: Person
    card: str  #: The activity the button stands on.


async def answer(world: World, pressed: Pressed) -> Card | Notice:
    """Do what was pressed and give the card that replaces the pressed one."""
    who = pressed.person.object_id
    reply = Reply(
        pressed.conflict,
        pressed.version,
        who,
        agreed=pressed.verb == verbs.HANDOVER_TAKE_AGREED,
    )
    leave = pressed.verb == verbs.HANDOVER_LEAVE
    done = await decide(world, pressed.person, reply, leave=leave)
    wrong = WRONG.get(done.why, "") if isinstance(done, Unanswerable) else ""
    view = await world.database.write(_view, pressed, world)
    if view is None or (isinstance(done, Unanswerable) and not wrong):
        language = await world.database.read(handover_views.language_of, who)
        return Notice(language, "gone", {})
    if pressed.card:
        await world.database.write(
            postings.answered,
            who,
            pressed.card,
            f"conflict:{pressed.conflict}",
            world.now(),
            refused=bool(wrong),
        )
    return cards.handover(replace(view, wrong=wrong))


def _view(tx: Tx, pressed: Pressed, world: World) -> HandoverCard | None:
    found = conflicts.find(tx, pressed.conflict)
    person = pressed.person.object_id
    if found is None or not handovers.may_read(tx, found, person):
        return None
    access.asked(tx, person, found.appointment, Look(world.now(), "bot"))
    return handover_views.question(tx, found, person, world.policy, world.now())
