"""What was said or noted of how clients come: a row each, the last word."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from booking.arrivals import Arrival, Came
from booking.model import AppointmentId, ProfessionalId, Status, UnitId
from teams_app.store.among import one_of
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, rows
from teams_app.store.tables import GUARD_SECONDS_MAX, professionals
from teams_app.store.tables import appointments as agreed
from teams_app.store.tables import arrivals as table
from teams_app.store.upserts import upsert


def of_appointment(tx: Tx, id_: AppointmentId) -> tuple[Arrival, ...]:
    """Give what was said of an appointment, of a start it no longer has too."""
    return tuple(_arrival(each) for each in rows(tx, table, appointment_id=id_))


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, appointment_id=appointments)


def obstacles_in(
    tx: Tx, units: Collection[UnitId], after: datetime, limit: int
) -> list[tuple[AppointmentId, datetime]]:
    """Give of which appointments in these units an obstacle is reported, and when it was.

    The soonest first: those that stand as they stood then, nobody has answered, and that
    end `after`.
    """
    asked = {"units": units, "after": seconds(after), "limit": limit}
    return [
        (AppointmentId(each.appointment_id), moment(each.said_at))
        for each in tx.execute(_OBSTACLES, asked)
    ]


_kept = table.alias()
_OBSTACLES = (
    sa.select(table.c.appointment_id, table.c.said_at)
    .select_from(
        professionals.join(agreed, agreed.c.professional_id == professionals.c.id).join(
            table, table.c.appointment_id == agreed.c.id
        )
    )
    .where(
        one_of(professionals.c.unit_id, "units"),
        agreed.c.guard_start > sa.bindparam("after") - GUARD_SECONDS_MAX,
        agreed.c.ends_at > sa.bindparam("after"),
        agreed.c.status == Status.BOOKED.value,
        table.c.how == Came.OBSTACLE.value,
        table.c.starts_at == agreed.c.starts_at,
        ~sa.exists().where(
            _kept.c.appointment_id == agreed.c.id,
            _kept.c.how == Came.KEPT.value,
            _kept.c.starts_at == agreed.c.starts_at,
        ),
    )
    .order_by(agreed.c.starts_at, agreed.c.id)
    .limit(sa.bindparam("limit"))
)


def save(tx: Tx, given: Arrival, professional: ProfessionalId) -> None:
    """Write down what was said last. Whose views show it is told to open pages."""
    upsert(
        tx.connection,
        table,
        ["appointment_id", "how"],
        {
            "appointment_id": given.appointment,
            "how": given.how.value,
            "starts_at": seconds(given.start),
            "said_at": seconds(given.at),
        },
    )
    tx.touched.add(professional)


def forget(tx: Tx, id_: AppointmentId, how: Came) -> None:
    """Forget what was said last, as it is not so any more."""
    this = (table.c.appointment_id == id_) & (table.c.how == how.value)
    tx.execute(sa.delete(table).where(this))


def _arrival(found: Row) -> Arrival:
    return Arrival(
        appointment=AppointmentId(found.appointment_id),
        how=Came(found.how),
        start=moment(found.starts_at),
        at=moment(found.said_at),
    )
