"""The database: transactions, and the threads they run in.

SQLite is one file and one process: one thread writes, a few read, and what was
committed survives the process being killed. PostgreSQL serves many replicas, through a
pool. Which of them it is, the URL decides, and nothing above notices.

A transaction is a plain function with `tx` first. It may run more than once, when
PostgreSQL finds it in the way of another or when a row it had read was changed before it
wrote (`Stale`), so it touches nothing but `tx`.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from booking.model import ProfessionalId
from teams_app.store import engines, guards, schema, versions

P = ParamSpec("P")
T = TypeVar("T")

#: SQLSTATEs after which the same transaction may well succeed.
_WORTH_ANOTHER_TRY = {"40001", "40P01"}
_TRIES = 4


class Overlap(Exception):
    """The time is taken: the database refused the appointment. Nothing was written."""


class Stale(Exception):
    """The row is no longer the version that the change was made from."""


@dataclass(slots=True)
class Tx:
    """An open transaction, and what those outside must hear of once it is committed."""

    connection: sa.Connection
    #: Professionals whose appointments or calendars changed.
    touched: set[ProfessionalId] = field(default_factory=set)
    #: A job was promised, so the worker may have something to do.
    promised: bool = False
    #: Something was decided for the whole tenant.
    decided: bool = False
    #: Professionals whose lock this transaction holds.
    locked: set[ProfessionalId] = field(default_factory=set)
    #: What `rows` has read, and need not read again; None: this one may write.
    seen: dict[tuple[Any, ...], Any] | None = None

    def execute(
        self, statement: sa.Executable, values: Any = None
    ) -> sa.CursorResult[Any]:
        result: Any = self.connection.execute(statement, values)
        return result  # type: ignore[no-any-return]

    @property
    def sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"


@dataclass(frozen=True, slots=True)
class Committed:
    """What a transaction changed, told once it is durable."""

    touched: frozenset[ProfessionalId]
    promised: bool
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Unopened:
    """Why there is no database: `unreachable`, `newer` or `guard`, and what it said."""

    why: str
    code: str


class Database:
    """The open database. `open` it once, `close` it at the end."""

    def __init__(
        self,
        made: engines.Engines,
        on_commit: Callable[[Committed], None] | None,
    ) -> None:
        """Use `open`."""
        self._engines = made
        self._on_commit = on_commit
        self._writers = ThreadPoolExecutor(made.writers, "store-write")
        self._readers = ThreadPoolExecutor(made.readers, "store-read")

    @classmethod
    def open(
        cls, url: str, *, on_commit: Callable[[Committed], None] | None = None
    ) -> "Database":
        """Open the database at `url` and bring its schema up to date.

        `on_commit` is called after every transaction that changed something others
        care for: in the event loop that asked for it, before its caller goes on.
        Raises SchemaNewer, GuardMissing, or SQLAlchemy's error when it is not there.
        """
        with engines.migrating(url) as connection:
            schema.migrate(connection)
        return cls(engines.connect(url), on_commit)

    @classmethod
    def attempt(cls, url: str) -> "Database | Unopened":
        """Open the database at `url`, or say what is in the way."""
        try:
            return cls.open(url)
        except schema.SchemaNewer as newer:
            return Unopened("newer", newer.revision)
        except guards.GuardMissing as missing:
            return Unopened("guard", str(missing))
        except (sa.exc.SQLAlchemyError, OSError) as away:
            return Unopened("unreachable", type(away).__name__)

    @property
    def embedded(self) -> bool:
        """A file of this process alone, not a server that many share."""
        return self._engines.embedded

    def close(self) -> None:
        """Finish what is running, then let go of the database."""
        self._writers.shutdown()
        self._readers.shutdown()
        self._engines.dispose()

    async def write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a transaction; it is durable when this returns."""
        assert not iscoroutinefunction(work), work
        loop = asyncio.get_running_loop()

        def tell(committed: Committed) -> None:
            # A commit is told even when the one who waited for it was cancelled.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._told, committed)

        run = partial(self._write, tell, lambda tx: work(tx, *args, **kwargs))
        context = contextvars.copy_context()
        return await loop.run_in_executor(self._writers, context.run, run)

    async def read(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` on one consistent state of the database, changing nothing."""
        assert not iscoroutinefunction(work), work
        loop = asyncio.get_running_loop()
        run = partial(self.read_here, work, *args, **kwargs)
        context = contextvars.copy_context()
        return await loop.run_in_executor(self._readers, context.run, run)

    def write_here(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`write`, in the calling thread: for programs without an event loop."""
        return self._write(self._told, lambda tx: work(tx, *args, **kwargs))

    def read_here(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`read`, in the calling thread."""
        with self._engines.reader.connect() as connection, connection.begin():
            return work(Tx(connection, seen={}), *args, **kwargs)

    def _write(self, tell: Callable[[Committed], None], work: Callable[[Tx], T]) -> T:
        for left in reversed(range(_TRIES)):
            try:
                with self._transaction(tell) as tx:
                    return work(tx)
            except Stale:
                # Somebody came between reading and writing: from the beginning then,
                # on what stands now.
                if not left:
                    raise
            except sa.exc.DBAPIError as error:
                if sqlstate(error) not in _WORTH_ANOTHER_TRY or not left:
                    raise
        raise AssertionError

    @contextmanager
    def _transaction(self, tell: Callable[[Committed], None]) -> Iterator[Tx]:
        with self._engines.writer.connect() as connection:
            with connection.begin():
                tx = Tx(connection)
                yield tx
                versions.raise_(connection, tx.touched)
            if tx.touched or tx.promised or tx.decided:
                tell(Committed(frozenset(tx.touched), tx.promised, tx.decided))

    def _told(self, committed: Committed) -> None:
        if self._on_commit is not None:
            self._on_commit(committed)


def sqlstate(error: sa.exc.DBAPIError) -> str | None:
    """Give PostgreSQL's code of an error, None for one of SQLite's."""
    return getattr(error.orig, "sqlstate", None)
