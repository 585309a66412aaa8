"""A second engine is spared what is known to tell nothing new, and nothing else."""

from types import SimpleNamespace
from typing import Any

from tests.support.telling import SPARED, spared, split

NAMED = min(spared())
NEW = "tests/actions/test_access.py::test_that_nobody_has_named_yet"


def item(name: str, engine: str = "postgres", more: str = "") -> Any:
    call = SimpleNamespace(params={"database_url": engine, "more": more})
    return SimpleNamespace(nodeid=f"{name}[{engine}{more}]", callspec=call)


def test_what_is_named_runs_on_sqlite_alone():
    run, left = split([item(NAMED, "sqlite"), item(NAMED)])

    assert (len(run), len(left)) == (1, 1)
    assert left[0].nodeid.endswith("[postgres]")


def test_what_nobody_has_named_runs_on_both_its_parameters_once():
    given = [
        item(NEW, engine, more) for engine in ("sqlite", "postgres") for more in "ab"
    ]

    run, left = split(given)

    assert [each.nodeid.partition("[")[2] for each in run] == [
        *("sqlitea]", "sqliteb]", "postgresa]"),
    ]
    assert [each.nodeid.partition("[")[2] for each in left] == ["postgresb]"]


def test_the_store_and_whole_worlds_run_on_both():
    for folder in ("store", "world", "story"):
        name = f"tests/{folder}/test_any.py::test_any"
        run, left = split([item(name, more=more) for more in "ab"])

        assert len(run) == 2
        assert left == []


def test_a_test_without_a_choice_of_engines_is_not_asked():
    plain = SimpleNamespace(nodeid=NEW)

    assert split([plain]) == ([plain], [])  # type: ignore[list-item, comparison-overlap]


def test_the_list_is_in_order():
    files = [
        line
        for line in SPARED.read_text(encoding="utf-8").splitlines()
        if not line.startswith((" ", "#"))
    ]

    assert files == sorted(set(files))
