"""What a filled-in form leads to: proposed times, an appointment, an offer.

A mistake gives the same card back, filled in, with what is wrong said at the top and
nothing lost. A copy of a card whose form has made something shows what that is now.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import cards
from booking.appointments import Actor, HoldLapsed, NotOpen, Past, Taken
from booking.availability import Search
from booking.model import (
    Appointment,
    Offer,
    Professional,
    ProfessionalId,
    Service,
    Slot,
)
from booking.offers import spread
from booking.saying import When
from booking.spans import span, wall
from booking.views.cards import Proposal, Wish
from cards import Card, verbs
from teams_app.actions import (
    access,
    drafts,
    offers,
    pressed,
    staff_views,
)
from teams_app.actions.booking import Closed, Wanted
from teams_app.actions.offers import Invitation
from teams_app.bot import forms
from teams_app.bot.forms import Errors, Filled
from teams_app.errands import World, book_now
from teams_app.store import people
from teams_app.store.database import Tx

PROPOSED = 6
#: Free starts looked through for them: a week of an empty calendar.
SEARCHED = 400
OFFERED_MAX = 10
#: Beyond what any index reaches, from a wish on.
FURTHEST = timedelta(days=400)
_SLOT = re.compile(r"([0-9]{1,15})@([0-9]{1,11})")


@dataclass(frozen=True, slots=True)
class Made:
    """A card that now shows something that lives: an appointment or an offer."""

    card: Card
    subject: str


async def back(world: World, professional: Professional, data: dict[str, str]) -> Card:
    """Give the form back as it was filled in."""
    return await _form(world, professional, data, {})


async def times(world: World, professional: Professional, data: dict[str, str]) -> Card:
    """Check the form and propose the first free times of her own calendar."""
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    if not forms.given_request(data):
        filled = replace(filled, request=world.outside.ids.uuid())
    # The tab has all her times; there she goes on with the same form.
    await world.database.write(
        drafts.keep, professional.id, filled.request, filled.typed
    )
    return _proposal(world, professional, filled, {})


async def _form(
    world: World, professional: Professional, data: dict[str, str], errors: Errors
) -> Card:
    view = await world.database.read(
        staff_views.book_form,
        professional,
        request=forms.given_request(data) or world.outside.ids.uuid(),
        typed=forms.typed(data),
        errors=errors,
        wish=wish_of(world, forms.wished(data)),
    )
    return cards.book_form(replace(view, offers=forms.offers(data)))


async def _read(
    world: World, professional: Professional, data: dict[str, str]
) -> Filled | Errors:
    services = await world.database.read(services_of, professional)
    return forms.read(services, data)


def services_of(tx: Tx, professional: Professional) -> list[Service]:
    """Give the services that she gives and that may be booked."""
    return [each for each in people.services_of(tx, professional.id) if each.open]


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
    wish = forms.wished(filled.typed)
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
        tab_url=world.policy.form_url(filled.request),
        unread=world.index().calendar(professional.id) is None,
        wish=wish_of(world, wish),
        wish_missed=wish is not None and not _meets(world, wish, free),
        offers=forms.offers(filled.typed),
    )
    return cards.proposal(view)


def wish_of(world: World, when: When | None) -> Wish | None:
    if when is None:
        return None
    return Wish(when, wall(world.now(), world.policy.zone).date())


def _meets(world: World, when: When, free: list[Slot]) -> bool:
    """Say whether the first free time is what was wished for."""
    if not free:
        return False
    if when.clock is not None:
        return free[0].start == when.begins(world.policy.zone)
    return free[0].start < when.span(world.policy.zone).end


def _search(world: World, professional: Professional, filled: Filled) -> Search:
    wish = forms.wished(filled.typed)
    return Search(
        filled.service,
        filled.modality,
        world.now(),
        professionals=(professional.id,),
        within=span(wish.begins(world.policy.zone), FURTHEST) if wish else None,
        staff=True,
    )


def read_slots(given: str) -> list[Slot]:
    """Read `<professional>@<epoch>` values, separated by commas; the rest is dropped."""
    found = [
        Slot(ProfessionalId(int(match[1])), datetime.fromtimestamp(int(match[2]), UTC))
        for value in given.split(",")[:OFFERED_MAX]
        if (match := _SLOT.fullmatch(value.strip()))
    ]
    return list(dict.fromkeys(found))


async def book(
    world: World, professional: Professional, data: dict[str, str]
) -> Made | Card:
    """Book one time at once, after a live look at her calendar."""
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    key = _key(professional, filled)
    earlier = await world.database.read(pressed.made, key)
    if earlier is not None:
        return await _shown(world, professional, earlier)
    slot = _own(professional, read_slots(data.get(verbs.SLOT, "")))
    if slot is None:
        return _proposal(world, professional, filled, {verbs.SLOT: "cards.error.slot"})
    wanted = Wanted(
        filled.service.id,
        filled.modality,
        filled.details.language,
        slot,
        Actor.PROFESSIONAL,
        who=access.named(professional.object_id),
    )
    made = await book_now(world, wanted, filled.details, key)
    match made:
        case Appointment() | Offer():
            return await _shown(world, professional, made)
        case Taken() | HoldLapsed() | NotOpen() | Past() | Closed():
            return _missing(world, professional, filled, made, verbs.SLOT)


#: Why a time was not had, where somebody else is not the reason.
_WHY: dict[Closed, str] = {
    Closed.TOO_FAR: "cards.error.too_far",
    Closed.OFF_GRID: "cards.error.off_grid",
}


def _missing(
    world: World,
    professional: Professional,
    filled: Filled,
    why: Taken | HoldLapsed | NotOpen | Past | Closed,
    field: str,
) -> Card:
    """Propose other times, and say why it is not the one that was chosen."""
    wrong = "cards.error.past" if isinstance(why, Past) else None
    if isinstance(why, Closed):
        wrong = _WHY.get(why)
    errors = {field: wrong} if wrong is not None else {}
    return _proposal(world, professional, filled, errors, taken=wrong is None)


def _own(professional: Professional, slots: list[Slot]) -> Slot | None:
    mine = [slot for slot in slots if slot.professional == professional.id]
    return mine[0] if mine else None


def _key(professional: Professional, filled: Filled) -> str:
    return pressed.form(professional.id, filled.request)


async def _shown(
    world: World, professional: Professional, made: Appointment | Offer
) -> Made:
    language = professional.language
    if isinstance(made, Offer):
        offered = await world.database.read(
            staff_views.offer_card, made, world.policy, language, world.now()
        )
        return Made(cards.offer(offered), f"offer:{made.id}")
    booked = await world.database.read(
        staff_views.appointment_card,
        made,
        world.policy,
        world.now(),
        language=language,
    )
    return Made(cards.appointment(booked), f"appointment:{made.id}")


async def offer(
    world: World, professional: Professional, data: dict[str, str], *, free: bool
) -> Made | Card:
    """Offer the ticked times, or any free time, to the client."""
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    key = _key(professional, filled)
    earlier = await world.database.read(pressed.made, key)
    if earlier is not None:
        return await _shown(world, professional, earlier)
    slots = [] if free else read_slots(data.get(verbs.SLOTS, ""))
    mine = [slot for slot in slots if slot.professional == professional.id]
    if not free and not mine:
        wrong = {verbs.SLOTS: "cards.error.slots"}
        return _proposal(world, professional, filled, wrong)
    made = await world.database.write(
        offers.make,
        _invitation(professional, filled, tuple(mine)),
        world.outside.ids,
        request=key,
        policy=world.policy,
        now=world.now(),
    )
    if isinstance(made, Appointment | Offer):
        return await _shown(world, professional, made)
    return _missing(world, professional, filled, made, verbs.SLOTS)


def _invitation(
    professional: Professional, filled: Filled, slots: tuple[Slot, ...]
) -> Invitation:
    details = filled.details
    return Invitation(
        professional=professional,
        service=filled.service.id,
        modality=filled.modality,
        name=details.name,
        language=details.language,
        email=details.email,
        phone=details.phone,
        slots=slots,
    )
