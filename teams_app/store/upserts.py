"""INSERT ... ON CONFLICT, which both engines spell alike and SQLAlchemy does not."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert:
    """Give the engine's own INSERT; the two have the same methods."""
    if connection.dialect.name == "sqlite":
        made: Any = sqlite.insert(table)
        return made  # type: ignore[no-any-return]
    return postgresql.insert(table)


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    by: Collection[str],
    values: dict[str, Any],
) -> sa.Row[Any]:
    """Insert the row, or change the one with the same `by` columns; give it back."""
    statement = insert(connection, table).values(values)
    change = {name: statement.excluded[name] for name in values if name not in by}
    return connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(by),
            set_=change or {name: statement.excluded[name] for name in by},
        ).returning(table)
    ).one()
