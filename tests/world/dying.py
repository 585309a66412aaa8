"""The stage of the kill tests: an application that dies at a chosen call and comes back.

It runs as a process of its own against the tenant in a box, with a relay between them.
After each death it is started again, whoever was not answered presses again, and when
nothing is left to be done the ledger is looked at.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

from dev_tenant import server
from teams_app.demo import Places
from teams_app.store import tables
from teams_app.store.database import Database, Tx
from teams_app.story.browser import Browser
from teams_app.story.script import Unmet, until
from teams_app.story.teams import Teams
from teams_app.story.tenant import Tenant
from tests.support import tenants
from tests.support.alive import Alive, kept_ports
from tests.support.nursery import Nursery
from tests.support.relay import Relay
from tests.world.ledger import Ledger

AINO = "aino.lehtovaara"
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
PATIENCE = 60.0

NEW_CARD = r"POST /connector/"

#: A press, or what else sets calls going; once more, where it was not answered.
Deed = Callable[[], Awaitable[object]]


@dataclass
class Stage:
    relay: Relay
    app: Alive
    tenant: Tenant
    teams: Teams
    browser: Browser
    ledger: Ledger
    after: bool  #: It dies after a call took effect, not before it went out.

    async def dies(self, call: str, deed: Deed) -> bool:
        """Have it die at a call that the deed sets going; say whether that was answered.

        What it had in hand is then nobody's, as when its lease has run out.
        """
        self.relay.arm(call, after=self.after, kill=self.app.kill)
        answered = False
        with suppress(Unmet, aiohttp.ClientError):
            await deed()
            answered = True
        await self._until(self._struck, f"a call {call}")
        await self.app.died()
        await self.ledger.database.write(_let_leases_end)
        return answered

    async def survives(self, call: str, deed: Deed) -> None:
        """Have it die, come back, and end with one of everything."""
        answered = await self.dies(call, deed)
        faults = await self.ledger.at_once()
        cut_off = self.relay.count(NEW_CARD)
        await self.app.start()
        if not answered:
            await deed()
        await self.rested()
        faults += await self.ledger.faults(cut_off)
        assert not faults, self._said("\n".join(faults))

    async def rested(self) -> None:
        await self._until(self._nothing_due, "nothing due")

    async def pass_to(self, moment: datetime) -> None:
        """Let business time pass."""
        await self.tenant.move_to(moment)
        async with self.browser.session.post(f"{self.app.base}/_demo/clock"):
            pass

    async def _struck(self) -> bool:
        return self.relay.killed_at is not None

    async def _nothing_due(self) -> bool:
        return not await self.ledger.due()

    async def _until(self, look: Callable[[], Awaitable[bool]], what: str) -> None:
        try:
            await until(what, look, PATIENCE)
        except Unmet:
            due = await self.ledger.due()
            pytest.fail(self._said(f"not so after a minute: {what}; due: {due}"))

    def _said(self, why: str) -> str:
        return f"{why}\nkilled at {self.relay.killed_at}\n{self.app.log()}"


def _let_leases_end(tx: Tx) -> None:
    j = tables.jobs
    leased = j.c.lease_until.is_not(None)
    tx.execute(sa.update(j).where(leased).values(lease_until=0.0))


@asynccontextmanager
async def staged(
    nursery: Nursery, url: str, folder: Path, *, after: bool
) -> AsyncIterator[Stage]:
    """Give everything but a running application."""
    async with AsyncExitStack() as stack:
        (port,) = stack.enter_context(kept_ports(1))
        places = Places(folder, port, database=url, extra={"POLL_SECONDS": "86400"})
        config = server.Config(
            app_url=f"http://127.0.0.1:{port}",
            ca_path=folder / "ca.pem",
            now=NOW,
            latency=0.0,
        )
        relay, base = await stack.enter_async_context(_relaying())
        running = stack.enter_context(tenants.running(config))
        relay.behind, running.tenant.base_url = running.base_url, base
        shown = running.addresses() | {"base_url": base, "graph_url": f"{base}/v1.0"}
        app = await Alive.make(nursery, places, shown)
        stack.push_async_callback(app.stop)
        _only(folder / "people.json", f"{AINO}@lumivaara.example")
        database = Database.open(url)
        stack.enter_context(closing(database))
        jar = aiohttp.DummyCookieJar()
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        tenant = Tenant(session, running.base_url)
        yield Stage(
            relay,
            app,
            tenant,
            Teams(tenant, AINO),
            Browser(session, app.base),
            Ledger(tenant, AINO, database),
            after,
        )


@asynccontextmanager
async def _relaying() -> AsyncIterator[tuple[Relay, str]]:
    relay = Relay()
    made = web.Application(client_max_size=8 * 1024 * 1024)
    made.router.add_route("*", "/{path:.*}", relay.handle)
    # The rest of a request whose sender has died is not waited for.
    runner = web.AppRunner(made, access_log=None, lingering_time=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield relay, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _only(people: Path, mail: str) -> None:
    """Leave one professional, so that nobody else's calendar is read meanwhile."""
    users = json.loads(people.read_text())
    people.write_text(json.dumps([each for each in users if each["mail"] == mail]))
