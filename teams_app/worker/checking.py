"""Comparing whole calendars: each night a calendar at a time, and when somebody asks.

Outlook is read from end to end. What we keep is looked at before and after, and only
what differs both times is told: what changed while we read is no difference.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime

from booking.calendar import Page
from booking.differences import FOR_A_PERSON, Difference, Kind
from booking.model import ProfessionalId
from graph_sync.graph import Forbidden, Gone, GraphError
from teams_app.actions import away, checks, doubts, looking, nights, pulls
from teams_app.actions.pulls import Pull
from teams_app.errands import World
from teams_app.store.jobs import Job
from teams_app.worker import Done, Outcome

log = logging.getLogger("vuoro.worker")

_PAGES_MAX = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison of one calendar found, and what it saw of Outlook."""

    pull: Pull
    pages: tuple[Page, ...]
    found: frozenset[Difference]
    #: Why Outlook could not be read. Then nothing can be said, and nothing was found.
    error: GraphError | None = None


async def compared(world: World, id_: ProfessionalId) -> Compared:
    """Compare one calendar; nothing is changed. Raises GraphError when too busy."""
    pull = await world.database.read(pulls.whole, id_, world.now())
    pages: list[Page] = []
    before = await world.database.read(checks.look, pull)
    try:
        async for page in world.outside.graph.changes(pull.mailbox, pull.window, None):
            pages.append(page)
            if len(pages) >= _PAGES_MAX:
                raise GraphError("too_many_pages")
    except (Forbidden, Gone) as error:
        await world.database.write(pulls.unreadable, id_, error, world.now())
        return await unread(world, id_, error)
    found = await world.database.read(
        checks.compare, pull, pages, before, world.policy, world.now()
    )
    return Compared(pull, tuple(pages), found)


async def unread(world: World, id_: ProfessionalId, error: GraphError) -> Compared:
    """Give what there is to say of a calendar that could not be read: nothing but why."""
    pull = await world.database.read(pulls.whole, id_, world.now())
    return Compared(pull, (), frozenset(), error)


async def mend(world: World, seen: Compared) -> None:
    """Owe whatever sets right what was found; where it was emptied, raise the alarm."""
    now = world.now()
    if any(each.kind is Kind.EMPTIED for each in seen.found):
        await world.database.write(doubts.doubted, seen.pull, seen.pages, now)
    await world.database.write(
        checks.mend, seen.pull, seen.pages, seen.found, world.policy, now
    )


async def check(world: World, job: Job) -> Outcome:
    """Compare one calendar by night, and owe what sets it right.

    Whether it has been set right a second look says, which owes no third one.
    """
    id_ = job.professional
    seen = await compared(world, id_)
    if seen.error is not None:
        return Done("unread")  # which stands in the health page by itself
    await _learn(world, id_)
    if seen.found:
        kinds = ",".join(sorted({each.kind.value for each in seen.found}))
        log.warning("differences", extra={"professional": id_, "why": kinds})
        await mend(world, seen)
    await world.database.write(checks.done, id_, seen.found, world.now())
    mending = any(each.kind not in FOR_A_PERSON for each in seen.found)
    first = not job.payload.get("again")
    return Done(
        f"differences:{len(seen.found)}",
        then=nights.once_more(id_, world.now()) if mending and first else None,
    )


async def _learn(world: World, id_: ProfessionalId) -> bool:
    """Read her hours, zone and replies anew: Graph has no notice for a change of those."""
    address = await world.database.read(looking.mailbox_of, id_)
    try:
        mailbox = await world.outside.graph.mailbox(address)
    except (Forbidden, Gone):
        return False  # which whoever reads the calendar finds out too
    await world.database.write(away.learned, id_, mailbox, world.now())
    return True


async def ask_mailbox(world: World, job: Job) -> Outcome:
    """Ask one mailbox what it says of itself."""
    return Done("learned" if await _learn(world, job.professional) else "unread")


async def ask_mailboxes(world: World, job: Job) -> Outcome:
    """Promise that each is asked once in this hour, one by one."""
    hour = datetime.fromtimestamp(int(job.key.partition(":")[2]) * 3600, UTC)
    count = await world.database.write(nights.owe_asking, hour, world.now())
    return Done(f"mailboxes:{count}")


async def check_all(world: World, job: Job) -> Outcome:
    """Promise the night's comparisons one by one."""
    day = date.fromisoformat(job.key.partition(":")[2])
    count = await world.database.write(nights.owe_each, day, world.policy, world.now())
    return Done(f"calendars:{count}")
