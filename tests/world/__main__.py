"""`python -m tests.world FIRST LAST`: play many seeds and say what they cost.

The long run. A seed that fails is named with what it failed of, and goes into
`failed_before.txt` once it is understood. With `--kept FILE` a run that was interrupted
goes on where it was: each seed that was played stands there in a line of its own.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.world.playing import Played, play_many
from tests.world.storm import STEPS

#: A run of an hour says now and then how far it has come.
REPORT_EVERY = 100


def main() -> int:
    reads = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    reads.add_argument("first", type=int)
    reads.add_argument("last", type=int)
    reads.add_argument("--steps", type=int, default=STEPS)
    reads.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    reads.add_argument("--postgres", action="store_true", help="not on SQLite")
    reads.add_argument("--kept", type=Path, help="go on with the run kept here")
    given = reads.parse_args()
    seeds = range(given.first, given.last + 1)
    before = _kept(given.kept)
    began, kinds = time.monotonic(), Counter[str]()
    playing = play_many(
        [seed for seed in seeds if seed not in before],
        processes=given.processes,
        steps=given.steps,
        on_postgres=given.postgres,
    )
    failed = sum(bool(before.get(seed)) for seed in seeds)
    played = sum(seed in before for seed in seeds)
    for each in playing:
        played += 1
        if each.complaints:
            failed += 1
            kinds.update({said.split(":")[0] for said in each.complaints})
            print(str(each)[:3000], flush=True)
        if given.kept:
            _keep(given.kept, each)
        if played % REPORT_EVERY == 0:
            so_far = time.monotonic() - began
            print(f"{played} played in {so_far:.0f} s, {failed} failed", flush=True)
    took = time.monotonic() - began
    said = f", {len(before)} of them before" if before else ""
    print(
        f"{played} seeds of {given.steps} steps{said}, in {took:.0f} s,"
        f" {failed} failed {dict(kinds)}"
    )
    return 1 if failed else 0


def _kept(file: Path | None) -> dict[int, list[str]]:
    """Read which seeds were played before, and what was complained of each."""
    lines: Iterable[str] = ()
    if file is not None and file.exists():
        lines = file.read_text(encoding="utf-8").splitlines()
    return {each["seed"]: each["complaints"] for each in map(json.loads, lines)}


def _keep(file: Path, played: Played) -> None:
    line = json.dumps({"seed": played.seed, "complaints": played.complaints})
    with file.open("a", encoding="utf-8") as kept:
        kept.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
