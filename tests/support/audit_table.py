"""The tables of docs/audit.md: what is done, and which lines of the log it leaves."""

import re
from functools import cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs/audit.md"
NONE = "–"

_ROW = re.compile(r"^\| `([^`]+)`([^|]*)\|[^|]+\| ([^|]+) \|$", re.MULTILINE)
_LINE = re.compile(r"`([a-z_]+) ([a-z]+)`")


def rows(text: str) -> dict[str, frozenset[str]]:
    """Read the tables: what is tried, and what it leaves, `view appointment`."""
    found: dict[str, frozenset[str]] = {}
    for what, more, cell in _ROW.findall(text):
        key = f"{what} {more.strip()}".strip()
        assert key not in found, f"{key} stands there twice"
        left = frozenset(f"{did} {about}" for did, about in _LINE.findall(cell))
        assert bool(left) != (cell == NONE), (key, cell)
        found[key] = left
    return found


@cache
def under(heading: str) -> dict[str, frozenset[str]]:
    """Read the table under one heading alone."""
    _, _, rest = PAGE.read_text().partition(f"\n## {heading}\n")
    assert rest, heading
    return rows(rest.partition("\n## ")[0])


@cache
def every() -> dict[str, frozenset[str]]:
    return rows(PAGE.read_text())


def token(line: Any) -> str:
    """Name a line of the log as the tables do: what was done, about what."""
    return f"{line.what} {line.subject.partition(':')[0]}"


_WORD = re.compile(r"^\| `([a-z_]+)` \| [^|`]+ \|$", re.MULTILINE)


@cache
def words() -> set[str]:
    """Give what the page explains of the words that say what was done."""
    _, _, rest = PAGE.read_text().partition("\n## The words\n")
    return set(_WORD.findall(rest.partition("\n## ")[0]))
