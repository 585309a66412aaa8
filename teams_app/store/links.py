"""What we last knew of an appointment's event in a mailbox.

`known` is the event as both sides last agreed on it; reconciling compares it with what
should be and with what stands there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.calendar import EventDraft
from booking.meetings import thread_of
from booking.model import AppointmentId, ProfessionalId
from booking.spans import Span, from_epoch
from teams_app.store.columns import bounds, maybe_moment, maybe_seconds
from teams_app.store.database import Stale, Tx
from teams_app.store.rows import ahead, row, rows
from teams_app.store.tables import appointments, kept_meetings
from teams_app.store.tables import calendar_links as table
from teams_app.store.upserts import save_read


@dataclass(frozen=True, slots=True)
class Link:
    appointment: AppointmentId
    professional: ProfessionalId
    event_id: str | None = None
    change_key: str = ""
    create_seq: int = 0  #: Rises when the event must be made anew.
    transaction_id: str = ""  #: Written down before the event is asked for.
    known: EventDraft | None = None
    join_url: str | None = None
    wanted_version: int = 0  #: The appointment's version that Outlook should show.
    written_version: int | None = None
    wrote_at: datetime | None = None
    problem: str | None = None
    checks: int = 0  #: How often the join address was waited for.
    #: Rises with every save; 0: none yet.
    rev: int = field(default=0, compare=False)


def link(
    tx: Tx, appointment: AppointmentId, professional: ProfessionalId
) -> Link | None:
    every = links_of(tx, appointment)
    return next((each for each in every if each.professional == professional), None)


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, "professional_id", appointment_id=appointments)


def links_of(tx: Tx, appointment: AppointmentId) -> list[Link]:
    """Give the appointment's links: two while it goes from one mailbox to another."""
    found = rows(tx, table, "professional_id", appointment_id=appointment)
    return [_link_in(each) for each in found]


def link_by_event(tx: Tx, professional: ProfessionalId, event_id: str) -> Link | None:
    found = row(tx, table, professional_id=professional, event_id=event_id)
    return None if found is None else _link_in(found)


def with_thread(tx: Tx, thread: str) -> list[AppointmentId]:
    """Give the appointments whose meeting has this thread, or had it until moved."""
    tables = (table, kept_meetings)
    found = {
        each.appointment_id for one in tables for each in rows(tx, one, thread=thread)
    }
    return [AppointmentId(each) for each in sorted(found)]


def links_in(tx: Tx, professional: ProfessionalId, span: Span) -> list[Link]:
    """Give the links whose event stands, or is to stand, at a time within the span.

    Where an event is known, its own time counts; otherwise the appointment's.
    """
    start, end = bounds(span)
    asked = {"professional": professional, "start": start, "end": end}
    return [_link_in(each) for each in tx.execute(_LINKS_IN, asked)]


_begins = sa.func.coalesce(table.c.known_start, appointments.c.starts_at)
_ends = sa.func.coalesce(table.c.known_end, appointments.c.ends_at)
_LINKS_IN = (
    sa.select(table)
    .join(appointments, appointments.c.id == table.c.appointment_id)
    .where(table.c.professional_id == sa.bindparam("professional"))
    .where(_begins < sa.bindparam("end"), _ends > sa.bindparam("start"))
    .order_by(_begins, table.c.appointment_id)
)


def save_link(tx: Tx, given: Link) -> None:
    """Write down what is known, in place of what was read.

    Raises Stale when somebody else saved it in between: the transaction then begins
    anew, on what stands now. Save a link once in a transaction, or read it again.
    """
    known = given.known and bounds(given.known.span)
    values = {
        "appointment_id": given.appointment,
        "professional_id": given.professional,
        "event_id": given.event_id,
        "change_key": given.change_key,
        "create_seq": given.create_seq,
        "transaction_id": given.transaction_id,
        "known": given.known and _draft_out(given.known),
        "known_start": known and known[0],
        "known_end": known and known[1],
        "join_url": given.join_url,
        "thread": thread_of(given.join_url),
        "wanted_version": given.wanted_version,
        "written_version": given.written_version,
        "wrote_at": maybe_seconds(given.wrote_at),
        "problem": given.problem,
        "checks": given.checks,
    }
    by = ["appointment_id", "professional_id"]
    if not save_read(tx.connection, table, by, values, given.rev):
        raise Stale


def drop_link(tx: Tx, appointment: AppointmentId, professional: ProfessionalId) -> None:
    tx.execute(
        sa.delete(table).where(
            table.c.appointment_id == appointment,
            table.c.professional_id == professional,
        )
    )


def _link_in(row: Iterable[Any]) -> Link:
    # By their places, as appointments: a team's day reads hundreds.
    (
        appointment,
        professional,
        event_id,
        change_key,
        create_seq,
        transaction_id,
        known,
        _known_start,
        _known_end,
        join_url,
        _thread,
        wanted_version,
        written_version,
        wrote_at,
        problem,
        checks,
        rev,
    ) = row
    return Link(
        AppointmentId(appointment),
        ProfessionalId(professional),
        event_id,
        change_key,
        create_seq,
        transaction_id,
        known and _draft_in(known),
        join_url,
        wanted_version,
        written_version,
        maybe_moment(wrote_at),
        problem,
        checks,
        rev,
    )


def _draft_out(draft: EventDraft) -> dict[str, Any]:
    return {
        "subject": draft.subject,
        "span": list(bounds(draft.span)),
        "body": draft.body,
        "location": draft.location,
        "sensitivity": draft.sensitivity,
        "online": draft.online,
        "key": draft.key,
        "reminder_minutes": draft.reminder_minutes,
        "category": draft.category,
        "meeting": draft.meeting,
        "repeats": draft.repeats,
    }


def _draft_in(kept: dict[str, Any]) -> EventDraft:
    start, end = kept["span"]
    return EventDraft(**{**kept, "span": from_epoch(start, end)})
