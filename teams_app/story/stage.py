"""What a story is played on: a fresh demo on free ports, and everybody's way into it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from signal import SIGTERM

import aiohttp

from teams_app import demo, sample
from teams_app.demo import Demo, Places
from teams_app.story.browser import Browser
from teams_app.story.script import Unmet, expect, until
from teams_app.story.teams import Teams
from teams_app.story.tenant import Json, Outlook, Tenant

#: Nothing is read without being told of: only what the story does makes traffic.
_SETTINGS = {"POLL_SECONDS": "86400"}
_QUIET_LOOKS = 3
_BREATH = 35.0  #: As long as the connector may ask to wait, and then some.
_REST = 120.0
_OK = 200


_PLAIN = str.maketrans("äöå", "aoa")


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody to be booked for. Made up, every one."""

    name: str
    language: str
    email: str
    phone: str

    @property
    def to(self) -> str:
        return self.email or self.phone

    @property
    def form(self) -> dict[str, str]:
        """Give what is typed about her into the card's form."""
        return {
            "client_name": self.name,
            "client_language": self.language,
            "client_email": self.email,
            "client_phone": self.phone,
        }


@dataclass(slots=True)
class Stage:
    """A running demo and the hands to play on it."""

    demo: Demo
    session: aiohttp.ClientSession
    tenant: Tenant
    #: Set apart from an earlier take on the same demo: part of every client's address.
    take: str = ""
    numbers: dict[str, str] = field(default_factory=dict)

    def client(self, name: str, language: str = "fi", phone: str = "") -> Client:
        """Give a client of this take. One with a phone number has no e-mail."""
        local = name.lower().replace(" ", ".").translate(_PLAIN)
        mail = f"{local}{self.take}@posti.example"
        number = phone[: len(phone) - len(self.take)] + self.take if phone else ""
        return Client(name, language, "" if phone else mail, number)

    @property
    def base(self) -> str:
        """Give the application's public address."""
        return self.demo.base_url

    def teams(self, user: str) -> Teams:
        return Teams(self.tenant, user)

    def outlook(self, user: str) -> Outlook:
        return Outlook(self.tenant, user)

    def browser(self, language: str = "") -> Browser:
        """Give a client's browser, of a language or of none."""
        headers = {"Accept-Language": language} if language else {}
        return Browser(self.session, self.demo.base_url, headers)

    async def tab(self, user: str, language: str = "") -> Browser:
        """Give the tab as Teams shows it: with the token Entra gave for her."""
        given = await self.tenant.post("/teams/token", {"user": user})
        return self.tab_with(given["token"], language)

    def tab_with(self, token: str, language: str = "") -> Browser:
        headers = {"Authorization": f"Bearer {token}"}
        if language:
            headers["Accept-Language"] = language
        return Browser(self.session, self.demo.base_url, headers)

    async def forged_token(self, user: str, **claims: object) -> str:
        """Give a tab token with other claims; `key="foreign"`: signed by nobody."""
        (who,) = [p["mail"] for p in await self.people() if p["mail"].startswith(user)]
        asked = {"user": who, "claims": claims}
        given = await self.tenant.post("/_tenant/entra/tab-token", asked)
        return str(given["token"])

    async def number(self, user: str) -> str:
        """Give a professional's number as it stands in her slots."""
        if user not in self.numbers:
            tab = await self.tab(user)
            form = await tab.open("/teams/book")
            for href, _ in [("", ""), *form.links]:
                if "day=" in href:
                    form = await tab.open(href)
                if form.slots():
                    break
            self.numbers[user] = form.slots()[0].partition("@")[0]
        return self.numbers[user]

    async def owner(self, slot: str) -> str:
        """Find out whose slot it is."""
        wanted = slot.partition("@")[0]
        for each in await self.people():
            user = str(each["mail"]).partition("@")[0]
            if "professional" in each["roles"] and await self.number(user) == wanted:
                return user
        raise Unmet("somebody whose slot it is", slot)

    async def people(self) -> list[Json]:
        found: list[Json] = (await self.tenant.get("/_tenant/teams/people"))["value"]
        return found

    async def restart(self, **settings: str) -> None:
        """End the application and start it again with other settings."""
        old = self.demo.processes[-1]
        old.send_signal(SIGTERM)
        await asyncio.wait_for(old.wait(), 40)
        changed = {f"VUORO_{name}": value for name, value in settings.items()}
        self.demo.environ |= changed
        self.demo.processes[-1] = await demo.start_app(
            self.demo.environ, self.demo.places
        )
        await self.ready()

    async def move_to(self, moment: datetime) -> None:
        """Move the clock as the demo's own page does: the application looks at once."""
        await self._breathe()
        await self.tenant.move_to(moment)
        async with self.session.post(f"{self.base}/_demo/clock") as answer:
            expect(answer.status == _OK, "the application to follow", answer.status)

    async def _breathe(self) -> None:
        """Let what was told to wait some seconds be tried again before hours pass.

        What is under way may be told so yet. What a fault of the story keeps from
        being done is not waited for.
        """
        with contextlib.suppress(Unmet):
            await until("nothing put off", self._nothing_half_done, _BREATH)

    async def _nothing_half_done(self) -> bool:
        jobs = await self.jobs()
        return not jobs.get("put_off") and not jobs.get("leased")

    async def advance(self, by: timedelta) -> None:
        await self.move_to(await self.tenant.now() + by)

    async def ready(self) -> None:
        """Wait until the application answers and has done what it owes just now."""
        await until("the application to answer", self._idle, 90)
        await self.idle()

    async def idle(self) -> None:
        """Wait until nothing is being done, for a while."""
        quiet = 0

        async def look() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if await self._idle() else 0
            return quiet > _QUIET_LOOKS

        # Others may be playing beside, and keep it busy.
        await until("the worker to come to rest", look, _REST, every=0.2)

    async def _idle(self) -> bool:
        jobs = await self.jobs()
        return bool(jobs) and not jobs["leased"]

    async def jobs(self) -> dict[str, int]:
        """Give how many jobs there are in each state; empty: no answer."""
        try:
            async with self.session.get(f"{self.demo.base_url}/health") as answer:
                found: dict[str, int] = (await answer.json())["jobs"]
                return found
        except aiohttp.ClientError:
            return {}

    async def watched(self) -> int:
        """Give how many calendars Graph sends notices about."""
        return len((await self.tenant.get("/_tenant/state"))["subscriptions"])


@asynccontextmanager
async def staged(
    folder: Path, database: str, opens: datetime | None = None
) -> AsyncIterator[Stage]:
    """Start a demo of its own; both processes are gone afterwards.

    `opens`: when its clock begins, if not in office hours soon.
    """
    app, tenant, tls = _free_ports(3)
    places = Places(
        data=folder / "data",
        app=app,
        tenant=tenant,
        tls=tls,
        database=database,
        opens=opens,
        extra=dict(_SETTINGS),
    )
    running = await demo.start(places)
    try:
        patience = aiohttp.ClientTimeout(total=60)
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(timeout=patience, cookie_jar=jar) as session:
            base = running.tenant["base_url"]
            stage = Stage(running, session, Tenant(session, base))
            await stage.ready()
            await until("every calendar to be watched", lambda: _all_watched(stage), 90)
            await stage.idle()
            yield stage
    finally:
        await running.stop()


async def _all_watched(stage: Stage) -> bool:
    """Whether Graph sends notices about everybody whom the sample sets up."""
    house = json.loads(resources.files(sample).joinpath("house.json").read_text())
    wanted = {each["mail"] for each in house["professionals"]}
    staff = [each for each in await stage.people() if each["mail"] in wanted]
    return await stage.watched() >= len(staff)


def _free_ports(count: int) -> list[int]:
    """Find ports nobody has; all are held until the last one is found."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
