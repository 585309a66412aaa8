"""What somebody else does in the tab's back, between a look and what is pressed."""

from booking.appointments import Actor
from booking.model import Slot
from booking.wording import text
from teams_app.actions import booking
from tests import make
from tests.web.client import slot
from tests.web.conftest import Door
from tests.web.test_tab import press


async def test_what_is_moved_while_outlook_is_asked_is_shown_as_it_stands(door: Door):
    small, booked = door.small, door.small.book(24)
    look = small.graph.view

    async def meanwhile(asked):
        small.write(
            booking.move,
            booked.id,
            Slot(make.AINO, make.at(50)),
            version=booked.version,
            by=Actor.CLIENT,
            policy=small.policy,
            now=small.now,
        )
        return await look(asked)

    small.graph.view = meanwhile
    path = f"/teams/appointment/{booked.reference}/move"

    answer = await press(door, path, slot(26), version=str(booked.version))

    assert answer.status == 409
    assert text("en", "tab.outdated") in answer.text
    assert f'<b><time datetime="{make.at(50).date()}' in answer.text
    assert small.appointment(booked.id).span.start == make.at(50)
