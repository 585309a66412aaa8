"""Booking by oneself: service, time, details, a last look.

The time is held as soon as it is chosen (a POST); from then on the hold's own link
carries the booking, and `steps` shows the rest of the way.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from aiohttp import web

from booking.appointments import Actor, Past, Taken
from booking.availability import Search
from booking.model import (
    Appointment,
    BookedBy,
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Service,
    Slot,
    Unit,
)
from booking.views.pages import (
    FieldError,
    ModalityChoice,
    PausedPage,
    Place,
    ServiceChoice,
    ServicesPage,
    SlotChoice,
    TimesPage,
    Typed,
)
from teams_app.actions.booking import Closed, Wanted
from teams_app.errands import World
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.store.services import is_known
from teams_app.web.public import carried, matters, steps, way_back
from teams_app.web.public.holding import fairly
from teams_app.web.public.times import read_slot
from teams_app.web.site import SITE, Site, language_of, page, posted

SCOPE = "b"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A service, how to meet, and who can give it."""

    service: Service
    modality: Modality
    givers: list[Professional]
    language: Language
    units: dict[ProfessionalId, Unit]  #: Where each of them meets clients.

    def names(self, world: World) -> dict[ProfessionalId, str]:
        """Say with whom, and where that differs, as short as beside a time."""
        who = matters.first_names(world, self.givers)
        streets = {
            id_: unit.address.partition(",")[0] for id_, unit in self.units.items()
        }
        if self.modality is not Modality.IN_PERSON or len({*streets.values()}) < 2:  # noqa: PLR2004
            return who
        return {
            id_: ", ".join(filter(None, (who.get(id_), street)))
            for id_, street in streets.items()
        }

    @property
    def place(self) -> Place | None:
        """Give where she is to come, where that is the same at every time."""
        where = [*{unit.id: unit for unit in self.units.values()}.values()]
        if self.modality is not Modality.IN_PERSON or len(where) != 1:
            return None
        return matters.place_of(where[0], self.language)

    @property
    def phone(self) -> str:
        return matters.phone_of(self.units.values())

    @property
    def path(self) -> str:
        return f"/b/{self.service.key}"

    @property
    def query(self) -> str:
        return f"lang={self.language}&modality={self.modality.value}"

    def gives(self, slot: Slot) -> bool:
        return slot.professional in self.units

    def search(self, now: datetime) -> Search:
        return Search(self.service, self.modality, now, self._speaking())

    def _speaking(self) -> tuple[ProfessionalId, ...] | None:
        """Give those who speak the client's language; None: all do, or nobody does."""
        speak = tuple(one.id for one in self.givers if self.language in one.languages)
        return speak if 0 < len(speak) < len(self.givers) else None


@dataclass(frozen=True, slots=True)
class Besides:
    """What the page of times shows besides the free times.

    `near`: the nearest ones, when the one that was chosen is `lost`. `let_go`: the one
    that was held and is not any more, though nobody else has it. `given_back`: a hold
    of which the index may not have heard yet that it is gone.
    """

    day: str = ""
    typed: Typed = ()
    near: tuple[SlotChoice, ...] = ()
    lost: Slot | None = None
    let_go: SlotChoice | None = None
    given_back: Appointment | None = None
    errors: tuple[FieldError, ...] = ()


async def home(request: web.Request) -> web.Response:
    asked = "?lang=" + language_of(request) if "lang" in request.query else ""
    raise web.HTTPSeeOther(f"/b{asked}")


async def services(request: web.Request) -> web.Response:
    """List what anybody may book."""
    site = request.app[SITE]
    language = language_of(request)
    how = Modality.read(request.query.get("modality", ""))
    open_ = site.world.policy.self_booking
    found = await site.world.database.read(_public_services) if open_ else []
    view = ServicesPage(
        tuple(
            ServiceChoice(
                each.name.in_(language),
                each.summary.in_(language),
                each.minutes,
                each.modalities,
                f"/b/{each.key}?lang={language}"
                + (f"&modality={how.value}" if how in each.modalities else ""),
            )
            for each in found
        )
    )
    frame = site.frame(request, language, SCOPE)
    return page(site, "public/services.html", frame, view)


def _public_services(tx: Tx) -> list[Service]:
    return [each for each in people.services(tx) if _is_public(each)]


def _is_public(service: Service) -> bool:
    return service.open and service.booked_by is BookedBy.ANYONE


async def times(request: web.Request) -> web.Response:
    """Show the free times of everybody who gives the service."""
    chosen = await _chosen(request)
    if isinstance(chosen, web.Response):
        return chosen
    lost = read_slot(request.query.get("taken", ""))
    if lost is None:
        return _times(request, chosen, Besides(day=request.query.get("day", "")))
    world = request.app[SITE].world
    search = chosen.search(world.now())
    if chosen.gives(lost) and await matters.is_free(world, search, lost):
        (choice,) = matters.choices([lost], search.service.length, chosen.names(world))
        day = matters.day_of(world, lost.start)
        return _times(request, chosen, Besides(day=day, let_go=choice))
    return await again(request, chosen, lost)


async def again(
    request: web.Request,
    chosen: Chosen,
    lost: Slot | None,
    typed: Typed = (),
    given_back: Appointment | None = None,
) -> web.Response:
    """Let her choose again; when a time was lost, kindly, with the nearest three."""
    if lost is None:
        return _times(request, chosen, Besides(typed=typed, given_back=given_back))
    world = request.app[SITE].world
    names = chosen.names(world)
    near = await matters.nearest(world, chosen.search(world.now()), lost, names)
    day = matters.day_of(world, near[0].starts if near else lost.start)
    return _times(request, chosen, Besides(day, typed, near, lost), status=409)


async def _chosen(request: web.Request) -> Chosen | web.Response:
    """Give what was chosen, or the page that says why it cannot be."""
    check_open(request)
    found = await chosen_of(
        request.app[SITE],
        request.match_info["service"],
        request.query.get("modality", ""),
        language_of(request),
    )
    if found is not None:
        return found
    instead = await paused(request, request.match_info["service"])
    if instead is None:
        raise web.HTTPNotFound
    return instead


def check_open(request: web.Request) -> None:
    """Lead to the first page where nobody books by herself: it shows whom to call."""
    if not request.app[SITE].world.policy.self_booking:
        raise web.HTTPSeeOther(f"/b?lang={language_of(request)}")


async def paused(request: web.Request, key: str) -> web.Response | None:
    """Say of a service of this key that it cannot be booked just now.

    None: there is none that anybody could ever book, or it is gone for good.
    """
    site = request.app[SITE]
    found = await site.world.database.read(_paused, key)
    if found is None:
        return None
    service, has_others, phone = found
    language = language_of(request)
    others = f"/b?lang={language}" if has_others else ""
    invites = service.booked_by is not BookedBy.ANYONE
    view = PausedPage(service.name.in_(language), others, by_invitation=invites)
    at = f"/b/{key}?lang={language}"
    frame = site.frame(request, language, SCOPE, at, phone=phone)
    return page(site, "public/paused.html", frame, view, 404)


def _paused(tx: Tx, key: str) -> tuple[Service, bool, str] | None:
    """Give the service, whether anybody may book another, and whom to call."""
    every = people.services(tx)
    found = next((each for each in every if each.key == key), None)
    if found is None or found.retired or not is_known(tx, found.id):
        return None
    givers = people.professionals_for(tx, found.id)
    phone = matters.phone_of(people.unit(tx, each.unit) for each in givers)
    return found, any(_is_public(each) for each in every), phone


async def chosen_of(
    site: Site, key: str, asked: str, language: Language
) -> Chosen | None:
    """Find the service of this key; None: there is none that anybody may book."""
    found = await site.world.database.read(_service, key)
    if found is None:
        return None
    service, givers, units = found
    modality = next((m for m in service.modalities if m.value == asked), None)
    how = modality or service.modalities[0]
    return Chosen(service, how, givers, language, units)


def _service(
    tx: Tx, key: str
) -> tuple[Service, list[Professional], dict[ProfessionalId, Unit]] | None:
    for each in people.services(tx):
        if each.key == key and _is_public(each):
            givers = people.professionals_for(tx, each.id)
            return each, givers, {one.id: people.unit(tx, one.unit) for one in givers}
    return None


def _times(
    request: web.Request,
    chosen: Chosen,
    besides: Besides,
    status: int = 200,
) -> web.Response:
    site, back = request.app[SITE], besides.given_back
    world = site.world if back is None else site.world.without(back)
    matter = matters.matter_of_service(chosen.service, chosen.modality, chosen.language)
    ways = tuple(
        ModalityChoice(
            each,
            f"{chosen.path}?lang={chosen.language}&modality={each.value}",
            each is chosen.modality,
        )
        for each in chosen.service.modalities
    )
    view = TimesPage(
        action=f"{chosen.path}?{chosen.query}",
        matter=replace(matter, change=f"/b?lang={chosen.language}", place=chosen.place),
        picker=matters.picker(
            world,
            chosen.search(world.now()),
            besides.day,
            chosen.names(world),
            f"{chosen.path}?{chosen.query}&",
            besides.lost,
        ),
        modalities=ways if len(ways) > 1 else (),
        lost=besides.lost is not None,
        past=besides.lost is not None and besides.lost.start <= world.now(),
        taken=besides.near,
        let_go=besides.let_go,
        errors=besides.errors,
        typed=besides.typed,
    )
    at, phone = f"{chosen.path}?{chosen.query}", chosen.phone
    frame = site.frame(request, chosen.language, SCOPE, at, phone=phone)
    return page(site, "public/times.html", frame, view, status)


async def choose(request: web.Request) -> web.Response:
    """Hold the chosen time, and go on to the details."""
    site = request.app[SITE]
    chosen = await _chosen(request)
    if isinstance(chosen, web.Response):
        return chosen
    form = await posted(request)
    typed = carried.of_form(form)
    if not site.form_is_ours(request, SCOPE, form.get("form_token", [""])[0]):
        raise web.HTTPForbidden
    slot = read_slot(form.get("slot", [""])[0])
    if slot is None:
        wrong = (FieldError("slot", "no_slot"),)
        day = form.get("day", [""])[0]
        return _times(request, chosen, Besides(day, typed, errors=wrong), status=422)
    wanted = Wanted(
        chosen.service.id, chosen.modality, chosen.language, slot, Actor.CLIENT
    )
    held = await fairly(request, wanted)
    match held:
        case Appointment():
            back = way_back.carried(f"{chosen.path}?{chosen.query}", slot)
            return await steps.go_on(request, held, back, typed)
        case Taken() | Past() | Closed():
            return await again(request, chosen, slot, typed)


async def slots_json(request: web.Request) -> web.Response:
    """Give free starts as JSON: epoch seconds, and how many could be met then.

    Reads the kept index and nothing else: no database, no calendar.
    """
    site = request.app[SITE]
    index = site.world.index()
    known = site.world.services().get(request.query.get("service", ""))
    if known is None or not _is_public(known):
        raise web.HTTPNotFound
    asked = request.query.get("modality", "")
    modality = next((m for m in known.modalities if m.value == asked), None)
    if modality is None:
        raise web.HTTPBadRequest
    search = Search(known, modality, site.world.now())

    def drawn() -> bytes:
        found = index.counted(search, 20)
        return orjson.dumps([{"start": start, "free": free} for start, free in found])

    body = index.answer(search, "slots.json", drawn)
    return web.Response(body=body, content_type="application/json")
