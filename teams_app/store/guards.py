"""What the database itself refuses, beyond what a table can say.

Two appointments of one professional that are held, booked or arrived never overlap,
buffers included; and the access log only grows. PostgreSQL has an exclusion constraint
over integer ranges (no extension is needed) and a trigger; SQLite has triggers.

A guard that is missing while the program was away may already have let something
through, so `check` never puts one back: it stops the start.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from booking.model import OCCUPYING
from teams_app.store.tables import GUARD_SECONDS_MAX

#: What SQLite's guard says; PostgreSQL answers with a code of its own.
OVERLAP_MESSAGE = "appointments overlap"
EXCLUSION_VIOLATION = "23P01"

_NAME = "appointments_no_overlap"
_OCCUPYING = ", ".join(f"'{status}'" for status in sorted(OCCUPYING))
_LOG_MESSAGE = "the access log only grows"


def _sqlite_overlap(event: str, name: str) -> str:
    return f"""
CREATE TRIGGER {name} BEFORE {event} ON appointments
WHEN NEW.status IN ({_OCCUPYING})
BEGIN
  SELECT RAISE(ABORT, '{OVERLAP_MESSAGE}') FROM appointments AS other
  WHERE other.professional_id = NEW.professional_id
    AND other.guard_start < NEW.guard_end
    AND other.guard_start > NEW.guard_start - {GUARD_SECONDS_MAX}
    AND other.guard_end > NEW.guard_start
    AND other.status IN ({_OCCUPYING})
    AND other.id <> NEW.id;
END""".strip()  # noqa: S608 - made of constants


def _sqlite_append_only(event: str, name: str) -> str:
    return f"""
CREATE TRIGGER {name} BEFORE {event} ON access_log
BEGIN
  SELECT RAISE(ABORT, '{_LOG_MESSAGE}');
END""".strip()


SQLITE = {
    f"{_NAME}_insert": _sqlite_overlap("INSERT", f"{_NAME}_insert"),
    f"{_NAME}_update": _sqlite_overlap("UPDATE", f"{_NAME}_update"),
    "access_log_no_update": _sqlite_append_only("UPDATE", "access_log_no_update"),
    "access_log_no_delete": _sqlite_append_only("DELETE", "access_log_no_delete"),
}

POSTGRES_OVERLAP = f"""
ALTER TABLE appointments ADD CONSTRAINT {_NAME} EXCLUDE USING gist (
  int8range(professional_id, professional_id, '[]') WITH &&,
  int8range(guard_start, guard_end) WITH &&
) WHERE (status IN ({_OCCUPYING}))""".strip()

POSTGRES_LOG = (
    f"""
CREATE FUNCTION access_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{_LOG_MESSAGE}';
END $$""".strip(),
    """
CREATE TRIGGER access_log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
ON access_log FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_grows()""".strip(),
)


class GuardMissing(Exception):
    """The database would let appointments overlap, or its access log be changed."""

    def __init__(self, names: list[str]) -> None:
        """`names` are the guards that are not there, or not as they should be."""
        super().__init__(
            f"The database lacks its guards: {', '.join(names)}. It may hold double"
            " bookings or a changed access log by now. Restore a backup, or check"
            " the data and put the guards back, before starting again."
        )
        self.names = names


def install(connection: sa.Connection) -> None:
    """Make the guards of a database that has none. A migration's business."""
    if connection.dialect.name == "sqlite":
        for name, statement in SQLITE.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)
        return
    for statement in (POSTGRES_OVERLAP, *POSTGRES_LOG):
        connection.exec_driver_sql(statement)


def restore_triggers(connection: sa.Connection) -> None:
    """Make SQLite's triggers anew after a migration, which may have rebuilt tables."""
    if connection.dialect.name == "sqlite":
        install(connection)


def check(connection: sa.Connection) -> None:
    """Raise GuardMissing unless every guard stands as it was made."""
    sqlite = connection.dialect.name == "sqlite"
    missing = list(_missing_sqlite(connection) if sqlite else _missing_pg(connection))
    if missing:
        raise GuardMissing(missing)


def _missing_sqlite(connection: sa.Connection) -> Iterator[str]:
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    standing = {row.name: row.sql for row in rows}
    for name, statement in SQLITE.items():
        if standing.get(name) != statement:
            yield name


def _missing_pg(connection: sa.Connection) -> Iterator[str]:
    constraint = connection.execute(
        sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = to_regclass('appointments') AND conname = :name"
            " AND contype = 'x' AND convalidated AND NOT condeferrable"
        ),
        {"name": _NAME},
    ).scalar()
    # PostgreSQL writes the definition in its own manner, and each version a little
    # differently, so its parts are looked for.
    parts = ["int8range(professional_id", "int8range(guard_start, guard_end)"]
    parts += [f"'{status}'" for status in OCCUPYING]
    if constraint is None or not all(part in constraint for part in parts):
        yield _NAME
    trigger = connection.execute(
        sa.text(
            "SELECT tgenabled FROM pg_trigger WHERE tgname = 'access_log_no_change'"
            " AND tgrelid = to_regclass('access_log')"
        )
    ).scalar()
    if trigger not in {"O", "A"}:
        yield "access_log_no_change"
