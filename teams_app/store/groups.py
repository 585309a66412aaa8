"""Who is in Entra's groups that give roles, as they were last read and believed.

Whose role a group gives stands with the unit (`units.groups`) or in the settings. Until
it has once been read nobody has a role by it: the group decides that it is to replace,
and where none ever did, whoever is named keeps hers.
"""

from collections.abc import Collection, Container, Mapping
from typing import Any

import sqlalchemy as sa

from booking.model import UnitId
from teams_app.store import tables
from teams_app.store.database import Tx
from teams_app.store.rows import row, rows
from teams_app.store.tables import directory_readings as readings
from teams_app.store.tables import group_members as table
from teams_app.store.upserts import upsert

#: Under which those are kept whom Entra wants to be professionals by the app role. It is
#: no group, and nobody reads it.
PROPOSED = "role:professional"
#: Likewise those who were seen to go out of a group of professionals, until all groups
#: have been read; and those of them who still have a role by another group.
GONE, BESIDE = "gone:professional", "beside:professional"
_PROFESSIONALS = "professionals:"
#: The roles that a unit's group may give, as `Groups` of the unit calls them.
SUPERVISORS, RECEPTION = "supervisors", "reception"
#: Beside them, the groups that decided when a unit was given others.
_FORMER = "former"


def members(tx: Tx, group: str) -> dict[str, str]:
    """Give the names of a group's members by their object ids."""
    found = rows(tx, table, "object_id", group_id=group)
    return {each.object_id: each.name for each in found}


def names(tx: Tx) -> dict[str, str]:
    """Give the names of all members of all groups by their object ids."""
    return {each.object_id: each.name for each in rows(tx, table, "object_id")}


def name(tx: Tx, object_id: str) -> str:
    """Give the name of a member of any group; empty: she is in none."""
    found = rows(tx, table, "group_id", object_id=object_id)
    return found[0].name if found else ""


def is_member(tx: Tx, group: str, object_id: str) -> bool:
    return row(tx, table, group_id=group, object_id=object_id) is not None


def save_members(tx: Tx, group: str, now_there: Mapping[str, str]) -> None:
    """Let these be in the group, and nobody else."""
    tx.execute(sa.delete(table).where(table.c.group_id == group))
    new = [
        {"group_id": group, "object_id": object_id, "name": name}
        for object_id, name in now_there.items()
    ]
    if new:
        tx.execute(sa.insert(table), new)


def add_member(tx: Tx, group: str, object_id: str, name: str) -> None:
    values = {"group_id": group, "object_id": object_id, "name": name}
    upsert(tx.connection, table, ["group_id", "object_id"], values)


def drop_member(tx: Tx, group: str, object_id: str) -> None:
    one = (table.c.group_id == group) & (table.c.object_id == object_id)
    tx.execute(sa.delete(table).where(one))


def outside(tx: Tx) -> set[str]:
    """Give who went out of the professionals' groups and has not left, or not yet."""
    chosen = sa.select(table.c.object_id).where(table.c.group_id.in_((GONE, BESIDE)))
    return set(tx.execute(chosen).scalars())


def of_professionals(group: str) -> str:
    """Say under what is kept who is in it as a unit's professionals."""
    return f"{_PROFESSIONALS}{group}"


def of_all(group: str) -> str:
    """Say under what is kept how the group of all professionals was read.

    A group may give a role too, and what is doubted of the one is not of the other.
    """
    return f"all:{group}"


def professionals_known(tx: Tx) -> set[str]:
    """Give under what units' professionals are kept."""
    begins = table.c.group_id.startswith(_PROFESSIONALS)
    return set(tx.execute(sa.select(table.c.group_id).where(begins)).scalars())


def forget(tx: Tx, group: str) -> None:
    """Forget who is in a group, and how it was read."""
    for each in (table, readings):
        tx.execute(sa.delete(each).where(each.c.group_id == group))


def keep_only(tx: Tx, wanted: Collection[str]) -> set[str]:
    """Forget groups that give no role any more, and how they were read.

    Gives who was in them.
    """
    kept = [*wanted, PROPOSED, GONE, BESIDE]
    members_of, read = (
        sa.delete(each).where(
            each.c.group_id.not_in(kept),
            sa.not_(each.c.group_id.startswith(_PROFESSIONALS)),
        )
        for each in (table, readings)
    )
    tx.execute(read)
    return set(tx.execute(members_of.returning(table.c.object_id)).scalars())


def is_known(tx: Tx, group: str) -> bool:
    """Say whether it has ever been read, and believed."""
    found = row(tx, readings, group_id=group)
    return found is not None and found.read_at is not None


def ever_read(tx: Tx, object_id: str = "") -> dict[str, bool]:
    """Give every group that was ever read and believed, and whether somebody is in it."""
    is_hers = (table.c.group_id == readings.c.group_id) & (
        table.c.object_id == object_id
    )
    chosen = (
        sa.select(readings.c.group_id, table.c.object_id)
        .select_from(readings.outerjoin(table, is_hers))
        .where(readings.c.read_at.is_not(None))
    )
    return {each.group_id: each.object_id is not None for each in tx.execute(chosen)}


def deciding(tx: Tx, role: str, read: Container[str]) -> dict[UnitId, str]:
    """Give the groups that decide who has a role, by unit. `read`: as `ever_read` says."""
    return {
        UnitId(each.id): group
        for each in rows(tx, tables.units, "id")
        if (group := _decides(each.groups, role, read)) is not None
    }


def of_unit(tx: Tx, unit: UnitId, role: str) -> str | None:
    """Give the group that decides who has a role in a unit; None: the names do."""
    found = row(tx, tables.units, id=unit)
    return None if found is None else _decides(found.groups, role, ever_read(tx))


def _decides(
    kept: Mapping[str, Any] | None, role: str, read: Container[str]
) -> str | None:
    """Give the unit's group; until that was read, the one that decided before it did."""
    said = kept or {}
    if not said.get(role):
        return None
    either = (said[role], said.get(_FORMER, {}).get(role))
    return next((each for each in either if each and each in read), None)


def with_former(
    tx: Tx, before: Mapping[str, Any] | None, now: dict[str, Any]
) -> dict[str, Any]:
    """Keep with a unit's groups those that decide until the new ones were read."""
    read = ever_read(tx)
    kept = {
        role: group
        for role in (SUPERVISORS, RECEPTION)
        if now.get(role) and now[role] not in read
        if (group := _decides(before, role, read)) is not None
    }
    return now | ({_FORMER: kept} if kept else {})
