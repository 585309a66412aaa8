"""The client's own page once it is booked: show, cancel, join, take along."""

from datetime import datetime
from typing import Literal

from aiohttp import web

from booking.appointments import Actor
from booking.model import (
    CANCELLED,
    BookedBy,
    Channel,
    Client,
    Modality,
    Status,
)
from booking.views.pages import (
    AppointmentPage,
    AppointmentState,
    CancelPage,
    ConfirmingPage,
    JoinPage,
)
from teams_app.actions import booking
from teams_app.actions.records import Whole
from teams_app.store import copies
from teams_app.web.public import ics
from teams_app.web.public.visit import LinkGone, Visit, visit


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
    """Lead to free times of the same service, met in the same way.

    Where the page says nothing of the service, an address does not either.
    """
    service, how = now.found.service, now.appointment.modality
    if service.booked_by is not BookedBy.ANYONE:
        return ""
    if not now.site.world.policy.names_service:
        return f"/b?lang={now.language}"
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


def is_open(now: Visit) -> bool:
    """Whether it may still be moved or cancelled by its link."""
    booked = now.appointment.status is Status.BOOKED
    return booked and now.appointment.span.start > now.now


async def cancel_page(request: web.Request) -> web.Response:
    now = await visit(request)
    if not is_open(now):
        raise web.HTTPSeeOther(now.to())
    view = CancelPage(now.to("/cancel"), now.matter(), now.to(), now.to("/move"))
    return now.show("public/cancel.html", view)


async def cancel(request: web.Request) -> web.Response:
    now = await visit(request)
    await now.form()
    if now.appointment.status in CANCELLED:
        raise web.HTTPSeeOther(now.to())
    if not is_open(now):
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
        raise web.HTTPSeeOther(now.to("/move" if is_open(now) else ""))
    state = "ready" if found.join_url else "not_ready"
    if appointment.status in CANCELLED:
        state = "cancelled"
    elif appointment.span.end <= now.now:
        state = "over"
    if state == "ready" and appointment.in_calendar and _is_opened(request):
        await _opened(now)
    view = JoinPage(
        state=state,  # type: ignore[arg-type]
        matter=now.matter(),
        now=now.now,
        join=found.join_url or "" if state == "ready" else "",
        manage=now.to(),
        open=is_open(now),
        refresh=_join_path(now),
        call=found.unit.phone,
    )
    return now.show("public/join.html", view)


def _is_opened(request: web.Request) -> bool:
    """Whether somebody gets to see the page, and no program that looks ahead."""
    ahead = (request.headers.get(each, "") for each in ("Sec-Purpose", "Purpose"))
    return request.method == "GET" and not any("prefetch" in each for each in ahead)


async def _opened(now: Visit) -> None:
    """Note that she has the meeting's address: it is then no longer exchanged."""
    database, id_ = now.site.world.database, now.appointment.id
    if not await database.read(copies.join_was_opened, id_):
        await database.write(copies.join_opened, id_, now.now)
