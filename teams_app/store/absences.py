"""Absences: when somebody is away, and never why.

One that became part of another stays as a row that leads to it, so that what stands on
an old card is still found.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from booking.absence import Absence
from booking.model import IN_CALENDAR, AppointmentId, ProfessionalId
from booking.spans import Span, from_epoch
from teams_app.store.columns import bounds, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, row, rows
from teams_app.store.tables import GUARD_SECONDS_MAX, appointments, posted_cards
from teams_app.store.tables import absences as table


def of(tx: Tx, id_: ProfessionalId) -> list[Absence]:
    """Give her absences that stand, past ones too, in order."""
    found = rows(tx, table, "starts_at", professional_id=id_)
    return [_absence(each) for each in found if stands(each)]


def read_ahead(tx: Tx, ids: Sequence[ProfessionalId]) -> None:
    """Read at once what `of` will be asked for one by one."""
    ahead(tx, table, "starts_at", professional_id=ids)


def touched(tx: Tx, ids: Sequence[int]) -> dict[int, list[AppointmentId]]:
    """Give for each absence the appointments that may fall into it, in order.

    Those in her calendar whose time, buffers included, it overlaps.
    """
    found: dict[int, list[AppointmentId]] = {each: [] for each in ids}
    for first in range(0, len(ids), _AT_ONCE):
        part = {"absences": ids[first : first + _AT_ONCE]}
        for each in tx.execute(_TOUCHED, part):
            found[each.absence].append(AppointmentId(each.appointment))
    return found


#: So many at most are asked for in one statement.
_AT_ONCE = 500
_BOOKED = appointments.c
_TOUCHED = (
    sa.select(table.c.id.label("absence"), _BOOKED.id.label("appointment"))
    .join(appointments, _BOOKED.professional_id == table.c.professional_id)
    .where(
        table.c.id.in_(sa.bindparam("absences", expanding=True)),
        _BOOKED.guard_start < table.c.ends_at,
        _BOOKED.guard_start > table.c.starts_at - GUARD_SECONDS_MAX,
        _BOOKED.guard_end > table.c.starts_at,
        _BOOKED.status.in_([each.value for each in IN_CALENDAR]),
    )
    .order_by(_BOOKED.starts_at, _BOOKED.id)
)


def stands(row: Row) -> bool:
    """Say whether it is one to heed: not withdrawn, nor part of another."""
    return row.withdrawn_at is None and row.part_of is None


def find(tx: Tx, id_: int) -> Absence | None:
    """Give an absence, or the one that it is part of now."""
    found = row(tx, table, id=id_)
    while found is not None and found.part_of is not None:
        found = row(tx, table, id=found.part_of)
    return None if found is None else _absence(found)


def add(tx: Tx, id_: ProfessionalId, span: Span) -> Absence:
    start, end = bounds(span)
    values = {"professional_id": id_, "starts_at": start, "ends_at": end}
    made = tx.execute(sa.insert(table).values(values).returning(table)).one()
    tx.touched.add(id_)
    return _absence(made)


def save(tx: Tx, given: Absence, now: datetime) -> None:
    """Write down what an absence has become."""
    start, end = bounds(given.span)
    values = {
        "version": given.version,
        "starts_at": start,
        "ends_at": end,
        "withdrawn_at": seconds(now) if given.withdrawn else None,
    }
    tx.execute(sa.update(table).where(table.c.id == given.id).values(values))
    tx.touched.add(given.professional)


def join(tx: Tx, part: Absence, whole: Absence) -> None:
    """Let one be part of another, which the cards of both then show."""
    gone = sa.update(table).where(table.c.id == part.id)
    tx.execute(gone.values(part_of=whole.id))
    cards = sa.update(posted_cards).where(
        posted_cards.c.subject == f"absence:{part.id}"
    )
    tx.execute(cards.values(subject=f"absence:{whole.id}"))
    tx.touched.add(part.professional)


def _absence(row: Row) -> Absence:
    return Absence(
        id=row.id,
        version=row.version,
        professional=ProfessionalId(row.professional_id),
        span=from_epoch(row.starts_at, row.ends_at),
        withdrawn=row.withdrawn_at is not None,
    )
