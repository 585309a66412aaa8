"""Notes of the staff about an appointment. They go when the appointment goes."""

from datetime import datetime

import sqlalchemy as sa

from booking.model import AppointmentId
from booking.notes import Note
from teams_app.store.columns import maybe_moment, maybe_seconds, moment, seconds
from teams_app.store.database import Stale, Tx
from teams_app.store.rows import Row, row, rows
from teams_app.store.tables import notes as table


def add(
    tx: Tx, appointment: AppointmentId, author: str, text: str, now: datetime
) -> Note:
    values = {
        "version": 1,
        "appointment_id": appointment,
        "author": author,
        "text": text,
        "written_at": seconds(now),
    }
    return _note(tx.execute(sa.insert(table).values(values).returning(table)).one())


def find(tx: Tx, id_: int) -> Note | None:
    found = row(tx, table, id=id_)
    return None if found is None else _note(found)


def of_appointment(tx: Tx, appointment: AppointmentId) -> list[Note]:
    """Give the appointment's notes, the newest first."""
    return [_note(each) for each in rows(tx, table, "-id", appointment_id=appointment)]


def save(tx: Tx, given: Note) -> None:
    """Write the next version down. Raises Stale when somebody was there first."""
    written = tx.execute(
        sa.update(table)
        .where(table.c.id == given.id, table.c.version == given.version - 1)
        .values(
            version=given.version,
            text=given.text,
            changed_at=maybe_seconds(given.changed),
            struck_at=maybe_seconds(given.struck),
        )
        .returning(table.c.id)
    )
    if written.first() is None:
        raise Stale


def _note(row: Row) -> Note:
    return Note(
        id=row.id,
        version=row.version,
        appointment=AppointmentId(row.appointment_id),
        author=row.author,
        text=row.text,
        written=moment(row.written_at),
        changed=maybe_moment(row.changed_at),
        struck=maybe_moment(row.struck_at),
    )
