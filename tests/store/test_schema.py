"""Migrations make the tables we name; a database without its guards is refused."""

import json
import logging
import threading
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from teams_app.store import guards
from teams_app.store.database import Database
from teams_app.store.guards import GuardMissing
from teams_app.store.schema import SchemaNewer
from teams_app.store.tables import metadata


def opened(url):
    return closing(Database.open(url))


def run(database, *statements):
    for each in statements:
        database.write_here(lambda tx, s=each: tx.execute(sa.text(s)))


def plain(found):
    return sorted(json.dumps(each, default=str, sort_keys=True) for each in found)


def described(connection):
    """Say all that can be known of a schema, in an order that does not matter."""
    look = sa.inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: (
                    str(column["type"]),
                    column["nullable"],
                    str(column["default"]),
                )
                for column in look.get_columns(table)
            },
            "key": plain([look.get_pk_constraint(table)]),
            "foreign": plain(look.get_foreign_keys(table)),
            "unique": plain(look.get_unique_constraints(table)),
            "checks": plain(look.get_check_constraints(table)),
            "indexes": plain(look.get_indexes(table)),
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_make_exactly_the_tables_we_name(database_url):
    with opened(database_url) as database:
        migrated = database.read_here(lambda tx: described(tx.connection))
        differences = database.read_here(
            lambda tx: compare_metadata(
                MigrationContext.configure(tx.connection), metadata
            )
        )
        tables = ", ".join(metadata.tables)
        if database.embedded:
            database.write_here(lambda tx: _remake(tx.connection))
        else:
            run(database, f"DROP TABLE {tables} CASCADE")
            database.write_here(lambda tx: metadata.create_all(tx.connection))
            run(database, guards.POSTGRES_OVERLAP)
        made = database.read_here(lambda tx: described(tx.connection))

    assert differences == []
    assert set(migrated) == set(metadata.tables)
    assert migrated == made


def _remake(connection):
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    metadata.drop_all(connection)
    metadata.create_all(connection)


def test_opening_again_changes_nothing(database_url):
    for _ in range(2):
        with opened(database_url) as database:
            assert database.read_here(_revision) == ["r0001"]


def _revision(tx):
    rows = tx.execute(sa.text("SELECT version_num FROM alembic_version"))
    return list(rows.scalars())


def test_many_that_open_one_database_at_once_all_succeed(database_url):
    failed = []

    def run_one():
        try:
            Database.open(database_url).close()
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=run_one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failed == []


def test_a_newer_database_is_refused(database_url):
    with opened(database_url) as database:
        run(database, "UPDATE alembic_version SET version_num = 'r9999'")

    with pytest.raises(SchemaNewer, match="r9999") as refused:
        Database.open(database_url)
    assert refused.value.revision == "r9999"


SQLITE_FAULTS = [
    "DROP TRIGGER appointments_no_overlap_insert",
    "DROP TRIGGER appointments_no_overlap_update",
    "DROP TRIGGER access_log_no_delete",
]
POSTGRES_FAULTS = [
    "ALTER TABLE appointments DROP CONSTRAINT appointments_no_overlap",
    "DROP TRIGGER access_log_no_change ON access_log",
    "ALTER TABLE access_log DISABLE TRIGGER access_log_no_change",
]


@pytest.mark.parametrize("fault", SQLITE_FAULTS)
def test_a_removed_guard_stops_the_start_on_sqlite(sqlite_url, fault):
    _stops(sqlite_url, fault)


@pytest.mark.parametrize("fault", POSTGRES_FAULTS)
def test_a_removed_guard_stops_the_start_on_postgresql(postgres_url, fault):
    _stops(postgres_url, fault)


def _stops(url, *faults):
    with opened(url) as database:
        run(database, *faults)
    with pytest.raises(GuardMissing) as stopped:
        Database.open(url)
    assert stopped.value.names == [
        name for name in stopped.value.names if name in str(faults)
    ]
    assert len(stopped.value.names) == 1


def test_a_weakened_guard_stops_the_start_on_sqlite(sqlite_url):
    weaker = guards.SQLITE["appointments_no_overlap_insert"].replace(", 'held'", "")
    _stops(sqlite_url, "DROP TRIGGER appointments_no_overlap_insert", weaker)


def test_a_weakened_guard_stops_the_start_on_postgresql(postgres_url):
    weaker = guards.POSTGRES_OVERLAP.replace("'held'", "'booked'")
    _stops(
        postgres_url,
        "ALTER TABLE appointments DROP CONSTRAINT appointments_no_overlap",
        weaker,
    )


def test_migrating_leaves_logging_as_it_is(database_url):
    root = logging.getLogger()
    before = root.handlers[:], root.level

    with opened(database_url):
        pass

    assert (root.handlers, root.level) == before
    assert not any(
        isinstance(handler, logging.StreamHandler)
        for handler in logging.getLogger("alembic").handlers
    )
