"""Everybody of some units on some days, in as many queries for thirty as for three."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from booking.calendar import Busy, Mailbox
from booking.model import (
    AppointmentId,
    Opening,
    Professional,
    ProfessionalId,
    ServiceId,
    UnitId,
)
from booking.own_settings import Own, Section
from booking.spans import Span, from_epoch
from booking.views.cards import ConflictKind
from teams_app.store import people, tables
from teams_app.store.absences import stands
from teams_app.store.among import one_of
from teams_app.store.calendars import CalendarState, busy_in, state_in
from teams_app.store.columns import bounds
from teams_app.store.database import Tx
from teams_app.store.people import mailbox_in
from teams_app.store.services import professional_in


@dataclass(frozen=True, slots=True)
class Member:
    """A professional with what decides when and what she may be booked for."""

    professional: Professional
    mailbox: Mailbox
    rules: dict[str, Any] | None  #: What the organisation has set, as it was saved.
    own: Own  #: What she has set herself, as far as it counts.
    services: frozenset[ServiceId]
    opening: Opening  #: Of her unit.

    @property
    def id(self) -> ProfessionalId:
        return self.professional.id


def members(tx: Tx, units: Collection[UnitId], limit: int) -> list[Member]:
    """Give the professionals of these units by name, no more than `limit`."""
    found = tx.execute(_MEMBERS, {"units": units, "limit": limit}).all()
    every = {each.id: each for each in people.units(tx)}
    fixed = {id_: frozenset(map(Section, each.fixed)) for id_, each in every.items()}
    given = defaultdict(set)
    for each in tx.execute(_GIVEN, {"ids": [each.id for each in found]}).all():
        given[each.professional_id].add(ServiceId(each.service_id))
    return [
        Member(
            professional_in(each),
            mailbox_in(each.mailbox_settings),
            each.rules,
            Own.read(each.own_settings).but(fixed[UnitId(each.unit_id)]),
            frozenset(given[each.id]),
            every[UnitId(each.unit_id)].opening,
        )
        for each in found
    ]


_MEMBERS = (
    sa.select(tables.professionals)
    .where(one_of(tables.professionals.c.unit_id, "units"))
    .order_by(tables.professionals.c.name, tables.professionals.c.id)
    .limit(sa.bindparam("limit"))
)
_GIVEN = sa.select(tables.service_professionals).where(
    one_of(tables.service_professionals.c.professional_id, "ids")
)


def busy(
    tx: Tx, ids: Sequence[ProfessionalId], span: Span
) -> dict[ProfessionalId, list[Busy]]:
    """Give what the mirror holds of each within a span, in order of time.

    As of one alone, an all-day event that only just misses the span may be among it.
    """
    found: dict[ProfessionalId, list[Busy]] = defaultdict(list)
    for each in tx.execute(_BUSY, _within(ids, span)).all():
        found[each.professional_id].append(busy_in(each))
    return found


def absences(
    tx: Tx, ids: Sequence[ProfessionalId], span: Span
) -> dict[ProfessionalId, list[Span]]:
    """Give when each is away within a span. Never why."""
    found: dict[ProfessionalId, list[Span]] = defaultdict(list)
    for each in tx.execute(_ABSENCES, _within(ids, span)).all():
        if not stands(each):
            continue
        found[each.professional_id].append(from_epoch(each.starts_at, each.ends_at))
    return found


def states(
    tx: Tx, ids: Sequence[ProfessionalId]
) -> dict[ProfessionalId, CalendarState]:
    """Give how each one's calendar is kept up; nothing of those never looked at."""
    found = tx.execute(_STATES, {"ids": ids}).all()
    return {ProfessionalId(row.professional_id): state_in(row) for row in found}


_STATES = sa.select(tables.calendars).where(
    one_of(tables.calendars.c.professional_id, "ids")
)


def _within(ids: Sequence[ProfessionalId], span: Span) -> dict[str, Any]:
    start, end = bounds(span)
    return {"ids": ids, "start": start, "end": end}


def _of_them(table: sa.Table) -> sa.Select[Any]:
    return (
        sa.select(table)
        .where(
            one_of(table.c.professional_id, "ids"),
            table.c.starts_at < sa.bindparam("end"),
            table.c.ends_at > sa.bindparam("start"),
        )
        .order_by(table.c.starts_at)
    )


_BUSY, _ABSENCES = _of_them(tables.busy), _of_them(tables.absences)


def asked(
    tx: Tx, ids: Sequence[AppointmentId]
) -> dict[AppointmentId, list[ConflictKind]]:
    """Give what kinds of questions stand open about each of these appointments."""
    found: dict[AppointmentId, list[ConflictKind]] = defaultdict(list)
    for each in tx.execute(_ASKED, {"ids": ids}).all():
        found[each.appointment_id].append(ConflictKind(each.kind))
    return found


_ASKED = (
    sa.select(tables.conflicts.c.appointment_id, tables.conflicts.c.kind)
    .where(
        one_of(tables.conflicts.c.appointment_id, "ids"),
        tables.conflicts.c.settled.is_(None),
    )
    .order_by(tables.conflicts.c.id)
)
