"""How well things go, in figures: written where something is heard, read in one go.

What is written here is a column at a time, so that a round of reading that is under way
cannot put it back.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.model import ProfessionalId
from teams_app.store import tables
from teams_app.store.columns import seconds
from teams_app.store.database import Tx


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
    table = tables.calendars
    tx.execute(
        sa.update(table)
        .where(table.c.professional_id == id_)
        .values(poll_every=int(every.total_seconds()))
    )


def checked(tx: Tx, id_: ProfessionalId, differing: int, now: datetime) -> None:
    """Keep that a calendar was compared from end to end, and how much differed."""
    table = tables.calendars
    tx.execute(
        sa.update(table)
        .where(table.c.professional_id == id_)
        .values(checked_at=seconds(now), differing=differing)
    )
