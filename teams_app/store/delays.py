"""What was said of appointments that begin late: one row each, the last word."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from booking.lateness import Delay
from booking.model import AppointmentId, ProfessionalId
from booking.spans import Span
from teams_app.store.columns import bounds, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, row
from teams_app.store.tables import appointments
from teams_app.store.tables import delays as table
from teams_app.store.upserts import upsert


def find(tx: Tx, id_: AppointmentId) -> Delay | None:
    found = row(tx, table, appointment_id=id_)
    return None if found is None else _delay(found)


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, appointment_id=appointments)


def save(tx: Tx, given: Delay, professional: ProfessionalId) -> None:
    """Write down what was said last. Whose views show it is told to open pages."""
    upsert(
        tx.connection,
        table,
        ["appointment_id"],
        {
            "appointment_id": given.appointment,
            "starts_at": seconds(given.start),
            "minutes": given.minutes,
            "revision": given.revision,
            "said_at": seconds(given.said_at),
            "said_by": given.said_by,
        },
    )
    tx.touched.add(professional)


def standing(tx: Tx, professional: ProfessionalId, now: datetime) -> list[Delay]:
    """Give what was said of her appointments, not taken back, and not yet past."""
    begins = table.c.starts_at + table.c.minutes * 60
    chosen = (
        sa.select(table)
        .join(appointments, appointments.c.id == table.c.appointment_id)
        .where(appointments.c.professional_id == professional, table.c.minutes > 0)
        .where(begins > seconds(now))
        .order_by(table.c.starts_at, table.c.appointment_id)
    )
    return [_delay(each) for each in tx.execute(chosen)]


def said_by(tx: Tx, who: str, day: Span) -> list[AppointmentId]:
    """Give the appointments of a day of which she said so, wherever they are by now."""
    start, end = bounds(day)
    within = (table.c.starts_at >= start) & (table.c.starts_at < end)
    chosen = sa.select(table.c.appointment_id).where(within, table.c.said_by == who)
    return [AppointmentId(each) for each in tx.execute(chosen).scalars()]


def _delay(found: Row) -> Delay:
    return Delay(
        appointment=AppointmentId(found.appointment_id),
        start=moment(found.starts_at),
        minutes=found.minutes,
        revision=found.revision,
        said_at=moment(found.said_at),
        said_by=found.said_by,
    )
