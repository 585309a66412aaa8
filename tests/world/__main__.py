"""`python -m tests.world FIRST LAST`: play many seeds and say what they cost.

The long run. A seed that fails is named with what it failed of, and goes into
`failed_before.txt` once it is understood.
"""

import argparse
import os
import sys
import time
from collections import Counter

from tests.world.playing import play_many
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
    given = reads.parse_args()
    seeds = range(given.first, given.last + 1)
    began, failed, kinds = time.monotonic(), 0, Counter[str]()
    playing = play_many(
        seeds,
        processes=given.processes,
        steps=given.steps,
        on_postgres=given.postgres,
    )
    for number, played in enumerate(playing, 1):
        if played.complaints:
            failed += 1
            kinds.update({each.split(":")[0] for each in played.complaints})
            print(str(played)[:3000], flush=True)
        if number % REPORT_EVERY == 0:
            so_far = time.monotonic() - began
            print(f"{number} played in {so_far:.0f} s, {failed} failed", flush=True)
    took = time.monotonic() - began
    print(
        f"{len(seeds)} seeds of {given.steps} steps in {took:.0f} s,"
        f" {took / len(seeds):.2f} s each, {failed} failed {dict(kinds)}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
