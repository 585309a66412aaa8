"""Of what the log names by its number: whose it is, and of what kind.

However many lines a page has, each of these is one statement for some hundreds of them.
"""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from teams_app.store import tables
from teams_app.store.database import Tx
from teams_app.store.rows import Row

_AT_ONCE = 500


def offers(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """Give whose times each offer holds, by the number of the professional."""
    table = tables.offers
    found = _among(tx, sa.select(table.c.id, table.c.professional_id), table, ids)
    return {row.id: row.professional_id for row in found}


def absences(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """Give whose each absence is, by the number of the professional."""
    table = tables.absences
    found = _among(tx, sa.select(table.c.id, table.c.professional_id), table, ids)
    return {row.id: row.professional_id for row in found}


def jobs(tx: Tx, ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Give of each job its kind, and the appointment it is about."""
    table = tables.jobs
    chosen = sa.select(table.c.id, table.c.kind, table.c.appointment_id)
    found = _among(tx, chosen, table, ids)
    return {row.id: (row.kind, row.appointment_id) for row in found}


def _among(
    tx: Tx, chosen: sa.Select[Any], table: sa.Table, ids: Collection[int]
) -> Iterator[Row]:
    every = sorted(ids)
    for first in range(0, len(every), _AT_ONCE):
        some = every[first : first + _AT_ONCE]
        yield from tx.execute(chosen.where(table.c.id.in_(some)))
