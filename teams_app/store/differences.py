"""What full comparisons of calendars found: one row a difference, until it is forgotten.

It names no client: a professional, when it is and the reference of an appointment.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.differences import Difference, Kind
from booking.model import ProfessionalId
from teams_app.store.columns import maybe_moment, maybe_seconds, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row
from teams_app.store.tables import differences as table


@dataclass(frozen=True, slots=True)
class Kept:
    """A difference that a comparison found. `fixed`: when one found it so no more."""

    professional: ProfessionalId
    difference: Difference
    found: datetime
    fixed: datetime | None


def compared(
    tx: Tx, id_: ProfessionalId, found: Collection[Difference], now: datetime
) -> None:
    """Take in what a comparison of one calendar found.

    What it found no more has been set right; what it found again is no new one.
    """
    open_ = (table.c.professional_id == id_) & table.c.fixed_at.is_(None)
    before = {
        _key(_difference(each)): each.id
        for each in tx.execute(sa.select(table).where(open_))
    }
    there = {_key(each): each for each in found}
    gone = [row for key, row in before.items() if key not in there]
    fixed = {"fixed_at": seconds(now)}
    tx.execute(sa.update(table).where(table.c.id.in_(gone)).values(fixed))
    fresh = [
        _values(id_, each, now) for key, each in there.items() if key not in before
    ]
    if fresh:
        tx.execute(sa.insert(table), fresh)


def lately(tx: Tx, since: datetime, limit: int) -> list[Kept]:
    """Give what was found since then, and what is not set right yet; the newest first."""
    shown = (table.c.found_at >= seconds(since)) | table.c.fixed_at.is_(None)
    newest = (table.c.found_at.desc(), table.c.professional_id, table.c.id)
    chosen = sa.select(table).where(shown).order_by(*newest).limit(limit)
    return [_kept(each) for each in tx.execute(chosen)]


_Key = tuple[Kind, datetime | None, str]


def _key(one: Difference) -> _Key:
    return one.kind, one.starts, one.reference


def _values(id_: ProfessionalId, one: Difference, now: datetime) -> dict[str, object]:
    return {
        "professional_id": id_,
        "kind": one.kind.value,
        "starts_at": maybe_seconds(one.starts),
        "reference": one.reference,
        "lacks": ",".join(one.lacks),
        "found_at": seconds(now),
    }


def _difference(row: Row) -> Difference:
    return Difference(
        Kind(row.kind),
        maybe_moment(row.starts_at),
        row.reference,
        lacks=tuple(row.lacks.split(",")) if row.lacks else (),
    )


def _kept(row: Row) -> Kept:
    return Kept(
        ProfessionalId(row.professional_id),
        _difference(row),
        moment(row.found_at),
        maybe_moment(row.fixed_at),
    )
