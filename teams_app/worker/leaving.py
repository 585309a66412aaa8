"""Reading Entra's groups, once an hour: the professionals', and those that give roles."""

import logging

from booking.directory import Doubted
from booking.policy import Policy
from graph_sync.graph import GraphError, Member
from teams_app.actions import group_readings, joining, leaving, role_groups
from teams_app.errands import World
from teams_app.store import groups
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from teams_app.worker import Done, Outcome

log = logging.getLogger("vuoro.worker")


async def keep_step(world: World, _job: Job) -> Outcome:
    """Read who is in the groups. What cannot be read is read again the next hour."""
    await world.database.write(_forget_others, world.policy)
    for each in await world.database.read(role_groups.wanted, world.policy):
        await _roles(world, each)
    for each in await world.database.read(joining.wanted):
        await _professionals(world, each)
    done = await _of_all(world)
    left = await world.database.write(leaving.conclude, world.policy, world.now())
    return Done(done or f"left:{left}")


async def _of_all(world: World) -> str:
    """Take in who is among all professionals; gives what has kept us from it."""
    group = world.policy.professionals_group
    if not group:
        return "no_group"
    members = await _members(world, group)
    if members is None:
        key = groups.of_all(group)
        await world.database.write(group_readings.unread, key, world.now())
        return "unread"
    step = await world.database.write(leaving.learn, group, members, world.now())
    if isinstance(step, Doubted):
        log.warning("the professionals' group is not believed")
        return "doubted"
    return ""


def _forget_others(tx: Tx, policy: Policy) -> None:
    leaving.keep_only(tx, policy)
    joining.keep_only(tx)


async def _professionals(world: World, group: str) -> None:
    """Take in who has joined a unit's professionals, and who went out of them."""
    members = await _members(world, group)
    if members is None:
        key = groups.of_professionals(group)
        await world.database.write(group_readings.unread, key, world.now())
        return
    step = await world.database.write(joining.learn, group, members, world.now())
    if isinstance(step, Doubted):
        log.warning("a group of a unit's professionals is not believed")


async def _roles(world: World, group: str) -> None:
    """Take in who has a role by a group; unread or doubted, it stays as it was."""
    members = await _members(world, group)
    if members is None:
        await world.database.write(group_readings.unread, group, world.now())
        return
    step = await world.database.write(role_groups.learn, group, members, world.now())
    if isinstance(step, Doubted):
        log.warning("a group that gives a role is not believed")


async def _members(world: World, group: str) -> list[Member] | None:
    """Read a group; None: it cannot be read just now, or not by us."""
    try:
        return await world.outside.graph.members(group)
    except GraphError as error:
        log.warning("a group in Entra was not read", exc_info=error)
        return None
