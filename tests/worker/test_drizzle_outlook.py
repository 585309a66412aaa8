"""The drizzle over what follows from Outlook: hand-overs, answers, first reads, checks.

The n-th outside call of each kind fails, for every n, before it
had an effect or after, once or until somebody repairs the world.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from booking.model import Appointment, Status
from teams_app.actions import conflicts, subscribing
from teams_app.store import calendars, copies, people
from teams_app.store import conflicts as rows
from teams_app.worker import checking
from tests import make
from tests.support.drizzling import (
    A_WEEK,
    BEFORE_OR_AFTER,
    BOX,
    TIMES,
    check,
    drizzle,
    is_right,
    mails,
    through,
)
from tests.support.handing import HIS, copy, original, standing, trust
from tests.support.small_world import SmallWorld

HOOK = "https://aika.example/hooks/graph"


def events(small: SmallWorld, booked: Appointment) -> list[str]:
    """Give in whose calendars something stands that says it is this appointment."""
    return [
        box
        for box in (BOX, HIS)
        for each in small.graph.box(box).values()
        if booked.reference in f"{each.subject}{each.body}"
    ]


@BEFORE_OR_AFTER
async def test_handed_over_in_the_drizzle(small: SmallWorld, *, after: bool):
    trust(small)

    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = await standing(small, hours)
        event = original(small, booked)
        copy(small, event)
        small.graph.remove(BOX, event.id)
        rain()
        small.pull()
        small.pull(make.BO)
        await through(small)

        now = small.appointment(booked.id)
        assert now.professional == make.BO
        assert events(small, booked) == [HIS]
        assert small.read(copies.of_appointment, booked.id) == []
        told = [each for each in mails(small) if each.startswith(f"tell:{booked.id}:")]
        assert told == [f"tell:{booked.id}:{v}:mail" for v in (2, now.version)]

    later = [time + A_WEEK for time in TIMES]
    failed = await drizzle(small, run, after=after, at=(*TIMES, *later), of="graph.")

    assert failed >= {"graph.changes", "graph.event", "graph.put", "graph.drop"}


@pytest.mark.parametrize("answer", ["tell", "put_back", "cancel"])
@BEFORE_OR_AFTER
async def test_a_move_answered_in_the_drizzle(
    small: SmallWorld, answer: str, *, after: bool
):
    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = await standing(small, hours)
        event_id = small.link(booked).event_id
        small.graph.change(BOX, event_id, when=make.span(hours + A_WEEK))
        small.pull()
        await small.settle_down()
        (asked,) = small.read(rows.open_of, booked.id)
        rain()
        small.write(getattr(conflicts, answer), asked, small.now)
        await through(small)
        small.pull()
        await small.settle_down()

        is_right(small, booked)
        assert small.read(rows.open_of, booked.id) == []

    assert await drizzle(small, run, after=after)


@BEFORE_OR_AFTER
async def test_other_times_asked_for_and_taken_back_in_the_drizzle(
    small: SmallWorld, *, after: bool
):
    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = await standing(small, hours)
        small.graph.add(BOX, booked.span)
        small.pull()
        await small.settle_down()
        (asked,) = small.read(rows.open_of, booked.id)
        rain()
        asked = small.write(conflicts.propose, asked, small.now)
        await through(small)
        assert mails(small).count(f"ask_new_time:{asked.id}:mail") == 1

        rain()
        small.write(conflicts.hold, asked, small.now)
        await through(small)

        assert mails(small).count(f"time_holds:{asked.id}:mail") == 1
        is_right(small, booked)

    assert "graph.send" in await drizzle(small, run, after=after)


@BEFORE_OR_AFTER
async def test_we_are_confirming_in_the_drizzle(small: SmallWorld, *, after: bool):
    async def run(rain: Callable[[], None], hours: float) -> None:
        held = small.confirming(hours)
        rain()
        small.clock.advance(seconds=40)
        await through(small)

        assert small.appointment(held.id).status is Status.BOOKED
        check(small, held)

    failed = await drizzle(small, run, after=after)

    assert failed >= {"graph.view", "graph.put", "graph.send"}


@BEFORE_OR_AFTER
async def test_read_and_watched_for_the_first_time_in_the_drizzle(
    small: SmallWorld, *, after: bool
):
    small.policy = replace(small.policy, notice_url=HOOK)
    small.write(people.save_professional, make.bo(bookable=False))

    async def run(rain: Callable[[], None], hours: float) -> None:
        state = small.read(calendars.state, make.AINO)
        small.graph.subscribed.clear()
        fresh = replace(
            state, delta_link=None, window=None, synced=None, subscription_id=None
        )
        small.write(calendars.save_state, fresh)
        small.graph.add(BOX, make.span(hours))
        rain()
        small.pull()
        await through(small)
        # What an answer lost has left at Graph, the look of every hour ends.
        small.write(subscribing.owe_look, small.now)
        await small.settle_down()

        state = small.read(calendars.state, make.AINO)
        assert state.synced is not None
        assert list(small.graph.subscribed) == [state.subscription_id]
        assert [make.span(hours)] == [
            each.when
            for each in small.read(calendars.busy, make.AINO, make.span(hours))
        ]

    failed = await drizzle(small, run, after=after)

    assert failed >= {"graph.subscribe", "graph.mailbox", "graph.changes"}


@BEFORE_OR_AFTER
async def test_compared_and_set_right_in_the_drizzle(small: SmallWorld, *, after: bool):
    async def run(rain: Callable[[], None], hours: float) -> None:
        booked = await standing(small, hours)
        small.graph.change(BOX, small.link(booked).event_id, subject="Tärkeä")
        small.graph.told[BOX] = []
        state = small.read(calendars.state, make.AINO)
        small.write(calendars.save_state, replace(state, delta_link="delta:0"))
        rain()
        for _ in range(2):  # whoever asks for it sees the failure, and asks again
            try:
                compared = await checking.compared(small.world, make.AINO)
                await checking.mend(small.world, compared)
            except Exception:  # noqa: BLE001, S112
                continue
            break
        await through(small)

        assert not (await checking.compared(small.world, make.AINO)).found
        assert events(small, booked) == [BOX]
        assert booked.reference in small.graph.ours(BOX)[-1].subject

    assert await drizzle(small, run, after=after)
