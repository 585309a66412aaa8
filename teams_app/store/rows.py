"""Reading rows by the values of their columns, which is most of all reading.

The statement is put together once for each table and set of columns. A transaction that
only reads sees one state of the database: what it has read so it does not read again.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from teams_app.store.database import Tx

Row = sa.Row[Any]


def rows(tx: Tx, table: sa.Table, *order: str, **same: Any) -> Sequence[Row]:
    """Give the rows with these values, in the order of these columns.

    A `-` before its name turns a column's order around. NULL is nobody's value here.
    """
    if None in same.values():
        raise ValueError(f"NULL equals nothing: {same}")
    chosen = _select(table, order, tuple(same))
    if tx.seen is None:
        return tx.execute(chosen, same).all()
    asked = (chosen, *same.values())
    found: Sequence[Row] | None = tx.seen.get(asked)
    if found is None:
        found = tx.seen[asked] = tx.execute(chosen, same).all()
    return found


def row(tx: Tx, table: sa.Table, **same: Any) -> Row | None:
    """Give the row with these values, where at most one has them."""
    found = rows(tx, table, **same)
    return found[0] if found else None


def the_row(tx: Tx, table: sa.Table, **same: Any) -> Row:
    """Give the row with these values. KeyError when there is none."""
    found = row(tx, table, **same)
    if found is None:
        raise KeyError(*same.values())
    return found


@cache
def _select(
    table: sa.Table, order: tuple[str, ...], names: tuple[str, ...]
) -> sa.Select[Any]:
    chosen = sa.select(table).where(
        *(table.c[name] == sa.bindparam(name) for name in names)
    )
    return chosen.order_by(
        *(
            table.c[name[1:]].desc() if name.startswith("-") else table.c[name]
            for name in order
        )
    )
