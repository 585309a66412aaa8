"""The page that moves an appointment: what it says first, and on which day it opens."""

import pytest

from booking.appointments import Actor
from booking.wording import text
from teams_app.actions import staff_views
from tests import make
from tests.web.conftest import Door


async def test_it_says_that_the_client_is_told_and_opens_on_its_own_day(door: Door):
    booked = door.small.book(52, by=Actor.PROFESSIONAL)

    page = await door.get(
        f"/teams/appointment/{booked.reference}/move",
        headers=door.staff() | {"Accept-Language": "en"},
    )

    assert text("en", "tab.move.told") in page.text
    assert 'name="day" value="2026-11-25"' in page.text


@pytest.mark.parametrize(("minutes", "soon"), [(2, True), (14, True), (15, False)])
def test_what_begins_in_a_moment_is_marked_as_soon(minutes: int, *, soon: bool):
    slot = make.Slot(make.AINO, make.at(minutes / 60))

    (choice,) = staff_views.slot_choices([slot], make.timedelta(hours=1), make.NOW)
    (plain,) = staff_views.slot_choices([slot], make.timedelta(hours=1))

    assert choice.soon is soon
    assert not plain.soon
