"""Looking for a client from a list of appointments: her own, or her unit's."""

from aiohttp import web

from booking.views.reception import FoundPage
from teams_app.actions import access, finding
from teams_app.actions.access import Right
from teams_app.actions.finding import Found
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged
from teams_app.web.tab import offers, reception, ways
from teams_app.web.tab.seat import Seat


async def search(seat: Seat) -> web.Response:
    """Look for a client by name or reference. Posted, so that no address holds a name."""
    form = await seat.form()
    whom = reception.whom_in(form)
    of_team = bool(access.led(seat.who)) and (
        seat.who.professional is None or form.get("back") == ["team"]
    )
    if seat.who.professional is None and not of_team:
        return seat.not_hers()
    page = await seat.world.database.write(_read, seat, whom, of_team)
    return seat.show("tab/found.html", page)


def _read(tx: Tx, seat: Seat, whom: str, of_team: bool) -> FoundPage:  # noqa: FBT001
    with unchanged(tx):
        found = finding.find(tx, seat.who, whom, seat.look) if whom else Found()
        served = access.served(tx, seat.who, Right.READ)
        return FoundPage(
            action=ways.LIST,
            of_team=of_team,
            back=ways.team_day(None, "", "list") if of_team else ways.LIST,
            now=seat.now,
            whom=whom,
            found=reception.lines(tx, seat, served, found.appointments),
            more=found.more,
            offers=tuple(offers.shown(tx, seat, each) for each in found.offers),
            more_offers=found.more_offers,
        )
