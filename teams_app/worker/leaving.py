"""Reading the professionals' group in Entra, once an hour."""

import logging

from booking.directory import Doubted
from graph_sync.graph import GraphError
from teams_app.actions import leaving
from teams_app.errands import World
from teams_app.store.jobs import Job
from teams_app.worker import Done, Outcome

log = logging.getLogger("vuoro.worker")


async def keep_step(world: World, _job: Job) -> Outcome:
    """Read who is in the group. What cannot be read is read again the next hour."""
    group = world.policy.professionals_group
    if not group:
        return Done("no_group")
    try:
        members = await world.outside.graph.members(group)
    except GraphError as error:
        await world.database.write(leaving.unread, group, world.now())
        log.warning("the professionals' group was not read", exc_info=error)
        return Done("unread")
    step = await world.database.write(leaving.learn, group, members, world.now())
    if isinstance(step, Doubted):
        log.warning("the professionals' group is not believed")
        return Done("doubted")
    return Done(f"left:{len(step.left)}")
