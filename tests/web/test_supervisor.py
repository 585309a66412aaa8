"""The supervisor in the tab: what she changes is told and is hers in the log."""

import pytest

from booking.model import Status
from teams_app.store import log, people
from tests import make
from tests.support.small_world import SmallWorld
from tests.web.client import slot
from tests.web.conftest import Answer, Door

BO = make.bo().object_id


@pytest.fixture
def bo(door: Door) -> Door:
    """Let Bo, who meets clients herself, supervise the unit too."""
    door.small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [BO]))
    return door


async def press(door: Door, path: str, who: str = BO, **fields: str) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.ask("POST", path, data=fields, headers=headers)


def changes(small: SmallWorld, subject: str) -> list[tuple[str, str]]:
    """Give who did what, the newest first, without the looks."""
    found = small.read(log.entries, subject, 100)
    return [(each.who, each.what) for each in found if each.what != "view"]


async def test_a_professional_is_told_what_her_supervisor_cancels(bo: Door):
    small, booked = bo.small, bo.small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))

    answer = await press(
        bo,
        f"/teams/appointment/{booked.reference}/cancel",
        version=str(booked.version),
        tell="yes",
    )

    assert answer.status == 200
    assert small.appointment(booked.id).status is Status.CANCELLED_BY_US
    (told,) = small.owed("announce")[before:]
    assert told.payload["professional"] == make.AINO
    assert changes(small, f"appointment:{booked.id}")[0] == (f"staff:{BO}", "cancel")


async def test_a_professional_is_told_what_her_supervisor_moves(bo: Door):
    small, booked = bo.small, bo.small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))

    answer = await press(
        bo,
        f"/teams/appointment/{booked.reference}/move",
        version=str(booked.version),
        slot=slot(26),
    )

    assert answer.status == 200
    (told,) = small.owed("announce")[before:]
    assert told.payload["professional"] == make.AINO
    assert changes(small, f"appointment:{booked.id}")[0] == (f"staff:{BO}", "move")


async def test_her_own_click_is_in_her_name_and_needs_no_card(door: Door):
    small, booked = door.small, door.small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))
    aino = small.aino.object_id

    await press(
        door,
        f"/teams/appointment/{booked.reference}/cancel",
        aino,
        version=str(booked.version),
    )

    assert small.owed("announce")[before:] == []
    assert changes(small, f"appointment:{booked.id}")[0] == (f"staff:{aino}", "cancel")


@pytest.mark.parametrize(("act", "what"), [("book", "book"), ("offer", "offer")])
async def test_what_is_made_in_the_tab_is_in_her_name(door: Door, act: str, what: str):
    aino = door.small.aino.object_id

    await press(
        door,
        "/teams/book",
        aino,
        service="guidance",
        modality="remote",
        name="Maija Meri",
        language="fi",
        email="maija@client.example",
        request="r1",
        act=act,
        slot=slot(24),
    )

    subject = "appointment:1" if act == "book" else "offer:1"
    assert changes(door.small, subject)[0] == (f"staff:{aino}", what)
