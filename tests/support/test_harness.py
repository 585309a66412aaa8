"""The ground the other tests stand on, tried on itself."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pydantic
import pytest
import sqlalchemy as sa
from adaptive_cards.card import AdaptiveCard, TextBlock
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support import network, postgres
from tests.support.moments import Clock, Ids

ROOT = Path(__file__).parents[2]


def table_names(url: str) -> list[str]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        names = sa.inspect(connection).get_table_names()
        connection.execute(sa.text("CREATE TABLE left_behind (id integer)"))
    engine.dispose()
    return names


@pytest.mark.parametrize("_time", [1, 2])
def test_every_test_has_a_database_of_its_own(database_url, _time):
    names = table_names(database_url)

    assert "appointments" in names
    assert "left_behind" not in names


@pytest.mark.parametrize("_time", [1, 2])
def test_an_empty_database_has_no_tables(empty_database_url, _time):
    assert table_names(empty_database_url) == []


def test_the_server_listens_on_no_port_and_elsewhere_than_the_systems(postgres_url):
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection:
        listens = connection.scalar(sa.text("SHOW listen_addresses"))
        data = connection.scalar(sa.text("SHOW data_directory"))
    engine.dispose()

    assert listens == ""
    assert "vuoro-pg-" in data


@pytest.mark.postgres
def test_a_killed_run_leaves_no_server_behind(postgres_cluster):
    script = (
        "import os, signal; from tests.support import postgres as p;"
        "print(p.Cluster(p.programs()).home, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    home = Path(killed.stdout.strip())
    ends = time.monotonic() + 30
    while home.exists() and time.monotonic() < ends:
        time.sleep(0.05)

    assert killed.returncode < 0
    assert home.name.startswith("vuoro-pg-")
    assert home != postgres_cluster.home
    assert not home.exists()


def test_an_older_and_a_newer_postgresql_yield_the_newer():
    found = postgres.programs()

    assert found is None or (found / "initdb").exists()


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "2001:db8::1", "vuoro.example", "0.0.0.0"]
)
def test_what_is_elsewhere_is_told_from_what_is_here(host):
    assert not network.is_here(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8", None])
def test_what_is_here_is_told_from_what_is_elsewhere(host):
    assert network.is_here(host)


def test_reaching_out_is_refused_and_written_down(world_is_closed):
    with pytest.raises(network.WorldIsClosedError):
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    with pytest.raises(network.WorldIsClosedError):
        socket.getaddrinfo("vuoro.example", 443)

    assert world_is_closed == ["192.0.2.1", "vuoro.example"]
    world_is_closed.clear()


async def test_reaching_out_is_refused_to_the_event_loop_too(world_is_closed):
    with pytest.raises(network.WorldIsClosedError):
        await asyncio.open_connection("192.0.2.1", 443)

    assert world_is_closed == ["192.0.2.1"]
    world_is_closed.clear()


def test_the_clock_moves_only_when_told(clock):
    assert clock.now() == clock.now() == datetime(2026, 11, 23, 8, tzinfo=UTC)

    clock.advance(days=1, minutes=5)

    assert clock.now() == datetime(2026, 11, 24, 8, 5, tzinfo=UTC)
    assert Clock().now() != clock.now()


def test_identifiers_follow_from_the_seed(ids):
    other = Ids()

    assert [ids.uuid(), ids.reference()] == [other.uuid(), other.reference()]
    assert ids.link() == other.link() != ids.link()
    assert ids.uuid() != Ids(seed=1).uuid()


def test_a_misspelt_keyword_of_a_card_is_an_error():
    with pytest.raises(pydantic.ValidationError):
        TextBlock(text="x", wrapp=True)

    assert AdaptiveCard.new().add_item(TextBlock(text="x", wrap=True)).create()


@pytest.fixture
async def site():
    """Serve a page as strict as ours, which breaks its own policy when asked to."""

    async def answer(request: web.Request) -> web.Response:
        style = ' style="color:red"' if "fault" in request.query else ""
        return web.Response(
            text=f"<!doctype html><title>x</title><p{style}>Vuoro",
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'self'; img-src data:"},
        )

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        yield server


async def test_a_page_is_opened_from_a_server_in_the_same_loop(page, site):
    await page.goto(str(site.make_url("/")))

    assert await page.inner_text("p") == "Vuoro"


async def test_a_broken_policy_is_complained_of(page, site, complaints):
    await page.goto(str(site.make_url("/?fault=1")))

    assert any("Content Security Policy" in line for line in complaints.left)
    complaints.forgive("Content Security Policy")
    assert complaints.left == []


async def test_a_script_that_throws_is_complained_of(page, site, complaints):
    await page.goto(str(site.make_url("/")))
    async with page.expect_event("pageerror"):
        await page.evaluate("setTimeout(() => { throw new Error('oops') })")

    assert [line for line in complaints.left if line.startswith("script: ")]
    complaints.forgive("oops")


async def test_the_browser_cannot_reach_the_world(page, complaints):
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://vuoro.example/")

    complaints.forgive("ERR_NAME_NOT_RESOLVED")


#: A small suite in which nearly every test does what it should not.
SMALL = {
    "test_tasks.py": """
import asyncio
async def test_leaves():
    asyncio.create_task(asyncio.Event().wait())
async def test_tidies():
    await asyncio.sleep(0)
""",
    "test_open.py": """
import socket
def test_opens():
    pair = list(socket.socketpair())
    pair.append(pair)
""",
    "test_loud.py": """
async def test_loud(page):
    await page.evaluate("console.error(1)")
""",
    "test_out.py": """
import socket
def test_out():
    try:
        socket.getaddrinfo("vuoro.example", 443)
    except OSError:
        pass
""",
    "test_skips.py": """
import pytest
def test_skips():
    pytest.skip("no reason")
""",
}
LACKING = {
    "test_lacking.py": """
import tests.support.browser as chromium, tests.support.postgres as postgres
chromium.program = postgres.programs = lambda: None
def test_browser(browser): pass
def test_postgres(postgres_url): pass
""",
}


TOLD_TO_END = {
    "test_ends.py": """
import os, signal
from pathlib import Path
def test_ends(sqlite_folder, sqlite_template, postgres_cluster):
    made = (sqlite_folder, sqlite_template.parent, postgres_cluster.home)
    Path(__file__).with_name("made").write_text("\\n".join(map(str, made)))
    os.kill(os.getpid(), signal.SIGTERM)
""",
}


def run_pytest(
    folder: Path, suite: dict[str, str], **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a small suite with our conftest, as a process of its own."""
    for name, source in suite.items():
        (folder / name).write_text(source)
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    clean = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-c", ROOT / "pyproject.toml", f"--rootdir={ROOT}", folder),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean | {"COLUMNS": "300"} | env,
        check=False,
    )


@pytest.fixture(scope="module")
def small_run(tmp_path_factory) -> str:
    """Give what the small suite said."""
    return run_pytest(tmp_path_factory.mktemp("small"), SMALL).stdout


def failures(said: str, name: str) -> str:
    """Give the lines of the summary that speak of a test."""
    return "\n".join(
        line
        for line in said.splitlines()
        if line.startswith(("FAILED", "ERROR")) and name in line
    )


def test_a_task_left_running_is_a_failure(small_run):
    assert "ERROR" in failures(small_run, "test_leaves")
    assert "still running" in failures(small_run, "test_leaves")
    assert not failures(small_run, "test_tidies")


def test_what_is_left_open_is_a_failure_of_its_own_module(small_run):
    assert "ERROR" in failures(small_run, "test_opens")
    assert "ResourceWarning: unclosed <socket" in small_run


def test_a_page_that_complains_fails_its_test(small_run):
    assert "pages complained" in failures(small_run, "test_loud")


def test_reaching_out_unnoticed_is_a_failure(small_run):
    assert "tried to reach" in failures(small_run, "test_out")


def test_skips_are_counted_in_the_last_lines(small_run):
    assert "1 x no reason" in small_run
    assert "1 tests skipped" in small_run
    assert not failures(small_run, "test_skips")


@pytest.mark.postgres
@pytest.mark.usefixtures("postgres_cluster")
def test_a_run_that_is_told_to_end_leaves_nothing_behind(tmp_path):
    run = run_pytest(tmp_path, TOLD_TO_END)
    made = [Path(line) for line in (tmp_path / "made").read_text().splitlines()]

    assert run.returncode == pytest.ExitCode.INTERRUPTED, run.stdout
    assert len(set(made)) == 3
    assert not [path for path in made if path.exists()]


def test_a_skip_in_ci_is_a_failure(tmp_path):
    suite = {"test_skips.py": SMALL["test_skips.py"]}
    here = run_pytest(tmp_path, suite)
    in_ci = run_pytest(tmp_path, suite, CI="1")

    assert here.returncode == 0, here.stdout
    assert in_ci.returncode == 1, in_ci.stdout
    assert "1 tests skipped, and in CI that is a failure" in in_ci.stdout


def test_a_machine_without_chromium_and_postgresql_fails_in_ci(tmp_path):
    here = run_pytest(tmp_path, LACKING)
    in_ci = run_pytest(tmp_path, LACKING, CI="1")

    assert "2 tests skipped" in here.stdout, here.stdout
    assert here.returncode == 0
    assert "2 errors" in in_ci.stdout, in_ci.stdout
    assert in_ci.returncode == 1


def test_what_may_not_be_installed_is_said_before_the_tests(tmp_path):
    for name in ("bash", "env"):
        (tmp_path / name).symlink_to(shutil.which(name))
    (tmp_path / "id").write_text("#!/usr/bin/env bash\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    said = subprocess.run(
        [shutil.which("bash"), ROOT / "tools/prepare"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "Chromium" in said
    assert "will be SKIPPED" in said
