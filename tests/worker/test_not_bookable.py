"""With one who is not bookable nothing new is booked; what she has goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor
from booking.model import Appointment
from teams_app.actions import calendars, health, mornings, nights, polling
from teams_app.actions import subscribing as watching
from teams_app.actions.booking import cancel
from teams_app.store import conflicts, people
from teams_app.store.database import Tx
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox


async def closed(small: SmallWorld, hours: float = 24) -> Appointment:
    """Let Aino take no more bookings, with one appointment in Outlook."""
    booked = small.book(hours)
    await small.settle_down()
    small.write(people.save_professional, replace(small.aino, bookable=False))
    return booked


def followed(small: SmallWorld) -> list[int]:
    return [each.id for each in small.read(people.followed, small.now)]


async def test_her_calendar_is_read_and_what_she_changes_in_it_is_asked_about(
    small: SmallWorld,
):
    await closed(small)
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)
    small.clock.advance(hours=1)

    small.write(polling.owe_stale, small.policy, small.now)
    await small.settle_down()

    assert len(small.read(conflicts.open_for, make.AINO)) == 1


async def test_everything_but_the_search_goes_on(small: SmallWorld):
    await closed(small)
    day = small.now.date()

    def owed(tx: Tx) -> tuple[int, int, int]:
        return (
            nights.owe_each(tx, day, small.policy, small.now),
            nights.owe_now(tx, small.now),
            mornings.promise_mornings(tx, small.policy, small.now),
        )

    found = small.read(health.facts, small.policy, small.now).calendars
    watched = small.read(watching.watched, small.now).watches

    assert small.write(owed) == (2, 2, 2)
    assert make.AINO in {each.professional for each in found}
    assert BOX in {each.mailbox for each in watched}
    assert small.read(watching.to_watch, make.AINO, None, small.now) == BOX
    assert small.read(calendars.kept, make.AINO, small.policy, small.now) is None


@pytest.mark.parametrize("over", ["ended", "cancelled"])
async def test_she_is_left_alone_when_the_last_of_it_is_over(
    small: SmallWorld, over: str
):
    booked = await closed(small)
    assert followed(small) == [make.AINO, make.BO]

    if over == "ended":
        small.clock.set(booked.span.end - timedelta(minutes=1))
        assert make.AINO in followed(small)
        small.clock.set(booked.span.end)
    else:
        small.write(cancel, booked.id, by=Actor.CLIENT, now=small.now)

    assert followed(small) == [make.BO]
    assert small.read(watching.to_watch, make.AINO, None, small.now) is None
