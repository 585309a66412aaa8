"""Whatever is pressed, pressed three times at once: done once, told once, broken never.

Every route that takes a POST stands here with what makes its button, and with what there
is to be afterwards. On PostgreSQL the presses really are in each other's way.
"""

import asyncio

import pytest

from booking.model import CANCELLED
from teams_app.web.app import routes
from tests.web.answer_races import ANSWERS, an_answer_to_a_hand_over
from tests.web.arrival_races import COMING
from tests.web.conftest import BOTH_ENGINES, Door
from tests.web.races import PRESSES, Race, booked, once, shown
from tests.web.races import RACES as OTHERS
from tests.web.search_races import SEARCHES

RACES = OTHERS | ANSWERS | SEARCHES

BUTTONS = RACES | COMING


def test_every_route_that_takes_a_post_is_raced():
    assert set(BUTTONS) == {each.path for each in routes() if each.method == "POST"}


@BOTH_ENGINES
@pytest.mark.parametrize("route", BUTTONS)
async def test_what_is_pressed_three_times_at_once_is_done_once(door: Door, route: str):
    race = await BUTTONS[route](door)
    told = len(door.small.graph.mails)

    answers = await asyncio.gather(*(race.press(door) for _ in range(PRESSES)))
    await door.small.settle_down()

    statuses = {each.status for each in answers}
    assert statuses & race.answers, statuses
    assert statuses <= race.answers | {200, 303, 409}, statuses
    assert race.done()
    assert len(door.small.graph.mails) == told + race.mails


@BOTH_ENGINES
async def test_a_hand_over_taken_three_times_at_once_is_taken_once(door: Door):
    race = await an_answer_to_a_hand_over(door)
    told = len(door.small.graph.mails)

    answers = await asyncio.gather(*(race.press(door) for _ in range(PRESSES)))
    await door.small.settle_down()

    assert {each.status for each in answers} <= {200, 409}
    assert race.done()
    assert len(door.small.graph.mails) == told + race.mails


@BOTH_ENGINES
async def test_of_two_who_cancel_at_once_one_has_and_the_client_hears_it_once(
    door: Door,
):
    made = await booked(door)
    path = door.path(made, "/cancel")
    hers = Race(path, await shown(door, path), lambda: True)
    tab = f"/teams/appointment/{made.reference}/cancel"
    fields = {"version": str(made.version), "tell": "yes"}
    his = Race(tab, fields, lambda: True, headers=door.staff())

    answers = await asyncio.gather(hers.press(door), his.press(door))
    await door.small.settle_down()

    ended = door.small.appointment(made.id)
    assert {each.status for each in answers} <= {200, 303, 409}
    assert once(door, made, status=ended.status)
    assert ended.status in CANCELLED
    assert len(door.small.graph.mails) == 2
