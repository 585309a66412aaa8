"""The whole middle of the house round a real database, the outside in lists.

`make.furnish` people live in it: Aino and Bo of one unit, one service, one client. Time
is the test's, and nothing waits in real time: `settle_down` lets the real worker run
until nothing is due, whatever it was told to wait for.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from booking.appointments import Actor
from booking.availability import Index
from booking.links import Links
from booking.model import (
    Appointment,
    Language,
    Modality,
    Professional,
    Service,
    ServiceId,
    Slot,
)
from booking.policy import Policy
from booking.views.cards import ConflictKind
from teams_app.actions import booking, calendars, deciding, offers, pulls
from teams_app.actions.booking import Details, Found, Wanted
from teams_app.actions.offers import Invitation
from teams_app.errands import World
from teams_app.outside import Outside
from teams_app.store import calendars as calendar_rows
from teams_app.store import conflicts, engines, people, services, tables
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Committed, Database, Tx
from teams_app.store.engines import Engines
from teams_app.store.jobs import Job
from teams_app.worker import Worker
from teams_app.worker.keepers import KEEPERS, buried
from tests import make
from tests.support import audited
from tests.support.moments import Clock, Ids
from tests.support.outside import Gate, ListChat, ListGraph, ListSms, ListTeams

TENANT = "5e1d0000-0000-4000-8000-00000000007e"
SUPERVISOR = "00000000-0000-4000-8000-00000000000a"
BASE = "https://aika.example"
MAIJA = Details("Maija Meri", Language.FI, "maija@client.example", None, {})

POLICY = Policy(
    tenant_id=TENANT,
    organisation=make.words("Lumivaara"),
    help_phone="029 123 4500",
    help_hours=make.words("9-15"),
    contact_email="aika@lumivaara.example",
    staff_pattern="https://teams.example/l/entity/app/vuoro?at={reference}",
    tab_url="https://teams.example/l/entity/app/vuoro",
    sender="aika@lumivaara.example",
)


class Lasting(Engines):
    """On PostgreSQL connections outlive a test, whose database is only emptied."""

    def dispose(self) -> None:
        if self.embedded:
            self.hang_up()

    def hang_up(self) -> None:
        super().dispose()


@cache
def connected(url: str) -> Lasting:
    """Connect once: what has been compiled for one test serves the next."""
    made = engines.connect(url)
    return Lasting(made.writer, made.reader, made.embedded, made.writers, made.readers)


def furnish(tx: Tx) -> None:
    """Save the people of `make`, with calendars that have been read."""
    unit = people.save_unit(tx, make.a_unit())
    people.set_supervisors(tx, unit.id, [SUPERVISOR])
    people.save_unit(tx, replace(make.a_unit(), key="muualla"))
    aino = people.save_professional(tx, make.a_professional())
    bo = people.save_professional(tx, make.bo())
    service = people.save_service(tx, make.a_service())
    people.set_service_professionals(tx, service.id, [aino.id, bo.id])
    client = make.a_client()
    people.add_client(
        tx, client.name, client.language, client.email, client.phone, make.NOW
    )
    for each in (aino, bo):
        planned = pulls.plan(tx, each.id, make.NOW)
        pulls.finished(tx, planned, "delta:0", make.NOW)


def hours_of(tx: Tx, policy: Policy, now: datetime) -> Index:
    """Read the whole slot index."""
    index = Index.empty(now, policy.zone)
    for each in people.professionals(tx, bookable_only=True):
        kept = calendars.kept(tx, each.id, policy, now)
        if kept is not None:
            index = index.with_professional(each.id, kept.calendar, kept.services)
    return index


def _services(tx: Tx) -> dict[str, Service]:
    return {each.key: each for each in services.services(tx)}


def nobody_waits(tx: Tx) -> None:
    """Let what was put off for some real seconds be due now."""
    table = tables.jobs
    tx.execute(sa.update(table).where(table.c.done_at.is_(None)).values(not_before=0.0))
    tx.execute(sa.delete(tables.lanes))


def something_is_due(tx: Tx, now: datetime) -> bool:
    table = tables.jobs
    owed = table.c.done_at.is_(None) & (table.c.due_at <= now.timestamp())
    return tx.execute(sa.select(table.c.id).where(owed).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Owed:
    """A row of the jobs, as far as a test asks for it."""

    kind: str
    key: str
    due: float
    expires: float | None
    payload: dict[str, Any]
    lane: str | None
    outcome: str | None
    error: str | None

    @property
    def open(self) -> bool:
        return self.outcome is None


def owed(tx: Tx) -> list[Owed]:
    """Give the jobs in the order of their promise."""
    table = tables.jobs
    return [
        Owed(
            row.kind,
            row.key,
            row.due_at,
            row.expires_at,
            row.payload,
            row.lane,
            row.outcome,
            row.error,
        )
        for row in tx.execute(sa.select(table).order_by(table.c.id))
    ]


def dump(tx: Tx) -> dict[str, list[str]]:
    """Give everything that is stored, to compare before and after."""
    return {
        table.name: sorted(
            json.dumps(dict(row._mapping), default=str, sort_keys=True)
            for row in tx.execute(sa.select(table))
        )
        for table in tables.metadata.sorted_tables
    }


class _Seen(Worker):
    """A worker of which it is seen how often it has looked for work."""

    looks = 0

    @override
    async def _claim(self) -> list[Job]:
        try:
            return await super()._claim()
        finally:
            self.looks += 1


@dataclass
class SmallWorld:
    database: Database
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    gate: Gate = field(default_factory=Gate)
    policy: Policy = POLICY
    ahead: Callable[[], float | None] = lambda: None

    def __post_init__(self) -> None:
        self._decided = False
        self.database._on_commit = self._committed
        self.graph = ListGraph(self.gate)
        self.chat = ListChat(self.gate)
        self.teams = ListTeams(self.gate)
        self.sms = ListSms(self.gate)
        self.links = Links(b"a key of the tests, long enough", BASE)

    @property
    def world(self) -> World:
        return World(
            self.database,
            Outside(
                graph=self.graph,
                chat=self.chat,
                teams=self.teams,
                sms=self.sms,
                now=self.clock.now,
                sleep=asyncio.sleep,
                ids=self.ids,
                links=self.links,
                ahead=self.ahead,
            ),
            self.policy,
            index=lambda: self.read(hours_of, self.decided, self.now),
            services=lambda: self.read(_services),
            decided=lambda: self.decided,
        )

    def _committed(self, committed: Committed) -> None:
        self._decided |= committed.decided

    @property
    def decided(self) -> Policy:
        """Give the policy with what was decided in the tab; as yet mostly nothing was."""
        if not self._decided:
            return self.policy
        found: Policy = self.read(deciding.policy, self.policy)
        return found

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def read(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return self.database.read_here(work, *args, **named)

    def write(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return self.database.write_here(work, *args, **named)

    # Shortcuts through the actions.

    @property
    def aino(self) -> Professional:
        found: Professional = self.read(people.professional, make.AINO)
        return found

    @property
    def service(self) -> Service:
        found: Service = self.read(people.service, ServiceId(1))
        return found

    def wanted(self, hours: float = 24, **changes: Any) -> Wanted:
        plain = Wanted(
            ServiceId(1),
            Modality.REMOTE,
            Language.FI,
            Slot(make.AINO, make.at(hours)),
            Actor.CLIENT,
        )
        return replace(plain, **changes)

    def hold(self, hours: float = 24, **changes: Any) -> Any:
        wanted = self.wanted(hours, **changes)
        return self.write(booking.hold, wanted, self.ids, self.policy, self.now)

    def book(
        self, hours: float = 24, by: Actor = Actor.CLIENT, **changes: Any
    ) -> Appointment:
        """Book a time, as if Outlook had just been found free."""
        details = changes.pop("details", MAIJA)
        held = self.hold(hours, by=by, **changes)
        assert isinstance(held, Appointment), held
        booked = self.write(
            booking.book, held.id, Found.FREE, details=details, by=by, now=self.now
        )
        assert isinstance(booked, Appointment), booked
        return booked

    def confirming(self, hours: float = 24, **changes: Any) -> Appointment:
        """Let a client book a time while Outlook cannot be read."""
        held = self.hold(hours, **changes)
        assert isinstance(held, Appointment), held
        waiting = self.write(
            booking.book,
            held.id,
            Found.UNKNOWN,
            details=MAIJA,
            by=Actor.CLIENT,
            now=self.now,
        )
        assert isinstance(waiting, Appointment), waiting
        assert waiting.confirming
        return waiting

    def question(self, kind: ConflictKind) -> Conflict:
        """Give the first open question of this kind about Aino's appointments."""
        found: list[Conflict] = self.read(conflicts.open_for, make.AINO)
        return next(each for each in found if each.kind is kind)

    def move(
        self, before: Appointment, hours: float, by: Actor = Actor.CLIENT
    ) -> Appointment:
        """Move an appointment, with whom it is: as its client does, or somebody else."""
        moved = self.write(
            booking.move,
            before.id,
            Slot(before.professional, make.at(hours)),
            version=before.version,
            by=by,
            policy=self.policy,
            now=self.now,
        )
        assert isinstance(moved, Appointment), moved
        return moved

    def appointment(self, id_: int) -> Appointment:
        found: Appointment = self.read(booking.find, id_)
        return found

    def offer(self, *hours: float, request: str = "r1", **changes: Any) -> Any:
        plain = Invitation(
            professional=self.aino,
            service=ServiceId(1),
            modality=Modality.REMOTE,
            name=MAIJA.name,
            language=MAIJA.language,
            email=MAIJA.email,
            phone=None,
            slots=tuple(Slot(make.AINO, make.at(each)) for each in hours),
        )
        invitation = replace(plain, **changes)
        return self.write(
            offers.make,
            invitation,
            self.ids,
            request=request,
            policy=self.policy,
            now=self.now,
        )

    def owed(self, kind: str | None = None) -> list[Owed]:
        found = self.read(owed)
        return [each for each in found if kind in {None, each.kind}]

    def link(self, appointment: Appointment) -> Any:
        return self.read(calendar_rows.link, appointment.id, appointment.professional)

    def pull(self, professional: int = make.AINO, *, anew: bool = False) -> None:
        self.write(pulls.owe, [professional], self.now, anew=anew)

    # The worker.

    def worker(self) -> Worker:
        return Worker(self.world, KEEPERS, buried)

    async def settle_down(self) -> None:
        """Let the worker run until nothing is due any more."""
        quiet = await self.rest(rounds=400)
        assert quiet, [each for each in self.owed() if each.open]

    async def rest(self, *, rounds: int) -> bool:
        """Let the worker run for a while; say whether nothing was due at the end.

        Whatever it has changed of a client's affairs stands in the log.
        """
        was = self.read(audited.before)
        quiet = await self._rest(rounds)
        faults = self.read(audited.unsaid, was)
        assert faults == [], faults
        return quiet

    async def _rest(self, rounds: int) -> bool:
        worker = _Seen(self.world, KEEPERS, buried)
        running = asyncio.create_task(worker.run())
        try:
            for _ in range(rounds):
                if not await self.database.write(self._is_due):
                    return True
                before = worker.looks
                worker.wake()
                await asyncio.sleep(0.004)
                for _ in range(500):  # a database may be slow to say what there is
                    if worker.looks > before:
                        break
                    await asyncio.sleep(0.002)
                for _ in range(100):
                    if not worker._running:
                        break
                    await asyncio.sleep(0.002)  # asking would only take its time
            return False
        finally:
            worker.stop()
            await running

    def _is_due(self, tx: Tx) -> bool:
        nobody_waits(tx)
        return something_is_due(tx, self.now)
