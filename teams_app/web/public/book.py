"""Booking by oneself: service, time, details, a last look.

The time is held as soon as it is chosen (a POST); from then on the hold's own link
carries the booking, and `steps` shows the rest of the way.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

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
)
from booking.views.pages import (
    FieldError,
    ModalityChoice,
    ServiceChoice,
    ServicesPage,
    SlotChoice,
    TimesPage,
)
from teams_app.actions.booking import Closed, Wanted
from teams_app.errands import hold
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.public import matters, way_back
from teams_app.web.site import SITE, Site, language_of, page, posted

SCOPE = "b"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A service, how to meet, and who can give it."""

    service: Service
    modality: Modality
    givers: list[Professional]
    language: Language

    @property
    def path(self) -> str:
        return f"/b/{self.service.key}"

    @property
    def query(self) -> str:
        return f"lang={self.language}&modality={self.modality.value}"

    def search(self, now: datetime) -> Search:
        return Search(self.service, self.modality, now)


async def home(_request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/b")


async def services(request: web.Request) -> web.Response:
    """List what anybody may book."""
    site = request.app[SITE]
    language = language_of(request)
    found = await site.world.database.read(_public_services)
    view = ServicesPage(
        tuple(
            ServiceChoice(
                each.name.in_(language),
                each.summary.in_(language),
                each.minutes,
                each.modalities,
                f"/b/{each.key}?lang={language}",
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
    site = request.app[SITE]
    chosen = await _chosen(request, site)
    lost = read_moment(request.query.get("taken", ""))
    near = await _nearest(site, chosen, lost) if lost is not None else ()
    return _times(request, site, chosen, taken=near)


async def _nearest(
    site: Site, chosen: Chosen, lost: datetime
) -> tuple[SlotChoice, ...]:
    return await matters.nearest(
        site.world,
        chosen.search(site.world.now()),
        lost,
        matters.first_names(site.world, chosen.givers),
    )


async def _chosen(request: web.Request, site: Site) -> Chosen:
    found = await site.world.database.read(_service, request.match_info["service"])
    if found is None:
        raise web.HTTPNotFound
    service, givers = found
    asked = request.query.get("modality", "")
    modality = next((m for m in service.modalities if m.value == asked), None)
    return Chosen(
        service, modality or service.modalities[0], givers, language_of(request)
    )


def _service(tx: Tx, key: str) -> tuple[Service, list[Professional]] | None:
    for each in people.services(tx):
        if each.key == key and _is_public(each):
            return each, people.professionals_for(tx, each.id)
    return None


def _times(
    request: web.Request,
    site: Site,
    chosen: Chosen,
    *,
    taken: tuple[SlotChoice, ...] = (),
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> web.Response:
    world = site.world
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
        matter=replace(matter, change=f"/b?lang={chosen.language}"),
        picker=matters.picker(
            world,
            chosen.search(world.now()),
            request.query.get("day", ""),
            matters.first_names(world, chosen.givers),
            f"{chosen.path}?{chosen.query}&",
        ),
        modalities=ways if len(ways) > 1 else (),
        taken=taken,
        errors=errors,
    )
    frame = site.frame(request, chosen.language, SCOPE)
    return page(site, "public/times.html", frame, view, status)


def read_slot(given: object) -> Slot | None:
    """Read one `<professional>@<epoch seconds>` of a form."""
    who, _, when = str(given).partition("@")
    if not (who.isascii() and who.isdecimal() and len(who) < 15):  # noqa: PLR2004
        return None
    start = read_moment(when)
    return Slot(ProfessionalId(int(who)), start) if start is not None else None


def read_moment(given: str) -> datetime | None:
    """Read epoch seconds of a form or an address."""
    if not (given.isascii() and given.isdecimal() and len(given) < 12):  # noqa: PLR2004
        return None
    return datetime.fromtimestamp(int(given), UTC)


async def choose(request: web.Request) -> web.Response:
    """Hold the chosen time, and go on to the details."""
    site = request.app[SITE]
    chosen = await _chosen(request, site)
    form = await posted(request)
    if not site.form_is_ours(request, SCOPE, form.get("form_token", [""])[0]):
        raise web.HTTPForbidden
    slot = read_slot(form.get("slot", [""])[0])
    if slot is None:
        wrong = (FieldError("slot", "no_slot"),)
        return _times(request, site, chosen, errors=wrong, status=422)
    wanted = Wanted(
        chosen.service.id, chosen.modality, chosen.language, slot, Actor.CLIENT
    )
    held = await hold(site.world, wanted)
    match held:
        case Appointment():
            path = site.appointment_path(held.link, held.generation)
            back = way_back.carried(f"{chosen.path}?{chosen.query}", slot.start)
            raise web.HTTPSeeOther(f"{path}/details?lang={chosen.language}{back}")
        case Taken() | Past() | Closed():
            near = await _nearest(site, chosen, slot.start)
            return _times(request, site, chosen, taken=near, status=409)


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
