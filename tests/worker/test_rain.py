"""The drizzle over the wire: Graph's 429, 503 and lost answers at each request in turn.

The real client speaks HTTP to the tenant in a box. The n-th request of a booking, of a
move and of a cancellation fails, for every n until none is reached: once, which the
client bears by itself, and so often that the job has to be tried again. Then there is
one event where the appointment stands, one mail about each change, and nothing else.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.calendar import Event
from booking.model import Appointment
from booking.spans import Span
from dev_tenant import server
from graph_sync.graph import View
from graph_sync.microsoft import Limits, Microsoft, TokenSource, World
from teams_app.actions import booking
from teams_app.store import jobs
from tests import make
from tests.support import waiting
from tests.support.small_world import MAIJA, SmallWorld
from tests.support.wired import AINO, wired

RAIN = {
    "throttled": {"status": 429, "retry_after": 1},
    "away": {"status": 503},
    "answer lost": {"status": 504, "after_effect": True},
    "connection cut": {"drop": True, "after_effect": True},
}
#: Our client tries four times by itself.
BURSTS = {"once": 1, "longer than the client waits": 6}
#: More requests than any of these flows makes.
REQUESTS_MAX = 9


class Hurry:
    """Time that passes at once when somebody waits for it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def clock(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)  # noqa: TID251 - it yields, it does not wait


@dataclass
class Rain:
    """A small world whose Graph is the tenant's, and how to let it rain."""

    small: SmallWorld
    running: server.Running
    graph: Microsoft
    session: aiohttp.ClientSession
    hours: float = 24.0
    told: dict[str, int] = field(default_factory=dict)

    def begin(self, nth: int, burst: int, **how: object) -> None:
        self.running.tenant.faults.clear()
        self.running.tenant.faults.add({"nth": nth, "count": burst, **how})

    def end(self) -> bool:
        """Stop, and say whether any request was hit."""
        (rule,) = self.running.tenant.faults.rules
        self.running.tenant.faults.clear()
        return rule.bitten > 0

    async def events(self, appointment: Appointment) -> list[Event]:
        """Give what stands in her Outlook with this reference, wherever it stands."""
        months = Span(make.at(0), make.at(days=60))
        (found,) = await self.graph.view([View(AINO, months)])
        assert isinstance(found, tuple), found
        return [each for each in found if each.key == appointment.reference]

    async def reached(self, to: str, told: int) -> list[str]:
        """Wait for what is to reach a client; Exchange delivers in its own time."""
        url = f"{self.running.base_url}/inbox/api/messages"
        async with asyncio.timeout(10):
            while True:
                async with self.session.get(url, params={"to": to}) as answer:
                    found = [each["subject"] for each in (await answer.json())["value"]]
                if len(found) >= told:
                    return found
                await asyncio.sleep(0.01)  # noqa: TID251

    def next_time(self) -> float:
        self.hours += 1
        if self.hours % 24 > 5:
            self.hours += 24 - self.hours % 24
        return self.hours


@pytest_asyncio.fixture(loop_scope="session")
async def rain(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[Rain]:
    """One engine will do: what is tested is what lies between it and Graph."""
    hurry, ids = Hurry(), waiting.world().request_id
    world = World(sleep=hurry.sleep, request_id=ids, clock=hurry.clock)
    wet = Microsoft(running.graph_url, tokens, world, limits=Limits(pause=0.01))
    calm = Microsoft(running.graph_url, tokens, waiting.world())
    async with wired(sqlite_url, wet) as small, aiohttp.ClientSession() as session:
        yield Rain(small, running, calm, session)
    await calm.aclose()


async def _through(rain: Rain, flow: str, nth: int, burst: int, kind: str) -> bool:
    """Play one flow in the rain and see that all is well; False: it never rained."""
    small, to = rain.small, f"{flow}.{kind[:3]}.{burst}.{nth}@client.example"
    details = make.replace(MAIJA, email=to)
    hours = rain.next_time()
    if flow == "booked":
        rain.begin(nth, burst, **RAIN[kind])
    booked = small.book(hours, details=details)
    await small.settle_down()
    told = 1
    if flow == "moved":
        rain.begin(nth, burst, **RAIN[kind])
        booked, told = small.move(booked, hours + 24 * 7), 2
    if flow == "cancelled":
        rain.begin(nth, burst, **RAIN[kind])
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
        told = 2
    await small.settle_down()
    hit = rain.end()
    stands = [] if flow == "cancelled" else [booked.span]
    events = await rain.events(booked)
    assert [each.when for each in events] == stands, (flow, nth)
    assert all(each.join_url for each in events), (flow, nth)
    rain.told[to] = told
    await rain.reached(to, told)
    assert small.read(jobs.dead_jobs) == []
    return hit


@pytest.mark.parametrize("burst", BURSTS.values(), ids=BURSTS)
@pytest.mark.parametrize("kind", RAIN)
@pytest.mark.parametrize("flow", ["booked", "moved", "cancelled"])
@pytest.mark.timeout(300)
async def test_whatever_request_fails_there_is_one_of_everything(
    rain: Rain, flow: str, kind: str, burst: int
):
    nth = 1
    while await _through(rain, flow, nth, burst, kind):
        nth += 1
        assert nth < REQUESTS_MAX, "it never ends"

    assert nth > 2, "the event and the mail, at the least"
    for to, told in rain.told.items():
        assert len(await rain.reached(to, told)) == told, to
