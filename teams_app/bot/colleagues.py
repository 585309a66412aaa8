"""A colleague books with the professional who put her free times into a chat.

The invitation is read off a card that anybody may have copied: its seal says that the
professional made it, and what for. Which times are free is looked up anew. The one who
books sees no more of the calendar than that, and nothing of the appointment afterwards
but what she typed: it is the professional's.
"""

from dataclasses import dataclass, replace

import cards
from booking.appointments import Actor, Past
from booking.availability import Search
from booking.model import Appointment, Language, Offer, Professional, Service
from booking.offers import spread
from booking.sharing import Shared
from booking.spans import span
from booking.views.sharing import ColleagueDone, ColleagueForm
from booking.wording import text
from cards import Card, verbs
from teams_app.actions import pressed, staff_views
from teams_app.actions.access import Person
from teams_app.actions.booking import Closed, Wanted
from teams_app.bot import forms
from teams_app.bot.forms import Errors, Filled
from teams_app.bot.making import FURTHEST, PROPOSED, SEARCHED, read_slots, services_of
from teams_app.bot.searching import neutral
from teams_app.errands import World, book_now
from teams_app.store import people
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class Booker:
    """Who books, and in which language she reads."""

    person: Person
    language: Language


@dataclass(frozen=True, slots=True)
class _Invited:
    """What an invitation still stands for."""

    professional: Professional
    service: Service
    shared: Shared


async def opened(world: World, booker: Booker, data: dict[str, str]) -> Card | str:
    """Give the form, with what is free now; or say that it is over."""
    invited = await _invited(world, data)
    if invited is None:
        return text(booker.language, "extension.colleague.over")
    named = data | {"request": world.outside.ids.uuid()}
    return _form(world, booker, invited, named, {})


async def _invited(world: World, data: dict[str, str]) -> _Invited | None:
    said = world.outside.links.unsealed(data.get(verbs.INVITATION, ""))
    shared = Shared.read(said) if said is not None else None
    if shared is None or shared.over(world.now()):
        return None
    return await world.database.read(_still, shared)


def _still(tx: Tx, shared: Shared) -> _Invited | None:
    every = people.professionals(tx, bookable_only=True)
    found = next((each for each in every if each.id == shared.professional), None)
    if found is None:
        return None
    for service in services_of(tx, found):
        if service.id == shared.service and shared.modality in service.modalities:
            return _Invited(found, service, shared)
    return None


def _form(
    world: World,
    booker: Booker,
    invited: _Invited,
    data: dict[str, str],
    errors: Errors,
    *,
    taken: bool = False,
) -> Card:
    service = invited.service
    wish = forms.wished(data)
    search = Search(
        service,
        invited.shared.modality,
        world.now(),
        professionals=(invited.professional.id,),
        within=span(wish.begins(world.policy.zone), FURTHEST) if wish else None,
        staff=True,
    )
    free = spread(
        world.index().free(search, SEARCHED),
        service.length,
        world.policy.zone,
        count=PROPOSED,
    )
    kept = ("request", verbs.INVITATION, verbs.WISH)
    view = ColleagueForm(
        language=booker.language,
        professional=invited.professional.name,
        service=service.name.in_(booker.language),
        modality=invited.shared.modality,
        slots=staff_views.slot_choices(free, service.length, world.now()),
        typed=data,
        errors=errors,
        carried={name: data[name] for name in kept if data.get(name)},
        taken=taken,
        unread=world.index().calendar(invited.professional.id) is None,
        only_way=world.policy.only_way,
    )
    return cards.colleague_form(view)


async def booked(world: World, booker: Booker, data: dict[str, str]) -> Card | str:
    """Book the time that was chosen; a mistake gives the form back as it was."""
    invited = await _invited(world, data)
    if invited is None:
        return text(booker.language, "extension.colleague.over")
    fixed = {
        verbs.SERVICE: invited.service.key,
        verbs.MODALITY: invited.shared.modality.value,
    }
    filled = forms.read([invited.service], data | fixed)
    if not isinstance(filled, Filled):
        return _form(world, booker, invited, data, filled)
    key = _key(booker, filled)
    earlier = await world.database.read(pressed.made, key)
    if isinstance(earlier, Appointment):
        return _done(world, booker, invited, earlier)
    chosen = read_slots(data.get(verbs.SLOT, ""))
    own = [each for each in chosen if each.professional == invited.professional.id]
    if not own:
        errors = {verbs.SLOT: "cards.error.slot"}
        return _form(world, booker, invited, data, errors)
    wanted = Wanted(
        invited.service.id,
        filled.modality,
        filled.details.language,
        own[0],
        _acts(booker, invited),
        who=booker.person.who,
    )
    made = await book_now(world, wanted, filled.details, key)
    if isinstance(made, Appointment):
        return _done(world, booker, invited, made)
    return _missing(world, booker, invited, data, made)


def _acts(booker: Booker, invited: _Invited) -> Actor:
    """Say as what she books: of what is not her own, the professional is told."""
    own = booker.person.is_(invited.professional.id)
    return Actor.PROFESSIONAL if own else Actor.COLLEAGUE


def _key(booker: Booker, filled: Filled) -> str:
    return f"colleague:{booker.person.object_id}:{filled.request}"


def _missing(
    world: World,
    booker: Booker,
    invited: _Invited,
    data: dict[str, str],
    why: object,
) -> Card:
    """Give the form back with other times, and say why it is not the one chosen."""
    wrong = {
        Closed.TOO_FAR: "cards.error.too_far",
        Closed.OFF_GRID: "cards.error.off_grid",
    }
    said = "cards.error.past" if isinstance(why, Past) else None
    if isinstance(why, Closed):
        said = wrong.get(why)
    errors = {verbs.SLOT: said} if said is not None else {}
    assert not isinstance(why, Offer)  # No button of this form makes one.
    return _form(world, booker, invited, data, errors, taken=said is None)


def _done(world: World, booker: Booker, invited: _Invited, made: Appointment) -> Card:
    shown = neutral(world, made, booker.language)
    view = ColleagueDone(
        language=booker.language,
        professional=invited.professional.name,
        service=invited.service.name.in_(booker.language),
        booked=replace(shown, open_url=""),
    )
    return cards.colleague_done(view)
