"""Every row of every table that holds data, as values that JSON has."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from teams_app.store.database import Tx
from teams_app.store.tables import metadata

#: Counters and locks, which say nothing of anything.
_EMPTY_OF_MEANING = frozenset({"numbers", "lanes", "calendar_versions"})
_AT_A_TIME = 1000
#: What would let somebody in, and is of no use to anybody once Vuoro is gone.
_SECRET = frozenset({"subscription_secret", "delta_link"})


def names() -> list[str]:
    """Name the tables, those that others refer to first."""
    return [
        table.name
        for table in metadata.sorted_tables
        if table.name not in _EMPTY_OF_MEANING
    ]


def rows(tx: Tx, name: str) -> Iterator[dict[str, Any]]:
    """Give the rows of one table, in the order of its key."""
    table = metadata.tables[name]
    columns = [each for each in table.columns if each.name not in _SECRET]
    chosen = sa.select(*columns).order_by(*table.primary_key.columns)
    for row in tx.execute(chosen.execution_options(yield_per=_AT_A_TIME)):
        yield dict(row._mapping)  # noqa: SLF001  the documented way
