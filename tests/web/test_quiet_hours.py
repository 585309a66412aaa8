"""In quiet hours no page says that a client is told soon."""

from dataclasses import replace
from datetime import time

import pytest

from booking.appointments import Actor
from booking.wording import text
from booking.wording.dates import when_short
from tests import make
from tests.support.handing import asked_anew
from tests.web.conftest import Door
from tests.web.test_team import IN_DIALOG, hand, see, standing

NIGHT, MORNING = make.at(12), make.at(21)
WHEN = when_short("en", MORNING)


async def test_her_page_says_when_the_message_leaves(door: Door):
    door.small.clock.set(NIGHT)
    booked = await standing(door.small, 48, by=Actor.PROFESSIONAL)

    page = (await see(door, f"/teams/appointment/{booked.reference}")).text

    assert text("en", "cards.truth.told.due", when=WHEN) in page
    assert text("en", "cards.truth.told.waiting") not in page


async def test_a_line_says_only_that_she_has_not_been_told(door: Door):
    door.small.clock.set(NIGHT)
    booked = await standing(door.small, 48, by=Actor.PROFESSIONAL)

    page = (await see(door, f"/teams/appointment/{booked.reference}/hand")).text

    assert text("en", "truth.told.waiting") in page
    assert text("en", "cards.truth.told.waiting") not in page


@pytest.mark.parametrize("with_", [{}, IN_DIALOG], ids=["page", "team"])
async def test_a_hand_over_says_when_she_is_told(door: Door, with_: dict[str, str]):
    booked = await standing(door.small, 48)
    door.small.clock.set(NIGHT)

    done = await hand(door, booked, at="10:00", with_=with_)

    assert done.status == 200
    assert text("en", "team.told.later", when=WHEN) in done.text
    assert "data-after=" not in done.text


async def test_a_hand_over_that_no_morning_tells_in_time_says_whom_to_call(door: Door):
    booked = await standing(door.small, 24)
    door.small.clock.set(NIGHT)
    quiet = replace(door.small.policy.quiet, end=time(11))
    door.small.policy = replace(door.small.policy, quiet=quiet)

    done = await hand(door, booked, at="10:00")

    assert done.status == 200
    assert text("en", "team.told.too_late") in done.text


async def test_who_is_yet_to_be_asked_for_another_time_was_not_asked(door: Door):
    booked = await standing(door.small, 48)
    door.small.clock.set(NIGHT)
    asked_anew(door.small, booked)
    await door.small.settle_down()
    path = f"/teams/appointment/{booked.reference}"

    waits = (await see(door, path)).text
    door.small.clock.set(MORNING)
    await door.small.settle_down()
    told = (await see(door, path)).text

    asked = text("en", "tab.choosing.text")
    assert asked not in waits
    assert text("en", "cards.appointment.choosing_lead") in waits
    assert asked in told
