"""What was said or noted of how clients come: a row each, the last word."""

from collections.abc import Sequence

from booking.arrivals import Arrival, Came
from booking.model import AppointmentId, ProfessionalId
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, rows
from teams_app.store.tables import arrivals as table
from teams_app.store.upserts import upsert


def of_appointment(tx: Tx, id_: AppointmentId) -> tuple[Arrival, ...]:
    """Give what was said of an appointment, of a start it no longer has too."""
    return tuple(_arrival(each) for each in rows(tx, table, appointment_id=id_))


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, appointment_id=appointments)


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


def _arrival(found: Row) -> Arrival:
    return Arrival(
        appointment=AppointmentId(found.appointment_id),
        how=Came(found.how),
        start=moment(found.starts_at),
        at=moment(found.said_at),
    )
