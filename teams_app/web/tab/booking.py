"""Booking for a client from the tab, in under a minute: book, offer, or let choose."""

from dataclasses import dataclass, replace

from aiohttp import web

from booking import contact
from booking.appointments import HoldLapsed, NotOpen, Past, Taken
from booking.availability import Search
from booking.model import (
    Appointment,
    Language,
    Modality,
    Offer,
    OfferStatus,
    Professional,
    Service,
    Slot,
)
from booking.saying import When
from booking.views.pages import Choice, FieldError, Picker, SlotChoice
from booking.views.tab import BookPage
from teams_app.actions import access, drafts, giving, offers, pressed
from teams_app.actions.access import Right
from teams_app.actions.booking import Closed, Details, Wanted
from teams_app.actions.offers import Invitation
from teams_app.errands import book_now
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.public import matters
from teams_app.web.public.times import read_slot, wrong_slot
from teams_app.web.site import storable
from teams_app.web.tab import appointments, calendar, clients
from teams_app.web.tab.seat import Seat

#: How long the name of a form is at most.
REQUEST_MAX = 64
#: How much of what is looked for is read.
WHOM_MAX = 120
#: Where the form asks why a time is missing.
WHY = "/teams/why"
#: What the buttons of the form do; anything else does nothing.
_ACTS = {"book", "offer", "free"}


@dataclass(frozen=True, slots=True)
class Form:
    """What the form says so far: always a service and a modality that fit."""

    whose: tuple[Professional, ...]  #: Whose appointments she may book.
    professional: Professional
    services: list[Service]
    service: Service
    modality: Modality
    typed: dict[str, list[str]]
    request: str
    offers: bool  #: In her own name she may let the client choose.

    def first(self, name: str) -> str:
        return (self.typed.get(name) or [""])[0]


async def _form(seat: Seat, typed: dict[str, list[str]]) -> Form | None:
    """Read the form; None: nobody whose appointments she may book, or no service."""
    whose = await seat.world.database.read(_whose, seat)
    professional = _chosen(whose, (typed.get("professional") or [""])[0])
    if professional is None:
        return None
    services = await seat.world.database.read(giving.open_services, professional)
    if not services:
        return None
    key = (typed.get("service") or [""])[0]
    service = next((s for s in services if s.key == key), services[0])
    asked = (typed.get("modality") or [""])[0]
    fitting = [m for m in service.modalities if m.value == asked]
    modality = fitting[0] if fitting else service.modalities[0]
    request = (typed.get("request") or [""])[0] or seat.world.outside.ids.uuid()
    return Form(
        tuple(whose),
        professional,
        services,
        service,
        modality,
        typed,
        request[:REQUEST_MAX],
        seat.who.is_(professional.id),
    )


def _whose(tx: Tx, seat: Seat) -> list[Professional]:
    """Give whose appointments she may book; of her colleagues those with a service."""
    return [
        each
        for each in access.served(tx, seat.who, Right.BOOK)
        if seat.who.is_(each.id) or (each.bookable and giving.open_services(tx, each))
    ]


def _chosen(whose: list[Professional], asked: str) -> Professional | None:
    """Give the professional asked for; unless one is, the first. Nobody else's."""
    if not asked:
        return whose[0] if whose else None
    return next((each for each in whose if str(each.id) == asked), None)


async def whom(seat: Seat, asked: str) -> Professional | None:
    """Give the professional asked for, whose appointments the reader may book."""
    return _chosen(await seat.world.database.read(_whose, seat), asked)


def _search(seat: Seat, form: Form) -> Search:
    return Search(
        form.service,
        form.modality,
        seat.now,
        professionals=(form.professional.id,),
        staff=True,
    )


async def book_form(seat: Seat) -> web.Response:
    asked = seat.request.query
    typed = {name: asked.getall(name) for name in set(asked)}
    if "form" in asked and seat.who.professional is not None:
        begun = storable(asked["form"])[:REQUEST_MAX]
        typed = await seat.world.database.write(_begun, seat, begun)
    if "after" in asked:
        typed = await seat.world.database.write(_next, seat, asked["after"])
    if "of" in asked:
        typed |= await seat.world.database.write(clients.filled, seat, asked["of"])
    form = await _form(seat, typed)
    if form is not None:
        return _show(seat, form)
    return await _nobody(seat, (typed.get("professional") or [""])[0])


async def find(seat: Seat) -> web.Response:
    """Look for a client to book for. A name is no part of an address, which is logged."""
    typed = await seat.form()
    form = await _form(seat, {})
    if form is None:
        return await _nobody(seat)
    whom = (typed.get("whom") or [""])[0][:WHOM_MAX].strip()
    found = await seat.world.database.write(clients.found, seat, whom) if whom else None
    return seat.show("tab/book.html", replace(_view(seat, form), found=found))


async def _nobody(seat: Seat, asked: str = "") -> web.Response:
    """Answer who has nobody to book for; a professional without a service sees her day.

    `asked`: whom the form was for.
    """
    own = seat.who.professional
    if own is not None and asked in {"", str(own.id)}:
        return await calendar.today(seat)
    return seat.not_hers()


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
#: Whose name is missing: the form names others too.
_NAMELESS = FieldError("name", "client_name")


def _begun(tx: Tx, seat: Seat, request: str) -> dict[str, list[str]]:
    """Go on with a form begun on a card: whichever is sent, it makes one thing."""
    typed = drafts.of(tx, seat.professional.id, request)
    if not typed:
        return {}
    access.drafted(tx, seat.who, seat.look)
    here = {name: [typed.get(there, "")] for name, there in _ON_CARD.items()}
    wish = When.read(typed.get("wish", ""))
    day = {"day": [f"{wish.first}"]} if wish else {}
    return here | day | {"request": [request]}


def _next(tx: Tx, seat: Seat, reference: str) -> dict[str, list[str]]:
    """Begin with who came to an appointment she sees the whole of, for what and how."""
    found = access.appointment_by_reference(tx, seat.who, reference, seat.look)
    if found is None or found.client is None:
        return {}
    client, service = people.client(tx, found.client), people.service(tx, found.service)
    return {
        "professional": [str(found.professional)],
        "service": [service.key],
        "modality": [found.modality.value],
    } | clients.particulars(client)


def _show(
    seat: Seat,
    form: Form,
    errors: tuple[FieldError, ...] = (),
    near: tuple[SlotChoice, ...] | None = None,
    status: int = 200,
) -> web.Response:
    """Show the form as it stands. `near`: the nearest times, when one was taken."""
    return seat.show("tab/book.html", _view(seat, form, errors, near), status)


def _view(
    seat: Seat,
    form: Form,
    errors: tuple[FieldError, ...] = (),
    near: tuple[SlotChoice, ...] | None = None,
) -> BookPage:
    coming = {slot for slot in _slots(form) if slot.start > seat.now}
    chosen = sorted(coming, key=lambda slot: slot.start)
    picker = _picker(seat, form, chosen)
    here = {each.value for each in picker.slots} if picker else set()
    marked = matters.choices(chosen, form.service.length, {})
    return BookPage(
        action="/teams/book",
        times="/teams/book",
        clients="/teams/book/clients",
        why=WHY,
        services=tuple(
            Choice(each.key, each.name.in_(seat.language)) for each in form.services
        ),
        service=form.service.key,
        modalities=form.service.modalities,
        modality=form.modality,
        picker=picker,
        back=seat.first,
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
        professionals=_with_whom(seat, form),
        professional=str(form.professional.id),
        offers=form.offers,
        unspoken=_unspoken(form),
    )


def _unspoken(form: Form) -> tuple[Language, ...]:
    spoken = form.professional.languages
    return tuple(each for each in Language if each not in spoken)


def _with_whom(seat: Seat, form: Form) -> tuple[Choice, ...]:
    """Give the professionals to choose from; nobody, where she books for herself alone."""
    if len(form.whose) == 1 and seat.who.is_(form.professional.id):
        return ()
    return tuple(Choice(str(each.id), each.name) for each in form.whose)


def _picker(seat: Seat, form: Form, chosen: list[Slot]) -> Picker | None:
    """Lay out the day that was shown, or that of the first chosen time."""
    day = form.first("day")
    if not day and chosen:
        day = matters.day_of(seat.world, chosen[0].start)
    asked = f"professional={form.professional.id}&service={form.service.key}"
    asked += f"&modality={form.modality.value}"
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
    typed = await seat.form()
    form = await _form(seat, typed)
    if form is None:
        return await _nobody(seat, (typed.get("professional") or [""])[0])
    act = form.first("act")
    if act != "book" and not form.offers:
        return seat.not_hers()
    details, errors = _details(form)
    slots = _slots(form)
    errors += _wrong_slots(act, len(slots), seat.world.policy.offered_max)
    if errors or details is None:
        errors.sort(key=lambda each: _ORDER.index(each.field))
        return _show(seat, form, tuple(errors), status=422)
    key = pressed.form(form.professional.id, form.request)
    earlier = await seat.world.database.read(pressed.made, key)
    if earlier is not None:
        return await _made(seat, earlier)
    if act == "book":
        return await _book(seat, form, details, slots[0], key)
    return await _offer(seat, form, details, slots if act == "offer" else [], key)


def _wrong_slots(act: str, chosen: int, most: int) -> list[FieldError]:
    if act not in _ACTS or (act != "free" and not chosen):
        return [FieldError("slot", "no_slot")]
    if act == "book" and chosen > 1:
        return [FieldError("slot", "one_slot")]
    if act == "offer" and chosen > most:
        return [FieldError("slot", "too_many_slots", most)]
    return []


def _details(form: Form) -> tuple[Details | None, list[FieldError]]:
    errors: list[FieldError] = []
    name, email, phone = (form.first(each) for each in ("name", "email", "phone"))
    who = contact.read(name, email, phone, form.modality)
    language = _language(form.first("language"))
    if language is None:
        errors.append(FieldError("language", "required"))
    if isinstance(who, list):
        unnamed = FieldError("name", "required")
        hers = [_NAMELESS if each == unnamed else each for each in who]
        return None, [*hers, *errors]
    if language is None:
        return None, errors
    return Details(who.name, language, who.email, who.phone, {}), errors


def _slots(form: Form) -> list[Slot]:
    read = [read_slot(value) for value in form.typed.get("slot", ())[:50]]
    return [
        slot
        for slot in read
        if slot is not None and slot.professional == form.professional.id
    ]


async def _book(
    seat: Seat, form: Form, details: Details, slot: Slot, key: str
) -> web.Response:
    wanted = Wanted(
        form.service.id,
        form.modality,
        details.language,
        slot,
        access.acts_as(seat.who, form.professional),
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
        professional=form.professional,
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
    if seat.who.professional is None:
        return await _nobody(seat)
    is_open = made.status is OfferStatus.OPEN
    return await calendar.today(seat, "offered" if is_open else "")
