"""Holding and booking for a client: with a fair share for everybody, and once more.

Once more is for who confirms, or sends her details, when her hold is gone: she let it go
and came back, or it lapsed. While nobody else has the time she shall not hear that
somebody does; it is held again, and what she sent goes on.
"""

import logging

from aiohttp import web

from booking.appointments import Actor, Taken
from booking.arrivals import Came
from booking.model import Appointment, Modality, Slot
from booking.offers import NotOffered, OfferOver
from teams_app.actions import access, arrivals
from teams_app.actions.booking import Booked, Details, Wanted, still_held
from teams_app.errands import Held, Moved, confirm, hold, hold_offered, move
from teams_app.web.fair import FAIR, What
from teams_app.web.public import way_back
from teams_app.web.site import SITE, language_of

log = logging.getLogger("vuoro.web")


async def fairly(request: web.Request, wanted: Wanted) -> Held:
    """Hold the time, unless whoever asks has too many already."""
    world, fair = request.app[SITE].world, request.app[FAIR]
    mine, earlier = fair.enter(request)
    ids = [each.held for each in earlier if each.held is not None]
    open_ = await world.database.read(still_held, ids, world.now()) if ids else 0
    wait = fair.wait(earlier, open_ + len(earlier) - len(ids))
    # Sooner said here than after everything is typed.
    wait = wait or fair.wait_to_book(fair.booked(request))
    held = None if wait else await hold(world, wanted)
    if isinstance(held, Appointment):
        mine.held = held.id
        return held
    fair.leave(request, mine)
    if held is None:
        raise _too_many(request, wait)
    return held


async def book_fairly(
    request: web.Request, held: Appointment, details: Details
) -> Booked:
    """Book what is held, unless too many were booked from there within the hour.

    What a professional has offered is her own to give, and is not counted.
    """
    world, fair = request.app[SITE].world, request.app[FAIR]
    if held.offer is not None:
        return await confirm(world, held.id, details, Actor.CLIENT)
    mine, earlier = fair.enter(request, What.BOOKING)
    mine.held = held.id
    wait = fair.wait_to_book(earlier, held.id)
    booked = None if wait else await confirm(world, held.id, details, Actor.CLIENT)
    if not isinstance(booked, Appointment):
        fair.leave(request, mine, What.BOOKING)
    if booked is None:
        raise _too_many(request, wait)
    return booked


async def move_fairly(request: web.Request, found: Appointment, slot: Slot) -> Moved:
    """Move an appointment, unless its link has done so too often within the hour."""
    world, fair = request.app[SITE].world, request.app[FAIR]
    mine, earlier = fair.enter(request, What.MOVE)
    mine.held = found.id
    wait = fair.wait_to_move(earlier, found.id)
    moved = (
        None
        if wait
        else await move(world, found, slot, version=found.version, by=Actor.CLIENT)
    )
    if not isinstance(moved, Appointment):
        fair.leave(request, mine, What.MOVE)
    if moved is None:
        raise _too_many(request, wait)
    return moved


async def say_fairly(request: web.Request, found: Appointment, how: Came) -> bool:
    """Note what a client says of her coming, unless her link has said it too often."""
    world, fair = request.app[SITE].world, request.app[FAIR]
    mine, earlier = fair.enter(request, What.STUCK)
    mine.held = found.id
    wait = fair.wait_to_say(earlier, found.id)
    if wait:
        fair.leave(request, mine, What.STUCK)
        raise _too_many(request, wait)
    return await world.database.write(arrivals.note, found.id, how, world.now())


def _too_many(request: web.Request, wait: int) -> web.HTTPTooManyRequests:
    # The route says which page; why it may be wrongly so is the admin's to know.
    unheard = request.app[FAIR].unheard(request)
    log.warning(
        "held_back", extra={"why": "proxy_not_trusted" if unheard else "too_many"}
    )
    return web.HTTPTooManyRequests(headers={"Retry-After": str(wait)})


async def again(
    request: web.Request, back: str, link: str
) -> Held | OfferOver | NotOffered:
    """Hold once more the time that `back` names, there where it was chosen.

    What was chosen on the public page gets its own link again, so that a second press
    of the same form finds what the first one made; an offer finds it by itself.
    """
    world = request.app[SITE].world
    kind, name, how, slot = way_back.parts(back)
    if slot is None:
        return Taken()
    if kind == "o":
        offer = await world.database.read(
            access.offer_by_link, world.outside.links, name
        )
        return NotOffered() if offer is None else await hold_offered(world, offer, slot)
    service = world.services().get(name)
    modality = next((m for m in Modality if m.value == how), None)
    if service is None or modality is None:
        return Taken()
    wanted = Wanted(
        service.id, modality, language_of(request), slot, Actor.CLIENT, link=link
    )
    return await fairly(request, wanted)
