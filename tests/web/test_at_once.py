"""Whatever is pressed, pressed three times at once: done once, told once, broken never.

Every route that takes a POST stands here with what makes its button, and with what there
is to be afterwards. On PostgreSQL the presses really are in each other's way.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from booking.links import LinkKind
from booking.model import CANCELLED, Appointment, Status
from graph_sync.graph import Refused
from teams_app.actions import health
from teams_app.web.app import routes
from tests import make
from tests.support.small_world import dump
from tests.web.client import BOX, FORM, choose, fill_in, hidden, only, slot
from tests.web.conftest import BOTH_ENGINES, Answer, Door
from tests.web.test_every_route import booking_form, notice

PRESSES = 3


@dataclass(frozen=True)
class Race:
    """A button, and what one press of it does."""

    path: str
    fields: dict[str, Any]
    done: Callable[[], bool]
    mails: int = 0  #: Messages it owes the client.
    answers: set[int] = field(default_factory=lambda: {303})
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None

    async def press(self, door: Door) -> Answer:
        sent = {"json": self.json} if self.json else {"data": self.fields}
        return await door.ask("POST", self.path, headers=self.headers, **sent)


async def booked(door: Door) -> Appointment:
    """Book a time of which everything is known and told."""
    made = door.small.book(24)
    await door.small.settle_down()
    return made


def once(door: Door, made: Appointment, **changed: Any) -> bool:
    """Say whether this alone has come of an appointment, in one step."""
    after = replace(made, version=made.version + 1, **changed)
    return bool(door.small.appointment(made.id) == after)


def held(door: Door) -> list[str]:
    """Give the rows of the appointments that there are."""
    found: list[str] = door.small.read(dump)["appointments"]
    return found


async def shown(door: Door, path: str) -> dict[str, str]:
    """Give the token of the form at this address."""
    return {"form_token": (await door.get(path)).token}


# The client's.


async def a_time(door: Door) -> Race:
    fields = await shown(door, "/b/guidance") | {"slot": slot(24)}
    return Race("/b/guidance", fields, lambda: len(held(door)) == 1)


async def an_offered_time(door: Door) -> Race:
    offer = door.small.offer(24, 26)
    await door.small.settle_down()
    path = f"/o/{door.small.links.token(LinkKind.OFFER, offer.link, 0)}"
    fields = await shown(door, path) | {"slot": slot(26)}
    return Race(path, fields, lambda: only(door.small).span == make.span(26))


async def details(door: Door) -> Race:
    path = await choose(door)
    fields = await shown(door, path) | FORM
    clients = len(door.small.read(dump)["clients"])
    return Race(
        path, fields, lambda: len(door.small.read(dump)["clients"]) == clients + 1
    )


async def confirmation(door: Door) -> Race:
    check = (await fill_in(door, await choose(door))).location
    path = check.replace("/check", "/confirm")
    fields = await shown(door, check)
    return Race(path, fields, lambda: only(door.small).status is Status.BOOKED, mails=1)


async def letting_go(door: Door) -> Race:
    check = (await fill_in(door, await choose(door))).location
    path = check.replace("/check", "/release")
    fields = await shown(door, check)
    return Race(path, fields, lambda: held(door) == [], answers={200})


async def a_time_to_move_to(door: Door) -> Race:
    made = await booked(door)
    path = door.path(made, "/move")
    fields = await shown(door, path) | {"slot": slot(26)}
    return Race(path, fields, lambda: door.small.appointment(made.id) == made)


async def a_move(door: Door) -> Race:
    made = await booked(door)
    path = door.path(made, f"/move/check?slot={slot(26)}")
    fields = hidden(await door.get(path))
    return Race(path, fields, lambda: once(door, made, span=make.span(26)), mails=1)


async def a_cancellation(door: Door) -> Race:
    made = await booked(door)
    path = door.path(made, "/cancel")
    fields = await shown(door, path)
    ended = {"status": Status.CANCELLED_BY_CLIENT}
    return Race(path, fields, lambda: once(door, made, **ended), mails=1)


# The professional's.


async def a_booking_in_the_tab(door: Door) -> Race:
    def done() -> bool:
        return only(door.small).status is Status.BOOKED

    return Race("/teams/book", booking_form(), done, 1, {200}, door.staff())


async def a_cancellation_in_the_tab(door: Door) -> Race:
    made = await booked(door)
    path = f"/teams/appointment/{made.reference}/cancel"
    fields = {"version": str(made.version), "tell": "yes"}

    def done() -> bool:
        return once(door, made, status=Status.CANCELLED_BY_US)

    return Race(path, fields, done, 1, {200}, door.staff())


async def a_move_in_the_tab(door: Door) -> Race:
    made = await booked(door)
    path = f"/teams/appointment/{made.reference}/move"
    fields = {"version": str(made.version), "slot": slot(26)}

    def done() -> bool:
        return once(door, made, span=make.span(26))

    return Race(path, fields, done, 1, {200}, door.staff())


async def a_job_tried_again(door: Door) -> Race:
    small = door.small
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    await booked(door)
    small.graph.refusals.clear()
    (dead,) = small.read(health.facts, small.policy, small.now).dead
    headers = door.staff(roles=["Vuoro.Admin"])

    def done() -> bool:
        return len(small.graph.ours(BOX)) == 1

    fields = {"act": "retry", "id": str(dead.id)}
    return Race("/teams/health", fields, done, 0, {200}, headers)


# Graph's.


async def a_notice(door: Door) -> Race:
    body = {"value": [notice(door.small)]}

    def done() -> bool:
        return len(door.small.owed("pull")) == 1

    return Race("/hooks/graph", {}, done, 0, {202}, json=body)


RACES: dict[str, Callable[[Door], Awaitable[Race]]] = {
    "/b/{service}": a_time,
    "/o/{token}": an_offered_time,
    "/a/{token}/details": details,
    "/a/{token}/confirm": confirmation,
    "/a/{token}/release": letting_go,
    "/a/{token}/move": a_time_to_move_to,
    "/a/{token}/move/check": a_move,
    "/a/{token}/cancel": a_cancellation,
    "/teams/book": a_booking_in_the_tab,
    "/teams/appointment/{reference}/cancel": a_cancellation_in_the_tab,
    "/teams/appointment/{reference}/move": a_move_in_the_tab,
    "/teams/health": a_job_tried_again,
    "/hooks/graph": a_notice,
}


def test_every_route_that_takes_a_post_is_raced():
    assert set(RACES) == {each.path for each in routes() if each.method == "POST"}


@BOTH_ENGINES
@pytest.mark.parametrize("route", RACES)
async def test_what_is_pressed_three_times_at_once_is_done_once(door: Door, route: str):
    race = await RACES[route](door)
    told = len(door.small.graph.mails)

    answers = await asyncio.gather(*(race.press(door) for _ in range(PRESSES)))
    await door.small.settle_down()

    statuses = {each.status for each in answers}
    assert statuses & race.answers, statuses
    assert statuses <= race.answers | {200, 303, 409}, statuses
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
