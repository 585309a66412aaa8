"""Promising jobs, in the transaction of the change that owes them.

A key is promised once for ever, unless it is promised *again*: then an open job stays
one job, a running one runs once more when it is done, and a finished one is reopened.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from booking.model import AppointmentId, ProfessionalId
from teams_app.store.columns import moment
from teams_app.store.database import Tx
from teams_app.store.rows import ahead, row
from teams_app.store.tables import jobs as table
from teams_app.store.upserts import insert_into


@dataclass(frozen=True, slots=True)
class Promise:
    """Something owed at a moment of business time."""

    kind: str
    key: str  #: Its business identity; what it does outside is made idempotent by it.
    due: datetime
    lane: str | None = None  #: So many at a time, see `claims.LANE_WIDTH`.
    payload: dict[str, object] = field(default_factory=dict)
    appointment: AppointmentId | None = None
    expires: datetime | None = None  #: Afterwards it is better not done.
    again: bool = False


def mailbox_lane(professional: ProfessionalId) -> str:
    """Name the lane of what reads or writes a professional's mailbox."""
    return f"mailbox:{professional}"


def promise(tx: Tx, owed: Promise) -> None:
    """Owe a job. What is promised again is due no later than it already was."""
    tx.execute(
        _owing(sqlite=tx.sqlite, again=owed.again),
        {
            "key": owed.key,
            "kind": owed.kind,
            "lane": owed.lane,
            "appointment_id": owed.appointment,
            "payload": owed.payload,
            "due_at": owed.due.timestamp(),
            "expires_at": owed.expires and owed.expires.timestamp(),
            "not_before": 0.0,
            "attempt": 0,
            "fence": 0,
            "rev": 1,
        },
    )
    tx.promised = True


@cache  # nothing is written more often
def _owing(*, sqlite: bool, again: bool) -> Insert:
    statement = insert_into(table, sqlite=sqlite)
    if not again:
        return statement.on_conflict_do_nothing(index_elements=["key"])
    return statement.on_conflict_do_update(
        index_elements=["key"], set_=_again(statement)
    )


def _again(statement: Insert) -> dict[str, Any]:
    """Say how a job changes when its key is promised again."""
    new = statement.excluded
    done = table.c.done_at.is_not(None)
    running = table.c.lease_until.is_not(None)
    return {
        "payload": new.payload,
        "expires_at": new.expires_at,
        "rev": table.c.rev + 1,
        "due_at": sa.case(
            (done, new.due_at),
            (running, table.c.due_at),
            else_=_sooner(table.c.due_at, new.due_at),
        ),
        # Kept apart while it runs: a job that promises itself for later is then not
        # taken for one that is due at once.
        "next_due": sa.case((running, _sooner(table.c.next_due, new.due_at))),
        "attempt": sa.case((done, 0), else_=table.c.attempt),
        "not_before": sa.case((done, 0.0), else_=table.c.not_before),
        "error": sa.case((done, None), else_=table.c.error),
        "done_at": None,
        "outcome": None,
        "settled_at": None,
    }


def _sooner(
    old: sa.ColumnElement[float], new: sa.ColumnElement[float]
) -> sa.ColumnElement[float]:
    return sa.case((old < new, old), else_=new)


def withdraw(
    tx: Tx,
    appointment: AppointmentId,
    *,
    kinds: Collection[str],
    keep: Collection[str] = (),
) -> None:
    """Delete the appointment's open jobs of these kinds, but for the keys to keep.

    One that is running stays: it looks at the appointment before it does anything.
    """
    tx.execute(
        sa.delete(table).where(
            table.c.appointment_id == appointment,
            table.c.kind.in_(kinds),
            table.c.key.not_in(keep),
            table.c.done_at.is_(None),
            table.c.lease_until.is_(None),
        )
    )


def take_back(tx: Tx, key: str) -> None:
    """Owe this no more, if nobody has begun with it."""
    tx.execute(
        sa.delete(table).where(
            table.c.key == key, table.c.done_at.is_(None), table.c.lease_until.is_(None)
        )
    )


def hurry(tx: Tx, error: str) -> None:
    """Let what was put off for this reason be tried at once: the reason is gone."""
    waits = table.c.done_at.is_(None) & table.c.lease_until.is_(None)
    statement = sa.update(table).where(waits, table.c.error == error)
    tx.execute(statement.values(not_before=0.0))
    tx.promised = True


def known(tx: Tx, key: str) -> bool:
    """Say whether this was ever promised, whatever came of it."""
    return row(tx, table, key=key) is not None


def any_due(tx: Tx, keys: Collection[str], now: datetime) -> bool:
    """Say whether one of these is open and may be done by now."""
    open_ = table.c.key.in_(keys) & table.c.done_at.is_(None)
    due = sa.select(table.c.id).where(open_, table.c.due_at <= now.timestamp())
    return tx.execute(due.limit(1)).first() is not None


def due_of(tx: Tx, key: str) -> datetime | None:
    """Give when an open promise is due; None: there is none, or it is kept."""
    found = row(tx, table, key=key)
    if found is None or found.done_at is not None:
        return None
    return moment(found.due_at)


def outcomes(tx: Tx, keys: Collection[str]) -> dict[str, str | None]:
    """Give what came of those that were ever promised; None: it is open still."""
    if tx.seen is None:
        found = tx.execute(_OUTCOMES, {"keys": list(keys)})
        return {each.key: each.outcome for each in found}
    read_ahead(tx, keys)
    each_one = (row(tx, table, key=key) for key in keys)
    return {each.key: each.outcome for each in each_one if each is not None}


def read_ahead(tx: Tx, keys: Collection[str]) -> None:
    ahead(tx, table, key=list(keys))


_OUTCOMES = sa.select(table.c.key, table.c.outcome).where(
    table.c.key.in_(sa.bindparam("keys", expanding=True))
)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A promise that was given up, and why."""

    key: str
    kind: str
    payload: dict[str, Any]
    error: str
    due: datetime


def given_up(tx: Tx, keys: Collection[str]) -> list[GivenUp]:
    """Give those of these promises that were given up, the first due first."""
    chosen = sa.select(table).where(table.c.key.in_(keys), table.c.outcome == "dead")
    return [
        GivenUp(row.key, row.kind, row.payload, row.error or "", moment(row.due_at))
        for row in tx.execute(chosen.order_by(table.c.due_at, table.c.id))
    ]


def payload(tx: Tx, key: str) -> dict[str, object] | None:
    """Give what a promise was made with; None: there was none, or it is forgotten."""
    found = row(tx, table, key=key)
    return None if found is None else found.payload
