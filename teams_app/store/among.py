"""Many values as one: keys to ask for, and columns read whole.

With a value for each key the text of the statement would change with their number:
neither SQLAlchemy, the driver nor PostgreSQL could keep what it made of it the last
time, and each of a few hundred values is looked at by all three. And thousands of small rows are made of thousands of
objects here, which takes longer than to find them.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from typing_extensions import override


class Keys(sa.types.TypeDecorator[Any]):
    """Many keys as one value: an array of PostgreSQL's, JSON for SQLite."""

    impl = sa.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(sa.BigInteger()))
        return dialect.type_descriptor(sa.Text())

    @override
    def process_bind_param(
        self, value: Collection[int] | None, dialect: sa.Dialect
    ) -> list[int] | str:
        keys = sorted(value or ())
        return keys if dialect.name == "postgresql" else json.dumps(keys)


class one_of(FunctionElement[bool]):  # noqa: N801  it is written as a function is
    """Say whether a column of keys is one of those given under a name."""

    # As a boolean, SQLite would be asked whether it is 1, and use no index.
    type: Any = sa.types.NullType()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[int], name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=Keys()))


@compiles(one_of, "postgresql")
def _in_array(element: one_of, compiler: Any, **more: Any) -> str:
    column, keys = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} = ANY ({keys})"


@compiles(one_of, "sqlite")
def _in_json(element: one_of, compiler: Any, **more: Any) -> str:
    column, keys = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  ours


class Rows(sa.types.TypeDecorator[Any]):
    """Many keys of several columns as one value: JSON, a list for each row of them."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_bind_param(
        self, value: Collection[Sequence[int | str]] | None, dialect: sa.Dialect
    ) -> str:
        del dialect
        return json.dumps([list(each) for each in value or ()])


class among(FunctionElement[bool]):  # noqa: N801
    """Say whether columns, side by side, are one row of those given under a name.

    Each of them holds whole numbers or text, and is compared as what it holds.
    """

    type: Any = sa.types.NullType()
    inherit_cache = True

    def __init__(self, columns: Sequence[sa.ColumnElement[Any]], name: str) -> None:
        super().__init__(*columns, sa.bindparam(name, type_=Rows()))


@compiles(among, "postgresql")
def _among_rows(element: among, compiler: Any, **more: Any) -> str:
    *columns, given = element.clauses
    read = ", ".join(
        f"CAST(e ->> {at} AS {each.type.compile(compiler.dialect)})"
        for at, each in enumerate(columns)
    )
    return (
        f"({', '.join(compiler.process(each, **more) for each in columns)}) IN "  # noqa: S608
        f"(SELECT {read} FROM json_array_elements"
        f"(CAST({compiler.process(given, **more)} AS JSON)) AS e)"
    )


@compiles(among, "sqlite")
def _among_json(element: among, compiler: Any, **more: Any) -> str:
    *columns, given = element.clauses
    read = ", ".join(f"json_extract(value, '$[{at}]')" for at in range(len(columns)))
    return (
        f"({', '.join(compiler.process(each, **more) for each in columns)}) IN "  # noqa: S608
        f"(SELECT {read} FROM json_each({compiler.process(given, **more)}))"
    )


class Gathered(sa.types.TypeDecorator[Any]):
    """All values of a column in a list."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> list[Any]:
        del dialect
        return json.loads(value) if isinstance(value, str) else value or []


class all_of(FunctionElement[list[Any]]):  # noqa: N801
    """Give all values of a column; of several columns, in the same order."""

    type = Gathered()
    inherit_cache = True


@compiles(all_of, "postgresql")
def _as_array(element: all_of, compiler: Any, **more: Any) -> str:
    return f"array_agg({compiler.process(element.clauses, **more)})"


@compiles(all_of, "sqlite")
def _as_json(element: all_of, compiler: Any, **more: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **more)})"
