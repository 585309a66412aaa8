"""Keeping our events in Outlook as they should be: at most one write a step."""

from dataclasses import fields

from booking.appointments import Actor
from booking.calendar import Event, EventDraft
from booking.model import AppointmentId
from graph_sync.graph import Drop, Forbidden, Gone, GraphError, Put, Refused
from teams_app.actions import booking, conflicts, events, pulls
from teams_app.actions.events import Look, Nothing, Plan
from teams_app.errands import World, confirm_again
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from teams_app.worker import Again, Done, Outcome, standing


async def keep_calendar(world: World, job: Job) -> Outcome:
    """Bring one mailbox in line with one appointment."""
    assert job.appointment is not None
    professional = job.professional
    plan = await world.database.write(
        events.plan, job.appointment, professional, world.policy, world.now()
    )
    try:
        return await _carry_out(world, plan)
    except (Refused, Forbidden) as error:
        await world.database.write(events.failed, plan, _problem(error), world.now())
        raise


def _problem(error: GraphError) -> str:
    return "forbidden" if isinstance(error, Forbidden) else "refused"


async def _carry_out(world: World, plan: Plan) -> Outcome:
    match plan.step:
        case Nothing():
            return Done("nothing")
        case Put():
            return await _put(world, plan, plan.step)
        case Drop():
            (answer,) = await world.outside.graph.drop([plan.step])
            if isinstance(answer, GraphError) and not isinstance(answer, Gone):
                raise answer
            await world.database.write(events.dropped, plan, world.now())
            return Done("dropped")
        case Look():
            return await _look(world, plan, plan.step)


async def _put(world: World, plan: Plan, step: Put) -> Outcome:
    (answer,) = await world.outside.graph.put([step])
    if isinstance(answer, Gone) and step.event_id is not None:
        # Somebody removed it in Outlook while we changed it: a person decides.
        await world.database.write(
            conflicts.vanished, plan.appointment, plan.professional, world.now()
        )
        return Done("vanished")
    if isinstance(answer, GraphError):
        raise answer
    await world.database.write(_written, plan, answer.event, world)
    if answer.around is not None:
        await world.database.write(
            conflicts.seen_around,
            plan.appointment,
            plan.professional,
            answer.around,
            world.policy,
            world.now(),
        )
    return Done("written")


#: What an event may still lack for a while: its meeting comes late. A body it cannot
#: lack, unless somebody was quicker than Graph's answer.
_MAY_COME = frozenset(each.name for each in fields(EventDraft)) - {"body"}


def _written(tx: Tx, plan: Plan, event: Event, world: World) -> None:
    now, step = world.now(), plan.step
    waits = events.written(tx, plan, event, now)
    sure = _MAY_COME if waits else frozenset[str]()
    if isinstance(step, Put) and step.event_id is not None:
        sure |= frozenset(step.changed)
    pulls.answered(tx, plan.professional, event, world.policy, now, but=sure)


async def _look(world: World, plan: Plan, step: Look) -> Outcome:
    graph = world.outside.graph
    if step.event_id is None:
        found = await world.database.read(
            events.not_copies, plan, await graph.find(step.mailbox, step.key)
        )
        if not found:
            await world.database.write(events.not_there, plan, world.now())
            return Done("not_there")
        await world.database.write(_written, plan, found[0], world)
        return Done("found")
    event = await _read(world, plan, step, step.event_id)
    if event is None:
        await world.database.write(
            conflicts.vanished, plan.appointment, plan.professional, world.now()
        )
        return Done("vanished")
    await world.database.write(_written, plan, event, world)
    return Done("looked")


async def _read(world: World, plan: Plan, step: Look, event_id: str) -> Event | None:
    if step.doubted:
        return await standing.read(world, plan.professional, step.mailbox, event_id)
    try:
        return await world.outside.graph.event(step.mailbox, event_id)
    except Gone:
        return None


async def keep_confirming(world: World, job: Job) -> Outcome:
    """Look at Outlook again for a client who waits for our answer."""
    assert job.appointment is not None
    id_ = AppointmentId(job.appointment)
    by = Actor(str(job.payload.get("by", Actor.CLIENT.value)))
    found = await confirm_again(world, id_, by)
    wait = await world.database.write(booking.wait_on, id_, world.now())
    if wait is not None:
        return Again(wait, why="outlook_unread", counts=False)
    return Done(found.value)
