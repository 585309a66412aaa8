"""What there must be of everybody after a death of the application: one of everything.

Read from where it truly stands: rows of the database, events of the small Outlook,
messages that reached a client, cards in the chat. What is kept of each person here is
what she did and what she must have heard, whatever died meanwhile.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.model import Status
from booking.wording import text
from cards import verbs
from teams_app.store import tables
from teams_app.store.claims import LIVE
from teams_app.store.database import Database, Tx
from teams_app.story.scenes import start_of
from teams_app.story.stage import Client
from teams_app.story.teams import Card, Teams
from teams_app.story.tenant import Message, Outlook, Tenant


@dataclass
class Person:
    """A client, and what there must be of hers."""

    client: Client
    told: list[str] = field(default_factory=list)  #: Keys of the news she must have.
    status: Status | None = None  #: Of her one appointment; None: she has none.
    slot: str = ""
    cards: int = 0  #: How many are posted about it.

    def heard(self, messages: Sequence[Message]) -> list[str]:
        """Give the faults of what reached her."""
        found = [one.subject or one.text for one in messages]
        wanted = [text("fi", f"messages.{each}.subject") for each in self.told]
        alike = len(found) == len(wanted) and all(map(str.startswith, found, wanted))
        return [] if alike else [f"{self.client.name}: told {found}, not {wanted}"]

    def booked(self, rows: Sequence[Any]) -> list[str]:
        """Give the faults of her appointments."""
        found = [(row.status, row.starts_at) for row in rows]
        wanted = []
        if self.status is not None:
            wanted = [(self.status.value, start_of(self.slot).timestamp())]
        return [] if found == wanted else [f"{self.client.name}: {found}, not {wanted}"]

    def shown(self, cards: Sequence[Card], cut_off: int) -> list[str]:
        """Give the faults of the cards about her appointment, oldest first.

        One whose posting was cut off may stand twice; from then on they are counted.
        """
        if not self.cards <= len(cards) <= self.cards + cut_off:
            return [f"{self.client.name}: {len(cards)} cards, not {self.cards}"]
        self.cards = len(cards)
        is_live = self.status is Status.BOOKED
        if cards and cards[-1].offers(verbs.APPOINTMENT_CANCEL) != is_live:
            return [f"{self.client.name}: the card says {cards[-1].text}"]
        return []


@dataclass
class Ledger:
    """Everybody, and where to look."""

    tenant: Tenant
    user: str
    database: Database
    people: list[Person] = field(default_factory=list)

    async def at_once(self) -> list[str]:
        """Say what must never be, not even before anybody pressed again."""
        rows = await self.database.read(_appointments)
        found = [f"{n} rows of {whose}" for whose, n in _counted(rows).items() if n > 1]
        held = [row for row in rows if row.status == Status.HELD]
        return found + ([f"{len(held)} holds"] if len(held) > 1 else [])

    async def due(self) -> list[str]:
        """Give what is still to be done now."""
        return await self.database.read(_due, await self.tenant.now())

    async def faults(self, cut_off: int) -> list[str]:
        """Say what there is too much or too little of, once everything is done.

        `cut_off`: so many cards were posted just before the death.
        """
        rows = await self.database.read(_appointments)
        cards = await Teams(self.tenant, self.user).cards()
        faults = [f"given up: {key}" for key in await self.database.read(_dead)]
        faults += await self._events(rows)
        for each in self.people:
            hers = [row for row in rows if each.client.to in {row.email, row.phone}]
            about = [c for c in cards if any(row.reference in c.text for row in hers)]
            faults += each.booked(hers)
            faults += each.heard(await self.tenant.messages(each.client.to))
            faults += each.shown(about, cut_off)
        wanted = sum(each.status is not None for each in self.people)
        if len(rows) != wanted:
            faults.append(f"{len(rows)} appointments and holds, not {wanted}")
        return faults

    async def compared(self) -> list[str]:
        """Give what whole comparisons of calendars came to, when they were asked for."""
        return await self.database.read(_compared)

    async def watched(self) -> int:
        """Count the subscriptions that Graph has."""
        return len((await self.tenant.get("/_tenant/state"))["subscriptions"])

    async def _events(self, rows: Sequence[Any]) -> list[str]:
        """Compare all our events with the appointments that stand."""
        every = await Outlook(self.tenant, self.user).events()
        ours = [each for each in every if each.subject.startswith(_SUBJECT)]
        found = Counter((each.subject[-6:], each.start.timestamp()) for each in ours)
        live = [row for row in rows if row.status == Status.BOOKED]
        wanted = Counter((row.reference, float(row.starts_at)) for row in live)
        return [
            *(f"an event too many: {each}" for each in (found - wanted).elements()),
            *(f"an event is missing: {each}" for each in (wanted - found).elements()),
        ]


_SUBJECT = "Varattu aika · "


def _counted(rows: Sequence[Any]) -> Counter[str]:
    return Counter(row.email or row.phone for row in rows)


def _appointments(tx: Tx) -> list[Any]:
    """Give all of them, holds too, each with how its client is reached."""
    a, c = tables.appointments, tables.clients
    joined = sa.select(a, c.c.email, c.c.phone).outerjoin(c, a.c.client_id == c.c.id)
    return list(tx.execute(joined))


def _due(tx: Tx, now: datetime) -> list[str]:
    j = tables.jobs
    open_ = j.c.done_at.is_(None) & (j.c.kind != LIVE)
    rows = tx.execute(sa.select(j).where(open_, j.c.due_at <= now.timestamp()))
    return [f"{row.key} {row.error or ''}" for row in rows]


def _dead(tx: Tx) -> list[str]:
    j = tables.jobs
    return [row.key for row in tx.execute(sa.select(j).where(j.c.outcome == "dead"))]


def _compared(tx: Tx) -> list[str]:
    j = tables.jobs
    rows = tx.execute(sa.select(j).where(j.c.key.startswith("check_now:")))
    return [row.outcome for row in rows]
