"""Whom the professionals' group in Entra has had, and who of them is there no more.

Of a person there is her object id, her name, and when she left. Who was never in the
group is not in here, and nothing is concluded about her.
"""

from dataclasses import dataclass
from datetime import datetime

from teams_app.store.columns import maybe_moment, maybe_seconds
from teams_app.store.database import Tx
from teams_app.store.rows import row, rows
from teams_app.store.tables import directory as table
from teams_app.store.tables import directory_readings as readings
from teams_app.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Known:
    object_id: str
    name: str
    left: datetime | None = None  #: None: she is in the group.
    closed: bool = False  #: Taken out of booking because she left.


@dataclass(frozen=True, slots=True)
class Reading:
    """How the group was last read."""

    group: str
    read: datetime | None = None  #: And believed.
    failing: datetime | None = None  #: Since when it cannot be read.
    doubted: datetime | None = None  #: Since when too many are missing to be believed.


def known(tx: Tx) -> dict[str, Known]:
    """Give everybody the group has had, by object id."""
    found = rows(tx, table, "object_id")
    return {
        each.object_id: Known(
            each.object_id, each.name, maybe_moment(each.left_at), each.closed
        )
        for each in found
    }


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
