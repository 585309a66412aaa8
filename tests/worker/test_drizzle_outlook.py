"""The drizzle over what is done in Outlook, and what a person answers to it.

See `test_drizzle.py`, of the engines too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from booking.model import Appointment, ProfessionalId
from booking.views.cards import ConflictKind
from teams_app import errands
from teams_app.actions import access, conflicts
from teams_app.actions.access import Claims, Look
from teams_app.actions.asked import HAND, Given
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.store import conflicts as rows
from teams_app.store import copies
from teams_app.store.conflicts import Conflict
from tests import make
from tests.support.agreeing import BOX, HIS, agree, cards_are_true, events, said
from tests.support.drizzling import A_WEEK, EACH_WAY, Rain, Way, drizzle
from tests.support.handing import AINO, BO, copy, original, reply, standing, trust
from tests.support.small_world import TENANT, SmallWorld


def is_taken(answer: Answer | None) -> bool:
    return answer is not None and not isinstance(answer, Unanswerable)


async def asked_about(
    small: SmallWorld, hours: float, kind: ConflictKind
) -> tuple[Appointment, Conflict]:
    """Let something be done in Outlook to her appointment, and her be asked about it."""
    booked = await standing(small, hours)
    event_id = small.link(booked).event_id
    if kind is ConflictKind.MOVED:
        small.graph.change(BOX, event_id, when=make.span(hours + A_WEEK))
    elif kind is ConflictKind.DELETED:
        small.graph.remove(BOX, event_id)
    else:
        small.graph.add(BOX, booked.span)
    small.pull()
    await small.settle_down()
    (asked,) = small.read(rows.open_of, booked.id)
    assert asked.kind is kind
    return booked, asked


def press(
    small: SmallWorld, asked: Conflict, name: str, to: ProfessionalId | None = None
) -> Callable[[], Awaitable[Answer | None]]:
    """Give the button of a card of hers."""
    who = small.read(access.person, Claims(TENANT, AINO))

    async def pressed() -> Answer | None:
        given = Given(asked.id, asked.version, name, who, Look(small.now, "card"))
        return await errands.answer(small.world, given, to)

    return pressed


ANSWERS = [
    (ConflictKind.MOVED, "tell"),
    (ConflictKind.MOVED, "put_back"),
    (ConflictKind.DELETED, "cancel"),
    (ConflictKind.DELETED, "restore"),
    (ConflictKind.OVERLAPPED, "keep"),
]


@pytest.mark.parametrize(("kind", "answer"), ANSWERS)
@EACH_WAY
async def test_answered_in_the_drizzle(
    small: SmallWorld, kind: ConflictKind, answer: str, way: Way
):
    async def run(rain: Rain) -> None:
        booked, asked = await asked_about(small, rain.hours, kind)
        rain.begins()
        await rain.pressed(press(small, asked, answer), is_taken)
        agree(small, booked)

    assert await drizzle(small, run, way)


@pytest.mark.parametrize("kind", [ConflictKind.DELETED, ConflictKind.OVERLAPPED])
@EACH_WAY
async def test_given_to_a_colleague_in_the_drizzle(
    small: SmallWorld, kind: ConflictKind, way: Way
):
    async def run(rain: Rain) -> None:
        booked, asked = await asked_about(small, rain.hours, kind)
        rain.begins()
        await rain.pressed(press(small, asked, HAND, make.BO), is_taken, kept=True)
        assert agree(small, booked).professional == make.BO

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.view", "graph.put", "graph.send"}


@EACH_WAY
async def test_other_times_asked_for_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        kind = ConflictKind.OVERLAPPED
        booked, asked = await asked_about(small, rain.hours, kind)
        rain.begins()
        await rain.pressed(press(small, asked, "propose"), is_taken)
        agree(small, booked, told=f"ask_new_time:{asked.id}")

    assert "graph.send" in await drizzle(small, run, way)


@EACH_WAY
async def test_the_time_holds_after_all_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        kind = ConflictKind.OVERLAPPED
        booked, asked = await asked_about(small, rain.hours, kind)
        asked = small.write(conflicts.propose, asked, small.now)
        await small.settle_down()
        rain.begins()
        await rain.pressed(press(small, asked, "hold"), is_taken)
        agree(small, booked, told=f"time_holds:{asked.id}")

    assert "graph.send" in await drizzle(small, run, way)


@EACH_WAY
async def test_a_trusted_move_in_the_drizzle(small: SmallWorld, way: Way):
    small.policy = replace(small.policy, trusts_moves=True)

    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        new = make.span(rain.hours + A_WEEK)
        small.graph.change(BOX, small.link(booked).event_id, when=new)
        rain.begins()
        small.pull()
        await rain.passes()
        assert agree(small, booked).span == new

    assert await drizzle(small, run, way) >= {"graph.changes", "graph.send"}


@EACH_WAY
async def test_a_body_in_the_drizzle_is_mended(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        before = original(small, booked)
        small.graph.change(BOX, before.id, body="", subject="Tärkeä")
        rain.begins()
        small.pull()
        await rain.passes()
        agree(small, booked)
        after = original(small, booked)
        assert (after.subject, after.join_url) == (before.subject, before.join_url)
        assert booked.reference in str(after.body)

    assert await drizzle(small, run, way) >= {"graph.changes", "graph.put"}


@EACH_WAY
async def test_handed_over_in_the_drizzle(small: SmallWorld, way: Way):
    trust(small)

    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        event = original(small, booked)
        copy(small, event)
        small.graph.remove(BOX, event.id)
        rain.begins()
        small.pull()
        small.pull(make.BO)
        await rain.passes()
        assert agree(small, booked).professional == make.BO
        assert small.read(copies.of_appointment, booked.id) == []

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.changes", "graph.event", "graph.put", "graph.drop"}


@pytest.mark.parametrize("leave", [False, True], ids=["taken", "left"])
@EACH_WAY
async def test_a_copy_answered_in_the_drizzle(
    small: SmallWorld, way: Way, *, leave: bool
):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        copy(small, original(small, booked))
        small.pull(make.BO)
        await small.settle_down()
        given = reply(small, booked)
        who = small.read(access.person, Claims(TENANT, BO))
        rain.begins()
        await rain.pressed(
            lambda: errands.decide(small.world, who, given, leave=leave),
            is_taken,
            kept=True,
        )
        now = agree(small, booked)
        assert now.professional == (make.AINO if leave else make.BO)
        assert small.read(copies.of_appointment, booked.id) == []

    failed = await drizzle(small, run, way)

    assert "graph.drop" in failed


@EACH_WAY
async def test_late_in_the_drizzle_the_meeting_is_kept(small: SmallWorld, way: Way):
    """She may be waiting in it: the colleague comes there, and it stands to the end."""
    trust(small)

    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        meeting = small.link(booked).join_url
        small.write(copies.join_opened, booked.id, small.now)
        copy(small, original(small, booked))
        small.pull(make.BO)
        await small.settle_down()
        given = reply(small, booked)
        rain.begins()
        await rain.pressed(lambda: errands.take_over(small.world, given), is_taken)

        now = small.appointment(booked.id)
        assert now.professional == make.BO
        found = dict(events(small, booked))
        assert found.keys() == {BOX, HIS}
        assert meeting in str(found[HIS].body)
        assert found[BOX].join_url == meeting
        assert said(small).count(f"tell:{now.id}:{now.version}:mail") == 1
        cards_are_true(small, now)
        small.clock.set(now.span.end)
        await small.settle_down()
        assert [box for box, _ in events(small, booked)] == [HIS]

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.put", "graph.send"}
