"""Transactions: whole or not at all, told when durable, never held open outside."""

import asyncio
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from teams_app.store import appointments, jobs, log, people
from teams_app.store.database import Committed, Database
from teams_app.store.jobs import Promise
from tests import make
from tests.store.conftest import furnish

ROOT = Path(__file__).parents[2]


def promise(tx, key="a"):
    jobs.promise(tx, Promise("do", key, make.NOW))


def count(tx):
    return tx.execute(sa.text("SELECT count(*) FROM jobs")).scalar()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def telling(database_url, heard):
    """A database that tells what was committed."""
    opened = Database.open(database_url, on_commit=heard.append)
    opened.write_here(furnish)
    heard.clear()
    yield opened
    opened.close()


async def test_a_write_is_seen_by_the_next_read(database):
    await database.write(promise, "a")

    assert await database.read(count) == 1


async def test_a_failed_write_leaves_nothing_and_tells_nobody(telling, heard):
    def fail(tx):
        promise(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await telling.write(fail)

    assert await telling.read(count) == 0
    assert heard == []


async def test_a_read_cannot_write(database):
    with pytest.raises(sa.exc.DBAPIError):
        await database.read(promise)

    assert await database.read(count) == 0


async def test_an_error_does_not_repeat_what_was_to_be_stored(database):
    def broken(tx):
        tx.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "Maija"})

    with pytest.raises(sa.exc.DBAPIError) as failed:
        await database.write(broken)

    assert "Maija" not in str(failed.value)


async def test_what_speaks_to_the_network_is_no_transaction(database):
    async def work(tx):
        del tx

    for run in (database.write, database.read):
        with pytest.raises(AssertionError):
            await run(work)


async def test_a_commit_is_told_in_its_loop_before_its_caller_goes_on(database_url):
    told = []
    database = Database.open(
        database_url,
        on_commit=lambda said: told.append((said, threading.get_ident())),
    )

    await database.write(promise)

    assert told == [(Committed(frozenset(), promised=True), threading.get_ident())]
    database.close()


async def test_only_what_others_care_for_is_told(telling, heard):
    await telling.write(
        lambda tx: log.record(tx, at=make.NOW, who="", what="", subject="", source="")
    )
    assert heard == []
    await telling.write(appointments.save, make.booked(1))
    assert heard == [Committed(frozenset({make.AINO}), promised=False)]


async def test_a_commit_is_told_though_nobody_waits_any_more(telling, heard):
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx):
        begun.set()
        assert go_on.wait(10)
        promise(tx)

    waiting = asyncio.create_task(telling.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    # The one writer of SQLite is busy until then; PostgreSQL's is given some time.
    async with asyncio.timeout(10):
        while not heard:
            await telling.write(count)

    assert heard == [Committed(frozenset(), promised=True)]


async def test_many_writers_at_once_lose_nothing(database):
    await asyncio.gather(
        *(database.write(promise, f"k{number}") for number in range(40))
    )

    assert await database.read(count) == 40


async def test_a_read_sees_one_state_from_beginning_to_end(database):
    between, go_on = threading.Event(), threading.Event()

    def twice(tx):
        first = count(tx)
        between.set()
        assert go_on.wait(10)
        return first, count(tx)

    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(between.wait, 10)
    await database.write(promise)
    go_on.set()

    assert await reading == (0, 0)


def test_transactions_in_each_others_way_run_again(postgres_url):
    database = Database.open(postgres_url)
    database.write_here(furnish)
    both_hold_one = threading.Barrier(2, timeout=10)
    one_is_through = threading.Event()
    runs = []

    def rename(tx, first, second):
        runs.append(first)
        if len(runs) > 2:
            # Else it may be in the other's way once more before that has gone on.
            assert one_is_through.wait(10)
        for number, id_ in enumerate((first, second)):
            someone = people.professional(tx, id_)
            people.save_professional(tx, someone)
            if number == 0 and len(runs) <= 2:
                both_hold_one.wait()

    def through(*pair):
        database.write_here(rename, *pair)
        one_is_through.set()

    threads = [
        threading.Thread(target=through, args=pair)
        for pair in ((make.AINO, make.BO), (make.BO, make.AINO))
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    database.close()

    assert len(runs) == 3


def test_sqlite_lets_one_transaction_write_at_a_time(sqlite_url):
    database = Database.open(sqlite_url)
    entered = threading.Event()
    second = threading.Thread(
        target=database.write_here, args=(lambda _: entered.set(),)
    )

    def first(tx):
        second.start()
        return count(tx), entered.wait(0.3)

    assert database.write_here(first) == (0, False)
    second.join()
    assert entered.is_set()
    database.close()


def test_a_row_that_is_refused_is_not_tried_again(database):
    runs = []

    def twice(tx):
        runs.append(1)
        same = "INSERT INTO requests VALUES ('k', 'a', 0), ('k', 'b', 0)"
        tx.execute(sa.text(same))

    with pytest.raises(sa.exc.IntegrityError):
        database.write_here(twice)

    assert runs == [1]


def test_references_are_kept_on_both_engines(database):
    with pytest.raises(sa.exc.IntegrityError):
        database.write_here(lambda tx: appointments.save(tx, make.booked(1, client=99)))


def test_sqlite_writes_a_synced_journal(sqlite_url):
    database = Database.open(sqlite_url)

    def pragma(tx, name):
        return tx.execute(sa.text(f"PRAGMA {name}")).scalar()

    found = {
        name: database.write_here(pragma, name)
        for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 30_000,
        "foreign_keys": 1,
    }
    assert database.read_here(pragma, "query_only") == 1
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_what_cannot_keep_anything_is_refused(url):
    with pytest.raises(ValueError, match="SQLite"):
        Database.open(url)


def test_sqlite_is_embedded_and_postgresql_is_not(database, database_url):
    assert database.embedded == database_url.startswith("sqlite")


def test_a_postgresql_url_needs_no_driver(postgres_url):
    plain = postgres_url.replace("postgresql+psycopg://", "postgresql://")

    Database.open(plain).close()


WRITER = """
import sys
from teams_app.store.database import Database
from teams_app.store.jobs import Promise, promise
from tests import make
database = Database.open(sys.argv[1])
for number in range(100_000):
    database.write_here(promise, Promise("do", f"k{number}", make.NOW))
    print(number, flush=True)
"""


def test_what_was_committed_survives_the_kill_of_its_process(database_url):
    Database.open(database_url).close()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with writer:
        for _ in range(50):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        said = writer.stdout.read().split()
    last = max([49, *map(int, said)])

    database = Database.open(database_url)
    kept = database.read_here(count)
    database.close()
    assert last + 1 <= kept <= last + 2


def test_nobody_else_on_the_machine_reads_the_file(tmp_path: Path):
    place = tmp_path / "data" / "vuoro.sqlite"
    opened = Database.open(f"sqlite:///{place}")
    opened.write_here(furnish)

    modes = {path.name: path.stat().st_mode & 0o777 for path in place.parent.iterdir()}
    opened.close()

    assert modes == dict.fromkeys(modes, 0o600)
    assert "vuoro.sqlite-wal" in modes
