"""Playing seeds: each on a database of its own, several processes beside each other."""

import os
import shutil
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from teams_app.store.database import Database
from tests.support import postgres
from tests.world import checks
from tests.world.afterwards import AFTERWARDS
from tests.world.evidence import Evidence
from tests.world.storm import STEPS, blown


@dataclass(frozen=True, slots=True)
class Played:
    """A seed played to its end, and what the checkers complain of."""

    seed: int
    complaints: tuple[str, ...]
    trace: tuple[str, ...]

    def __str__(self) -> str:
        said = "\n  ".join(self.complaints)
        return f"seed {self.seed} (pytest tests/world --seed {self.seed}):\n  {said}"


def play(seed: int, url: str, *, steps: int = STEPS, talkative: bool = False) -> Played:
    """Play one seed on an empty database, and look at every step and at the end."""
    found: list[str] = []

    def watch(seen: Evidence) -> None:
        if not found:
            early = checks.complaints(seen)
            found.extend(f"{seen.now:%d.%m. %H:%M:%S} {each}" for each in early)

    trace: list[str] = []
    try:
        with blown(
            seed, url, steps=steps, watch=watch, trace=trace, talkative=talkative
        ) as storm:
            at_the_end = (*checks.ALWAYS, *checks.OF_ALL_THAT_WAS_SAID, *AFTERWARDS)
            found.extend(checks.complaints(storm.evidence, at_the_end))
    except Exception:  # noqa: BLE001  a seed that cannot be played is a complaint too
        found.append(traceback.format_exc())
    return Played(seed, tuple(found), tuple(trace))


@contextmanager
def template() -> Iterator[Path]:
    """Give an empty SQLite database, to be copied for each seed."""
    with TemporaryDirectory(dir=postgres.roomy()) as folder:
        file = Path(folder, "empty.sqlite")
        Database.open(f"sqlite:///{file}").close()
        yield file


def play_copy(seed: int, empty: Path, steps: int = STEPS) -> Played:
    """Play a seed on a copy of an empty SQLite database."""
    # One name a process: what was compiled for one seed serves the next.
    file = empty.with_name(f"storm-{os.getpid()}.sqlite")
    shutil.copy(empty, file)
    try:
        return play(seed, f"sqlite:///{file}", steps=steps)
    finally:
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()


@cache
def _kept() -> postgres.Kept:
    """Give this process's own PostgreSQL database; its server ends with the process."""
    installed = postgres.programs()
    if installed is None:
        raise RuntimeError("PostgreSQL is not installed")
    cluster = postgres.Cluster(installed)
    name = cluster.create()
    Database.open(cluster.url(name)).close()
    return postgres.Kept(cluster, name)


def play_in_postgres(seed: int, steps: int = STEPS) -> Played:
    """Play a seed on this process's PostgreSQL database, emptied first."""
    kept = _kept()
    kept.empty()
    return play(seed, kept.url, steps=steps)


def _end_with_parent() -> None:
    """Leave no process behind that plays on for nobody."""

    def watch(parent: BaseProcess) -> None:
        parent.join()
        os._exit(1)

    parent = parent_process()
    assert parent is not None
    Thread(target=watch, args=(parent,), daemon=True).start()


def play_many(
    seeds: Iterable[int],
    *,
    processes: int,
    steps: int = STEPS,
    on_postgres: bool = False,
) -> Iterator[Played]:
    """Play seeds beside each other, and give each when it is done, in order."""
    with (
        template() as empty,
        ProcessPoolExecutor(
            processes, get_context("spawn"), initializer=_end_with_parent
        ) as pool,
    ):
        if on_postgres:
            doing = [pool.submit(play_in_postgres, seed, steps) for seed in seeds]
        else:
            doing = [pool.submit(play_copy, seed, empty, steps) for seed in seeds]
        for each in doing:
            yield each.result()
