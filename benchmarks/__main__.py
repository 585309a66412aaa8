"""Measure what is claimed: `python -m benchmarks [--json] [--mailboxes N]`.

Ends with 1 when a target is missed.
"""

import argparse
import json
import sys
from dataclasses import asdict

from benchmarks import http_search, slot_search, sync, tab


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="figures only, as JSON")
    parser.add_argument(
        "--mailboxes",
        type=int,
        default=sync.MAILBOXES,
        help="how many calendars are followed (default: %(default)s)",
    )
    wanted = parser.parse_args()
    searches, wanted_of_search = slot_search.run()
    requests, wanted_of_http = http_search.run()
    followed, wanted_of_sync = sync.run(wanted.mailboxes)
    views, wanted_of_views = tab.run()
    reached = [*wanted_of_search, *wanted_of_http, *wanted_of_sync, *wanted_of_views]
    if wanted.json:
        figures = {
            "slot_search": [asdict(one) for one in searches],
            "http_search": [asdict(one) for one in requests],
            "sync": asdict(followed),
            "tab": [asdict(one) for one in views],
            "targets": [{**asdict(one), "met": one.met} for one in reached],
        }
        print(json.dumps(figures, indent=2))
    else:
        print("Slot search, CPU in microseconds, 28 days across a clock change\n")
        print(slot_search.table(searches), end="\n\n")
        print("Through HTTP, microseconds of the server's CPU a request, and p99\n")
        print(http_search.table(requests), end="\n\n")
        print(
            f"Following {followed.mailboxes:,} calendars of {followed.events} events\n"
        )
        print(sync.table(followed), end="\n\n")
        print("Views of the tab, 1,000 professionals and 100,000 appointments\n")
        print(tab.table(views), end="\n\n")
        print("\n".join(str(one) for one in reached))
    return 0 if all(one.met for one in reached) else 1


if __name__ == "__main__":
    sys.exit(main())
