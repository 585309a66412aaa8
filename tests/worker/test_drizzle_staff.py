"""The drizzle over what a supervisor and a colleague do: hand over, take back, take.

See `test_drizzle.py`, of the engines too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

import pytest

from booking.cover import Why
from booking.model import Appointment, Language
from teams_app import errands
from teams_app.actions import access, covering, desk_postings
from teams_app.actions.access import Claims, Look, Person
from teams_app.actions.covering import Asked, Claim
from teams_app.actions.handing import Undone, Wish
from teams_app.store import covers, desks
from teams_app.store.desks import Desk
from tests import make
from tests.support.agreeing import agree, are_drawn, said
from tests.support.drizzling import EACH_WAY, Rain, Way, drizzle
from tests.support.handing import AINO, standing
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

CHANNEL = "19:paivystys@thread.tacv2"


def person(small: SmallWorld, object_id: str = SUPERVISOR) -> Person:
    found: Person = small.read(access.person, Claims(TENANT, object_id))
    return found


def is_done(answer: object) -> bool:
    return isinstance(answer, Appointment | Undone)


def handing(small: SmallWorld, booked: Appointment) -> Callable[[], Awaitable[object]]:
    wish = Wish(booked.id, booked.version, make.BO, booked.span.start)
    return lambda: errands.hand(small.world, person(small), wish)


@EACH_WAY
async def test_handed_over_in_the_tab_in_the_drizzle(small: SmallWorld, way: Way):
    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        rain.begins()
        await rain.pressed(handing(small, booked), is_done)
        assert agree(small, booked).professional == make.BO

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.view", "graph.put", "graph.drop", "graph.send"}


@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "heard"])
@EACH_WAY
async def test_taken_back_in_the_drizzle(small: SmallWorld, way: Way, *, heard: bool):
    """Before the client has heard of it, and after: then she is told once more.

    Where her calendar cannot be read it is not taken back, and she hears meanwhile.
    """

    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        await handing(small, booked)()
        await small.settle_down()
        if heard:
            small.clock.advance(minutes=1)
            await small.settle_down()
        version = small.appointment(booked.id).version
        rain.begins()
        await rain.pressed(
            lambda: errands.undo(small.world, person(small), booked.id, version),
            is_done,
        )
        told = [each for each in said(small) if each.startswith(f"tell:{booked.id}:")]
        agree(small, booked, told=told[-1].removesuffix(":mail"))
        assert small.appointment(booked.id).professional == make.AINO
        hears = heard or rain.name == "graph.view"
        assert len(told) == (3 if hears else 1)

    failed = await drizzle(small, run, way)

    assert failed >= {"graph.view", "graph.put", "graph.drop"}
    assert heard is ("graph.send" in failed)


@EACH_WAY
async def test_taken_from_the_desk_in_the_drizzle(small: SmallWorld, way: Way):
    """The desk is asked, and a colleague takes it: from the asking on it may rain."""
    where = small.chat.found(TENANT, CHANNEL)
    desk = Desk(make.a_unit().id, CHANNEL, "19:t", asdict(where), Language.FI)
    small.write(desks.save, desk, SUPERVISOR, small.now)

    async def run(rain: Rain) -> None:
        booked = await standing(small, rain.hours)
        rain.begins()
        look = Look(small.now, "tab")
        ids = [booked.id]
        asked = small.write(covering.ask, person(small, AINO), ids, Why.ASKED, look)
        assert asked == Asked(1)
        await small.rest(rounds=3)
        (cover,) = small.read(covers.of_appointment, booked.id)
        claim = Claim(cover.id, booked.id, make.bo(), "staff:bo")
        await rain.pressed(lambda: errands.take(small.world, claim), is_done, kept=True)
        assert agree(small, booked).professional == make.BO
        cards = small.read(desk_postings.of_cover, cover.id, small.policy, small.now)
        # Taken before the card has got there, nobody need be asked by one.
        assert cards or (way.for_good and rain.name == "chat.send")
        are_drawn(small, cards)

    failed = await drizzle(small, run, way)

    assert failed >= {
        "graph.view",
        "graph.put",
        "graph.drop",
        "graph.send",
        "chat.send",
    }
