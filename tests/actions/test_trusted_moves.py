"""A tenant may trust what its professionals move in Outlook: the client hears at once."""

import pytest

from booking.model import Appointment
from booking.spans import Span
from teams_app.store import conflicts as rows
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox


async def moved_to(
    small: SmallWorld, when: Span, *, trusts: bool = True
) -> Appointment:
    """Book, let the event be moved in Outlook, and give the appointment as it is then."""
    small.policy = make.replace(small.policy, trusts_moves=trusts)
    booked = small.book(24)
    await small.settle_down()
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=when)
    small.pull()
    await small.settle_down()
    return small.appointment(booked.id)


def is_asked(small: SmallWorld) -> bool:
    return bool(small.read(rows.open_for, make.AINO))


async def test_a_trusted_move_is_told_at_once_and_nobody_is_asked(small: SmallWorld):
    new = make.span(26)

    after = await moved_to(small, new)

    assert after.span == new
    assert not is_asked(small)
    assert len(small.graph.mails) == 2
    assert not any("conflict" in str(each.activity) for each in small.chat.posted)
    (event,) = small.graph.ours(BOX)
    assert event.when == new


async def test_without_that_trust_she_is_asked(small: SmallWorld):
    after = await moved_to(small, make.span(26), trusts=False)

    assert after.span == make.span(24)
    assert is_asked(small)
    assert len(small.graph.mails) == 1


async def test_a_time_outside_the_rules_is_asked_about(small: SmallWorld):
    late = make.span(24 + 13)

    after = await moved_to(small, late)

    assert after.span == make.span(24)
    assert is_asked(small)


@pytest.mark.parametrize("what", ["meeting", "appointment"])
async def test_a_time_that_is_taken_is_asked_about(small: SmallWorld, what: str):
    if what == "meeting":
        small.graph.add(BOX, make.span(26))
    else:
        small.book(26)

    after = await moved_to_beside(small, make.span(26))

    assert after.span == make.span(24)
    assert is_asked(small)


async def moved_to_beside(small: SmallWorld, when: Span) -> Appointment:
    """`moved_to`, where the calendar holds something else too."""
    small.policy = make.replace(small.policy, trusts_moves=True)
    booked = small.book(24)
    small.pull()
    await small.settle_down()
    (event,) = [e for e in small.graph.ours(BOX) if e.when == booked.span]
    small.graph.change(BOX, event.id, when=when)
    small.pull()
    await small.settle_down()
    return small.appointment(booked.id)
