"""The page of an offer: the times suggested to one client."""

from dataclasses import replace
from datetime import datetime

from aiohttp import web

from booking.appointments import Past, Taken
from booking.availability import Search
from booking.model import (
    Appointment,
    Language,
    Modality,
    Offer,
    Professional,
    Service,
    Slot,
    Unit,
)
from booking.offers import NotOffered, OfferOver, count_of, ended
from booking.offers import choose as choose_of
from booking.policy import Policy
from booking.views.pages import (
    FieldError,
    HeldTime,
    Matter,
    OfferPage,
    SlotChoice,
    TimesPage,
    Typed,
)
from teams_app.actions import access, booking, calendars
from teams_app.actions.booking import Closed
from teams_app.actions.offers import choice_in
from teams_app.errands import World, hold_offered
from teams_app.store import people
from teams_app.store.calendars import state
from teams_app.store.database import Tx
from teams_app.web.public import carried, matters, steps, way_back
from teams_app.web.public.book import Besides
from teams_app.web.public.times import read_slot
from teams_app.web.public.visit import LinkGone
from teams_app.web.site import SITE, Site, language_of, page, posted


class Opened:
    """One request by an offer's link."""

    def __init__(self, request: web.Request, site: Site, found: "Found") -> None:
        """Use `opened`."""
        self.request, self.site = request, site
        self.offer, self.service = found.offer, found.service
        self.choice, self.known = found.choice, found.known
        self.professional, self.appointment = found.professional, found.appointment
        self.unit = found.unit
        self.held = found.held
        self.let_go: Appointment | None = None  #: What she held until a moment ago.
        self.language = language_of(request, found.language)
        self.path = site.offer_path(self.offer.link, self.offer.generation)
        self.scope = f"o:{self.offer.link}"
        self.frame = site.frame(
            request, self.language, self.scope, self.action, phone=self.unit.phone
        )

    @property
    def action(self) -> str:
        return f"{self.path}?lang={self.language}"

    @property
    def world(self) -> World:
        """The world as this client sees it: what she holds is in nobody's way.

        Nor is what she has let go.
        """
        world, hers = self.site.world, self.held or self.let_go
        return world if hers is None else world.without(hers)

    def held_time(self) -> HeldTime | None:
        """Give what she is in the middle of booking, for her to go on with."""
        held = self.held
        if held is None or held.hold_ends is None:
            return None
        if held.hold_ends <= self.site.world.now():
            return None
        return HeldTime(held.span.start, held.hold_ends, self.to(held))

    def to(self, appointment: Appointment) -> str:
        path = self.site.appointment_path(appointment.link, appointment.generation)
        return f"{path}?lang={self.language}"

    def search(self) -> Search:
        return Search(
            self.service,
            self.offer.modality,
            self.site.world.now(),
            professionals=(self.offer.professional,),
        )

    def matter(self) -> Matter:
        policy = self.site.world.policy
        matter = matters.matter_of_service(
            self.service,
            self.offer.modality,
            self.language,
            named=policy.names_service,
            professional=self.professional,
            policy=policy,
        )
        if self.offer.modality is not Modality.IN_PERSON:
            return matter
        return replace(matter, place=matters.place_of(self.unit, self.language))


class Found:
    """What an offer's page needs from the store."""

    def __init__(self, tx: Tx, offer: Offer, policy: Policy, now: datetime) -> None:
        """Read it."""
        self.offer = offer
        self.choice = choice_in(tx, offer, policy, now)
        self.known = calendars.is_known(state(tx, offer.professional))
        self.service: Service = people.service(tx, offer.service)
        self.professional: Professional = people.professional(tx, offer.professional)
        self.unit: Unit = people.unit(tx, self.professional.unit)
        self.language: Language = people.client(tx, offer.client).language
        self.appointment = (
            booking.find(tx, offer.appointment) if offer.appointment else None
        )
        self.held = booking.held_of_offer(tx, offer, now)


async def opened(request: web.Request, token: str = "") -> Opened:
    """Open the offer of this link, or of the request's own."""
    site = request.app[SITE]
    link = token or request.match_info["token"]
    found = await site.world.database.read(_by_link, site, link)
    if found is None:
        raise LinkGone
    return Opened(request, site, found)


def _by_link(tx: Tx, site: Site, token: str) -> Found | None:
    offer = access.offer_by_link(tx, site.world.outside.links, token)
    return (
        Found(tx, offer, site.world.policy, site.world.now())
        if offer is not None
        else None
    )


async def show(request: web.Request) -> web.Response:
    """Show the times offered, or what has become of the offer."""
    now = await opened(request)
    over = ended(now.offer, now.site.world.now())
    if over is not None:
        return _over(now, over)
    if now.held is not None and now.held.confirming:
        raise web.HTTPSeeOther(now.to(now.held))
    lost = read_slot(request.query.get("taken", ""))
    if lost is None or (now.held is not None and now.held.span.start == lost.start):
        return await _open(now, Besides(request.query.get("day", "")))
    if not await now.site.world.database.read(_can_choose, now, lost):
        return await again(now, lost)
    (choice,) = matters.choices([lost], now.service.length, {})
    day = matters.day_of(now.site.world, lost.start)
    return await _open(now, Besides(day, let_go=choice))


async def _open(now: Opened, besides: Besides, status: int = 200) -> web.Response:
    """Show what she may choose from, where anybody knows it."""
    if not now.known:
        return _unread(now, besides.typed, status)
    if now.offer.free_choice:
        return _times(now, besides, status)
    return await _suggested(now, besides, status)


def _can_choose(tx: Tx, now: Opened, slot: Slot) -> bool:
    world = now.site.world
    choice = now.choice
    if not isinstance(choose_of(choice, slot, world.now()), Slot):
        return False
    return booking.is_open(tx, slot, now.service, choice, world.policy, world.now())


async def _suggested(now: Opened, besides: Besides, status: int) -> web.Response:
    """Show the times offered that are still free."""
    slots = await now.site.world.database.read(_still_free, now)
    gone = _gone(now, slots)
    if not slots:
        view = OfferPage(
            "taken",
            now.action,
            now.matter(),
            await _nearest(now, min(now.offer.slots, key=lambda each: each.start)),
            held=now.held_time(),
            let_go=besides.let_go,
            typed=besides.typed,
            gone=gone,
            offered=count_of(now.offer),
            only_these=not now.choice.free_choice,
        )
    else:
        view = OfferPage(
            "open",
            now.action,
            now.matter(),
            slots,
            min(now.offer.expires, max(each.starts for each in slots)),
            held=now.held_time(),
            let_go=besides.let_go,
            errors=besides.errors,
            typed=besides.typed,
            gone=gone,
        )
    return page(now.site, "public/offer.html", now.frame, view, status)


def _unread(now: Opened, typed: Typed, status: int) -> web.Response:
    """Say that her times cannot be shown: of the calendar nobody knows what is free."""
    held = now.held_time()
    view = OfferPage("unread", now.action, now.matter(), held=held, typed=typed)
    return page(now.site, "public/offer.html", now.frame, view, status)


def _gone(now: Opened, slots: tuple[SlotChoice, ...]) -> int:
    """Count what was offered, is still to come, and is not to be had any more."""
    left, moment = {each.starts for each in slots}, now.site.world.now()
    offered = {each.start for each in now.offer.slots if each.start > moment}
    return len(offered - left)


def _still_free(
    tx: Tx, now: Opened, lost: Slot | None = None
) -> tuple[SlotChoice, ...]:
    """Leave out times that are over or that somebody has taken meanwhile."""
    world = now.site.world
    left = [slot for slot in now.offer.slots if slot != lost]
    free = booking.open_of(tx, left, now.service, now.offer, world.policy, world.now())
    return matters.choices(free, now.service.length, {})


def _over(now: Opened, over: OfferOver, unused: Slot | None = None) -> web.Response:
    """Show what has become of it. `unused`: what she chose when it was over already."""
    booked = now.appointment
    if over.reason == "taken" and booked is not None:
        other = unused is not None and unused.start != booked.span.start
        raise web.HTTPSeeOther(now.to(booked) + ("&done=not_used" if other else ""))
    state = "withdrawn" if over.reason == "withdrawn" else "expired"
    count = count_of(now.offer)
    view = OfferPage(state, now.action, now.matter(), offered=count)  # type: ignore[arg-type]
    return page(now.site, "public/offer.html", now.frame, view, 410)


async def again(now: Opened, lost: Slot | None, typed: Typed = ()) -> web.Response:
    """Let her choose again; when a time was lost, kindly, with the nearest three."""
    world = now.world
    over = ended(now.offer, world.now())
    if over is not None:
        return _over(now, over, lost)
    if lost is None:
        return await _open(now, Besides(typed=typed))
    if not now.known:
        return _unread(now, typed, 409)
    near = (await world.database.read(_still_free, now, lost))[:3]
    view = OfferPage(
        "past" if lost.start <= world.now() else "taken",
        now.action,
        now.matter(),
        near or await _nearest(now, lost),
        typed=typed,
        offered=count_of(now.offer),
        only_these=not now.choice.free_choice,
    )
    return page(now.site, "public/offer.html", now.frame, view, 409)


async def _nearest(now: Opened, lost: Slot) -> tuple[SlotChoice, ...]:
    """Give the nearest three of hers, where its client may choose them."""
    if not now.choice.free_choice:
        return ()
    return await matters.nearest(now.world, now.search(), lost, {}, now.held)


def _times(now: Opened, besides: Besides, status: int = 200) -> web.Response:
    view = TimesPage(
        action=now.action,
        matter=now.matter(),
        picker=matters.picker(
            now.world,
            now.search(),
            besides.day,
            {},
            f"{now.action}&",
        ),
        held=now.held_time(),
        let_go=besides.let_go,
        errors=besides.errors,
        typed=besides.typed,
    )
    return page(now.site, "public/times.html", now.frame, view, status)


async def choose(request: web.Request) -> web.Response:
    """Hold one of the times. Opening the link never did."""
    now = await opened(request)
    form = await posted(request)
    if not now.site.form_is_ours(request, now.scope, form.get("form_token", [""])[0]):
        raise web.HTTPForbidden
    typed = carried.of_form(form)
    slot = read_slot(form.get("slot", [""])[0])
    if slot is None:
        wrong = (FieldError("slot", "no_slot"),)
        day = form.get("day", [""])[0]
        return await _open(now, Besides(day, typed, errors=wrong), 422)
    held = await hold_offered(now.site.world, now.offer, slot)
    match held:
        case Appointment():
            back = way_back.carried(now.action, slot)
            return await steps.go_on(request, held, back, typed)
        case OfferOver():
            return _over(now, held, slot)
        case NotOffered() | Taken() | Past() | Closed():
            return await again(now, slot, typed)
