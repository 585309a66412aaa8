"""A client moves her appointment: another time, a last look at both, moved.

Nothing is held meanwhile. The time she has stays hers until she has confirmed, and then
the new one is looked at once more, in Outlook too.
"""

from dataclasses import replace

from aiohttp import web

from booking.appointments import NotOpen, Outdated, Past, Taken
from booking.availability import Search, another_time
from booking.model import Appointment, Slot
from booking.views.pages import FieldError, MoveCheckPage, MovePage, SlotChoice
from teams_app.actions import questions
from teams_app.actions.booking import Closed, Found
from teams_app.actions.staff_views import slot_value
from teams_app.errands import World
from teams_app.web.public import matters
from teams_app.web.public.holding import move_fairly
from teams_app.web.public.manage import may_move, present
from teams_app.web.public.times import Refused, read_moment, read_slot
from teams_app.web.public.visit import Visit, visit
from teams_app.web.site import SOON


def _others(now: Visit) -> World:
    """Give the world in which her own time does not stand in the way of another."""
    return now.site.world.moving(now.appointment)


async def _nearest(now: Visit, lost: Slot) -> tuple[SlotChoice, ...]:
    own = now.appointment
    first = await now.site.world.database.read(questions.proposed, own.id)
    return await matters.nearest(_others(now), _search(now), lost, {}, own, first)


def _search(now: Visit) -> Search:
    search = another_time(now.appointment, now.found.service, now.now)
    bound = now.found.bound
    if bound is None or now.found.choosing:
        return search
    return replace(search, within=bound.window(now.now, now.zone))


def _own(now: Visit) -> Slot:
    return Slot(now.appointment.professional, now.appointment.span.start)


async def times(request: web.Request) -> web.Response:
    """Show which times it may be moved to."""
    now = await visit(request)
    if not may_move(now):
        raise web.HTTPSeeOther(now.to())
    near = await _nearest(now, _own(now)) if now.found.choosing else ()
    return _times(now, request.query.get("day", ""), Refused(near=near))


def _times(now: Visit, day: str, why: Refused, status: int = 200) -> web.Response:
    view = MovePage(
        action=now.to("/move"),
        matter=now.matter(),
        picker=matters.picker(
            _others(now), _search(now), day, {}, now.to("/move") + "&", why.lost
        ),
        back=now.to(),
        choosing=now.found.choosing,
        lost=why.lost is not None,
        past=why.lost is not None and why.lost.start <= now.now,
        taken=why.near,
        errors=why.errors,
    )
    return now.show("public/move.html", view, status)


async def choose(request: web.Request) -> web.Response:
    """Go on with the chosen time. Nothing is moved yet."""
    now = await visit(request)
    form = await now.form()
    if not may_move(now):
        return present(now, status=409)
    slot = _hers(now, (form.get("slot") or [""])[0])
    if slot is None:
        wrong = Refused(errors=(FieldError("slot", "no_slot"),))
        return _times(now, (form.get("day") or [""])[0], wrong, 422)
    raise web.HTTPSeeOther(_to_check(now, slot))


def _hers(now: Visit, given: str) -> Slot | None:
    """Read a time of the professional she meets; another's is none of hers."""
    slot = read_slot(given)
    own = slot is not None and slot.professional == now.appointment.professional
    return slot if own else None


def _to_check(now: Visit, slot: Slot) -> str:
    return now.to("/move/check", slot=slot_value(slot))


async def check(request: web.Request) -> web.Response:
    """Show both times once more, before it is moved."""
    now = await visit(request)
    if not may_move(now):
        raise web.HTTPSeeOther(now.to())
    slot = _hers(now, request.query.get("slot", ""))
    if slot is None or slot == _own(now):
        raise web.HTTPSeeOther(now.to("/move"))
    free = await matters.is_free(
        now.site.world, _search(now), slot, own=now.appointment
    )
    within = _search(now).within
    free = free and (within is None or slot.start < within.end)
    return _check(now, slot) if free else await _lost(now, slot)


def _check(
    now: Visit,
    slot: Slot,
    status: int = 200,
    *,
    busy: bool = False,
    changed: bool = False,
) -> web.Response:
    length = now.appointment.span.length
    view = MoveCheckPage(
        action=_to_check(now, slot),
        matter=now.matter(),
        starts=slot.start,
        ends=slot.start + length,
        times=now.to("/move", day=matters.day_of(now.site.world, slot.start)),
        back=now.to(),
        choosing=now.found.choosing,
        busy=busy,
        changed=changed,
    )
    return now.show("public/move_check.html", view, status)


async def _lost(now: Visit, slot: Slot) -> web.Response:
    near = await _nearest(now, slot)
    day = matters.day_of(now.site.world, near[0].starts if near else slot.start)
    return _times(now, day, Refused(lost=slot, near=near), 409)


async def confirm(request: web.Request) -> web.Response:
    """Move the appointment; the old time is free at once."""
    now = await visit(request)
    form = await now.form()
    if not may_move(now):
        return present(now, status=409)
    slot = _hers(now, request.query.get("slot", ""))
    if slot is None:
        wrong = Refused(errors=(FieldError("slot", "no_slot"),))
        return _times(now, "", wrong, 422)
    if slot == _own(now):
        raise web.HTTPSeeOther(now.to(done="moved"))
    if read_moment((form.get("from") or [""])[0]) != now.appointment.span.start:
        return _check(now, slot, 409, changed=True)
    return await _moved(now, slot)


async def _moved(now: Visit, slot: Slot) -> web.Response:
    moved = await move_fairly(now.request, now.appointment, slot)
    match moved:
        case Appointment():
            raise web.HTTPSeeOther(now.to(done="moved"))
        case Found():
            answer = _check(now, slot, 503, busy=True)
            answer.headers["Retry-After"] = SOON
            return answer
        case Taken() | Past() | Closed() | NotOpen() | Outdated():
            return await _lost(now, slot)
