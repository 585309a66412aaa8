"""Her day, her week and the list: what stands in them, and where."""

import re
from dataclasses import replace

import pytest

from booking.model import Modality
from booking.wording import text
from teams_app.store import people
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
