"""The demo's beginning and end: a busy port harms nobody, one Ctrl-C ends it all, its data
stay, and RESET removes only its own.
"""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from teams_app import demo
from teams_app.demo import CannotStart, Places
from teams_app.story.script import until
from teams_app.story.teams import Teams
from teams_app.story.tenant import Tenant
from tests.support.alive import kept_ports

ROOT = Path(__file__).parents[2]
AINO = "aino.lehtovaara"
HOUSE = "lumivaara.example"
#: Professionals of the sample: each has the app, and a chat with it, from the beginning.
PROFESSIONALS = 12


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def furnished(folder: Path) -> Path:
    for name in ("app", "tenant"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x")
    for name in ("app.log", "people.json", "groups.json", "secret", "holiday.jpg"):
        (folder / name).write_text("x")
    return folder


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_reset_beside_a_running_demo_takes_nothing_from_it(
    tmp_path: Path, busy: int
):
    data = furnished(tmp_path)
    before = sorted(data.rglob("*"))

    with pytest.raises(CannotStart, match=str(busy)):
        await demo.start(Places(data=data, app=busy), reset=True)

    assert sorted(data.rglob("*")) == before


def test_a_reset_removes_what_a_demo_left_and_nothing_else(tmp_path: Path):
    data = furnished(tmp_path)

    demo.forget(Places(data=data))
    demo.forget(Places(data=data))

    assert left_in(data) == ["holiday.jpg"]


def children(pid: int) -> set[int]:
    """Give the processes that one has started."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            told = path.read_text()
            if int(told.rpartition(")")[2].split()[1]) == pid:
                found.add(int(path.parent.name))
    return found


def are_gone(processes: set[int]) -> bool:
    return not any(Path("/proc", str(pid)).exists() for pid in processes)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    with kept_ports(3) as ports:
        yield Places(tmp_path, *ports)


@asynccontextmanager
async def called(places: Places, *words: str) -> AsyncIterator[Process]:
    """Run what `make demo` runs; at the end a Ctrl-C must have ended all of it."""
    ports = {"VUORO_PORT": places.app, "TENANT_PORT": places.tenant}
    ports |= {"TENANT_TLS_PORT": places.tls}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "teams_app", "demo", "--data", places.data, *words),
        cwd=ROOT,
        env=os.environ | {name: str(port) for name, port in ports.items()},
        stdin=DEVNULL,
        stdout=PIPE,
        start_new_session=True,
    )
    started: set[int] = set()
    try:
        yield process
        started = children(process.pid)
        process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0
        assert said.endswith(b"Vuoro has ended.\n"), said
        assert are_gone(started)
        demo.check_ports(places)
    finally:
        for pid in started or children(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def welcomed(process: Process) -> None:
    """Wait until it says where everything is."""
    assert process.stdout is not None
    async with asyncio.timeout(90):
        while (line := await process.stdout.readline()) and b"Ctrl-C" not in line:
            pass
    assert line, "it ended"


async def examined(places: Places) -> tuple[int, dict[str, Any]]:
    """Give what the doctor says of a running demo, and how it ended."""
    data = ["--demo", str(places.data)]
    named = ["--mailbox", f"{AINO}@{HOUSE}", "--outside", f"ritva.kallionpaa@{HOUSE}"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "teams_app", "doctor", *data, *named, "--json"),
        cwd=ROOT,
        stdout=PIPE,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, json.loads(said)


async def not_yet_added(places: Places) -> set[str]:
    """Wait until the group has been read, and name who of it is no professional yet."""

    def read() -> set[str]:
        with closing(sqlite3.connect(places.data / "app/vuoro.sqlite")) as database:
            return {
                name
                for (name,) in database.execute(
                    "SELECT name FROM directory WHERE object_id NOT IN"
                    " (SELECT object_id FROM professionals)"
                )
            }

    async def was_read() -> bool:
        return bool(read())

    await until("the group to be read", was_read, 60)
    return read()


async def kept(places: Places, tenant: Tenant) -> tuple[str, set[str], set[object]]:
    """Give who the tenant is, what stands in a chat of it, and whose chats Vuoro knows."""
    chat = await tenant.get("/_tenant/teams/chat", user=AINO)
    with closing(sqlite3.connect(places.data / "app/vuoro.sqlite")) as database:
        known = database.execute("SELECT object_id FROM conversations").fetchall()
    said = {message["id"] for message in chat["messages"]}
    return (await tenant.get("/_tenant/health"))["tenant"], said, set(known)


@pytest.mark.timeout(300)
async def test_it_is_set_up_as_the_guide_says_and_what_was_done_in_it_outlasts_a_ctrl_c(
    places: Places,
):
    """The doctor has nothing to mend, and somebody of the group can still be added."""
    furnished(places.data)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        tenant = Tenant(session, f"http://127.0.0.1:{places.tenant}")
        async with called(places, "--reset") as process:
            await welcomed(process)
            status, seen = await examined(places)
            newcomers = await not_yet_added(places)
            await Teams(tenant, AINO).form()
            id_, said, known = await kept(places, tenant)
            secret = (places.data / "secret").read_text()
        async with called(places) as process:
            await welcomed(process)
            same, still_said, still_known = await kept(places, tenant)

    assert (status, [each["level"] for each in seen["findings"]]) == (
        0,
        ["ok"] * len(seen["findings"]),
    ), seen
    assert newcomers == {"Veera Niskanen"}
    assert secret not in {"", "x"}
    assert secret == (places.data / "secret").read_text()
    assert (same, still_known) == (id_, known)
    assert len(known) == PROFESSIONALS
    assert len(said) > 1
    assert said <= still_said
    demo.forget(places)
    assert left_in(places.data) == ["holiday.jpg"]


async def test_a_ctrl_c_while_it_starts_leaves_nothing_running(places: Places):
    async with called(places) as process:

        async def begun() -> bool:
            return bool(children(process.pid))

        await until("the tenant to be started", begun)
