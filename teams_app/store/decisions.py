"""What an admin has decided in the tab for the whole tenant, an area a row.

Everybody who keeps a copy hears of it: in this process by the commit, in others by the
revisions, which only rise.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from teams_app.store import locks
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.tables import decisions as table
from teams_app.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided in one area; of revision 0: nothing yet."""

    value: dict[str, Any] = field(default_factory=dict)
    revision: int = 0
    who: str = ""
    at: datetime | None = None


def lock(tx: Tx) -> None:
    """Be the only one who decides, until the end: what was seen stays so."""
    locks.advisory(tx.connection, locks.DECIDING)


def every(tx: Tx) -> dict[str, Decision]:
    """Give all that was decided, by area."""
    found = tx.execute(_ALL)
    return {
        row.area: Decision(row.value, row.revision, row.who, moment(row.decided_at))
        for row in found
    }


_ALL = sa.select(table)


def of(tx: Tx, area: str) -> Decision:
    return every(tx).get(area) or Decision()


def put(tx: Tx, area: str, value: dict[str, Any], who: str, now: datetime) -> Decision:
    """Decide anew. Take the lock first."""
    revision = of(tx, area).revision + 1
    values = {
        "area": area,
        "value": value,
        "revision": revision,
        "who": who,
        "decided_at": seconds(now),
    }
    upsert(tx.connection, table, ["area"], values)
    tx.decided = True
    return Decision(value, revision, who, now)


def revisions(tx: Tx) -> dict[str, int]:
    """Give how often each area was decided."""
    chosen = sa.select(table.c.area, table.c.revision)
    return {row.area: row.revision for row in tx.execute(chosen)}
