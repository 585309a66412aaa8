"""Looking at a copy of one of our events: at it, at the original, at the slot."""

from booking.calendar import Event
from booking.model import ProfessionalId
from graph_sync.graph import Drop, Gone, GraphError, View
from teams_app.actions import copying, found_again, handovers, looking, pulls, questions
from teams_app.actions.handovers import Seen
from teams_app.actions.looking import Judge, Known, Second, Unneeded
from teams_app.errands import World
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from teams_app.worker import Done, Outcome, standing


async def look_at_copy(world: World, job: Job) -> Outcome:
    """Read an event that may be a copy, and have it decided what it means."""
    professional = job.professional
    event_id = str(job.payload["event"])
    mailbox = await world.database.read(looking.mailbox_of, professional)
    try:
        event = await world.outside.graph.event(mailbox, event_id)
    except Gone:
        return await _forget(world, professional, event_id)
    weighed = await world.database.read(looking.weigh, professional, event, world.now())
    if isinstance(weighed, Judge):
        return await _decide(world, mailbox, event, weighed)
    if isinstance(weighed, Second):
        return await _second(world, professional, mailbox, event, weighed)
    if isinstance(weighed, Known) and await standing.stands(
        world, professional, mailbox, event
    ):
        until = weighed.until
        later = copying.look(professional, event_id, until) if until else None
        return Done("known", then=later)
    if isinstance(weighed, Unneeded):
        return await _remove(world, professional, Drop(mailbox, event_id))
    return await _forget(world, professional, event_id)


async def _second(
    world: World,
    professional: ProfessionalId,
    mailbox: str,
    event: Event,
    weighed: Second,
) -> Outcome:
    """Let the event we know stand; where it does not, this one takes its place."""
    was = weighed.known
    if was is not None and await standing.read(world, professional, mailbox, was):
        return await _remove(world, professional, Drop(mailbox, event.id))
    if not await standing.stands(world, professional, mailbox, event):
        if weighed.aside:
            return Done("aside")
        return await _forget(world, professional, event.id)
    await world.database.write(
        found_again.taken_up, professional, event, was, world.policy, world.now()
    )
    return Done("taken_up")


async def _decide(world: World, mailbox: str, event: Event, judge: Judge) -> Outcome:
    seen = await _seen(world, mailbox, event, judge)
    if seen is None:
        return await _forget(world, judge.wanted.to, event.id)
    done = await world.database.write(handovers.decide, seen, world.policy, world.now())
    return Done(done)


async def _forget(world: World, professional: ProfessionalId, event_id: str) -> Outcome:
    await world.database.write(_forgotten, professional, event_id, world)
    return Done("not_a_copy")


def _forgotten(
    tx: Tx, professional: ProfessionalId, event_id: str, world: World
) -> None:
    now = world.now()
    handovers.forget(tx, professional, event_id, now)
    # What only seemed to be ours is somebody's meeting, and may lie over a client's.
    pulls.collided(tx, professional, event_id, world.policy, now)


async def _remove(world: World, professional: ProfessionalId, drop: Drop) -> Outcome:
    (answer,) = await world.outside.graph.drop([drop])
    if isinstance(answer, GraphError) and not isinstance(answer, Gone):
        raise answer
    await world.database.write(
        handovers.removed, professional, drop.event_id, world.now()
    )
    return Done("removed")


async def _seen(world: World, mailbox: str, event: Event, judge: Judge) -> Seen | None:
    """Read the original by its id, and what the colleague's calendar holds then.

    None: the copy is gone from there, whatever its id leads to.
    """
    wanted = judge.wanted
    (around,) = await world.outside.graph.view([View(mailbox, wanted.guarded)])
    if isinstance(around, GraphError):
        raise around
    if not standing.shown(around, event.id) and not await standing.stands(
        world, wanted.to, mailbox, event
    ):
        return None
    if judge.original is None:
        removed = await world.database.read(questions.is_removed, wanted.appointment)
    else:
        holder = wanted.appointment.professional
        original = await standing.read(world, holder, *judge.original)
        removed = original is None or original.cancelled
    return Seen(event, wanted, removed, around)
