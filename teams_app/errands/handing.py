"""Handing over: the time is read again in the calendar of whoever takes it."""

from collections.abc import Collection

from booking.cover import Bar
from booking.handover import Doubt
from booking.model import (
    Appointment,
    AppointmentId,
    ProfessionalId,
)
from teams_app.actions import (
    cover_later,
    covering,
    handing,
    handovers,
    takers,
)
from teams_app.actions.access import Person
from teams_app.actions.booking import Found
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.covering import Barred, Claim
from teams_app.actions.handing import Refused, Undone, Wish
from teams_app.actions.handovers import Reply
from teams_app.errands import looking
from teams_app.errands.looking import look
from teams_app.errands.world import World
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Overlap


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
    found = await look(
        world, wanted.to, wanted.time, ignoring, within=looking.LOOK_AGAIN
    )
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


async def hand(world: World, who: Person, wish: Wish) -> Appointment | Refused:
    """Hand over or move as somebody wishes in the tab, after a look at that time."""
    planned = await world.database.read(
        handing.plan, who, wish, world.policy, world.now()
    )
    if not isinstance(planned, takers.Wanted):
        return planned
    refused = await _not_free(world, planned)
    if refused is not None:
        return refused
    try:
        return await world.database.write(
            handing.hand, who, wish, world.policy, world.now()
        )
    except Overlap:
        return Refused(handing.Why.BARRED, (Doubt.BUSY,))


async def undo(
    world: World, who: Person, id_: AppointmentId, version: int
) -> Undone | Refused:
    """Take back what was handed over or moved in this version."""
    planned = await world.database.read(
        handing.plan_undo, who, id_, version, world.now()
    )
    if not isinstance(planned, takers.Wanted):
        return planned
    refused = await _not_free(world, planned)
    if refused is not None:
        return refused
    try:
        return await world.database.write(handing.undo, who, id_, version, world.now())
    except Overlap:
        return Refused(handing.Why.BARRED, (Doubt.BUSY,))


async def take(world: World, claim: Claim) -> Appointment | Barred:
    """As `cover`; where her calendar does not answer in time, it is promised her."""
    done = await cover(world, claim)
    if not isinstance(done, Barred) or done.why is not Bar.UNREAD:
        return done
    await world.database.write(cover_later.owe, claim, world.now())
    return Barred(Bar.CONFIRMING)


async def cover(world: World, claim: Claim) -> Appointment | Barred:
    """Take one appointment that a desk is asked about, after a look at her calendar."""
    planned = await world.database.read(covering.plan, claim, world.policy, world.now())
    if not isinstance(planned, takers.Wanted):
        return planned
    refused = await _not_free(world, planned)
    if refused is not None:
        return Barred(Bar(refused.doubts[0]) if refused.doubts else Bar.UNREAD)
    try:
        return await world.database.write(
            covering.take, claim, planned, world.policy, world.now()
        )
    except Overlap:
        return Barred(Bar.BUSY)


async def _not_free(world: World, wanted: takers.Wanted) -> Refused | None:
    """Look at a time live; say why it is not to be had."""
    ignoring = await world.database.read(takers.ignoring, wanted)
    found = await look(world, wanted.to, wanted.guarded, ignoring)
    if found is Found.FREE:
        return None
    if found is Found.UNKNOWN:
        return Refused(handing.Why.UNREAD)
    why = (await _in_the_way(world, wanted, ignoring)).why
    doubt = Doubt.PAUSE if why == "pause" else Doubt.BUSY
    return Refused(handing.Why.BARRED, (doubt,))
