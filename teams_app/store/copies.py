"""Events that people made of one of ours in Outlook, and meetings they left behind.

A copy stands in a colleague's calendar because somebody dragged it there, copied it, or
invited the colleague. A kept meeting goes on in the mailbox it was made in although the
appointment is another's now. No text of either is here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.meetings import thread_of
from booking.model import IN_CALENDAR, Appointment, AppointmentId, ProfessionalId
from booking.spans import Span, from_epoch
from teams_app.store import appointments
from teams_app.store.columns import bounds, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, row, rows
from teams_app.store.tables import appointments as appointment_table
from teams_app.store.tables import event_copies as table
from teams_app.store.tables import join_openings, kept_meetings
from teams_app.store.upserts import insert, upsert


@dataclass(frozen=True, slots=True)
class Copy:
    """An event that is not ours and stands for one of our appointments."""

    professional: ProfessionalId  #: In whose calendar it is.
    event_id: str
    appointment: AppointmentId
    span: Span
    invited: bool  #: Its organizer is somebody else: she was added as attendee.
    seen: datetime
    settled: str | None = None  #: `stays`: a person wants it there.


def save(tx: Tx, given: Copy) -> None:
    start, end = bounds(given.span)
    values = {
        "professional_id": given.professional,
        "event_id": given.event_id,
        "appointment_id": given.appointment,
        "starts_at": start,
        "ends_at": end,
        "invited": given.invited,
        "settled": given.settled,
        "seen_at": seconds(given.seen),
    }
    upsert(tx.connection, table, ["professional_id", "event_id"], values)


def find(tx: Tx, professional: ProfessionalId, event_id: str) -> Copy | None:
    found = row(tx, table, professional_id=professional, event_id=event_id)
    return None if found is None else _copy(found)


def of_appointment(tx: Tx, appointment: AppointmentId) -> list[Copy]:
    """Give the appointment's copies, the latest seen first."""
    found = rows(tx, table, *_LATEST, appointment_id=appointment)
    return [_copy(each) for each in found]


def copies_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, *_LATEST, appointment_id=appointments)


#: The latest seen first.
_LATEST = ("-seen_at", "event_id")


def known(
    tx: Tx, professional: ProfessionalId, event_ids: Collection[str]
) -> list[Copy]:
    """Give those of these events in a calendar that are copies."""
    asked = {"professional": professional, "among": list(event_ids)}
    return [_copy(each) for each in tx.execute(_KNOWN, asked)]


_KNOWN = (
    sa.select(table)
    .where(table.c.professional_id == sa.bindparam("professional"))
    .where(table.c.event_id.in_(sa.bindparam("among", expanding=True)))
    .order_by(table.c.event_id)
)


def drop(tx: Tx, professional: ProfessionalId, event_id: str) -> None:
    is_it = (table.c.professional_id == professional) & (table.c.event_id == event_id)
    tx.execute(sa.delete(table).where(is_it))


def _copy(row: Row) -> Copy:
    return Copy(
        professional=ProfessionalId(row.professional_id),
        event_id=row.event_id,
        appointment=AppointmentId(row.appointment_id),
        span=from_epoch(row.starts_at, row.ends_at),
        invited=row.invited,
        seen=moment(row.seen_at),
        settled=row.settled,
    )


def lasting(tx: Tx, lengths: Collection[timedelta], after: datetime) -> set[Span]:
    """Give the spans, of these lengths, of everybody's appointments still ahead.

    An event that lies exactly so may be a copy that has lost all its texts.
    """
    columns = appointment_table.c
    chosen = sa.select(columns.starts_at, columns.ends_at).where(
        columns.status.in_([each.value for each in IN_CALENDAR]),
        columns.ends_at > seconds(after),
        (columns.ends_at - columns.starts_at).in_(
            [int(each.total_seconds()) for each in lengths]
        ),
    )
    found = tx.execute(chosen)
    return {from_epoch(each.starts_at, each.ends_at) for each in found}


@dataclass(frozen=True, slots=True)
class KeptMeeting:
    """A meeting that goes on in a mailbox which no longer has the appointment."""

    appointment: AppointmentId
    professional: ProfessionalId  #: In whose mailbox it was made.
    join_url: str
    span: Span

    def serves(self, appointment: Appointment) -> bool:
        """Whether it is still this appointment's: it is not once that has moved."""
        return appointment.in_calendar and appointment.span == self.span

    def is_in(self, professional: ProfessionalId, now: datetime) -> bool:
        """Whether it goes on in this mailbox: until its end, no longer."""
        return self.professional == professional and now < self.span.end


def keep_meeting(tx: Tx, given: KeptMeeting) -> None:
    start, end = bounds(given.span)
    values = {
        "appointment_id": given.appointment,
        "professional_id": given.professional,
        "join_url": given.join_url,
        "thread": thread_of(given.join_url),
        "starts_at": start,
        "ends_at": end,
    }
    upsert(tx.connection, kept_meetings, ["appointment_id"], values)


def kept_meeting(tx: Tx, appointment: AppointmentId) -> KeptMeeting | None:
    """Give the meeting that is kept for an appointment, if it still serves it."""
    kept = meeting_of(tx, appointment)
    if kept is None:
        return None
    found = appointments.find(tx, appointment)
    return kept if found is not None and kept.serves(found) else None


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, kept_meetings, appointment_id=appointments)


def meeting_of(tx: Tx, appointment: AppointmentId) -> KeptMeeting | None:
    """Give the meeting that was kept, whether or not it still serves."""
    kept = row(tx, kept_meetings, appointment_id=appointment)
    if kept is None:
        return None
    return KeptMeeting(
        AppointmentId(kept.appointment_id),
        ProfessionalId(kept.professional_id),
        kept.join_url,
        from_epoch(kept.starts_at, kept.ends_at),
    )


def drop_meeting(tx: Tx, appointment: AppointmentId) -> None:
    columns = kept_meetings.c
    tx.execute(sa.delete(kept_meetings).where(columns.appointment_id == appointment))


def join_opened(tx: Tx, appointment: AppointmentId, now: datetime) -> None:
    """Write down that the client has opened the way into her meeting."""
    values = {"appointment_id": appointment, "opened_at": seconds(now)}
    first = insert(tx.connection, join_openings).values(values)
    tx.execute(first.on_conflict_do_nothing(index_elements=["appointment_id"]))


def join_was_opened(tx: Tx, appointment: AppointmentId) -> bool:
    return row(tx, join_openings, appointment_id=appointment) is not None
