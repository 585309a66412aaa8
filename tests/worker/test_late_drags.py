"""Dragged to a colleague when the client may be waiting already, over the wire.

The original is deleted by then, and with it, for all we know, its meeting: Graph puts
nothing back. Whoever waits must find a meeting that stands under her link.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from booking.calendar import Event
from booking.meetings import thread_of
from booking.model import Appointment
from booking.views.cards import ConflictKind
from booking.wording import text
from dev_tenant import server
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app.actions import handovers
from teams_app.actions.handovers import Reply
from teams_app.actions.records import whole
from teams_app.errands import take_over
from teams_app.store import conflicts, copies
from tests import make
from tests.graph_sync.outlook import Outlook, times
from tests.support import waiting
from tests.support.handing import trust
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, SENDER, wired

BO = "leyla.haddad@lumivaara.example"
TWENTY = timedelta(minutes=20)


@dataclass
class Late:
    """An appointment of Aino's that begins soon, and a supervisor's hands."""

    small: SmallWorld
    running: server.Running
    outlook: Outlook
    booked: Appointment
    meeting: str  #: Where it leads that the client has opened.

    async def drag(self, way: str = "hand", *, start: timedelta = TWENTY) -> None:
        """Let it be dragged so long before it begins, and be heard of."""
        self.small.clock.set(self.booked.span.start - start)
        event = await self.small.graph.event(AINO, self.id)
        if way == "hand":
            await self.by_hand("hand", id=event.id, to=BO)
        else:
            body = {"contentType": "html", "content": event.body}
            said = {"subject": event.subject, "body": body, **times(self.booked.span)}
            await self.outlook.ask("POST", f"/users/{BO}/events", said)
            await self.outlook.remove(AINO, event.id)
        await self.heard()

    async def by_hand(self, act: str, **said: Any) -> None:
        url = f"{self.running.base_url}/_tenant/outlook/{act}"
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(url, json={"user": AINO, **said})
        assert answer.is_success, answer.text

    async def heard(self) -> None:
        for each in (make.AINO, make.BO):
            self.small.pull(each)
            await self.small.settle_down()

    @property
    def id(self) -> str:
        return str(self.small.link(self.now).event_id)

    @property
    def now(self) -> Appointment:
        return self.small.appointment(self.booked.id)

    @property
    def leads_to(self) -> str:
        """Give where her link leads now."""
        return str(self.small.read(whole, self.now).join_url)

    async def stands(self, meeting: str) -> bool:
        url = f"{self.running.base_url}/_tenant/meetings/{thread_of(meeting)}"
        async with httpx.AsyncClient(trust_env=False) as http:
            return bool((await http.get(url)).json()["stands"])

    async def events(self, mailbox: str) -> list[Event]:
        user = self.running.tenant.find_user(mailbox)
        assert user is not None
        asked = await self.outlook.ask("GET", f"/users/{mailbox}/events")
        return [
            await self.small.graph.event(mailbox, each["id"]) for each in asked["value"]
        ]

    def told(self) -> list[str]:
        """Give the subjects of what the client has been mailed."""
        user = self.running.tenant.find_user(SENDER)
        assert user is not None
        box = self.running.tenant.mailboxes[user.id]
        had = [each.data["subject"] for each in box.messages]
        assert had.pop(0) == subject("booked")
        return [each for each in had if each != subject("reminder")]

    def opened(self) -> None:
        self.small.write(copies.join_opened, self.booked.id, self.small.now)

    def asked(self) -> list[str]:
        found = self.small.read(conflicts.open_of, self.booked.id)
        return [each.kind.value for each in found]

    def reply(self) -> Reply:
        (question,) = self.small.read(conflicts.open_of, self.booked.id)
        assert question.kind is ConflictKind.COPIED
        return Reply(question.id, question.version, make.bo().object_id)


@pytest_asyncio.fixture(loop_scope="session")
async def late(
    running: server.Running, tokens: TokenSource, database_url: str
) -> AsyncIterator[Late]:
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    outlook = Outlook(running.graph_url, tokens)
    async with wired(database_url, graph, make.bo(mailbox=BO)) as small:
        booked = small.book()
        for who in (make.AINO, make.BO):
            small.pull(who, anew=True)
        await small.settle_down()
        made = Late(small, running, outlook, booked, "")
        made.meeting = made.leads_to
        assert await made.stands(made.meeting)
        yield made
    await outlook.aclose()


def subject(kind: str) -> str:
    return text("fi", f"messages.{kind}.subject")


@pytest.mark.parametrize("way", ["hand", "graph"])
async def test_trusted_it_is_handed_over_and_she_is_told_to_open_her_link_again(
    late: Late, way: str
):
    trust(late.small)

    await late.drag(way)

    assert late.now.professional == make.BO
    assert not await late.stands(late.meeting)
    assert await late.stands(late.leads_to)
    assert late.leads_to != late.meeting
    assert late.told() == [subject("handed_new_meeting")]
    assert len(await late.events(BO)) == 1


async def test_asked_about_another_meeting_stands_at_once_and_is_then_kept(late: Late):
    late.opened()

    await late.drag()

    # Nobody has answered yet, and she waits in a meeting that is gone.
    assert (late.now.professional, late.asked()) == (make.AINO, ["copied"])
    meeting = late.leads_to
    assert meeting != late.meeting
    assert await late.stands(meeting)
    assert late.told() == [subject("new_meeting")]

    await take_over(late.small.world, late.reply())
    await late.heard()

    assert (late.now.professional, late.leads_to) == (make.BO, meeting)
    assert await late.stands(meeting)
    (his,) = await late.events(BO)
    assert meeting in (his.body or "")
    assert late.told() == [subject("new_meeting"), subject("handed_over")]

    late.small.clock.set(late.booked.span.end + timedelta(minutes=1))
    await late.heard()
    assert await late.events(AINO) == []
    assert [each.id for each in await late.events(BO)] == [his.id]


async def test_left_where_it_was_her_event_is_there_already(late: Late):
    late.opened()
    await late.drag("graph")
    (hers,) = await late.events(AINO)

    late.small.write(handovers.leave, late.reply(), late.small.now)
    await late.heard()

    assert [each.id for each in await late.events(AINO)] == [hers.id]
    assert await late.events(BO) == []
    assert late.asked() == []


async def test_who_has_not_opened_her_link_is_told_nothing_before_somebody_answers(
    late: Late,
):
    await late.drag()

    assert await late.stands(late.leads_to)
    assert late.told() == []


async def test_what_is_deleted_once_more_is_not_made_again(late: Late):
    await late.drag()
    await late.outlook.remove(AINO, late.id)

    await late.heard()

    assert await late.events(AINO) == []
    assert late.asked() == ["copied"]


async def test_dragged_earlier_it_is_made_anew_once_she_may_be_on_her_way(late: Late):
    await late.drag(start=timedelta(hours=2))
    assert await late.events(AINO) == []

    late.small.clock.set(late.booked.span.start - timedelta(minutes=29))
    await late.small.settle_down()

    assert late.asked() == ["copied"]
    assert await late.stands(late.leads_to)


async def test_after_the_start_she_is_told_too(late: Late):
    trust(late.small)

    await late.drag(start=timedelta(minutes=-5))

    assert late.now.professional == make.BO
    assert await late.stands(late.leads_to)
    assert late.told() == [subject("new_meeting")]
