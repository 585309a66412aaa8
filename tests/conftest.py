"""What every test may ask for: a database, a browser, a clock; and what none may do.

All asynchronous tests and fixtures share one event loop for the whole run, so that a
browser started once, an application and a tenant can speak to each other in it.

With `CI` set nothing may be skipped: what a machine lacks is then a failure. What holds
traffic against contracts that are not at hand is no skip, but told beside them.
"""

import asyncio
import gc
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from xdist.remote import Producer
from xdist.workermanage import WorkerController

from teams_app.store.database import Database
from tests import contracts
from tests.support import browser as chromium
from tests.support import network, nursery, postgres, shares, strict_cards, telling
from tests.support.moments import Clock, Ids
from tests.support.small_world import SmallWorld, connected, furnish

# What a test makes is many and short-lived: it is looked through less often than Python
# does by itself, and once more after each module.
gc.set_threshold(20_000, 10, 10)

IN_CI = bool(os.environ.get("CI"))

# Two shared cores make time per example meaningless; the whole test has a limit.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("full", deadline=None, max_examples=1000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="the whole matrix of pages, and many more examples of each property",
    )
    parser.addoption("--seed", type=int, help="the one storm of tests/world to replay")


def pytest_configure(config: pytest.Config) -> None:
    if fault := contracts.named_in_vain():
        raise pytest.UsageError(fault)
    # A run that is told to end tidies up as it does after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    profile = "ci" if IN_CI else "here"
    hypothesis.settings.load_profile("full" if config.getoption("--full") else profile)


def lacking(what: str) -> NoReturn:
    """Skip, saying why; or fail where nothing may be skipped."""
    if IN_CI:
        pytest.fail(f"{what} is needed, and in CI nothing is skipped")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(autouse=True, scope="session")
def world_is_closed() -> Iterator[list[str]]:
    with network.closed() as attempts:
        yield attempts


@pytest.fixture(autouse=True)
def stays_at_home(world_is_closed: list[str]) -> Iterator[None]:
    world_is_closed.clear()
    yield
    attempts = list(world_is_closed)
    world_is_closed.clear()
    assert not attempts, f"the test tried to reach {attempts}"


def _running() -> set[asyncio.Task[object]]:
    """Give the tasks of the loop, but for the browser's, which outlives a test."""
    return {
        task
        for task in asyncio.all_tasks() - {asyncio.current_task()}
        if "playwright" not in repr(task)
    }


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def leaves_nothing_running() -> AsyncIterator[None]:
    """Fail a test that leaves a task behind in the loop that all tests share."""
    before = _running()
    yield
    for _ in range(10):  # what was cancelled needs a moment to notice
        await asyncio.sleep(0)  # noqa: TID251 - it yields, it does not wait
    left = _running() - before
    for task in left:
        task.cancel()
    assert not left, f"still running: {left}"


@pytest.fixture(autouse=True, scope="module")
def leaves_nothing_open() -> Iterator[None]:
    """Have what was not closed found in the module that opened it, not in another."""
    yield
    gc.collect()
    gc.freeze()  # what stays need not be looked through after every module


@pytest.fixture(autouse=True, scope="session")
def contracts_are_no_setting() -> None:
    """Keep from Vuoro a variable of its kind that is the tests' own."""
    os.environ.pop(contracts.NAMED_BY, None)


@pytest.fixture(autouse=True, scope="session")
def cards_are_strict() -> None:
    strict_cards.forbid_extras()


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at 2026-11-23 08:00 UTC until it is moved."""
    return Clock()


@pytest.fixture
def ids() -> Ids:
    """Give identifiers and secrets from a seed."""
    return Ids()


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Say whether the whole matrix was asked for (`make test-full`)."""
    return bool(pytestconfig.getoption("--full"))


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """Give a PostgreSQL of this run's own, stopped and removed at its end."""
    installed = postgres.programs()
    if installed is None:
        lacking("PostgreSQL")
    cluster = postgres.Cluster(installed)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: postgres.Cluster) -> str:
    """Give the name of a database whose schema is up to date, to be copied."""
    name = postgres_cluster.create()
    Database.open(postgres_cluster.url(name)).close()
    return name


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """Give a file whose schema is up to date, to be copied."""
    with tempfile.TemporaryDirectory(dir=postgres.roomy()) as folder:
        file = Path(folder, "template.sqlite")
        Database.open(f"sqlite:///{file}").close()
        yield file


@pytest.fixture
def postgres_empty_url(postgres_cluster: postgres.Cluster) -> Iterator[str]:
    """Give the URL of a fresh PostgreSQL database without any table."""
    name = postgres_cluster.create()
    yield postgres_cluster.url(name)
    postgres_cluster.drop(name)


@pytest.fixture
def postgres_fresh_url(
    postgres_cluster: postgres.Cluster, postgres_template: str
) -> Iterator[str]:
    """Give the URL of a PostgreSQL database of this test's own, to be spoilt."""
    name = postgres_cluster.create(postgres_template)
    yield postgres_cluster.url(name)
    postgres_cluster.drop(name)


@pytest.fixture(scope="session")
def postgres_kept(
    postgres_cluster: postgres.Cluster, postgres_template: str
) -> Iterator[postgres.Kept]:
    kept = postgres.Kept(postgres_cluster, postgres_template)
    yield kept
    kept.drop()


@pytest.fixture
def postgres_url(postgres_kept: postgres.Kept) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database, its schema up to date.

    It is always the same one, and whoever is connected to it may stay so.
    """
    yield postgres_kept.url
    if not postgres_kept.empty():
        connected(postgres_kept.url).hang_up()


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=postgres.roomy()) as folder:
        yield Path(folder)


@pytest.fixture
def sqlite_empty_url(sqlite_folder: Path) -> Iterator[str]:
    """Give the URL of a SQLite file that does not exist yet, always the same."""
    yield f"sqlite:///{sqlite_folder}/vuoro.sqlite"
    for left in sqlite_folder.iterdir():
        left.unlink()


@pytest.fixture
def sqlite_url(sqlite_empty_url: str, sqlite_template: Path) -> str:
    """Give the URL of a fresh SQLite file, its schema up to date."""
    shutil.copy(sqlite_template, sqlite_empty_url.removeprefix("sqlite:///"))
    return sqlite_empty_url


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a fresh database, up to date: once SQLite, once PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a database without any table: once SQLite, once PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_empty_url")
    return url


@pytest.fixture(scope="session")
def app_nursery() -> Iterator[nursery.Nursery]:
    """Give what makes applications that a test may kill, each a process of its own."""
    with nursery.running() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_furnished(sqlite_template: Path) -> Path:
    """Give a file in which the people of the small world live, to be copied."""
    file = Path(shutil.copy(sqlite_template, sqlite_template.with_stem("furnished")))
    database = Database.open(f"sqlite:///{file}")
    database.write_here(furnish)
    database.close()  # what is in its journal is then in the file
    assert not file.with_name(f"{file.name}-wal").exists()
    return file


@pytest.fixture
def small(database_url: str, request: pytest.FixtureRequest) -> Iterator[SmallWorld]:
    """Give the middle of the house, furnished, with the outside in lists."""
    file = database_url.removeprefix("sqlite:///")
    if file != database_url:
        shutil.copy(request.getfixturevalue("sqlite_furnished"), file)
    database = Database(connected(database_url), None)  # its schema is up to date
    if not database.embedded:
        database.write_here(furnish)
    yield SmallWorld(database)
    database.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give the system's Chromium, started once."""
    executable = chromium.program()
    if executable is None:
        lacking("Chromium")
    async with chromium.started(executable) as running:
        yield running


@pytest.fixture
def complaints() -> Iterator[chromium.Complaints]:
    """Give what the pages of this test complain about; what is left fails it."""
    seen = chromium.Complaints()
    yield seen
    assert not seen.left, "pages complained:\n" + "\n".join(seen.left)


@pytest_asyncio.fixture(loop_scope="session")
async def windows(
    browser: Browser, complaints: chromium.Complaints
) -> AsyncIterator[chromium.Windows]:
    """Give a way to open pages in profiles of their own: `await windows.open()`."""
    opened = chromium.Windows(browser, complaints)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(windows: chromium.Windows) -> Page:
    """Give an empty page in a profile of its own."""
    return await windows.open()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> shares.Shares:
    return shares.Shares(config, log)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if not config.getoption("--full"):
        items[:], left = telling.split(items)
        config.hook.pytest_deselected(items=left)
    items.sort(key=lambda item: shares.begins(item.path.as_posix()))
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if "postgres_cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


def _skipped(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return Counter()
    return Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in reporter.stats.get("skipped", [])
    )


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """Add up what the processes of a run could not check."""
    told = getattr(node, "workeroutput", {})  # one that died tells nothing
    contracts.CHECKS.update(told.get("checks", {}))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["checks"] = dict(contracts.CHECKS)
    if IN_CI and _skipped(session.config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    reasons = _skipped(config)
    terminalreporter.section("skipped", sep="-")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} x {reason}")
    verdict = ", and in CI that is a failure" if IN_CI and reasons else ""
    terminalreporter.line(f"{reasons.total()} tests skipped{verdict}")
    if empty := contracts.said(contracts.CHECKS["empty"]):
        terminalreporter.line(empty)
