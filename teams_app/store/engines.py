"""Connections: how each of the two engines is opened, and what it must promise.

SQLite writes with BEGIN IMMEDIATE, for a transaction that reads first and writes later
is refused at once when another came between; its journal is synced at every commit. Its
file lies on a local disk: WAL needs memory shared between connections.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_BUSY_SECONDS = 30.0
#: Each waits as long as a writer may take.
_WAL_TRIES = 10
_SQLITE_READERS = 3
_POSTGRES_CONNECTIONS = 10


@dataclass(frozen=True, slots=True)
class Engines:
    """One engine that writes and one that reads; on PostgreSQL they share a pool."""

    writer: sa.Engine
    reader: sa.Engine
    embedded: bool
    writers: int  #: Threads that write at a time.
    readers: int

    def dispose(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


def connect(url: str) -> Engines:
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return Engines(
            writer=_sqlite(parsed, "BEGIN IMMEDIATE", "PRAGMA foreign_keys=ON"),
            reader=_sqlite(parsed, "BEGIN", "PRAGMA query_only=ON"),
            embedded=True,
            writers=1,
            readers=_SQLITE_READERS,
        )
    engine = _postgres(parsed)
    half = _POSTGRES_CONNECTIONS // 2
    return Engines(
        writer=engine,
        # One state of the database from the first row read to the last.
        reader=engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ),
        embedded=False,
        writers=half,
        readers=half,
    )


@contextmanager
def migrating(url: str) -> Iterator[sa.Connection]:
    """Give a connection in a transaction in which the schema may be changed."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite(parsed, "BEGIN EXCLUSIVE", "PRAGMA foreign_keys=OFF")
    else:
        engine = _postgres(parsed)
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _parsed(url: str) -> sa.URL:
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///path/to/vuoro.sqlite")
        file = Path(parsed.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Clients' names and answers: for our own eyes. The journal takes after it.
        file.touch(mode=0o600)
        return parsed
    if backend != "postgresql":
        raise ValueError(f"SQLite or PostgreSQL, not {backend}")
    return parsed.set(drivername="postgresql+psycopg")


def _sqlite(url: sa.URL, begin: str, pragma: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        # An error ends in the log, where nobody's name or address may be.
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS},
        # Whoever gives a connection back has committed or rolled back before.
        pool_reset_on_return=None,
    )

    def opened(connection: Any, record: Any) -> None:
        del record
        # The driver would begin transactions by itself, and too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(pragma)
        cursor.close()

    def begun(connection: sa.PoolProxiedConnection) -> None:
        connection.cursor().execute(begin)

    sa.event.listen(engine, "connect", opened)
    # No listener to "begin": for that one alone every statement would look for others.
    engine.dialect.do_begin = begun  # type: ignore[method-assign, assignment]
    return engine


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turn the file's journal to WAL, where it is not yet.

    SQLite does not wait for a writer there, but says at once that the file is locked: so
    it is with several processes that open a new one together. We wait in line instead.
    """
    for left in reversed(range(_WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            cursor.execute("BEGIN EXCLUSIVE")
            cursor.execute("COMMIT")
        else:
            return


def _postgres(url: sa.URL) -> sa.Engine:
    # READ COMMITTED: a statement sees what was committed before it, and so what the
    # holder of a lock did before letting us have it.
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=_POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"application_name": "vuoro", "options": "-c timezone=utc"},
    )
    sa.event.listen(engine, "handle_error", _without_values)
    return engine


def _without_values(context: sa.ExceptionContext) -> None:
    """Take out of an error what the server quotes in it of the row it refused.

    An error ends in the log, or beside a job on a page: a client's answers must not.
    """
    ours, theirs = context.sqlalchemy_exception, context.original_exception
    said = getattr(getattr(theirs, "diag", None), "message_primary", None)
    if isinstance(ours, sa.exc.DataError):
        # What is wrong with a value is said by quoting it.
        said = f"a value was refused ({getattr(theirs, 'sqlstate', None)})"
    if said is None:
        return
    theirs.args = (said,)
    if ours is not None:
        ours.args = (f"({type(theirs).__module__}.{type(theirs).__name__}) {said}",)
