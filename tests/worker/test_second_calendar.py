"""Our event taken into another calendar of hers: docs/decisions/one-calendar.md.

She is asked as about a deletion; and whatever she answers, in the end there is one event
of the appointment or none, in whichever of her calendars. Over the wire.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.model import Appointment
from booking.views.cards import ConflictKind
from dev_tenant import server
from dev_tenant.graph import store
from dev_tenant.tenant import Event, Mailbox
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app.actions import conflicts as answers
from teams_app.actions import copying, handovers
from teams_app.actions.handovers import Order
from teams_app.store import conflicts, copies, jobs
from teams_app.worker import checking
from tests import make
from tests.graph_sync.outlook import Outlook
from tests.support import waiting
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, wired

BO = "leyla.haddad@lumivaara.example"


@dataclass
class Shelf:
    small: SmallWorld
    running: server.Running
    outlook: Outlook
    booked: Appointment

    def box(self, mailbox: str = AINO) -> Mailbox:
        user = self.running.tenant.find_user(mailbox)
        assert user is not None
        return self.running.tenant.mailboxes[user.id]

    def events(self, mailbox: str = AINO) -> list[Event]:
        return list(self.box(mailbox).events.values())

    async def moved(self) -> Event:
        """Let her drag our event into another calendar, and have it heard."""
        (event,) = self.events()
        name = {"name": "Toinen"}
        made = await self.outlook.ask("POST", f"/users/{AINO}/calendars", name)
        self.put(event, made["id"])
        await self.hear()
        return event

    def put(self, event: Event, calendar: str | None) -> None:
        box = self.box()
        store.move(self.running.tenant, box, event, store.calendar_of(box, calendar))

    async def hear(self) -> None:
        self.small.pull()
        await self.small.settle_down()

    def answer(self, how: str, **more: Any) -> None:
        (question,) = self.small.read(conflicts.open_for, make.AINO)
        assert question.kind is ConflictKind.DELETED
        self.small.write(getattr(answers, how), question, self.small.now, **more)

    async def is_settled(self, mailbox: str = AINO) -> None:
        """See that nothing is left but one event, in the primary calendar."""
        await self.small.settle_down()
        await self.hear()
        assert self.small.read(conflicts.open_of, self.booked.id) == []
        assert self.small.read(copies.of_appointment, self.booked.id) == []
        (event,) = self.events(mailbox)
        assert event.calendar == self.box(mailbox).default_calendar.id
        compared = await checking.compared(self.small.world, make.AINO)
        assert compared.found == frozenset()


@pytest_asyncio.fixture(loop_scope="session")
async def shelf(
    running: server.Running, tokens: TokenSource, database_url: str
) -> AsyncIterator[Shelf]:
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    outlook = Outlook(running.graph_url, tokens)
    async with wired(database_url, graph, make.bo(mailbox=BO)) as small:
        booked = small.book()
        for each in (make.AINO, make.BO):
            small.pull(each, anew=True)
        await small.settle_down()
        made = Shelf(small, running, outlook, booked)
        yield made
        others = made.box().calendars
        others[:] = [each for each in others if each is made.box().default_calendar]
    await outlook.aclose()


async def test_put_back_it_stands_once_in_the_calendar_that_counts(shelf: Shelf):
    event = await shelf.moved()
    assert shelf.events() == [event]

    shelf.answer("restore")

    await shelf.is_settled()
    assert event not in shelf.events()


async def test_cancelled_it_stands_nowhere(shelf: Shelf):
    await shelf.moved()

    shelf.answer("cancel")
    await shelf.small.settle_down()

    assert shelf.events() == []


async def test_handed_to_a_colleague_it_stands_with_him_alone(shelf: Shelf):
    await shelf.moved()
    order = Order(
        shelf.booked, make.BO, shelf.booked.span, Actor.PROFESSIONAL, "staff:x"
    )

    shelf.small.write(handovers.carry_out, order, shelf.small.now)

    await shelf.is_settled(BO)
    assert shelf.events() == []


async def test_taken_back_by_hand_the_question_answers_itself(shelf: Shelf):
    event = await shelf.moved()

    shelf.put(event, None)
    await shelf.hear()

    await shelf.is_settled()
    assert shelf.events() == [event]


async def test_looked_at_before_she_answers_it_is_still_known_afterwards(shelf: Shelf):
    await shelf.moved()
    (known,) = shelf.small.read(copies.of_appointment, shelf.booked.id)
    look = copying.look(make.AINO, known.event_id, shelf.small.now)
    shelf.small.write(jobs.promise, look)
    await shelf.small.settle_down()

    shelf.answer("restore")

    await shelf.is_settled()


async def test_what_lies_there_still_hides_no_deletion(shelf: Shelf):
    """It could not be removed yet, and the one made anew is deleted too."""
    await shelf.moved()
    (known,) = shelf.small.read(copies.of_appointment, shelf.booked.id)
    shelf.answer("restore")
    await shelf.is_settled()
    shelf.small.write(copies.save, known)

    await shelf.outlook.remove(AINO, shelf.small.link(shelf.booked).event_id)
    await shelf.hear()

    (question,) = shelf.small.read(conflicts.open_for, make.AINO)
    assert question.kind is ConflictKind.DELETED


@pytest.mark.parametrize("again", [False, True])
async def test_until_she_answers_it_is_left_where_it_is(shelf: Shelf, *, again: bool):
    event = await shelf.moved()

    shelf.small.pull(anew=again)
    await shelf.small.settle_down()

    assert shelf.events() == [event]
    (question,) = shelf.small.read(conflicts.open_for, make.AINO)
    assert question.kind is ConflictKind.DELETED
