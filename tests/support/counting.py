"""How many statements something asks of the database, in how many transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def counted() -> Iterator[list[str]]:
    """Give what is asked meanwhile, on any engine."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@contextmanager
def beginnings() -> Iterator[list[object]]:
    """Give what transactions are begun meanwhile, on any engine."""
    begun: list[object] = []

    def note(connection) -> None:
        begun.append(connection)

    sa.event.listen(sa.Engine, "begin", note)
    try:
        yield begun
    finally:
        sa.event.remove(sa.Engine, "begin", note)
