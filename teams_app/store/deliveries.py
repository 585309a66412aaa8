"""Messages to clients: what was meant to be sent, and what came of it.

The intent is stored before the message is sent. After a crash one that is still only
intended may or may not have gone out, and the channel's policy decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.model import AppointmentId, Channel, ClientId, OfferId, ProfessionalId
from booking.spans import Span, from_epoch
from teams_app.store.columns import (
    bounds,
    maybe_moment,
    maybe_seconds,
    maybe_span,
    moment,
    seconds,
)
from teams_app.store.database import Tx
from teams_app.store.rows import ahead, row, rows, the_row
from teams_app.store.tables import deliveries as table
from teams_app.store.upserts import insert

INTENDED = "intended"
ACCEPTED = "accepted"
UNKNOWN = "unknown"
FAILED = "failed"
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Said:
    """How an appointment stood when a message told of it."""

    span: Span
    professional: ProfessionalId


@dataclass(frozen=True, slots=True)
class Delivery:
    key: str  #: Names the message; what is sent under it is sent once.
    channel: str
    client: ClientId
    to: str
    news: str
    version: int  #: Of the appointment or offer it told of.
    language: str
    intended_at: datetime
    appointment: AppointmentId | None = None
    said: Said | None = None
    offer: OfferId | None = None
    state: str = INTENDED
    attempts: int = 0
    provider_ref: str | None = None
    done_at: datetime | None = None
    why: str | None = None
    was: Span | None = None  #: The time before, where it named one.


def intend(tx: Tx, given: Delivery) -> Delivery:
    """Write down what will be sent; gives the earlier one of the same key."""
    statement = insert(tx.connection, table).values(_row(given))
    tx.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    return _delivery(the_row(tx, table, key=given.key))


def accepted(tx: Tx, key: str, ref: str | None, now: datetime) -> None:
    """The provider took it, under its own reference."""
    _end(tx, key, ACCEPTED, now, provider_ref=ref, why=None)


def failed(tx: Tx, key: str, why: str, now: datetime) -> None:
    """It did not go out by this channel, and will not."""
    _end(tx, key, FAILED, now, why=why)


def skipped(tx: Tx, key: str, why: str, now: datetime) -> None:
    """It was better not sent."""
    _end(tx, key, SKIPPED, now, why=why)


def unknown(tx: Tx, key: str, why: str, now: datetime) -> None:
    """Nobody can say whether it went out, and it is not sent again."""
    _end(tx, key, UNKNOWN, now, why=why)


def _end(tx: Tx, key: str, state: str, now: datetime, **more: str | None) -> None:
    """Write the end down. What was accepted stays so, whatever a late worker says."""
    tx.execute(
        sa.update(table)
        .where(table.c.key == key, table.c.state != ACCEPTED)
        .values(
            state=state,
            done_at=seconds(now),
            attempts=table.c.attempts + 1,
            **more,
        )
    )


def find(tx: Tx, key: str) -> Delivery | None:
    found = row(tx, table, key=key)
    return None if found is None else _delivery(found)


def of_appointment(tx: Tx, appointment: AppointmentId) -> list[Delivery]:
    return _all(tx, appointment_id=appointment)


def read_ahead(tx: Tx, appointments: Sequence[AppointmentId]) -> None:
    ahead(tx, table, "intended_at", "key", appointment_id=appointments)


def of_offer(tx: Tx, offer: OfferId) -> list[Delivery]:
    return _all(tx, offer_id=offer)


def newest(given: Iterable[Delivery]) -> Delivery | None:
    """Give the one that told last of an appointment, as things were then."""
    return max(given, key=lambda each: (each.version, each.intended_at), default=None)


def mails_by_hour(tx: Tx, since: datetime) -> dict[datetime, int]:
    """Count the mails that went out, by the hour in which they did."""
    hour = table.c.done_at - table.c.done_at % sa.literal_column("3600")
    gone = (
        sa.select(hour.label("hour"), sa.func.count().label("gone"))
        .where(
            table.c.done_at >= seconds(since),
            table.c.channel == Channel.MAIL.value,
            table.c.state == ACCEPTED,
        )
        .group_by(hour)
    )
    return {moment(each.hour): each.gone for each in tx.execute(gone)}


def _all(tx: Tx, **same: int) -> list[Delivery]:
    return [_delivery(each) for each in rows(tx, table, "intended_at", "key", **same)]


def _row(given: Delivery) -> dict[str, Any]:
    said = given.said
    start, end = (None, None) if said is None else bounds(said.span)
    was_start, was_end = (None, None) if given.was is None else bounds(given.was)
    return {
        "starts_at": start,
        "ends_at": end,
        "professional_id": None if said is None else said.professional,
        "was_starts_at": was_start,
        "was_ends_at": was_end,
        "key": given.key,
        "channel": given.channel,
        "appointment_id": given.appointment,
        "offer_id": given.offer,
        "client_id": given.client,
        "address": given.to,
        "news": given.news,
        "version": given.version,
        "language": given.language,
        "state": given.state,
        "attempts": given.attempts,
        "intended_at": seconds(given.intended_at),
        "provider_ref": given.provider_ref,
        "done_at": maybe_seconds(given.done_at),
        "why": given.why,
    }


def _delivery(row: Iterable[Any]) -> Delivery:
    # By their places, as appointments: a team's day reads hundreds.
    (
        key,
        channel,
        appointment,
        offer,
        client,
        address,
        news,
        version,
        starts_at,
        ends_at,
        professional,
        language,
        state,
        attempts,
        intended_at,
        provider_ref,
        done_at,
        why,
        *was,
    ) = row
    return Delivery(
        key,
        channel,
        ClientId(client),
        address,
        news,
        version,
        language,
        moment(intended_at),
        None if appointment is None else AppointmentId(appointment),
        _said(starts_at, ends_at, professional),
        None if offer is None else OfferId(offer),
        state,
        attempts,
        provider_ref,
        maybe_moment(done_at),
        why,
        maybe_span(*was),
    )


def _said(start: int | None, end: int, professional: int) -> Said | None:
    if start is None:
        return None
    return Said(from_epoch(start, end), ProfessionalId(professional))
