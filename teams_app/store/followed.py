"""Whose calendars are followed: who takes bookings, and who still has appointments.

With one who is not bookable nothing new is booked; what she has goes on, and is heard.
"""

from datetime import datetime

import sqlalchemy as sa

from booking.model import OCCUPYING, Professional, ProfessionalId
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.services import professional_in
from teams_app.store.tables import appointments
from teams_app.store.tables import professionals as table


def followed(tx: Tx, now: datetime) -> list[Professional]:
    """Give everybody who is bookable or has an appointment ahead."""
    chosen = sa.select(table).where(_is_followed(now)).order_by(table.c.id)
    return [professional_in(row) for row in tx.execute(chosen)]


def is_followed(tx: Tx, id_: ProfessionalId, now: datetime) -> bool:
    chosen = sa.select(table.c.id).where(table.c.id == id_, _is_followed(now))
    return tx.execute(chosen).first() is not None


def _is_followed(now: datetime) -> sa.ColumnElement[bool]:
    ahead = sa.exists().where(
        appointments.c.professional_id == table.c.id,
        appointments.c.status.in_([each.value for each in OCCUPYING]),
        appointments.c.ends_at > seconds(now),
    )
    return sa.or_(table.c.bookable, ahead)
