"""A PostgreSQL of the tests' own: one cluster a run, a fresh database whenever asked.

The cluster listens on a unix socket in a directory of its own and on nothing else. It
is made without durability; a test that kills the server asks for its own.
"""

import itertools
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

#: Leaves the schema, and numbers that begin at one again. What is empty costs nothing.
EMPTY = """
DO $$
DECLARE
  one text;
  holds boolean;
  filled text[] := '{}';
BEGIN
  FOR one IN
    SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO holds;
    IF holds THEN filled := filled || one; END IF;
  END LOOP;
  IF filled <> '{}' THEN
    EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE';
  END IF;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"

#: Where making and dropping a database is a matter of milliseconds.
MEMORY = Path("/dev/shm")
MEMORY_FREE_MIN = 1 << 30
KEEPER = Path(__file__).with_name("postgres_keeper.py")
START_SECONDS_MAX = 60.0


def programs() -> Path | None:
    """Find the newest PostgreSQL installed, where distributions put it or on PATH."""
    homes = [
        home.parent
        for home in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if (home.parent / "postgres").exists()
    ]
    if homes:
        return max(homes, key=lambda home: int(home.parent.name.partition(".")[0]))
    found = shutil.which("initdb")
    if found is None or not Path(found).resolve().with_name("postgres").exists():
        return None
    return Path(found).resolve().parent


def roomy() -> Path:
    """Give the folder for databases: in memory where there is room, or the disk's.

    A short one, for the path of a unix socket has at most some hundred letters.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        free = os.statvfs(MEMORY)
        if free.f_bavail * free.f_frsize >= MEMORY_FREE_MIN:
            return MEMORY
    return Path("/tmp")


class Cluster:
    """The running server, and the databases made in it."""

    def __init__(self, installed: Path) -> None:
        self._numbers = itertools.count(1)
        self._keeper = subprocess.Popen(
            [sys.executable, KEEPER, installed, roomy()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        self.home = Path(self._keeper.stdout.readline().strip())
        if not self.home.is_absolute():
            self.stop()
            raise RuntimeError("PostgreSQL for the tests did not start")
        self._admin = self.connect("postgres")

    def connect(self, database: str) -> psycopg.Connection:
        ends = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                return psycopg.connect(self._conninfo(database), autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > ends or self._keeper.poll() is not None:
                    self.stop()
                    raise
                time.sleep(0.05)

    def _conninfo(self, database: str) -> str:
        return f"host={self.home} user=vuoro dbname={database}"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://vuoro@/{database}?host={self.home}"

    def create(self, template: str = "template1", name: str = "") -> str:
        """Make a database as a copy of `template` and give its name."""
        name = name or f"t{next(self._numbers)}"
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(database)
            )
        )

    def stop(self) -> None:
        assert self._keeper.stdin is not None
        with suppress(AttributeError):
            self._admin.close()
        self._keeper.stdin.close()
        self._keeper.wait(timeout=60)
        assert self._keeper.stdout is not None
        self._keeper.stdout.close()


class Kept:
    """A database that is emptied after each test instead of made anew.

    Far quicker, for whoever is connected stays so. It is no place for a test that
    changes the schema: one that makes or drops a table is noticed, no other.
    """

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster, self._template = cluster, template
        self._begin()

    def _begin(self) -> None:
        self._name = self._cluster.create(self._template, "kept")
        self.url = self._cluster.url(self._name)
        self._inside = self._cluster.connect(self._name)
        self._inside.execute("SET lock_timeout = '5s'")
        # Not even the guard of a table that may only grow stands in the way.
        self._inside.execute("SET session_replication_role = replica")
        self._tables = self._inside.execute(TABLES).fetchall()

    def empty(self) -> bool:
        """Empty it; False: somebody was in the way, so it was made anew."""
        with suppress(psycopg.OperationalError):
            if self._inside.execute(TABLES).fetchall() == self._tables:
                self._inside.execute(EMPTY)
                return True
        self.drop()
        self._begin()
        return False

    def drop(self) -> None:
        self._inside.close()
        self._cluster.drop(self._name)
