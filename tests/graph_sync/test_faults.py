"""What the tenant can be told to do to everybody at once, and our client bears."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from booking.spans import Span
from dev_tenant import server
from graph_sync.graph import Changed, Put, Throttled, TokenExpired, View
from graph_sync.microsoft import Limits, Microsoft, TokenSource, World
from tests.graph_sync.contract import (
    booked,
    done,
    draft,
    key_of,
    morning,
    round_of,
    seen,
)
from tests.graph_sync.fake import Clock
from tests.graph_sync.test_tokens import asking, identity
from tests.support.waiting import world

__all__ = ["identity", "morning"]

AINO = "aino.lehtovaara@lumivaara.example"
LEYLA = "leyla.haddad@lumivaara.example"


@pytest.fixture
def first_day() -> date:
    return date(2028, 2, 7)


@pytest.fixture
def switches(running: server.Running) -> Iterator[dict[str, Any]]:
    yield running.tenant.switches
    running.tenant.switches.clear()
    running.tenant.faults.clear()


def asked_of(running: server.Running) -> int:
    return len([e for e in running.tenant.journal.entries if "/v1.0/" in e.url])


@pytest_asyncio.fixture(loop_scope="session")
async def patient(
    running: server.Running, tokens: TokenSource
) -> AsyncIterator[tuple[Microsoft, Clock]]:
    """A client whose seconds pass when told."""
    clock = Clock()
    timed = World(sleep=clock.sleep, request_id=world().request_id, clock=clock.now)
    made = Microsoft(running.graph_url, tokens, timed, limits=Limits(pause=0.01))
    yield made, clock
    await made.aclose()


async def test_an_app_that_is_throttled_leaves_every_mailbox_alone_as_told(
    patient: tuple[Microsoft, Clock],
    running: server.Running,
    switches: dict[str, Any],
    morning: Span,
):
    graph, clock = patient
    asks = [View(AINO, morning), View(LEYLA, morning)]
    switches["requests_per_app"] = 0
    told = [each for ask in asks for each in await graph.view([ask])]
    assert [type(each) for each in told] == [Throttled, Throttled]
    assert all(9 < each.retry_after <= 10 for each in told)

    before = asked_of(running)
    again = [*await graph.view(asks), *await graph.view(asks[:1])]
    assert {type(each) for each in again} == {Throttled}
    assert asked_of(running) == before

    del switches["requests_per_app"]
    clock.seconds += 10
    assert await graph.view(asks) == [(), ()]


@pytest.mark.parametrize("how", ["link", "bare"])
async def test_a_link_that_is_gone_starts_over_with_a_fresh_one_or_without(
    graph: Microsoft, switches: dict[str, Any], morning: Span, how: str
):
    written = await booked(graph, AINO, morning)
    _, _, link = await round_of(graph, AINO, morning)
    switches["delta_gone"] = how

    with pytest.raises(TokenExpired):
        await round_of(graph, AINO, morning, link)

    told, _, _ = await round_of(graph, AINO, morning)
    assert set(told) == {written.event.id}


@pytest.mark.parametrize("status", [400, 409])
async def test_a_repeat_that_is_refused_finds_the_event_of_the_first_try(
    graph: Microsoft,
    running: server.Running,
    switches: dict[str, Any],
    morning: Span,
    status: int,
):
    switches["duplicate_transactions"] = status
    running.tenant.faults.add(
        {"method": "POST", "path": "events$", "status": 504, "after_effect": True}
    )

    written = await booked(graph, AINO, morning)

    assert running.tenant.faults.struck["duplicate_transactions"] == 1
    events = await seen(graph, AINO, morning)
    assert [each.id for each in events] == [written.event.id]


async def test_of_two_with_our_key_a_refused_repeat_finds_the_one_of_its_own_id(
    graph: Microsoft,
    running: server.Running,
    switches: dict[str, Any],
    morning: Span,
):
    """Our key stays on a copy that a person makes of our event."""
    copy = await booked(graph, AINO, morning)
    switches["duplicate_transactions"] = 409
    running.tenant.faults.add(
        {"method": "POST", "path": "events$", "status": 504, "after_effect": True}
    )

    wanted = draft(morning, key_of(morning))
    (made,) = await graph.put([Put(AINO, wanted, "another")])

    events = {each.id for each in await seen(graph, AINO, morning)}
    assert events == {copy.event.id, done(made).event.id}


@pytest.mark.parametrize("status", [409, 412])
async def test_a_write_that_meets_a_conflict_is_told_as_changed(
    graph: Microsoft,
    running: server.Running,
    switches: dict[str, Any],
    morning: Span,
    status: int,
):
    written = await booked(graph, AINO, morning)
    running.tenant.faults.add({"method": "PATCH", "status": status})
    wanted = replace(draft(morning, key_of(morning)), subject="Varattu aika · UUSI22")
    change = Put(AINO, wanted, "", written.event.id, ("subject",), verify=False)

    (refused,) = await graph.put([change])
    (again,) = await graph.put([change])

    assert isinstance(refused, Changed)
    assert not isinstance(again, Exception)
    assert not switches


def tokens_given(running: server.Running) -> int:
    every = running.tenant.journal.entries
    return len([each for each in every if each.url.endswith("/oauth2/v2.0/token")])


@pytest.mark.parametrize("skew", [240, -240])
async def test_a_token_dated_minutes_off_opens_graph_and_is_kept(
    running: server.Running, switches: dict[str, Any], identity: Any, skew: int
):
    """How long it lasts Entra has said; what its dates say is nobody's of ours to read."""
    switches["token_skew"] = skew
    before = tokens_given(running)

    async with asking(running, identity) as graph:
        for _ in range(3):
            assert await graph.mailbox(AINO)

    assert tokens_given(running) == before + 1
