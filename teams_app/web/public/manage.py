"""The client's own page once it is booked: show, cancel, take along."""

from datetime import datetime
from typing import Final, Literal, get_args

from aiohttp import web

from booking import client_limits
from booking.appointments import Actor
from booking.arrivals import Came
from booking.client_limits import Barred
from booking.contact import masked_phone
from booking.model import (
    AGREED,
    CANCELLED,
    AppointmentId,
    BookedBy,
    Modality,
    Status,
)
from booking.policy import Policy
from booking.views.own_page import DONE, AppointmentState, Done
from booking.views.pages import (
    AppointmentPage,
    CancelPage,
    ConfirmingPage,
)
from teams_app.actions import booking
from teams_app.actions import client_limits as limits
from teams_app.actions import speaking as languages
from teams_app.actions.records import Whole
from teams_app.store.database import Tx
from teams_app.web.public import binding, ics, speaking
from teams_app.web.public.opening import is_opened
from teams_app.web.public.visit import LinkGone, Visit, visit


async def show(request: web.Request) -> web.Response:
    """Show the appointment as it is now."""
    now = await visit(request)
    appointment = now.appointment
    if appointment.status is Status.HELD and not appointment.confirming:
        step = "/check" if now.found.client else "/details"
        raise web.HTTPSeeOther(now.to(step))
    if now.found.bound is not None and is_opened(request):
        await binding.noted_as_opened(now)
    if appointment.confirming and request.query.get("details") is None:
        untold = not speaking.told_by(now)
        view = ConfirmingPage(now.matter(), refresh=now.to(), untold=untold)
        return now.show("public/confirming.html", view)
    return present(now)


def present(now: Visit, status: int = 200) -> web.Response:
    """Show how it stands; with 409 it answers what can no longer be done."""
    return now.show("public/appointment.html", _appointment_page(now), status)


def _appointment_page(now: Visit) -> AppointmentPage:
    found, appointment = now.found, now.appointment
    open_ = appointment.status in AGREED and appointment.span.start > now.now
    remote = appointment.modality is Modality.REMOTE
    phone = appointment.modality is Modality.PHONE
    state = _state(found, now.now)
    joins = remote and appointment.in_calendar and not found.choosing
    return AppointmentPage(
        state=state,
        reference=appointment.reference,
        matter=now.matter(),
        done=_done(now, state),
        join=join_path(now) if joins else "",
        call=found.unit.phone if phone else "",
        our_number=masked_phone(found.client.phone or "")
        if found.client and phone
        else "",
        ics=now.to("/calendar.ics") if open_ and not found.choosing else "",
        move=now.to("/move") if may_move(now) else "",
        cancel=now.to("/cancel") if may_cancel(now) else "",
        closed=(_bar_to_move(now) or "") if open_ else "",
        notice=now.site.world.policy.client_notice_hours,
        again=_again(now),
        told_by=speaking.told_by(now),
        untold=(open_ or appointment.confirming) and not speaking.told_by(now),
        late=0 if found.choosing else found.late(now.now),
        here=_is_here(now),
        binding=binding.part(now, moves=may_move(now)),
        written=speaking.otherwise(now),
    )


def _is_here(now: Visit) -> bool:
    came = now.found.came(now.now)
    return came is not None and came.how is Came.ARRIVED


def _again(now: Visit) -> str:
    """Lead to free times of the same service, met in the same way.

    Where the page says nothing of the service, an address does not either.
    """
    service, how = now.found.service, now.appointment.modality
    policy = now.site.world.policy
    anyone = service.open and service.booked_by is BookedBy.ANYONE
    if not anyone or not policy.self_booking:
        return ""
    path = f"/b/{service.key}" if policy.names_service else "/b"
    return f"{path}?lang={now.language}&modality={how.value}"


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


#: What was done stays in the address, and is said while it is still so.
_STILL_SO: Final[dict[Done, tuple[AppointmentState, ...]]] = {
    "booked": ("booked", "confirming"),
    "moved": ("booked", "confirming"),
    "not_used": ("booked", "confirming"),
    "cancelled": ("cancelled_by_client",),
}
_ALWAYS: Final = tuple(
    each for each in get_args(AppointmentState) if each != "choosing"
)


def _done(now: Visit, state: AppointmentState) -> Done | Literal[""]:
    asked = now.request.query.get("done", "")
    for each in DONE:
        if asked == each and state in _STILL_SO.get(each, _ALWAYS):
            return each if each != "language" or speaking.is_as_read(now) else ""
    return ""


def join_path(now: Visit, rest: str = "") -> str:
    """Give the way to the page that leads into her meeting."""
    appointment = now.appointment
    path = now.site.join_path(appointment.link, appointment.generation)
    return f"{path}{rest}?lang={now.language}"


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
    agreed = now.appointment.status in AGREED
    return agreed and now.appointment.span.start > now.now


def may_move(now: Visit) -> bool:
    """Whether it may be moved, as the tenant has decided too."""
    return is_open(now) and _bar_to_move(now) is None


def may_cancel(now: Visit) -> bool:
    return is_open(now) and _bar_to_cancel(now) is None


def _bar_to_move(now: Visit) -> Barred | None:
    if now.found.choosing:
        return None
    start, moves = now.appointment.span.start, now.found.moves
    policy, bound = now.site.world.policy, now.found.bound
    return client_limits.to_move(start, moves, policy, now.now, bound)


def _bar_to_cancel(now: Visit) -> Barred | None:
    start, bound = now.appointment.span.start, now.found.bound
    if now.found.choosing and bound is None:
        return None
    return client_limits.to_cancel(start, now.site.world.policy, now.now, bound)


async def cancel_page(request: web.Request) -> web.Response:
    now = await visit(request)
    if not may_cancel(now):
        raise web.HTTPSeeOther(now.to())
    other = now.to("/move") if may_move(now) else ""
    view = CancelPage(now.to("/cancel"), now.matter(), now.to(), other)
    return now.show("public/cancel.html", view)


async def cancel(request: web.Request) -> web.Response:
    now = await visit(request)
    await now.form()
    if now.appointment.status in CANCELLED:
        raise web.HTTPSeeOther(now.to())
    if not may_cancel(now):
        return present(now, status=409)
    done = await now.site.world.database.write(
        _cancelled, now.appointment.id, now.site.world.policy, now.now
    )
    if not done:
        return present(await visit(request), status=409)
    raise web.HTTPSeeOther(now.to(done="cancelled"))


def _cancelled(tx: Tx, id_: AppointmentId, policy: Policy, now: datetime) -> bool:
    found = booking.find(tx, id_)
    if found is None or limits.to_cancel(tx, found, policy, now) is not None:
        return False
    booking.cancel(tx, id_, by=Actor.CLIENT, now=now)
    return True


async def speak(request: web.Request) -> web.Response:
    """Take the page's language, the one in the address, for her messages too."""
    now = await visit(request, at="")
    await now.form()
    if not speaking.is_written_to(now):
        return present(now, status=409)
    await now.site.world.database.write(
        languages.write_in, now.appointment.id, now.language, now.now
    )
    raise web.HTTPSeeOther(now.to(done="language"))
