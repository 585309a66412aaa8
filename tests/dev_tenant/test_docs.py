"""The table of modelled behaviour tells the truth about its tests."""

import re
from pathlib import Path

from tests.contracts import ROOT

PAGE = ROOT / "docs/dev_tenant.md"
ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<known>\w+) \| `(?P<test>test_\w+)` \|$")


def rows():
    return [
        m for line in PAGE.read_text("utf-8").splitlines() if (m := ROW.match(line))
    ]


def known_names():
    here = Path(__file__).parent
    return {
        name
        for path in here.glob("test_*.py")
        for name in re.findall(
            r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE
        )
    }


def test_every_row_names_a_test_that_exists():
    found = rows()

    assert len(found) > 120
    assert sorted({m["test"] for m in found} - known_names()) == []


def test_every_row_is_documented_or_assumed_and_stands_once():
    found = rows()

    assert {m["known"] for m in found} == {"documented", "assumed"}
    assert len({m["what"] for m in found}) == len(found)


def test_every_behaviour_of_graph_that_is_tested_is_in_the_table():
    here = Path(__file__).parent
    listed = {m["test"] for m in rows()}
    for name in (
        "events",
        "deleted_items",
        "delta",
        "subscriptions",
        "batch",
        "meetings",
        "mail",
    ):
        text = (here / f"test_{name}.py").read_text("utf-8")
        tested = set(re.findall(r"^async def (test_\w+)", text, re.MULTILINE))

        assert sorted(tested - listed - ABOUT_OURSELVES) == []


#: Tests of the tenant's own ways, not of Graph's.
ABOUT_OURSELVES = {
    "test_the_sample_told_by_delta_is_the_sample_seen_in_the_view",
    "test_the_same_sms_is_sent_once",
}
