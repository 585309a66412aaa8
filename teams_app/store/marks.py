"""What is so of the whole database: that Vuoro is being removed, or was.

Such a database is never served again. Once it is frozen no worker claims anything of it
and nothing is booked, moved or cancelled, whichever replica is asked.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from teams_app.store import locks
from teams_app.store.database import Tx
from teams_app.store.tables import jobs
from teams_app.store.tables import requests as table

# Nobody forgets these: where they stand, no worker tidies up any more.
_REMOVAL = "vuoro:removal"
_FROZEN = "vuoro:frozen"


class Phase(StrEnum):
    FINISHING = "finishing"  #: What is owed is still done.
    REMOVING = "removing"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Removal:
    """How far a removal has come, and where everything was exported to."""

    phase: Phase
    export: str


class Frozen(Exception):
    """Vuoro is removed from this tenant: nothing is changed any more."""


def removal(tx: Tx) -> Removal | None:
    """Say how far the removal of Vuoro has come; None: it was never begun."""
    found = tx.execute(sa.select(table.c.made).where(table.c.key == _REMOVAL)).scalar()
    if found is None:
        return None
    kept = json.loads(found)
    return Removal(Phase(kept["phase"]), str(kept["export"]))


def mark(tx: Tx, given: Removal, now: datetime) -> None:
    """Write down how far the removal has come. What is being removed is frozen."""
    _put(tx, _REMOVAL, json.dumps(asdict(given)), now)
    if given.phase is not Phase.FINISHING:
        # No claim is under way while this lock is held.
        locks.advisory(tx.connection, locks.CLAIM)
        _put(tx, _FROZEN, "1", now)


def _put(tx: Tx, key: str, made: str, now: datetime) -> None:
    moved = sa.update(table).where(table.c.key == key).values(made=made)
    if not tx.execute(moved).rowcount:
        fresh = {"key": key, "made": made, "made_at": now.timestamp()}
        tx.execute(sa.insert(table).values(fresh))


#: To stand in the WHERE of whatever must not happen in a frozen database.
NOT_FROZEN = ~sa.exists().where(table.c.key == _FROZEN)


def check_not_frozen(tx: Tx) -> None:
    """Raise Frozen where Vuoro is removed."""
    if not tx.execute(sa.select(NOT_FROZEN)).scalar_one():
        raise Frozen


def leases(tx: Tx, real: float) -> int:
    """Count the jobs that somebody is still at."""
    chosen = sa.select(sa.func.count()).where(
        jobs.c.lease_until > real, jobs.c.done_at.is_(None)
    )
    return int(tx.execute(chosen).scalar_one())
