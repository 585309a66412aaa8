"""The worker keeps promises: claim a job, do its part outside, record what came of it.

It acts at its own pace, woken by a commit that promised something. A job is looked at
again when it is done, not as it was when it was promised. Every failure is either tried
again later, or dead and shown to a person; none is silent. However a job dies, it ends
in `_bury`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from booking.reach import NOT_INSTALLED
from graph_sync.graph import REFUSED_BY_ENTRA, Forbidden, Refused, Throttled
from teams_app.actions.messages import KINDS as MESSAGES
from teams_app.errands import World
from teams_app.outside import ChatError, SmsError
from teams_app.store import jobs
from teams_app.store.database import Tx
from teams_app.store.jobs import Job, Promise

log = logging.getLogger("vuoro.worker")

LEASE_SECONDS = 60.0
#: A worker that is stuck outside stops before its lease is somebody else's.
TASK_SHARE = 0.45
AT_ONCE = 12
POLL_SECONDS = 1.0

#: A mail that nobody answered to may still be on its way: Sent Items is asked, and the
#: mail sent again, when it must have arrived.
UNANSWERED_SECONDS = 120.0
UNANSWERED = "unanswered"

#: Who may do what is not set right sooner than this.
TOKEN_SECONDS = 300.0
FORBIDDEN_SECONDS = 60.0

#: How the connector answers for a person who does not have the app (yet).
_NOT_INSTALLED = frozenset({403, 404})


@dataclass(frozen=True, slots=True)
class Done:
    outcome: str = "done"
    then: Promise | None = None  #: What is owed once this is written down.


@dataclass(frozen=True, slots=True)
class Again:
    """Try again: after some real seconds, or at a moment of business time.

    `counts`: whether it uses up one of the attempts. `lane`: everything in its lane
    waits as long.
    """

    seconds: float = 0.0
    due: datetime | None = None
    why: str = "later"
    counts: bool = True
    lane: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """It will never work; a person must see it."""

    why: str


Outcome = Done | Again | Dead
Keeper = Callable[[World, Job], Awaitable[Outcome]]
#: Lets a dead job be seen, in the transaction in which it dies.
Buried = Callable[[Tx, Job, datetime], None]


@dataclass(slots=True)
class Worker:
    """Runs beside the web server, or alone with `work`."""

    world: World
    keepers: dict[str, Keeper]
    buried: Buried
    lease_seconds: float = LEASE_SECONDS
    kinds: Collection[str] | None = None  #: Only these promises; None: all.
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _held: dict[int, Job] = field(default_factory=dict)
    _stopping: bool = False

    @property
    def task_seconds(self) -> float:
        """How long one job may take outside."""
        return self.lease_seconds * TASK_SHARE

    def wake(self) -> None:
        """Look for work now. Safe to call from the event loop at any time."""
        self._woken.set()

    async def run(self) -> None:
        """Claim and do until `stop`; what is in flight is finished first."""
        async with asyncio.TaskGroup() as group:
            renewer = group.create_task(self._renew())
            try:
                while not self._stopping:
                    await self._step()
            finally:
                if self._running:
                    await asyncio.wait(self._running, timeout=self.task_seconds)
                renewer.cancel()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in flight is done."""
        self._stopping = True
        self._woken.set()

    async def _step(self) -> None:
        self._woken.clear()
        try:
            claimed = await self._claim()
        except Exception:
            log.exception("claim failed")
            claimed = []
            await self._pause(POLL_SECONDS)
        for job in claimed:
            task = asyncio.create_task(self._keep(job), name=job.key)
            self._running.add(task)
            task.add_done_callback(self._finished)
        if not claimed:
            await self._pause(POLL_SECONDS)

    async def _claim(self) -> list[Job]:
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return []
        claimed = await self.world.database.write(
            jobs.claim,
            self.world.now(),
            limit=room,
            lease_seconds=self.lease_seconds,
            kinds=self.kinds,
        )
        self._held.update((job.id, job) for job in claimed)
        return claimed

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._woken.set()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _renew(self) -> None:
        while True:
            await self.world.outside.sleep(self.lease_seconds / 3)
            held = list(self._held.values())
            if not held:
                continue
            try:
                await self.world.database.write(jobs.renew, held, self.lease_seconds)
            except Exception:
                # The database may be back before the leases end.
                log.exception("renewing failed")

    async def _keep(self, job: Job) -> None:
        try:
            outcome = await self._outcome(job)
            await self._record(job, outcome)
        except Exception:
            # The lease runs out and the job is due again: nothing is lost.
            log.exception("recording failed", extra={"job": job.key})
        finally:
            # Once its lease had run out, it may have come back to us under another.
            if self._held.get(job.id) is job:
                del self._held[job.id]

    async def _outcome(self, job: Job) -> Outcome:
        now = self.world.now()
        if job.expires is not None and now >= job.expires:
            # One that was tried in vain is a promise broken; one found late is not, nor
            # one for somebody whose chat is closed: she is told otherwise, and listed.
            broken = job.error is not None and job.error != NOT_INSTALLED
            return Dead(f"expired:{job.error}") if broken else Done("expired")
        if job.spent:
            return Dead("never_ended")
        keeper = self.keepers.get(job.kind)
        if keeper is None:
            return Dead("unknown_kind")
        try:
            async with asyncio.timeout(self.task_seconds):
                return await keeper(self.world, job)
        except Exception as error:  # noqa: BLE001  each has an answer below
            says = job.kind in MESSAGES
            spread = crc32(f"{job.key}:{job.attempt}".encode()) / 2**32
            return after_failure(error, job.attempt, says=says, spread=spread)

    async def _record(self, job: Job, outcome: Outcome) -> None:
        database = self.world.database
        match outcome:
            case Done():
                await database.write(_finish, job, outcome)
            case Again():
                await self._again(job, outcome)
            case Dead():
                log.error("dead", extra={"job": job.key, "why": outcome.why})
                await database.write(self._bury, job, outcome.why)

    def _bury(self, tx: Tx, job: Job, why: str) -> None:
        if jobs.dead(tx, job, why):
            self.buried(tx, job, self.world.now())

    async def _again(self, job: Job, outcome: Again) -> None:
        if outcome.counts and job.attempt >= jobs.ATTEMPTS_MAX:
            await self._record(job, Dead(outcome.why))
            return
        await self.world.database.write(_put_off, job, outcome)


def _finish(tx: Tx, job: Job, outcome: Done) -> None:
    if jobs.finish(tx, job, outcome.outcome) and outcome.then is not None:
        jobs.promise(tx, outcome.then)


def _put_off(tx: Tx, job: Job, outcome: Again) -> None:
    if outcome.lane and job.lane is not None:
        jobs.block_lane(tx, job.lane, outcome.seconds)
    jobs.retry(
        tx,
        job,
        after_seconds=outcome.seconds,
        # Waiting for its hour is no failure.
        error=outcome.why if outcome.due is None else None,
        counts=outcome.counts,
        due=outcome.due,
    )


def after_failure(
    error: Exception, attempt: int, *, says: bool = False, spread: float = 0.5
) -> Outcome:
    """Decide what a failure means: wait as told, wait longer each time, or give up.

    `says`: it says something to a client, which may go out after it was cut off.
    `spread`: from 0 to 1, by which those that failed together are told apart.
    """
    if isinstance(error, Throttled):
        return Again(error.retry_after, why="throttled", counts=False, lane=True)
    if isinstance(error, Refused):
        log.error("refused", extra={"code": error.code, "request": error.request_id})
        return Dead(f"refused:{error.code}")
    if isinstance(error, ChatError) and (
        wait := _as_teams_says(error, attempt, spread)
    ):
        return wait
    if isinstance(error, Forbidden):
        return _not_let_in(error, attempt)
    if says and isinstance(error, TimeoutError):
        return Again(UNANSWERED_SECONDS, why=UNANSWERED)
    log.warning("failed", exc_info=error, extra={"attempt": attempt})
    # What the gateway says of one try says nothing of those before, of which any may
    # have gone out.
    sms = isinstance(error, SmsError)
    return Again(_backoff(attempt), why=UNANSWERED if sms else type(error).__name__)


def _as_teams_says(error: ChatError, attempt: int, spread: float) -> Again | None:
    if error.retry_after is not None:
        wait = error.retry_after + error.behind
        return Again(wait, why="throttled", counts=False)
    if error.status in _NOT_INSTALLED:
        return Again(300.0, why=NOT_INSTALLED, counts=False)
    if error.passing:
        return Again(_backoff(attempt) * (0.5 + spread), why="ChatError")
    return None


def _not_let_in(error: Forbidden, attempt: int) -> Again:
    """Wait for a person to set right who may do what.

    Without a token nothing at all goes, and nothing of it is the job's own fault: it is
    still owed when the secret has been renewed, however long that takes.
    """
    if error.code == REFUSED_BY_ENTRA:
        return Again(TOKEN_SECONDS, why=REFUSED_BY_ENTRA, counts=False)
    wait = max(FORBIDDEN_SECONDS, _backoff(attempt))
    return Again(wait, why=f"forbidden:{error.code}")


def _backoff(attempt: int) -> float:
    """Wait 1, 2, 4 ... seconds, at most an hour: all tries together take ten hours."""
    return float(min(3600, 2 ** max(0, attempt - 1)))
