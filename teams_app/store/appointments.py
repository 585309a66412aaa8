"""Appointments, holds among them, and the one place where a time is won or lost.

`save` first takes the professional's lock, so that of many who want one time the losers
hear `Overlap` and not a deadlock; the database's guard stands behind it either way.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from booking.model import (
    AGREED,
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
from teams_app.store import clock, guards, locks, log, numbers
from teams_app.store.among import all_of, one_of
from teams_app.store.columns import (
    bounds,
    maybe_moment,
    maybe_seconds,
    seconds,
)
from teams_app.store.database import Overlap, Stale, Tx, sqlstate
from teams_app.store.rows import Row, ahead, row, rows
from teams_app.store.tables import GUARD_SECONDS_MAX, clients, requests
from teams_app.store.tables import appointments as table
from teams_app.store.upserts import insert

__all__ = [
    "Overlap",
    "Stale",
    "between",
    "by_link",
    "by_reference",
    "coming",
    "delete_hold",
    "drop_lapsed",
    "find",
    "first_after",
    "forget_request",
    "load",
    "lock",
    "next_id",
    "of_client",
    "of_clients",
    "reference_free",
    "references",
    "remember_request",
    "remembered",
    "save",
    "unrecorded",
    "visits",
]

#: As many keys as a statement takes on either engine, and more.
_AT_ONCE = 500

#: So long after its end a hold that is in nobody's way may still be confirmed.
_SLOW_SECONDS = 3600

_BETWEEN = (
    sa.select(table)
    .where(
        one_of(table.c.professional_id, "professionals"),
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
    gone = tx.execute(ended.returning(table.c.id)).scalars().all()
    if gone:
        tx.touched.add(professional)
        log.record_list(
            tx, sorted(gone), at=now, who="system", what="lapsed", source="hold"
        )


def delete_hold(tx: Tx, id_: AppointmentId) -> bool:
    """Let a held time go; False: it is no hold any more, and stays, or is gone."""
    gone = tx.execute(
        sa.delete(table)
        .where(table.c.id == id_, table.c.status == Status.HELD.value)
        .returning(table.c.professional_id)
    ).scalar()
    if gone is not None:
        tx.touched.add(ProfessionalId(gone))
    return gone is not None


def load(tx: Tx, id_: AppointmentId) -> Appointment:
    """Give the appointment. KeyError when there is none."""
    found = find(tx, id_)
    if found is None:
        raise KeyError(id_)
    return found


def read_ahead(tx: Tx, ids: Sequence[AppointmentId]) -> None:
    """Read at once what `load` will be asked for one by one."""
    ahead(tx, table, id=ids)


def find(tx: Tx, id_: AppointmentId) -> Appointment | None:
    return _maybe(row(tx, table, id=id_))


def by_link(tx: Tx, half: str) -> Appointment | None:
    return _maybe(row(tx, table, link=half))


def by_reference(tx: Tx, reference: str) -> Appointment | None:
    return _maybe(row(tx, table, reference=reference))


def references(tx: Tx, ids: Collection[int]) -> dict[int, str]:
    """Give the references of appointments by id; of what is no more, none."""
    every = sorted(ids)
    found: dict[int, str] = {}
    for first in range(0, len(every), _AT_ONCE):
        some = every[first : first + _AT_ONCE]
        chosen = sa.select(table.c.id, table.c.reference).where(table.c.id.in_(some))
        found |= {row.id: row.reference for row in tx.execute(chosen)}
    return found


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
    found = tx.execute(chosen, {"professionals": professionals, **when}).all()
    return [_appointment(each) for each in found]


class Visits(NamedTuple):
    """Who comes in some time: beside each other her key, her name, and how often."""

    clients: list[ClientId]
    names: list[str]
    times: list[int]


@dataclass(frozen=True, slots=True)
class Whose:
    """With whom appointments are looked for, and how those stand."""

    professionals: Collection[ProfessionalId]
    statuses: Collection[Status] = IN_CALENDAR


def visits(tx: Tx, whose: Whose, within: Span) -> Visits:
    """Give who comes to the appointments that start within a span, in no order."""
    found = tx.execute(_VISITS, _starting(whose, within)).one()
    return Visits._make(found)


def of_clients(
    tx: Tx,
    ids: Collection[ClientId],
    whose: Whose,
    within: Span,
    limit: int,
    *,
    latest: bool = False,
) -> list[Appointment]:
    """Give the first of what is counted as their visits in a span, or the latest."""
    chosen = _LATEST_OF_CLIENTS if latest else _FIRST_OF_CLIENTS
    values = {"clients": ids, "limit": limit, **_starting(whose, within)}
    return [_appointment(each) for each in tx.execute(chosen, values).all()]


def _starting(whose: Whose, within: Span) -> dict[str, Any]:
    start, end = seconds(within.start), seconds(within.end)
    earliest = start - GUARD_SECONDS_MAX
    return {
        "professionals": whose.professionals,
        "start": start,
        "end": end,
        "earliest": earliest,
        "statuses": [each.value for each in whose.statuses],
    }


_STARTING = sa.and_(
    one_of(table.c.professional_id, "professionals"),
    # What starts then is guarded from a little before: so its index is searched by time.
    table.c.guard_start > sa.bindparam("earliest"),
    table.c.guard_start < sa.bindparam("end"),
    table.c.starts_at >= sa.bindparam("start"),
    table.c.starts_at < sa.bindparam("end"),
    table.c.status.in_(sa.bindparam("statuses", expanding=True)),
)
_TIMES = (
    sa.select(table.c.client_id, sa.func.count().label("times"))
    .where(_STARTING)
    .group_by(table.c.client_id)
    .subquery()
)
_VISITS = sa.select(
    all_of(clients.c.id), all_of(clients.c.name), all_of(_TIMES.c.times)
).join_from(clients, _TIMES, clients.c.id == _TIMES.c.client_id)
_OF_CLIENTS = (
    sa.select(table)
    .where(_STARTING, one_of(table.c.client_id, "clients"))
    .limit(sa.bindparam("limit"))
)
_FIRST_OF_CLIENTS = _OF_CLIENTS.order_by(table.c.starts_at, table.c.id)
_LATEST_OF_CLIENTS = _OF_CLIENTS.order_by(table.c.starts_at.desc(), table.c.id.desc())


def coming(tx: Tx, professional: ProfessionalId, now: datetime) -> list[Appointment]:
    """Give what stands in her calendar and is not over, in order."""
    chosen = (
        sa.select(table)
        .where(
            table.c.professional_id == professional,
            table.c.ends_at > seconds(now),
            table.c.status.in_([status.value for status in IN_CALENDAR]),
        )
        .order_by(table.c.starts_at, table.c.id)
    )
    return [_appointment(each) for each in tx.execute(chosen)]


def coming_of(tx: Tx, service: ServiceId, now: datetime) -> int:
    """Count what of a service stands in calendars and is not over."""
    chosen = sa.select(sa.func.count()).where(
        table.c.service_id == service,
        table.c.ends_at > seconds(now),
        table.c.status.in_([status.value for status in IN_CALENDAR]),
    )
    return int(tx.execute(chosen).scalar_one())


def first_after(
    tx: Tx, professional: ProfessionalId, after: datetime
) -> AppointmentId | None:
    """Give the first appointment booked that starts after a moment."""
    chosen = (
        sa.select(table.c.id)
        .where(
            table.c.professional_id == professional,
            table.c.status.in_([each.value for each in AGREED]),
            table.c.starts_at > seconds(after),
        )
        .order_by(table.c.starts_at, table.c.id)
        .limit(1)
    )
    found = tx.execute(chosen).scalar()
    return None if found is None else AppointmentId(found)


def unrecorded(
    tx: Tx, professional: ProfessionalId, first: datetime, now: datetime
) -> list[Appointment]:
    """Give what began from `first` on and has no outcome yet, in order."""
    chosen = (
        sa.select(table)
        .where(
            table.c.professional_id == professional,
            table.c.status.in_([each.value for each in AGREED]),
            table.c.starts_at >= seconds(first),
            table.c.starts_at <= seconds(now),
        )
        .order_by(table.c.starts_at, table.c.id)
    )
    return [_appointment(each) for each in tx.execute(chosen)]


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


def _appointment(row: Iterable[Any]) -> Appointment:
    # By their places: a page reads hundreds, and each name would be looked up by itself.
    (
        id_,
        reference,
        version,
        status,
        professional,
        service,
        client,
        starts,
        ends,
        guard_start,
        guard_end,
        modality,
        language,
        link,
        generation,
        hold_ends,
        offer,
        *last,
    ) = row
    return Appointment(
        id=AppointmentId(id_),
        reference=reference,
        version=version,
        status=_STATUS[status],
        professional=ProfessionalId(professional),
        service=ServiceId(service),
        client=None if client is None else ClientId(client),
        span=from_epoch(starts, ends),
        before=timedelta(seconds=starts - guard_start),
        after=timedelta(seconds=guard_end - ends),
        modality=_MODALITY[modality],
        language=_LANGUAGE[language],
        link=link,
        generation=generation,
        hold_ends=maybe_moment(hold_ends),
        offer=None if offer is None else OfferId(offer),
        answers=last[0],
        confirming=last[1],
    )


_STATUS = {each.value: each for each in Status}
_MODALITY = {each.value: each for each in Modality}
_LANGUAGE = {each.value: each for each in Language}
