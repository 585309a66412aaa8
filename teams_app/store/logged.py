"""Of what the log names by its number: whose it is, and of what kind.

However many lines a page has, each of these is one statement.
"""

from collections.abc import Collection

import sqlalchemy as sa

from teams_app.store import tables
from teams_app.store.among import one_of
from teams_app.store.database import Tx


def offers(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """Give whose times each offer holds, by the number of the professional."""
    return _whose(tx, tables.offers, ids)


def absences(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """Give whose each absence is, by the number of the professional."""
    return _whose(tx, tables.absences, ids)


def _whose(tx: Tx, table: sa.Table, ids: Collection[int]) -> dict[int, int]:
    chosen = sa.select(table.c.id, table.c.professional_id)
    found = tx.execute(chosen.where(one_of(table.c.id, "ids")), {"ids": ids})
    return {row.id: row.professional_id for row in found}


def jobs(tx: Tx, ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Give of each job its kind, and the appointment it is about."""
    table = tables.jobs
    chosen = sa.select(table.c.id, table.c.kind, table.c.appointment_id)
    found = tx.execute(chosen.where(one_of(table.c.id, "ids")), {"ids": ids})
    return {row.id: (row.kind, row.appointment_id) for row in found}
