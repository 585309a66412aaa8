"""The client's own page once it is booked: show, move, cancel, join, take along."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from aiohttp import web

from booking.appointments import Actor, NotOpen, Outdated, Past, Taken
from booking.availability import Search
from booking.model import (
    CANCELLED,
    Appointment,
    BookedBy,
    Channel,
    Client,
    Modality,
    Slot,
    Status,
)
from booking.views.pages import (
    AppointmentPage,
    AppointmentState,
    CancelPage,
    ConfirmingPage,
    FieldError,
    JoinPage,
    MovePage,
    SlotChoice,
)
from teams_app.actions import booking, questions
from teams_app.actions.booking import Found
from teams_app.actions.records import Whole
from teams_app.actions.staff_views import slot_value
from teams_app.errands import World, move
from teams_app.store import copies
from teams_app.web.public import ics, matters
from teams_app.web.public.times import Refused, read_slot
from teams_app.web.public.visit import LinkGone, Visit, visit
from teams_app.web.site import SOON


async def show(request: web.Request) -> web.Response:
    """Show the appointment as it is now."""
    now = await visit(request)
    appointment = now.appointment
    if appointment.status is Status.HELD and not appointment.confirming:
        step = "/check" if now.found.client else "/details"
        raise web.HTTPSeeOther(now.to(step))
    if appointment.confirming and request.query.get("details") is None:
        view = ConfirmingPage(matter=now.matter(), refresh=now.to())
        return now.show("public/confirming.html", view)
    return present(now)


def present(now: Visit, status: int = 200) -> web.Response:
    """Show how it stands; with 409 it answers what can no longer be done."""
    return now.show("public/appointment.html", _appointment_page(now), status)


def _appointment_page(now: Visit) -> AppointmentPage:
    found, appointment = now.found, now.appointment
    open_ = appointment.status is Status.BOOKED and appointment.span.start > now.now
    remote = appointment.modality is Modality.REMOTE
    phone = appointment.modality is Modality.PHONE
    state = _state(found, now.now)
    joins = remote and appointment.in_calendar and not found.choosing
    return AppointmentPage(
        state=state,
        reference=appointment.reference,
        matter=now.matter(),
        done=_done(now) if state != "choosing" else "",
        join=_join_path(now) if joins else "",
        call=found.unit.phone if phone else "",
        our_number=_masked(found.client.phone) if found.client and phone else "",
        ics=now.to("/calendar.ics") if open_ and not found.choosing else "",
        move=now.to("/move") if open_ else "",
        cancel=now.to("/cancel") if open_ else "",
        again=_again(now),
        told_by=_told_by(found.client),
    )


def _again(now: Visit) -> str:
    """Lead to free times of the same service, met in the same way."""
    service, how = now.found.service, now.appointment.modality
    if service.booked_by is not BookedBy.ANYONE:
        return ""
    return f"/b/{service.key}?lang={now.language}&modality={how.value}"


def _state(found: Whole, now: datetime) -> AppointmentState:
    appointment = found.appointment
    if appointment.status is Status.CANCELLED_BY_CLIENT:
        return "cancelled_by_client"
    if appointment.status is Status.CANCELLED_BY_US:
        return "cancelled_by_us"
    if appointment.confirming:
        return "confirming"
    if found.choosing:
        return "choosing" if appointment.span.start > now else "not_chosen"
    return "past" if appointment.span.end <= now else "booked"


def _done(now: Visit) -> Literal["", "booked", "moved", "cancelled"]:
    asked = now.request.query.get("done", "")
    for each in ("booked", "moved", "cancelled"):
        if asked == each:
            return each
    return ""


def _told_by(client: Client | None) -> tuple[Literal["mail", "sms"], ...]:
    channels = client.channels[:1] if client else ()
    return tuple("mail" if one is Channel.MAIL else "sms" for one in channels)


def _masked(phone: str | None) -> str:
    """Show only the end of the client's own number: the link may have been shared."""
    return f"… {phone[-3:]}" if phone else ""


def _join_path(now: Visit) -> str:
    appointment = now.appointment
    path = now.site.join_path(appointment.link, appointment.generation)
    return f"{path}?lang={now.language}"


async def calendar_file(request: web.Request) -> web.Response:
    """Give the appointment as an .ics file, neutral like everything else."""
    now = await visit(request)
    if not now.appointment.in_calendar:
        raise LinkGone
    if now.found.choosing:
        raise web.HTTPSeeOther(now.to())
    body = ics.event(now.found, now.language, now.site.base + now.path, now.now)
    return web.Response(
        body=body,
        content_type="text/calendar",
        charset="utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="vuoro.ics"',
            "Cache-Control": "no-store",
        },
    )


def _others(now: Visit) -> World:
    """Give the world in which her own time does not stand in the way of another."""
    return now.site.world.moving(now.appointment)


async def _nearest(now: Visit, lost: Slot) -> tuple[SlotChoice, ...]:
    own = now.appointment
    first = await now.site.world.database.read(questions.proposed, own.id)
    return await matters.nearest(_others(now), _search(now), lost, {}, own, first)


def _search(now: Visit) -> Search:
    return Search(
        now.found.service,
        now.appointment.modality,
        now.now,
        professionals=(now.appointment.professional,),
    )


async def move_page(request: web.Request) -> web.Response:
    now = await visit(request)
    if not _is_open(now):
        raise web.HTTPSeeOther(now.to())
    near: tuple[SlotChoice, ...] = ()
    if now.found.choosing:
        appointment = now.appointment
        lost = Slot(appointment.professional, appointment.span.start)
        near = await _nearest(now, lost)
    return _move_page(now, request.query.get("day", ""), Refused(near=near))


def _is_open(now: Visit) -> bool:
    """Whether it may still be moved or cancelled by its link."""
    booked = now.appointment.status is Status.BOOKED
    return booked and now.appointment.span.start > now.now


def _move_page(
    now: Visit, day: str, refused: Refused | None = None, status: int = 200
) -> web.Response:
    why = refused or Refused()
    picker = matters.picker(
        _others(now), _search(now), day, {}, now.to("/move") + "&", why.lost
    )
    if picker is not None and why.unread is not None:
        picker = replace(picker, chosen=slot_value(why.unread))
    view = MovePage(
        action=now.to("/move"),
        matter=now.matter(),
        picker=picker,
        back=now.to(),
        choosing=now.found.choosing,
        busy=why.unread is not None,
        lost=why.lost is not None,
        taken=why.near,
        errors=why.errors,
    )
    return now.show("public/move.html", view, status)


async def move_to(request: web.Request) -> web.Response:
    """Move the appointment; the old time is free at once."""
    now = await visit(request)
    form = await now.form()
    if not _is_open(now):
        return present(now, status=409)
    slot = read_slot((form.get("slot") or [""])[0])
    if slot is None or slot.professional != now.appointment.professional:
        wrong = Refused(errors=(FieldError("slot", "no_slot"),))
        return _move_page(now, (form.get("day") or [""])[0], wrong, 422)
    world = now.site.world
    moved = await move(
        world,
        now.appointment,
        slot,
        version=now.appointment.version,
        by=Actor.CLIENT,
    )
    match moved:
        case Appointment():
            raise web.HTTPSeeOther(now.to(done="moved"))
        case Found():
            day = matters.day_of(world, slot.start)
            answer = _move_page(now, day, Refused(unread=slot), 503)
            answer.headers["Retry-After"] = SOON
            return answer
        case Taken() | Past() | NotOpen() | Outdated():
            near = await _nearest(now, slot)
            day = matters.day_of(world, near[0].starts if near else slot.start)
            return _move_page(now, day, Refused(lost=slot, near=near), 409)


async def cancel_page(request: web.Request) -> web.Response:
    now = await visit(request)
    if not _is_open(now):
        raise web.HTTPSeeOther(now.to())
    view = CancelPage(now.to("/cancel"), now.matter(), now.to(), now.to("/move"))
    return now.show("public/cancel.html", view)


async def cancel(request: web.Request) -> web.Response:
    now = await visit(request)
    await now.form()
    if now.appointment.status in CANCELLED:
        raise web.HTTPSeeOther(now.to())
    if not _is_open(now):
        return present(now, status=409)
    await now.site.world.database.write(
        booking.cancel, now.appointment.id, by=Actor.CLIENT, now=now.now
    )
    raise web.HTTPSeeOther(now.to(done="cancelled"))


async def join(request: web.Request) -> web.Response:
    """Lead to whichever Teams meeting is current. Opening this joins nothing yet."""
    now = await visit(request)
    found, appointment = now.found, now.appointment
    if appointment.modality is not Modality.REMOTE:
        raise web.HTTPSeeOther(now.to())
    if found.choosing:
        # There is no meeting to join at a time we cannot keep.
        raise web.HTTPSeeOther(now.to("/move" if _is_open(now) else ""))
    state = "ready" if found.join_url else "not_ready"
    if appointment.status in CANCELLED:
        state = "cancelled"
    elif appointment.span.end <= now.now:
        state = "over"
    if state in {"ready", "not_ready"} and appointment.in_calendar:
        await _opened(now)
    view = JoinPage(
        state=state,  # type: ignore[arg-type]
        matter=now.matter(),
        now=now.now,
        join=found.join_url or "" if state == "ready" else "",
        manage=now.to(),
        open=_is_open(now),
        refresh=_join_path(now),
        call=found.unit.phone,
    )
    return now.show("public/join.html", view)


async def _opened(now: Visit) -> None:
    """Note the first look at the way in: her meeting is then no longer exchanged."""
    database, id_ = now.site.world.database, now.appointment.id
    if not await database.read(copies.join_was_opened, id_):
        await database.write(copies.join_opened, id_, now.now)
