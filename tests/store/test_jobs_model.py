"""Jobs against a model of them: whatever is done in whatever order, both agree.

The model is a few lists in memory and knows nothing of rows: who holds what, what is
due, how wide each lane is. Real time passes only when told.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from teams_app.store import jobs
from teams_app.store.jobs import ATTEMPTS_MAX, Promise
from tests import make
from tests.store.owing import LEASE, real_time_passes

WIDTHS = {"mailbox:1": 3, "other:1": 1, None: 999}
KEYS = {"a": "other:1", "b": "other:1", "c": None} | {
    f"m{number}": "mailbox:1" for number in range(4)
}

numbers = st.integers(0, 3)
keys = st.sampled_from(sorted(KEYS))


@dataclass
class Owed:
    """One job as the model sees it. Times are minutes, business and real apart."""

    due: float
    order: int
    next_due: float | None = None
    held_until: float | None = None
    not_before: float = 0
    attempt: int = 0
    claims: int = 0
    over: str | None = None


@dataclass
class World:
    now: float = 0
    real: float = 0
    owed: dict[str, Owed] = field(default_factory=dict)
    held: list[tuple[str, int, jobs.Job]] = field(default_factory=list)
    blocked: dict[str, float] = field(default_factory=dict)

    def free(self, job: Owed) -> bool:
        return (
            job.over is None
            and job.due <= self.now
            and job.not_before <= self.real
            and (job.held_until is None or job.held_until <= self.real)
        )

    def room(self, lane: str | None) -> int:
        if self.blocked.get(lane, 0) > self.real:
            return 0
        running = [
            job
            for key, job in self.owed.items()
            if KEYS[key] == lane and (job.held_until or 0) > self.real
        ]
        return WIDTHS[lane] - len(running)

    def claimable(self, limit: int) -> list[str]:
        room = {lane: self.room(lane) for lane in WIDTHS}
        chosen = []
        waiting = [key for key, job in self.owed.items() if self.free(job)]
        for key in sorted(
            waiting, key=lambda k: (self.owed[k].due, self.owed[k].order)
        ):
            if len(chosen) < limit and room[KEYS[key]] > 0:
                room[KEYS[key]] -= 1
                chosen.append(key)
        return chosen


class Machine(RuleBasedStateMachine):
    def __init__(self, database):
        super().__init__()
        self.database = database
        self.world = World()
        for table in ("jobs", "lanes"):
            database.write_here(lambda tx, t=table: tx.execute(sa.delete(sa.table(t))))

    def moment(self, minutes):
        return make.NOW + timedelta(minutes=minutes)

    @rule(key=keys, later=numbers, again=st.booleans())
    def promise(self, key, later, again):
        due = self.world.now + later
        self.database.write_here(
            jobs.promise,
            Promise("do", key, self.moment(due), lane=KEYS[key], again=again),
        )
        job = self.world.owed.get(key)
        if job is None:
            self.world.owed[key] = Owed(due, len(self.world.owed))
        elif again and job.over is not None:
            job.due, job.over, job.attempt, job.not_before = due, None, 0, 0
        elif again and job.held_until is not None:
            job.next_due = due if job.next_due is None else min(due, job.next_due)
        elif again:
            job.due = min(due, job.due)

    @rule()
    def promise_everything_again(self):
        for key in KEYS:
            self.promise(key, 0, again=True)

    @precondition(lambda self: self.world.held)
    @rule(data=st.data(), later=numbers)
    def promise_what_was_claimed(self, data, later):
        key, _, _ = data.draw(st.sampled_from(self.world.held))
        self.promise(key, later, again=True)

    @rule(limit=st.integers(1, 6))
    def claim(self, limit):
        expected = self.world.claimable(limit)
        claimed = self.database.write_here(
            lambda tx: jobs.claim(
                tx, self.moment(self.world.now), limit=limit, lease_seconds=LEASE
            )
        )
        assert [job.key for job in claimed] == expected
        for job in claimed:
            owed = self.world.owed[job.key]
            owed.held_until = self.world.real + LEASE / 60
            owed.attempt += 1
            owed.claims += 1
            if owed.next_due is not None and owed.next_due <= self.world.now:
                owed.next_due = None
            assert job.attempt == owed.attempt
            self.world.held.append((job.key, owed.claims, job))

    def ours(self, key, claim):
        owed = self.world.owed[key]
        return (
            owed.over is None and owed.held_until is not None and claim == owed.claims
        )

    def end(self, key, how):
        owed = self.world.owed[key]
        owed.held_until = None
        if owed.next_due is None:
            owed.over = how
        else:
            owed.due, owed.next_due = owed.next_due, None
            owed.attempt, owed.not_before = 0, 0

    @precondition(lambda self: self.world.held)
    @rule(data=st.data(), how=st.sampled_from(["done", "dead"]))
    def finish(self, data, how):
        key, claim, job = data.draw(st.sampled_from(self.world.held))
        ours = self.ours(key, claim)
        ended = jobs.finish if how == "done" else jobs.dead
        goes_on = how == "dead" and self.world.owed[key].next_due is not None
        assert self.database.write_here(ended, job, how) == (ours and not goes_on)
        if ours:
            self.end(key, how)

    @precondition(lambda self: self.world.held)
    @rule(data=st.data(), after=numbers, counts=st.booleans(), due=st.none() | numbers)
    def retry(self, data, after, counts, due):
        key, claim, job = data.draw(st.sampled_from(self.world.held))
        ours = self.ours(key, claim)
        until = None if due is None else self.world.now + due
        counts = counts and job.attempt < ATTEMPTS_MAX
        kept = self.database.write_here(
            lambda tx: jobs.retry(
                tx,
                job,
                after_seconds=60 * after,
                error="x",
                counts=counts,
                due=None if until is None else self.moment(until),
            )
        )
        assert kept == ours
        if ours:
            owed = self.world.owed[key]
            owed.held_until = None
            owed.not_before = self.world.real + after
            owed.attempt -= 0 if counts else 1
            owed.due = owed.due if until is None else until
            if owed.next_due is not None:
                owed.due = min(owed.due, owed.next_due)

    @precondition(lambda self: self.world.held)
    @rule()
    def renew(self):
        given = [job for _, _, job in self.world.held]
        alive = {
            key: job
            for key, claim, job in self.world.held
            if self.ours(key, claim)
            and self.world.owed[key].held_until > self.world.real
        }
        renewed = self.database.write_here(jobs.renew, given, LEASE)
        assert renewed == {job.id for job in alive.values()}
        for key in alive:
            self.world.owed[key].held_until = self.world.real + LEASE / 60

    @rule(lane=st.sampled_from(["mailbox:1", "other:1"]), minutes=st.integers(1, 3))
    def block(self, lane, minutes):
        self.database.write_here(jobs.block_lane, lane, 60 * minutes)
        until = max(self.world.blocked.get(lane, 0), self.world.real + minutes)
        self.world.blocked[lane] = until

    # Real time passes by uneven steps, so that nothing ends at the very moment
    # somebody looks, and the moments the test itself takes make no difference.
    @rule(minutes=st.sampled_from([0.35, 1.35, 3.35]))
    def real_time_passes(self, minutes):
        real_time_passes(self.database, 60 * minutes)
        self.world.real += minutes

    @rule(minutes=st.integers(1, 4))
    def business_time_passes(self, minutes):
        self.world.now += minutes

    @invariant()
    def counts_agree(self):
        owed = self.world.owed.values()
        assert self.database.read_here(jobs.figures) == {
            "open": sum(job.over is None for job in owed),
            "leased": sum((job.held_until or 0) > self.world.real for job in owed),
            "put_off": sum(
                job.over is None
                and job.held_until is None
                and job.not_before > self.world.real
                for job in owed
            ),
            "done": sum(job.over == "done" for job in owed),
            "dead": sum(job.over == "dead" for job in owed),
        }


def test_jobs_do_what_the_model_does(database, full):
    few = 40 if database.embedded else 10
    examples = settings(
        max_examples=300 if full else few,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(lambda: Machine(database), settings=examples)
