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
    AppointmentId,
    Offer,
    Professional,
    ProfessionalId,
    Service,
    Slot,
)
from booking.offers import spread
from booking.saying import When
from booking.spans import span, wall
from booking.views.cards import Notice, Proposal, SlotChoice, Wish
from cards import Card, verbs
from teams_app.actions import (
    access,
    drafts,
    giving,
    handover_views,
    offers,
    pressed,
    staff_views,
)
from teams_app.actions.access import Look, Person
from teams_app.actions.booking import Closed, Details, Wanted
from teams_app.actions.offers import Invitation
from teams_app.bot import forms
from teams_app.bot.forms import Errors, Filled
from teams_app.errands import World, book_now
from teams_app.store import appointments
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
    return await _proposal(world, professional, filled, {})


async def _form(
    world: World, professional: Professional, data: dict[str, str], errors: Errors
) -> Card:
    view = await world.database.read(
        staff_views.book_form,
        professional,
        world.policy,
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


async def begun(
    world: World, professional: Professional, request: str, typed: dict[str, str]
) -> None:
    """Keep what a form begins with, for whoever goes on with it in the tab."""
    if typed:
        await world.database.write(drafts.keep, professional.id, request, typed)


def services_of(tx: Tx, professional: Professional) -> list[Service]:
    """Give the services that she gives and that may be booked."""
    return giving.open_services(tx, professional)


async def _proposal(
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
    earlier, awaited = await world.database.read(
        _open, professional.id, details, world.now()
    )
    ways = [each for each in (details.email, details.phone) if each]
    view = Proposal(
        language=professional.language,
        service=filled.service.name.in_(professional.language),
        modality=filled.modality,
        client=details.name,
        client_language=details.language,
        contact=", ".join(ways),
        slots=_choices(world, filled, wish, free, awaited),
        carried=filled.typed,
        errors=errors,
        request=filled.request,
        taken=taken,
        tab_url=world.policy.form_url(filled.request),
        unread=world.index().calendar(professional.id) is None,
        wish=wish_of(world, wish),
        wish_missed=wish is not None and not _meets(world, wish, free),
        offers=forms.offers(filled.typed),
        suggested=frozenset(slot.start for each in earlier for slot in each.slots),
        has_offer=bool(earlier),
        unspoken=details.language not in professional.languages,
    )
    return cards.proposal(view)


def _open(
    tx: Tx, professional: ProfessionalId, details: Details, now: datetime
) -> tuple[list[Offer], list[datetime]]:
    """Give her open offers to this client, and the times of those to others."""
    earlier = offers.open_to(tx, professional, details, now)
    others = offers.awaited(tx, professional, {each.id for each in earlier}, now)
    return earlier, others


def _choices(
    world: World,
    filled: Filled,
    wish: When | None,
    free: list[Slot],
    awaited: list[datetime],
) -> tuple[SlotChoice, ...]:
    """Show them, with what others were offered; what begins in a moment is so marked.

    Not where a clock was asked for: then a moment is what was meant.
    """
    now = world.now() if wish is None or wish.clock is None else None
    length = filled.service.length
    return tuple(
        replace(each, awaited=any(abs(at - each.start) < length for at in awaited))
        for each in staff_views.slot_choices(free, length, now)
    )


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


async def book(world: World, who: Person, data: dict[str, str]) -> Made | Card:
    """Book one time at once, after a live look at her calendar."""
    professional = _own_calendar(who)
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    key = _key(professional, filled)
    earlier = await world.database.read(pressed.made, key)
    if earlier is not None:
        return await _shown(world, who, earlier)
    slot = _own(professional, read_slots(data.get(verbs.SLOT, "")))
    if slot is None:
        return await _proposal(
            world, professional, filled, {verbs.SLOT: "cards.error.slot"}
        )
    wanted = Wanted(
        filled.service.id,
        filled.modality,
        filled.details.language,
        slot,
        Actor.PROFESSIONAL,
        who=who.who,
    )
    made = await book_now(world, wanted, filled.details, key)
    match made:
        case Appointment() | Offer():
            return await _shown(world, who, made)
        case Taken() | HoldLapsed() | NotOpen() | Past() | Closed():
            return await _missing(world, professional, filled, made, verbs.SLOT)


#: Why a time was not had, where somebody else is not the reason.
_WHY: dict[Closed, str] = {
    Closed.TOO_FAR: "cards.error.too_far",
    Closed.OFF_GRID: "cards.error.off_grid",
}


async def _missing(
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
    return await _proposal(world, professional, filled, errors, taken=wrong is None)


def _own(professional: Professional, slots: list[Slot]) -> Slot | None:
    mine = [slot for slot in slots if slot.professional == professional.id]
    return mine[0] if mine else None


def _key(professional: Professional, filled: Filled) -> str:
    return pressed.form(professional.id, filled.request)


def _own_calendar(who: Person) -> Professional:
    assert who.professional is not None, "only who meets clients gets a form"
    return who.professional


async def _shown(world: World, who: Person, made: Appointment | Offer) -> Made | Card:
    """Show what a form has made as far as it is hers still, and log the look."""
    shown = await world.database.write(_drawn, who, made, world)
    if shown is None:
        return cards.notice(Notice(_own_calendar(who).language, "gone", {}))
    kind = "offer" if isinstance(made, Offer) else "appointment"
    return Made(shown, f"{kind}:{made.id}")


def _drawn(tx: Tx, who: Person, made: Appointment | Offer, world: World) -> Card | None:
    look, language = Look(world.now(), "bot"), _own_calendar(who).language
    if isinstance(made, Offer):
        offered = access.offer(tx, who, made.id, look)
        return offer_shown(tx, who, offered, world) if offered is not None else None
    found = access.appointment(tx, who, made.id, look)
    if found is None:
        return _handed_away(tx, who, made.id, world)
    return cards.appointment(
        staff_views.appointment_card(
            tx, found, world.policy, world.now(), language=language
        )
    )


def offer_shown(tx: Tx, who: Person, offered: Offer, world: World) -> Card:
    """Draw an offer; of what came of it no more than she may see."""
    became = offered.appointment
    if became is not None:
        look = Look(world.now(), "bot")
        seen = access.appointment(tx, who, became, look)
        away = _handed_away(tx, who, became, world) if seen is None else None
        if away is not None:
            return away
    language = _own_calendar(who).language
    return cards.offer(
        staff_views.offer_card(tx, offered, world.policy, language, world.now())
    )


def _handed_away(tx: Tx, who: Person, id_: AppointmentId, world: World) -> Card | None:
    """Show who has it now; that she saw so much of it is logged."""
    found = appointments.find(tx, id_)
    if found is None:
        return None
    access.shown_again(tx, who, id_, Look(world.now(), "bot"))
    return cards.handed_away(handover_views.handed_away(tx, found, who.object_id))


async def offer(
    world: World,
    who: Person,
    data: dict[str, str],
    *,
    free: bool,
    wants_card: bool = False,
) -> Made | Card:
    """Offer the ticked times, or any free time, to the client.

    `wants_card`: the card that was pressed does not stay, so one comes into her chat.
    """
    professional = _own_calendar(who)
    filled = await _read(world, professional, data)
    if not isinstance(filled, Filled):
        return await _form(world, professional, data, filled)
    key = _key(professional, filled)
    earlier = await world.database.read(pressed.made, key)
    if earlier is not None:
        return await _shown(world, who, earlier)
    slots = [] if free else read_slots(data.get(verbs.SLOTS, ""))
    mine = [slot for slot in slots if slot.professional == professional.id]
    if not free and not mine:
        wrong = {verbs.SLOTS: "cards.error.slots"}
        return await _proposal(world, professional, filled, wrong)
    if len(mine) > world.policy.offered_max:
        wrong = {verbs.SLOTS: "cards.error.too_many_slots"}
        return await _proposal(world, professional, filled, wrong)
    invitation = _invitation(professional, filled, tuple(mine))
    made = await world.database.write(
        offers.make,
        replace(invitation, wants_card=wants_card),
        world.outside.ids,
        request=key,
        policy=world.policy,
        now=world.now(),
    )
    if isinstance(made, Appointment | Offer):
        return await _shown(world, who, made)
    return await _missing(world, professional, filled, made, verbs.SLOTS)


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
