"""Her day, her week and the list: what stands in them, and where."""

import re
from dataclasses import replace

import pytest

from booking.model import Modality
from booking.wording import text
from teams_app.store import absences, people
from tests import make
from tests.web.conftest import Answer, Door

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def see(door: Door, path: str) -> Answer:
    return await door.get(path, headers=door.staff() | {"Accept-Language": "en"})


async def test_a_time_that_still_waits_stands_in_her_day(door: Door):
    door.small.confirming(24)
    day = make.at(24).date().isoformat()

    for view in ("today", "week", "list"):
        shown = await see(door, f"/teams/{view}?day={day}")
        assert "Maija Meri" in shown.text, view
    assert text("en", "truth.booked.waiting") in shown.text


async def test_the_week_shows_what_is_kept_free_and_where_now_is(door: Door):
    small = door.small
    kept_free = {Modality.REMOTE: (5, 15)}
    small.write(people.save_service, replace(small.service, buffers=kept_free))
    small.book(24)  # On Tuesday from ten to a quarter to eleven.

    shown = await see(door, "/teams/week?day=2026-11-23")

    placed = re.findall(r'<li class="([^"]+)"', shown.text)
    assert placed == [
        "now h10 m0",
        "band break h9 m55 n0 s1",
        "band break h10 m45 n0 s3",
        "event own h10 m0 n0 s9 lane0 of1",
    ]


async def test_an_absence_stands_in_her_days_until_it_is_over(door: Door):
    added = door.small.write(absences.add, make.AINO, make.span(-0.5, minutes=31))
    shown = [await see(door, f"/teams/{view}") for view in ("today", "week", "list")]
    ended = replace(added, span=make.span(-0.5, minutes=29))
    door.small.write(absences.save, ended, door.small.now)
    over = [await see(door, f"/teams/{view}") for view in ("today", "week", "list")]

    assert ["Away 09:30" in each.text for each in shown] == [True] * 3
    assert ["Away 09:30" in each.text for each in over] == [False] * 3
