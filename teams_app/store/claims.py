"""Claiming jobs: who does what now, and how many at a time in each lane.

Claims are made one after another, so counting what runs in a lane is exact, however
many replicas there are. A claim is a lease in real time. A lease that has run out makes
its job due again, for whoever comes next; nobody has to notice that a worker died.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.model import AppointmentId, OfferId, ProfessionalId
from teams_app.store import clock, locks, marks
from teams_app.store.columns import maybe_moment, moment
from teams_app.store.database import Tx
from teams_app.store.tables import jobs as table
from teams_app.store.tables import lanes
from teams_app.store.upserts import insert

#: How many run at a time in a lane, by what stands before its colon; otherwise one.
#: Graph takes four requests at a time for a mailbox: one is left to whoever waits.
LANE_WIDTH = {"mailbox": 3, "sender": 2}

#: A job is tried so often. One that was begun as often without an end is claimed once
#: more, to be given up and not to be tried: it may be what kills its workers.
ATTEMPTS_MAX = 20

#: Kind of the rows that stand for an interactive call. They are never due.
LIVE = "live"
_NEVER = 1e18


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is ours until its lease ends."""

    id: int
    kind: str
    key: str
    lane: str | None
    payload: dict[str, Any]
    appointment: AppointmentId | None
    attempt: int  #: 1 the first time; tries that did not count are taken off again.
    fence: int  #: Rises with every claim; an older one can change nothing.
    rev: int  #: Rises with every promise of its key.
    due: datetime
    expires: datetime | None
    error: str | None = None  #: Why it was put off the last time.

    @property
    def spent(self) -> bool:
        """Begun too often without an end; nobody can say what went wrong."""
        return self.attempt > ATTEMPTS_MAX

    @property
    def professional(self) -> ProfessionalId:
        """Whose calendar or chat it is about."""
        return ProfessionalId(self.number("professional"))

    @property
    def offer(self) -> OfferId:
        return OfferId(self.number("offer"))

    def number(self, name: str) -> int:
        """Give a number of its payload."""
        return int(str(self.payload[name]))


def width(lane: str) -> int:
    return LANE_WIDTH.get(lane.partition(":")[0], 1)


def claim(
    tx: Tx,
    now: datetime,
    *,
    limit: int,
    lease_seconds: float,
    kinds: Collection[str] | None = None,
) -> list[Job]:
    """Take up to `limit` jobs that are due, soonest first, and lease them.

    `now` is business time. `kinds`: only these.
    """
    locks.advisory(tx.connection, locks.CLAIM)
    real = clock.read(tx)
    due: dict[str, Any] = {"now": now.timestamp(), "real": real}
    if kinds is not None:
        due["kinds"] = list(kinds)
    chosen = _choose(tx, due, limit)
    if not chosen:
        return []
    taken = {"chosen": chosen, "now": now.timestamp(), "until": real + lease_seconds}
    jobs = [_job(row) for row in tx.execute(_TAKE, taken)]
    return sorted(jobs, key=lambda job: (job.due, job.id))


# Asked for whenever the worker has a hand free, so put together once.

_NOW, _REAL = (sa.bindparam(each, type_=sa.Float) for each in ("now", "real"))
_OPEN_LANES = sa.or_(
    table.c.lane.is_(None),
    table.c.lane.not_in(sa.bindparam("closed", expanding=True)),
)
#: Due, not put off, nobody's, and its lane has room.
_READY = (
    sa.select(table.c.id, table.c.lane)
    .where(
        table.c.done_at.is_(None),
        table.c.due_at <= _NOW,
        table.c.not_before <= _REAL,
        marks.NOT_FROZEN,
        sa.or_(
            table.c.lease_until.is_(None),
            table.c.lease_until <= _REAL,
        ),
        _OPEN_LANES,
        table.c.id.not_in(sa.bindparam("chosen", expanding=True)),
    )
    .order_by(table.c.due_at, table.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_READY_OF_KINDS = _READY.where(table.c.kind.in_(sa.bindparam("kinds", expanding=True)))
_COVERED = table.c.next_due <= _NOW
_TAKE = (
    sa.update(table)
    .where(table.c.id.in_(sa.bindparam("chosen", expanding=True)))
    .values(
        lease_until=sa.bindparam("until", type_=sa.Float),
        attempt=table.c.attempt + 1,
        fence=table.c.fence + 1,
        next_due=sa.case((_COVERED, None), else_=table.c.next_due),
    )
    .returning(table)
)
_RUNNING = (
    sa.select(table.c.lane, sa.func.count().label("running"))
    .where(
        table.c.lease_until > _REAL,
        table.c.lane.is_not(None),
    )
    .group_by(table.c.lane)
)
_BLOCKED = sa.select(lanes.c.name).where(lanes.c.blocked_until > _REAL)


@dataclass(slots=True)
class _Room:
    """How much room there is in each lane."""

    running: Counter[str]
    closed: set[str]  #: Full, or blocked for a while.

    @classmethod
    def look(cls, tx: Tx, real: float) -> "_Room":
        counted = tx.execute(_RUNNING, {"real": real})
        running = Counter({row.lane: row.running for row in counted})
        closed = set(tx.execute(_BLOCKED, {"real": real}).scalars())
        closed |= {lane for lane, count in running.items() if count >= width(lane)}
        return cls(running, closed)

    def take(self, lane: str | None) -> bool:
        if lane is None:
            return True
        if lane in self.closed:
            return False
        self.running[lane] += 1
        if self.running[lane] >= width(lane):
            self.closed.add(lane)
        return True


def _choose(tx: Tx, due: dict[str, Any], limit: int) -> list[int]:
    """Pick in order of being due, passing over lanes as they fill up.

    Every round but the first takes at least one job or is the last, so a long line in
    one lane holds up no other. The first asks whether there is anything at all, which
    mostly there is not, before it is counted how much room there is. What another
    transaction is changing just now is left for next time, so a claim waits for nobody
    and nobody waits for it in a circle.
    """
    chosen: list[int] = []
    room: _Room | None = None
    ready = _READY_OF_KINDS if "kinds" in due else _READY
    while len(chosen) < limit:
        closed = sorted(room.closed) if room is not None else []
        left = {"closed": closed, "chosen": chosen, "most": 2 * limit}
        rows = tx.execute(ready, due | left).all()
        if not rows:
            break
        if room is None:
            room = _Room.look(tx, due["real"])
        for row in rows:
            if len(chosen) < limit and room.take(row.lane):
                chosen.append(row.id)
        if len(rows) < 2 * limit:
            break
    return chosen


def _job(row: sa.Row[Any]) -> Job:
    appointment = row.appointment_id
    return Job(
        id=row.id,
        kind=row.kind,
        key=row.key,
        lane=row.lane,
        payload=row.payload,
        appointment=None if appointment is None else AppointmentId(appointment),
        attempt=row.attempt,
        fence=row.fence,
        rev=row.rev,
        due=moment(row.due_at),
        expires=maybe_moment(row.expires_at),
        error=row.error,
    )


def renew(tx: Tx, jobs: Sequence[Job], lease_seconds: float) -> set[int]:
    """Lengthen our leases; gives the ids that are still ours.

    A lease that has run out is not revived: its place in the lane may be taken.
    """
    locks.advisory(tx.connection, locks.CLAIM)
    real = clock.read(tx)
    ours = sa.select(table.c.id).where(
        sa.tuple_(table.c.id, table.c.fence).in_([(job.id, job.fence) for job in jobs]),
        table.c.lease_until > real,
    )
    # One that is being promised again at this moment is renewed the next time: waiting
    # for its row while we hold others could be waiting in a circle.
    tx.execute(
        sa.update(table)
        .where(table.c.id.in_(ours.with_for_update(skip_locked=True)))
        .values(lease_until=real + lease_seconds)
    )
    return set(tx.execute(ours).scalars())


def block_lane(tx: Tx, lane: str, seconds: float) -> None:
    """Let nothing be claimed in the lane for so long, by any replica."""
    until = clock.read(tx) + seconds
    statement = insert(tx.connection, lanes).values(name=lane, blocked_until=until)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"blocked_until": statement.excluded.blocked_until},
            where=lanes.c.blocked_until < statement.excluded.blocked_until,
        )
    )


def leased_in_lane(tx: Tx, lane: str, kind: str) -> bool:
    """Say whether a job of this kind is running in the lane."""
    running = sa.select(table.c.id).where(
        table.c.lane == lane,
        table.c.kind == kind,
        table.c.lease_until > clock.read(tx),
    )
    return tx.execute(running.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A job before another about the same appointment, of which nothing has come yet."""

    id: int
    key: str
    running: bool
    waits: float  #: For how many seconds still, where it is not running.


def earlier_under_way(
    tx: Tx, job: Job, kinds: Collection[str], unsettled: str
) -> list[Earlier]:
    """Give the jobs of these kinds that come before this one.

    Those promised earlier that are running, or were put off as `unsettled`: nobody knows
    yet what came of them.
    """
    real = clock.read(tx)
    running = table.c.lease_until > real
    earlier = sa.select(
        table.c.id, table.c.key, table.c.not_before, running.label("runs")
    ).where(
        table.c.appointment_id == job.appointment,
        table.c.kind.in_(kinds),
        table.c.id < job.id,
        table.c.done_at.is_(None),
        sa.or_(running, table.c.error == unsettled),
    )
    return [
        Earlier(each.id, each.key, bool(each.runs), each.not_before - real)
        for each in tx.execute(earlier)
    ]


def bring_forward(tx: Tx, given: Iterable[int], within: float) -> None:
    """Have jobs tried within so many seconds."""
    later = clock.read(tx) + within
    tx.execute(
        sa.update(table)
        .where(
            table.c.id.in_(given),
            table.c.done_at.is_(None),
            table.c.lease_until.is_(None),
            table.c.not_before > later,
        )
        .values(not_before=later)
    )


def lanes_running(tx: Tx, kind: str) -> set[str]:
    """Give the lanes in which a job of this kind is running."""
    running = sa.select(table.c.lane).where(
        table.c.kind == kind,
        table.c.lane.is_not(None),
        table.c.lease_until > clock.read(tx),
    )
    return set(tx.execute(running).scalars())


def borrow(tx: Tx, lane: str, seconds: float) -> int | None:
    """Take a place in a lane for an interactive call; None: there is none free.

    It is given back with `give_back`, or by itself after so many seconds.
    """
    locks.advisory(tx.connection, locks.CLAIM)
    real = clock.read(tx)
    in_lane = (table.c.lane == lane) & (table.c.kind == LIVE)
    tx.execute(sa.delete(table).where(in_lane, table.c.lease_until <= real))
    running = sa.select(table.c.key).where(table.c.lane == lane)
    taken = set(tx.execute(running.where(table.c.lease_until > real)).scalars())
    if len(taken) >= width(lane):
        return None
    places = (f"{LIVE}:{lane}:{place}" for place in range(width(lane)))
    made = tx.execute(
        sa.insert(table)
        .values(
            key=next(place for place in places if place not in taken),
            kind=LIVE,
            lane=lane,
            payload={},
            due_at=_NEVER,
            not_before=0.0,
            lease_until=real + seconds,
            attempt=0,
            fence=0,
            rev=0,
        )
        .returning(table.c.id)
    )
    return int(made.scalar_one())


def give_back(tx: Tx, lease: int) -> None:
    """Give a borrowed place back. One that has run out is nobody's any more."""
    tx.execute(sa.delete(table).where(table.c.id == lease, table.c.kind == LIVE))
