"""Migrations make the tables we name; a database without its guards is refused."""

import json
import logging
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from booking.binding import laid_down
from booking.model import Binding, BookedBy, Words
from teams_app.store import (
    appointments,
    bindings,
    guards,
    log,
    people,
    schema,
    services,
)
from teams_app.store.database import Database
from teams_app.store.guards import GuardMissing
from teams_app.store.schema import SchemaNewer
from teams_app.store.tables import metadata
from tests import make
from tests.booking.test_binding import BINDING
from tests.store.conftest import furnish

HEAD = "r0031"
JOURNAL = sa.text("PRAGMA journal_mode")


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


def test_migrations_make_exactly_the_tables_we_name(empty_database_url):
    with opened(empty_database_url) as database:
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


def test_opening_again_changes_nothing(empty_database_url):
    for _ in range(2):
        with opened(empty_database_url) as database:
            assert database.read_here(_revision) == [HEAD]


def _revision(tx):
    rows = tx.execute(sa.text("SELECT version_num FROM alembic_version"))
    return list(rows.scalars())


def test_many_that_open_one_database_at_once_all_succeed(empty_database_url):
    failed = []
    start = threading.Barrier(4)

    def run_one():
        start.wait()
        try:
            Database.open(empty_database_url).close()
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=run_one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failed == []


def test_a_new_file_that_somebody_writes_to_is_waited_for(tmp_path):
    """SQLite does not wait there by itself."""
    file = tmp_path / "new.sqlite"
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(0.05, writer.execute, ["COMMIT"])
    ends.start()

    with opened(f"sqlite:///{file}") as database:
        (mode,) = database.read_here(lambda tx: tx.execute(JOURNAL).one())

    ends.join()
    writer.close()
    assert mode == "wal"


def test_a_newer_database_is_refused(database_url):
    with opened(database_url) as database:
        run(database, "UPDATE alembic_version SET version_num = 'r9999'")

    with pytest.raises(SchemaNewer, match="r9999") as refused:
        Database.open(database_url)
    assert refused.value.revision == "r9999"


def test_a_database_made_without_guards_is_not_opened(empty_database_url, monkeypatch):
    monkeypatch.setattr(guards, "install", lambda _: None)

    with pytest.raises(GuardMissing):
        Database.open(empty_database_url)


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "r9000"
down_revision = "{head}"

def upgrade():
    with op.batch_alter_table("appointments", recreate="auto") as changed:
        changed.add_column(sa.Column("room", sa.Text, nullable=True))
        changed.alter_column("link", new_column_name="half")
"""


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Let there be one more migration, which rebuilds a table with guards."""
    copy = tmp_path / "migrations"

    def begin():
        shutil.copytree(schema._HERE, copy)
        (copy / "versions" / "r9000_later.py").write_text(LATER.format(head=HEAD))
        monkeypatch.setattr(schema, "_HERE", copy)

    return begin


def test_a_migration_keeps_rows_and_guards(database_url, later):
    with opened(database_url) as database:
        database.write_here(furnish)
        database.write_here(appointments.save, make.booked(1))
    later()

    with opened(database_url) as database:
        assert database.read_here(_revision) == ["r9000"]
        rows = database.read_here(
            lambda tx: tx.execute(
                sa.text("SELECT reference, half, room FROM appointments")
            ).all()
        )
        assert [tuple(row) for row in rows] == [("REF001", "link0001", None)]
        database.read_here(lambda tx: guards.check(tx.connection))


#: Where columns have been added since.
ADDED_LATER = (
    *(("deliveries", each) for each in ("starts_at", "ends_at", "professional_id")),
    ("conversations", "language"),
    ("bindings", "obstacle_since"),
    ("services", "known"),
    *(("deliveries", each) for each in ("was_starts_at", "was_ends_at")),
)


def test_a_binding_one_of_before_keeps_what_its_service_says_now(database_url):
    with opened(database_url) as database:
        database.write_here(furnish)
        for number, binding in ((1, BINDING), (2, None)):
            one = make.a_service(key=f"s{number}", binding=binding)
            service = database.write_here(people.save_service, one)
            booked = make.booked(
                number, service=service.id, span=make.span(24 * number)
            )
            database.write_here(appointments.save, booked)
            database.write_here(bindings.lay_down, laid_down(BINDING, booked, make.NOW))
        run(
            database,
            "DROP INDEX delays_starts_at",
            "ALTER TABLE bindings DROP COLUMN words",
            *(f"ALTER TABLE {table} DROP COLUMN {each}" for table, each in ADDED_LATER),
            "UPDATE alembic_version SET version_num = 'r0023'",
        )

    with opened(database_url) as database:
        kept, unknown = (database.read_here(bindings.find, each) for each in (1, 2))

    assert kept.terms == BINDING
    nothing = Words("", "", "")
    assert unknown.terms == Binding(nothing, nothing, nothing, 14, 5)


def test_of_the_services_of_before_clients_may_know_those_that_were_open(database_url):
    with opened(database_url) as database:
        database.write_here(furnish)
        made = {}
        for key in ("open", "booked", "turned", "prepared", "invited"):
            one = make.a_service(key=key, open=key in {"open", "invited"})
            if key == "invited":
                one = replace(one, booked_by=BookedBy.INVITED)
            made[key] = database.write_here(people.save_service, one).id
        booked = make.booked(1, service=made["booked"])
        database.write_here(appointments.save, booked)
        for key, what in (("turned", "service_paused"), ("prepared", "add")):
            database.write_here(
                partial(
                    log.record,
                    at=make.NOW,
                    who="staff:x",
                    what=what,
                    subject=f"service:{made[key]}",
                    source="tab",
                )
            )
        run(
            database,
            *(
                f"ALTER TABLE {table} DROP COLUMN {each}"
                for table, each in ADDED_LATER[
                    ADDED_LATER.index(("services", "known")) :
                ]
            ),
            "UPDATE alembic_version SET version_num = 'r0029'",
        )

    with opened(database_url) as database:
        known = {
            key: database.read_here(services.is_known, id_) for key, id_ in made.items()
        }

    assert {key for key, is_ in known.items() if is_} == {"open", "booked", "turned"}


def test_a_guard_removed_before_a_migration_stops_it(database_url, later):
    faults = SQLITE_FAULTS if database_url.startswith("sqlite") else POSTGRES_FAULTS
    with opened(database_url) as database:
        run(database, faults[0])
    later()

    with pytest.raises(GuardMissing):
        Database.open(database_url)

    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT * FROM alembic_version")) == HEAD
    engine.dispose()


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


def test_migrating_leaves_logging_as_it_is(empty_database_url):
    root = logging.getLogger()
    before = root.handlers[:], root.level

    with opened(empty_database_url):
        pass

    assert (root.handlers, root.level) == before
    assert not any(
        isinstance(handler, logging.StreamHandler)
        for handler in logging.getLogger("alembic").handlers
    )
