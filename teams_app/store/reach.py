"""Whom the bot cannot reach, and what she was told by feed or mail instead.

The intent is stored before anything is told, a row a card. One that was told, or may
have been, is told by no other way.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.reach import Way, Why
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, row, rows, the_row
from teams_app.store.tables import posted_cards, told_otherwise, unreached
from teams_app.store.upserts import insert, upsert

INTENDED = "intended"
TOLD = "told"
#: Nobody answered: it may have been told.
UNKNOWN = "unknown"
#: Every way was refused.
NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Closed:
    """Somebody whose chat is closed to the bot."""

    object_id: str
    since: datetime
    why: Why
    way: Way


@dataclass(frozen=True, slots=True)
class Told:
    """A card that was to be told otherwise."""

    key: str
    object_id: str
    way: Way
    state: str


def closed(tx: Tx, object_id: str) -> Closed | None:
    found = row(tx, unreached, object_id=object_id)
    return None if found is None else _closed(found)


def everybody_closed(tx: Tx) -> list[Closed]:
    """Give everybody whose chat is closed, who has been so longest first."""
    return [_closed(each) for each in rows(tx, unreached, "since", "object_id")]


def _closed(found: Row) -> Closed:
    return Closed(found.object_id, moment(found.since), Why(found.why), Way(found.way))


def close(tx: Tx, object_id: str, why: Why, now: datetime) -> None:
    """Keep that somebody's chat is closed, and why; since when it was is kept."""
    statement = insert(tx.connection, unreached).values(
        object_id=object_id, since=seconds(now), why=why.value, way=Way.UNTRIED.value
    )
    again = {"why": statement.excluded.why}
    tx.execute(
        statement.on_conflict_do_update(index_elements=["object_id"], set_=again)
    )


def reopen(tx: Tx, object_id: str) -> bool:
    """Keep that somebody's chat is open. False: it was."""
    return bool(tx.execute(_GONE, {"whose": object_id}).rowcount)


_GONE = sa.delete(unreached).where(unreached.c.object_id == sa.bindparam("whose"))


def told_by(tx: Tx, object_id: str, way: Way) -> None:
    """Keep how somebody whose chat is closed was last told instead."""
    hers = unreached.c.object_id == object_id
    tx.execute(sa.update(unreached).where(hers).values(way=way.value))


def intend(tx: Tx, key: str, object_id: str, now: datetime) -> Told:
    """Write down that a card will be told otherwise; gives how far that has come."""
    statement = insert(tx.connection, told_otherwise).values(
        key=key,
        object_id=object_id,
        way=Way.FEED.value,
        state=INTENDED,
        intended_at=seconds(now),
    )
    tx.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    return _told(the_row(tx, told_otherwise, key=key))


def save(tx: Tx, given: Told, now: datetime) -> None:
    """Write down by which way a card is told, and how far that has come."""
    ended = seconds(now) if given.state in {TOLD, NOWHERE} else None
    values = {
        "key": given.key,
        "object_id": given.object_id,
        "way": given.way.value,
        "state": given.state,
        "intended_at": seconds(now),
        "done_at": ended,
    }
    upsert(tx.connection, told_otherwise, ["key"], values)


def find(tx: Tx, key: str) -> Told | None:
    found = row(tx, told_otherwise, key=key)
    return None if found is None else _told(found)


def _told(found: Row) -> Told:
    return Told(found.key, found.object_id, Way(found.way), found.state)


def stale_subjects(tx: Tx, object_id: str) -> list[str]:
    """Give what somebody's cards show that a newer drawing never came to."""
    table = posted_cards
    hers = (table.c.object_id == object_id) & table.c.activity_id.is_not(None)
    chosen = sa.select(table.c.subject).where(hers, table.c.shown_version < 0)
    return sorted({str(each) for each in tx.execute(chosen).scalars()})
