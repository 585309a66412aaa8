"""The live look at a calendar, while somebody waits."""

import asyncio
from collections.abc import Collection

from booking.model import (
    ProfessionalId,
)
from booking.spans import Span
from graph_sync.graph import Forbidden, GraphError, View
from teams_app.actions import (
    calendars,
    pulls,
)
from teams_app.actions.booking import Found
from teams_app.errands.world import World
from teams_app.store import jobs, people
from teams_app.store.database import Tx

#: How long the live look at Outlook may take while somebody waits.
LOOK_SECONDS = 2.0
#: The same of a second look in one go: both together leave a press its five seconds.
LOOK_AGAIN = 1.0
#: A place in the mailbox's lane for interactive calls is given back by itself after.
_BORROW_SECONDS = 10.0
_NEXT_TRY_SECONDS = 0.1


async def look(
    world: World,
    professional: ProfessionalId,
    guarded: Span,
    ignoring: Collection[str] = (),
    *,
    promised: Span | None = None,
    within: float | None = None,
) -> Found:
    """Read Outlook live at one time. Slow or unanswered is UNKNOWN, never free.

    `ignoring`: events that stand for the very appointment that is to be there.
    `promised`: what a client is to have of the time, and must find open.
    `within`: seconds, where somebody has waited for another look already.
    """
    mailbox = await world.database.read(_mailbox, professional)
    ends = asyncio.get_running_loop().time() + (within or LOOK_SECONDS)
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
