"""What was changed in the tab, and is therefore the tab's: the file leaves it alone."""

from datetime import datetime

import sqlalchemy as sa

from teams_app.store import locks
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.rows import rows
from teams_app.store.tables import edited as table
from teams_app.store.upserts import upsert

PROFESSIONAL, UNIT, SERVICE = "professional", "unit", "service"


def lock(tx: Tx) -> None:
    """Be the only one who edits, until the end: what was seen stays so."""
    locks.advisory(tx.connection, locks.EDITING)


def mark(tx: Tx, kind: str, key: str, who: str, at: datetime) -> None:
    values = {"kind": kind, "key": key, "who": who, "edited_at": seconds(at)}
    upsert(tx.connection, table, ["kind", "key"], values)


def keys(tx: Tx, kind: str) -> set[str]:
    """Give what of this kind was changed in the tab."""
    return {each.key for each in rows(tx, table, "key", kind=kind)}


def forget(tx: Tx, kind: str) -> None:
    """Let everything of this kind be the file's again."""
    tx.execute(sa.delete(table).where(table.c.kind == kind))
