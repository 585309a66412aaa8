"""A professional opens the times she gives herself, in Outlook; nothing else is offered.

The real client against the tenant in a box: she makes events shown as free, with her
category or the beginning of her subject, and takes them away again.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from booking.appointments import Actor, Taken
from booking.availability import Mode, Search
from booking.model import Appointment, Modality, Slot, Status
from booking.spans import HELSINKI, Span, span
from dev_tenant import server
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app import errands
from teams_app.actions import booking, pulls, setup
from teams_app.actions.booking import Found
from teams_app.actions.setup import OwnRules
from tests import make
from tests.graph_sync.outlook import Outlook, times, weekly
from tests.support import waiting
from tests.support.small_world import MAIJA, POLICY, SmallWorld
from tests.support.wired import AINO, wired

OPENED = {"showAs": "free", "categories": ["Varattavissa"]}
RULES = OwnRules(Mode.OPENED_BLOCKS, category="varattavissa", prefix="Ajanvaraus:")


@dataclass
class Opener:
    """The small world with her real calendar, and her hands in Outlook."""

    small: SmallWorld
    hands: Outlook

    async def read(self) -> None:
        self.small.write(pulls.owe, [make.AINO], self.small.now)
        await self.small.settle_down()

    async def opens(self, hours: float, minutes: int = 120, **fields: object) -> str:
        block = make.span(hours, minutes)
        id_ = await self.hands.create(AINO, block, **(OPENED | fields))
        await self.read()
        return id_

    def offered(self) -> list[str]:
        """Give the starts offered, as day and time of the wall clock."""
        search = Search(self.small.service, Modality.REMOTE, self.small.now)
        found = self.small.world.index().free(search, 200)
        return [f"{slot.start.astimezone(HELSINKI):%d. %H.%M}" for slot in found]

    async def book(self, hours: float) -> object:
        held = self.small.hold(hours)
        if not isinstance(held, Appointment):
            return held
        return await errands.confirm(self.small.world, held.id, MAIJA, Actor.CLIENT)


@pytest_asyncio.fixture(loop_scope="session")
async def opener(
    running: server.Running, tokens: TokenSource, sqlite_url: str
) -> AsyncIterator[Opener]:
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    hands = Outlook(running.graph_url, tokens)
    async with wired(sqlite_url, graph, policy=POLICY) as small:
        small.write(setup.put_rules, make.AINO, RULES, small.now)
        await small.settle_down()
        yield Opener(small, hands)
    await hands.aclose()


async def test_without_a_block_nothing_is_offered(opener: Opener):
    assert opener.offered() == []
    assert await opener.book(24) == Taken()


async def test_only_what_she_opened_is_offered_from_where_it_begins(opener: Opener):
    await opener.opens(24 + 10 / 60, minutes=90)

    assert opener.offered() == ["24. 10.10", "24. 10.25", "24. 10.40", "24. 10.55"]


async def test_a_subject_opens_as_well_as_a_category(opener: Opener):
    await opener.opens(24, 45, categories=[], subject="ajanvaraus: puhelut")
    await opener.opens(48, 45, categories=[], subject="Palaveri")

    assert opener.offered() == ["24. 10.00"]


async def test_what_shows_as_busy_opens_nothing(opener: Opener):
    block = await opener.opens(24, 45)
    assert opener.offered() == ["24. 10.00"]

    await opener.hands.change(AINO, block, showAs="busy")
    await opener.read()

    assert opener.offered() == []


async def test_a_block_every_week_opens_every_week(opener: Opener):
    await opener.opens(24, 45, **weekly(make.span(24, 45), 3))

    assert opener.offered() == ["24. 10.00", "01. 10.00", "08. 10.00"]


async def test_one_week_of_a_series_is_closed_by_itself(opener: Opener):
    master = await opener.opens(24, 45, **weekly(make.span(24, 45), 3))
    ahead = Span(make.at(0), make.at(days=30))
    second = (await opener.hands.occurrences(AINO, master, ahead))[1]

    await opener.hands.remove(AINO, str(second["id"]))
    await opener.read()

    assert opener.offered() == ["24. 10.00", "08. 10.00"]


async def test_a_series_deleted_takes_every_week_along_though_one_id_tells_of_it(
    opener: Opener, running: server.Running, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(running.tenant.switches, "silent_occurrences", value=True)
    master = await opener.opens(24, 45, **weekly(make.span(24, 45), 3))
    assert len(opener.offered()) == 3

    await opener.hands.remove(AINO, master)
    await opener.read()

    assert opener.offered() == []


async def test_a_time_in_a_block_is_booked_and_the_rest_stays_open(opener: Opener):
    """The block itself lies over the time, and is no meeting."""
    await opener.opens(24, 120)

    booked = await opener.book(24)
    await opener.small.settle_down()
    await opener.read()

    assert isinstance(booked, Appointment)
    assert booked.status is Status.BOOKED
    assert opener.offered() == ["24. 10.45", "24. 11.00", "24. 11.15"]
    assert opener.small.owed("ask") == [], "nothing to ask about the block"


@pytest.mark.parametrize("hours", [23.5, 25.5, 24 + 5 / 60])
async def test_what_reaches_out_of_the_block_or_off_its_step_is_not_held(
    opener: Opener, hours: float
):
    await opener.opens(24, 120)

    assert await opener.book(hours) == Taken()


async def test_a_block_closed_takes_its_times_away_and_no_appointment(opener: Opener):
    block = await opener.opens(24, 120)
    booked = await opener.book(24)
    assert isinstance(booked, Appointment)
    await opener.small.settle_down()

    await opener.hands.remove(AINO, block)
    await opener.read()

    assert opener.offered() == []
    assert await opener.book(25) == Taken()
    assert opener.small.appointment(booked.id) == booked


async def hold(opener: Opener, hours: float, **changes: object) -> Appointment:
    held = opener.small.hold(hours, **changes)
    assert isinstance(held, Appointment), held
    return held


async def confirm(opener: Opener, held: Appointment, by: Actor) -> object:
    """Confirm before any notice of what she did in Outlook has come."""
    return await errands.confirm(opener.small.world, held.id, MAIJA, by)


async def test_a_block_closed_a_moment_ago_is_found_closed_at_confirming(
    opener: Opener,
):
    block = await opener.opens(24, 120)
    held, staff = await hold(opener, 24), await hold(opener, 25, by=Actor.PROFESSIONAL)
    await opener.hands.remove(AINO, block)

    assert await confirm(opener, held, Actor.CLIENT) == Taken()
    booked = await confirm(opener, staff, Actor.PROFESSIONAL)
    assert isinstance(booked, Appointment)
    assert booked.status is Status.BOOKED
    assert [each.key for each in opener.small.owed("pull") if each.open] == ["pull:1"]
    await opener.small.settle_down()
    assert opener.offered() == []


@pytest.mark.parametrize(
    ("changed", "booked"),
    [
        ({"categories": ["Oma"]}, False),
        ({"categories": [], "subject": "Ajanvaraus: puhelut"}, True),
        ({"showAs": "tentative"}, False),
        (times(make.span(24, 30)), False),
        (times(make.span(24, 45)), True),
    ],
)
async def test_a_block_changed_a_moment_ago_opens_what_it_opens_now(
    opener: Opener, changed: dict[str, object], *, booked: bool
):
    block = await opener.opens(24, 120)
    held = await hold(opener, 24)
    await opener.hands.change(AINO, block, **changed)

    found = await confirm(opener, held, Actor.CLIENT)

    assert isinstance(found, Appointment) == booked


async def test_blocks_side_by_side_open_their_time_together(opener: Opener):
    block = await opener.opens(24, 120)
    held = await hold(opener, 24.25)
    await opener.hands.change(AINO, block, **times(make.span(24, 30)))
    await opener.hands.create(AINO, make.span(24.5, 60), **OPENED)

    booked = await confirm(opener, held, Actor.CLIENT)

    assert isinstance(booked, Appointment)
    assert booked.status is Status.BOOKED


@pytest.mark.parametrize("by", [Actor.CLIENT, Actor.PROFESSIONAL])
async def test_who_waits_for_outlook_is_answered_by_what_is_open_then(
    opener: Opener, by: Actor
):
    block = await opener.opens(24, 120)
    held = await hold(opener, 24, by=by)
    small = opener.small
    found = {"details": MAIJA, "by": by, "now": small.now}
    small.write(booking.book, held.id, Found.UNKNOWN, **found)
    await opener.hands.remove(AINO, block)

    small.clock.advance(seconds=3)
    await small.settle_down()

    ended = Status.CANCELLED_BY_US if by is Actor.CLIENT else Status.BOOKED
    assert small.appointment(held.id).status is ended


async def test_a_client_moves_only_to_where_it_is_still_open(opener: Opener):
    block = await opener.opens(24, 120)
    booked = await opener.book(24)
    assert isinstance(booked, Appointment)
    await opener.hands.remove(AINO, block)
    there = Slot(make.AINO, make.at(25))

    moved = [
        await errands.move(opener.small.world, booked, there, version=2, by=by)
        for by in (Actor.CLIENT, Actor.PROFESSIONAL)
    ]

    assert moved[0] == Taken()
    assert isinstance(moved[1], Appointment)


async def test_a_block_moved_takes_its_times_along(opener: Opener):
    block = await opener.opens(24, 45)

    await opener.hands.change(AINO, block, **times(make.span(27, 45)))
    await opener.read()

    assert opener.offered() == ["24. 13.00"]


async def test_a_meeting_in_a_block_takes_its_time(opener: Opener):
    await opener.opens(24, 120)
    await opener.hands.create(AINO, make.span(24.75, 30))
    await opener.read()

    assert opener.offered() == ["24. 10.00", "24. 11.15"]


async def test_another_mark_reads_the_calendar_anew(opener: Opener):
    await opener.opens(24, 45, categories=["Oma"])
    assert opener.offered() == []
    small = opener.small

    rules = OwnRules(Mode.OPENED_BLOCKS, category="Oma")
    small.write(setup.put_rules, make.AINO, rules, small.now)
    await small.settle_down()

    assert opener.offered() == ["24. 10.00"]


async def test_back_to_working_hours_the_block_is_an_event_like_any(opener: Opener):
    await opener.opens(24, 45)
    small = opener.small

    small.write(setup.put_rules, make.AINO, OwnRules(), small.now)
    await small.settle_down()

    day = span(make.at(20), timedelta(hours=10))
    search = Search(small.service, Modality.REMOTE, small.now, within=day)
    assert len(small.world.index().free(search, 200)) > 10
