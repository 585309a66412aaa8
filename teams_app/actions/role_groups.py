"""Keeping step with Entra's groups that give roles: a unit's, and the admins'.

A group that has once been read decides alone who has its role, also until another that
is to replace it has been; names that the file or the tab has for it count again once the
unit has no such group. As with the professionals'
group, one that has lost most of its people at once is not believed for a day.
"""

from collections.abc import Collection
from datetime import datetime

from booking.directory import Doubted, Step
from booking.policy import Policy
from graph_sync.graph import Member
from teams_app.actions import access, group_readings
from teams_app.store import directory, groups, log, people
from teams_app.store.database import Tx


def wanted(tx: Tx, policy: Policy) -> list[str]:
    """Give the groups that give a role, by object id; the professionals' is none.

    With them those that decide until the units' others have been read.
    """
    read = groups.ever_read(tx)
    found = [each for unit in people.units(tx) for each in unit.groups.giving]
    for role in (groups.SUPERVISORS, groups.RECEPTION):
        found += groups.deciding(tx, role, read).values()
    return sorted({*found, *([policy.admins_group] if policy.admins_group else [])})


def learn(
    tx: Tx, group: str, members: Collection[Member], now: datetime
) -> Step | Doubted:
    """Take in who is in a group now. In doubt nothing is concluded."""
    before = groups.members(tx, group)
    there = {each.id: each.name for each in members if each.enabled}
    step = group_readings.step(tx, group, before, there, now)
    if isinstance(step, Doubted):
        return step
    if there != before:
        groups.save_members(tx, group, there)
    for object_id in sorted(step.left):
        _logged(tx, "role_lost", object_id, group, now)
    for object_id in sorted(step.there - before.keys()):
        _logged(tx, "role_given", object_id, group, now)
    return step


def _logged(tx: Tx, what: str, object_id: str, group: str, now: datetime) -> None:
    log.record(
        tx,
        at=now,
        who="system",
        what=what,
        subject=access.named(object_id),
        source=f"entra:{group}",
    )


def members(tx: Tx, policy: Policy) -> set[str]:
    """Give who has a role by any group, as they were last believed."""
    return {id_ for each in wanted(tx, policy) for id_ in groups.members(tx, each)}


def keep_only(tx: Tx, policy: Policy) -> set[str]:
    """Forget groups that give no role any more; gives who was in them."""
    return groups.keep_only(tx, {*wanted(tx, policy), *_of_all(policy)})


def _of_all(policy: Policy) -> list[str]:
    group = policy.professionals_group
    return [groups.of_all(group)] if group else []


def readings(tx: Tx, policy: Policy) -> list[directory.Reading]:
    """Say how each of them was last read, the professionals' among them."""
    units = {each.groups.professionals for each in people.units(tx)} - {""}
    keys = [groups.of_professionals(each) for each in sorted(units)]
    every = (*_of_all(policy), *keys, *wanted(tx, policy))
    return [directory.reading(tx, each) for each in every]
