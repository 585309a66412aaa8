"""The supervisor's page: what waits for an answer in the units she looks after.

It is the whole tab for one who meets no clients herself. It names no client; whose
appointment it is stands with its reference, which leads to its own page.
"""

from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from booking.views.absences import AwayItem
from booking.views.cards import Truths
from booking.views.waiting import LeftOver, Obstacle, OpenQuestion, WaitingPage
from teams_app.actions import access, covering, leaving
from teams_app.actions import waiting as actions
from teams_app.actions.access import Right, led
from teams_app.actions.leaving import Left
from teams_app.actions.records import truths_of
from teams_app.actions.waiting import LISTED_MAX, Asked, Reported
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged
from teams_app.web.tab import away
from teams_app.web.tab.seat import Seat

HERE = "/teams/waiting"


async def in_units(seat: Seat) -> web.Response:
    """Show what waits in her units."""
    if not led(seat.who):
        return seat.not_hers()
    view = await seat.world.database.write(_read, seat)
    return seat.show("tab/waiting.html", view)


def _read(tx: Tx, seat: Seat) -> WaitingPage:
    with unchanged(tx):
        return _page(tx, seat)


def _page(tx: Tx, seat: Seat) -> WaitingPage:
    found = actions.in_units(tx, seat.who, seat.look)
    left, more_left = leaving.listed(tx, seat.who, seat.look)
    about = [each.appointment for each in found[:LISTED_MAX]]
    covering.read_ahead(tx, about + [each.appointment for each in left])
    stand = truths_of(tx, [each.appointment for each in left])
    reported = actions.obstacles(tx, seat.who, seat.look)
    absent = _absent(tx, seat)
    return WaitingPage(
        obstacles=tuple(_obstacle(each) for each in reported[:LISTED_MAX]),
        more_obstacles=len(reported) > LISTED_MAX,
        absent=tuple(absent[:LISTED_MAX]),
        more_absent=len(absent) > LISTED_MAX,
        away=away.HERE,
        left=tuple(_left_over(each, stand[each.appointment.id]) for each in left),
        more_left=more_left,
        left_desk=_desk_of(tx, seat, left),
        units=actions.units_of(tx, seat.who, seat.language),
        now=seat.now,
        questions=tuple(_question(tx, seat, each) for each in found[:LISTED_MAX]),
        more=len(found) > LISTED_MAX,
    )


def _absent(tx: Tx, seat: Seat) -> list[AwayItem]:
    """Give the absences in her units that leave appointments to nobody."""
    hers = [
        each
        for each in access.served(tx, seat.who, Right.READ)
        if access.leads(seat.who, each.unit)
    ]
    return [each for each in away.standing(tx, seat, hers) if each.touched]


def _obstacle(found: Reported) -> Obstacle:
    one = found.appointment
    return Obstacle(
        one.reference,
        one.span.start,
        found.professional,
        f"/teams/appointment/{one.reference}",
        found.at,
        found.truths,
    )


def _left_over(found: Left, stand: Truths) -> LeftOver:
    appointment = found.appointment
    return LeftOver(
        appointment.reference,
        appointment.span.start,
        found.professional,
        f"/teams/appointment/{appointment.reference}",
        stand,
    )


def _desk_of(tx: Tx, seat: Seat, left: Sequence[Left]) -> str:
    """Say whether a desk may be asked about any of these: they may be of several units."""
    said = {covering.desk_of(tx, [each.appointment], seat.now) for each in left}
    return next((each for each in ("ask", "asked") if each in said), "")


def _question(tx: Tx, seat: Seat, asked: Asked) -> OpenQuestion:
    own = listed(asked)
    return replace(own, desk=covering.desk_of(tx, [asked.appointment], seat.now))


def listed(asked: Asked) -> OpenQuestion:
    """Show a question in a list, with the way to answer it."""
    appointment = asked.appointment
    return OpenQuestion(
        asks=asked.question,
        reference=appointment.reference,
        starts=appointment.span.start,
        professional=asked.professional,
        href=f"/teams/appointment/{appointment.reference}",
        answer=asked.question.answer if asked.of_reader else "",
        truths=asked.truths,
    )
