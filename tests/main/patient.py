"""A deployment to be looked at: a tenant in a box, a database, a public address.

The public address is a listener of the tests': it shakes hands and refuses unsigned
messages as Vuoro does, unless a test wants it otherwise.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from booking.doctor import MARK
from booking.spans import span
from dev_tenant.entra import entra_in
from dev_tenant.entra.household import REACH_ROLES
from dev_tenant.entra.issuer import Registration
from dev_tenant.server import Running
from teams_app import settings
from teams_app.main import doctoring
from teams_app.main.doctoring import Wanted
from teams_app.store import appointments, jobs, tables
from teams_app.store.database import Database, Tx
from tests import make
from tests.support.small_world import connected, furnish

AINO, ELIAS = "aino.lehtovaara", "elias.sundqvist"
HOUSE = "@lumivaara.example"
#: The client id of a managed identity.
MACHINE = "9f3a52cd-5d0f-4be5-9a66-0b1a37d8c1c4"
OUTSIDER = f"ritva.kallionpaa{HOUSE}"


@dataclass
class Address:
    """What stands at the public address."""

    base_url: str = ""
    shakes: bool = True
    deaf_to: str = ""  #: One that asks so is not answered, as behind a firewall.
    status: int = 401
    ready: int = 404

    async def hooks(self, request: web.Request) -> web.Response:
        word = request.query.get("validationToken", "")
        if not self.shakes or (self.deaf_to and word.startswith(self.deaf_to)):
            return web.Response(status=403)
        return web.Response(text=word)

    async def is_ready(self, _: web.Request) -> web.Response:
        return web.Response(status=self.ready)

    async def messages(self, _: web.Request) -> web.Response:
        return web.Response(status=self.status)


@contextmanager
def address() -> Iterator[Address]:
    """Listen in a thread and a loop of its own, as the tenant does."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="address", daemon=True)
    thread.start()
    here = Address()
    runner = asyncio.run_coroutine_threadsafe(_listening(here), loop).result(30)
    yield here
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    loop.close()


async def _listening(here: Address) -> web.AppRunner:
    app = web.Application()
    app.router.add_post("/hooks/graph", here.hooks)
    app.router.add_post("/api/messages", here.messages)
    app.router.add_get("/ready", here.is_ready)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    here.base_url = f"http://127.0.0.1:{port}"
    return runner


@dataclass
class Seen:
    """What a doctor said."""

    status: int
    findings: list[dict[str, Any]]

    def of(self, step: str) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.findings if each["step"] == step}

    def bad(self) -> set[str]:
        """Name what must be mended."""
        return {
            f"{each['step']}.{each['name']}"
            for each in self.findings
            if each["level"] == "mend"
        }


@dataclass
class Patient:
    """The deployment, and hands for what may be wrong with it."""

    tenant: Running
    here: Address
    environ: dict[str, str]
    folder: Path
    setenv: Callable[[str, str], None]
    changes: dict[str, str] = field(default_factory=dict)

    async def doctor(self, *only: str, **more: str) -> Seen:
        """Look, at these steps or at all; the mailboxes are named unless told."""
        wanted = Wanted(
            language=more.pop("language", "en"),
            mailbox=more.pop("mailbox", f"{AINO}{HOUSE}"),
            outside=more.pop("outside", OUTSIDER),
            only=only,
            json=True,
        )
        environ = self.environ | self.changes
        said: list[str] = []
        found = settings.read(environ)
        status = await doctoring.examine(found, environ, wanted, said.append)
        told = json.loads(said[-1])
        assert told["status"] == status
        return Seen(status, told["findings"])

    def switch(self, **switches: Any) -> None:
        self.tenant.tenant.switches.update(switches)

    def fault(self, **rule: Any) -> None:
        self.tenant.tenant.faults.add({"count": 0} | rule)

    def on_azure(self) -> None:
        """Let this be a machine in Azure, with an identity that nobody trusts."""
        entra = entra_in(self.tenant.tenant)
        entra.registrations[MACHINE] = Registration(MACHINE, "a machine in Azure")
        self.setenv("IDENTITY_ENDPOINT", f"{self.tenant.base_url}/msi/token")
        self.setenv("IDENTITY_HEADER", entra.identity_header)

    def id_of(self, name: str) -> str:
        user = self.tenant.tenant.find_user(f"{name}{HOUSE}")
        assert user is not None
        return user.id

    @contextmanager
    def rows(self) -> Iterator[Database]:
        """Give the database, beside whoever else has it."""
        url = self.environ["VUORO_DATABASE_URL"]
        database = Database(connected(url), None)
        yield database
        database.close()

    def left(self) -> list[str]:
        """Name everything of the doctor's that is still in the tenant."""
        tenant = self.tenant.tenant
        boxes = tenant.mailboxes.values()
        events = [
            event
            for box in boxes
            for event in (*box.events.values(), *box.deleted.values())
            if MARK in event.ext.values()
        ]
        return [
            *(f"event {each.key}" for each in events),
            *(f"subscription {each}" for each in tenant.subscriptions),
            *(f"mail to {each['to']}" for each in tenant.inbox),
        ]

    def heal(self) -> None:
        """Let all be well again in the tenant, and everybody have the app."""
        tenant = self.tenant.tenant
        tenant.switches.clear()
        tenant.faults.clear()
        tenant.chats.pop("blocked", None)
        tenant.subscriptions.clear()
        entra = entra_in(tenant)
        entra.registrations[tenant.app.client_id].graph_roles = REACH_ROLES
        for box in tenant.mailboxes.values():
            box.default_calendar.providers = ["teamsForBusiness"]
        tenant.installed = {user: f"app-{user}" for user in tenant.users}


def environ_of(
    tenant: Running, here: Address, url: str, folder: Path
) -> dict[str, str]:
    said = tenant.addresses()
    base = said["base_url"]
    given = {
        "DEMO": "1",
        "BASE_URL": here.base_url,
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": "k" * 48,
        "TENANT_ID": said["tenant_id"],
        "CLIENT_ID": said["client_id"],
        "CLIENT_SECRET": said["client_secret"],
        "CLIENT_SECRET_EXPIRES": "2099-01-01",
        "AUTHORITY": said["entra_url"],
        "CA_FILE": said["ca_path"],
        "GRAPH_URL": said["graph_url"],
        "BOT_METADATA_URL": f"{base}/botframework/v1/.well-known/openidconfiguration",
        "BOT_HOME_URL": f"{base}/connector/",
        "BOT_SERVICE_URLS": f"{base}/connector/",
        "TEAMS_APP_ID": said["external_app_id"],
        "SENDER": f"ajanvaraus{HOUSE}",
        "HELP_PHONE": "029 123 4500",
        "ORGANISATION_FI": "Lumivaara",
    }
    return {f"VUORO_{name}": value for name, value in given.items()}


def furnished(url: str, tenant: Running) -> None:
    """Save Aino and Elias of the tenant as the professionals, and that a worker runs."""
    database = Database(connected(url), None)
    database.write_here(furnish)
    for id_, name in ((make.AINO, AINO), (make.BO, ELIAS)):
        user = tenant.tenant.find_user(f"{name}{HOUSE}")
        assert user is not None
        values = {"mailbox": user.mail, "object_id": user.id, "name": name}
        change(database, tables.professionals, id=id_, **values)
    database.close()


def change(database: Database, table: sa.Table, **values: Any) -> None:
    """Change a row by its id, or every row of a table."""
    statement = sa.update(table).values(values)
    if "id" in values:
        statement = statement.where(table.c.id == values["id"])
    execute(database, statement)


def execute(database: Database, statement: sa.Executable) -> None:
    def work(tx: Tx) -> None:
        tx.execute(statement)

    database.write_here(work)


def claim_all(tx: Tx, now: datetime) -> list[jobs.Job]:
    return jobs.claim(tx, now, limit=99, lease_seconds=60)


def met(tx: Tx, start: datetime) -> None:
    """Let somebody have seen a client then."""
    appointments.save(tx, make.booked(span=span(start, timedelta(minutes=45))))


def crowd(tx: Tx, number: int) -> None:
    """Let so many more work here."""
    columns = [each for each in tables.professionals.c if each.name != "id"]
    like = sa.select(*columns).where(tables.professionals.c.id == make.AINO)
    row = tx.execute(like).mappings().one()
    more = [{**row, "object_id": f"more-{each}"} for each in range(number)]
    tx.execute(sa.insert(tables.professionals), more)
