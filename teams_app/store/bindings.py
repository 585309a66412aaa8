"""What was laid down for binding appointments: a row each."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from booking.binding import Bound
from booking.model import AppointmentId, Binding
from teams_app.store.columns import (
    maybe_moment,
    moment,
    seconds,
    words_in,
    words_out,
)
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, row
from teams_app.store.tables import appointments, directory, professionals
from teams_app.store.tables import bindings as table
from teams_app.store.upserts import insert

#: What a client is told of it.
_WORDS = ("duty", "consequence", "obstacle")
#: Of one that was agreed on before words were kept, whose service bound nobody any more.
_UNKNOWN = {"fi": "", "sv": "", "en": ""}


def find(tx: Tx, id_: AppointmentId) -> Bound | None:
    """Give what holds of an appointment; None: it is not binding."""
    found = row(tx, table, appointment_id=id_)
    return None if found is None else _bound(found)


def reported_to_who_left(tx: Tx, ended_after: datetime) -> list[AppointmentId]:
    """Give those of which an obstacle was reported and whose professional has left."""
    chosen = (
        sa.select(table.c.appointment_id)
        .join(appointments, appointments.c.id == table.c.appointment_id)
        .join(professionals, professionals.c.id == appointments.c.professional_id)
        .join(directory, directory.c.object_id == professionals.c.object_id)
        .where(
            table.c.obstacle_at.is_not(None),
            directory.c.left_at.is_not(None),
            appointments.c.ends_at > seconds(ended_after),
        )
        .order_by(table.c.obstacle_at, table.c.appointment_id)
    )
    return [AppointmentId(each) for each in tx.execute(chosen).scalars()]


def read_ahead(tx: Tx, ids: Sequence[AppointmentId]) -> None:
    ahead(tx, table, appointment_id=ids)


def lay_down(tx: Tx, given: Bound) -> None:
    """Lay it down. What was laid down before stays."""
    values = {
        "appointment_id": given.appointment,
        "agreed_at": seconds(given.agreed),
        "first_start": seconds(given.first_start),
        "deadline_days": given.terms.deadline_days,
        "move_days": given.terms.move_days,
        "words": {each: words_out(getattr(given.terms, each)) for each in _WORDS},
    }
    first = insert(tx.connection, table).values(values)
    tx.execute(first.on_conflict_do_nothing(index_elements=["appointment_id"]))


def opened(tx: Tx, id_: AppointmentId, now: datetime) -> None:
    """Note that her page was opened by her link, if it was not before."""
    unopened = (table.c.appointment_id == id_) & table.c.opened_at.is_(None)
    tx.execute(sa.update(table).where(unopened).values(opened_at=seconds(now)))


def reported(
    tx: Tx,
    id_: AppointmentId,
    explanation: str,
    now: datetime,
    since: datetime | None,
) -> None:
    """Keep what she reports; of what she reported before only this is kept.

    `since`: when she first did, where this is more of the same.
    """
    values = {
        "obstacle_at": seconds(now),
        "obstacle_since": seconds(since) if since is not None else None,
        "explanation": explanation,
    }
    tx.execute(sa.update(table).where(table.c.appointment_id == id_).values(values))


def _terms(found: Row) -> Binding:
    kept = found.words or dict.fromkeys(_WORDS, _UNKNOWN)
    duty, consequence, obstacle = (words_in(kept[each]) for each in _WORDS)
    days = found.deadline_days, found.move_days
    return Binding(duty, consequence, obstacle, *days)


def _bound(found: Row) -> Bound:
    return Bound(
        AppointmentId(found.appointment_id),
        moment(found.agreed_at),
        moment(found.first_start),
        _terms(found),
        maybe_moment(found.opened_at),
        maybe_moment(found.obstacle_at),
        found.explanation,
        maybe_moment(found.obstacle_since),
    )
