"""The few flows that mix outside and database: ask outside, then write.

`confirm` is the heart: before anything is called booked, the professional's Outlook is
read again at that very time. When it cannot be read in two seconds nothing is booked
blind: the hold is kept, another look is promised, and the client is told after.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import assert_never

from booking.appointments import Actor, NotOpen, Outdated, Past, Taken
from booking.availability import Index, Search
from booking.model import (
    Appointment,
    AppointmentId,
    Offer,
    ProfessionalId,
    Service,
    Slot,
    Status,
)
from booking.offers import NotOffered, OfferOver
from booking.policy import Policy
from booking.spans import Span, span
from graph_sync.graph import Forbidden, GraphError, View
from teams_app.actions import (
    booking,
    calendars,
    handovers,
    offers,
    pressed,
    pulls,
    questions,
    takers,
)
from teams_app.actions.booking import Booked, Closed, Details, Found, Wanted
from teams_app.actions.calendars import Ask
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.handovers import Reply
from teams_app.outside import Outside
from teams_app.store import appointments, jobs, people
from teams_app.store import conflicts as conflict_rows
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Database, Overlap, Tx

#: How long the live look at Outlook may take while somebody waits.
LOOK_SECONDS = 2.0
#: A place in the mailbox's lane for interactive calls is given back by itself after.
_BORROW_SECONDS = 10.0
_NEXT_TRY_SECONDS = 0.1


Held = Appointment | Taken | Past | Closed
Moved = Appointment | NotOpen | Past | Taken | Closed | Outdated | Found


@dataclass(frozen=True, slots=True)
class World:
    """The database and the outside, as every errand gets them."""

    database: Database
    outside: Outside
    policy: Policy
    #: The current slot index; a search reads it and nothing else.
    index: Callable[[], Index]
    #: Services by key, as kept beside the index.
    services: Callable[[], dict[str, Service]]

    def now(self) -> datetime:
        return self.outside.now()

    def moving(self, own: Appointment) -> "World":
        """Give the world as whoever moves this appointment sees it.

        What it takes now, buffers included, is in nobody's way.
        """
        index = self.index().moving(own.professional, own.id)
        return replace(self, index=lambda: index)


#: Free starts looked at again, of which three are wanted: those around an hour-long
#: appointment just made may all have gone with it.
LIKELY, _WANTED = 36, 3


async def nearest(
    world: World,
    search: Search,
    wanted: datetime,
    *,
    own: Appointment | None = None,
    barred: Callable[[Slot], bool] = lambda _slot: False,
    first: Collection[datetime] = (),
) -> list[Slot]:
    """Give the three free times nearest to one that is wanted, in order of time.

    The index hears of a commit a moment later, so fresh rows have the last word. What
    the client holds herself, `own`, is in nobody's way. `first`: with whoever is looked
    for, these come before all others, for as long as they are free.
    """
    ahead = [Slot(who, start) for start in first for who in search.professionals or ()]
    found = world.index().nearest(search, wanted, LIKELY)
    found.sort(key=lambda slot: abs(slot.start - wanted))
    likely = [*ahead, *(slot for slot in found if slot not in ahead)]
    likely = [slot for slot in likely if not barred(slot)]
    return await world.database.read(_first_free, world, search, likely, own)


def _first_free(
    tx: Tx,
    world: World,
    search: Search,
    likely: Sequence[Slot],
    own: Appointment | None,
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
    return sorted(islice(free, _WANTED), key=lambda slot: slot.start)


async def propose(world: World, question: int) -> None:
    """Find three times for the client of a question that has none yet, and keep them."""
    about = await world.database.read(questions.unproposed, question, world.now())
    if about is None:
        return
    version, own, service = about
    search = Search(
        service, own.modality, world.now(), professionals=(own.professional,)
    )
    free = await nearest(world.moving(own), search, own.span.start, own=own)
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


async def look(
    world: World,
    professional: ProfessionalId,
    guarded: Span,
    ignoring: Collection[str] = (),
    *,
    promised: Span | None = None,
) -> Found:
    """Read Outlook live at one time. Slow or unanswered is UNKNOWN, never free.

    `ignoring`: events that stand for the very appointment that is to be there.
    `promised`: what a client is to have of the time, and must find open.
    """
    mailbox = await world.database.read(_mailbox, professional)
    ends = asyncio.get_running_loop().time() + LOOK_SECONDS
    lease = await _borrowed(world, professional, ends)
    if lease is None:
        return Found.UNKNOWN
    try:
        async with asyncio.timeout_at(ends):
            (answer,) = await world.outside.graph.view([View(mailbox, guarded)])
    except TimeoutError:
        return Found.UNKNOWN
    except GraphError as error:
        answer = error
    finally:
        await world.database.write(jobs.give_back, lease)
    if isinstance(answer, Forbidden):
        # A calendar that is closed to us is known to be before the next time is offered.
        await world.database.write(pulls.owe, [professional], world.now())
    if isinstance(answer, GraphError):
        return Found.UNKNOWN
    taken = await world.database.read(
        calendars.clashing,
        professional,
        guarded,
        answer,
        world.policy,
        ignoring=ignoring,
    )
    if not taken and promised is not None:
        taken = await world.database.read(
            calendars.is_shut, professional, promised, answer, world.policy
        )
    if not taken:
        return Found.FREE
    # The mirror may not know it yet, and would offer the time to the next one too.
    await world.database.write(pulls.owe, [professional], world.now())
    return Found.BUSY


async def _borrowed(
    world: World, professional: ProfessionalId, ends: float
) -> int | None:
    """Take the mailbox's place for a live look; wait while somebody else has it."""
    while True:
        lease = await world.database.write(
            jobs.borrow, f"live:{professional}", _BORROW_SECONDS
        )
        if lease is not None or asyncio.get_running_loop().time() >= ends:
            return lease
        await world.outside.sleep(_NEXT_TRY_SECONDS)


def _mailbox(tx: Tx, professional: ProfessionalId) -> str:
    return people.professional(tx, professional).mailbox


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


async def take_over(world: World, reply: Reply) -> Answer:
    """Hand an appointment to the colleague who has a copy, after a look at that time.

    A repeat, and an answer that comes too late, gives what stands.
    """
    planned = await world.database.read(handovers.ahead, reply)
    if planned is not None:
        wanted, ignoring = planned
        found = await look(world, wanted.to, wanted.guarded, ignoring)
        if found is Found.UNKNOWN:
            return Unanswerable("unread")
        if found is Found.BUSY:
            return await _in_the_way(world, wanted, ignoring)
    try:
        return await world.database.write(handovers.take, reply, world.now())
    except Overlap:
        if planned is None:
            return Unanswerable("overlap")
        return await _in_the_way(world, *planned)


async def _in_the_way(
    world: World, wanted: takers.Wanted, ignoring: Collection[str]
) -> Unanswerable:
    """Say whether the time itself is taken, or only too near to something else."""
    if await world.database.read(takers.is_busy, wanted, world.policy, world.now()):
        return Unanswerable("overlap")
    found = await look(world, wanted.to, wanted.time, ignoring)
    return Unanswerable("pause" if found is Found.FREE else "overlap")


async def hand_over(
    world: World, conflict: Conflict, to: ProfessionalId, who: str
) -> Answer:
    """Hand an appointment to a colleague of its professional's choosing."""
    wanted = await world.database.read(
        handovers.chosen, conflict, to, world.policy, world.now()
    )
    if wanted is None:
        return Unanswerable("overtaken")
    found = await look(world, to, wanted.guarded)
    if found is not Found.FREE:
        return Unanswerable("unread" if found is Found.UNKNOWN else "overlap")
    try:
        return await world.database.write(
            handovers.hand, conflict, wanted, who, world.now()
        )
    except Overlap:
        return Unanswerable("overlap")
