"""The supervisor's page: what waits for an answer in the units she looks after.

It is the whole tab for one who meets no clients herself. It names no client; whose
appointment it is stands with its reference, which leads to its own page.
"""

from aiohttp import web

from booking.views.tab import NotAllowedPage
from booking.views.waiting import OpenQuestion, WaitingPage
from teams_app.actions import waiting as actions
from teams_app.actions.waiting import LISTED_MAX, Asked
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat

HERE = "/teams/waiting"


async def in_units(seat: Seat) -> web.Response:
    """Show what waits in her units."""
    if not seat.who.supervises:
        return seat.show("tab/not_allowed.html", NotAllowedPage("not_yours"), 403)
    view = await seat.world.database.write(_page, seat)
    return seat.show("tab/waiting.html", view)


def _page(tx: Tx, seat: Seat) -> WaitingPage:
    found = actions.in_units(tx, seat.who, seat.look)
    return WaitingPage(
        units=actions.units_of(tx, seat.who, seat.language),
        questions=tuple(_question(seat, each) for each in found[:LISTED_MAX]),
        more=len(found) > LISTED_MAX,
    )


def _question(seat: Seat, asked: Asked) -> OpenQuestion:
    appointment = asked.appointment
    return OpenQuestion(
        asks=asked.question,
        reference=appointment.reference,
        starts=appointment.span.start,
        professional=asked.professional,
        href=f"/teams/appointment/{appointment.reference}",
        chat=seat.world.policy.chat_url if asked.of_reader else "",
    )
