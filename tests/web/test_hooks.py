"""Graph's door, where anybody may knock: a flood of forged notices harms nobody."""

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from graph_sync.subscriptions import NOTICES_MAX
from teams_app.store import calendars
from tests import make
from tests.web.conftest import BOTH_ENGINES, Door

JSON = {"Content-Type": "application/json"}


def genuine(door: Door) -> dict[str, object]:
    state = make.replace(
        door.small.read(calendars.state, make.AINO),
        subscription_id="S1",
        subscription_secret="a secret",
    )
    door.small.write(calendars.save_state, state)
    return {
        "subscriptionId": "S1",
        "clientState": "a secret",
        "changeType": "updated",
        "resourceData": {"id": "E1", "@odata.etag": 'W/"ck"'},
    }


def forged(number: int) -> dict[str, object]:
    return {
        "subscriptionId": f"F{number}",
        "clientState": "x",
        "resourceData": {"id": f"e{number}"},
    }


async def told(door: Door, *notices: object) -> int:
    body = json.dumps({"value": notices})
    answer = await door.ask("POST", "/hooks/graph", data=body, headers=JSON)
    return answer.status


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Everything that is asked of the database, from now on."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


@BOTH_ENGINES
async def test_forged_notices_cost_one_read_however_many(door: Door, statements):
    genuine(door)
    statements.clear()

    assert await told(door, *map(forged, range(NOTICES_MAX))) == 202

    said = [each.split()[0] for each in statements]
    assert said.count("SELECT") == 1
    assert not {"INSERT", "UPDATE", "DELETE"} & set(said)
    assert not [each for each in statements if "IMMEDIATE" in each]


async def test_forged_notices_do_not_wait_for_whoever_writes(door: Door, monkeypatch):
    async def write(*_given, **_named):
        raise AssertionError("nothing is to be written")

    monkeypatch.setattr(type(door.small.database), "write", write)

    assert await told(door, *map(forged, range(10))) == 202


@pytest.mark.parametrize("at", [0, NOTICES_MAX // 2, NOTICES_MAX - 1])
async def test_a_genuine_notice_is_found_among_forged_ones(door: Door, at: int):
    notices = [*map(forged, range(NOTICES_MAX - 1))]
    notices.insert(at, genuine(door))

    assert await told(door, *notices) == 202
    assert len(door.small.owed("pull")) == 1


async def test_more_than_are_looked_at_are_refused_and_not_cut(door: Door):
    notices = [*map(forged, range(NOTICES_MAX)), genuine(door)]

    assert await told(door, *notices) == 413
    assert door.small.owed() == []


HALF = "\ud800"


@BOTH_ENGINES
@pytest.mark.parametrize(
    "broken",
    [
        {"subscriptionId": HALF, "clientState": "x"},
        {"subscriptionId": "S1", "clientState": HALF},
        {"subscriptionId": "S1", "lifecycleEvent": HALF},
        {
            "subscriptionId": "S1",
            "clientState": "a secret",
            "resourceData": {"id": HALF},
        },
    ],
)
async def test_half_a_letter_breaks_nothing_for_what_comes_with_it(door: Door, broken):
    assert await told(door, broken, genuine(door)) == 202
    assert len(door.small.owed("pull")) == 1
