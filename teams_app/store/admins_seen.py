"""Who was seen with the app role of those who look after Vuoro, and when last.

No list of Entra's tells us who has an app role: a token does, when she opens the tab.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.model import Language
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, row
from teams_app.store.tables import admins_seen as table
from teams_app.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Seen:
    object_id: str
    language: Language  #: In which she reads the tab.
    at: datetime


def find(tx: Tx, object_id: str) -> Seen | None:
    found = row(tx, table, object_id=object_id)
    return None if found is None else _seen(found)


def since(tx: Tx, moment_: datetime) -> list[Seen]:
    """Give who was seen since then."""
    chosen = sa.select(table).where(table.c.seen_at > seconds(moment_))
    return [_seen(each) for each in tx.execute(chosen.order_by(table.c.object_id))]


def save(tx: Tx, given: Seen) -> None:
    values = {
        "object_id": given.object_id,
        "language": given.language.value,
        "seen_at": seconds(given.at),
    }
    upsert(tx.connection, table, ["object_id"], values)


def forget(tx: Tx, object_id: str) -> None:
    tx.execute(sa.delete(table).where(table.c.object_id == object_id))


def _seen(found: Row) -> Seen:
    return Seen(found.object_id, Language(found.language), moment(found.seen_at))
