"""Whatever people do to our own event in Outlook, she is asked or it is put right.

Each act by Graph as Outlook would ask it and by hand in the tenant's small Outlook, on
the last working day before the clocks change and on the first after. A tenant and a
database a season, an appointment an act.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.events import join_block
from booking.model import Appointment, Slot
from booking.spans import HELSINKI, Span, days_span
from booking.views.cards import ConflictKind
from booking.wording import text
from dev_tenant import server
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app.actions import booking
from teams_app.actions import conflicts as answers
from teams_app.store import conflicts, deliveries
from teams_app.store.conflicts import Conflict
from teams_app.worker import checking
from tests import make
from tests.graph_sync.outlook import Outlook, all_day, weekly
from tests.support import waiting
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, wired
from tests.worker.test_acts import DAYS, NOW, ByGraph, ByHand, Hands


@dataclass
class Season:
    small: SmallWorld
    outlook: Outlook
    http: httpx.AsyncClient
    base: str
    at: datetime


@dataclass
class Ours:
    """An appointment in her real calendar, and hands on its event."""

    season: Season
    hands: Hands
    booked: Appointment
    said: int  #: So many messages the client has had.

    @property
    def small(self) -> SmallWorld:
        return self.season.small

    @property
    def now(self) -> Appointment:
        return self.small.appointment(self.booked.id)

    @property
    def id(self) -> str:
        return str(self.small.link(self.booked).event_id)

    async def change(self, when: Span | None = None, **fields: Any) -> None:
        await self.hands.change(self.id, when, **fields)

    async def writes(self, content: str) -> None:
        by_hand = isinstance(self.hands, ByHand)
        html = {"contentType": "html", "content": content}
        said = {"body_type": "html"} if by_hand else {}
        await self.change(body=content if by_hand else html, **said)

    def later(self, **parts: float) -> Span:
        """Give its time so much later by the clock on the wall."""
        there = self.booked.span.start.astimezone(HELSINKI) + timedelta(**parts)
        start = there.astimezone(UTC)
        return Span(start, start + self.booked.span.length)

    async def hear(self) -> None:
        self.small.pull()
        await self.small.settle_down()

    def asked(self) -> list[Conflict]:
        found: list[Conflict] = self.small.read(conflicts.open_for, make.AINO)
        return found

    def told(self) -> list[str]:
        every = self.small.read(deliveries.of_appointment, self.booked.id)
        return [each.news for each in every]

    async def settles(self, answer: str) -> None:
        (question,) = self.asked()
        self.small.write(getattr(answers, answer), question, self.small.now)
        await self.small.settle_down()
        await self.hear()

    async def is_right(self) -> None:
        """See that Outlook, booking and comparison agree, and the link leads in."""
        assert self.asked() == []
        event = await self.small.graph.event(AINO, self.id)
        assert (event.when, event.type) == (self.now.span, "singleInstance")
        assert self.booked.reference in (event.subject or "")
        assert self.booked.reference in (event.body or "")
        block = join_block(event.body or "", event.join_url)
        assert event.online
        assert block is not None
        assert event.join_url == self.small.link(self.booked).join_url
        compared = await checking.compared(self.small.world, make.AINO)
        assert compared.found == frozenset()


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=list(DAYS))
async def season(
    request: pytest.FixtureRequest,
    started: server.Running,
    tokens: TokenSource,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Season]:
    file = tmp_path_factory.mktemp("season") / "ours.db"
    shutil.copy(sqlite_template, file)
    graph = Microsoft(started.graph_url, tokens, waiting.world())
    outlook = Outlook(started.graph_url, tokens)
    async with (
        wired(f"sqlite:///{file}", graph) as small,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        small.clock.set(NOW)
        small.pull(anew=True)
        await small.settle_down()
        yield Season(small, outlook, http, started.base_url, DAYS[request.param])
    await outlook.aclose()


@pytest_asyncio.fixture(loop_scope="session", params=["graph", "hand"])
async def ours(request: pytest.FixtureRequest, season: Season) -> AsyncIterator[Ours]:
    small = season.small
    booked = small.book(slot=Slot(make.AINO, season.at.astimezone(UTC)))
    await small.settle_down()
    by_hand = request.param == "hand"
    hands = ByHand(season.http, season.base) if by_hand else ByGraph(season.outlook)
    made = Ours(season, hands, booked, 0)
    made.said = len(made.told())
    yield made
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()


# Acts after which she is asked; each gives where the event stands then.


async def moved(ours: Ours) -> Span | None:
    await ours.change(to := ours.later(hours=2))
    return to


async def moved_over_the_change(ours: Ours) -> Span | None:
    before = ours.season.at == min(DAYS.values())
    await ours.change(to := ours.later(days=3 if before else -3))
    return to


async def extended(ours: Ours) -> Span | None:
    span = ours.booked.span
    await ours.change(to := Span(span.start, span.end + timedelta(minutes=30)))
    return to


async def shortened(ours: Ours) -> Span | None:
    span = ours.booked.span
    await ours.change(to := Span(span.start, span.end - timedelta(minutes=15)))
    return to


async def moved_outside_her_hours(ours: Ours) -> Span | None:
    await ours.change(to := ours.later(hours=11))
    return to


async def made_all_day(ours: Ours) -> Span | None:
    first = ours.season.at.date()
    after = first + timedelta(days=1)
    await ours.change(**all_day(first.isoformat(), after.isoformat()))
    return days_span(first, after, HELSINKI)


async def deleted(ours: Ours) -> Span | None:
    await ours.hands.remove(ours.id)
    return None


async def cancelled(ours: Ours) -> Span | None:
    """Outlook's own *cancel*, which the small Outlook calls deleting."""
    path = f"/users/{AINO}/events/{ours.id}/cancel"
    await ours.season.outlook.ask("POST", path, {"comment": "Ei tule"})
    return None


Asking = Callable[[Ours], Awaitable[Span | None]]
ASKED: tuple[tuple[Asking, str], ...] = (
    (moved, "tell"),
    (moved, "put_back"),
    (moved_over_the_change, "tell"),
    (moved_over_the_change, "put_back"),
    (extended, "tell"),
    (shortened, "put_back"),
    (moved_outside_her_hours, "put_back"),
    (made_all_day, "put_back"),
    (deleted, "restore"),
    (cancelled, "restore"),
)


async def test_over_another_of_her_appointments_the_card_says_so_and_offers_it_not(
    ours: Ours,
):
    small, to = ours.small, ours.later(hours=2)
    other = small.book((to.start - make.NOW) / timedelta(hours=1))
    await small.settle_down()
    await ours.change(to)
    await ours.hear()

    (question,) = ours.asked()
    card = str(small.chat.posted[-1].activity)
    assert (question.moved_to, other.span) == (to, to)
    said = text("fi", "cards.conflict.taken", when="|").partition("|")[0]
    assert said in card
    assert "conflict.tell" not in card
    assert "conflict.put_back" in card

    small.write(booking.cancel, other.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()
    card = str(small.chat.posted[-1].activity)
    assert said not in card
    assert "conflict.tell" in card


@pytest.mark.parametrize(
    ("act", "answer"), ASKED, ids=[f"{act.__name__}-{how}" for act, how in ASKED]
)
async def test_she_is_asked_and_her_answer_is_what_holds(
    ours: Ours, act: Asking, answer: str
):
    cards = len(ours.small.chat.posted)
    to = await act(ours)
    await ours.hear()

    (question,) = ours.asked()
    kind = ConflictKind.MOVED if to else ConflictKind.DELETED
    assert (question.kind, question.moved_to) == (kind, to)
    assert ours.now == ours.booked
    assert len(ours.told()) == ours.said
    (card,) = ours.small.chat.posted[cards:]
    outside = text("fi", "cards.conflict.outside_rules") in str(card.activity)
    assert outside is (act is moved_outside_her_hours)

    await ours.settles(answer)

    assert ours.now.span == (to if answer == "tell" else ours.booked.span)
    assert ours.told()[ours.said :] == (["moved"] if answer == "tell" else [])
    await ours.is_right()


# Acts that only damage it.


async def turned_into_a_series(ours: Ours) -> None:
    await ours.change(**weekly(ours.booked.span, 3, HELSINKI))


async def subject_written_over(ours: Ours) -> None:
    await ours.change(subject="Palaveri")


async def body_emptied(ours: Ours) -> None:
    await ours.writes("")


async def teams_block_removed(ours: Ours) -> None:
    event = await ours.small.graph.event(AINO, ours.id)
    block = join_block(event.body or "", event.join_url)
    assert block
    await ours.writes((event.body or "").replace(block, ""))


Damage = Callable[[Ours], Awaitable[None]]
DAMAGES: tuple[Damage, ...] = (
    turned_into_a_series,
    subject_written_over,
    body_emptied,
    teams_block_removed,
)


@pytest.mark.parametrize("act", DAMAGES, ids=lambda act: act.__name__)
async def test_what_only_damages_it_is_put_right_unasked(ours: Ours, act: Damage):
    cards = len(ours.small.chat.posted)
    await act(ours)

    await ours.hear()
    await ours.hear()

    assert ours.now == ours.booked
    assert len(ours.small.chat.posted) == cards
    assert len(ours.told()) == ours.said
    await ours.is_right()
