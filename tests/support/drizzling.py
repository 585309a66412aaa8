"""The drizzle: a flow is run again and again, each time with another call failing.

A dry run is recorded first: it says which calls a flow makes and how many of each. Then
each of them fails in a run of its own, in four ways. *Once*: the call fails, the next one
goes through. *For good*: with that call its whole service (Graph; the bot's; the SMS
gateway) falls silent, as in an outage, which begins somewhere in a flow and has to do
with no one kind of call; the other services go on, and could tell what is not so. Each
*before* the call had an effect, or *after* it, when only its answer is lost.

An outage is lived through to its end: the ten hours of trying pass at once, for one try
is like the other, so that whatever gives up has given up. Then somebody must have been
told. Afterwards an admin tries again what was given up, and everything goes through.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from booking.health import Level, judge
from graph_sync.graph import Mail
from teams_app.actions import health
from teams_app.store import chats, jobs, tables
from teams_app.store.database import Tx
from tests import make
from tests.support.agreeing import is_true
from tests.support.small_world import SUPERVISOR, SmallWorld

#: Hours from now at which nothing else is, in office hours: one time for each run.
TIMES = [day * 24 + hour for day in (2, 3, 4, 14, 15, 16, 17, 18) for hour in range(6)]
A_WEEK = 24 * 7  #: So much after each of them nothing is either.
#: Minutes of business time: what is put off for a moment is due; an outage has lasted;
#: it has been over for so long that a question is asked anew.
SOON, LASTS, ASKED_ANEW = 2, 16, 61

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Way:
    """How a call fails."""

    for_good: bool
    after: bool  #: It took effect, and its answer is lost.


EACH_WAY = pytest.mark.parametrize(
    "way",
    [Way(for_good, after) for for_good in (False, True) for after in (False, True)],
    ids=["once-before", "once-after", "for-good-before", "for-good-after"],
)


@dataclass
class Rain:
    """One run of a flow, and the one call in it that fails: the n-th of its name."""

    small: SmallWorld
    way: Way
    hours: float  #: A time of this run's own.
    name: str = ""
    nth: int = 0  #: 0: it stays dry.
    #: What a flow waits for after an outage; less where its appointment begins soon.
    minutes_after: float = ASKED_ANEW
    calls: list[str] = field(default_factory=list)  #: Made while it might have rained.
    failed: list[str] = field(default_factory=list)

    def begins(self) -> None:
        self.small.gate.arm(
            self.nth,
            after=self.way.after,
            only=self.name,
            outage=self.way.for_good,
        )

    async def passes(self) -> None:
        """Let the worker meet it; let it end, and everything be read and done."""
        small, lasts = self.small, self.way.for_good and self.nth > 0
        if lasts:
            await _outage(small)
        else:
            await _and_soon(small)
        self.calls, self.failed = list(small.gate.calls), list(small.gate.failed)
        small.gate.disarm()
        if lasts:
            small.write(health.retry_all, "staff:admin", small.now)
            small.clock.advance(minutes=self.minutes_after)
            await small.settle_down()
        for each in (make.AINO, make.BO):
            small.pull(each)
        await small.settle_down()

    async def pressed(
        self,
        press: Callable[[], Awaitable[_T]],
        taken: Callable[[_T], bool],
        *,
        kept: bool = False,
    ) -> None:
        """Press a button in the rain; she who is told *not now* presses it again after.

        `kept`: her answer is, for a quarter of an hour: only an outage outlasts that.
        """
        answer = await press()
        await self.passes()
        if not taken(answer) and (self.way.for_good or not kept):
            again = await press()
            assert taken(again), again
            await _and_soon(self.small)


Run = Callable[[Rain], Awaitable[None]]


async def drizzle(small: SmallWorld, run: Run, way: Way) -> set[str]:
    """Run a flow dry, then with each of its calls failing; gives what failed."""
    _one_at_a_time(small)
    lies = _listened_to(small)
    logging.disable()  # every failure is planted, and its traceback would be read by none
    try:
        return await _drizzled(small, run, way, lies)
    finally:
        logging.disable(logging.NOTSET)


async def _drizzled(small: SmallWorld, run: Run, way: Way, lies: list[str]) -> set[str]:
    times = iter(TIMES)
    dry = Rain(small, way, next(times))
    await run(dry)
    assert dry.calls, "its calls are recorded"
    assert lies == [], lies
    counted = Counter(dry.calls)
    for name, count in sorted(counted.items()):
        for nth in range(1, count + 1):
            small.clock.set(make.NOW)
            small.write(_strangers)
            wet = Rain(small, way, next(times), name, nth)
            try:
                await run(wet)
            except AssertionError as wrong:
                wrong.add_note(f"when {name} failed the {nth}. time")
                raise
            assert lies == [], (name, nth, lies)
            assert name in wet.failed, (name, nth, wet.calls)
    return set(counted)


def _strangers(tx: Tx) -> None:
    """Let the bot meet everybody for the first time, as it did in the dry run."""
    for each in (make.a_professional().object_id, make.bo().object_id, SUPERVISOR):
        chats.forget_conversation(tx, each)


def _one_at_a_time(small: SmallWorld) -> None:
    """Let the worker do one thing after the other, in no thread but this one.

    The n-th call is then the same one in every run. What happens at once is for
    `tests/world`.
    """
    database = small.database

    async def write(work: Callable[..., _T], *args: Any, **named: Any) -> _T:
        return database.write_here(work, *args, **named)

    async def read(work: Callable[..., _T], *args: Any, **named: Any) -> _T:
        return database.read_here(work, *args, **named)

    async def rest(*, rounds: int) -> bool:
        worker = small.worker()
        for _ in range(rounds):
            if not small.write(small._is_due):
                return True
            for job in await worker._claim():
                await worker._keep(job)
        return False

    database.write = write
    database.read = read
    small.rest = rest


def _listened_to(small: SmallWorld) -> list[str]:
    """Have everything that is said to clients held against what is so at that moment."""
    lies: list[str] = []
    mail, text = small.graph.send, small.sms.send

    async def send(given: Mail) -> None:
        if not small.read(is_true, given.key):
            lies.append(given.key)
        await mail(given)

    async def send_sms(key: str, to: str, said: str) -> str:
        if not small.read(is_true, key):
            lies.append(key)
        return await text(key, to, said)

    small.graph.send = send
    small.sms.send = send_sms
    return lies


async def _and_soon(small: SmallWorld) -> None:
    await small.settle_down()
    small.clock.advance(minutes=SOON)
    await small.settle_down()


async def _outage(small: SmallWorld) -> None:
    """Let a service be silent until whatever gives up has given up."""
    await small.rest(rounds=3)
    small.clock.advance(minutes=LASTS)
    await small.rest(rounds=3)
    small.write(_at_the_last_try)
    await small.rest(rounds=3)
    undone = small.read(_undone)
    assert not undone or signs(small), undone


def _at_the_last_try(tx: Tx) -> None:
    """Let the tries of ten hours be over, but for the last."""
    table = tables.jobs
    in_vain = table.c.done_at.is_(None) & table.c.error.is_not(None)
    last = jobs.ATTEMPTS_MAX - 1
    tx.execute(sa.update(table).where(in_vain).values(attempt=last))


def _undone(tx: Tx) -> list[str]:
    """Give the promises that were tried in vain, and not kept since."""
    table = tables.jobs
    in_vain = (table.c.done_at.is_(None) & table.c.error.is_not(None)) | (
        (table.c.outcome == jobs.DEAD) & table.c.settled_at.is_(None)
    )
    return [row.key for row in tx.execute(sa.select(table.c.key).where(in_vain))]


def signs(small: SmallWorld) -> set[str]:
    """Give what health says is wrong. No worker sweeps here: of that it says nothing."""
    judged = judge(small.read(health.facts, small.policy, small.now))
    every = [*judged.signs, *(sign for one in judged.calendars for sign in one.signs)]
    wrong = {each.name for each in every if each.level is not Level.OK}
    return wrong - {"worker_silent"}
