"""What is proved elsewhere with lists for Graph, held against the tenant over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from booking.availability import Search
from booking.calendar import Event
from booking.health import judge
from booking.model import Appointment, Modality, ProfessionalId, Status
from booking.spans import Span
from booking.views.cards import ConflictKind
from booking.wording import text
from cards import verbs
from dev_tenant import server
from graph_sync.microsoft import Limits, Microsoft, TokenSource
from teams_app.actions import doubts, health
from teams_app.actions.access import Claims, person
from teams_app.bot import presses
from teams_app.bot.buttons import Press
from teams_app.store import calendars, conflicts, deliveries
from teams_app.store.calendars import CalendarState
from teams_app.store.conflicts import Conflict
from tests import make
from tests.graph_sync.outlook import Outlook, times
from tests.support import waiting
from tests.support.small_world import TENANT, SmallWorld
from tests.support.wired import AINO, POSTS, wired

BO = "leyla.haddad@lumivaara.example"
#: Who presses on Aino's card.
HERS = make.a_professional().object_id


@dataclass
class House:
    small: SmallWorld
    running: server.Running
    outlook: Outlook

    @property
    def switches(self) -> dict[str, Any]:
        return self.running.tenant.switches

    async def booked(self, hours: float = 24) -> Appointment:
        made = self.small.book(hours)
        await self.small.settle_down()
        return made

    async def hear(self, *who: ProfessionalId) -> None:
        for each in who or (make.AINO, make.BO):
            self.small.pull(each)
        await self.small.settle_down()

    def asked(self) -> list[Conflict]:
        found: list[Conflict] = self.small.read(conflicts.open_for, make.AINO)
        return found

    def said(self, booked: Appointment) -> list[str]:
        every = self.small.read(deliveries.of_appointment, booked.id)
        return [each.news for each in every]

    def state(self, who: ProfessionalId = make.AINO) -> CalendarState:
        found: CalendarState = self.small.read(calendars.state, who)
        return found

    async def events(self, mailbox: str) -> list[Event]:
        asked = await self.outlook.ask("GET", f"/users/{mailbox}/events")
        return [
            await self.small.graph.event(mailbox, each["id"]) for each in asked["value"]
        ]

    def offered(self, who: ProfessionalId) -> list[datetime]:
        search = Search(self.small.service, Modality.REMOTE, self.small.now)
        found = self.small.world.index().free(search, 4000)
        return [slot.start for slot in found if slot.professional == who]

    async def press_hand(self) -> Any:
        """Press *hand to a colleague* on Aino's card, with Bo chosen."""
        (question,) = self.asked()
        who = self.small.read(person, Claims(TENANT, HERS))
        given = {"conflict": str(question.id), "version": str(question.version)}
        given["colleague"] = str(make.BO)
        press = Press(verbs.CONFLICT_HAND, given, who, self.small.aino, "M99")
        shown = await presses.answer(self.small.world, press)
        await self.hear()
        return shown


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[House]:
    limits = Limits(pause=0.01)
    graph = Microsoft(running.graph_url, tokens, waiting.world(), limits=limits)
    outlook = Outlook(running.graph_url, tokens)
    async with wired(sqlite_url, graph, make.bo(mailbox=BO)) as small:
        made = House(small, running, outlook)
        for each in (make.AINO, make.BO):
            small.pull(each, anew=True)
        await small.settle_down()
        yield made
    await outlook.aclose()


@pytest.mark.parametrize("kind", [ConflictKind.DELETED, ConflictKind.OVERLAPPED])
async def test_what_she_is_asked_about_goes_to_a_colleague_from_her_card(
    house: House, kind: ConflictKind
):
    booked = await house.booked()
    if kind is ConflictKind.DELETED:
        id_ = house.small.link(booked).event_id
        await house.outlook.remove(AINO, id_)
    else:
        await house.outlook.create(AINO, booked.span)
    await house.hear()
    assert [each.kind for each in house.asked()] == [kind]

    shown = await house.press_hand()

    assert text("fi", "cards.settled.handed_over") in str(shown)
    now = house.small.appointment(booked.id)
    assert (now.professional, now.span) == (make.BO, booked.span)
    (his,) = await house.events(BO)
    assert (his.key, his.when) == (booked.reference, booked.span)
    assert his.join_url
    left = [each for each in await house.events(AINO) if each.key]
    assert (left, house.asked()) == ([], [])
    assert house.said(booked) == ["booked", "handed_over"]


async def test_a_colleague_whose_outlook_shows_him_busy_gets_nothing(house: House):
    booked = await house.booked()
    await house.outlook.create(AINO, booked.span)
    await house.hear()
    await house.outlook.create(BO, booked.span)  # of which nobody has heard yet

    await house.press_hand()

    assert house.small.appointment(booked.id) == booked
    assert await house.events(BO) != []
    assert house.said(booked) == ["booked"]


@pytest.mark.parametrize(
    ("trusts", "hours", "follows"),
    [(True, 26, True), (True, 24 + 13, False), (False, 26, False)],
)
async def test_a_move_is_trusted_where_the_tenant_says_so_and_she_could_have_booked_it(
    house: House, hours: int, *, trusts: bool, follows: bool
):
    house.small.policy = make.replace(POSTS, trusts_moves=trusts)
    booked, to = await house.booked(), make.span(hours)
    id_ = house.small.link(booked).event_id
    await house.outlook.change(AINO, id_, **times(to))

    await house.hear()

    now = house.small.appointment(booked.id)
    assert now.span == (to if follows else booked.span)
    assert bool(house.asked()) is not follows
    assert house.said(booked) == ["booked", *(["moved"] if follows else [])]
    assert (await house.small.graph.event(AINO, id_)).when == to


async def test_a_calendar_that_empties_at_once_frees_and_cancels_nothing(house: House):
    booked = [await house.booked(hours) for hours in (24, 26)]
    for hours in (48, 49, 50, 51):
        await house.outlook.create(AINO, make.span(hours))
    await house.hear()
    free, said = house.offered(make.AINO), len(house.small.chat.posted)
    for each in await house.events(AINO):
        await house.outlook.remove(AINO, each.id)

    house.small.pull()
    await house.small.rest(rounds=3)

    assert await house.events(AINO) == []
    assert house.asked() == []
    every = [house.small.appointment(each.id) for each in booked]
    assert [each.status for each in every] == [Status.BOOKED] * 2
    assert all(house.said(each) == ["booked"] for each in booked)
    assert set(house.offered(make.AINO)) <= set(free)
    assert house.state().last_error == doubts.EMPTIED
    house.small.clock.advance(hours=1)
    facts = house.small.read(health.facts, house.small.policy, house.small.now)
    (hers,) = [
        each for each in judge(facts).calendars if each.facts.professional == make.AINO
    ]
    assert "emptied" in [sign.name for sign in hers.signs]
    assert len(house.small.chat.posted) == said


@pytest.mark.parametrize("how", ["mailbox_denied", "mailbox_missing"])
async def test_one_mailbox_that_is_closed_is_not_offered_and_the_others_go_on(
    house: House, how: str
):
    before = house.offered(make.AINO)
    hers, his = house.state(), house.state(make.BO)
    house.switches[how] = [AINO]
    busy = make.span(24)
    await house.outlook.create(BO, busy)
    house.small.clock.advance(minutes=1)
    for each in (make.AINO, make.BO):
        house.small.pull(each)

    await house.small.rest(rounds=4)

    assert house.offered(make.AINO) == []
    assert house.state().synced == hers.synced
    assert house.state().failing_since == house.small.now
    assert house.state(make.BO).synced != his.synced
    assert house.state(make.BO).failing_since is None
    assert house.offered(make.BO)
    assert not any(_overlap(each, busy) for each in house.offered(make.BO))
    assert not isinstance(house.small.hold(26), Appointment)

    del house.switches[how]
    house.small.clock.advance(minutes=2)
    await house.hear()

    again = house.offered(make.AINO)
    assert again == before[-len(again) :]
    assert again
    assert house.state().failing_since is None


def _overlap(start: datetime, busy: Span) -> bool:
    return Span(start, start + timedelta(minutes=45)).overlaps(busy)
