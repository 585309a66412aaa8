"""How far what somebody's pages show has come, as one word that changes when they do.

It is cheap to ask for and says nothing about anybody, so that an open page may ask it
every minute, and is drawn anew, and its look logged, only when there is something new.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from booking.model import OfferStatus, ProfessionalId, UnitId
from teams_app.store.among import one_of
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.tables import appointments, jobs, offers, professionals
from teams_app.store.tables import calendar_versions as versions

#: What is next and what has been changes with the hour alone: looked at so often.
_QUARTER = 900


def of(
    tx: Tx, own: ProfessionalId | None, units: Collection[UnitId], now: datetime
) -> str:
    """Give the word for one professional and for everybody in some units.

    It changes with their calendars, appointments, questions and open offers, and when
    something that is owed for a coming appointment, as telling the client, is done.
    """
    whose = {"own": own, "units": units, "now": seconds(now)}
    versions_ = tx.execute(_CHANGED, whose).scalar()
    found = (*tx.execute(_LEFT, whose).one(), *tx.execute(_OFFERED, whose).one())
    parts = (versions_, *found, seconds(now) // _QUARTER)
    return ".".join(str(int(each or 0)) for each in parts)


_SHOWN = sa.select(professionals.c.id).where(
    sa.or_(
        professionals.c.id == sa.bindparam("own", type_=professionals.c.id.type),
        one_of(professionals.c.unit_id, "units"),
    )
)
_CHANGED = sa.select(sa.func.sum(versions.c.version)).where(
    versions.c.professional_id.in_(_SHOWN)
)
_LEFT = (
    sa.select(sa.func.count(jobs.c.id), sa.func.max(jobs.c.id))
    .join(appointments, appointments.c.id == jobs.c.appointment_id)
    .where(
        jobs.c.done_at.is_(None),
        appointments.c.professional_id.in_(_SHOWN),
        appointments.c.ends_at > sa.bindparam("now"),
    )
)
_OFFERED = sa.select(sa.func.count(offers.c.id), sa.func.max(offers.c.id)).where(
    offers.c.professional_id.in_(_SHOWN),
    offers.c.status == OfferStatus.OPEN.value,
    offers.c.expires_at > sa.bindparam("now"),
)
