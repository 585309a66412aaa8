"""Measure what is claimed: `python -m benchmarks [--json]`.

Ends with 1 when a target is missed.
"""

import argparse
import json
import sys

from benchmarks import slot_search


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="figures only, as JSON")
    wanted = parser.parse_args()
    found, reached = slot_search.run()
    if wanted.json:
        print(json.dumps(slot_search.report(found, reached), indent=2))
    else:
        print("Slot search, CPU in microseconds, 28 days across a clock change\n")
        print(slot_search.table(found), end="\n\n")
        print("\n".join(str(one) for one in reached))
    return 0 if all(one.met for one in reached) else 1


if __name__ == "__main__":
    sys.exit(main())
