"""How well things go, in figures: written where something is heard, read in one go.

What is written here is a column at a time, so that a round of reading that is under way
cannot put it back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.model import AppointmentId, Channel, ProfessionalId
from teams_app.store import clock, tables
from teams_app.store.columns import maybe_moment, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.deliveries import FAILED, INTENDED
from teams_app.store.jobs import DEAD
from teams_app.store.upserts import upsert


def heard(tx: Tx, ids: Collection[ProfessionalId], now: datetime) -> None:
    """Keep that genuine notices of these calendars came."""
    table = tables.calendars
    tx.execute(
        sa.update(table)
        .where(table.c.professional_id.in_(ids))
        .values(heard_at=seconds(now))
    )


def poll_every(tx: Tx, id_: ProfessionalId, every: timedelta) -> None:
    """Keep how long this calendar may go unread."""
    tx.execute(_POLL_EVERY, {"whose": id_, "seconds": int(every.total_seconds())})


_POLL_EVERY = (
    sa.update(tables.calendars)
    .where(tables.calendars.c.professional_id == sa.bindparam("whose"))
    .values(poll_every=sa.bindparam("seconds"))
)


def checked(tx: Tx, id_: ProfessionalId, differing: int, now: datetime) -> None:
    """Keep that a calendar was compared from end to end, and how much differed."""
    table = tables.calendars
    tx.execute(
        sa.update(table)
        .where(table.c.professional_id == id_)
        .values(checked_at=seconds(now), differing=differing)
    )


#: The only row of its table.
_THE_ONE = 1


def keep_ahead(tx: Tx, ahead: int, now: datetime) -> None:
    """Keep by how many seconds our clock is ahead of Graph's, as heard now."""
    values = {"id": _THE_ONE, "ahead": ahead, "heard_at": seconds(now)}
    upsert(tx.connection, tables.clock_skew, ["id"], values)


def ahead(tx: Tx, since: datetime) -> int | None:
    """Say by how much our clock was ahead, unless that was heard before a moment."""
    table = tables.clock_skew
    chosen = sa.select(table.c.ahead).where(table.c.heard_at >= seconds(since))
    found: int | None = tx.execute(chosen).scalar()
    return found


@dataclass(frozen=True, slots=True)
class Lane:
    """What is due in one lane, of one kind."""

    kind: str
    lane: str | None
    count: int
    failing: int  #: Of these, tried in vain at least once.
    since: datetime  #: Business time at which the first was due.
    failing_since: datetime | None  #: And the first of those tried in vain.


def due(tx: Tx, now: datetime, *, barred: Sequence[str] = ()) -> list[Lane]:
    """Count what is due and not done, by kind and lane.

    `barred`: how the errors begin of what only a person can set right; it is no failing.
    """
    table = tables.jobs
    number = sa.func.count
    in_vain = sa.and_(
        table.c.error.is_not(None),
        *(table.c.error.not_like(f"{each}%") for each in barred),
    )
    rows = tx.execute(
        sa.select(
            table.c.kind,
            table.c.lane,
            number().label("due"),
            number().filter(in_vain).label("failing"),
            sa.func.min(table.c.due_at).label("since"),
            sa.func.min(table.c.due_at).filter(in_vain).label("failing_since"),
        )
        .where(table.c.done_at.is_(None), table.c.due_at <= now.timestamp())
        .group_by(table.c.kind, table.c.lane)
        .order_by(table.c.kind, table.c.lane)
    )
    return [
        Lane(
            row.kind,
            row.lane,
            row.due,
            row.failing,
            moment(row.since),
            maybe_moment(row.failing_since),
        )
        for row in rows
    ]


def due_at(tx: Tx, key: str) -> datetime | None:
    """Give when an open job is due; None: there is none of this key."""
    table = tables.jobs
    found = tx.execute(
        sa.select(table.c.due_at).where(table.c.key == key, table.c.done_at.is_(None))
    ).scalar()
    return None if found is None else moment(found)


@dataclass(frozen=True, slots=True)
class Dead:
    """A job that was given up, and what it was about."""

    id: int
    key: str
    kind: str
    appointment: AppointmentId | None
    reference: str | None  #: Of the appointment.
    payload: dict[str, Any]
    error: str | None
    ended: datetime  #: Real time.
    expires: datetime | None  #: Afterwards it is better not done.


def dead(tx: Tx, limit: int = 200) -> list[Dead]:
    """Give the jobs given up of which nobody has said that they stay so."""
    return [_dead(row) for row in tx.execute(_dead_ones().limit(limit))]


def dead_one(tx: Tx, id_: int) -> Dead | None:
    found = tx.execute(_dead_ones().where(tables.jobs.c.id == id_)).first()
    return None if found is None else _dead(found)


def _dead_ones() -> sa.Select[Any]:
    jobs, appointments = tables.jobs, tables.appointments
    return (
        sa.select(jobs, appointments.c.reference)
        .join_from(
            jobs,
            appointments,
            jobs.c.appointment_id == appointments.c.id,
            isouter=True,
        )
        .where(jobs.c.outcome == DEAD, jobs.c.settled_at.is_(None))
        .order_by(jobs.c.done_at.desc())
    )


def _dead(row: sa.Row[Any]) -> Dead:
    about = row.appointment_id
    return Dead(
        row.id,
        row.key,
        row.kind,
        None if about is None else AppointmentId(about),
        row.reference,
        row.payload,
        row.error,
        moment(row.done_at),
        maybe_moment(row.expires_at),
    )


def revive(tx: Tx, id_: int, now: datetime) -> bool:
    """Owe a dead job once more, with all its tries. False: it is not dead."""
    table = tables.jobs
    revived = tx.execute(
        sa.update(table)
        .where(table.c.id == id_, table.c.outcome == DEAD)
        .values(
            due_at=now.timestamp(),
            next_due=None,
            not_before=0.0,
            lease_until=None,
            attempt=0,
            done_at=None,
            outcome=None,
            error=None,
            settled_at=None,
        )
    )
    tx.promised = tx.promised or bool(revived.rowcount)
    return bool(revived.rowcount)


def settle(tx: Tx, id_: int) -> bool:
    """Keep that a person leaves a dead job dead. False: it is not, or was before."""
    table = tables.jobs
    settled = tx.execute(
        sa.update(table)
        .where(table.c.id == id_, table.c.outcome == DEAD, table.c.settled_at.is_(None))
        .values(settled_at=clock.read(tx))
    )
    return bool(settled.rowcount)


def send_again(tx: Tx, job_key: str) -> None:
    """Take back that a message's channels were given up: each may be tried anew."""
    table = tables.deliveries
    keys = [f"{job_key}:{channel.value}" for channel in Channel]
    tx.execute(
        sa.update(table)
        .where(table.c.key.in_(keys), table.c.state == FAILED)
        .values(state=INTENDED, done_at=None, why=None)
    )


def throttled(tx: Tx) -> dict[str, float]:
    """Give the lanes that Graph wants to be left alone, and for how many seconds."""
    table = tables.lanes
    real = clock.read(tx)
    rows = tx.execute(sa.select(table).where(table.c.blocked_until > real))
    return {row.name: row.blocked_until - real for row in rows}


def problems(tx: Tx, now: datetime) -> dict[tuple[ProfessionalId, str], int]:
    """Count events of appointments still ahead by what is wrong with them."""
    links, appointments = tables.calendar_links, tables.appointments
    rows = tx.execute(
        sa.select(
            links.c.professional_id, links.c.problem, sa.func.count().label("number")
        )
        .join(appointments, appointments.c.id == links.c.appointment_id)
        .where(links.c.problem.is_not(None), appointments.c.ends_at > seconds(now))
        .group_by(links.c.professional_id, links.c.problem)
    )
    return {
        (ProfessionalId(row.professional_id), row.problem): row.number for row in rows
    }
