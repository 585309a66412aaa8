"""One appointment in the tab: everything about it, moving it, cancelling it."""

from dataclasses import replace

from aiohttp import web

from booking.appointments import NotOpen, Outdated, Past, Taken, Tell, as_promised
from booking.availability import Search, another_time
from booking.model import AGREED, Appointment, Modality, Professional, Slot, Status
from booking.outcomes import is_missing, is_recorded, possible
from booking.spans import wall
from booking.views.arriving import Arriving
from booking.views.cards import Truth, Truths
from booking.views.pages import Answer, FieldError, Matter, Picker, Place, SlotChoice
from booking.views.questions import QuestionPart
from booking.views.reporting import Reporting
from booking.views.tab import (
    StaffAppointmentPage,
    StaffMovePage,
)
from booking.views.waiting import Question
from teams_app.actions import access, booking, until_morning
from teams_app.actions.access import Right
from teams_app.actions.booking import Closed, Found
from teams_app.actions.late_views import choices_of
from teams_app.actions.records import Whole, whole
from teams_app.actions.staff_views import problem_of, slot_value
from teams_app.errands import move
from teams_app.store.database import Tx
from teams_app.web.public import answers, matters
from teams_app.web.public.times import Refused, read_slot, wrong_slot
from teams_app.web.site import SOON
from teams_app.web.tab import asking, record, ways
from teams_app.web.tab.arrived import arriving
from teams_app.web.tab.seat import Seat, number


async def find(seat: Seat, right: Right = Right.READ) -> Whole | None:
    """Read the appointment of the address, if she has the right; the look is logged.

    Unless told, it is about the whole of it, which reception has not.
    """
    reference = seat.request.match_info["reference"]
    return await seat.world.database.write(_read, seat, reference, right)


def _read(tx: Tx, seat: Seat, reference: str, right: Right) -> Whole | None:
    found = access.appointment_by_reference(tx, seat.who, reference, seat.look, right)
    return whole(tx, found) if found is not None else None


async def appointment(seat: Seat) -> web.Response:
    found = await find(seat, Right.SEE)
    if found is None:
        return seat.not_hers()
    return await show(seat, found)


async def as_it_stands(
    seat: Seat, done: str = "", *, wrong: str = "", is_done: bool = True
) -> web.Response:
    """Show what came of a press by how the appointment stands now.

    Between the press and this look a colleague may have come to have it, or nobody.
    """
    fresh = await find(seat, Right.SEE)
    if fresh is None:
        return seat.not_hers()
    if not is_done:
        return await outdated_(seat, fresh)
    return await show(seat, fresh, done, wrong=wrong)


async def outdated_(seat: Seat, found: Whole) -> web.Response:
    """Say that what was pressed no longer fits, and show how it stands."""
    return await show(seat, found, outdated=True)


async def show(
    seat: Seat,
    found: Whole,
    done: str = "",
    *,
    outdated: bool = False,
    wrong: str = "",
    said: str = "",
) -> web.Response:
    """Show an appointment. `wrong`: the key of why nothing was done.

    Who may not read the whole of it sees neither what stands beside it nor how it went.
    """
    view = replace(_page(seat, found), done=done, outdated=outdated, said=said)
    stand, failed = await seat.world.database.read(_stands, seat, found)
    view = replace(view, truths=stand, wrong=failed)
    if access.has(seat.who, found.professional, Right.READ):
        kept = await seat.world.database.write(
            record.read, seat, found.appointment.id, seat.world.outside.ids.uuid()
        )
        if kept is None:  # A colleague has it by now, or nobody.
            return seat.not_hers()
        view = replace(view, record=kept, report=report(seat, found))
        if found.questions or found.choosing:
            asks = await seat.world.database.read(asking.on_page, seat, found)
            view = replace(view, asked=asks, questions=_others(view, asks))
    status = 409 if outdated or wrong else 200
    return seat.show(
        "tab/appointment.html", replace(view, wrong=wrong or view.wrong), status
    )


def _others(
    view: StaffAppointmentPage, asks: tuple[QuestionPart, ...]
) -> tuple[Question, ...]:
    """Give what waits for somebody else's answer."""
    hers = {each.number for each in asks}
    return tuple(each for each in view.questions if each.conflict not in hers)


def report(seat: Seat, found: Whole) -> Reporting:
    """Say what may be said of an appointment: how it went, how late it begins."""
    appointment, now = found.appointment, seat.now
    path = f"/teams/appointment/{appointment.reference}"
    hers = seat.who.is_(appointment.professional)
    begun = is_recorded(appointment) or is_missing(appointment, now)
    return Reporting(
        version=appointment.version,
        outcome=f"{path}/outcome",
        lateness=f"{path}/late",
        outcomes=() if found.choosing else possible(appointment, now),
        recorded=is_recorded(appointment),
        next=f"/teams/book?after={appointment.reference}" if begun and hers else "",
        late=found.late(now),
        late_told=found.late_told,
        late_choices=() if found.choosing else choices_of(appointment, now),
    )


def _page(seat: Seat, found: Whole) -> StaffAppointmentPage:
    appointment, client = found.appointment, found.client
    open_ = appointment.status in AGREED and appointment.span.end > seat.now
    path = record.at(appointment.reference)
    reads = access.has(seat.who, found.professional, Right.READ)
    joins = reads and appointment.in_calendar and not found.choosing
    return StaffAppointmentPage(
        reference=appointment.reference,
        version=appointment.version,
        status=appointment.status,
        confirming=appointment.confirming,
        starts=appointment.span.start,
        ends=appointment.span.end,
        service=found.service.name.in_(seat.language),
        modality=appointment.modality,
        client=client.name if client else "",
        spoken=appointment.language,
        written=client.language if client else appointment.language,
        email=(client.email or "") if client else "",
        phone=(client.phone or "") if client else "",
        answers=_answers(seat, found) if reads else (),
        truths=found.truths,
        back=_back(seat, found),
        asks=reads and bool(found.service.asking),
        join=(found.join_url or "") if joins else "",
        place=_place(seat, found),
        professional=_other(seat, found.professional),
        move=f"{path}/move" if open_ and appointment.span.start > seat.now else "",
        hand=f"{path}/hand" if reads and open_ else "",
        cancel=f"{path}/cancel" if open_ else "",
        choosing=found.choosing,
        questions=found.waiting(seat.now),
        here=path,
        arriving=_arriving(seat, found),
        unspoken=open_ and found.unspoken is not None,
    )


def _stands(tx: Tx, seat: Seat, found: Whole) -> tuple[Truths, str]:
    """Say how far it has come, and what failed for good."""
    policy, about = seat.world.policy, found.appointment
    stand = until_morning.with_morning(tx, about, found.truths, policy, seat.now)
    return stand, _wrong(tx, found)


def _arriving(seat: Seat, found: Whole) -> Arriving:
    came = found.came(seat.now)
    return arriving(found.appointment, came, seat.now, asked=not found.choosing)


def _back(seat: Seat, found: Whole) -> str:
    """Lead who looks after another's unit back to its day, where she came from."""
    hers = seat.who.is_(found.professional.id)
    if hers or not access.leads(seat.who, found.professional.unit):
        return seat.first
    day = wall(found.appointment.span.start, seat.zone).date()
    return ways.team_day(day, found.unit.key)


def _answers(seat: Seat, found: Whole) -> tuple[Answer, ...]:
    return answers.given(found.service, found.appointment.answers, seat.language)


def _place(seat: Seat, found: Whole) -> Place | None:
    in_person = found.appointment.modality is Modality.IN_PERSON
    return matters.place_of(found.unit, seat.language) if in_person else None


def _other(seat: Seat, professional: Professional) -> str:
    """Name whose it is, where it is not the reader's own."""
    return "" if seat.who.is_(professional.id) else professional.name


def _wrong(tx: Tx, found: Whole) -> str:
    """Name what failed for good; what is only asked has a sign of its own."""
    wrong = problem_of(tx, found) or ""
    asked = found.questions and found.truths.in_outlook is Truth.ASKED
    return "" if asked else wrong


async def made(seat: Seat, appointment: Appointment) -> web.Response:
    """Show what a form made; one that still waits, or is over, is not called booked."""
    found = await seat.world.database.write(
        _read, seat, appointment.reference, Right.SEE
    )
    if found is None:  # A colleague has it by now.
        return seat.not_hers()
    if found.appointment.confirming:
        return await show(seat, found, "confirming")
    return await show(seat, found, "booked" if found.appointment.in_calendar else "")


async def said(seat: Seat, reference: str, what: str) -> web.Response:
    """Show how an appointment stands, and in words what was just said of it."""
    found = await seat.world.database.write(_read, seat, reference, Right.SEE)
    if found is None:  # A colleague has it by now.
        return seat.not_hers()
    return await show(seat, found, said=what)


async def cancel(seat: Seat) -> web.Response:
    """Cancel; an old copy of the page shows the present state instead."""
    form = await seat.form()
    found = await find(seat, Right.CHANGE)
    if found is None:
        return seat.not_hers()
    if found.appointment.span.end <= seat.now:
        return await outdated_(seat, found)
    tell = Tell.YES if form.get("tell") == ["yes"] else Tell.NO
    ended = await seat.world.database.write(
        booking.cancel,
        found.appointment.id,
        by=access.acts_as(seat.who, found.professional),
        now=seat.now,
        tell=tell,
        who=seat.who.who,
        version=number(form, "version"),
    )
    is_done = isinstance(ended, Appointment) and ended.status is Status.CANCELLED_BY_US
    return await as_it_stands(seat, "cancelled", is_done=is_done)


def _search(seat: Seat, found: Whole) -> Search:
    return another_time(found.appointment, found.service, seat.now, staff=True)


async def move_page(seat: Seat) -> web.Response:
    found = await find(seat, Right.CHANGE)
    if found is None:
        return seat.not_hers()
    if found.appointment.status not in AGREED:
        return await outdated_(seat, found)
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
    picker = _picker(seat, found, day, why.lost)
    if picker is not None and why.unread is not None:
        picker = replace(picker, chosen=slot_value(why.unread))
    view = StaffMovePage(
        action=f"{path}/move",
        version=appointment.version,
        matter=Matter(
            found.service.name.in_(seat.language),
            as_promised(found.service, appointment).minutes,
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
        phone=_called(found),
    )
    return seat.show("tab/move.html", view, status)


def _picker(seat: Seat, found: Whole, day: str, lost: Slot | None) -> Picker | None:
    """Lay out the day asked for; else the one that it has, where something is free then."""
    own = found.appointment
    world, search = seat.world.moving(own), _search(seat, found)
    href = f"/teams/appointment/{own.reference}/move?"
    if not day:
        same = matters.day_of(seat.world, own.span.start)
        picker = matters.picker(world, search, same, {}, href, lost)
        if picker is None or picker.slots:
            return picker
    return matters.picker(world, search, day, {}, href, lost)


def _called(found: Whole) -> str:
    """Give the number on which its client will be called, if that is how they meet."""
    by_phone = found.appointment.modality is Modality.PHONE
    return (found.client.phone or "") if by_phone and found.client else ""


async def move_to(seat: Seat) -> web.Response:
    """Move to another of her free times, after a live look at her calendar."""
    form = await seat.form()
    found = await find(seat, Right.CHANGE)
    if found is None:
        return seat.not_hers()
    slot = read_slot((form.get("slot") or [""])[0])
    day = (form.get("day") or [""])[0]
    if found.appointment.status not in AGREED:
        return await outdated_(seat, found)
    if slot is None or slot.professional != found.appointment.professional:
        wrong = Refused(errors=(FieldError("slot", "no_slot"),))
        return _move(seat, found, day, wrong, 422)
    moved = await move(
        seat.world,
        found.appointment,
        slot,
        version=number(form, "version"),
        by=access.acts_as(seat.who, found.professional),
        who=seat.who.who,
    )
    if isinstance(moved, Appointment):
        return await as_it_stands(seat, "moved")
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
            return await as_it_stands(seat, is_done=False)
