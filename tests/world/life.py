"""One process of the product, from its start to its end, kind or not.

The real actions, store, errands, worker and Graph client. What goes out and what is
committed crosses a line at which the process may die: from then on nothing of it crosses
any more, as if the power had gone. The next life begins on the same database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from booking.availability import Index
from booking.links import Links
from booking.model import ProfessionalId, Service
from booking.policy import Policy
from dev_tenant.connector import names
from dev_tenant.connector.chats import Chats
from dev_tenant.graph.http import Graph
from dev_tenant.tenant import Tenant
from graph_sync.microsoft import Limits
from graph_sync.subscriptions import read_notices
from teams_app.actions import calendars, notices
from teams_app.errands import World
from teams_app.outside import Activity, ChatError, Conversation, Outside, SmsError
from teams_app.store import engines, services
from teams_app.store import people as people_rows
from teams_app.store.database import Committed, Database, Tx
from teams_app.worker import Worker
from teams_app.worker.keepers import KEEPERS, buried
from tests.support import in_process
from tests.support.moments import Ids
from tests.support.still import Moment
from tests.world.scene import PUBLIC

P = ParamSpec("P")
T = TypeVar("T")


class Killed(BaseException):
    """The process is no more. Nothing in the product may catch this."""


#: In whose name a task runs; None: nobody's of ours, such as the tenant's.
LIVING: ContextVar["Life | None"] = ContextVar("living", default=None)


@dataclass
class Fate:
    """When the process dies: at the n-th crossing from now, before or after its effect."""

    crossings: int = 0  #: 0: it lives on.
    after: bool = False
    name: str = ""  #: Where it struck.

    def strikes(self, name: str) -> bool:
        if not self.crossings:
            return False
        self.crossings -= 1
        if not self.crossings:
            self.name = name
        return not self.crossings


@dataclass
class Rough:
    """What befalls calls to Teams and to the SMS gateway, as chances from 0 to 1."""

    chance: Random
    refused: float = 0.0  #: Before anything was done.
    throttled: float = 0.0
    lost: float = 0.0  #: After it was done.

    def draw(self) -> str:
        point = self.chance.random()
        for name in ("refused", "throttled", "lost"):
            point -= getattr(self, name)
            if point < 0:
                return name
        return ""


@dataclass
class Ground:
    """What outlives a process: the database, the world outside, time."""

    engines: engines.Engines
    tenant: Tenant
    graph: Graph
    moment: Moment
    policy: Policy
    ids: Ids
    chance: Random
    rough: Rough
    committing: Callable[[Tx], None] = lambda _tx: None
    crossed: Callable[[str], None] = lambda _name: None
    limits: Limits = field(default_factory=Limits)
    #: Requests the tenant is at, whoever may have died waiting for them.
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)


class Life:
    """A process: its connections, its worker, its slot index."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.alive = True
        self.fate = Fate()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.index = Index.empty(ground.moment.now(), ground.policy.zone)
        self.database = LivingDatabase(self)
        self.graph = in_process.client(
            ground.graph, ground.limits, lambda: ground.moment.now().timestamp()
        )
        in_process.wire(self.graph, _Wire(self))
        self.world = World(
            self.database,
            Outside(
                graph=self.graph,
                chat=TenantChat(self),
                teams=self.graph.teams,
                sms=TenantSms(self),
                now=ground.moment.now,
                sleep=asyncio.sleep,
                ids=ground.ids,
                links=Links(b"a key of the tests, long enough", PUBLIC),
            ),
            ground.policy,
            index=lambda: self.index,
            services=lambda: self.database.read_here(_services),
        )
        self.worker = Worker(self.world, KEEPERS, buried)

    def start(self) -> None:
        for id_ in self.database.read_here(_bookable):
            self._read_anew(id_)
        self.run(self.worker.run())

    def run(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something in this life's name."""
        before = LIVING.set(self)
        try:
            return asyncio.get_running_loop().create_task(work)
        finally:
            LIVING.reset(before)

    async def cross(self, name: str, effect: Callable[[], Awaitable[T]]) -> T:
        """Do what is seen outside this process, unless it dies before or after."""
        for _ in range(self.ground.chance.randrange(3)):
            await asyncio.sleep(0)
            self._must_live()
        strikes = self.fate.strikes(name)
        if strikes and not self.fate.after:
            self.die()
        self._must_live()
        done = await effect()
        self.ground.crossed(name)
        if strikes:
            self.die()
        self._must_live()
        return done

    def die(self) -> None:
        self.alive = False

    def _must_live(self) -> None:
        if not self.alive:
            raise Killed

    async def bury(self) -> None:
        """Let go of what is left of a process that ends, without another crossing."""
        self.alive = False
        left = {task for task in self.tasks if not task.done()}
        in_process.settle(left)
        await asyncio.gather(*left, return_exceptions=True)
        await self.graph.aclose()

    @property
    def idle(self) -> bool:
        return not self.worker._running

    # What `main` does beside these: the hook for notices, and the index.

    async def hear(self, body: Any) -> None:
        found = read_notices(body)
        await self.database.write(notices.take, found, self.world.now())

    def told(self, committed: Committed) -> None:
        for id_ in sorted(committed.touched):
            self._read_anew(id_)
        self.index = self.index.rolled(self.ground.moment.now())
        if committed.promised:
            self.worker.wake()

    def _read_anew(self, id_: ProfessionalId) -> None:
        now = self.ground.moment.now()
        kept = self.database.read_here(calendars.kept, id_, self.ground.policy, now)
        if kept is None:
            self.index = self.index.without_professional(id_)
        else:
            self.index = self.index.with_professional(id_, kept.calendar, kept.services)


def _services(tx: Tx) -> dict[str, Service]:
    return {each.key: each for each in services.services(tx)}


def _bookable(tx: Tx) -> list[ProfessionalId]:
    return [each.id for each in people_rows.professionals(tx, bookable_only=True)]


#: Transactions that touch jobs and nothing else: most of all there are.
_OF_JOBS_ALONE = {"claim", "_finish", "retry", "renew", "borrow", "give_back"}


class LivingDatabase(Database):
    """Runs transactions where they are asked for; the process may die beside each."""

    def __init__(self, life: Life) -> None:
        super().__init__(life.ground.engines, life.told)
        self._life = life

    async def write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def watched(tx: Tx) -> T:
            done = work(tx, *args, **kwargs)
            if name not in _OF_JOBS_ALONE:
                self._life.ground.committing(tx)
            return done

        async def effect() -> T:
            return self.write_here(watched)

        name = _named(work)
        return await self._life.cross(f"commit {name}", effect)

    async def read(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._life._must_live()
        return self.read_here(work, *args, **kwargs)


def _named(work: Callable[..., Any]) -> str:
    plain: Callable[..., Any] = work.func if isinstance(work, partial) else work
    return plain.__name__


class _Wire(httpx.AsyncBaseTransport):
    def __init__(self, life: Life) -> None:
        self._life = life
        ground = life.ground
        self._wire = in_process.Wire(
            ground.graph, ground.limits.timeout, ground.under_way
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path}"
        return await self._life.cross(
            name, partial(self._wire.handle_async_request, request)
        )


class TenantChat:
    """Teams, reached without HTTP: the same chats the connector keeps."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._tenant = life.ground.tenant
        self._chats = Chats(self._tenant)

    async def _through(self, name: str, act: Callable[[], T]) -> T:
        async def effect() -> T:
            fault = self._life.ground.rough.draw()
            if fault == "refused":
                raise ChatError(502)
            if fault == "throttled":
                raise ChatError(429, 2.0)
            done = act()
            if fault == "lost":
                raise ChatError(0)
            return done

        return await self._life.cross(name, effect)

    def _chat(self, to: Conversation) -> Any:
        found = self._chats.by_id(to.conversation_id)
        if found is None:
            raise ChatError(404)
        return found

    async def send(self, to: Conversation, activity: Activity) -> str:
        def act() -> str:
            return str(self._chats.add(self._chat(to), activity, by="bot")["id"])

        return await self._through("chat.send", act)

    async def update(self, to: Conversation, id_: str, activity: Activity) -> None:
        def act() -> None:
            chat = self._chat(to)
            message = self._chats.message(chat, id_)
            if message is None or message["deleted"]:
                raise ChatError(404)
            self._chats.replace(chat, message, activity)

        await self._through("chat.update", act)

    async def delete(self, to: Conversation, id_: str) -> None:
        def act() -> None:
            chat = self._chat(to)
            message = self._chats.message(chat, id_)
            if message is not None:
                self._chats.delete(chat, message)

        await self._through("chat.delete", act)

    async def create(self, tenant: str, user: str) -> Conversation:
        def act() -> Conversation:
            chat = self._chats.of(user)
            bot = names.of_bot(self._tenant)
            return Conversation("http://127.0.0.1:1/", chat["id"], tenant, bot)

        return await self._through("chat.create", act)

    def found(self, tenant: str, chat: str) -> Conversation:
        bot = names.of_bot(self._tenant)
        return Conversation("http://127.0.0.1:1/", chat, tenant, bot)

    async def member(self, to: Conversation, id_: str) -> dict[str, Any]:
        del to
        return {"aadObjectId": id_, "name": "", "tenantId": self._tenant.id}


class TenantSms:
    """A gateway that keeps its references apart, into the tenant's inbox."""

    def __init__(self, life: Life) -> None:
        self._life = life

    async def send(self, key: str, to: str, text: str) -> str:
        async def effect() -> str:
            fault = self._life.ground.rough.draw()
            if fault in {"refused", "throttled"}:
                raise SmsError(503, final=False)
            self._keep(key, to, text)
            if fault == "lost":
                raise SmsError(0, final=False)
            return f"sms:{key}"

        return await self._life.cross("sms.send", effect)

    def _keep(self, key: str, to: str, text: str) -> None:
        tenant = self._life.ground.tenant
        if any(each.get("reference") == key for each in tenant.inbox):
            return
        tenant.inbox.append({"kind": "sms", "reference": key, "to": to, "text": text})
