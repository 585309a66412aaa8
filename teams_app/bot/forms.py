"""The booking form in Teams: reading what was typed, proposing times, booking, offering.

A mistake gives the same card back, filled in, with what is wrong said at the top and
nothing lost. What was typed travels in the data of the cards until it is booked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import cards
from booking import contact
from booking.appointments import Actor, HoldLapsed, NotOpen, Past, Taken
from booking.availability import Search
from booking.model import (
    Appointment,
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Service,
    Slot,
)
from booking.offers import spread
from booking.views.cards import Proposal
from cards import Card, verbs
from teams_app.actions import offers, staff_views
from teams_app.actions.booking import Closed, Details, Wanted
from teams_app.actions.offers import Invitation
from teams_app.errands import World, book_now
from teams_app.store import people
from teams_app.store.database import Tx

PROPOSED = 6
#: Free starts looked through for them: a week of an empty calendar.
SEARCHED = 400
OFFERED_MAX = 10

_CARRIED = (
    verbs.SERVICE,
    verbs.MODALITY,
    verbs.CLIENT_NAME,
    verbs.CLIENT_LANGUAGE,
    verbs.CLIENT_EMAIL,
    verbs.CLIENT_PHONE,
)


@dataclass(frozen=True, slots=True)
class Made:
    """A card that now shows something that lives: an appointment or an offer."""

    card: Card
    subject: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A form without mistakes."""

    service: Service
    modality: Modality
    details: Details
    typed: dict[str, str]
    request: str


Errors = dict[str, str]


async def back(world: World, professional: Professional, data: dict[str, str]) -> Card:
    """Give the form back as it was filled in."""
    return await _form(world, professional, data, {})


async def times(world: World, professional: Professional, data: dict[str, str]) -> Card:
    """Check the form and propose the first free times of her own calendar."""
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    return _proposal(world, professional, filled, {})


async def _form(
    world: World, professional: Professional, data: dict[str, str], errors: Errors
) -> Card:
    view = await world.database.read(
        staff_views.book_form,
        professional,
        request=data.get("request") or world.outside.ids.uuid(),
        typed={name: data.get(name, "") for name in _CARRIED},
        errors=errors,
    )
    return cards.book_form(view)


async def _read(
    world: World, professional: Professional, data: dict[str, str]
) -> Filled | Errors:
    services = await world.database.read(_services, professional)
    return read(services, data)


def _services(tx: Tx, professional: Professional) -> list[Service]:
    return [each for each in people.services_of(tx, professional.id) if each.open]


def read(services: list[Service], data: dict[str, str]) -> Filled | Errors:
    """Read the form: values, or field name -> text key of what is wrong."""
    errors: Errors = {}
    service = next((s for s in services if s.key == data.get(verbs.SERVICE)), None)
    if service is None:
        errors[verbs.SERVICE] = "cards.error.service"
    modality = _modality(data.get(verbs.MODALITY, ""))
    if modality is None or (service and modality not in service.modalities):
        errors[verbs.MODALITY] = "cards.error.modality"
    language = _language(data.get(verbs.CLIENT_LANGUAGE, ""))
    if language is None:
        errors[verbs.CLIENT_LANGUAGE] = "cards.error.client_language"
    name, email, phone = _contact(data, errors)
    if errors:
        return errors
    assert service is not None
    assert modality is not None
    assert language is not None
    typed = {field: data.get(field, "") for field in _CARRIED}
    details = Details(name, language, email, phone, {})
    return Filled(service, modality, details, typed, data.get("request", ""))


def _modality(given: str) -> Modality | None:
    return next((each for each in Modality if each.value == given), None)


def _language(given: str) -> Language | None:
    return next((each for each in Language if each.value == given), None)


def _contact(
    data: dict[str, str], errors: Errors
) -> tuple[str, str | None, str | None]:
    name = contact.name(data.get(verbs.CLIENT_NAME, ""))
    if name is None:
        errors[verbs.CLIENT_NAME] = "cards.error.client_name"
    email, phone = data.get(verbs.CLIENT_EMAIL, ""), data.get(verbs.CLIENT_PHONE, "")
    mail, number = contact.email(email), contact.phone(phone)
    if email.strip() and mail is None:
        errors[verbs.CLIENT_EMAIL] = "cards.error.client_email"
    if phone.strip() and number is None:
        errors[verbs.CLIENT_PHONE] = "cards.error.client_phone"
    if not email.strip() and not phone.strip():
        errors[verbs.CLIENT_EMAIL] = "cards.error.contact"
    return name or "", mail, number


def _proposal(
    world: World,
    professional: Professional,
    filled: Filled,
    errors: Errors,
    *,
    taken: bool = False,
) -> Card:
    free = spread(
        world.index().free(_search(world, professional, filled), SEARCHED),
        filled.service.length,
        world.policy.zone,
        count=PROPOSED,
    )
    details = filled.details
    ways = [each for each in (details.email, details.phone) if each]
    view = Proposal(
        language=professional.language,
        service=filled.service.name.in_(professional.language),
        modality=filled.modality,
        client=details.name,
        client_language=details.language,
        contact=", ".join(ways),
        slots=staff_views.slot_choices(free, filled.service.length),
        carried=filled.typed,
        errors=errors,
        request=filled.request,
        taken=taken,
    )
    return cards.proposal(view)


def _search(world: World, professional: Professional, filled: Filled) -> Search:
    return Search(
        filled.service,
        filled.modality,
        world.now(),
        professionals=(professional.id,),
        staff=True,
    )


def read_slots(given: str) -> list[Slot]:
    """Read `<professional>@<epoch>` values, separated by commas; the rest is dropped."""
    found = []
    for value in given.split(",")[:OFFERED_MAX]:
        who, _, when = value.strip().partition("@")
        if who.isdecimal() and when.isdecimal() and len(when) <= 11:  # noqa: PLR2004
            start = datetime.fromtimestamp(int(when), UTC)
            found.append(Slot(ProfessionalId(int(who)), start))
    return found


async def book(
    world: World, professional: Professional, data: dict[str, str]
) -> Made | Card:
    """Book one time at once, after a live look at her calendar."""
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    slot = _own(professional, read_slots(data.get(verbs.SLOT, "")))
    if slot is None:
        return _proposal(world, professional, filled, {verbs.SLOT: "cards.error.slot"})
    wanted = Wanted(
        filled.service.id,
        filled.modality,
        filled.details.language,
        slot,
        Actor.PROFESSIONAL,
    )
    key = f"book:{professional.id}:{filled.request}"
    made = await book_now(world, wanted, filled.details, key)
    match made:
        case Appointment():
            return await _booked(world, professional, made)
        case Past():
            return _proposal(
                world, professional, filled, {verbs.SLOT: "cards.error.past"}
            )
        case Taken() | HoldLapsed() | NotOpen() | Closed():
            return _proposal(world, professional, filled, {}, taken=True)


def _own(professional: Professional, slots: list[Slot]) -> Slot | None:
    mine = [slot for slot in slots if slot.professional == professional.id]
    return mine[0] if mine else None


async def _booked(world: World, professional: Professional, made: Appointment) -> Made:
    view = await world.database.read(
        staff_views.appointment_card,
        made,
        world.policy,
        language=professional.language,
    )
    return Made(cards.appointment(view), f"appointment:{made.id}")


async def offer(
    world: World, professional: Professional, data: dict[str, str], *, free: bool
) -> Made | Card:
    """Offer the ticked times, or any free time, to the client."""
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    slots = [] if free else read_slots(data.get(verbs.SLOTS, ""))
    mine = [slot for slot in slots if slot.professional == professional.id]
    coming = tuple(slot for slot in mine if slot.start > world.now())
    if not free and not coming:
        wrong = "cards.error.past" if mine else "cards.error.slots"
        return _proposal(world, professional, filled, {verbs.SLOTS: wrong})
    details = filled.details
    invitation = Invitation(
        professional=professional,
        service=filled.service.id,
        modality=filled.modality,
        name=details.name,
        language=details.language,
        email=details.email,
        phone=details.phone,
        slots=coming,
    )
    made = await world.database.write(
        offers.make,
        invitation,
        world.outside.ids,
        f"offer:{professional.id}:{filled.request}",
        world.now(),
    )
    view = await world.database.read(
        staff_views.offer_card, made, world.policy, professional.language, world.now()
    )
    return Made(cards.offer(view), f"offer:{made.id}")
