"""A unit's desk in the tab: what looks for a taker, asking about it, and taking it.

What a card in the channel does is done here too, by whoever is not in that channel.
"""

from aiohttp import web

from booking.cover import Bar, Why
from booking.model import Appointment, AppointmentId
from booking.views.desk import DeskAskedPage, DeskPage
from teams_app import errands
from teams_app.actions import access, covering, desk_views
from teams_app.actions.covering import Asked, Barred, Claim, NotAsked
from teams_app.actions.desk_views import Told
from teams_app.store import covers
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat, number

HERE = "/teams/desk"
#: No list of the tab shows more at once.
_MOST = 120


async def show(seat: Seat) -> web.Response:
    """Show what looks for a taker in her unit, and in those she supervises."""
    if not access.of_desk(seat.who):
        return seat.not_hers()
    return await _shown(seat, Told())


async def _shown(seat: Seat, told: Told, status: int = 200) -> web.Response:
    found, more = await seat.world.database.write(
        desk_views.listed, seat.who, seat.world.policy, seat.look
    )
    barred = told.barred
    view = DeskPage(
        covers=found,
        more=more,
        taken=told.taken,
        wrong=barred.why if barred is not None else None,
        first=barred.first if barred is not None else "",
    )
    return seat.show("tab/desk.html", view, status)


async def act(seat: Seat) -> web.Response:
    """Take one that is asked about, or ask about what the form names."""
    fields = await seat.form()
    if (fields.get("act") or [""])[0] == "take":
        return await _take(seat, fields)
    references = dict.fromkeys(fields.get("reference", [])[:_MOST])
    said = await seat.world.database.write(_ask, seat, list(references))
    if said is NotAsked.NOT_YOURS:
        return seat.not_hers()
    if isinstance(said, Asked):
        return seat.show("tab/desk_asked.html", DeskAskedPage(said.count, seat.first))
    view = DeskAskedPage(0, seat.first, said.value)
    return seat.show("tab/desk_asked.html", view, 409)


async def _take(seat: Seat, fields: dict[str, list[str]]) -> web.Response:
    taker, cover = seat.who.professional, number(fields, "cover")
    if taker is None or not await seat.world.database.read(_may_take, seat, cover):
        return seat.not_hers()
    wanted = AppointmentId(number(fields, "appointment"))
    done = await errands.take(seat.world, Claim(cover, wanted, taker, seat.who.who))
    if isinstance(done, Appointment):
        return await _shown(seat, Told(taken=1))
    if done.why is Bar.OWN:
        return seat.not_hers()
    return await _shown(seat, Told(barred=done), _status(done))


def _status(barred: Barred) -> int:
    return 202 if barred.why is Bar.CONFIRMING else 409


def _may_take(tx: Tx, seat: Seat, id_: int) -> bool:
    found = covers.find(tx, id_)
    return found is not None and covering.may_read(seat.who, found)


def _ask(tx: Tx, seat: Seat, references: list[str]) -> Asked | NotAsked:
    found = [access.referred(tx, seat.who, each) for each in references]
    mine = [each for each in found if each is not None]
    if not mine or len(mine) < len(found):
        return NotAsked.NOT_YOURS
    return covering.ask(tx, seat.who, mine, Why.ASKED, seat.look)
