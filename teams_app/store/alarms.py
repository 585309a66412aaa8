"""The outages of which somebody is told at once: the rows."""

from datetime import datetime

import sqlalchemy as sa

from booking.alarms import Alarm, What
from teams_app.store.columns import maybe_moment, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, row
from teams_app.store.tables import alarms as table
from teams_app.store.upserts import insert


def standing(tx: Tx) -> list[Alarm]:
    """Give those that go on, the oldest first."""
    chosen = sa.select(table).where(table.c.ended_at.is_(None)).order_by(table.c.id)
    return [_alarm(each) for each in tx.execute(chosen)]


def find(tx: Tx, id_: int) -> Alarm | None:
    found = row(tx, table, id=id_)
    return None if found is None else _alarm(found)


def begin(tx: Tx, what: What, begun: datetime) -> None:
    """Write down that an outage goes on; one that began then is the same, once more."""
    statement = insert(tx.connection, table).values(
        what=what.value, begun_at=seconds(begun)
    )
    again = {"ended_at": None}
    tx.execute(
        statement.on_conflict_do_update(index_elements=["what", "begun_at"], set_=again)
    )


def end(tx: Tx, id_: int, now: datetime) -> None:
    tx.execute(sa.update(table).where(table.c.id == id_).values(ended_at=seconds(now)))


def _alarm(row: Row) -> Alarm:
    return Alarm(
        row.id, What(row.what), moment(row.begun_at), maybe_moment(row.ended_at)
    )
