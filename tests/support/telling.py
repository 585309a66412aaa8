"""Which tests are told nothing new by a second engine.

Above the store a rule is the same on both engines; what may differ are the statements
and the transactions they stand in. `make test` runs each of those on PostgreSQL at least
once and leaves out the tests there that would only run them again: every set of
parameters of a test but its first, and the tests named in `spared.txt`. Those were
chosen by what the tests were seen to ask of the database; none of them does two things
at a time. A test that is not named runs on both. `make test-full` runs all on both.
"""

from pathlib import Path, PurePosixPath

import pytest

SPARED = Path(__file__).with_name("spared.txt")
#: Folders above the store. What makes databases, and whole worlds, is run on both.
ABOVE = ("actions", "bot", "errands", "web", "worker")


def spared() -> set[str]:
    """Give the tests of `spared.txt`: `tests/actions/test_access.py::test_who_may`."""
    names: set[str] = set()
    file = ""
    for line in SPARED.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            names.add(f"{file}::{line.strip()}")
        elif not line.startswith("#"):
            file = line.strip()
    return names


def split(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Give the tests to run, and those that are left to `make test-full`."""
    known, begun = spared(), set[str]()
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        name, _, _ = item.nodeid.partition("[")
        if not _again(item):
            run.append(item)
        elif name in known or name in begun:
            left.append(item)
        else:
            begun.add(name)
            run.append(item)
    return run, left


def _again(item: pytest.Item) -> bool:
    """Say whether this is a test of a rule, for the second time, on PostgreSQL."""
    folders = PurePosixPath(item.nodeid.partition("::")[0]).parts
    call = getattr(item, "callspec", None)
    if call is None or not set(folders) & set(ABOVE):
        return False
    return call.params.get("database_url") == "postgres"
