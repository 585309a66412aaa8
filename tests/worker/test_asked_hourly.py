"""What a mailbox says of itself is learned within the hour, over the wire.

Graph sends no notice of a change of working hours, zone or automatic replies.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest_asyncio

from booking.availability import Search
from booking.model import Modality
from dev_tenant import server
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app.actions import nights
from teams_app.store import jobs, people
from teams_app.store.jobs import Promise
from tests import make
from tests.support import waiting
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, wired

DAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)


@dataclass
class House:
    small: SmallWorld
    running: server.Running

    async def sets(self, what: str, **said: Any) -> None:
        """Let her set something in the small Outlook."""
        url = f"{self.running.base_url}/_tenant/outlook/{what}"
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(url, json={"user": AINO, **said})
        assert answer.is_success, answer.text

    async def passes(self, **parts: float) -> None:
        """Let time pass, and the worker look over everything as it does each minute."""
        self.small.clock.advance(**parts)
        self.small.write(jobs.promise, Promise("sweep", "sweep", due=self.small.now))
        await self.small.settle_down()

    async def an_hour_passes(self) -> None:
        await self.passes(minutes=0)
        await self.passes(hours=1)

    def offered(self) -> list[datetime]:
        search = Search(self.small.service, Modality.REMOTE, self.small.now)
        starts = [each.start for each in self.small.world.index().free(search, 4000)]
        here = [each.astimezone(ZoneInfo("Europe/Helsinki")) for each in starts]
        return [each for each in here if each.date() == DAY]

    def asked(self) -> int:
        """Count how often her mailbox was asked of itself."""
        every = self.running.tenant.journal.entries
        bodies = [f"{each.url} {each.request_body!s}" for each in every]
        return sum(each.count("mailboxSettings") for each in bodies)


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[House]:
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    user = running.tenant.find_user(AINO)
    assert user is not None
    settings = running.tenant.mailboxes[user.id].settings
    before = dict(settings)
    async with wired(sqlite_url, graph) as small:
        small.pull(anew=True)
        await small.settle_down()
        yield House(small, running)
    settings.update(before)


async def test_another_zone_moves_what_is_offered_within_the_hour(house: House):
    before = house.offered()
    await house.sets("hours", zone="Europe/Lisbon")
    assert house.offered() == before

    await house.an_hour_passes()

    assert house.small.read(people.mailbox, make.AINO).zone == "Europe/Lisbon"
    assert house.offered()[0] == before[0] + timedelta(hours=2)


async def test_other_hours_are_what_is_offered_within_the_hour(house: House):
    await house.sets("hours", start="12:00", end="14:00")

    await house.an_hour_passes()

    assert (house.offered()[0].time(), house.offered()[-1].time()) == (
        time(12),
        time(13, 15),
    )


async def test_replies_close_her_times_within_the_hour(house: House):
    away = {"start": f"{DAY}T00:00", "end": f"{DAY}T23:00"}
    await house.sets("replies", status="scheduled", **away)
    assert house.offered()

    await house.an_hour_passes()

    assert house.offered() == []


async def test_each_is_asked_once_an_hour_at_its_own_time(house: House):
    await house.an_hour_passes()
    before = house.asked()

    for _ in range(12):
        await house.passes(minutes=5)

    assert house.asked() == before + 1
    dues = [
        each.due for each in house.small.owed("ask_mailbox") if each.key[-2:] == ":1"
    ]
    own = nights.share(make.AINO, HOUR).total_seconds()
    assert [each % 3600 for each in dues] == [own]
    shares = [nights.share(make.ProfessionalId(each), HOUR) for each in range(1, 1001)]
    assert all(timedelta(0) <= each < HOUR for each in shares)
    minutes = [int(each.total_seconds() // 60) for each in shares]
    assert max(minutes.count(each) for each in range(60)) < 50


async def test_a_mailbox_that_is_closed_keeps_what_is_known_of_it(house: House):
    known = house.small.read(people.mailbox, make.AINO)
    await house.sets("hours", zone="Europe/Lisbon")
    house.running.tenant.switches["mailbox_denied"] = [AINO]
    hour = int(house.small.now.timestamp()) // 3600
    begins = datetime.fromtimestamp(hour * 3600, house.small.now.tzinfo)

    house.small.write(nights.owe_asking, begins - HOUR, house.small.now)
    await house.small.settle_down()

    assert house.small.read(people.mailbox, make.AINO) == known
    (kept,) = [
        each for each in house.small.owed("ask_mailbox") if each.key.endswith(":1")
    ]
    assert kept.outcome == "unread"
