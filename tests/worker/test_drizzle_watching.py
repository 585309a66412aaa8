"""The drizzle over reading calendars and being told of changes: first, again, for good.

See `test_drizzle.py`, of the engines too.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from graph_sync.subscriptions import Lifecycle, Notice
from teams_app.actions import notices, subscribing
from teams_app.store import calendars, health, people
from teams_app.worker import checking
from tests import make
from tests.support.agreeing import BOX, agree, events, mirror_is_outlook
from tests.support.drizzling import EACH_WAY, Rain, Way, drizzle
from tests.support.handing import original, standing
from tests.support.small_world import SmallWorld

HOOK = "https://aika.example/hooks/graph"


@pytest.fixture
def watching(small: SmallWorld) -> SmallWorld:
    """Give a world in which one calendar is watched."""
    small.policy = replace(small.policy, notice_url=HOOK)
    small.write(people.save_professional, make.bo(bookable=False))
    return small


async def looked_after(small: SmallWorld) -> calendars.CalendarState:
    """Let the look of every hour end what an answer lost has left at Graph.

    One calendar is watched then by one subscription, whose secret we hold.
    """
    small.write(subscribing.owe_look, small.now)
    await small.settle_down()
    small.clock.advance(minutes=2)
    await small.settle_down()
    state: calendars.CalendarState = small.read(calendars.state, make.AINO)
    assert list(small.graph.subscribed) == [state.subscription_id]
    assert small.graph.secrets[state.subscription_id] == state.subscription_secret
    there = small.graph.subscribed[state.subscription_id]
    assert there.expires == state.subscription_expires
    assert small.read(health.dead) == []
    return state


@EACH_WAY
async def test_read_and_watched_for_the_first_time_in_the_drizzle(
    watching: SmallWorld, way: Way
):
    small = watching

    async def run(rain: Rain) -> None:
        state = small.read(calendars.state, make.AINO)
        small.graph.subscribed.clear()
        fresh = replace(
            state, delta_link=None, window=None, synced=None, subscription_id=None
        )
        small.write(calendars.save_state, fresh)
        small.graph.add(BOX, make.span(rain.hours))
        rain.begins()
        small.pull()
        await rain.passes()
        state = await looked_after(small)
        assert state.synced is not None
        mirror_is_outlook(small)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.subscribe", "graph.mailbox", "graph.changes"}


@EACH_WAY
async def test_renewed_in_the_drizzle(watching: SmallWorld, way: Way):
    small = watching

    async def run(rain: Rain) -> None:
        small.write(subscribing.owe_look, small.now)
        await small.settle_down()
        state = small.read(calendars.state, make.AINO)
        soon = small.now + timedelta(hours=2)
        name = state.subscription_id
        there = replace(small.graph.subscribed[name], expires=soon)
        small.graph.subscribed[name] = there
        small.write(calendars.save_state, replace(state, subscription_expires=soon))
        rain.begins()
        small.write(subscribing.owe_look, small.now)
        await rain.passes()
        after = await looked_after(small)
        assert after.subscription_id == name
        assert after.subscription_expires > soon

    assert await drizzle(small, run, way) >= {"graph.subscriptions", "graph.renew"}


@pytest.mark.parametrize(
    "what", [Lifecycle.REAUTHORIZE, Lifecycle.REMOVED, Lifecycle.MISSED]
)
@EACH_WAY
async def test_a_lifecycle_notice_in_the_drizzle(
    watching: SmallWorld, what: Lifecycle, way: Way
):
    """What changed while nobody was told of it is read all the same."""
    small = watching

    async def run(rain: Rain) -> None:
        small.write(subscribing.owe_look, small.now)
        await small.settle_down()
        state = small.read(calendars.state, make.AINO)
        name, secret = state.subscription_id, state.subscription_secret
        if what is Lifecycle.REMOVED:
            del small.graph.subscribed[name]
        small.graph.add(BOX, make.span(rain.hours))
        renewed = len(small.graph.renewed)
        rain.begins()
        given = [Notice(name, secret, lifecycle=what)]
        small.write(notices.take, given, small.now)
        await rain.passes()
        state = small.read(calendars.state, make.AINO)
        assert state.subscription_id in small.graph.subscribed
        after = await looked_after(small)
        assert (after.subscription_id == name) is (what is not Lifecycle.REMOVED)
        if what is Lifecycle.REAUTHORIZE:
            assert len(small.graph.renewed) > renewed
        mirror_is_outlook(small)

    assert await drizzle(small, run, way)


@EACH_WAY
async def test_compared_and_set_right_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        before = original(small, booked)
        small.graph.change(BOX, before.id, subject="Tärkeä")
        small.graph.told[BOX] = []
        state = small.read(calendars.state, make.AINO)
        small.write(calendars.save_state, replace(state, delta_link="delta:0"))

        async def check() -> bool:
            # Whoever asks for it sees the failure, and asks again.
            try:
                compared = await checking.compared(small.world, make.AINO)
                await checking.mend(small.world, compared)
            except Exception:  # noqa: BLE001
                return False
            return True

        rain.begins()
        await rain.pressed(check, bool)
        assert not (await checking.compared(small.world, make.AINO)).found
        agree(small, booked)
        assert [box for box, _ in events(small, booked)] == [BOX]
        assert original(small, booked).subject == before.subject

    assert await drizzle(small, run, way)
