"""Everything that runs: database, Graph, bot, pages, worker, and the slot index.

`App` owns the current index: an immutable value, swapped by one assignment.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
from aiohttp import web

from booking.availability import Index
from booking.links import Links
from booking.model import (
    ProfessionalId,
    Service,
)
from booking.policy import Policy
from graph_sync.microsoft import Microsoft, trust
from graph_sync.microsoft import World as GraphWorld
from teams_app.actions import calendars, deciding
from teams_app.actions.calendars import Kept
from teams_app.bot.turns import late, turn
from teams_app.errands import World
from teams_app.main import choices
from teams_app.main.real import BusinessClock, RealIds, seconds_now
from teams_app.outside import Outside
from teams_app.sample.clients import fill
from teams_app.settings import BadSettings, Settings
from teams_app.store import calendars as calendar_rows
from teams_app.store import decisions, marks, people, services
from teams_app.store.database import Committed, Database, Tx
from teams_app.store.jobs import Promise, promise
from teams_app.web import app as web_app
from teams_app.web.assets import Assets
from teams_app.web.rendering import Pages
from teams_app.web.site import Site
from teams_app.web.staff import EXTRA_ORIGIN, SIGN_IN
from teams_app.web.watching import WATCH
from teams_app.worker import Worker
from teams_app.worker.keepers import KEEPERS, buried

log = logging.getLogger("vuoro")

#: How often other replicas' commits are looked for, and after how long again where the
#: database did not answer.
_INDEX_SECONDS = 0.25
_AWAY_SECONDS = 1.0
#: The same where there are no replicas, only an admin's command now and then.
_EMBEDDED_SECONDS = 5.0
_REMOVED = (
    "Vuoro was removed from this tenant, or is being removed, and this database is not "
    "used any more. To begin anew, name another in VUORO_DATABASE_URL or VUORO_DATA_DIR; "
    "in a demo, `make demo RESET=1`"
)
_NO_TENANT = (
    "The demo's tenant does not answer. Start it with `make demo`, or by itself with "
    "`python -m teams_app demo --tenant-alone`"
)
#: How often a demo looks at its clock.
_CLOCK_SECONDS = 0.5


class Current:
    """The current slot index and services: swapped by one assignment, never changed."""

    def __init__(self, index: Index, policy: Policy) -> None:
        self.index = index
        self.policy = policy  #: With what an admin has decided in the tab.
        self.revisions: dict[str, int] = {}
        self.services: dict[str, Service] = {}
        self.versions: dict[ProfessionalId, int] = {}


class App:
    """Everything that runs, from settings to the last connection."""

    def __init__(self, settings: Settings, clock: BusinessClock | None = None) -> None:
        self.settings = settings
        self.clock = clock or BusinessClock()
        self.ids = RealIds()
        self.stated = choices.policy_of(settings)
        index = Index.empty(self.clock.now(), self.stated.zone)
        self.current = Current(index, self.stated)
        self._undecided = False  #: What was decided is to be read anew.
        self._stale: set[ProfessionalId] = set()
        self._refresh = asyncio.Event()
        self._complete = asyncio.Event()  #: Every calendar has been read once.
        self._bookable = 0
        self._heard = 0.0

    @property
    def policy(self) -> Policy:
        return self.current.policy

    async def open(self) -> None:
        """Open database and connections, and read the first index.

        Raises BadSettings where Vuoro was removed from the tenant.
        """
        await self.connect()
        if await self.database.read(marks.removal) is not None:
            await self.close()
            raise BadSettings([_REMOVED])
        lease = float(self.settings.lease_seconds)
        self.worker = Worker(self.world, KEEPERS, buried, lease)
        await self.reload()
        await self.database.write(_owe_sweep, self.clock.now())

    async def connect(self) -> None:
        """Open database and connections; nothing is worked off."""
        await self.reach_out()
        self.use(Database.open(self.settings.database, on_commit=self._committed))

    async def reach_out(self) -> None:
        """Open the connections alone; nothing is said by them yet."""
        settings = self.settings
        choices.make_folder(settings)
        self.session = aiohttp.ClientSession()
        if settings.demo_clock_url:
            await self._begin_with_clock()
        self.tokens = choices.tokens_of(settings)
        self.graph = Microsoft(
            settings.graph_url,
            self.tokens,
            GraphWorld(
                sleep=asyncio.sleep,
                request_id=self.ids.uuid,
                verify=trust(choices.path_of(settings.ca_file)),
                real=seconds_now,
            ),
            home=settings.time_zone,
            package=settings.teams_app_id,
        )
        self.connector = choices.connector_of(settings, self.session, self.tokens)

    def use(self, database: Database) -> None:
        """Put database and connections together."""
        settings, self.database = self.settings, database
        self._heed(database.read_here(_decided, self.stated))
        self.world = World(
            self.database,
            Outside(
                graph=self.graph,
                chat=self.connector,
                teams=self.graph.teams,
                sms=choices.sms_of(settings, self.session),
                now=self.clock.now,
                sleep=asyncio.sleep,
                ids=self.ids,
                links=Links(choices.key_of(settings, "links"), settings.base_url),
                ahead=self.graph.ahead,
            ),
            self.stated,
            index=lambda: self.current.index,
            services=lambda: self.current.services,
            decided=lambda: self.current.policy,
        )

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
        if committed.decided:
            self._undecided = True
            self._refresh.set()
        if committed.touched:
            self._stale |= committed.touched
            self._refresh.set()
        if committed.promised and hasattr(self, "worker"):
            self.worker.wake()

    async def keep_index(self) -> None:
        """Keep the index fresh: local commits at once, others' by their versions.

        While the database is away it shows what it last knew, and catches up after.
        """
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._refresh.wait(), _INDEX_SECONDS)
            self._refresh.clear()
            self.current.index = self.current.index.rolled(self.clock.now())
            try:
                await self._freshen()
            except Exception:
                log.exception("the index waits for the database")
                await asyncio.sleep(_AWAY_SECONDS)

    async def _freshen(self) -> None:
        """Read anew who is stale. Who cannot be read holds up no other, and stays so."""
        if self._undecided:
            await self._hear_decisions()
        if self._listens():
            await self._hear_of_others()
        stale, self._stale = self._stale, set()
        failed: Exception | None = None
        for id_ in stale:
            try:
                await self._refreshed(id_)
            except Exception as error:  # noqa: BLE001  raised below
                self._stale.add(id_)
                failed = error
        if failed is not None:
            raise failed

    def _listens(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self.database.embedded and now - self._heard < _EMBEDDED_SECONDS:
            return False
        self._heard = now
        return True

    async def _hear_of_others(self) -> None:
        versions = await self.database.read(calendar_rows.versions)
        await self._hear_of_decisions()
        known = self.current.versions
        self._stale |= {id_ for id_, n in versions.items() if known.get(id_) != n}
        self.current.versions = versions

    async def keep_decisions(self) -> None:
        """Hear what is decided elsewhere, where no index is kept."""
        while True:
            await asyncio.sleep(_AWAY_SECONDS)
            try:
                await self._hear_of_decisions()
            except Exception:
                log.exception("decisions wait for the database")

    async def _hear_of_decisions(self) -> None:
        if await self.database.read(decisions.revisions) != self.current.revisions:
            await self._hear_decisions()

    async def _hear_decisions(self) -> None:
        self._undecided = False  # what is decided meanwhile is heard of anew
        try:
            self._heed(await self.database.read(_decided, self.stated))
        except Exception:
            self._undecided = True
            raise

    def _heed(self, found: tuple[Policy, dict[str, int]]) -> None:
        """Go by what was decided. Where free time depends on it, read all anew."""
        was, (self.current.policy, self.current.revisions) = self.current.policy, found
        if was.rules != self.current.policy.rules:
            self._stale |= set(self.current.index.professionals)

    async def _refreshed(self, id_: ProfessionalId) -> None:
        now = self.clock.now()
        kept = await self.database.read(calendars.kept, id_, self.policy, now)
        gave = self.current.index.given(id_)
        if (kept.services if kept is not None else ()) != gave:
            self.current.services = await self.database.read(_services)
        self.current.index = _with(self.current.index, id_, kept)
        if len(self.current.index.professionals) >= self._bookable:
            self._complete.set()

    async def close(self) -> None:
        await self.connector.close()
        await self.graph.aclose()
        await self.tokens.close()
        await self.session.close()
        if hasattr(self, "database"):
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
            choices.key_of(settings, "forms"),
        )
        made = web_app.make(site, assets, choices.fair_of(settings))
        made[EXTRA_ORIGIN] = settings.extra_frame_origin
        made[WATCH] = choices.watch_of(settings)
        made[SIGN_IN] = choices.sign_in_of(settings, self.session)
        made.router.add_post("/api/messages", self._messages)
        if settings.demo_clock_url:
            made.router.add_post("/_demo/clock", self._told_to_follow)
        made.cleanup_ctx.append(self._beside)
        return made

    async def _messages(self, request: web.Request) -> web.Response:
        return await self.connector.handle(
            request, lambda activity: turn(self.world, activity), late
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

    async def _begin_with_clock(self) -> None:
        """Take over the demo's time. Raises BadSettings where its tenant is not there."""
        try:
            await self._read_clock()
        except (aiohttp.ClientError, TimeoutError):
            await self.session.close()
            raise BadSettings([_NO_TENANT]) from None

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
        for task in tasks:
            task.add_done_callback(_noticed)
        yield
        self.worker.stop()
        await asyncio.wait(tasks[1:2])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _noticed(task: "asyncio.Task[None]") -> None:
    """Say so when something that runs for ever has ended by itself."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("ended", exc_info=error)


def _with(index: Index, id_: ProfessionalId, kept: Kept | None) -> Index:
    if kept is None:
        return index.without_professional(id_)
    return index.with_professional(id_, kept.calendar, kept.services)


def _decided(tx: Tx, stated: Policy) -> tuple[Policy, dict[str, int]]:
    return deciding.policy(tx, stated), decisions.revisions(tx)


def _bookable(tx: Tx) -> list[ProfessionalId]:
    return [each.id for each in people.professionals(tx, bookable_only=True)]


def _services(tx: Tx) -> dict[str, Service]:
    return {each.key: each for each in services.services(tx)}


def _owe_sweep(tx: Tx, now: datetime) -> None:
    promise(tx, Promise("sweep", "sweep", due=now, again=True))
