"""Who is reached by which channel, and what has become of what was sent by it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.model import Channel, Status
from teams_app.store.columns import maybe_moment, seconds
from teams_app.store.database import Tx
from teams_app.store.deliveries import ACCEPTED, FAILED, INTENDED
from teams_app.store.tables import appointments, clients, deliveries


@dataclass(frozen=True, slots=True)
class Sent:
    """How a channel goes: when it last took a message and refused one, and why."""

    accepted: datetime | None
    failed: datetime | None
    why: str
    waiting: int  #: So many were begun and are not known to have gone out.


def by(tx: Tx, channel: Channel) -> Sent:
    """Say how it goes with a channel."""
    table = deliveries

    def last(state: str) -> tuple[Any, ...] | None:
        chosen = sa.select(table.c.done_at, table.c.why).where(
            table.c.channel == channel.value, table.c.state == state
        )
        newest = chosen.order_by(table.c.done_at.desc()).limit(1)
        found = tx.execute(newest).first()
        return None if found is None else tuple(found)

    took, refused = last(ACCEPTED), last(FAILED)
    waiting = sa.select(sa.func.count()).where(
        table.c.channel == channel.value, table.c.state == INTENDED
    )
    return Sent(
        maybe_moment(took[0]) if took else None,
        maybe_moment(refused[0]) if refused else None,
        str(refused[1] or "") if refused else "",
        int(tx.execute(waiting).scalar_one()),
    )


def only_by(tx: Tx, channel: Channel, now: datetime) -> int:
    """Count the clients with something coming who are reached in no other way."""
    mail = channel is Channel.MAIL
    other, own = (
        (clients.c.phone, clients.c.email)
        if mail
        else (clients.c.email, clients.c.phone)
    )
    coming = sa.exists().where(
        appointments.c.client_id == clients.c.id,
        appointments.c.status == Status.BOOKED.value,
        appointments.c.starts_at > seconds(now),
    )
    chosen = sa.select(sa.func.count()).where(coming, own.is_not(None), other.is_(None))
    return int(tx.execute(chosen).scalar_one())
