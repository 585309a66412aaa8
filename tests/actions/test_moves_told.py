"""A move, as its client hears of it: whose doing it was, and only if she knew of it."""

from dataclasses import replace

import pytest

from booking.appointments import Actor, Change, Tell
from booking.messages import Kind
from teams_app.actions.settle import settle
from tests import make
from tests.actions.test_messages import kind, move, news_of, send
from tests.support.small_world import SmallWorld


@pytest.mark.parametrize(
    ("by", "said"),
    [(Actor.PROFESSIONAL, Kind.MOVED), (Actor.CLIENT, Kind.MOVED_BY_CLIENT)],
)
def test_a_move_is_called_a_move_only_to_who_knew_the_old_time(
    small: SmallWorld, by: Actor, said: Kind
):
    """And her own move is not told as if we had made it."""
    booked = small.book(48)
    send(small, news_of(small))
    move(small, booked, 72, by)

    assert kind(small, news_of(small, 1)) == said


def test_a_move_of_hers_that_was_moved_on_silently_is_not_called_hers(
    small: SmallWorld,
):
    booked = small.book(48)
    send(small, news_of(small))
    moved = move(small, booked, 72)
    on = replace(moved, span=make.span(96), version=moved.version + 1)
    change = Change(moved, on, Actor.PROFESSIONAL, small.now, "move", Tell.NO)
    small.write(settle, change)

    assert kind(small, news_of(small, 1)) == Kind.MOVED
