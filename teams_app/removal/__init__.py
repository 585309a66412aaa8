"""Leaving a tenant clean: subscriptions, our traces on events, the app.

Each step may be repeated, and is repeated when an earlier run was killed: what is gone
already counts as done, what is written down as done is not touched again. Of a mailbox
nothing is changed but the events that are ours.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.doctor import MARK
from booking.events import without_links
from booking.policy import Policy
from graph_sync.graph import Drop, Forbidden, Gone, Graph, GraphError, NoMailbox
from graph_sync.tenancy import Bare, Tenancy
from teams_app.store import removal
from teams_app.store.database import Database
from teams_app.store.removal import Left

_AT_ONCE = 4
_MAY_UNINSTALL = (
    "TeamsAppInstallation.ReadWriteForUser.All",
    "TeamsAppInstallation.ReadWriteSelfForUser.All",
)


@dataclass(frozen=True, slots=True)
class Parts:
    graph: Graph
    tenancy: Tenancy
    database: Database
    policy: Policy
    base_url: str
    package: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Give where our own links lead."""
        tab = self.policy.tab_url
        return tuple(each for each in (f"{self.base_url}/", tab) if each)


@dataclass(slots=True)
class Done:
    """What came of it: how much was done, and what is still in the way."""

    subscriptions: int = 0
    events: int = 0
    apps: int | None = None  #: None: Vuoro may not take the app away.
    #: Whose mailbox could not be cleaned, with Graph's code for it.
    mailboxes: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  #: step -> code

    @property
    def complete(self) -> bool:
        return not self.mailboxes and not self.failed


async def clean(parts: Parts, now: datetime) -> Done:
    """Take everything of ours out of the tenant that may be taken out."""
    done = Done()
    for name, step in (
        ("subscriptions", _subscriptions(parts, done)),
        ("events", _events(parts, done, now)),
        ("apps", _apps(parts, done)),
    ):
        try:
            await step
        except GraphError as error:
            done.failed[name] = _code(error)
    return done


def _code(error: GraphError) -> str:
    entra = error.entra if isinstance(error, Forbidden) else ""
    return entra or error.code or type(error).__name__


async def _subscriptions(parts: Parts, done: Done) -> None:
    """End every subscription that reports to us, known or not; and no other."""
    known = await parts.database.read(removal.subscribed)
    for each in await parts.graph.subscriptions():
        if each.id in known or each.url.startswith(f"{parts.base_url}/"):
            await parts.graph.unsubscribe(each.id)
            done.subscriptions += 1
    await parts.database.write(removal.forget_subscriptions)


async def _events(parts: Parts, done: Done, now: datetime) -> None:
    by_mailbox: dict[str, list[Left]] = defaultdict(list)
    for each in await parts.database.read(removal.events, now):
        by_mailbox[each.mailbox].append(each)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(left: Sequence[Left]) -> None:
        async with gate:
            await _mailbox(parts, done, left)

    await asyncio.gather(*map(one, by_mailbox.values()))
    await _test_events(parts)


async def _mailbox(parts: Parts, done: Done, left: Sequence[Left]) -> None:
    """Make the events of one mailbox nobody's but its owner's."""
    for each in left:
        try:
            await _bare(parts, each)
            done.events += 1
        except (Gone, NoMailbox):
            pass  # nothing of ours is there
        except GraphError as error:
            done.mailboxes[each.name] = _code(error)
            return
        await parts.database.write(removal.forget_event, each)


async def _bare(parts: Parts, one: Left) -> None:
    """Take our links and our mark off one event."""
    event = await parts.graph.event(one.mailbox, one.event_id)
    body = without_links(event.body or "", parts.addresses)
    (error,) = await parts.tenancy.bare([Bare(one.mailbox, one.event_id, body)])
    if error is not None:
        raise error


async def _test_events(parts: Parts) -> None:
    """Remove what a doctor that was killed has left."""
    boxes = await parts.database.read(removal.mailboxes)
    found = await parts.tenancy.carrying(boxes, MARK)
    drops = [
        Drop(box, each.id)
        for box, events in zip(boxes, found, strict=True)
        if not isinstance(events, GraphError)
        for each in events
    ]
    if drops:
        await parts.graph.drop(drops)


async def _apps(parts: Parts, done: Done) -> None:
    """Take the app away from everybody, where the tenant has let Vuoro do that."""
    roles = await parts.tenancy.roles()
    if not parts.package or roles.isdisjoint(_MAY_UNINSTALL):
        return
    done.apps = 0
    for user in await parts.database.read(removal.staff):
        try:
            found = await parts.tenancy.installation(user, parts.package)
            if found is not None:
                await parts.tenancy.uninstall(user, found)
                done.apps += 1
        except NoMailbox:
            continue  # nobody of this id is in the directory any more
