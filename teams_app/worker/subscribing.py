"""Asking Graph for notices: one look at all subscriptions, and a small job for each.

A job of one mailbox that must wait, or fails, is that mailbox's alone; even its lane is
left open, for what Graph will not have now are subscriptions, not the calendar.
"""

from collections.abc import Awaitable
from contextlib import suppress

from graph_sync import subscriptions
from graph_sync.graph import Gone, GraphError, Refused, Throttled
from teams_app.actions import subscribing
from teams_app.errands import World
from teams_app.store.jobs import Job
from teams_app.worker import Again, Done, Outcome

#: Real seconds.
_TRIED_AGAIN = 60.0


async def subscribe(world: World, _job: Job) -> Outcome:
    """Compare what should be with what Graph lists, and owe what makes them alike."""
    url = world.policy.notice_url
    if not url:
        return Done("polling_only")
    listed = await world.outside.graph.subscriptions()
    # Afterwards: what was written down meanwhile must not look like nobody's.
    known = await world.database.read(subscribing.watched, world.now())
    steps = subscriptions.plan(*known.settled(listed), url, world.now())
    for first in range(0, len(steps), subscribing.BATCH):
        some = steps[first : first + subscribing.BATCH]
        await world.database.write(
            subscribing.owe, some, known, world.now(), first=first
        )
    return Done(f"steps:{len(steps)}")


async def watch(world: World, job: Job) -> Outcome:
    """Subscribe to one mailbox, unless that has been done since it was promised."""
    return await _alone(_watch(world, job))


async def renew(world: World, job: Job) -> Outcome:
    """Renew one subscription, which reauthorises it too."""
    return await _alone(_renew(world, job))


async def unwatch(world: World, job: Job) -> Outcome:
    """End one subscription that is nobody's."""
    return await _alone(_unwatch(world, job))


async def _alone(doing: Awaitable[Outcome]) -> Outcome:
    try:
        return await doing
    except Throttled as error:
        return Again(error.retry_after, why="throttled", counts=False)
    except Refused as error:
        # Graph calls us before it answers, and may just not have reached us.
        return Again(_TRIED_AGAIN, why=f"refused:{error.code}")


async def _watch(world: World, job: Job) -> Outcome:
    url = world.policy.notice_url
    before = job.payload["instead_of"]
    mailbox = await world.database.read(
        subscribing.to_watch,
        job.professional,
        before and str(before),
        world.now(),
    )
    if mailbox is None or not url:
        return Done("not_wanted")
    await _made(world, job, mailbox)
    return Done("subscribed")


async def before_first_read(world: World, job: Job) -> None:
    """Watch a calendar before it is read for the first time.

    What changes meanwhile is then told, and need not be read for. Where Graph will not
    have it, the look of every hour does it.
    """
    if not world.policy.notice_url:
        return
    mailbox = await world.database.read(
        subscribing.unwatched, job.professional, world.now()
    )
    if mailbox is not None:
        with suppress(GraphError):
            await _made(world, job, mailbox)


async def _made(world: World, job: Job, mailbox: str) -> None:
    secret = world.outside.ids.secret()
    url, expires = world.policy.notice_url, world.now() + subscriptions.life(mailbox)
    made = await world.outside.graph.subscribe(mailbox, url, secret, expires)
    await world.database.write(subscribing.made, job, made, secret, world.now())


async def _renew(world: World, job: Job) -> Outcome:
    id_, name = job.professional, str(job.payload["subscription"])
    mailbox = await world.database.read(subscribing.renewable, id_, name)
    if mailbox is None:
        return Done("replaced")
    expires = world.now() + subscriptions.life(mailbox)
    try:
        renewed = await world.outside.graph.renew(name, expires)
    except Gone:
        await world.database.write(subscribing.owe_look, world.now())
        return Done("gone")
    await world.database.write(subscribing.renewed, id_, renewed)
    return Done("renewed")


async def _unwatch(world: World, job: Job) -> Outcome:
    await world.outside.graph.unsubscribe(str(job.payload["subscription"]))
    return Done("dropped")
