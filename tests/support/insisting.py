"""Clients who book, move and cancel while replicas die, and press again until it is done.

What each of them does follows from her own chance; what there must be of hers in the
end is said by `Life.faults`.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import sqlalchemy as sa

from booking.model import Status
from booking.wording import text
from cards import verbs
from teams_app.store import tables
from teams_app.store.database import Database, Tx
from teams_app.story.browser import ANY, Browser, Document
from teams_app.story.scenes import TALK, start_of
from teams_app.story.script import Unmet, expect, rest, until
from teams_app.story.teams import Card, Teams
from teams_app.story.tenant import Outlook, Tenant
from tests.support.replicas import Replicas

T = TypeVar("T")

#: None so near that a reminder is due while the test runs.
DAYS = [date(2026, 11, day) for day in (25, 26, 27, 30)]
DAYS += [date(2026, 12, day) for day in (1, 2, 3, 4)]
#: How long somebody goes on pressing and waiting, in real seconds: a mail whose sending
#: was cut off is looked for in Sent Items only after two minutes, and then it is sent
#: again, which may be cut off as well.
PATIENCE = 400.0
PAGES = f"/b/{TALK}?lang=fi&modality=remote"


@dataclass
class Stage:
    tenant: Tenant
    replicas: Replicas
    browser: Browser
    database: Database
    numbers: dict[str, str]  #: Of the professionals, as in a slot.
    chatting: dict[str, asyncio.Lock] = field(default_factory=dict)

    def teams(self, user: str) -> Teams:
        return Teams(self.tenant, user)

    async def limits(self) -> dict[str, Any]:
        return await self.tenant.get("/_tenant/limits")


@dataclass
class Life:
    """One client: how she comes to her appointment, and what becomes of it."""

    stage: Stage
    chance: random.Random
    name: str
    user: str
    by_bot: bool
    moves: bool
    cancels: bool
    slot: str = ""
    page: str = ""  #: Her own, as the message leads to it.
    card: Card | None = None
    told: list[str] = field(default_factory=list)  #: Keys of the news she must have.

    @property
    def mail(self) -> str:
        return f"{self.name.lower()}@posti.example"

    async def live(self) -> None:
        """Do one thing after another, each when she knows of the one before."""
        await (self._books_by_bot() if self.by_bot else self._books())
        await self._hears("booked")
        if self.moves:
            await self._moves()
            await self._hears("moved_by_client")
        if self.cancels and self.by_bot:
            await self._is_cancelled()
            await self._hears("cancelled_by_us")
        elif self.cancels:
            await self._cancels()
            await self._hears("cancelled_by_client")

    async def _hears(self, news: str) -> None:
        had = len(self.told)
        self.told.append(news)
        found = await until(
            f"{self.name} to hear {news}", lambda: self._message(had), PATIENCE
        )
        parts = urlsplit(found)
        self.page = f"{parts.path}?{parts.query}" if parts.query else parts.path

    async def _message(self, had: int) -> str | None:
        """Give the link in the next message, once it is known to have been sent.

        Whoever moves what she may not have heard of is told the new time as a first one.
        """
        messages = await self.stage.tenant.messages(self.mail)
        if len(messages) <= had or await self.stage.database.read(_unsure, self.mail):
            return None
        return messages[had].link

    async def _a_slot(self, page: str, but: str = "") -> tuple[Document, str]:
        """Open a page of times on some day, and choose one of her professional's."""
        day = self.chance.choice(DAYS)
        joint = "&" if "?" in page else "?"
        shown = await self.stage.browser.open(f"{page}{joint}day={day}")
        number = self.stage.numbers[self.user]
        fitting = [s for s in shown.slots() if s.startswith(f"{number}@") and s != but]
        later = [slot for slot in fitting if start_of(slot).date() in DAYS]
        expect(later, f"times on {day}", shown.text[:200])
        return shown, self.chance.choice(later)

    async def _books(self) -> None:
        await insisting("to book", self._booked)

    async def _booked(self) -> bool:
        """Go the whole way once; a time that is lost on it is chosen anew."""
        browser = self.stage.browser
        times, slot = await self._a_slot(PAGES)
        details = await browser.choose(times, slot)
        typed = {"name": self.name, "language": "fi", "email": self.mail}
        check = await insisting(
            "details", lambda: browser.send(details, "/details", typed)
        )
        answer = await insisting("to confirm", lambda: self._confirmed(check))
        self.slot = slot
        return answer.status == 200

    async def _confirmed(self, check: Document) -> Document:
        answer = await self.stage.browser.send(check, "/confirm", status=ANY)
        expect(answer.status < 500, "an answer", answer.status)
        return answer

    async def _books_by_bot(self) -> None:
        chat = self.stage.chatting.setdefault(self.user, asyncio.Lock())
        async with chat:
            times = await insisting("the form", self._proposed)
            self.card = await insisting("to book", lambda: self._pressed(times))

    async def _proposed(self) -> Card:
        teams = self.stage.teams(self.user)
        form = {
            "service": TALK,
            "modality": "remote",
            "client_name": self.name,
            "client_language": "fi",
            "client_email": self.mail,
        }
        times = await teams.press(await teams.form(), verbs.BOOK_TIMES, form)
        # A replica that has not heard yet of the first reading cannot propose any.
        expect(times.offers(verbs.BOOK_NOW), "times", times.text)
        return times

    async def _pressed(self, times: Card) -> Card:
        """Book some time by this form: it makes one thing, however often pressed."""
        if not self.slot:
            _, self.slot = await self._a_slot(PAGES)
        data = {**times.data(verbs.BOOK_NOW), "slot": self.slot}
        card = await self.stage.teams(self.user).send(times, verbs.BOOK_NOW, data)
        if not card.offers(verbs.APPOINTMENT_CANCEL):
            self.slot = ""  # somebody was quicker
        expect(self.slot, "it booked", card.text)
        return card

    async def _moves(self) -> None:
        await insisting("to move", self._moved)

    async def _moved(self) -> bool:
        """Move, and look whether it is so: an answer that is lost says neither."""
        before = start_of(self.slot)
        if await self._stands() == before:
            browser = self.stage.browser
            shown = await browser.open(self.page)
            times, slot = await self._a_slot(shown.link("/move"), but=self.slot)
            check = await browser.choose(times, slot)
            await browser.send(check, "/move/check", status=ANY)
        after = await self._stands()
        number = self.slot.partition("@")[0]
        self.slot = f"{number}@{int(after.timestamp())}"
        return after != before

    async def _stands(self) -> datetime:
        rows = await self.stage.database.read(_appointments, self.mail)
        return datetime.fromtimestamp(rows[0].starts_at, UTC)

    async def _cancels(self) -> None:
        await insisting("to cancel", self._cancelled)

    async def _cancelled(self) -> bool:
        shown = await self.stage.browser.open(self.page)
        if not shown.has_link("/cancel"):
            return True
        sure = await self.stage.browser.open(shown.link("/cancel"))
        await self.stage.browser.send(sure, "/cancel")
        return True

    async def _is_cancelled(self) -> None:
        chat = self.stage.chatting.setdefault(self.user, asyncio.Lock())
        async with chat:
            await insisting("to cancel", self._pressed_away)

    async def _pressed_away(self) -> bool:
        """Press on the newest card about it: an older one says that there is a newer."""
        assert self.card is not None
        teams, message = self.stage.teams(self.user), self.card.message
        every = await teams.cards()
        (first,) = [card for card in every if card.message == message]
        about = [card for card in every if first.reference in card.text]
        live = [card for card in about if card.offers(verbs.APPOINTMENT_CANCEL)]
        if not live:
            return any(card.offers(verbs.BOOK_AGAIN) for card in about)
        after = await teams.press(live[-1], verbs.APPOINTMENT_CANCEL)
        return not after.offers(verbs.APPOINTMENT_CANCEL)

    async def faults(self) -> list[str]:
        """Say what there is of hers that should not be, or the other way round."""
        said = await self.stage.database.read(_appointments, self.mail)
        found = [f"{row.status} {row.reference}" for row in said]
        if len(said) != 1:
            return [f"{self.name}: {len(said)} appointments: {found}"]
        (row,) = said
        wanted = Status.BOOKED
        if self.cancels:
            by_us = self.by_bot
            wanted = Status.CANCELLED_BY_US if by_us else Status.CANCELLED_BY_CLIENT
        faults = [] if row.status == wanted else [f"{self.name}: {found}"]
        if row.starts_at != start_of(self.slot).timestamp():
            faults.append(f"{self.name}: at {row.starts_at}, not {self.slot}")
        outlook = Outlook(self.stage.tenant, self.user)
        events = [each.start for each in await outlook.all_ours(row.reference)]
        there = [] if self.cancels else [start_of(self.slot)]
        if events != there:
            faults.append(f"{self.name}: events at {events}, not {there}")
        heard = [one.subject for one in await self.stage.tenant.messages(self.mail)]
        news = [text("fi", f"messages.{each}.subject") for each in self.told]
        if heard != news:
            faults.append(f"{self.name}: told {heard}, not {news}")
        return faults


def _appointments(tx: Tx, mail: str) -> list[Any]:
    """Give a client's appointments; what is only held is none."""
    a, c = tables.appointments, tables.clients
    joined = sa.select(a).join(c, a.c.client_id == c.c.id).where(c.c.email == mail)
    rows = tx.execute(joined).all()
    return [row for row in rows if row.status != Status.HELD]


def _unsure(tx: Tx, mail: str) -> bool:
    """Say whether of some message nobody knows yet whether it went out."""
    d = tables.deliveries
    intended = (d.c.address == mail) & (d.c.state == "intended")
    return tx.execute(sa.select(d.c.key).where(intended)).first() is not None


async def insisting(what: str, deed: Callable[[], Awaitable[T]]) -> T:
    """Press again what was not answered, until it is."""
    last: object = None
    ends = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < ends:
        try:
            if done := await deed():
                return done
        except (Unmet, aiohttp.ClientError, TimeoutError) as error:
            last = error
        await rest(0.3)
    raise Unmet(what, last)
