"""The storm: people, faults and deaths drawn from one integer, step by step.

`blow` plays a seed and gives the storm as it ended, calm again. What went on stands in
`trace`; the same seed gives the same trace. Nothing is judged here: see `checks`.
"""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import unquote_plus

import sqlalchemy as sa

from booking.model import AppointmentId
from dev_tenant.connector.chats import Chats
from dev_tenant.faces.diary import Diary
from teams_app.actions.doubts import EMPTIED
from teams_app.actions.handovers import DRAGGING
from teams_app.store import tables
from teams_app.store.database import Database, Tx
from teams_app.store.tables import jobs
from tests.support import in_process
from tests.support.moments import Ids
from tests.support.small_world import connected
from tests.support.still import Moment, StillLoop, at_moment
from tests.world import deeds, outlook, weather
from tests.world.evidence import Evidence, Records, moment
from tests.world.life import LIVING, Ground, Killed, Life, Rough
from tests.world.scene import PEOPLE, WORKERS, furnish, policy_of, tenant_of

STEPS = 60
#: Beginnings: an ordinary Monday, and Fridays before the clocks change.
STARTS = (
    datetime(2026, 11, 23, 6, 0, tzinfo=UTC),
    datetime(2026, 10, 23, 6, 0, tzinfo=UTC),
    datetime(2027, 3, 26, 7, 0, tzinfo=UTC),
)

#: Promises for a day to come: the end of a storm does not wait for them.
IN_ITS_TIME = (
    "sweep",
    "live",
    "remind",
    "remind_professional",
    "morning",
    "check",
    "check_all",
    "ask_mailboxes",
    "ask_mailbox",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step, and how often it comes."""

    name: str
    weight: int
    act: Callable[
        ["Storm"], Any
    ]  #: Gives what it did in a few words, at once or later.


KINDS = (
    Kind("client books", 14, deeds.client_books),
    Kind("two want one time", 3, deeds.two_want_one),
    Kind("client moves", 5, deeds.client_moves),
    Kind("client cancels", 4, deeds.client_cancels),
    Kind("staff book", 6, deeds.staff_book),
    Kind("staff offer", 5, deeds.staff_offer),
    Kind("client chooses", 6, deeds.client_chooses),
    Kind("staff move", 3, deeds.staff_move),
    Kind("staff hand over", 4, deeds.supervisor_hands),
    Kind("staff undo", 4, deeds.supervisor_undoes),
    Kind("a card is pressed", 6, deeds.press_any),
    Kind("a question is answered", 9, deeds.answer_question),
    Kind("foreign event", 9, outlook.add),
    Kind("foreign event changed", 8, outlook.change),
    Kind("foreign event deleted", 4, outlook.delete),
    Kind("our event moved", 6, outlook.move_ours),
    Kind("our event resized", 2, outlook.resize_ours),
    Kind("our event deleted", 4, outlook.delete_ours),
    Kind("our event edited", 4, outlook.edit_ours),
    Kind("our event's body edited", 4, outlook.edit_body),
    Kind("our event dragged away", 4, outlook.hand_ours),
    Kind("our event copied", 3, outlook.copy_ours),
    Kind("our event made all-day", 1, outlook.all_day_ours),
    Kind("a colleague invited", 2, outlook.invite_to_ours),
    Kind("mailbox settings", 2, outlook.settings),
    Kind("a hand-over is answered", 5, deeds.answer_handover),
    Kind("calendar emptied", 1, outlook.empty),
    Kind("Graph is bad", 4, weather.bad_graph),
    Kind("Graph is fair", 4, weather.fair_graph),
    Kind("one fault", 6, weather.one_fault),
    Kind("a switch", 6, weather.switch),
    Kind("a mailbox closes", 1, weather.closed_mailbox),
    Kind("delta links forgotten", 2, weather.forgotten_links),
    Kind("subscription", 3, weather.subscription),
    Kind("Teams is bad", 3, weather.bad_teams),
    Kind("a card is gone", 1, weather.gone_card),
    Kind("mortal", 6, weather.mortal),
)


@dataclass
class Storm:
    seed: int
    url: str
    moment: Moment
    kinds: tuple[Kind, ...] = KINDS
    trace: list[str] = field(default_factory=list)
    watch: Callable[[Evidence], None] = lambda _evidence: None
    talkative: bool = False  #: Everything that crosses stands in the trace too.

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.workers = WORKERS
        self.engines = connected(self.url)
        self.ledger = Database(self.engines, None)  #: For those who look on.
        self.tenant, self.graph = tenant_of(self.seed, self.moment)
        self.diary = Diary(self.tenant)
        self.rough = Rough(Random(self.seed + 1))
        self.policy = policy_of(
            polling_only=self.chance.random() < 0.2,
            trusts_moves=self.chance.random() < 0.2,
        )
        self.trusting = self.chance.random() < 0.3
        self.records = Records(self.tenant, self.moment.now)
        self.ground = Ground(
            engines=self.engines,
            tenant=self.tenant,
            graph=self.graph,
            moment=self.moment,
            policy=self.policy,
            ids=Ids(self.seed),
            chance=Random(self.seed + 2),
            rough=self.rough,
            committing=self.records.committing,
        )
        if self.talkative:
            self.ground.crossed = lambda name: self.note(f"    {name}")
        self.requests = 0
        self.handed: list[tuple[AppointmentId, int]] = []
        self.meanwhile: set[asyncio.Task[str]] = set()
        in_process.redirect(self.graph, self._hear)

    @property
    def now(self) -> datetime:
        return self.moment.now()

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            self.ledger, self.tenant, self.records, self.policy, self.now, self.life
        )

    def read(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return self.ledger.read_here(work, *args, **named)

    def messages(self) -> list[Any]:
        """Give what stands in the chats, the bot's part."""
        chats = Chats(self.tenant)
        return [
            message
            for each in PEOPLE
            for message in chats.of(each)["messages"]
            if message["by"] == "bot"
        ]

    # Playing.

    async def play(self, steps: int) -> None:
        self.ledger.write_here(furnish, self.now, trusting=self.trusting)
        self.life = Life(self.ground)
        self.life.start()
        await asyncio.sleep(3)
        for number in range(steps):
            await self._step(number)
            self.watch(self.evidence)
        await self.calm()

    async def _step(self, number: int) -> None:
        doing = asyncio.get_running_loop().create_task(self._do(number))
        self.meanwhile.add(doing)
        doing.add_done_callback(self.meanwhile.discard)
        if self.chance.random() < 0.7:
            await asyncio.gather(*self.meanwhile)
        await asyncio.sleep(self.chance.choice((0.0, 0.0, 0.3, 0.3, 1.0, 2.0, 4.0)))
        if not self.life.alive:
            await self._begin_anew()
        if self.chance.random() < 0.2:
            await self.leap(self._some_time())

    async def _do(self, number: int) -> str:
        """Do something; what there is nothing to do it to is something else."""
        weights = [kind.weight for kind in self.kinds]
        for _ in range(4):
            (kind,) = self.chance.choices(self.kinds, weights)
            done = kind.act(self)
            said = str(await done if asyncio.iscoroutine(done) else done)
            if said != "none":
                break
        self.note(f"{number} {kind.name}: {said}")
        return said

    def note(self, said: str) -> None:
        self.trace.append(f"{self.now:%d.%m. %H:%M:%S.%f} {said}")

    def _some_time(self) -> timedelta:
        return self.chance.choice(
            (
                timedelta(minutes=3),
                timedelta(minutes=3),
                timedelta(minutes=11),
                timedelta(minutes=11),
                timedelta(minutes=50),
                timedelta(minutes=50),
                timedelta(hours=3),
                timedelta(hours=14),
            )
        )

    async def leap(self, by: timedelta) -> None:
        """Let time pass of which nothing is seen; nobody is in the middle of anything."""
        for _ in range(200):
            busy = self.meanwhile or self.ground.under_way
            if self.life.idle and not busy:
                break
            await asyncio.sleep(0.5)
            if not self.life.alive:
                await self._begin_anew()
        self.moment.leap(by)
        self.life.index = self.life.index.rolled(self.now)
        self.life.worker.wake()
        await asyncio.sleep(0.1)

    async def _begin_anew(self) -> None:
        """The process has died; after a while another one stands in its place."""
        where = self.life.fate.name
        await self.life.bury()
        if self.ground.under_way:
            # What Graph was asked it ends in a moment, not after a day.
            await asyncio.wait(self.ground.under_way)
        down = self.chance.choice(weather.DOWN)
        self.note(f"died at {where}, down for {down}")
        self.moment.leap(down)
        self.life = Life(self.ground)
        self.life.start()

    async def ask(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Let the product do something for somebody; None when it died over it."""
        try:
            return await self.life.run(work)
        except Killed:
            return None

    async def _hear(self, url: str, body: Any) -> tuple[int, str]:
        _, _, query = url.partition("validationToken=")
        if query:
            return 200, unquote_plus(query)
        try:
            await self.life.run(self.life.hear(body))
        except Killed:
            return 0, ""
        return 202, ""

    # Calm again.

    async def calm(self) -> None:
        """Stop the faults, then let time pass until nothing is owed any more."""
        if self.meanwhile:
            await asyncio.wait(self.meanwhile)
        weather.clears(self)
        if not self.life.alive:
            await self._begin_anew()
        self.note("calm")
        await self._until_nothing_is_owed()
        for _ in range(2):
            # Every calendar is read once more, and what follows from it is done.
            await self.leap(timedelta(minutes=16))
            await asyncio.sleep(4)
        owed = self.read(_next_due)
        if owed is not None and owed <= (self.now + DRAGGING).timestamp():
            # A copy that only this reading has found waits for its other half.
            await self.leap(DRAGGING)
            await asyncio.sleep(4)
        if self.read(_last_doubted) is not None:
            await self._until_nothing_is_owed()
        self.note("over")

    async def _until_nothing_is_owed(self) -> None:
        """Let time pass, a day and a little more at most."""
        ends = self.now + timedelta(hours=26)
        while self.now < ends:
            await asyncio.sleep(1.5)
            owed = self.read(_next_due)
            doubted = self.read(_last_doubted)
            if doubted is not None:
                # What has emptied is believed a day after it was seen.
                ends = max(ends, moment(doubted) + timedelta(hours=25))
            if owed is None or owed > ends.timestamp():
                break
            wait = timedelta(seconds=max(0.0, owed - self.now.timestamp()))
            # The sweep of each minute is no news: some of them are enough.
            await self.leap(max(wait, timedelta(minutes=7)))

    async def end(self) -> None:
        await self.life.bury()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _next_due(tx: Tx) -> float | None:
    """Give when the next thing may be done: due, put off or leased.

    What comes at its own time, whatever the weather, is left out.
    """
    table = jobs
    open_ones = table.c.done_at.is_(None) & table.c.kind.not_in(IN_ITS_TIME)
    rows = tx.execute(sa.select(table).where(open_ones))
    moments = [
        max(row.due_at, row.not_before or 0.0, row.lease_until or 0.0) for row in rows
    ]
    return min(moments, default=None)


def _last_doubted(tx: Tx) -> int | None:
    """Give when the calendar was seen to be empty that is still doubted."""
    table = tables.calendars
    doubted = table.c.last_error == EMPTIED
    chosen = sa.select(sa.func.max(table.c.failing_since)).where(doubted)
    found: int | None = tx.execute(chosen).scalar()
    return found


@contextmanager
def blown(seed: int, url: str, *, steps: int = STEPS, **how: Any) -> Iterator[Storm]:
    """Play a seed on an empty database; give the storm while its ground stands."""
    loop = StillLoop()
    moment = Moment(STARTS[seed % len(STARTS)], loop)
    loop.set_task_factory(_of_a_life)
    loop.set_exception_handler(_complain)
    asyncio.set_event_loop(loop)
    gc.freeze()  # a world is small, and what it was made of is not looked through
    gc.disable()
    storm = Storm(seed, url, moment, **how)
    log = logging.getLogger("vuoro")
    log.addHandler(storm.records)
    log.propagate = False
    try:
        with at_moment(moment.now):
            try:
                loop.run_until_complete(storm.play(steps))
                yield storm
            finally:
                loop.run_until_complete(storm.end())
    finally:
        storm.ledger.close()
        log.removeHandler(storm.records)
        log.propagate = True
        asyncio.set_event_loop(None)
        loop.close()
        gc.enable()


def _of_a_life(
    loop: asyncio.AbstractEventLoop, work: Any, **named: Any
) -> asyncio.Task[Any]:
    made = asyncio.Task(work, loop=loop, **named)
    life = LIVING.get()
    if life is not None and "context" not in named:
        life.tasks.add(made)
        made.add_done_callback(life.tasks.discard)
    return made


def _complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseExceptionGroup):
        _, error = error.split(Killed)
    if error is not None and not isinstance(error, Killed):
        loop.default_exception_handler(context)
