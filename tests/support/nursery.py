"""The application, imported once, and made a process of its own whenever one is wanted.

What a start costs is mostly imports. One process has done them, and makes a copy of
itself with the settings it is given. The copy runs the command `serve` as a fresh
process does: nothing of an earlier life is in it. When the nursery's input closes,
whatever the reason, it ends them all.
"""

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import strict_cards

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Nursery:
    """Starts applications, and knows which of them have ended."""

    process: subprocess.Popen[str]

    def bear(self, environ: dict[str, str], log: Path, *words: str) -> int:
        """Start one, with the command `serve` or these words; gives its process's id."""
        words = words or ("serve",)
        pid: int = self._ask(environ=environ, log=str(log), words=words)
        return pid

    def ended(self, pid: int) -> int | None:
        """Give how one ended, as `Popen.returncode` does; None while it lives."""
        status: int | None = self._ask(pid=pid)
        return status

    def _ask(self, **asked: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(asked)}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def running() -> Iterator[Nursery]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A Ctrl-C is meant for the test run; it closes our input when it is done.
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
        yield Nursery(process)  # leaving closes its input and waits


def _live(environ: dict[str, str], log: str, words: list[str]) -> None:
    """Be the application from here on."""
    from teams_app.__main__ import main

    os.setsid()
    for stream, file in enumerate((os.devnull, log, log)):
        opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, stream)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environ)
    os._exit(main(words))


def _born(wanted: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _live(**wanted)
        except BaseException:  # noqa: BLE001  nothing of ours goes on in it
            traceback.print_exc()
        finally:
            os._exit(1)
    return pid


async def _tried(folder: str) -> None:
    """Open an application that speaks to nobody, so that every start has that behind it.

    What is only made when it is first needed is then there, and nothing else.
    """
    from aiohttp import web

    from teams_app.main import App
    from teams_app.settings import Settings

    nowhere = "https://127.0.0.1:1"
    settings = Settings(
        data_dir=folder,
        secret_key="k" * 48,
        tenant_id="5a1f0c9e-0000-4000-8000-000000000001",
        client_id="5a1f0c9e-0000-4000-8000-000000000002",
        client_secret="nobody's",
        authority=nowhere,
        graph_url=nowhere,
        notifications=False,
    )
    app = App(settings)
    await app.open()
    runner = web.AppRunner(app.pages())
    await runner.setup()
    await runner.cleanup()
    await app.close()


def _keep() -> None:
    strict_cards.forbid_extras()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_tried(folder))
    gc.collect()
    gc.freeze()
    print("ready", flush=True)  # noqa: T201
    #: How each of them ended; one that has not been asked about keeps its number.
    known: dict[int, int | None] = {}
    for line in sys.stdin:
        wanted = json.loads(line)
        if "environ" in wanted:
            answer = _born(wanted)
            known[answer] = None
        else:
            answer = known[wanted["pid"]]
            if answer is None:
                pid, status = os.waitpid(wanted["pid"], os.WNOHANG)
                answer = os.waitstatus_to_exitcode(status) if pid else None
                known[wanted["pid"]] = answer
        print(json.dumps(answer), flush=True)  # noqa: T201
    for pid in [pid for pid, status in known.items() if status is None]:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    _keep()
