"""The way into a remote meeting: who opens it near the start waits, or says she is stuck.

Opening the page joins nothing yet. That she opened it is noted, and her professional is
told once; that she cannot get in she says herself, by a form that needs no script. When
she then presses the link to the meeting again, a script says so beside it: the link
itself leads to Teams whatever becomes of that.
"""

from aiohttp import web

from booking import arrivals as rules
from booking.arrivals import Came
from booking.contact import masked_phone
from booking.model import CANCELLED, Modality
from booking.own_settings import Wanted
from booking.views.pages import JoinPage
from teams_app.actions import arrivals, giving
from teams_app.actions.questions import DELETED
from teams_app.actions.records import Whole
from teams_app.store import copies
from teams_app.web.public.holding import say_fairly
from teams_app.web.public.manage import (
    is_open,
    join_path,
    may_cancel,
    may_move,
    present,
)
from teams_app.web.public.opening import is_opened
from teams_app.web.public.visit import Visit, visit


async def join(request: web.Request) -> web.Response:
    """Lead to whichever Teams meeting is current. Opening this joins nothing yet."""
    now = await _visit(request)
    state = _state(now)
    if state == "ready" and now.appointment.in_calendar and is_opened(request):
        await _opened(now)
    if state in {"ready", "not_ready"} and is_opened(request):
        await _waits(now)
    return _page(now, state, told=await _is_told(now))


async def _visit(request: web.Request) -> Visit:
    """Open the link; whom no meeting waits for is led elsewhere."""
    now = await visit(request)
    if now.appointment.modality is not Modality.REMOTE:
        raise web.HTTPSeeOther(now.to())
    if now.found.choosing:
        # There is no meeting to join at a time we cannot keep.
        raise web.HTTPSeeOther(now.to("/move" if is_open(now) else ""))
    return now


def _state(now: Visit) -> str:
    if now.appointment.status in CANCELLED:
        return "cancelled"
    if now.appointment.span.end <= now.now:
        return "over"
    return "ready" if now.found.join_url and not _is_gone(now.found) else "not_ready"


def _is_gone(found: Whole) -> bool:
    """Whether the meeting is known to be gone: another will stand in its place."""
    return (
        found.kept is None and found.link is not None and found.link.problem == DELETED
    )


async def _is_told(now: Visit) -> bool:
    """Whether her professional, who may want no such cards, hears that she waits."""
    return await now.site.world.database.read(
        giving.wants, now.appointment.professional, Wanted.ARRIVAL
    )


def _page(now: Visit, state: str, *, told: bool) -> web.Response:
    found = now.found
    ahead = state in {"ready", "not_ready"}
    near = ahead and rules.is_near(now.appointment, now.now)
    came = found.came(now.now)
    stuck = came is not None and came.how is Came.COULD_NOT_JOIN
    view = JoinPage(
        state=state,  # type: ignore[arg-type]
        matter=now.matter(),
        now=now.now,
        join=found.join_url or "" if state == "ready" else "",
        manage=now.to(),
        open=may_move(now) or may_cancel(now),
        refresh=join_path(now),
        call=found.unit.phone,
        unit=found.unit.name.in_(now.language),
        late=found.late(now.now),
        near=near,
        told=near and told,
        stuck=stuck,
        say_stuck=join_path(now) if near and not stuck else "",
        say_trying=join_path(now, "/again") if near and stuck else "",
        our_number=masked_phone(found.client.phone or "") if found.client else "",
    )
    return now.show("public/join.html", view)


async def stuck(request: web.Request) -> web.Response:
    """Say that she cannot get into her meeting. Said again, nothing more happens."""
    now = await _visit(request)
    await now.form()
    if not await say_fairly(request, now.appointment, Came.COULD_NOT_JOIN):
        return present(now, status=409)
    raise web.HTTPSeeOther(f"{join_path(now)}#stuck")


async def again(request: web.Request) -> web.Response:
    """Say that she tries again after she could not join. A script asks, and reads none."""
    now = await _visit(request)
    await now.form()
    await say_fairly(request, now.appointment, Came.TRYING)
    return web.Response(status=204)


async def _opened(now: Visit) -> None:
    """Note that she has the meeting's address: it is then no longer exchanged."""
    database, id_ = now.site.world.database, now.appointment.id
    if not await database.read(copies.join_was_opened, id_):
        await database.write(copies.join_opened, id_, now.now)


async def _waits(now: Visit) -> None:
    """Note that she waits; nothing is written where it was noted before."""
    if not rules.is_near(now.appointment, now.now) or _known(now):
        return
    await now.site.world.database.write(
        arrivals.note, now.appointment.id, Came.WAITING, now.now
    )


def _known(now: Visit) -> bool:
    start = now.appointment.span.start
    return any(
        each.how is Came.WAITING and each.start == start for each in now.found.arrivals
    )
