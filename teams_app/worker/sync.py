"""Reading Outlook: one round of changes a calendar; and looking over everything."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from booking.calendar import Page
from graph_sync.doubts import tells_of_life
from graph_sync.graph import Forbidden, Gone, GraphError, TokenExpired
from graph_sync.reconcile import SoFar
from teams_app.actions import (
    alarms,
    away,
    desk_postings,
    doubts,
    meanwhile,
    mornings,
    nights,
    notices,
    outages,
    polling,
    pulls,
)
from teams_app.actions.meanwhile import Seen
from teams_app.actions.pulls import Elsewhere, Pull
from teams_app.errands import World
from teams_app.store import health, jobs, purging
from teams_app.store.database import Tx
from teams_app.store.jobs import Job, Promise
from teams_app.worker import Again, Done, Outcome, standing, subscribing

log = logging.getLogger("vuoro.worker")

#: Pages of one round that are read at most; a calendar of 60 days has far fewer.
PAGES_MAX = 500
_SWEPT_AGAIN = timedelta(minutes=1)
_BATCHES_MAX = 20


async def pull(world: World, job: Job) -> Outcome:
    """Read what has changed in one calendar."""
    id_ = job.professional
    try:
        return await _read(world, job)
    except Elsewhere:
        return Done("elsewhere")  # A round over the other address is owed already.
    except (Gone, Forbidden) as error:
        await world.database.write(pulls.unreadable, id_, error, world.now())
        raise


async def _read(world: World, job: Job) -> Outcome:
    id_, anew = job.professional, job.kind == "pull_anew"
    planned = await world.database.read(pulls.plan, id_, world.now(), anew=anew)
    if planned.full:
        await subscribing.before_first_read(world, job)
    try:
        return await _round(world, planned)
    except TokenExpired:
        fresh = await world.database.read(pulls.plan, id_, world.now(), anew=True)
        return await _round(world, fresh)


async def _round(world: World, planned: Pull) -> Outcome:
    """Read page by page; the link is kept only when the round came to its end."""
    graph, id_ = world.outside.graph, planned.professional
    if planned.full:
        mailbox = await graph.mailbox(planned.mailbox)
        await world.database.write(away.learned, id_, mailbox, world.now())
    laid = _Laid(SoFar(full=planned.full))
    held: list[Page] = []
    link, read = None, 0
    async for page in graph.changes(planned.mailbox, planned.window, planned.link):
        link, read = page.link, read + 1
        if read >= PAGES_MAX:
            raise GraphError("too_many_pages")
        held.append(page)
        if link is None and not laid.alive and not tells_of_life(held):
            continue  # It may be nothing but removals to its end: see below.
        if not laid.alive and await world.database.write(
            doubts.doubted, planned, held, world.now()
        ):
            log.error("emptied", extra={"professional": id_})
            return Again(doubts.LOOKED_AGAIN, why="emptied", counts=False)
        for each in held:
            await _lay(world, planned, each, laid)
        held, laid.alive = [], True
    for event_id in sorted(laid.doubtful):
        await _verify(world, planned, event_id)
    assert link is not None, "a round ends with a link"
    await world.database.write(
        polling.finished, planned, link, world.policy, world.now(), news=laid.news
    )
    return Done(f"pages:{read}")


@dataclass(slots=True)
class _Laid:
    """What the pages of a round have come to so far."""

    so_far: SoFar
    doubtful: set[str] = field(default_factory=set)
    news: bool = False
    alive: bool = False  #: A page has told of an event that stands.


async def _lay(world: World, planned: Pull, page: Page, laid: _Laid) -> None:
    applied = await world.database.write(
        pulls.apply, planned, page, laid.so_far, world.policy, world.now()
    )
    laid.so_far = applied.so_far
    laid.doubtful |= set(applied.verify)
    laid.news |= polling.is_news(applied)


async def _verify(world: World, planned: Pull, event_id: str) -> None:
    """Believe that an event is gone only when its id, or the calendar, says so too."""
    id_ = planned.professional
    before = await world.database.read(meanwhile.known_key, id_, event_id)
    event = await standing.read(world, id_, planned.mailbox, event_id)
    if event is None:
        left = await standing.left(world, planned.mailbox, event_id)
        await world.database.write(pulls.gone, planned, event_id, world.now(), left)
        return
    await world.database.write(
        pulls.still_there, Seen(event, before), id_, world.policy, world.now()
    )


async def notice(world: World, job: Job) -> Outcome:
    echo = await world.database.write(notices.judge_again, job.payload, world.now())
    return Done("echo" if echo else "pull")


async def sweep(world: World, job: Job) -> Outcome:
    """Look over everything now and then; every replica may do it, one at a time."""
    now = world.now()
    every = timedelta(seconds=world.policy.poll_seconds)
    # First of all the next one: whatever goes wrong in this one, sweeping goes on. In
    # business time: a start, or a moved clock, makes it due at once.
    due = now + min(_SWEPT_AGAIN, every)
    await world.database.write(jobs.promise_again, job, due)
    await world.database.write(polling.owe_stale, world.policy, now)
    ahead = world.outside.ahead()
    if ahead is not None:
        await world.database.write(health.keep_ahead, round(ahead), now)
    await world.database.write(outages.owe_cards, now)
    await world.database.write(alarms.look, world.policy, now)
    await world.database.write(mornings.promise_mornings, world.policy, now)
    await world.database.write(desk_postings.owe_days, world.policy, now)
    await world.database.write(_owe_hourly, now)
    await world.database.write(nights.owe_nightly, world.policy, now)
    return Done("swept")


def _owe_hourly(tx: Tx, now: datetime) -> None:
    """Owe what is done once an hour, and at once after a start."""
    hour = int(now.timestamp()) // 3600
    for kind in ("subscribe", "tidy", "group", "ask_mailboxes"):
        jobs.promise(tx, Promise(kind, f"{kind}:{hour}", due=now))


async def tidy(world: World, _job: Job) -> Outcome:
    """Forget what is past its use; what is left over is forgotten the next hour."""
    gone = 0
    for forget in purging.ALL:
        for _ in range(_BATCHES_MAX):
            some = await world.database.write(forget, world.now())
            gone += some
            if some < purging.BATCH:
                break
    return Done(f"gone:{gone}")
