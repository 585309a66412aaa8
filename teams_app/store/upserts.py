"""INSERT ... ON CONFLICT, which both engines spell alike and SQLAlchemy does not.

A row that is read, changed and saved whole has a `rev`: `save_read` refuses to write over
what somebody else saved in between.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as lite


def insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert:
    """Give the engine's own INSERT; the two have the same methods."""
    return insert_into(table, sqlite=connection.dialect.name == "sqlite")


def insert_into(table: sa.Table, *, sqlite: bool) -> postgresql.Insert:
    """`insert`, where the connection is not at hand."""
    if sqlite:
        made: Any = lite.insert(table)
        return made  # type: ignore[no-any-return]
    return postgresql.insert(table)


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    by: Collection[str],
    values: dict[str, Any],
) -> sa.Row[Any]:
    """Insert the row, or change the one with the same `by` columns; give it back."""
    statement = upserting(connection, table, by, values).values(values)
    return connection.execute(statement.returning(table)).one()


def upsert_many(
    connection: sa.Connection,
    table: sa.Table,
    by: Collection[str],
    rows: Sequence[dict[str, Any]],
) -> None:
    """`upsert` several rows with the same columns, no two of them with the same `by`."""
    connection.execute(upserting(connection, table, by, rows[0]), rows)


def upserting(
    connection: sa.Connection,
    table: sa.Table,
    by: Collection[str],
    names: Collection[str],
) -> postgresql.Insert:
    """Give the INSERT of these columns that changes the row which is there already."""
    statement = insert(connection, table)
    change = [name for name in names if name not in by] or by
    return statement.on_conflict_do_update(
        index_elements=list(by),
        set_={name: statement.excluded[name] for name in change},
    )


def save_read(
    connection: sa.Connection,
    table: sa.Table,
    by: Collection[str],
    values: dict[str, Any],
    rev: int,
) -> bool:
    """Save a row as it was read, at this `rev`, and then changed; 0: there was none.

    False: somebody else has saved it meanwhile, and nothing was written. On PostgreSQL
    a pull, an answer of Graph's and a click may all come at once. A lock would have to
    be taken at every read, where nobody knows yet whether a save follows, and by all
    in one order; to begin anew is the rarer cost.
    """
    written = {**values, "rev": rev + 1}
    if not rev:
        new = insert(connection, table).on_conflict_do_nothing()
        made = connection.execute(new.returning(table.c.rev), written)
        return made.first() is not None
    was = {f"was_{name}": values[name] for name in by} | {"was_rev": rev}
    changed = connection.execute(_changing(table, tuple(by)), written | was)
    return changed.first() is not None


@cache
def _changing(table: sa.Table, by: tuple[str, ...]) -> sa.UpdateBase:
    same = (table.c[name] == sa.bindparam(f"was_{name}") for name in (*by, "rev"))
    return sa.update(table).where(*same).returning(table.c.rev)
