"""A question about an appointment comes with three times for its client."""

import pytest

from booking.availability import Search
from booking.model import Modality
from booking.spans import Span
from booking.wording import text
from booking.wording.dates import when_short
from teams_app.store import conflicts
from teams_app.store.conflicts import Conflict
from tests import make
from tests.support.handing import HERS, original, standing
from tests.support.small_world import SmallWorld


async def heard(small: SmallWorld) -> Conflict:
    small.pull()
    await small.settle_down()
    asked: Conflict = small.read(conflicts.open_for, make.AINO)[0]
    return asked


def over_it(small: SmallWorld, booked) -> None:
    small.graph.add(HERS, booked.span)


def deleted(small: SmallWorld, booked) -> None:
    small.graph.remove(HERS, original(small, booked).id)


def moved(small: SmallWorld, booked) -> None:
    small.graph.change(HERS, original(small, booked).id, when=make.span(26))


@pytest.mark.parametrize("act", [over_it, deleted, moved])
async def test_the_nearest_three_stand_on_the_card(small: SmallWorld, act):
    booked = await standing(small)
    act(small, booked)

    asked = await heard(small)

    assert asked.proposed is not None
    assert len(asked.proposed) == 3
    assert booked.span.start not in asked.proposed
    search = Search(small.service, Modality.REMOTE, small.now)
    free = {slot.start for slot in small.world.moving(booked).index().free(search)}
    assert set(asked.proposed) <= free
    card = (
        str(small.chat.posted[-1].activity).replace("\\xa0", " ").replace("\u00a0", " ")
    )
    for start in asked.proposed:
        assert when_short("fi", start) in card


async def test_moved_once_more_it_comes_with_others(small: SmallWorld):
    booked = await standing(small)
    moved(small, booked)
    before = await heard(small)
    for each in before.proposed or ():
        small.graph.add(HERS, Span(each, each + booked.span.length))
    small.graph.change(HERS, original(small, booked).id, when=make.span(27))

    after = await heard(small)

    assert after.version > before.version
    assert after.proposed is not None
    assert set(after.proposed).isdisjoint(before.proposed or ())


async def test_what_has_begun_comes_with_none(small: SmallWorld):
    booked = await standing(small)
    small.clock.advance(hours=24.1)
    over_it(small, booked)

    asked = await heard(small)

    assert asked.proposed is None
    lead = text("fi", "cards.conflict.proposed", times="")[:20]
    assert lead not in str(small.chat.posted[-1].activity)
