"""Our event is made, and deleted in Outlook before we have heard that it was made."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from booking.views.cards import ConflictKind
from graph_sync.graph import Put
from teams_app.actions import events
from teams_app.store import appointments, calendars, conflicts, jobs
from teams_app.store.database import Tx
from teams_app.worker import sync
from tests import make
from tests.support.handing import HERS
from tests.support.small_world import SmallWorld


async def round_read(small: SmallWorld) -> None:
    small.pull()
    for job in small.write(
        jobs.claim, small.now, limit=5, lease_seconds=60, kinds=["pull"]
    ):
        await sync.pull(small.world, job)
        small.write(jobs.finish, job, "read")


@pytest.mark.parametrize("deleted", [True, False])
@pytest.mark.parametrize("told", [True, False])
async def test_a_round_read_before_the_answer_swallows_no_deletion(
    small: SmallWorld, *, deleted: bool, told: bool
):
    booked = small.book(24)
    plain = small.graph.put

    async def slow(writes: Sequence[Put]) -> Any:
        small.graph.put = plain
        answers = await plain(writes)
        if not told:
            await round_read(small)  # Graph tells of it once, and then of its end
        if deleted:
            small.graph.remove(HERS, answers[0].event.id)
        await round_read(small)
        return answers

    small.graph.put = slow
    await small.settle_down()

    asked = [each.kind for each in small.read(conflicts.open_for, make.AINO)]
    assert asked == ([ConflictKind.DELETED] if deleted else [])
    assert (small.link(booked).event_id is None) == deleted
    assert len(small.graph.box(HERS)) == (0 if deleted else 1)


async def test_a_round_that_is_being_laid_is_waited_for(small: SmallWorld):
    """Of two at the same moment, neither knowing of the other, nobody would look again."""
    booked = small.book(24)
    plan = small.write(events.plan, booked.id, make.AINO, small.policy, small.now)
    (made,) = small.write(
        jobs.claim, small.now, limit=5, lease_seconds=60, kinds=["calendar"]
    )
    small.write(jobs.finish, made, "written")
    (answer,) = await small.graph.put([plan.step])
    begun, done = threading.Event(), threading.Event()

    def lay(tx: Tx) -> None:
        appointments.lock(tx, make.AINO)
        link = calendars.link(tx, booked.id, make.AINO)
        begun.set()
        done.wait(0.5)
        assert link is not None
        events.overtake(tx, link, small.now)

    laying = asyncio.get_running_loop().run_in_executor(None, small.write, lay)
    await asyncio.to_thread(begun.wait)
    writing = asyncio.to_thread(
        small.write, events.written, plan, answer.event, small.now
    )
    await asyncio.gather(laying, writing)

    looks = [each for each in small.owed("calendar") if each.open]
    assert len(looks) == 1, "what became of the event meanwhile"
