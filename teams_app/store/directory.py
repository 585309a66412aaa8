"""Whom the professionals' group in Entra has had, and who of them is there no more.

Of a person there is her object id, her name, and when she left. Who was never in the
group is not in here, and nothing is concluded about her.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from teams_app.store.columns import maybe_moment, maybe_seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, row, rows
from teams_app.store.tables import directory as table
from teams_app.store.tables import directory_readings as readings
from teams_app.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Known:
    object_id: str
    name: str
    left: datetime | None = None  #: None: she is in a group, or has a role by one.
    closed: bool = False  #: Taken out of booking because she is no professional now.


@dataclass(frozen=True, slots=True)
class Reading:
    """How the group was last read."""

    group: str
    read: datetime | None = None  #: And believed.
    failing: datetime | None = None  #: Since when it cannot be read.
    doubted: datetime | None = None  #: Since when too many are missing to be believed.

    @property
    def faulty(self) -> datetime | None:
        """Say since when nothing is learned of it."""
        return self.failing or self.doubted


def known(tx: Tx) -> dict[str, Known]:
    """Give everybody the group has had, by object id."""
    return {each.object_id: _known(each) for each in rows(tx, table, "object_id")}


def find(tx: Tx, object_id: str) -> Known | None:
    found = row(tx, table, object_id=object_id)
    return None if found is None else _known(found)


def _known(found: Row) -> Known:
    left = maybe_moment(found.left_at)
    return Known(found.object_id, found.name, left, found.closed)


def has_left(tx: Tx, object_id: str) -> bool:
    found = row(tx, table, object_id=object_id)
    return found is not None and found.left_at is not None


def save(tx: Tx, given: Known) -> None:
    values = {
        "object_id": given.object_id,
        "name": given.name,
        "left_at": maybe_seconds(given.left),
        "closed": given.closed,
    }
    upsert(tx.connection, table, ["object_id"], values)


def forget_present(tx: Tx, object_id: str) -> None:
    """Forget that somebody is there. Who has left stays known as such."""
    present = (table.c.object_id == object_id) & table.c.left_at.is_(None)
    tx.execute(sa.delete(table).where(present))


def reading(tx: Tx, group: str) -> Reading:
    found = row(tx, readings, group_id=group)
    if found is None:
        return Reading(group)
    return Reading(
        group,
        maybe_moment(found.read_at),
        maybe_moment(found.failing_since),
        maybe_moment(found.doubted_since),
    )


def save_reading(tx: Tx, given: Reading) -> None:
    values = {
        "group_id": given.group,
        "read_at": maybe_seconds(given.read),
        "failing_since": maybe_seconds(given.failing),
        "doubted_since": maybe_seconds(given.doubted),
    }
    upsert(tx.connection, readings, ["group_id"], values)
