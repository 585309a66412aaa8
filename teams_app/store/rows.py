"""Reading rows by the values of their columns, which is most of all reading.

The statement is put together once for each table and set of columns. A transaction that
only reads sees one state of the database: what it has read so it does not read again.
Whoever will need the rows of many things reads them `ahead`, all at once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa

from teams_app.store.among import among
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


@contextmanager
def unchanged(tx: Tx) -> Iterator[None]:
    """Read nothing twice while this lasts: it writes nothing that it reads."""
    if tx.seen is not None:
        yield
        return
    tx.seen = {}
    try:
        yield
    finally:
        tx.seen = None


def ahead(tx: Tx, table: sa.Table, *order: str, **among: Sequence[Any]) -> None:
    """Read by one statement what `rows` will be asked for one by one.

    `among` gives for each column its values, those asked for together side by side.
    Only where what is read is kept: in a reading transaction, or within `unchanged`.
    """
    assert tx.seen is not None
    names = tuple(among)
    chosen = _select(table, order, names)
    wanted = dict.fromkeys(zip(*among.values(), strict=True))
    missing = [each for each in wanted if (chosen, *each) not in tx.seen]
    found: dict[tuple[Any, ...], list[Row]] = {each: [] for each in missing}
    if missing:
        among_them = _among(table, order, names)
        for each in tx.execute(among_them, {"wanted": missing}).all():
            found[tuple([getattr(each, name) for name in names])].append(each)
    tx.seen.update({(chosen, *values): each for values, each in found.items()})


@cache
def _among(
    table: sa.Table, order: tuple[str, ...], names: tuple[str, ...]
) -> sa.Select[Any]:
    columns = [table.c[name] for name in names]
    chosen = sa.select(table).where(among(columns, "wanted"))
    return _ordered(chosen, table, order)


@cache
def _select(
    table: sa.Table, order: tuple[str, ...], names: tuple[str, ...]
) -> sa.Select[Any]:
    chosen = sa.select(table).where(
        *(table.c[name] == sa.bindparam(name) for name in names)
    )
    return _ordered(chosen, table, order)


def _ordered(
    chosen: sa.Select[Any], table: sa.Table, order: tuple[str, ...]
) -> sa.Select[Any]:
    return chosen.order_by(
        *(
            table.c[name[1:]].desc() if name.startswith("-") else table.c[name]
            for name in order
        )
    )
