"""Jobs: everything the world is owed, from the promise to what came of it.

`due`, `expires` and `now` are business time, which the demo may move; leases, delays
and the moment a job ended are the database's own clock. What ends a job is fenced: a
worker whose lease ran out and went to another changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import sqlalchemy as sa

from teams_app.store import clock
from teams_app.store.claims import (
    ATTEMPTS_MAX,
    LANE_WIDTH,
    LIVE,
    Earlier,
    Job,
    block_lane,
    borrow,
    bring_forward,
    claim,
    earlier_under_way,
    give_back,
    lanes_running,
    leased_in_lane,
    renew,
)
from teams_app.store.columns import moment
from teams_app.store.database import Tx
from teams_app.store.promises import (
    Promise,
    any_due,
    due_of,
    hurry,
    known,
    mailbox_lane,
    outcomes,
    payload,
    promise,
    take_back,
    withdraw,
)
from teams_app.store.tables import jobs as table

__all__ = [
    "ATTEMPTS_MAX",
    "DEAD",
    "LANE_WIDTH",
    "DeadJob",
    "Earlier",
    "Job",
    "Promise",
    "any_due",
    "block_lane",
    "borrow",
    "bring_forward",
    "claim",
    "dead",
    "dead_jobs",
    "due_of",
    "earlier_under_way",
    "figures",
    "finish",
    "give_back",
    "hurry",
    "known",
    "lanes_running",
    "leased_in_lane",
    "mailbox_lane",
    "outcomes",
    "payload",
    "promise",
    "promise_again",
    "renew",
    "retry",
    "take_back",
    "withdraw",
]

DEAD = "dead"
_ERROR_LENGTH_MAX = 500


def finish(tx: Tx, job: Job, outcome: str) -> bool:
    """End a job. False: it was no longer ours, and nothing has changed.

    What was promised again meanwhile is open again at once.
    """
    return _end(tx, job, outcome, None) is not _Ended.NOT_OURS


def dead(tx: Tx, job: Job, error: str) -> bool:
    """End a job that will never work; a person must see it.

    False: it was not ours, or it has been promised again meanwhile and goes on.
    """
    return _end(tx, job, DEAD, error) is _Ended.OVER


class _Ended(Enum):
    NOT_OURS = auto()
    OPEN_AGAIN = auto()
    OVER = auto()


def _end(tx: Tx, job: Job, outcome: str, error: str | None) -> _Ended:
    said = error and error[:_ERROR_LENGTH_MAX]
    ending = {"real": clock.read(tx), "came_to": outcome, "said": said}
    ended = tx.execute(_ENDING, ending | _ours(job)).first()
    if ended is None:
        return _Ended.NOT_OURS
    if ended.done_at is None:
        tx.promised = True
        return _Ended.OPEN_AGAIN
    return _Ended.OVER


def _ours(job: Job) -> dict[str, int]:
    return {"job": job.id, "ours": job.fence}


#: Nobody has claimed the job since, and we have not let go of it ourselves.
_STILL_OURS = sa.and_(
    table.c.id == sa.bindparam("job"),
    table.c.fence == sa.bindparam("ours"),
    table.c.lease_until.is_not(None),
)
_OVER = table.c.next_due.is_(None)
_ENDING = (
    sa.update(table)
    .where(_STILL_OURS)
    .values(
        done_at=sa.case((_OVER, sa.bindparam("real", type_=sa.Float))),
        outcome=sa.case((_OVER, sa.bindparam("came_to", type_=sa.Text))),
        error=sa.bindparam("said", type_=sa.Text),
        due_at=sa.func.coalesce(table.c.next_due, table.c.due_at),
        next_due=None,
        not_before=0.0,
        attempt=sa.case((_OVER, table.c.attempt), else_=0),
        lease_until=None,
    )
    .returning(table.c.done_at)
)


def retry(
    tx: Tx,
    job: Job,
    *,
    after_seconds: float,
    error: str | None,
    counts: bool = True,
    due: datetime | None = None,
) -> bool:
    """Put a job off: for some real seconds, and if given until a business moment.

    `counts`: it uses up one of ATTEMPTS_MAX, after the last of which it is `dead`.
    False: it was no longer ours.
    """
    assert not counts or job.attempt < ATTEMPTS_MAX, job.key
    until = table.c.due_at if due is None else sa.literal(due.timestamp())
    put_off = tx.execute(
        sa.update(table)
        .where(_STILL_OURS)
        .values(
            # Promised again while it ran: that may be due sooner.
            due_at=sa.case((table.c.next_due < until, table.c.next_due), else_=until),
            not_before=clock.read(tx) + after_seconds,
            error=error and error[:_ERROR_LENGTH_MAX],
            attempt=table.c.attempt - (0 if counts else 1),
            lease_until=None,
        )
        .returning(table.c.id),
        _ours(job),
    )
    return put_off.first() is not None


def promise_again(tx: Tx, job: Job, due: datetime) -> None:
    """Owe a job anew as it was owed before, with all its tries."""
    promise(
        tx,
        Promise(
            job.kind,
            job.key,
            due=due,
            lane=job.lane,
            payload=job.payload,
            appointment=job.appointment,
            expires=job.expires,
            again=True,
        ),
    )


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job given up, for a person to look at."""

    id: int
    kind: str
    key: str
    error: str | None
    ended: datetime  #: Real time.


def dead_jobs(tx: Tx, limit: int = 100) -> list[DeadJob]:
    """Give the jobs that were given up, the latest first."""
    chosen = sa.select(table).where(table.c.outcome == DEAD)
    return [
        DeadJob(row.id, row.kind, row.key, row.error, moment(row.done_at))
        for row in tx.execute(chosen.order_by(table.c.done_at.desc()).limit(limit))
    ]


def figures(tx: Tx) -> dict[str, int]:
    """Count jobs: open, of them leased and put off for a while; done; dead."""
    is_open = table.c.done_at.is_(None)
    is_dead = table.c.outcome == DEAD
    count = sa.func.count
    row = tx.execute(
        sa.select(
            count().filter(is_open).label("open"),
            count()
            .filter(is_open, table.c.lease_until > clock.read(tx))
            .label("leased"),
            count()
            .filter(
                is_open,
                table.c.lease_until.is_(None),
                table.c.not_before > clock.read(tx),
            )
            .label("put_off"),
            count().filter(sa.not_(is_open), sa.not_(is_dead)).label("done"),
            count().filter(is_dead).label(DEAD),
        ).where(table.c.kind != LIVE)
    ).one()
    return dict(row._mapping)  # noqa: SLF001 - its public name
