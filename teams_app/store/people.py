"""Units, their professionals and supervisors, and the clients they serve.

Services stand in `services` and are reached from here too, for most callers want both.
What comes from outside under a stable name (a unit's key, an Entra object id) is saved
by that name: saving twice changes the one row.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from booking.calendar import Mailbox, WorkingHours
from booking.model import (
    Client,
    ClientId,
    Language,
    Professional,
    ProfessionalId,
    Sensitivity,
    Unit,
    UnitId,
)
from booking.spans import Span, from_epoch
from teams_app.store import tables
from teams_app.store.columns import bounds, maybe_span, seconds, words_in, words_out
from teams_app.store.database import Tx
from teams_app.store.followed import followed, is_followed
from teams_app.store.rows import Row, row, rows, the_row
from teams_app.store.services import (
    professional_in,
    professionals_for,
    save_service,
    service,
    services,
    services_of,
    set_service_professionals,
)
from teams_app.store.upserts import upsert

__all__ = [
    "absences",
    "add_absence",
    "add_client",
    "client",
    "find_client",
    "followed",
    "is_followed",
    "mailbox",
    "professional",
    "professional_by_object_id",
    "professionals",
    "professionals_for",
    "rules",
    "save_mailbox",
    "save_professional",
    "save_rules",
    "save_service",
    "save_unit",
    "service",
    "services",
    "services_of",
    "set_service_professionals",
    "set_supervisors",
    "supervisors",
    "unit",
    "units",
    "units_supervised",
]


def units(tx: Tx) -> list[Unit]:
    return [_unit_in(each) for each in rows(tx, tables.units, "id")]


def unit(tx: Tx, id_: UnitId) -> Unit:
    """Give the unit. KeyError when there is none."""
    return _unit_in(the_row(tx, tables.units, id=id_))


def save_unit(tx: Tx, given: Unit) -> Unit:
    """Make the unit of this key, or change it; gives it with its id."""
    values = {
        "key": given.key,
        "name": words_out(given.name),
        "address": given.address,
        "arrival": words_out(given.arrival),
        "phone": given.phone,
        "sensitivity": given.sensitivity.value,
        "trusts_calendars": given.trusts_calendars,
    }
    return _unit_in(upsert(tx.connection, tables.units, ["key"], values))


def _unit_in(row: Row) -> Unit:
    return Unit(
        id=UnitId(row.id),
        key=row.key,
        name=words_in(row.name),
        address=row.address,
        arrival=words_in(row.arrival),
        phone=row.phone,
        sensitivity=Sensitivity(row.sensitivity),
        trusts_calendars=row.trusts_calendars,
    )


def set_supervisors(tx: Tx, unit_id: UnitId, object_ids: Iterable[str]) -> None:
    """Make these, and nobody else, the unit's supervisors."""
    table = tables.unit_supervisors
    tx.execute(sa.delete(table).where(table.c.unit_id == unit_id))
    new = [{"unit_id": unit_id, "object_id": each} for each in set(object_ids)]
    if new:
        tx.execute(sa.insert(table), new)


def supervisors(tx: Tx, unit_id: UnitId) -> list[str]:
    """Give the object ids of the unit's supervisors."""
    found = rows(tx, tables.unit_supervisors, "object_id", unit_id=unit_id)
    return [each.object_id for each in found]


def units_supervised(tx: Tx, object_id: str) -> list[UnitId]:
    found = rows(tx, tables.unit_supervisors, "unit_id", object_id=object_id)
    return [UnitId(each.unit_id) for each in found]


def professionals(tx: Tx, *, bookable_only: bool = False) -> list[Professional]:
    found = [professional_in(each) for each in rows(tx, tables.professionals, "id")]
    return [each for each in found if each.bookable or not bookable_only]


def professional(tx: Tx, id_: ProfessionalId) -> Professional:
    """Give the professional. KeyError when there is none."""
    return professional_in(the_row(tx, tables.professionals, id=id_))


def professional_by_object_id(tx: Tx, object_id: str) -> Professional | None:
    found = row(tx, tables.professionals, object_id=object_id)
    return None if found is None else professional_in(found)


def save_professional(tx: Tx, given: Professional) -> Professional:
    """Make the professional of this object id, or change her; gives her with her id.

    What is known of her mailbox, and her own rules, stay as they are.
    """
    values = {
        "object_id": given.object_id,
        "mailbox": given.mailbox,
        "name": given.name,
        "unit_id": given.unit,
        "languages": [each.value for each in given.languages],
        "language": given.language.value,
        "bookable": given.bookable,
    }
    saved = upsert(tx.connection, tables.professionals, ["object_id"], values)
    tx.touched.add(ProfessionalId(saved.id))
    return professional_in(saved)


def mailbox(tx: Tx, id_: ProfessionalId) -> Mailbox:
    """Give what Outlook last said of her mailbox; the defaults until it has."""
    found = row(tx, tables.professionals, id=id_)
    if found is None or found.mailbox_settings is None:
        return Mailbox()
    kept = found.mailbox_settings
    return Mailbox(
        hours=WorkingHours(
            days=frozenset(kept["days"]),
            start=time.fromisoformat(kept["start"]),
            end=time.fromisoformat(kept["end"]),
            zone=kept["hours_zone"],
        ),
        zone=kept["zone"],
        online_meetings=kept["online_meetings"],
        replies=maybe_span(*(kept.get("replies") or (None, None))),
    )


def save_mailbox(tx: Tx, id_: ProfessionalId, given: Mailbox) -> None:
    kept = {
        "days": sorted(given.hours.days),
        "start": given.hours.start.isoformat(),
        "end": given.hours.end.isoformat(),
        "hours_zone": given.hours.zone,
        "zone": given.zone,
        "online_meetings": given.online_meetings,
        "replies": bounds(given.replies) if given.replies else None,
    }
    _change_professional(tx, id_, mailbox_settings=kept)


def rules(tx: Tx, id_: ProfessionalId) -> dict[str, Any] | None:
    """Give her own booking rules as they were saved, None when she has none."""
    found = row(tx, tables.professionals, id=id_)
    return None if found is None else found.rules


def save_rules(tx: Tx, id_: ProfessionalId, given: dict[str, Any]) -> None:
    _change_professional(tx, id_, rules=given)


def _change_professional(tx: Tx, id_: ProfessionalId, **values: Any) -> None:
    table = tables.professionals
    tx.execute(sa.update(table).where(table.c.id == id_).values(values))
    tx.touched.add(id_)


def absences(tx: Tx, id_: ProfessionalId) -> list[Span]:
    """Give when she is away, in order. Never why."""
    found = rows(tx, tables.absences, "starts_at", professional_id=id_)
    return [from_epoch(each.starts_at, each.ends_at) for each in found]


def add_absence(tx: Tx, id_: ProfessionalId, span: Span) -> None:
    start, end = bounds(span)
    values = {"professional_id": id_, "starts_at": start, "ends_at": end}
    tx.execute(sa.insert(tables.absences).values(values))
    tx.touched.add(id_)


def add_client(
    tx: Tx,
    name: str,
    language: Language,
    email: str | None,
    phone: str | None,
    now: datetime,
) -> Client:
    values = {
        "name": name,
        "language": language.value,
        "email": email,
        "phone": phone,
        "created_at": seconds(now),
    }
    table = tables.clients
    made = tx.execute(sa.insert(table).values(values).returning(table)).one()
    return _client_in(made)


def client(tx: Tx, id_: ClientId) -> Client:
    """Give the client. KeyError when there is none."""
    return _client_in(the_row(tx, tables.clients, id=id_))


def find_client(
    tx: Tx, name: str, email: str | None, phone: str | None
) -> Client | None:
    """Give the client with exactly this name and these contact points, if any.

    Nobody is found without a contact point: a name alone is not a person.
    """
    if email is None and phone is None:
        return None
    table = tables.clients
    chosen = sa.select(table).where(
        table.c.name == name,
        table.c.email.is_not_distinct_from(email),
        table.c.phone.is_not_distinct_from(phone),
    )
    found = tx.execute(chosen.order_by(table.c.id).limit(1)).first()
    return None if found is None else _client_in(found)


def _client_in(row: Row) -> Client:
    return Client(
        id=ClientId(row.id),
        name=row.name,
        language=Language(row.language),
        email=row.email,
        phone=row.phone,
    )
