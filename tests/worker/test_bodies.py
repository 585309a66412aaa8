"""What she does to the body of our event in Outlook, over the wire, on both databases.

What the appointment lives by comes back: our words, and the way into the meeting. What
she has added stays as she left it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.calendar import Event
from booking.differences import Kind
from booking.events import join_block
from booking.model import Appointment, Slot
from booking.views.cards import Truth
from dev_tenant import server
from graph_sync.graph import Unavailable, Written
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app import errands
from teams_app.actions import conflicts as answers
from teams_app.actions import records
from teams_app.store import conflicts
from teams_app.worker import checking
from tests import make
from tests.graph_sync.outlook import Outlook, times
from tests.support import waiting
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, wired

NOTE = "<p>Oma muistiinpano</p>"


@dataclass
class Desk:
    """An appointment in her real calendar, and her hands in Outlook."""

    small: SmallWorld
    hands: Outlook
    booked: Appointment

    @property
    def id(self) -> str:
        return str(self.small.link(self.booked).event_id)

    async def event(self) -> Event:
        return await self.small.graph.event(AINO, self.id)

    async def writes(self, content: str, **more: object) -> None:
        """She writes over the body, and perhaps more; nobody hears of it yet."""
        body = {"contentType": "html", "content": content}
        await self.hands.change(AINO, self.id, body=body, **more)

    async def read(self) -> Event:
        self.small.pull()
        await self.small.settle_down()
        return await self.event()

    async def found(self) -> list[Kind]:
        compared = await checking.compared(self.small.world, make.AINO)
        return sorted(each.kind for each in compared.found)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    running: server.Running, tokens: TokenSource, database_url: str
) -> AsyncIterator[Desk]:
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    hands = Outlook(running.graph_url, tokens)
    async with wired(database_url, graph) as small:
        booked = small.book()
        small.pull(anew=True)
        await small.settle_down()
        yield Desk(small, hands, booked)
    await hands.aclose()


def says_what_it_is(event: Event, desk: Desk) -> bool:
    return desk.booked.reference in (event.body or "")


def leads_in(event: Event, desk: Desk) -> bool:
    """Whether body, event and our link name one and the same meeting."""
    known = desk.small.link(desk.booked).join_url
    block = join_block(event.body or "", event.join_url)
    return event.online and block is not None and event.join_url == known


async def test_an_emptied_body_is_written_again_with_a_meeting(desk: Desk):
    await desk.writes("")
    assert not (await desk.event()).online

    after = await desk.read()

    assert says_what_it_is(after, desk)
    assert leads_in(after, desk)
    assert await desk.found() == []


async def test_our_words_come_back_over_the_meeting_that_was(desk: Desk):
    before = await desk.event()
    block = join_block(before.body or "", before.join_url)
    await desk.writes(str(block))

    after = await desk.read()

    assert says_what_it_is(after, desk)
    assert leads_in(after, desk)
    assert after.join_url == before.join_url


async def test_a_note_in_place_of_the_join_block_stays_beside_a_new_one(desk: Desk):
    await desk.writes(NOTE)

    after = await desk.read()

    assert NOTE in (after.body or "")
    assert leads_in(after, desk)
    assert await desk.found() == []


async def test_what_she_adds_of_her_own_is_left_alone(desk: Desk):
    body = (await desk.event()).body or ""
    hers = {"categories": ["Asiakas"], "isReminderOn": False}
    await desk.writes(body.replace("<body>", f"<body>{NOTE}"), **hers)
    before = await desk.event()

    assert await desk.read() == before
    assert NOTE in (before.body or "")
    assert leads_in(before, desk)
    assert await desk.found() == []


@pytest.mark.parametrize("content", ["", NOTE])
async def test_what_nobody_heard_of_is_set_right_by_the_nightly_check(
    desk: Desk, content: str
):
    await desk.writes(content)
    small = desk.small
    compared = await checking.compared(small.world, make.AINO)
    assert [each.kind for each in compared.found] == [Kind.DAMAGED]

    await checking.mend(small.world, compared)
    await small.settle_down()

    assert leads_in(await desk.event(), desk)
    assert await desk.found() == []


async def test_what_is_damaged_in_a_moved_event_is_put_right_with_the_answer(
    desk: Desk,
):
    small = desk.small
    await desk.writes("", subject="Palaveri", **times(make.span(26)))
    await desk.read()
    (question,) = small.read(conflicts.open_for, make.AINO)
    assert question.moved_to == make.span(26)
    assert not says_what_it_is(await desk.event(), desk)

    small.write(answers.put_back, question, small.now)
    await small.settle_down()

    after = await desk.event()
    assert after.when == desk.booked.span
    assert desk.booked.reference in (after.subject or "")
    assert says_what_it_is(after, desk)
    assert leads_in(after, desk)


async def test_what_is_put_right_takes_nothing_along_that_is_hers(desk: Desk):
    room = {"displayName": "Huone 4"}
    await desk.writes("", subject="Palaveri", location=room, sensitivity="private")

    after = await desk.read()

    assert desk.booked.reference in (after.subject or "")
    assert says_what_it_is(after, desk)
    assert (after.location, after.sensitivity) == ("Huone 4", "private")


async def test_what_was_lost_just_before_our_own_write_comes_back_too(desk: Desk):
    """Our change is answered with the event as it is: no page will tell of it again."""
    await desk.writes(NOTE)
    small = desk.small
    to = make.span(28).start
    came = await errands.move(
        small.world,
        small.appointment(desk.booked.id),
        Slot(make.AINO, to),
        version=desk.booked.version,
        by=Actor.PROFESSIONAL,
    )
    assert isinstance(came, Appointment), came
    await small.settle_down()

    after = await desk.event()

    assert leads_in(after, desk)
    assert NOTE in (after.body or "")
    assert await desk.found() == []


async def test_a_meeting_refused_at_first_is_had_within_a_minute_of_its_being_allowed(
    running: server.Running, tokens: TokenSource, database_url: str
):
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    running.tenant.switches["no_online_meeting"] = ["*"]
    async with wired(database_url, graph) as small:
        booked = small.book()
        for _ in range(6):
            await small.settle_down()
            small.clock.advance(minutes=1)
        assert small.read(records.truths, booked).in_outlook is Truth.NO_LINK

        running.tenant.switches.clear()
        await small.settle_down()

        event = await graph.event(AINO, str(small.link(booked).event_id))
        assert event.online
        assert small.link(booked).join_url == event.join_url
        assert small.read(records.truths, booked).in_outlook is Truth.DONE


async def test_what_was_lost_before_graph_answered_to_the_making_comes_back(
    running: server.Running, tokens: TokenSource, database_url: str
):
    """The first answer was lost; the repeat is answered with what stands there."""
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    hands = Outlook(running.graph_url, tokens)
    put = graph.put

    async def overheard(writes):
        (answer,) = await put(writes)
        if isinstance(answer, Written) and not overheard.done:
            overheard.done = True
            body = {"contentType": "html", "content": NOTE}
            await hands.change(AINO, answer.event.id, body=body)
            raise Unavailable("the answer was lost")
        return [answer]

    overheard.done = False
    graph.put = overheard
    async with wired(database_url, graph) as small:
        booked = small.book()
        for _ in range(7):  # for so long a meeting is waited for that comes late
            await small.settle_down()
            small.clock.advance(minutes=6)

        after = await graph.event(AINO, str(small.link(booked).event_id))
        assert leads_in(after, Desk(small, hands, booked))
        assert overheard.done
    await hands.aclose()
