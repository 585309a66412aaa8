"""The three truths: what each says at each moment, and since when."""

import pytest

from booking.appointments import Actor, Tell
from booking.model import Appointment
from booking.views.cards import Truth, Truths
from teams_app.actions import booking, conflicts, records
from teams_app.store import conflicts as rows
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox


def truths(small: SmallWorld, booked: Appointment) -> Truths:
    found: Truths = small.read(records.whole, small.appointment(booked.id)).truths
    return found


def cancel(small: SmallWorld, booked: Appointment, tell: Tell = Tell.YES) -> None:
    small.write(
        booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now, tell=tell
    )


async def test_each_truth_knows_since_when_it_is_so(small: SmallWorld):
    booked = small.book(24)
    begun = small.now
    small.clock.advance(minutes=2)
    await small.settle_down()

    found = truths(small, booked)

    at = [line.at for line in found.lines]
    assert at == [begun, small.now, small.now]
    assert [line.name for line in found.lines] == ["booked", "in_outlook", "told"]


async def test_what_has_not_happened_has_no_time(small: SmallWorld):
    held = small.hold(24)
    assert [line.at for line in truths(small, held).lines] == [None] * 3

    booked = small.book(26)

    assert [line.at for line in truths(small, booked).lines] == [small.now, None, None]


async def test_while_outlook_is_not_read_all_three_are_waited_for(small: SmallWorld):
    """The event and the message come minutes later: neither is *not needed*."""
    waiting = small.confirming(24)

    assert [line.how for line in truths(small, waiting).lines] == [Truth.WAITING] * 3


async def test_an_event_that_lacks_its_link_alone_is_not_said_to_be_missing(
    small: SmallWorld,
):
    small.graph.joins = False
    booked = small.book(24)
    await small.settle_down()
    assert truths(small, booked).in_outlook is Truth.WAITING
    for _ in range(5):
        small.clock.advance(minutes=1)
        await small.settle_down()

    found = truths(small, booked).in_outlook
    moved = small.move(small.appointment(booked.id), 26)
    on_its_way = truths(small, moved).in_outlook
    await small.settle_down()
    after = truths(small, moved).in_outlook
    cancel(small, moved)

    assert (found, on_its_way, after) == (Truth.NO_LINK, Truth.WAITING, Truth.NO_LINK)
    assert truths(small, moved).in_outlook is Truth.WAITING, "it is to leave now"


async def test_of_what_is_cancelled_the_cancelling_is_told(small: SmallWorld):
    booked = small.book(24)
    await small.settle_down()
    small.clock.advance(minutes=5)
    cancelled = small.now
    cancel(small, booked)

    first = truths(small, booked)
    small.clock.advance(minutes=1)
    await small.settle_down()
    then = truths(small, booked)

    assert [(line.name, line.how, line.at) for line in first.lines] == [
        ("cancelled", Truth.DONE, cancelled),
        ("removed", Truth.WAITING, None),
        ("told", Truth.WAITING, None),
    ]
    assert [(line.name, line.how, line.at) for line in then.lines] == [
        ("cancelled", Truth.DONE, cancelled),
        ("removed", Truth.DONE, small.now),
        ("told", Truth.DONE, small.now),
    ]


async def test_what_never_stood_in_outlook_is_out_of_it_since_it_was_cancelled(
    small: SmallWorld,
):
    booked = small.book(24)
    small.clock.advance(minutes=1)
    cancel(small, booked, Tell.NO)

    await small.settle_down()

    assert truths(small, booked).in_outlook_at == small.now
    assert truths(small, booked).told is Truth.NOT_OWED


async def test_a_move_agreed_to_holds_in_outlook_since_it_was_agreed_to(
    small: SmallWorld,
):
    booked = small.book(24)
    await small.settle_down()
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    small.pull()
    await small.settle_down()
    small.clock.advance(minutes=9)
    (open_,) = small.read(rows.open_for, make.AINO)
    small.write(conflicts.tell, open_, small.now)

    await small.settle_down()

    found = truths(small, booked)
    assert found.in_outlook is Truth.DONE
    assert [line.at for line in found.lines] == [small.now] * 3


@pytest.mark.parametrize("kind", ["moved", "deleted"])
async def test_what_is_cancelled_while_it_is_asked_about_waits_to_be_removed(
    small: SmallWorld, kind: str
):
    booked = small.book(24)
    await small.settle_down()
    (event,) = small.graph.ours(BOX)
    if kind == "moved":
        small.graph.change(BOX, event.id, when=make.span(26))
    else:
        small.graph.remove(BOX, event.id)
    small.pull()
    await small.settle_down()
    cancel(small, booked)

    assert truths(small, booked).in_outlook in {Truth.WAITING, Truth.DONE}
    await small.settle_down()

    assert truths(small, booked).in_outlook is Truth.DONE
