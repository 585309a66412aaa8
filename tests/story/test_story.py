"""The whole story, played as `make story` plays it: once on each database.

It runs as a process of its own, and what it printed is what is looked at here: a test
for each part of the story, and one for everything that went over the wire.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import contracts
from tests.conftest import BOTH

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^(ok  |FAIL) (\d+)\.(\d+) +(.*)$", re.MULTILINE)
#: A step that failed, or a story that broke, with the indented lines below it.
FAILED = re.compile(r"^FAIL .*(?:\n {11}.*)*", re.MULTILINE)

# A demo is started, and a few weeks pass in it.
pytestmark = pytest.mark.timeout(700)


@dataclass(frozen=True)
class Played:
    status: int
    said: str
    log: str
    har: dict[str, Any]

    def steps(self, chapter: int) -> list[int]:
        """Give the numbers of a chapter's steps that held."""
        return sorted(
            int(number)
            for ok, c, number, _ in LINE.findall(self.said)
            if int(c) == chapter and ok == "ok  "
        )

    @property
    def failed(self) -> str:
        """Give what failed in the story's own words, and what was complained of."""
        return "\n".join([*FAILED.findall(self.said), self.log])


@pytest.fixture(scope="module", params=BOTH)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    har = tmp_path_factory.mktemp("story") / "story.har"
    words = ["--har", str(har)]
    if request.param == "postgres":
        cluster = request.getfixturevalue("postgres_cluster")
        name = cluster.create()
        words += ["--database", cluster.url(name)]
    run = subprocess.run(
        [sys.executable, "-m", "teams_app", "story", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=640,
        check=False,
    )
    log = har.with_suffix(".log")
    complained = _warnings(log.read_text()) if log.exists() else ""
    traffic = json.loads(har.read_text()) if har.exists() else {}
    yield Played(run.returncode, run.stdout, complained + run.stderr, traffic)
    if request.param == "postgres":
        cluster.drop(name)


def _warnings(log: str) -> str:
    """Give what the application complained of: a line of JSON each, or of a crash."""
    lines = [each for each in log.splitlines() if '"level": "info"' not in each]
    return "\n".join(lines)[-4000:] + "\n"


@pytest.mark.parametrize(
    ("chapter", "steps"),
    [
        (1, 26),
        (2, 21),
        (3, 17),
        (4, 22),
        (5, 28),
        (6, 25),
        (7, 30),
        (8, 6),
        (9, 4),
        (10, 7),
        (11, 5),
    ],
)
def test_every_step_of_the_chapter_holds(played, chapter, steps):
    assert played.steps(chapter) == list(range(1, steps + 1)), played.failed


def test_it_ends_with_its_figures_and_its_status(played):
    assert played.said.rstrip().splitlines()[-1] == "191 passed, 0 failed", (
        played.failed
    )
    assert played.status == 0


def test_all_traffic_keeps_to_the_published_contracts(played):
    complaints = contracts.check_har(played.har)

    assert not complaints, "\n".join(sorted(set(complaints)))


def test_the_traffic_is_all_there(played):
    """From the first subscription to the last change, nothing was cleared away."""
    entries = played.har["log"]["entries"]
    urls = [entry["request"]["url"] for entry in entries]

    for part in (
        "/v1.0/subscriptions",
        "/sendMail",
        "/calendarView/delta",
        "/v1.0/$batch",
        "/oauth2/v2.0/token",
        "/connector/v3/conversations/",
        "/hooks/graph",
        "/api/messages",
    ):
        assert any(part in url for url in urls), part
    starts = [entry["startedDateTime"] for entry in entries]
    assert len(starts) > 500
    refused = {url for url, e in zip(urls, entries, strict=True) if broken(e)}
    # One answer to a mail is lost on purpose.
    assert all(url.endswith("/sendMail") for url in refused), refused


def broken(entry: dict[str, Any]) -> bool:
    """Say whether nobody answered, or badly; notices find nobody during a restart."""
    status: int = entry["response"]["status"]
    notice = "/hooks/graph" in entry["request"]["url"]
    return status >= 500 or (status == 0 and not notice)
