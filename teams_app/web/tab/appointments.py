"""One appointment in the tab: everything about it, moving it, cancelling it."""

from dataclasses import replace

from aiohttp import web

from booking.appointments import Actor, NotOpen, Outdated, Past, Taken, Tell
from booking.availability import Search
from booking.model import Appointment, Modality, Slot, Status
from booking.views.cards import Truth
from booking.views.pages import FieldError, Matter, SlotChoice
from booking.views.tab import NotAllowedPage, StaffAppointmentPage, StaffMovePage
from teams_app.actions import access, booking
from teams_app.actions.booking import Closed, Found
from teams_app.actions.records import Whole, whole
from teams_app.actions.staff_views import problem_of, slot_value
from teams_app.errands import move
from teams_app.store.database import Tx
from teams_app.web.public import answers, matters
from teams_app.web.public.times import Refused, read_slot, wrong_slot
from teams_app.web.site import SOON
from teams_app.web.tab.seat import Seat


async def _found(seat: Seat) -> Whole | None:
    reference = seat.request.match_info["reference"]
    return await seat.world.database.write(_read, seat, reference)


def _read(tx: Tx, seat: Seat, reference: str) -> Whole | None:
    found = access.appointment_by_reference(tx, seat.who, reference, seat.look)
    return whole(tx, found) if found is not None else None


def _not_hers(seat: Seat) -> web.Response:
    return seat.show("tab/not_allowed.html", NotAllowedPage("not_yours"), 403)


async def appointment(seat: Seat) -> web.Response:
    found = await _found(seat)
    if found is None:
        return _not_hers(seat)
    return _show(seat, found)


def _outdated(seat: Seat, found: Whole) -> web.Response:
    """Say that what was pressed no longer fits, and show how it stands."""
    return _show(seat, found, outdated=True)


def _show(
    seat: Seat, found: Whole, done: str = "", *, outdated: bool = False
) -> web.Response:
    appointment, client = found.appointment, found.client
    open_ = appointment.status is Status.BOOKED and appointment.span.end > seat.now
    path = f"/teams/appointment/{appointment.reference}"
    acts = access.acts_as(seat.who, appointment.professional)
    in_person = appointment.modality is Modality.IN_PERSON
    joins = appointment.in_calendar and not found.choosing
    view = StaffAppointmentPage(
        reference=appointment.reference,
        version=appointment.version,
        status=appointment.status,
        confirming=appointment.confirming,
        starts=appointment.span.start,
        ends=appointment.span.end,
        service=found.service.name.in_(seat.language),
        modality=appointment.modality,
        client=client.name if client else "",
        client_language=client.language if client else appointment.language,
        email=(client.email or "") if client else "",
        phone=(client.phone or "") if client else "",
        answers=answers.given(found.service, appointment.answers, seat.language),
        truths=found.truths,
        back="/teams/today",
        asks=bool(found.service.questions),
        join=(found.join_url or "") if joins else "",
        place=matters.place_of(found.unit, seat.language) if in_person else None,
        professional="" if acts is Actor.PROFESSIONAL else found.professional.name,
        move=f"{path}/move" if open_ and appointment.span.start > seat.now else "",
        cancel=f"{path}/cancel" if open_ else "",
        wrong=_wrong(found),
        choosing=found.choosing,
        questions=found.waiting(seat.now),
        done=done,
        outdated=outdated,
        here=path,
    )
    return seat.show("tab/appointment.html", view, 409 if outdated else 200)


def _wrong(found: Whole) -> str:
    """Name what failed for good; what is only asked has a sign of its own."""
    wrong = problem_of(found) or ""
    asked = found.questions and found.truths.in_outlook is Truth.ASKED
    return "" if asked else wrong


async def made(seat: Seat, appointment: Appointment) -> web.Response:
    """Show what a form made; one that still waits, or is over, is not called booked."""
    found = await seat.world.database.write(_read, seat, appointment.reference)
    if found is None:  # A colleague has it by now.
        return _not_hers(seat)
    if found.appointment.confirming:
        return _show(seat, found, "confirming")
    return _show(seat, found, "booked" if found.appointment.in_calendar else "")


def _number(form: dict[str, list[str]], name: str) -> int:
    given = (form.get(name) or [""])[0]
    sound = given.isascii() and given.isdecimal() and len(given) < 15  # noqa: PLR2004
    return int(given) if sound else -1


async def cancel(seat: Seat) -> web.Response:
    """Cancel; an old copy of the page shows the present state instead."""
    form = await seat.form()
    found = await _found(seat)
    if found is None:
        return _not_hers(seat)
    over = found.appointment.span.end <= seat.now
    if found.appointment.version != _number(form, "version") or over:
        return _outdated(seat, found)
    tell = Tell.YES if form.get("tell") == ["yes"] else Tell.NO
    ended = await seat.world.database.write(
        booking.cancel,
        found.appointment.id,
        by=access.acts_as(seat.who, found.appointment.professional),
        now=seat.now,
        tell=tell,
        who=seat.who.who,
    )
    fresh = await _found(seat)
    assert fresh is not None
    if not isinstance(ended, Appointment):
        return _outdated(seat, fresh)
    return _show(seat, fresh, "cancelled")


def _search(seat: Seat, found: Whole) -> Search:
    return Search(
        found.service,
        found.appointment.modality,
        seat.now,
        professionals=(found.appointment.professional,),
        staff=True,
    )


async def move_page(seat: Seat) -> web.Response:
    found = await _found(seat)
    if found is None:
        return _not_hers(seat)
    if found.appointment.status is not Status.BOOKED:
        return _outdated(seat, found)
    return _move(seat, found, seat.request.query.get("day", ""))


def _move(
    seat: Seat,
    found: Whole,
    day: str,
    refused: Refused | None = None,
    status: int = 200,
) -> web.Response:
    appointment, why = found.appointment, refused or Refused()
    path = f"/teams/appointment/{appointment.reference}"
    picker = matters.picker(
        seat.world.moving(appointment),
        _search(seat, found),
        day,
        {},
        f"{path}/move?",
        why.lost,
    )
    if picker is not None and why.unread is not None:
        picker = replace(picker, chosen=slot_value(why.unread))
    view = StaffMovePage(
        action=f"{path}/move",
        version=appointment.version,
        matter=Matter(
            found.service.name.in_(seat.language),
            found.service.minutes,
            appointment.modality,
            starts=appointment.span.start,
            ends=appointment.span.end,
        ),
        client=found.client.name if found.client else appointment.reference,
        picker=picker,
        back=path,
        busy=why.unread is not None,
        lost=why.lost is not None,
        taken=why.near,
        errors=why.errors,
    )
    return seat.show("tab/move.html", view, status)


async def move_to(seat: Seat) -> web.Response:
    """Move to another of her free times, after a live look at her calendar."""
    form = await seat.form()
    found = await _found(seat)
    if found is None:
        return _not_hers(seat)
    slot = read_slot((form.get("slot") or [""])[0])
    day = (form.get("day") or [""])[0]
    if found.appointment.status is not Status.BOOKED:
        return _outdated(seat, found)
    if slot is None or slot.professional != found.appointment.professional:
        wrong = Refused(errors=(FieldError("slot", "no_slot"),))
        return _move(seat, found, day, wrong, 422)
    moved = await move(
        seat.world,
        found.appointment,
        slot,
        version=_number(form, "version"),
        by=access.acts_as(seat.who, found.appointment.professional),
        who=seat.who.who,
    )
    if isinstance(moved, Appointment):
        fresh = await _found(seat)
        assert fresh is not None
        return _show(seat, fresh, "moved")
    return await _unmoved(seat, found, slot, moved)


async def _nearest(seat: Seat, found: Whole, lost: Slot) -> tuple[SlotChoice, ...]:
    own = found.appointment
    world = seat.world.moving(own)
    return await matters.nearest(world, _search(seat, found), lost, {}, own)


async def _unmoved(
    seat: Seat,
    found: Whole,
    slot: Slot,
    why: Found | Taken | Past | Closed | NotOpen | Outdated,
) -> web.Response:
    """Say why it was not moved, with the chosen time or those nearest to it."""
    day = matters.day_of(seat.world, slot.start)
    match why:
        case Found():
            answer = _move(seat, found, day, Refused(unread=slot), 503)
            answer.headers["Retry-After"] = SOON
            return answer
        case Taken() | Past() | Closed():
            near = await _nearest(seat, found, slot)
            wrong = wrong_slot(why)
            lost = None if wrong else slot
            return _move(seat, found, day, Refused(lost, near, errors=wrong), 409)
        case NotOpen() | Outdated():
            return _outdated(seat, found)
