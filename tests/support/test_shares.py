from pathlib import Path

import pytest

from tests.support import shares

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("test", "share"),
    [
        (
            "tests/booking/test_spans.py::test_a[postgres]",
            "tests/booking/test_spans.py",
        ),
        ("tests/story/test_story.py::test_a[sqlite-1]", "tests/story/test_story.py"),
        (
            "tests/story/test_story.py::test_a[postgres-1]",
            "tests/story/test_story.py, postgres",
        ),
        (
            "tests/world/test_handing.py::test_a",
            "tests/world/test_handing.py",
        ),
        (
            "tests/world/test_storm.py::test_a[0-4]",
            "tests/world/test_storm.py::test_a[0-4]",
        ),
        (
            "tests/browser/test_tab_open.py::test_a",
            "tests/browser/test_tab_open.py::test_a",
        ),
    ],
)
def test_what_shares_a_dear_fixture_stays_together(test: str, share: str):
    assert shares.share(test) == share


def test_the_worlds_begin_first():
    files = ["tests/booking/a.py", "tests/store/a.py", "tests/world/a.py"]

    assert sorted(files, key=shares.begins) == files[::-1]


def test_what_is_named_exists():
    for name in {*shares.LONG, *shares.SINGLY}:
        assert list(TESTS.rglob(name)), name
