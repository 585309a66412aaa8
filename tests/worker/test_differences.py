"""What comparisons find is kept: what differed for whom, and what became of it."""

from booking.calendar import Busy, ShowAs
from booking.differences import Difference, Kind
from teams_app.actions import checks, health, nights
from teams_app.actions.nights import SPREAD
from teams_app.store import calendars
from tests import make
from tests.support.small_world import SmallWorld
from tests.worker.test_checking import BOX, at_night, standing, state


def listed(small: SmallWorld) -> list[tuple[str, Kind, str, bool]]:
    """Give what comparisons have found, as an admin sees it."""
    found = small.read(health.noticed, small.now)
    return [
        (
            each.name,
            each.difference.kind,
            each.difference.reference,
            each.fixed is not None,
        )
        for each in found
    ]


async def test_in_the_morning_it_is_listed_what_differed_and_what_became_of_it(
    small: SmallWorld,
):
    booked = await standing(small, 72)
    event = small.graph.box(BOX)[small.link(booked).event_id]
    small.graph.add(BOX, make.span(80), key=event.key, subject=event.subject)
    small.write(calendars.put_busy, make.AINO, Busy("E99", make.span(76), ShowAs.BUSY))
    at_night(small, minutes=1)
    small.write(nights.owe_nightly, small.policy, small.now)
    small.clock.advance(seconds=SPREAD.total_seconds())
    await small.settle_down()
    found = small.now
    name = small.aino.name
    assert set(listed(small)) == {
        (name, Kind.DOUBLE, booked.reference, False),
        (name, Kind.LEFT_OVER, "", False),
        (name, Kind.UNSEEN, "", False),
    }

    small.clock.advance(minutes=10)
    await small.settle_down()

    assert set(listed(small)) == {
        (name, Kind.DOUBLE, booked.reference, False),
        (name, Kind.LEFT_OVER, "", True),
        (name, Kind.UNSEEN, "", True),
    }
    assert {each.found for each in small.read(health.noticed, small.now)} == {found}
    assert state(small).differing == 1
    assert not any(each.open for each in small.owed("check")), "no third look"


async def test_what_is_found_again_is_one_row_until_it_is_set_right(
    small: SmallWorld,
):
    row = Difference(Kind.UNWRITTEN, make.at(24), "K7Q2FM")
    for _ in range(2):
        small.write(checks.done, make.AINO, [row], small.now)
        small.clock.advance(hours=24)
    assert len(listed(small)) == 1
    small.write(checks.done, make.BO, [], small.now)
    assert not listed(small)[0][-1], "that was another calendar"

    small.write(checks.done, make.AINO, [], small.now)
    assert listed(small)[0][-1]
    small.write(checks.done, make.AINO, [row], small.now)
    assert sorted(each[-1] for each in listed(small)) == [False, True]

    small.clock.advance(days=8)
    assert [each[-1] for each in listed(small)] == [False]
