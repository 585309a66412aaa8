"""Questions that a change in Outlook raised and a person must answer.

An appointment has at most one open question of each kind; raising it again changes the
one that is open.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.model import AppointmentId, ProfessionalId, UnitId
from booking.spans import Span
from booking.views.cards import ConflictKind
from teams_app.store.columns import (
    bounds,
    maybe_moment,
    maybe_seconds,
    maybe_span,
    moment,
    seconds,
)
from teams_app.store.database import Stale, Tx
from teams_app.store.rows import Row, ahead, row, rows
from teams_app.store.tables import appointments, professionals
from teams_app.store.tables import conflicts as table
from teams_app.store.upserts import insert


@dataclass(frozen=True, slots=True)
class Conflict:
    id: int
    version: int
    appointment: AppointmentId
    professional: ProfessionalId
    kind: ConflictKind
    moved_to: Span | None
    event_id: str | None
    raised: datetime
    settled: str | None = None  #: What was answered; None: it is open.
    settled_at: datetime | None = None
    #: Starts with the professional that were free when it was asked; None: not looked.
    proposed: tuple[datetime, ...] | None = None


def raise_(  # noqa: PLR0913
    tx: Tx,
    *,
    appointment: AppointmentId,
    professional: ProfessionalId,
    kind: ConflictKind,
    now: datetime,
    moved_to: Span | None = None,
    event_id: str | None = None,
) -> Conflict:
    """Raise a question, or change the one of this kind that is open already."""
    moved = moved_to and bounds(moved_to)
    statement = insert(tx.connection, table).values(
        version=1,
        appointment_id=appointment,
        professional_id=professional,
        kind=kind.value,
        moved_start=moved and moved[0],
        moved_end=moved and moved[1],
        event_id=event_id,
        raised_at=seconds(now),
    )
    new = statement.excluded
    raised = tx.execute(
        statement.on_conflict_do_update(
            index_elements=["appointment_id", "kind"],
            index_where=sa.text("settled IS NULL"),
            set_={
                "version": table.c.version + 1,
                "professional_id": new.professional_id,
                "moved_start": new.moved_start,
                "moved_end": new.moved_end,
                "event_id": new.event_id,
                "raised_at": new.raised_at,
                "proposed": None,
            },
        ).returning(table)
    )
    # Where an event of ours was moved to is not free until somebody has decided.
    tx.touched.add(professional)
    return _conflict(raised.one())


def find(tx: Tx, id_: int) -> Conflict | None:
    found = row(tx, table, id=id_)
    return None if found is None else _conflict(found)


def of_appointment(tx: Tx, appointment: AppointmentId) -> list[Conflict]:
    """Give every question about the appointment, answered ones too."""
    found = rows(tx, table, "id", appointment_id=appointment)
    return [_conflict(each) for each in found]


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, "id", appointment_id=appointments)


def open_of(tx: Tx, appointment: AppointmentId) -> list[Conflict]:
    return [each for each in of_appointment(tx, appointment) if each.settled is None]


def open_for(tx: Tx, professional: ProfessionalId) -> list[Conflict]:
    found = tx.execute(_OPEN_FOR, {"professional": professional})
    return [_conflict(each) for each in found]


_OPEN_FOR = (
    sa.select(table)
    .where(
        table.c.professional_id == sa.bindparam("professional"),
        table.c.settled.is_(None),
    )
    .order_by(table.c.id)
)


#: With the appointment, and the professional whose it is now.
_WITH_OWNER = table.join(
    appointments, appointments.c.id == table.c.appointment_id
).join(professionals, professionals.c.id == appointments.c.professional_id)


def open_in(
    tx: Tx, units: Collection[UnitId], after: datetime, limit: int
) -> list[Conflict]:
    """Give what stands open in these units, the soonest appointment first.

    Only what ends `after` then, as it is or where it was moved to. An appointment is in the unit of the professional whose it is now.
    """
    chosen = (
        sa.select(table)
        .select_from(_WITH_OWNER)
        .where(
            table.c.settled.is_(None),
            professionals.c.unit_id.in_(units),
            sa.or_(
                appointments.c.ends_at > seconds(after),
                table.c.moved_end > seconds(after),
            ),
        )
        .order_by(appointments.c.starts_at, table.c.id)
        .limit(limit)
    )
    return [_conflict(row) for row in tx.execute(chosen)]


def open_about(tx: Tx, professional: ProfessionalId, within: Span) -> list[Conflict]:
    """Give what stands open in her unit, or with her, about a time of this span.

    The pauses that belong to the appointment count, at whichever time.
    """
    start, end = bounds(within)
    own = appointments.c
    earlier, later = own.starts_at - own.guard_start, own.guard_end - own.ends_at
    hers = sa.select(professionals.c.unit_id).where(professionals.c.id == professional)
    chosen = (
        sa.select(table)
        .select_from(_WITH_OWNER)
        .where(
            table.c.settled.is_(None),
            sa.or_(
                professionals.c.unit_id == hers.scalar_subquery(),
                table.c.professional_id == professional,
            ),
            sa.or_(
                sa.and_(own.guard_start < end, own.guard_end > start),
                sa.and_(
                    table.c.moved_start - earlier < end,
                    table.c.moved_end + later > start,
                ),
            ),
        )
        .order_by(table.c.id)
    )
    return [_conflict(row) for row in tx.execute(chosen)]


def propose(tx: Tx, id_: int, version: int, starts: Iterable[datetime]) -> None:
    """Keep the times a question comes with, unless it has changed meanwhile."""
    is_it = (table.c.id == id_) & (table.c.version == version)
    kept = [seconds(each) for each in starts]
    tx.execute(sa.update(table).where(is_it).values(proposed=kept))


def settle(tx: Tx, given: Conflict, *, was: str | None = None) -> None:
    """Write the answer down. Raises Stale when it changed or was answered meanwhile.

    `was`: the answer that stands so far, where a later one takes its place.
    """
    assert given.settled is not None
    written = tx.execute(
        sa.update(table)
        .where(
            table.c.id == given.id,
            table.c.version == given.version - 1,
            table.c.settled.is_not_distinct_from(was),
        )
        .values(
            version=given.version,
            settled=given.settled,
            settled_at=maybe_seconds(given.settled_at),
        )
        .returning(table.c.id)
    )
    if written.first() is None:
        raise Stale
    tx.touched.add(given.professional)


def _conflict(row: Row) -> Conflict:
    return Conflict(
        id=row.id,
        version=row.version,
        appointment=AppointmentId(row.appointment_id),
        professional=ProfessionalId(row.professional_id),
        kind=ConflictKind(row.kind),
        moved_to=maybe_span(row.moved_start, row.moved_end),
        event_id=row.event_id,
        raised=moment(row.raised_at),
        settled=row.settled,
        settled_at=maybe_moment(row.settled_at),
        proposed=row.proposed and tuple(map(moment, row.proposed)),
    )
