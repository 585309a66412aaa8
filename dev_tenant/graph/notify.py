"""Sending change notifications: late, batched, at least once, in no promised order.

The tenant's listeners hand changes in; a task per notification address sends them out
after a short wait, several in one POST, and tries again with growing pauses when the
other side does not answer 2xx in time.
"""

import asyncio
import contextlib
import random
from collections.abc import Coroutine
from typing import Any

from dev_tenant.graph import ids
from dev_tenant.graph.times import stamp
from dev_tenant.outgoing import Outgoing
from dev_tenant.tenant import Json, Mailbox, Subscription, Tenant, seeded_uuid

DEADLINE = 3.0  #: Seconds in which 2xx must come.
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 120.0)
BATCH_MAX = 100
LIFECYCLE = {"reauthorizationRequired", "subscriptionRemoved", "missed"}


class Notifier:
    def __init__(self, tenant: Tenant, outgoing: Outgoing) -> None:
        self._tenant = tenant
        self._outgoing = outgoing
        self._random = random.Random(tenant.seed)
        self._waiting: dict[str, list[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        with contextlib.suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()
        tenant.listeners.append(self.heard)
        tenant.closers.append(self.close)

    def heard(self, user: str, key: str, day: str | None, kind: str) -> None:
        """One event changed: tell every subscription that watches it."""
        if self._closed:
            return
        box = self._tenant.mailboxes[user]
        for one in list(self._tenant.subscriptions.values()):
            if self._watches(one, user, day, kind):
                changed = "updated" if day is not None else kind
                notice = self._notice(one, box, key, day, changed)
                self._queue(one.url, notice)
                self._forge(one.url, notice)
                if changed == "created" and self._tenant.switches.get("noisy"):
                    self._tenant.faults.strike("noisy")
                    again = self._notice(one, box, key, day, "updated")
                    self._queue(one.url, again)
                    self._queue(one.url, again)

    def _forge(self, url: str, notice: Json) -> None:
        """Send what is not ours along, when told to: somebody else's, not to be lost."""
        stranger = seeded_uuid(self._tenant.seed, "stranger")
        for switch, false in (
            ("forge_notifications", {"clientState": f"not-{stranger}"}),
            ("foreign_notifications", {"subscriptionId": stranger}),
        ):
            if self._tenant.switches.get(switch):
                self._tenant.faults.strike(switch)
                self._put(url, [{**notice, **false}])

    def _watches(
        self, one: Subscription, user: str, day: str | None, kind: str
    ) -> bool:
        clock = self._tenant.clock
        return (
            one.user == user
            and one.data.get("kind") == "events"
            and one.expires > min(clock.real(), clock.now())
            and ("updated" if day is not None else kind) in one.changes
        )

    def _notice(
        self, one: Subscription, box: Mailbox, key: str, day: str | None, kind: str
    ) -> Json:
        event = box.events.get(key)
        stone = next((t for t in reversed(box.tombstones) if t.key == key), None)
        number = event.number if event else (stone.number if stone else 0)
        version = event.version if event else (stone.version if stone else 0)
        id_ = (
            ids.immutable_id(box, key, day)
            if one.immutable
            else ids.default_id(box, number, day)
        )
        return {
            "subscriptionId": one.id,
            "subscriptionExpirationDateTime": stamp(one.expires),
            "changeType": kind,
            "resource": f"Users/{box.user}/Events/{id_}",
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": f"Users/{box.user}/Events/{id_}",
                "@odata.etag": f'W/"{ids.change_key(box, version)}"',
                "id": id_,
            },
            "clientState": one.state,
            "tenantId": self._tenant.id,
        }

    def lifecycle(self, one: Subscription, what: str) -> None:
        """Send a lifecycle notice; `subscriptionRemoved` also ends the subscription."""
        assert what in LIFECYCLE, what
        if what == "subscriptionRemoved":
            self._tenant.subscriptions.pop(one.id, None)
        if one.lifecycle_url is None:
            return
        self._queue(
            one.lifecycle_url,
            {
                "lifecycleEvent": what,
                "subscriptionId": one.id,
                "subscriptionExpirationDateTime": stamp(one.expires),
                "resource": one.resource,
                "clientState": one.state,
                "tenantId": self._tenant.id,
                "resourceData": None,
            },
        )

    def _queue(self, url: str, notice: Json) -> None:
        switches, strike = self._tenant.switches, self._tenant.faults.strike
        if switches.get("lose_notifications"):
            strike("lose_notifications")
            return
        copies = 2 if switches.get("duplicate_notifications") else 1
        strike("duplicate_notifications", copies - 1)
        self._put(url, [notice] * copies)

    def _put(self, url: str, notices: list[Json]) -> None:
        waiting = self._waiting.setdefault(url, [])
        if not waiting:
            self._spawn(self._flush(url))
        waiting.extend(notices)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run in the tenant's own loop, also when asked from another thread."""
        try:
            task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:
            if self._loop is None:
                work.close()
            else:
                asyncio.run_coroutine_threadsafe(work, self._loop)
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _flush(self, url: str) -> None:
        fixed = self._tenant.switches.get("notification_delay")
        wait = float(fixed) if fixed is not None else self._random.uniform(0.1, 0.3)
        self._tenant.faults.strike("notification_delay", times=fixed is not None)
        await asyncio.sleep(wait)
        batch, rest = self._waiting[url][:BATCH_MAX], self._waiting[url][BATCH_MAX:]
        self._waiting[url] = []
        if self._tenant.switches.get("shuffle_notifications"):
            self._tenant.faults.strike("shuffle_notifications", len(batch) > 1)
            self._random.shuffle(batch)
        for start in range(0, len(rest), BATCH_MAX):
            self._spawn(self._deliver(url, rest[start : start + BATCH_MAX]))
        await self._deliver(url, batch)

    async def _deliver(self, url: str, batch: list[Json]) -> None:
        for pause in (*PAUSES, None):
            reply = await self._outgoing.send(
                "POST",
                url,
                body={"value": batch},
                timeout=DEADLINE,
                comment="change notifications",
            )
            if reply.ok:
                return
            if pause is None:
                self._given_up(batch)
                return
            scale = float(self._tenant.switches.get("retry_scale", 1.0))
            await asyncio.sleep(pause * scale)

    def _given_up(self, batch: list[Json]) -> None:
        """What could not be told is lost; that something was missed is told apart."""
        lost = {n["subscriptionId"] for n in batch if "lifecycleEvent" not in n}
        for one in list(self._tenant.subscriptions.values()):
            if one.id in lost:
                self.lifecycle(one, "missed")

    async def close(self) -> None:
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        for task in list(self._tasks):
            with contextlib.suppress(asyncio.CancelledError):
                await task
