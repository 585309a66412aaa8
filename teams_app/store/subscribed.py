"""The subscriptions we hold: of whose calendar each tells, and what its notices carry."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from booking.model import ProfessionalId
from teams_app.store.database import Tx
from teams_app.store.tables import calendars, professionals


@dataclass(frozen=True, slots=True)
class Subscribed:
    professional: ProfessionalId
    mailbox: str
    secret: str  #: In every genuine notice, and in nothing else.


def held(tx: Tx, names: Collection[str]) -> dict[str, Subscribed]:
    """Give those of these subscriptions that are ours, by name, in one read."""
    rows = tx.execute(
        sa.select(
            calendars.c.subscription_id,
            calendars.c.subscription_secret,
            professionals.c.id,
            professionals.c.mailbox,
        )
        .join(professionals, professionals.c.id == calendars.c.professional_id)
        .where(
            calendars.c.subscription_id.in_(names),
            calendars.c.subscription_secret.is_not(None),
        )
    )
    return {
        row.subscription_id: Subscribed(
            ProfessionalId(row.id), row.mailbox, row.subscription_secret
        )
        for row in rows
    }
