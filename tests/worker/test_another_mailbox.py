"""Her mailbox is another than it was: restored, with new ids, or at another address.

Nothing of it is anybody's doing in Outlook, so nobody is asked, nothing stands twice, and
until what there is has been read nothing of hers is offered.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from booking.availability import Search
from booking.calendar import Page
from booking.model import Appointment, Modality
from booking.spans import Span
from graph_sync.graph import Gone
from teams_app.actions import setup
from teams_app.store import calendars
from tests import make
from tests.support.handing import HERS, heard, questions, standing
from tests.support.small_world import SmallWorld
from tests.support.waiting import until

NEW = "uusi@lumivaara.example"
HOURS = (24, 25, 26, 27, 28, 48, 49, 50)


async def many(small: SmallWorld) -> list[Appointment]:
    return [await standing(small, each) for each in HOURS]


def renamed(small: SmallWorld) -> None:
    small.write(setup.put_professional, make.a_professional(mailbox=NEW), small.now)


def slow(small: SmallWorld) -> None:
    """Let Graph be slow to say that an event is gone; whatever else is owed is not."""
    quick = small.graph.event

    async def event(mailbox: str, event_id: str):
        if event_id not in small.graph.box(mailbox):
            await asyncio.sleep(0.15)  # noqa: TID251
        return await quick(mailbox, event_id)

    small.graph.event = event


def is_settled(small: SmallWorld, booked: list[Appointment], box: str) -> None:
    """Check that each appointment has its event in the box, and that nobody is asked."""
    events = {each.key: each.id for each in small.graph.ours(box)}
    assert len(small.graph.ours(box)) == len(booked)
    for each in booked:
        assert small.link(each).event_id == events[each.reference]
        assert [how for _, how in questions(small, each) if how is None] == []


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("slowly", [True, False])
async def test_restored_its_events_have_other_ids_and_are_the_same(
    small: SmallWorld, *, anew: bool, slowly: bool
):
    booked = await many(small)
    for event in small.graph.ours(HERS):
        small.graph.remove(HERS, event.id)
        again = replace(event, id=f"R{event.id}", change_key=f"r{event.change_key}")
        small.graph._keep(HERS, again)
    if slowly:
        slow(small)

    small.pull(make.AINO, anew=anew)
    await small.settle_down()

    is_settled(small, booked, HERS)


@pytest.mark.parametrize("slowly", [True, False])
async def test_its_content_moved_along_to_another_address(
    small: SmallWorld, *, slowly: bool
):
    booked = await many(small)
    for event in small.graph.ours(HERS):
        there = replace(event, id=f"N{event.id}", change_key=f"n{event.change_key}")
        small.graph._keep(NEW, there)
    if slowly:
        slow(small)

    renamed(small)
    await small.settle_down()

    is_settled(small, booked, NEW)


async def test_another_one_without_our_events_gets_them_and_nobody_is_asked(
    small: SmallWorld,
):
    booked = await many(small)
    small.graph.add(NEW, make.span(30))

    renamed(small)
    await small.settle_down()

    is_settled(small, booked, NEW)
    assert all(questions(small, each) == [] for each in booked)


async def test_the_same_one_under_another_address(small: SmallWorld):
    booked = await many(small)
    small.graph.boxes[NEW] = small.graph.boxes[HERS]
    small.graph.told[NEW] = small.graph.told[HERS]

    renamed(small)
    await small.settle_down()

    is_settled(small, booked, NEW)
    assert len(small.graph.puts) == len(booked)


async def test_a_round_over_the_old_address_changes_nothing_any_more(
    small: SmallWorld,
):
    small.graph.add(HERS, make.span(24))
    small.graph.add(NEW, make.span(30))
    quick, may_go_on = small.graph.changes, asyncio.Event()
    reading: list[str] = []

    async def changes(
        mailbox: str, window: Span, link: str | None
    ) -> AsyncIterator[Page]:
        reading.append(mailbox)
        async for page in quick(mailbox, window, link):
            if mailbox == HERS:
                await may_go_on.wait()
            yield replace(page, link=page.link and f"{page.link}:{mailbox}")

    small.graph.changes = changes
    small.pull()
    worker = small.worker()
    running = asyncio.create_task(worker.run())
    await until(lambda: reading == [HERS])
    renamed(small)
    worker.wake()
    await until(lambda: NEW in reading)
    may_go_on.set()
    worker.stop()
    await running

    link = small.read(calendars.state, make.AINO).delta_link
    assert link is not None
    assert link.endswith(NEW)
    (row,) = small.read(calendars.busy, make.AINO, None)
    assert row.when == make.span(30)


async def test_an_address_that_leads_nowhere_offers_nothing(small: SmallWorld):
    await heard(small, make.AINO)

    async def nowhere(*_about: object) -> None:
        raise Gone("ErrorInvalidUser")

    small.graph.mailbox = nowhere
    renamed(small)
    await small.settle_down()
    small.clock.advance(minutes=10)
    await heard(small, make.AINO)

    state = small.read(calendars.state, make.AINO)
    assert state.synced is None
    assert state.failing_since is not None
    search = Search(small.service, Modality.REMOTE, small.now)
    hers = [
        slot
        for slot in small.world.index().free(search)
        if slot.professional == make.AINO
    ]
    assert hers == []
