"""Worker processes that are killed at random while they work, and what then was done.

Everything random follows from a seed, except what the operating system makes of it.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from teams_app.store import jobs
from teams_app.store.database import Database, Tx
from teams_app.store.jobs import Promise

ROOT = Path(__file__).parents[2]
WORKERS = 3
ROUND_JOBS = 30
LANES = ["mailbox:1", "mailbox:2", "sender:client", "other:1", None]
AGAIN = [f"again:{number}" for number in range(10)]
BEATS_MAX = 12
TOO_LONG = 2000
SECONDS_MAX = 60.0


@dataclass
class Run:
    """What came of it."""

    promised: dict[str, int] = field(default_factory=dict)  #: By key: the last `n`.
    beats: int = 0  #: How often the keys of AGAIN were promised.
    kills: int = 0
    done: Counter[str] = field(default_factory=Counter)  #: By key: how often.
    last_n: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def repeated(self) -> int:
        """How many jobs that are promised once were begun more than once."""
        return sum(n - 1 for key, n in self.done.items() if key not in AGAIN)


@contextmanager
def _process(module: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a process that ends, with all it started, when its input closes."""
    running = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", module, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    # Leaving closes its input and waits.
    with running:
        yield running


@dataclass
class Nursery:
    """Makes workers, and knows those that live."""

    process: subprocess.Popen[str]
    workers: list[int] = field(default_factory=list)

    def bear(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("one more\n")
        self.process.stdin.flush()
        self.workers.append(int(self.process.stdout.readline()))

    def kill(self, worker: int) -> None:
        self.workers.remove(worker)
        os.kill(worker, signal.SIGKILL)


@contextmanager
def _nursery(url: str, port: int) -> Iterator[Nursery]:
    with _process("tests.support.kill_worker", url, port) as process:
        nursery = Nursery(process)
        for _ in range(WORKERS):
            nursery.bear()
        yield nursery


@contextmanager
def _recorder() -> Iterator[int]:
    with _process("tests.support.kill_recorder") as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


def run(database: Database, url: str, *, kills: int, seed: int) -> Run:
    """Work off a few rounds of jobs, killing a worker that is at work in each."""
    result = Run()
    chance = random.Random(seed)
    with _recorder() as port, _nursery(url, port) as nursery:
        for round_ in range(kills + 1):
            database.write_here(_promise_round, round_, chance, result)
            for _ in range(chance.randrange(2, BEATS_MAX)):
                _beat(database, result)
            if round_ < kills:
                while not _kill_one(nursery, port, chance):
                    _beat(database, result)
                nursery.bear()
                result.kills += 1
        _wait_until_done(database)
        report = _ask(port)
    for key, n in report["done"]:
        result.done[key] += 1
        result.last_n[key] = n
    result.peaks = report["peaks"]
    result.figures = database.read_here(jobs.figures)
    return result


def _promise_round(tx: Tx, round_: int, chance: random.Random, result: Run) -> None:
    now = datetime.now(UTC)
    for number in range(ROUND_JOBS):
        key = f"once:{round_}:{number}"
        lane = chance.choice(LANES)
        jobs.promise(tx, Promise("do", key, now, lane=lane, payload={"n": 0}))
        result.promised[key] = 0


def _beat(database: Database, result: Run) -> None:
    """Promise the same few keys once more, often while they run."""
    result.beats += 1
    assert result.beats < TOO_LONG, "no worker was ever at work"
    database.write_here(_promise_all_again, result.beats)
    result.promised.update(dict.fromkeys(AGAIN, result.beats))
    time.sleep(0.005)


def _promise_all_again(tx: Tx, n: int) -> None:
    for key in AGAIN:
        now = datetime.now(UTC)
        jobs.promise(tx, Promise("do", key, now, payload={"n": n}, again=True))


def _kill_one(nursery: Nursery, port: int, chance: random.Random) -> bool:
    """Kill a worker that the recorder is doing something for, if there is one."""
    at_work = _ask(port)["at_work"]
    busy = [worker for worker in nursery.workers if str(worker) in at_work]
    if busy:
        nursery.kill(chance.choice(busy))
    return bool(busy)


def _wait_until_done(database: Database) -> None:
    ends = time.monotonic() + SECONDS_MAX
    while database.read_here(jobs.figures)["open"]:
        assert time.monotonic() < ends, database.read_here(jobs.figures)
        time.sleep(0.05)


def _ask(port: int) -> dict:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
        asking.sendall(b'{"what": "report"}\n')
        with asking.makefile() as answer:
            return json.loads(answer.readline())
