"""Appointments, holds among them, and the one place where a time is won or lost.

`save` first takes the professional's lock, so that of many who want one time the losers
hear `Overlap` and not a deadlock; the database's guard stands behind it either way.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.model import (
    IN_CALENDAR,
    OCCUPYING,
    Appointment,
    AppointmentId,
    ClientId,
    Language,
    Modality,
    OfferId,
    ProfessionalId,
    ServiceId,
    Status,
)
from booking.spans import Span, from_epoch
from teams_app.store import clock, guards, locks, numbers
from teams_app.store.columns import (
    bounds,
    maybe_moment,
    maybe_seconds,
    seconds,
)
from teams_app.store.database import Overlap, Stale, Tx, sqlstate
from teams_app.store.rows import Row, row, rows
from teams_app.store.tables import GUARD_SECONDS_MAX, clients, requests
from teams_app.store.tables import appointments as table
from teams_app.store.upserts import insert

__all__ = [
    "Overlap",
    "Stale",
    "between",
    "by_link",
    "by_reference",
    "delete_hold",
    "drop_lapsed",
    "find",
    "first_after",
    "forget_request",
    "load",
    "lock",
    "named",
    "next_id",
    "of_client",
    "reference_free",
    "remember_request",
    "remembered",
    "save",
]

#: So long after its end a hold that is in nobody's way may still be confirmed.
_SLOW_SECONDS = 3600

_BETWEEN = (
    sa.select(table)
    .where(
        table.c.professional_id.in_(sa.bindparam("professionals", expanding=True)),
        table.c.guard_start < sa.bindparam("end"),
        table.c.guard_start > sa.bindparam("earliest"),
        table.c.guard_end > sa.bindparam("start"),
    )
    .order_by(table.c.starts_at, table.c.id)
)
_OCCUPYING_BETWEEN = _BETWEEN.where(
    table.c.status.in_([status.value for status in OCCUPYING])
)


def next_id(tx: Tx) -> AppointmentId:
    """Draw the key of an appointment that is about to be made."""
    return AppointmentId(numbers.draw(tx, "appointment"))


def reference_free(tx: Tx, reference: str) -> bool:
    return row(tx, table, reference=reference) is None


def lock(tx: Tx, *professionals: ProfessionalId) -> None:
    """Be the only one who changes these professionals' times, until the end.

    Name all of them in one call: they are taken in order, so nobody waits in a circle.
    """
    for id_ in sorted(set(professionals) - tx.locked):
        locks.advisory(tx.connection, locks.PROFESSIONAL, id_)
        tx.locked.add(id_)


def drop_lapsed(
    tx: Tx, professional: ProfessionalId, now: datetime, wanted: Span | None = None
) -> None:
    """Delete the professional's holds that have ended, and what hangs on them.

    A hold whose client was told *we are confirming* stays until it is decided. One that
    is not in the way of the `wanted` time stays for another hour: its client may only
    be slow, and what she typed hangs on it.
    """
    ended = sa.delete(table).where(
        table.c.professional_id == professional,
        table.c.status == Status.HELD.value,
        table.c.hold_ends <= seconds(now),
        sa.not_(table.c.confirming),
    )
    if wanted is not None:
        start, end = bounds(wanted)
        in_the_way = sa.and_(table.c.guard_start < end, table.c.guard_end > start)
        old = table.c.hold_ends <= seconds(now) - _SLOW_SECONDS
        ended = ended.where(sa.or_(in_the_way, old))
    gone = tx.execute(ended)
    if gone.rowcount:
        tx.touched.add(professional)


def delete_hold(tx: Tx, id_: AppointmentId) -> None:
    """Let a held time go. What is no longer a hold stays."""
    gone = tx.execute(
        sa.delete(table)
        .where(table.c.id == id_, table.c.status == Status.HELD.value)
        .returning(table.c.professional_id)
    ).scalar()
    if gone is not None:
        tx.touched.add(ProfessionalId(gone))


def load(tx: Tx, id_: AppointmentId) -> Appointment:
    """Give the appointment. KeyError when there is none."""
    found = find(tx, id_)
    if found is None:
        raise KeyError(id_)
    return found


def find(tx: Tx, id_: AppointmentId) -> Appointment | None:
    return _maybe(row(tx, table, id=id_))


def by_link(tx: Tx, half: str) -> Appointment | None:
    return _maybe(row(tx, table, link=half))


def by_reference(tx: Tx, reference: str) -> Appointment | None:
    return _maybe(row(tx, table, reference=reference))


def save(tx: Tx, given: Appointment) -> None:
    """Write down a new appointment (version 1), or the next version of one.

    Raises Overlap when the time is taken, and Stale when the row is not the version
    before this one; in either case nothing has changed and the transaction goes on.
    """
    if given.occupies:
        lock(tx, given.professional)
    try:
        with tx.connection.begin_nested():
            was_with = _insert(tx, given) if given.version == 1 else _update(tx, given)
    except sa.exc.IntegrityError as error:
        if _is_overlap(error):
            raise Overlap from error
        raise
    tx.touched |= {given.professional, was_with}


def _insert(tx: Tx, given: Appointment) -> ProfessionalId:
    statement = insert(tx.connection, table).values(id=given.id, **_row(given))
    made = statement.on_conflict_do_nothing(index_elements=["id"])
    if tx.execute(made.returning(table.c.id)).first() is None:
        raise Stale
    return given.professional


def _update(tx: Tx, given: Appointment) -> ProfessionalId:
    stored = tx.execute(_LOCKED, {"given": given.id}).first()
    if stored is None or stored.version != given.version - 1:
        raise Stale
    tx.execute(_CHANGE, {"given": given.id, **_row(given)})
    return ProfessionalId(stored.professional_id)


_LOCKED = (
    sa.select(table.c.version, table.c.professional_id)
    .where(table.c.id == sa.bindparam("given"))
    .with_for_update()
)
_CHANGE = sa.update(table).where(table.c.id == sa.bindparam("given"))


def _is_overlap(error: sa.exc.IntegrityError) -> bool:
    return (
        sqlstate(error) == guards.EXCLUSION_VIOLATION
        or str(error.orig) == guards.OVERLAP_MESSAGE
    )


def between(
    tx: Tx,
    professionals: Sequence[ProfessionalId],
    span: Span,
    *,
    occupying_only: bool = True,
) -> list[Appointment]:
    """Give the appointments that overlap the span, buffers included, in order."""
    start, end = bounds(span)
    when = {"start": start, "end": end, "earliest": start - GUARD_SECONDS_MAX}
    chosen = _OCCUPYING_BETWEEN if occupying_only else _BETWEEN
    found = tx.execute(chosen, {"professionals": list(professionals), **when})
    return [_appointment(each) for each in found]


def named(
    tx: Tx, professionals: Sequence[ProfessionalId], span: Span
) -> list[tuple[AppointmentId, str]]:
    """Give who comes to the appointments that start within the span, in order.

    Those that stand in calendars; of each only its key and the client's name.
    """
    start, end = bounds(span)
    chosen = (
        sa.select(table.c.id, clients.c.name)
        .join(clients, clients.c.id == table.c.client_id)
        .where(
            table.c.professional_id.in_(professionals),
            table.c.status.in_([status.value for status in IN_CALENDAR]),
            table.c.starts_at >= start,
            table.c.starts_at < end,
        )
        .order_by(table.c.starts_at, table.c.id)
    )
    return [(AppointmentId(each.id), each.name) for each in tx.execute(chosen)]


def first_after(
    tx: Tx, professional: ProfessionalId, after: datetime
) -> AppointmentId | None:
    """Give the first appointment booked that starts after a moment."""
    chosen = (
        sa.select(table.c.id)
        .where(
            table.c.professional_id == professional,
            table.c.status == Status.BOOKED.value,
            table.c.starts_at > seconds(after),
        )
        .order_by(table.c.starts_at, table.c.id)
        .limit(1)
    )
    found = tx.execute(chosen).scalar()
    return None if found is None else AppointmentId(found)


def of_client(tx: Tx, client: ClientId) -> list[Appointment]:
    found = rows(tx, table, "starts_at", "id", client_id=client)
    return [_appointment(each) for each in found]


def remember_request(tx: Tx, key: str, made: str) -> str | None:
    """Write down what a request made, so that its repeat makes nothing more.

    Gives None the first time; afterwards what the first one made. Of two at once the
    second waits for the first.
    """
    statement = insert(tx.connection, requests).values(
        key=key, made=made, made_at=clock.read(tx)
    )
    fresh = statement.on_conflict_do_nothing(index_elements=["key"])
    if tx.execute(fresh.returning(requests.c.key)).first() is not None:
        return None
    return remembered(tx, key)


def remembered(tx: Tx, key: str) -> str | None:
    """Give what an earlier request of this key made, None if there was none."""
    kept = row(tx, requests, key=key)
    return None if kept is None else kept.made


def forget_request(tx: Tx, key: str) -> None:
    """Let a request be made anew: what it made is no more."""
    tx.execute(sa.delete(requests).where(requests.c.key == key))


def _maybe(found: Row | None) -> Appointment | None:
    return None if found is None else _appointment(found)


def _row(given: Appointment) -> dict[str, Any]:
    start, end = bounds(given.span)
    guard_start, guard_end = bounds(given.guarded)
    return {
        "reference": given.reference,
        "version": given.version,
        "status": given.status.value,
        "professional_id": given.professional,
        "service_id": given.service,
        "client_id": given.client,
        "starts_at": start,
        "ends_at": end,
        "guard_start": guard_start,
        "guard_end": guard_end,
        "modality": given.modality.value,
        "language": given.language.value,
        "link": given.link,
        "generation": given.generation,
        "hold_ends": maybe_seconds(given.hold_ends),
        "offer_id": given.offer,
        "answers": given.answers,
        "confirming": given.confirming,
    }


def _appointment(row: Row) -> Appointment:
    return Appointment(
        id=AppointmentId(row.id),
        reference=row.reference,
        version=row.version,
        status=Status(row.status),
        professional=ProfessionalId(row.professional_id),
        service=ServiceId(row.service_id),
        client=None if row.client_id is None else ClientId(row.client_id),
        span=from_epoch(row.starts_at, row.ends_at),
        before=timedelta(seconds=row.starts_at - row.guard_start),
        after=timedelta(seconds=row.guard_end - row.ends_at),
        modality=Modality(row.modality),
        language=Language(row.language),
        link=row.link,
        generation=row.generation,
        hold_ends=maybe_moment(row.hold_ends),
        offer=None if row.offer_id is None else OfferId(row.offer_id),
        answers=row.answers,
        confirming=row.confirming,
    )
