"""Giving answers that were pressed while a calendar could not be read in time."""

from booking.appointments import NotOpen, Outdated
from booking.cover import Bar
from booking.model import Appointment
from teams_app.actions import answering, cover_later, covering, moving
from teams_app.actions.answering import UNREAD, Later
from teams_app.actions.booking import Found
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.covering import Barred
from teams_app.actions.settle import keep_cards
from teams_app.errands import World, cover, hand_over, move, take_over
from teams_app.store.jobs import Job
from teams_app.worker import Again, Done, Outcome

#: How soon a calendar that did not answer is read again.
NEXT_LOOK_SECONDS = 5.0


async def answer_again(world: World, job: Job) -> Outcome:
    """Give the answer, or show on her card why it was not taken."""
    later = answering.read(job.payload)
    given = await _given(world, later)
    if given is None:
        return Done("answered_before")
    if not isinstance(given, Unanswerable):
        return Done("answered")
    if given.why == UNREAD and world.now() < later.until:
        return Again(NEXT_LOOK_SECONDS, why=UNREAD, counts=False)
    look = await world.database.read(answering.look, later, world.now())
    return Done(f"{answering.NOT_TAKEN}{given.why}", then=look)


async def _given(world: World, later: Later) -> Answer | None:
    found = await world.database.read(answering.asked, later)
    if found is None:
        return None
    if later.to is None:
        return await take_over(world, later.reply)
    return await hand_over(world, found, later.to, later.who)


async def take_again(world: World, job: Job) -> Outcome:
    """Take a line of a desk's question for her, or have her view say why she has it not."""
    later = await world.database.read(cover_later.read, job.payload)
    done = await cover(world, later.claim)
    shown = covering.keep_cards(later.claim.cover, world.now())
    if not isinstance(done, Barred):
        return Done("taken", then=shown)
    if done.why is Bar.UNREAD and world.now() < later.until:
        return Again(NEXT_LOOK_SECONDS, why=UNREAD, counts=False)
    return Done(f"{answering.NOT_TAKEN}{done.why.value}", then=shown)


async def move_again(world: World, job: Job) -> Outcome:
    """Move an appointment to the time that was pressed, or have its card say why not."""
    assert job.appointment is not None, job.key
    later = moving.read(job.appointment, job.payload)
    found = await world.database.read(moving.asked, later)
    if found is None:
        return Done("changed_before")
    moved = await move(
        world, found, later.slot, version=later.version, by=later.by, who=later.who
    )
    if isinstance(moved, Appointment):
        return Done("moved")
    if isinstance(moved, Found) and world.now() < later.until:
        return Again(NEXT_LOOK_SECONDS, why=UNREAD, counts=False)
    shown = keep_cards(found.id, world.now())
    if isinstance(moved, Found):
        return Done(f"{answering.NOT_TAKEN}{UNREAD}", then=shown)
    why = moving.OUTDATED if isinstance(moved, Outdated | NotOpen) else moving.TAKEN
    return Done(f"{answering.NOT_TAKEN}{why}", then=shown)
