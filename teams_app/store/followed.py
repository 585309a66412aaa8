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
    found = tx.execute(_IN_ORDER, {"now": seconds(now)})
    return [professional_in(each) for each in found]


def is_followed(tx: Tx, id_: ProfessionalId, now: datetime) -> bool:
    found = tx.execute(_IS_FOLLOWED, {"professional": id_, "now": seconds(now)})
    return found.first() is not None


_AHEAD = sa.exists().where(
    appointments.c.professional_id == table.c.id,
    appointments.c.status.in_([each.value for each in OCCUPYING]),
    appointments.c.ends_at > sa.bindparam("now"),
)
_FOLLOWED = sa.select(table).where(sa.or_(table.c.bookable, _AHEAD))
_IN_ORDER = _FOLLOWED.order_by(table.c.id)
_IS_FOLLOWED = _FOLLOWED.where(table.c.id == sa.bindparam("professional"))
