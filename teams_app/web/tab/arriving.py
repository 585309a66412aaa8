"""That a client has come in person: said in the tab, or taken back."""

from aiohttp import web

from booking.appointments import Outdated
from teams_app.actions import access, arrivals
from teams_app.actions.access import Right
from teams_app.actions.arrivals import By
from teams_app.web.tab import appointments, reception
from teams_app.web.tab.seat import Seat, number

_DOES = {"arrived": arrivals.arrive, "not_arrived": arrivals.take_back}


async def say(seat: Seat) -> web.Response:
    """Say it; an old page shows the present state instead.

    From the reception's day she goes on there.
    """
    form = await seat.form()
    found = await appointments.find(seat, Right.CHANGE)
    if found is None:
        return seat.not_hers()
    done = (form.get("said") or [""])[0]
    does = _DOES.get(done)
    if does is None:
        raise web.HTTPBadRequest
    by = By(access.acts_as(seat.who, found.professional), seat.who.who, seat.now)
    said = await seat.world.database.write(
        does, found.appointment.id, by, number(form, "version")
    )
    wrong, is_old = arrivals.why_not(said), isinstance(said, Outdated)
    if form.get("back") == ["reception"] and access.received(seat.who):
        done = "" if wrong or is_old else done
        return await reception.day(seat, done, "tab.outdated" if is_old else wrong)
    return await appointments.as_it_stands(
        seat, "" if wrong else done, wrong=wrong, is_done=not is_old
    )
