"""Keeping step with the groups of units' professionals: who joins one, and who leaves it.

Whoever joins is proposed to the admin, or, where the admin has so chosen for that group,
is a professional of its unit from then on, with what the unit gives those who join. Who
was in it when it was first read has not joined it, and so many at once are more likely
a mistake in Entra: they are proposed.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from booking.directory import Doubted, Step
from booking.model import Joining, Professional, ProfessionalId, Unit
from graph_sync.graph import Member
from teams_app.actions import group_readings, leaving, setup
from teams_app.store import directory, edited, groups, log, people, services
from teams_app.store.database import Tx

#: So many at once join by themselves.
MOST = 10


def wanted(tx: Tx) -> list[str]:
    """Give the groups of units' professionals, by object id."""
    found = {each.groups.professionals for each in people.units(tx)}
    return sorted(found - {""})


def learn(
    tx: Tx, group: str, members: Collection[Member], now: datetime
) -> Step | Doubted:
    """Take in who is in a unit's group now. In doubt nothing is concluded."""
    key = groups.of_professionals(group)
    before, is_first = groups.members(tx, key), not groups.is_known(tx, key)
    there = {each.id: each.name for each in members if each.enabled}
    step = group_readings.step(tx, key, before, there, now)
    if isinstance(step, Doubted):
        return step
    groups.save_members(tx, key, there)
    here = [Member(id_, name, enabled=True) for id_, name in there.items()]
    leaving.are_there(tx, here, now)
    leaving.are_gone(tx, step.left - leaving.in_units_groups(tx).keys())
    if not is_first:
        _join(tx, group, {id_: there[id_] for id_ in there.keys() - before.keys()}, now)
    return step


def _join(tx: Tx, group: str, joined: Mapping[str, str], now: datetime) -> None:
    """Make professionals of who has joined, where the admin has so chosen."""
    units = [each for each in people.units(tx) if each.groups.professionals == group]
    if len(units) != 1 or len(joined) > MOST:
        return
    (unit,) = units
    if unit.groups.joining is None or not unit.open:
        return
    for object_id, name in sorted(joined.items()):
        if people.professional_by_object_id(tx, object_id) is None:
            _make(tx, sheet_of(unit, object_id, name), unit.groups.joining, now)


def sheet_of(unit: Unit, object_id: str, name: str) -> Professional:
    """Give who joins a unit, with what it gives those who do."""
    given = unit.groups.joining or Joining()
    return Professional(
        ProfessionalId(0),
        object_id,
        object_id,
        name,
        unit.id,
        given.languages,
        given.languages[0],
        bookable=given.bookable,
    )


def _make(tx: Tx, who: Professional, given: Joining, now: datetime) -> None:
    edited.lock(tx)
    saved = setup.put_professional(tx, who, now)
    for service in people.services(tx):
        if service.key in given.services and not service.retired:
            kept = services.givers(tx, service.id)
            services.set_service_professionals(tx, service.id, kept | {saved.id})
    edited.mark(tx, edited.PROFESSIONAL, saved.object_id, "system", now)
    log.record(
        tx,
        at=now,
        who="system",
        what="add",
        subject=f"professional:{saved.id}",
        source="entra",
    )


def keep_only(tx: Tx) -> None:
    """Forget units' groups that are none any more, and of their people that they left.

    Nothing is concluded about who was only in such a group.
    """
    kept = {groups.of_professionals(each) for each in wanted(tx)}
    for key in groups.professionals_known(tx) - kept:
        gone = groups.members(tx, key)
        groups.forget(tx, key)
        for object_id in gone.keys() - leaving.in_units_groups(tx).keys():
            directory.forget_present(tx, object_id)
