"""Offers, each in one row with the times it proposes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.model import (
    AppointmentId,
    ClientId,
    Modality,
    Offer,
    OfferId,
    OfferStatus,
    ProfessionalId,
    ServiceId,
    Slot,
)
from teams_app.store import numbers
from teams_app.store.among import one_of
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Stale, Tx
from teams_app.store.rows import Row, row
from teams_app.store.tables import clients
from teams_app.store.tables import offers as table
from teams_app.store.upserts import insert


def next_id(tx: Tx) -> OfferId:
    """Draw the key of an offer that is about to be made."""
    return OfferId(numbers.draw(tx, "offer"))


def load(tx: Tx, id_: OfferId) -> Offer:
    """Give the offer. KeyError when there is none."""
    found = find(tx, id_)
    if found is None:
        raise KeyError(id_)
    return found


def find(tx: Tx, id_: OfferId) -> Offer | None:
    return _one(tx, id=id_)


def by_link(tx: Tx, half: str) -> Offer | None:
    return _one(tx, link=half)


def of_appointment(tx: Tx, appointment: AppointmentId) -> Offer | None:
    """Give the offer that this appointment came of."""
    return _one(tx, appointment_id=appointment)


def open_for(
    tx: Tx, professionals: Sequence[ProfessionalId], now: datetime
) -> list[tuple[OfferId, str]]:
    """Give their open offers, the first to end first.

    Of each only its key and the client's name.
    """
    wanted = {"professionals": professionals, "now": seconds(now)}
    found = tx.execute(_OPEN_FOR, wanted).all()
    return [(OfferId(each.id), each.name) for each in found]


_IS_OPEN = sa.and_(
    table.c.status == OfferStatus.OPEN.value, table.c.expires_at > sa.bindparam("now")
)
_OPEN_FOR = (
    sa.select(table.c.id, clients.c.name)
    .join(clients, clients.c.id == table.c.client_id)
    .where(
        one_of(table.c.professional_id, "professionals"),
        _IS_OPEN,
    )
    .order_by(table.c.expires_at, table.c.id)
)


def open_times(
    tx: Tx, professional: ProfessionalId, now: datetime
) -> list[tuple[OfferId, tuple[datetime, ...]]]:
    """Give her open offers, each with the times it proposes; free choices with none."""
    chosen = (
        sa.select(table.c.id, table.c.slots)
        .where(table.c.professional_id == professional, _IS_OPEN)
        .order_by(table.c.id)
    )
    return [
        (OfferId(each.id), tuple(moment(start) for _, start in each.slots))
        for each in tx.execute(chosen, {"now": seconds(now)})
    ]


def open_ids(tx: Tx, now: datetime, *, after: OfferId, limit: int) -> list[OfferId]:
    """Give the next open offers made after one, the first made first."""
    values = {"now": seconds(now), "after": after, "limit": limit}
    return [OfferId(id_) for id_ in tx.execute(_NEXT_OPEN, values).scalars()]


_NEXT_OPEN = (
    sa.select(table.c.id)
    .where(_IS_OPEN, table.c.id > sa.bindparam("after"))
    .order_by(table.c.id)
    .limit(sa.bindparam("limit"))
)


def open_with(
    tx: Tx, professional: ProfessionalId, client: ClientId, now: datetime
) -> list[Offer]:
    """Give the open offers of a professional to one client, the first made first."""
    chosen = (
        sa.select(table)
        .where(
            table.c.client_id == client,
            table.c.professional_id == professional,
            _IS_OPEN,
        )
        .order_by(table.c.id)
    )
    return [_offer(each) for each in tx.execute(chosen, {"now": seconds(now)})]


def save(tx: Tx, given: Offer) -> None:
    """Write down a new offer (version 1), or the next version of one.

    Raises Stale when the row is not the version before this one.
    """
    if given.version == 1:
        statement = insert(tx.connection, table).values(id=given.id, **_row(given))
        made = statement.on_conflict_do_nothing(index_elements=["id"])
        written = tx.execute(made.returning(table.c.id))
    else:
        changed = sa.update(table).values(_row(given)).returning(table.c.id)
        written = tx.execute(
            changed.where(table.c.id == given.id, table.c.version == given.version - 1)
        )
    if written.first() is None:
        raise Stale


def _one(tx: Tx, **same: Any) -> Offer | None:
    found = row(tx, table, **same)
    return None if found is None else _offer(found)


def _row(given: Offer) -> dict[str, Any]:
    return {
        "version": given.version,
        "status": given.status.value,
        "professional_id": given.professional,
        "service_id": given.service,
        "client_id": given.client,
        "modality": given.modality.value,
        "slots": [[each.professional, seconds(each.start)] for each in given.slots],
        "free_choice": given.free_choice,
        "expires_at": seconds(given.expires),
        "link": given.link,
        "generation": given.generation,
        "appointment_id": given.appointment,
    }


def _offer(row: Row) -> Offer:
    return Offer(
        id=OfferId(row.id),
        version=row.version,
        status=OfferStatus(row.status),
        professional=ProfessionalId(row.professional_id),
        service=ServiceId(row.service_id),
        client=ClientId(row.client_id),
        modality=Modality(row.modality),
        slots=tuple(
            Slot(ProfessionalId(professional), moment(start))
            for professional, start in row.slots
        ),
        free_choice=row.free_choice,
        expires=moment(row.expires_at),
        link=row.link,
        generation=row.generation,
        appointment=None
        if row.appointment_id is None
        else AppointmentId(row.appointment_id),
    )
