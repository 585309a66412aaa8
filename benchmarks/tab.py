"""What the views of the Teams tab cost, with a thousand professionals' work stored.

A process of its own runs the application's web side on a database that holds 1,000
professionals in 20 units and 100,000 appointments, each with its event, its message and
the line in the log that booked it: five a working day for everybody, two weeks back and
two ahead. A professional's and a supervisor's views are asked in turn with an empty
answer of the same server behind the same sign-in, over one connection. No worker runs,
and Outlook is not asked.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import aiohttp
import jwt
import sqlalchemy as sa
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from typing_extensions import override

from benchmarks.http_search import settings
from benchmarks.slot_search import Target
from booking.calendar import Mailbox
from booking.model import (
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Service,
    ServiceId,
    Unit,
    UnitId,
    Words,
)
from booking.spans import HELSINKI, Span, instant, wall
from teams_app.main import App
from teams_app.settings import read
from teams_app.signing import Key
from teams_app.store import calendars, people, services, tables
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx
from teams_app.web.sso import SignIn
from teams_app.web.staff import SIGN_IN
from tests.support import postgres

PROFESSIONALS, UNITS, A_DAY, DAYS = 1000, 20, 5, 20
#: Of a day, when somebody comes.
STARTS = tuple(
    clock_time(h, m) for h, m in ((8, 0), (9, 30), (11, 0), (13, 0), (14, 30))
)
EMPTY = "/_bench/empty"
ROUNDS, BATCH = 6, 25
P95_MS = 50.0
TENANT, APP = (
    "5a1f0c9e-0000-4000-8000-000000000001",
    "5a1f0c9e-0000-4000-8000-000000000002",
)
SUPERVISOR = "5a1f0c9e-0000-4000-8000-0000000000ff"
RECEPTION = "5a1f0c9e-0000-4000-8000-0000000000fe"


class View(NamedTuple):
    """What is asked, and as whom; with a form it is posted."""

    name: str
    path: str
    who: str
    form: dict[str, str] | None = None


VIEWS = (
    View("today", "/teams/today", "professional"),
    View("week", "/teams/week", "professional"),
    View("list", "/teams/list", "professional"),
    View("free times", "/teams/book?service=guidance&modality=remote", "professional"),
    View("her team's day", "/teams/team", "supervisor"),
    View("waiting in her unit", "/teams/waiting", "supervisor"),
    View("absences in her unit", "/teams/away", "supervisor"),
    View("the unit's day at its reception", "/teams/reception", "reception"),
    View("a client looked for", "/teams/reception", "reception", {"whom": "Meri"}),
)

CPU = View("", "/_bench/cpu", "")


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of one request to a view, on one database."""

    engine: str
    view: str
    size: int  #: Bytes of the answer.
    p50: float
    p95: float
    cpu: float
    empty_p95: float
    empty_cpu: float


# What is stored.


def words(said: str) -> Words:
    return Words(said, said, said)


def fill(tx: Tx, now: datetime) -> None:
    service = people.save_service(
        tx,
        Service(
            id=ServiceId(1),
            key="guidance",
            name=words("Guidance"),
            summary=words("Forty-five minutes about work"),
            minutes=45,
            modalities=(Modality.REMOTE, Modality.IN_PERSON, Modality.PHONE),
        ),
    )
    ids = [each for unit in range(UNITS) for each in unit_of(tx, unit, now)]
    services.set_service_professionals(tx, service.id, ids)
    client = people.add_client(
        tx, "Maija Meri", Language.FI, "maija@client.example", None, now
    )
    for table, rows in stored(ids, int(client.id), now).items():
        for first in range(0, len(rows), 5000):
            tx.execute(sa.insert(table), rows[first : first + 5000])


def unit_of(tx: Tx, number: int, now: datetime) -> Iterator[ProfessionalId]:
    read = Span(now - timedelta(days=2), now + timedelta(days=180))
    unit = people.save_unit(
        tx,
        Unit(
            id=UnitId(0),
            key=f"unit{number}",
            name=words(f"Unit {number}"),
            address="Katu 1",
            arrival=words("Second floor"),
            phone="029 123 4500",
        ),
    )
    if number == 0:
        people.set_supervisors(tx, unit.id, [SUPERVISOR])
        people.set_receptionists(tx, unit.id, [RECEPTION])
    for at in range(PROFESSIONALS // UNITS):
        name = f"Person {number}-{at}"
        made = people.save_professional(
            tx,
            Professional(
                id=ProfessionalId(0),
                object_id=object_id(number * PROFESSIONALS // UNITS + at),
                mailbox=f"p{number}.{at}@vuoro.example",
                name=name,
                unit=unit.id,
                languages=(Language.FI, Language.SV),
                language=Language.FI,
            ),
        )
        people.save_mailbox(tx, made.id, Mailbox())
        # Of a calendar that was never read no time would be free.
        state = CalendarState(made.id, delta_link="1", window=read, synced=now)
        calendars.save_state(tx, state)
        yield made.id


def object_id(number: int) -> str:
    return f"5a1f0c9e-0000-4000-8000-{number + 0x1000:012x}"


def stored(
    ids: list[ProfessionalId], client: int, now: datetime
) -> dict[sa.Table, list[dict[str, Any]]]:
    """Give the rows of all appointments, their events and their messages."""
    made: dict[sa.Table, list[dict[str, Any]]] = {
        tables.appointments: [],
        tables.calendar_links: [],
        tables.deliveries: [],
        tables.access_log: [],
    }
    id_ = 0
    for professional in ids:
        for start in starts(now):
            id_ += 1
            seconds = int(start.timestamp())
            one = an_appointment(id_, int(professional), client, seconds)
            made[tables.appointments].append(one)
            made[tables.calendar_links].append(an_event(one))
            made[tables.deliveries].append(a_message(one))
            made[tables.access_log].append(a_booking(one))
    return made


def starts(now: datetime) -> Iterator[datetime]:
    today = wall(now, HELSINKI).date()
    days = (today + timedelta(days=n) for n in range(-DAYS, DAYS + 10))
    working = [each for each in days if each.weekday() < 5 or each == today]
    around = sorted(working, key=lambda day: abs((day - today).days))[:DAYS]
    for day in sorted(around):
        yield from (instant(day, each, HELSINKI) for each in STARTS)


def an_appointment(id_: int, who: int, client: int, start: int) -> dict[str, Any]:
    return {
        "id": id_,
        "reference": reference(id_),
        "version": 2,
        "status": "booked",
        "professional_id": who,
        "service_id": 1,
        "client_id": client,
        "starts_at": start,
        "ends_at": start + 2700,
        "guard_start": start,
        "guard_end": start + 2700,
        "modality": "remote",
        "language": "fi",
        "link": f"link{id_}",
        "generation": 1,
        "answers": {},
        "confirming": False,
    }


def an_event(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "appointment_id": one["id"],
        "professional_id": one["professional_id"],
        "event_id": f"event{one['id']}",
        "change_key": "1",
        "create_seq": 1,
        "transaction_id": f"t{one['id']}",
        "known": {
            "subject": "Vuoro",
            "span": [one["starts_at"], one["ends_at"]],
            "body": "<p>Vuoro</p>",
            "location": "Teams",
            "sensitivity": "private",
            "online": True,
            "key": reference(one["id"]),
            "reminder_minutes": 15,
            "category": "Vuoro",
            "meeting": "",
            "repeats": False,
        },
        "known_start": one["starts_at"],
        "known_end": one["ends_at"],
        "join_url": "https://teams.example/meet/1",
        "wanted_version": 2,
        "written_version": 2,
        "wrote_at": one["starts_at"] - 86400,
        "checks": 0,
        "rev": 1,
    }


def a_message(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": f"tell:{one['id']}:2:mail",
        "channel": "mail",
        "appointment_id": one["id"],
        "client_id": one["client_id"],
        "address": "maija@client.example",
        "news": "booked",
        "version": 2,
        "language": "fi",
        "state": "accepted",
        "attempts": 1,
        "intended_at": one["starts_at"] - 86400,
        "done_at": one["starts_at"] - 86400,
    }


def a_booking(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": one["starts_at"] - 86400,
        "who": "professional",
        "what": "booked",
        "subject": f"appointment:{one['id']}",
        "source": "v2",
    }


LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def reference(number: int) -> str:
    found = ""
    for _ in range(6):
        number, at = divmod(number, len(LETTERS))
        found += LETTERS[at]
    return found


# The server's side.


class Still(App):
    """The web side alone: nothing is worked off, nothing outside is asked."""

    @override
    async def _beside(self, _app: web.Application) -> AsyncIterator[None]:
        yield


class OneKey:
    """The signing key of this benchmark, in place of Entra's."""

    def __init__(self, public: Any) -> None:
        self._key = Key(public, frozenset())

    async def get(self, _kid: str) -> Key:
        return self._key


async def serve(url: str) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with tempfile.TemporaryDirectory() as folder:
        given = settings(folder) | {"VUORO_DATABASE_URL": url or file_in(folder)}
        app = Still(read(given))
        await app.connect()
        await app.database.write(fill, app.clock.now())
        await app.reload()
        pages = app.pages()
        pages[SIGN_IN] = SignIn(
            keys=OneKey(private.public_key()),  # type: ignore[arg-type]
            tenant=TENANT,
            audiences=(APP, f"api://{APP}"),
            issuer="issuer",
        )
        pages.router.add_get(EMPTY, empty)
        pages.router.add_get(CPU.path, used)
        runner = web.AppRunner(pages, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        tokens = {
            "professional": token(private, object_id(7)),
            "supervisor": token(private, SUPERVISOR),
            "reception": token(private, RECEPTION),
        }
        print(json.dumps([runner.addresses[0][1], tokens]), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()
        await app.close()


def file_in(folder: str) -> str:
    return f"sqlite:///{Path(folder, 'bench.sqlite')}"


def token(key: Any, oid: str) -> str:
    now = int(time.time())
    said = {"exp": now + 7200, "iat": now, "aud": APP, "iss": "issuer"}
    who = {"tid": TENANT, "oid": oid, "scp": "access_as_user", "ver": "2.0"}
    return jwt.encode(said | who, key, algorithm="RS256", headers={"kid": "1"})


async def empty(request: web.Request) -> web.Response:
    """Answer nothing, to somebody who has signed in."""
    await request.app[SIGN_IN].claims(request.headers["Authorization"])
    return web.Response(text="", content_type="text/html")


async def used(_request: web.Request) -> web.Response:
    return web.json_response(time.process_time())


# The asking side.


@asynccontextmanager
async def server(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Start the server; it ends when its input is closed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.tab", url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 600)
        port, tokens = json.loads(line)
        yield f"http://127.0.0.1:{port}", tokens
    finally:
        process.stdin.close()
        await process.wait()


async def measure(engine: str, url: str) -> list[Figures]:
    async with server(url) as (base, tokens), aiohttp.ClientSession(base) as session:
        found = []
        for view in VIEWS:
            nothing = View("", EMPTY, view.who)
            headers = {"Authorization": f"Bearer {tokens[view.who]}"}
            size = len(await ask(session, view, headers))
            spent: dict[str, list[float]] = {view.path: [], EMPTY: []}
            times: dict[str, list[float]] = {view.path: [], EMPTY: []}
            for turn in range(ROUNDS):
                for each in (view, nothing):
                    cpu, took = await batch(session, each, headers)
                    if turn:  # The first round warms up.
                        spent[each.path].append(cpu)
                        times[each.path] += took
            found.append(
                Figures(
                    engine,
                    view.name,
                    size,
                    median(times[view.path]),
                    p95(times[view.path]),
                    median(spent[view.path]),
                    p95(times[EMPTY]),
                    median(spent[EMPTY]),
                )
            )
        return found


async def batch(
    session: aiohttp.ClientSession, view: View, headers: dict[str, str]
) -> tuple[float, list[float]]:
    before = json.loads(await ask(session, CPU, {}))
    times = []
    for _ in range(BATCH):
        start = time.perf_counter()
        await ask(session, view, headers)
        times.append(time.perf_counter() - start)
    after = json.loads(await ask(session, CPU, {}))
    return (after - before) / BATCH, times


async def ask(
    session: aiohttp.ClientSession, view: View, headers: dict[str, str]
) -> bytes:
    method = "GET" if view.form is None else "POST"
    more = {"headers": headers, "data": view.form}
    async with session.request(method, view.path, **more) as answer:
        assert answer.status == 200, (view, answer.status)
        return await answer.read()


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def table(found: list[Figures]) -> str:
    names = ("KB", "p50 ms", "p95 ms", "CPU ms", "empty p95", "empty CPU")
    lines = [f"{'':<34}" + "".join(f"{name:>11}" for name in names)]
    for one in found:
        row = (
            f"{one.size / 1024:.0f}",
            f"{one.p50 * 1e3:.1f}",
            f"{one.p95 * 1e3:.1f}",
            f"{one.cpu * 1e3:.1f}",
            f"{one.empty_p95 * 1e3:.1f}",
            f"{one.empty_cpu * 1e3:.1f}",
        )
        cells = "".join(f"{cell:>11}" for cell in row)
        lines.append(f"{one.engine + ': ' + one.view:<34}{cells}")
    return "\n".join(lines)


def run() -> tuple[list[Figures], list[Target]]:
    found = asyncio.run(measure("SQLite", ""))
    installed = postgres.programs()
    if installed is not None:
        cluster = postgres.Cluster(installed)
        try:
            url = cluster.url(cluster.create())
            found += asyncio.run(measure("PostgreSQL", url))
        finally:
            cluster.stop()
    return found, [
        Target(f"{one.engine}: {one.view}, p95 milliseconds", one.p95 * 1e3, P95_MS)
        for one in found
    ]


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
