"""Bringing a database to the schema this program knows, at every start.

Migrations run in one transaction under a lock, so of many replicas started together
one migrates and the others wait. A database written by a newer program is refused.
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from teams_app.store import guards
from teams_app.store.locks import MIGRATION, advisory

_HERE = Path(__file__).parent / "migrations"


class SchemaNewer(Exception):
    """The database was written by a newer version of the program."""

    def __init__(self, revision: str) -> None:
        """`revision` is the database's, which this program does not know."""
        super().__init__(
            f"The database has schema {revision}, which this version of Vuoro does"
            " not know. Start a newer version, or restore a backup."
        )
        self.revision = revision


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revision(connection: sa.Connection) -> str | None:
    """Give the schema revision of the database, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _scripts(folder: Path) -> ScriptDirectory:
    """Give the migrations, read once: they do not change while a program runs."""
    return ScriptDirectory(folder)


def migrate(connection: sa.Connection) -> None:
    """Bring the schema up to date and see that the guards stand.

    The connection is in a transaction of its own; the caller commits. Raises
    SchemaNewer or GuardMissing, and then nothing has changed.
    """
    advisory(connection, MIGRATION)
    scripts = _scripts(_HERE)
    known = {script.revision for script in scripts.walk_revisions()}
    before = revision(connection)
    if before is not None and before not in known:
        raise SchemaNewer(before)
    if before is not None:
        guards.check(connection)
    if before != scripts.get_current_head():
        command.upgrade(_config(connection), "head")
        guards.restore_triggers(connection)
        _check_foreign_keys(connection)
    guards.check(connection)


def _check_foreign_keys(connection: sa.Connection) -> None:
    """SQLite migrates with foreign keys off, for tables are rebuilt on the way."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        assert not broken, broken
