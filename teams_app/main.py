"""Wiring: the real clock, the real ids, the database, Graph, the bot, pages and worker.

The only place that chooses. Everything below gets what it needs as arguments.
"""

import asyncio
import contextlib
import hashlib
import hmac
import logging
import secrets
import signal
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from booking.availability import Index, Rules
from booking.calendar import ShowAs
from booking.links import LINK_BYTES, Links, encode
from booking.model import (
    REFERENCE_ALPHABET,
    REFERENCE_LENGTH,
    ProfessionalId,
    Service,
    Words,
)
from booking.policy import Policy
from booking.reminders import QuietHours
from graph_sync.microsoft import Identity, Microsoft, TokenSource, credential, trust
from graph_sync.microsoft import World as GraphWorld
from teams_app import sample
from teams_app.actions import calendars
from teams_app.actions.calendars import Kept
from teams_app.bot.connector import Connector
from teams_app.bot.outbound import Endpoints
from teams_app.bot.tokens import Bearer
from teams_app.bot.turns import turn
from teams_app.errands import World
from teams_app.outside import Outside, Sms
from teams_app.sample.clients import fill
from teams_app.senders.sms import HttpSms, NoSms
from teams_app.settings import BadSettings, Settings
from teams_app.store import calendars as calendar_rows
from teams_app.store import people, services
from teams_app.store.database import Committed, Database, Tx
from teams_app.store.jobs import Promise, promise
from teams_app.web import app as web_app
from teams_app.web.assets import Assets
from teams_app.web.rendering import Pages
from teams_app.web.site import Site
from teams_app.web.sso import SignIn
from teams_app.web.staff import EXTRA_ORIGIN, SIGN_IN
from teams_app.worker import Worker
from teams_app.worker.keepers import KEEPERS, buried

log = logging.getLogger("vuoro")

#: How often a demo looks at its clock.
_CLOCK_SECONDS = 0.5


class RealIds:
    """Chance, as good as the operating system has it."""

    def reference(self) -> str:
        letters = (secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
        return "".join(letters)

    def link(self) -> str:
        return encode(secrets.token_bytes(LINK_BYTES))

    def secret(self) -> str:
        return secrets.token_urlsafe(32)

    def uuid(self) -> str:
        return str(uuid.uuid4())


class BusinessClock:
    """Real time, and as far ahead of it as a demo has jumped."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class Current:
    """The current slot index and services: swapped by one assignment, never changed."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.services: dict[str, Service] = {}
        self.versions: dict[ProfessionalId, int] = {}


class App:
    """Everything that runs, from settings to the last connection."""

    def __init__(self, settings: Settings, clock: BusinessClock | None = None) -> None:
        self.settings = settings
        self.clock = clock or BusinessClock()
        self.ids = RealIds()
        self.policy = policy_of(settings)
        self.current = Current(Index.empty(self.clock.now(), self.policy.zone))
        self._stale: set[ProfessionalId] = set()
        self._refresh = asyncio.Event()
        self._complete = asyncio.Event()  #: Every calendar has been read once.

    async def open(self) -> None:
        """Open database and connections, and read the first index."""
        settings = self.settings
        _make_folder(settings)
        self.session = aiohttp.ClientSession()
        if settings.demo_clock_url:
            await self._read_clock()
        self.database = Database.open(settings.database, on_commit=self._committed)
        self.tokens = _tokens(settings)
        self.graph = Microsoft(
            settings.graph_url,
            self.tokens,
            GraphWorld(
                sleep=asyncio.sleep,
                request_id=self.ids.uuid,
                verify=trust(_path(settings.ca_file)),
            ),
            home=settings.time_zone,
        )
        self.connector = _connector(settings, self.session, self.tokens)
        self.world = World(
            self.database,
            Outside(
                graph=self.graph,
                chat=self.connector,
                sms=_sms(settings, self.session),
                now=self.clock.now,
                sleep=asyncio.sleep,
                ids=self.ids,
                links=Links(_key(settings, "links"), settings.base_url),
            ),
            self.policy,
            index=lambda: self.current.index,
            services=lambda: self.current.services,
        )
        self.worker = Worker(
            self.world, KEEPERS, buried, float(settings.lease_seconds)
        )
        await self.reload()
        await self.database.write(_owe_sweep, self.clock.now())

    async def reload(self) -> None:
        """Read every professional's calendar into a fresh index."""
        now = self.clock.now()
        self.current.services = await self.database.read(_services)
        index = Index.empty(now, self.policy.zone)
        bookable = await self.database.read(_bookable)
        self._bookable = len(bookable)
        for id_ in bookable:
            kept = await self.database.read(calendars.kept, id_, self.policy, now)
            index = _with(index, id_, kept)
        self.current.index = index

    def _committed(self, committed: Committed) -> None:
        """Hear of a commit: refresh what it touched, wake the worker."""
        if committed.touched:
            self._stale |= committed.touched
            self._refresh.set()
        if committed.promised and hasattr(self, "worker"):
            self.worker.wake()

    async def keep_index(self) -> None:
        """Keep the index fresh: local commits at once, others' by their versions."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._refresh.wait(), 0.25)
            self._refresh.clear()
            if not self.database.embedded:
                await self._hear_of_others()
            stale, self._stale = self._stale, set()
            for id_ in stale:
                await self._refreshed(id_)
            self.current.index = self.current.index.rolled(self.clock.now())

    async def _hear_of_others(self) -> None:
        versions = await self.database.read(calendar_rows.versions)
        known = self.current.versions
        self._stale |= {id_ for id_, n in versions.items() if known.get(id_) != n}
        self.current.versions = versions

    async def _refreshed(self, id_: ProfessionalId) -> None:
        now = self.clock.now()
        kept = await self.database.read(calendars.kept, id_, self.policy, now)
        self.current.index = _with(self.current.index, id_, kept)
        if len(self.current.index.professionals) >= self._bookable:
            self._complete.set()

    async def close(self) -> None:
        await self.connector.close()
        await self.graph.aclose()
        await self.tokens.close()
        await self.session.close()
        self.database.close()

    # The web side.

    def pages(self) -> web.Application:
        """Give the web application, with the worker beside it where it is embedded."""
        settings = self.settings
        assets = Assets.read()
        site = Site(
            self.world,
            Pages(assets, self.policy.zone),
            settings.base_url,
            _key(settings, "forms"),
        )
        made = web_app.make(site, assets)
        made[EXTRA_ORIGIN] = settings.extra_frame_origin
        made[SIGN_IN] = _sign_in(settings, self.session)
        made.router.add_post("/api/messages", self._messages)
        if settings.demo_clock_url:
            made.router.add_post("/_demo/clock", self._told_to_follow)
        made.cleanup_ctx.append(self._beside)
        return made

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.connector.handle(
            request, lambda activity: turn(self.world, activity)
        )

    async def follow_clock(self) -> None:
        """Keep business time where the demo's clock stands."""
        while True:
            await asyncio.sleep(_CLOCK_SECONDS)
            try:
                moved = await self._read_clock()
            except (aiohttp.ClientError, TimeoutError, ValueError, LookupError):
                continue
            if moved:
                await self._clock_moved()

    async def _clock_moved(self) -> None:
        await self.database.write(_owe_sweep, self.clock.now())
        self.current.index = self.current.index.rolled(self.clock.now())
        self.worker.wake()

    async def _told_to_follow(self, _request: web.Request) -> web.Response:
        """Look at the demo's clock now rather than in a moment."""
        await self._read_clock()
        await self._clock_moved()
        return web.json_response({"now": self.clock.now().isoformat()})

    async def _read_clock(self) -> bool:
        """Take over the demo's time; say whether it was moved."""
        patience = aiohttp.ClientTimeout(total=5)
        url = self.settings.demo_clock_url
        async with self.session.get(url, timeout=patience) as answer:
            told = datetime.fromisoformat((await answer.json())["now"])
        offset = told - datetime.now(UTC)
        if abs(offset - self.clock.offset) < timedelta(seconds=2):
            return False
        self.clock.offset = offset
        return True

    async def _fill_sample(self) -> None:
        """Give the demo some clients, once its calendars have been read."""
        await self._complete.wait()
        await fill(self.database, self.ids, self.policy, self.clock.now())

    async def _beside(self, _app: web.Application) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(self.keep_index()),
            asyncio.create_task(self.worker.run()),
        ]
        if self.settings.demo_clients:
            tasks.append(asyncio.create_task(self._fill_sample()))
        if self.settings.demo_clock_url:
            tasks.append(asyncio.create_task(self.follow_clock()))
        yield
        self.worker.stop()
        await tasks[1]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _with(index: Index, id_: ProfessionalId, kept: Kept | None) -> Index:
    if kept is None:
        return index.without_professional(id_)
    return index.with_professional(id_, kept.calendar, kept.services)


def _bookable(tx: Tx) -> list[ProfessionalId]:
    return [each.id for each in people.professionals(tx, bookable_only=True)]


def _services(tx: Tx) -> dict[str, Service]:
    return {each.key: each for each in services.services(tx)}


def _owe_sweep(tx: Tx, now: datetime) -> None:
    promise(tx, Promise("sweep", "sweep", due=now, again=True))


def _key(settings: Settings, purpose: str) -> bytes:
    """Derive a key for one purpose, so that one cannot be used for another."""
    secret = settings.secret_key.encode()
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def _make_folder(settings: Settings) -> None:
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _tokens(settings: Settings) -> TokenSource:
    return credential(
        Identity(
            tenant=settings.tenant_id,
            client_id=settings.client_id,
            secret=settings.client_secret,
            certificate=_path(settings.certificate),
            certificate_password=settings.certificate_password,
            managed=settings.managed_identity,
            authority=settings.authority,
            ca_file=_path(settings.ca_file),
        )
    )


def _connector(
    settings: Settings, session: aiohttp.ClientSession, tokens: TokenSource
) -> Connector:
    places = Endpoints(
        metadata_url=settings.bot_metadata_url,
        issuer=settings.bot_issuer,
        home=settings.bot_home_url,
        service_urls=tuple(settings.bot_service_urls.split(",")),
    )
    if settings.bot_anonymous:
        return Connector(
            session,
            app_id="",
            bearer=None,
            endpoints=places,
            anonymous_on=settings.host,
        )
    bearer = Bearer(tokens, places.scope, time.time)
    return Connector(
        session, app_id=settings.client_id, bearer=bearer, endpoints=places
    )


def _sms(settings: Settings, session: aiohttp.ClientSession) -> Sms:
    if not settings.sms_url:
        return NoSms()
    return HttpSms(session, settings.sms_url, settings.sms_key, settings.sms_sender)


def _sign_in(settings: Settings, session: aiohttp.ClientSession) -> SignIn:
    root = f"{settings.authority}/{settings.tenant_id}"
    host = settings.base_url.split("//", 1)[-1]
    return SignIn(
        session=session,
        tenant=settings.tenant_id,
        audiences=(settings.client_id, f"api://{host}/{settings.client_id}"),
        issuer=f"{root}/v2.0",
        keys_url=f"{root}/discovery/v2.0/keys",
        clock=time.monotonic,
        verify=trust(_path(settings.ca_file)),
    )


def policy_of(settings: Settings) -> Policy:
    """Read the tenant's decisions out of the settings."""
    link = f"{settings.teams_url}/l/entity/{settings.teams_app_id}/vuoro"
    notice = f"{settings.base_url}/hooks/graph" if settings.notifications else ""
    zone = ZoneInfo(settings.time_zone)
    return Policy(
        tenant_id=settings.tenant_id,
        organisation=_words(
            settings.organisation_fi, settings.organisation_sv, settings.organisation_en
        ),
        help_phone=settings.help_phone,
        help_hours=_words(
            settings.help_hours_fi, settings.help_hours_sv, settings.help_hours_en
        ),
        contact_email=settings.contact_email or settings.sender,
        staff_pattern=(f"{link}?context=%7B%22subEntityId%22%3A%22{{reference}}%22%7D"),
        tab_url=link,
        sender=settings.sender,
        notice_url=notice,
        poll_seconds=settings.poll_seconds,
        zone=zone,
        quiet=QuietHours(
            clock_time.fromisoformat(settings.quiet_start),
            clock_time.fromisoformat(settings.quiet_end),
            zone,
        ),
        rules=Rules(
            blocking=frozenset(ShowAs(each) for each in settings.blocking.split(",")),
            holidays=settings.holidays,
            eves=settings.holidays,
            step_minutes=settings.step_minutes,
        ),
        names_professional=settings.names_professional,
        names_service=settings.names_service,
    )


def _words(fi: str, sv: str, en: str) -> Words:
    return Words(fi, sv or fi, en or fi)


async def work(settings: Settings) -> None:
    """Only work, beside replicas that serve. One process alone may have SQLite."""
    app = App(settings)
    await app.open()
    try:
        if app.database.embedded:
            raise BadSettings("work needs PostgreSQL; with SQLite, serve works too")
        running = asyncio.create_task(app.worker.run())
        await _asked_to_end()
        app.worker.stop()
        await running
    finally:
        await app.close()


async def serve(settings: Settings) -> None:
    """Serve and work until SIGINT or SIGTERM."""
    app = App(settings)
    await app.open()
    if settings.demo_sample:
        await sample.load(app.database, Path(settings.demo_sample))
        await app.reload()
    runner = web.AppRunner(app.pages(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        log.info("ready", extra={"port": settings.port})
        await _asked_to_end()
    finally:
        await runner.cleanup()
        await app.close()


async def _asked_to_end() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
