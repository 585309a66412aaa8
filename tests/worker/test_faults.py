"""What the tenant in a box can do to everybody at once, and the house comes through it.

The real worker and the real client, over HTTP.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from booking.calendar import Busy, ShowAs
from booking.health import judge
from booking.model import Slot
from dev_tenant import misbehaviour, server
from graph_sync.graph import View
from graph_sync.microsoft import Limits, Microsoft, TokenSource, World
from teams_app import errands
from teams_app.actions import health
from teams_app.actions.booking import Found
from teams_app.main import commands
from teams_app.main.real import seconds_now
from teams_app.store import calendars, jobs
from teams_app.store import health as rows
from teams_app.worker.keepers import KEEPERS
from tests import make
from tests.graph_sync.outlook import Outlook
from tests.support import tenants, waiting
from tests.support.small_world import POLICY, SmallWorld
from tests.support.wired import AINO, wired
from tests.worker.test_rain import Hurry

BO = "leyla.haddad@lumivaara.example"


class House:
    """A small world whose Graph is the tenant's, and the tricks of its panel."""

    def __init__(
        self, small: SmallWorld, running: server.Running, hurry: Hurry
    ) -> None:
        self.small, self.tenant, self.hurry = small, running.tenant, hurry
        self.url = running.base_url

    def on(self, name: str) -> None:
        misbehaviour.switch_on(self.tenant, misbehaviour.TRICKS[name])

    def struck(self, name: str) -> int:
        trick = misbehaviour.TRICKS[name]
        return misbehaviour.standing(self.tenant, trick).struck

    async def panel(self, **wish: Any) -> Any:
        """Press what the panel has, over HTTP as it does; give what is on."""
        url = f"{self.url}/_tenant/misbehaviour"
        async with ClientSession() as browser, browser.post(url, json=wish) as reply:
            tricks = (await reply.json())["tricks"]
        return [name for name, now in tricks.items() if now["on"]]

    async def check(self, *, fix: bool = False) -> tuple[int, list[str]]:
        """Ask as `check` on the command line does; give how it ends and what it says."""
        small, said = self.small, list[str]()
        app: Any = SimpleNamespace(
            database=small.database,
            world=small.world,
            policy=small.policy,
            clock=small.clock,
        )
        command = commands._Check(app, "en", said.append, "check --fix")
        return await command.run(fix=fix), said

    def quiet(self) -> None:
        misbehaviour.all_quiet(self.tenant)

    def events(self) -> list[Any]:
        return list(self.tenant.mailboxes[self._id(AINO)].events.values())

    def _id(self, mail: str) -> str:
        user = self.tenant.find_user(mail)
        assert user is not None
        return user.id

    def asked(self) -> int:
        """Count what the tenant was asked."""
        return len(self.tenant.journal.entries)

    def signs(self) -> list[str]:
        facts = self.small.read(health.facts, self.small.policy, self.small.now)
        return [sign.name for sign in judge(facts).signs]

    async def once(self) -> None:
        """Let each job that is due be tried once."""
        small = self.small
        worker = small.worker()
        for job in small.write(
            jobs.claim, small.now, limit=20, lease_seconds=60, kinds=[*KEEPERS]
        ):
            await worker._record(job, await worker._outcome(job))


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[House]:
    """Calendars have been read; no token is held, so what becomes of them is seen."""
    hurry, ids = Hurry(), waiting.world().request_id
    world = World(
        sleep=hurry.sleep, request_id=ids, clock=hurry.clock, real=seconds_now
    )
    graph = Microsoft(running.graph_url, tokens, world)
    policy, bo = make.replace(POLICY, sender=AINO), make.bo(mailbox=BO)
    # Here a professional's own mailbox mails clients too.
    granted = running.tenant.scopes["Mail.Send"], running.tenant.scopes["Mail.Read"]
    for scope in granted:
        scope.extend({AINO} - {*scope})
    async with (
        tenants.tokens_of(running) as fresh,
        wired(sqlite_url, graph, bo, policy) as small,
    ):
        for one in (make.AINO, make.BO):
            small.pull(one, anew=True)
        await small.settle_down()
        await graph.aclose()
        limits = Limits(pause=0.01)
        small.graph = Microsoft(running.graph_url, fresh, world, limits=limits)
        small.ahead = small.graph.ahead
        yield House(small, running, hurry)


async def test_a_throttled_app_closes_every_lane_and_uses_up_no_try(house: House):
    small = house.small
    house.tenant.switches["requests_per_app"] = 0
    read = [small.read(calendars.state, who).synced for who in (make.AINO, make.BO)]
    small.clock.advance(minutes=5)
    for who in (make.AINO, make.BO):
        small.pull(who)

    await house.once()

    waits = small.read(rows.throttled)
    assert set(waits) == {f"mailbox:{make.AINO}", f"mailbox:{make.BO}"}
    assert all(8 < seconds <= 10 for seconds in waits.values())

    await small.rest(rounds=60)
    house.quiet()
    house.hurry.seconds += 10
    await small.settle_down()
    assert small.read(jobs.dead_jobs) == []
    again = [small.read(calendars.state, who).synced for who in (make.AINO, make.BO)]
    assert all(now > before for now, before in zip(again, read, strict=True))


@pytest.mark.parametrize("trick", ["gone_with_link", "gone_bare"])
async def test_a_calendar_whose_link_is_gone_is_read_from_end_to_end(
    house: House, running: server.Running, tokens: TokenSource, trick: str
):
    small = house.small
    outlook = Outlook(running.graph_url, tokens)
    before = small.read(calendars.state, make.AINO).delta_link
    house.on(trick)
    kept = await outlook.create(AINO, make.span(30))
    await outlook.aclose()
    small.pull()
    await small.settle_down()
    # What only a round from end to end tells: that one stands, and another does not.
    small.write(calendars.drop_busy, make.AINO, kept)
    ghost = Busy("ghost", make.span(48), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, ghost)
    booked = small.book()
    small.pull()

    await small.settle_down()

    assert house.struck(trick) > 0
    state = small.read(calendars.state, make.AINO)
    assert state.delta_link != before
    assert state.failing_since is None
    rows = {row.event_id for row in small.read(calendars.busy, make.AINO, None)}
    assert rows == {kept, small.link(booked).event_id}


@pytest.mark.parametrize("trick", ["duplicate", "conflict_409", "conflict_412"])
async def test_a_write_refused_as_a_repeat_or_a_conflict_stands_once_in_the_end(
    house: House, trick: str
):
    small = house.small
    house.on(trick)
    house.on("answer_lost")

    booked = small.book()
    await small.settle_down()
    moved = small.move(booked, 24 * 8)
    await small.settle_down()

    assert house.struck(trick) > 0
    house.quiet()
    whole = make.span(0, minutes=60 * 24 * 30)
    (found,) = await small.graph.view([View(AINO, whole)])
    assert [each.when for each in found if each.key == booked.reference] == [moved.span]
    assert small.read(jobs.dead_jobs) == []


async def test_everything_at_once_is_come_through(house: House):
    small = house.small
    misbehaviour.everything(house.tenant)

    booked = small.book()
    small.pull()
    await small.settle_down()

    struck = ("throttled_often", "weather", "conflict_412", "cut", "gone_bare")
    assert [each for each in struck if not house.struck(each)] == []
    house.quiet()
    whole = make.span(0, minutes=60 * 24 * 30)
    (found,) = await small.graph.view([View(AINO, whole)])
    assert [each.when for each in found if each.key == booked.reference] == [
        booked.span
    ]
    assert small.read(jobs.dead_jobs) == []


@asynccontextmanager
async def working(small: SmallWorld) -> AsyncIterator[None]:
    """Have a worker beside, as `serve` has."""
    worker = small.worker()
    running = asyncio.create_task(worker.run())
    yield
    worker.stop()
    await running


async def test_ten_booked_while_everything_misbehaves_are_green_by_the_check(
    house: House,
):
    """The demo's play: all of the panel on, book ten, all off, `check --fix`."""
    small = house.small
    assert len(await house.panel(everything=True)) > 20
    booked = [
        small.book(hours, slot=Slot(whose, make.at(hours)))
        for whose in (make.AINO, make.BO)
        for hours in (24, 25, 26, 28, 29)
    ]
    for whose in (make.AINO, make.BO):
        small.pull(whose)
    await small.settle_down()
    struck = ("throttled_often", "weather", "conflict_412", "late_link", "cut")
    assert [each for each in struck if not house.struck(each)] == []

    assert await house.panel(quiet=True) == []
    for meeting in house.tenant.meetings.values():
        meeting.visible_at = 0.0  # Half a minute has passed.
    small.clock.advance(minutes=2)
    # One thing that only a comparison finds: the mirror has what Outlook has not.
    left = Busy("E99", make.span(48), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, left)
    assert (await house.check())[0] == 1
    async with working(small):
        ends, said = await house.check(fix=True)

    assert (ends, said[-1]) == (0, "All 2 calendars are as they should be.")
    # What was found before may be listed still, as dealt with.
    ends, said = await house.check()
    assert (ends, said[-1]) == (0, "All 2 calendars are as they should be.")
    whole = make.span(0, minutes=60 * 24 * 30)
    seen = await small.graph.view([View(AINO, whole), View(BO, whole)])
    assert sorted((each.key, each.when) for box in seen for each in box) == sorted(
        (each.reference, each.span) for each in booked
    )
    await small.settle_down()
    assert [small.link(each).problem for each in booked] == [None] * 10
    assert all(small.link(each).join_url for each in booked)
    assert small.read(jobs.dead_jobs) == []


@pytest.mark.parametrize(
    ("skew", "said"),
    [(-400, {"clock_ahead"}), (400, {"clock_behind"}), (-60, set())],
)
async def test_a_clock_that_is_off_is_heard_from_what_graph_answers_anyhow(
    house: House, skew: int, said: set[str]
):
    small = house.small
    house.tenant.switches["date_skew"] = skew
    small.pull()
    await small.settle_down()
    asked = house.asked()

    sweep = jobs.Promise("sweep", "sweep", due=small.now, again=True)
    small.write(jobs.promise, sweep)
    await small.settle_down()

    assert {each for each in house.signs() if each.startswith("clock")} == said
    assert house.asked() == asked, "nothing was asked for it"
    small.clock.advance(hours=2)
    assert not [each for each in house.signs() if each.startswith("clock")]


async def test_an_ended_secret_is_said_in_one_line_and_everything_waits(house: House):
    small = house.small
    house.on("secret_ended")
    booked = small.book()
    for who in (make.AINO, make.BO):
        small.pull(who)

    await small.rest(rounds=60)
    state = small.read(calendars.state, make.AINO)
    assert state.last_error == "TokenRefused"
    assert {each.error for each in small.owed("calendar")} == {"TokenRefused"}
    small.clock.advance(hours=1)
    assert "shut_out" in house.signs()
    assert small.read(jobs.dead_jobs) == []

    house.quiet()
    await small.settle_down()
    assert small.link(booked).event_id
    assert "shut_out" not in house.signs()


async def test_consent_withdrawn_is_known_of_every_calendar_from_the_first_refusal(
    house: House,
):
    small = house.small
    house.on("shut_out")

    found = await errands.look(small.world, make.AINO, make.span(24))
    await small.rest(rounds=20)

    assert found is Found.UNKNOWN
    assert "shut_out" in house.signs()
    states = [small.read(calendars.state, each) for each in (make.AINO, make.BO)]
    assert [each.last_error for each in states] == ["Forbidden"] * 2


async def test_without_a_token_endpoint_everything_waits_and_then_goes_on(house: House):
    small = house.small
    house.on("no_tokens")
    booked = small.book()

    await small.rest(rounds=6)
    assert house.struck("no_tokens") > 0
    assert not house.events()
    assert small.read(jobs.dead_jobs) == []

    house.quiet()
    await small.settle_down()
    assert small.link(booked).event_id
