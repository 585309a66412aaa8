"""Booking for a client from the tab, in under a minute: book, offer, or let choose."""

from dataclasses import dataclass

from aiohttp import web

from booking import contact
from booking.appointments import Actor, HoldLapsed, NotOpen, Past, Taken
from booking.availability import Search
from booking.model import (
    Appointment,
    Language,
    Modality,
    Offer,
    OfferStatus,
    Service,
    Slot,
)
from booking.saying import When
from booking.views.pages import Choice, FieldError, Picker, SlotChoice
from booking.views.tab import BookPage
from teams_app.actions import drafts, offers, pressed
from teams_app.actions.booking import Closed, Details, Wanted
from teams_app.actions.offers import Invitation
from teams_app.errands import book_now
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.public import matters
from teams_app.web.public.times import read_slot, wrong_slot
from teams_app.web.tab import appointments, calendar, why
from teams_app.web.tab.seat import Seat

OFFERED_MAX = 5
#: What the buttons of the form do; anything else does nothing.
_ACTS = {"book", "offer", "free"}


@dataclass(frozen=True, slots=True)
class Form:
    """What the form says so far: always a service and a modality that fit."""

    services: list[Service]
    service: Service
    modality: Modality
    typed: dict[str, list[str]]
    request: str

    def first(self, name: str) -> str:
        return (self.typed.get(name) or [""])[0]


async def _form(seat: Seat, typed: dict[str, list[str]]) -> Form | None:
    services = await seat.world.database.read(_services, seat)
    if not services:
        return None
    key = (typed.get("service") or [""])[0]
    service = next((s for s in services if s.key == key), services[0])
    asked = (typed.get("modality") or [""])[0]
    fitting = [m for m in service.modalities if m.value == asked]
    modality = fitting[0] if fitting else service.modalities[0]
    request = (typed.get("request") or [""])[0] or seat.world.outside.ids.uuid()
    return Form(services, service, modality, typed, request[:64])


def _services(tx: Tx, seat: Seat) -> list[Service]:
    return [s for s in people.services_of(tx, seat.professional.id) if s.open]


def _search(seat: Seat, form: Form) -> Search:
    return Search(
        form.service,
        form.modality,
        seat.now,
        professionals=(seat.professional.id,),
        staff=True,
    )


async def book_form(seat: Seat) -> web.Response:
    asked = seat.request.query
    typed = {name: asked.getall(name) for name in set(asked)}
    if "form" in asked:
        typed = await seat.world.database.read(_begun, seat, asked["form"])
    form = await _form(seat, typed)
    if form is None:
        return await calendar.today(seat)
    return _show(seat, form)


#: A field of the form here: the same field on a card.
_ON_CARD = {
    "service": "service",
    "modality": "modality",
    "name": "client_name",
    "language": "client_language",
    "email": "client_email",
    "phone": "client_phone",
}


#: The fields that may be wrong, from top to bottom: so the list of faults names them.
_ORDER = ("name", "language", "email", "phone", "slot")


def _begun(tx: Tx, seat: Seat, request: str) -> dict[str, list[str]]:
    """Go on with a form begun on a card: whichever is sent, it makes one thing."""
    typed = drafts.of(tx, seat.professional.id, request)
    if not typed:
        return {}
    here = {name: [typed.get(there, "")] for name, there in _ON_CARD.items()}
    wish = When.read(typed.get("wish", ""))
    day = {"day": [f"{wish.first}"]} if wish else {}
    return here | day | {"request": [request]}


def _show(
    seat: Seat,
    form: Form,
    errors: tuple[FieldError, ...] = (),
    near: tuple[SlotChoice, ...] | None = None,
    status: int = 200,
) -> web.Response:
    """Show the form as it stands. `near`: the nearest times, when one was taken."""
    coming = {slot for slot in _slots(seat, form) if slot.start > seat.now}
    chosen = sorted(coming, key=lambda slot: slot.start)
    picker = _picker(seat, form, chosen)
    here = {each.value for each in picker.slots} if picker else set()
    marked = matters.choices(chosen, form.service.length, {})
    view = BookPage(
        action="/teams/book",
        times="/teams/book",
        why=why.HERE,
        services=tuple(
            Choice(each.key, each.name.in_(seat.language)) for each in form.services
        ),
        service=form.service.key,
        modalities=form.service.modalities,
        modality=form.modality,
        picker=picker,
        back="/teams/today",
        name=form.first("name"),
        client_language=_language(form.first("language")),
        email=form.first("email"),
        phone=form.first("phone"),
        chosen=tuple(each.value for each in marked) if near is None else (),
        elsewhere=tuple(each for each in marked if each.value not in here)
        if near is None
        else (),
        taken=near is not None and not errors,
        near=near or (),
        request=form.request,
        errors=errors,
    )
    return seat.show("tab/book.html", view, status)


def _picker(seat: Seat, form: Form, chosen: list[Slot]) -> Picker | None:
    """Lay out the day that was shown, or that of the first chosen time."""
    day = form.first("day")
    if not day and chosen:
        day = matters.day_of(seat.world, chosen[0].start)
    asked = f"service={form.service.key}&modality={form.modality.value}"
    return matters.picker(
        seat.world,
        _search(seat, form),
        day,
        {},
        f"/teams/book?{asked}&",
    )


def _language(given: str) -> Language | None:
    return next((each for each in Language if each.value == given), None)


async def book(seat: Seat) -> web.Response:
    """Do what the form's button says; every mistake is shown at once."""
    form = await _form(seat, await seat.form())
    if form is None:
        return await calendar.today(seat)
    act = form.first("act")
    details, errors = _details(form)
    slots = _slots(seat, form)
    errors += _wrong_slots(act, len(slots))
    if errors or details is None:
        errors.sort(key=lambda each: _ORDER.index(each.field))
        return _show(seat, form, tuple(errors), status=422)
    key = pressed.form(seat.professional.id, form.request)
    earlier = await seat.world.database.read(pressed.made, key)
    if earlier is not None:
        return await _made(seat, earlier)
    if act == "book":
        return await _book(seat, form, details, slots[0], key)
    return await _offer(seat, form, details, slots if act == "offer" else [], key)


def _wrong_slots(act: str, chosen: int) -> list[FieldError]:
    if act not in _ACTS or (act != "free" and not chosen):
        return [FieldError("slot", "no_slot")]
    if act == "book" and chosen > 1:
        return [FieldError("slot", "one_slot")]
    if act == "offer" and chosen > OFFERED_MAX:
        return [FieldError("slot", "too_many_slots", OFFERED_MAX)]
    return []


def _details(form: Form) -> tuple[Details | None, list[FieldError]]:
    errors: list[FieldError] = []
    name, email, phone = (form.first(each) for each in ("name", "email", "phone"))
    who = contact.read(name, email, phone, form.modality)
    language = _language(form.first("language"))
    if language is None:
        errors.append(FieldError("language", "required"))
    if isinstance(who, list):
        return None, [*who, *errors]
    if language is None:
        return None, errors
    return Details(who.name, language, who.email, who.phone, {}), errors


def _slots(seat: Seat, form: Form) -> list[Slot]:
    read = [read_slot(value) for value in form.typed.get("slot", ())[:50]]
    return [
        slot
        for slot in read
        if slot is not None and slot.professional == seat.professional.id
    ]


async def _book(
    seat: Seat, form: Form, details: Details, slot: Slot, key: str
) -> web.Response:
    wanted = Wanted(
        form.service.id,
        form.modality,
        details.language,
        slot,
        Actor.PROFESSIONAL,
        who=seat.who.who,
    )
    made = await book_now(seat.world, wanted, details, key)
    if isinstance(made, Appointment | Offer):
        return await _made(seat, made)
    return await _missing(seat, form, slot, made)


async def _missing(
    seat: Seat,
    form: Form,
    slot: Slot,
    why: Taken | HoldLapsed | NotOpen | Past | Closed,
) -> web.Response:
    """Say why a time was not had, and give the nearest to it."""
    near = await matters.nearest(seat.world, _search(seat, form), slot, {})
    return _show(seat, form, wrong_slot(why), near, 409)


async def _offer(
    seat: Seat, form: Form, details: Details, slots: list[Slot], key: str
) -> web.Response:
    invitation = Invitation(
        professional=seat.professional,
        service=form.service.id,
        modality=form.modality,
        name=details.name,
        language=details.language,
        email=details.email,
        phone=details.phone,
        slots=tuple(slots),
        wants_card=True,
    )
    made = await seat.world.database.write(
        offers.make,
        invitation,
        seat.world.outside.ids,
        request=key,
        policy=seat.world.policy,
        now=seat.now,
    )
    if isinstance(made, Appointment | Offer):
        return await _made(seat, made)
    return await _missing(seat, form, slots[0], made)


async def _made(seat: Seat, made: Appointment | Offer) -> web.Response:
    """Show what the form has made, now or when it was pressed before."""
    if isinstance(made, Appointment):
        return await appointments.made(seat, made)
    is_open = made.status is OfferStatus.OPEN
    return await calendar.today(seat, "offered" if is_open else "")
