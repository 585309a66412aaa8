"""What a unit's desk is asked: the appointments that look for a taker, and who took them.

The giver's lock (`appointments.lock`) stands before every write here, so that one
appointment is looked for once at a time and found by one colleague.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from booking.cover import Cover, Line, Why
from booking.model import AppointmentId, ProfessionalId, UnitId
from teams_app.store.columns import maybe_moment, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, row, rows, unchanged
from teams_app.store.tables import cover_lines, covers

#: The lines of a question, the soonest first.
_IN_ORDER = ("starts_at", "appointment_id")


def add(
    tx: Tx, unit: UnitId, why: Why, lines: Iterable[Line], who: str, now: datetime
) -> Cover:
    """Write down that a desk is asked; there is a line at least."""
    kept = sorted(lines, key=lambda each: (each.starts, each.appointment))
    made = tx.execute(
        sa.insert(covers)
        .values(
            unit_id=unit,
            why=why.value,
            asked_by=who,
            asked_at=seconds(now),
            until=seconds(kept[-1].starts),
        )
        .returning(covers)
    ).one()
    tx.execute(
        sa.insert(cover_lines),
        [
            {
                "cover_id": made.id,
                "appointment_id": each.appointment,
                "giver_id": each.giver,
                "starts_at": seconds(each.starts),
            }
            for each in kept
        ],
    )
    return _cover(tx, made)


def find(tx: Tx, id_: int) -> Cover | None:
    found = row(tx, covers, id=id_)
    return None if found is None else _cover(tx, found)


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    """Read at once what a desk was ever asked about them."""
    ahead(tx, cover_lines, "cover_id", appointment_id=appointments)
    asked = [
        line.cover_id
        for each in appointments
        for line in rows(tx, cover_lines, "cover_id", appointment_id=each)
    ]
    ahead(tx, covers, id=asked)
    ahead(tx, cover_lines, *_IN_ORDER, cover_id=asked)


def of_appointment(tx: Tx, id_: AppointmentId) -> list[Cover]:
    """Give every question about an appointment, the oldest first."""
    found = [
        find(tx, each.cover_id)
        for each in rows(tx, cover_lines, "cover_id", appointment_id=id_)
    ]
    return [each for each in found if each is not None]


def asked_in(tx: Tx, units: Iterable[UnitId], after: datetime) -> list[Cover]:
    """Give what units were asked that has a line beginning after a moment."""
    chosen = sa.select(covers).where(
        covers.c.unit_id.in_(list(units)), covers.c.until > seconds(after)
    )
    found = tx.execute(chosen.order_by(covers.c.id)).all()
    with unchanged(tx):
        ahead(tx, cover_lines, *_IN_ORDER, cover_id=[each.id for each in found])
        return [_cover(tx, each) for each in found]


def take(
    tx: Tx, cover: int, id_: AppointmentId, taker: ProfessionalId, now: datetime
) -> None:
    """Write down who took it; whoever asks has looked, under the giver's lock."""
    one = (cover_lines.c.cover_id == cover) & (cover_lines.c.appointment_id == id_)
    free = one & cover_lines.c.taker_id.is_(None)
    taken = {"taker_id": taker, "taken_at": seconds(now)}
    done = tx.execute(sa.update(cover_lines).where(free).values(taken))
    assert done.rowcount == 1, (cover, id_)


def open_because_of(
    tx: Tx, why: Why, giver: ProfessionalId, now: datetime
) -> list[tuple[int, Line]]:
    """Give the lines of hers that were asked for one reason and nobody has taken.

    Each with its question. What has begun is left out; what was settled otherwise is
    among them.
    """
    lines = cover_lines.c
    chosen = (
        sa.select(cover_lines)
        .join(covers, covers.c.id == lines.cover_id)
        .where(
            covers.c.why == why.value,
            lines.giver_id == giver,
            lines.taker_id.is_(None),
            lines.withdrawn_at.is_(None),
            lines.starts_at > seconds(now),
        )
        .order_by(lines.cover_id, lines.appointment_id)
    )
    return [(each.cover_id, _line(each)) for each in tx.execute(chosen)]


def withdraw(tx: Tx, cover: int, id_: AppointmentId, now: datetime) -> None:
    """Write down that a line needs no taker any more."""
    one = (cover_lines.c.cover_id == cover) & (cover_lines.c.appointment_id == id_)
    gone = sa.update(cover_lines).where(one).values(withdrawn_at=seconds(now))
    tx.execute(gone)


def _cover(tx: Tx, found: Row) -> Cover:
    return Cover(
        id=found.id,
        unit=UnitId(found.unit_id),
        why=Why(found.why),
        asked_by=found.asked_by,
        asked=moment(found.asked_at),
        lines=tuple(
            _line(each) for each in rows(tx, cover_lines, *_IN_ORDER, cover_id=found.id)
        ),
    )


def _line(row: Row) -> Line:
    taker = row.taker_id
    return Line(
        AppointmentId(row.appointment_id),
        ProfessionalId(row.giver_id),
        moment(row.starts_at),
        None if taker is None else ProfessionalId(taker),
        maybe_moment(row.withdrawn_at),
    )
