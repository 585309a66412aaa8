"""Holding, booking, moving: Outlook is read again at that very time, then written."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from booking.appointments import Actor, NotOpen, Outdated, Past, Taken
from booking.availability import Search, another_time
from booking.model import (
    Appointment,
    AppointmentId,
    Offer,
    Slot,
    Status,
)
from booking.offers import NotOffered, OfferOver
from booking.spans import span
from teams_app.actions import (
    booking,
    calendars,
    offers,
    pressed,
    questions,
)
from teams_app.actions.booking import Booked, Closed, Details, Found, Wanted
from teams_app.actions.calendars import Ask
from teams_app.errands.looking import look
from teams_app.errands.world import World
from teams_app.store import appointments
from teams_app.store import conflicts as conflict_rows
from teams_app.store.database import Overlap, Tx

Held = Appointment | Taken | Past | Closed
Moved = Appointment | NotOpen | Past | Taken | Closed | Outdated | Found


#: Free starts looked at again, of which three are wanted: those around an hour-long
#: appointment just made may all have gone with it.
LIKELY, _WANTED = 36, 3


async def nearest(  # noqa: PLR0913
    world: World,
    search: Search,
    wanted: datetime,
    *,
    own: Appointment | None = None,
    barred: Callable[[Slot], bool] = lambda _slot: False,
    first: Collection[datetime] = (),
    apart: timedelta = timedelta(),
) -> list[Slot]:
    """Give the three free times nearest to one that is wanted, in order of time.

    The index hears of a commit a moment later, so fresh rows have the last word. What
    the client holds herself, `own`, is in nobody's way. `first`: with whoever is looked
    for, these come before all others, for as long as they are free. `apart`: so far
    are they from each other, where there are as many.
    """
    ahead = [Slot(who, start) for start in first for who in search.professionals or ()]
    found = world.index().nearest(search, wanted, LIKELY)
    found.sort(key=lambda slot: abs(slot.start - wanted))
    likely = [*ahead, *(slot for slot in found if slot not in ahead)]
    likely = [slot for slot in likely if not barred(slot)]
    return await world.database.read(_first_free, world, search, likely, own, apart)


def _first_free(
    tx: Tx,
    world: World,
    search: Search,
    likely: Sequence[Slot],
    own: Appointment | None,
    apart: timedelta,
) -> list[Slot]:
    free = (
        slot
        for slot in likely
        if calendars.has_room(
            tx,
            Ask(slot, search.service, search.modality, search.staff, ignoring=own),
            world.policy,
            world.now(),
        )
    )
    chosen: list[Slot] = []
    close: list[Slot] = []
    for slot in free:
        near = any(abs(slot.start - each.start) < apart for each in chosen)
        (close if near else chosen).append(slot)
        if len(chosen) == _WANTED:
            break
    return sorted([*chosen, *close][:_WANTED], key=lambda slot: slot.start)


def goes_with(slot: Slot, lost: Slot | None, search: Search) -> bool:
    """Whether a time was lost with another: the same person cannot have it either.

    What Outlook said when a time was confirmed, the index hears a moment later.
    """
    if lost is None or slot.professional != lost.professional:
        return False
    before, after = search.service.buffer(search.modality)
    return abs(slot.start - lost.start) < search.service.length + before + after


async def propose(world: World, question: int) -> None:
    """Find three times for the client of a question that has none yet, and keep them.

    None of them goes with the time that she is asked to give up, as on her page.
    """
    about = await world.database.read(questions.unproposed, question, world.now())
    if about is None:
        return
    version, own, service = about
    search = another_time(own, service, world.now())
    lost = Slot(own.professional, own.span.start)
    free = await nearest(
        world.moving(own),
        search,
        lost.start,
        own=own,
        barred=lambda slot: goes_with(slot, lost, search),
        apart=service.length,
    )
    starts = [slot.start for slot in free]
    await world.database.write(conflict_rows.propose, question, version, starts)


async def confirm(
    world: World, id_: AppointmentId, details: Details, by: Actor, who: str = ""
) -> Booked:
    """Book a hold after a live look at Outlook. A repeat gives the first answer."""
    try:
        held = await world.database.write(
            booking.renew, id_, by, world.policy, world.now()
        )
    except Overlap:
        return Taken()
    if not isinstance(held, Appointment):
        return held
    if held.status is not Status.HELD or held.confirming:
        return await _book(world, id_, Found.UNKNOWN, details, by, who)
    promised = held.span if by is Actor.CLIENT else None
    found = await look(world, held.professional, held.guarded, promised=promised)
    return await _book(world, id_, found, details, by, who)


async def _book(
    world: World,
    id_: AppointmentId,
    found: Found,
    details: Details,
    by: Actor,
    who: str = "",
) -> Booked:
    return await world.database.write(
        booking.book, id_, found, details=details, by=by, now=world.now(), who=who
    )


async def hold(world: World, wanted: Wanted) -> Held:
    """Keep a slot for ten minutes."""
    try:
        return await world.database.write(
            booking.hold, wanted, world.outside.ids, world.policy, world.now()
        )
    except Overlap:
        return Taken()


async def hold_offered(
    world: World, offer: Offer, slot: Slot
) -> Held | OfferOver | NotOffered:
    """Keep one of the times offered to a client."""
    try:
        return await world.database.write(
            offers.hold, offer, slot, world.outside.ids, world.policy, world.now()
        )
    except Overlap:
        return Taken()


async def book_now(
    world: World, wanted: Wanted, details: Details, request: str
) -> Booked | Closed | Offer:
    """Hold and book at once, as a professional does.

    A repeated request gives what it made before, be it an offer.
    """
    try:
        held = await world.database.write(
            _hold_once, wanted, details, world, request, world.now()
        )
    except Overlap:
        return Taken()
    if not isinstance(held, Appointment):
        return held
    booked = await confirm(world, held.id, details, wanted.by, wanted.who)
    if isinstance(booked, Appointment):
        return booked
    # An offer made by the same request meanwhile has let the hold go.
    instead = await world.database.read(pressed.made, request)
    return instead if isinstance(instead, Offer) else booked


def _hold_once(
    tx: Tx,
    wanted: Wanted,
    details: Details,
    world: World,
    request: str,
    now: datetime,
) -> Held | Offer:
    # Of the same request at once, the later ones see what the first one made.
    appointments.lock(tx, wanted.slot.professional)
    earlier = pressed.standing(tx, request)
    if earlier is not None:
        return earlier
    appointments.forget_request(tx, request)
    client = booking.known_client(tx, details, now)
    wanted = replace(wanted, client=client.id)
    held = booking.hold(tx, wanted, world.outside.ids, world.policy, now)
    if isinstance(held, Appointment):
        appointments.remember_request(tx, request, f"appointment:{held.id}")
    return held


async def move(
    world: World,
    appointment: Appointment,
    slot: Slot,
    *,
    version: int,
    by: Actor,
    who: str = "",
) -> Moved:
    """Move an appointment after a live look at the new time.

    Found.UNKNOWN: Outlook could not be read; nothing has changed. `who`: which member
    of staff, for the log.
    """
    there = span(slot.start, appointment.span.length)
    guarded = there.widened(appointment.before, appointment.after)
    promised = there if by is Actor.CLIENT else None
    found = await look(world, slot.professional, guarded, promised=promised)
    match found:
        case Found.UNKNOWN:
            return found
        case Found.BUSY:
            return Taken()
        case Found.FREE:
            pass
        case _:
            assert_never(found)
    try:
        return await world.database.write(
            booking.move,
            appointment.id,
            slot,
            version=version,
            by=by,
            policy=world.policy,
            now=world.now(),
            who=who,
        )
    except Overlap:
        return Taken()


async def confirm_again(world: World, id_: AppointmentId, by: Actor) -> Found:
    """Look once more for a client who was told *we are confirming*.

    `by`: who confirmed it. UNKNOWN: still no answer; ask again later.
    """
    held = await world.database.read(appointments.find, id_)
    if held is None or not held.confirming:
        return Found.FREE
    promised = held.span if by is Actor.CLIENT else None
    found = await look(world, held.professional, held.guarded, promised=promised)
    if found is not Found.UNKNOWN:
        details = await world.database.read(booking.details_of, held)
        await _book(world, id_, found, details, Actor.SYSTEM)
    return found
