"""The access log: who saw or changed what, when and from where. It only grows."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import rows
from teams_app.store.tables import access_log as table


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    who: str
    what: str
    subject: str
    source: str


def record(
    tx: Tx, *, at: datetime, who: str, what: str, subject: str, source: str
) -> None:
    """Write an entry. The database refuses to change or remove one."""
    values = {
        "at": seconds(at),
        "who": who,
        "what": what,
        "subject": subject,
        "source": source,
    }
    tx.execute(sa.insert(table).values(values))


def entries(tx: Tx, subject: str | None, limit: int) -> list[Entry]:
    """Give the newest entries, of one subject or of all, the newest first."""
    chosen = sa.select(table).order_by(table.c.id.desc()).limit(limit)
    if subject is not None:
        chosen = chosen.where(table.c.subject == subject)
    return [
        Entry(moment(row.at), row.who, row.what, row.subject, row.source)
        for row in tx.execute(chosen)
    ]


def changed_to(tx: Tx, subject: str, version: int) -> datetime | None:
    """Give when a subject came to the version it has."""
    return _newest(tx, subject=subject, source=f"v{version}")


def last(tx: Tx, subject: str, what: str) -> datetime | None:
    """Give when something was last done to a subject."""
    return _newest(tx, subject=subject, what=what)


def _newest(tx: Tx, **same: str) -> datetime | None:
    found = rows(tx, table, "id", **same)
    return moment(found[-1].at) if found else None
