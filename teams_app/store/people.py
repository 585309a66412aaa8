"""Units, their professionals and supervisors, and the clients they serve.

Services stand in `services` and are reached from here too, for most callers want both.
What comes from outside under a stable name (a unit's key, an Entra object id) is saved
by that name: saving twice changes the one row.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from booking.calendar import Mailbox, WorkingHours
from booking.model import (
    Client,
    ClientId,
    Groups,
    Joining,
    Language,
    Opening,
    Professional,
    ProfessionalId,
    Sensitivity,
    Unit,
    UnitId,
)
from teams_app.store import groups, tables
from teams_app.store.columns import bounds, maybe_span, seconds, words_in, words_out
from teams_app.store.database import Tx
from teams_app.store.followed import followed, is_followed
from teams_app.store.rows import Row, ahead, row, rows, the_row
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
    "add_client",
    "client",
    "find_client",
    "followed",
    "is_followed",
    "mailbox",
    "mailbox_in",
    "named_receptionists",
    "named_supervisors",
    "opening_for",
    "own_settings",
    "professional",
    "professional_by_object_id",
    "professionals",
    "professionals_for",
    "receptionists",
    "rules",
    "save_mailbox",
    "save_own_settings",
    "save_professional",
    "save_rules",
    "save_service",
    "save_unit",
    "service",
    "services",
    "services_of",
    "set_receptionists",
    "set_service_professionals",
    "set_supervisors",
    "supervisors",
    "unit",
    "units",
    "units_received",
    "units_supervised",
]


def units(tx: Tx) -> list[Unit]:
    return [_unit_in(each) for each in rows(tx, tables.units, "id")]


def unit(tx: Tx, id_: UnitId) -> Unit:
    """Give the unit. KeyError when there is none."""
    return _unit_in(the_row(tx, tables.units, id=id_))


def save_unit(tx: Tx, given: Unit) -> Unit:
    """Make the unit of this key, or change it; gives it with its id."""
    before = row(tx, tables.units, key=given.key)
    had = None if before is None else before.groups
    values = {
        "key": given.key,
        "name": words_out(given.name),
        "address": given.address,
        "arrival": words_out(given.arrival),
        "phone": given.phone,
        "sensitivity": given.sensitivity.value,
        "trusts_calendars": given.trusts_calendars,
        "fixed": sorted(given.fixed),
        "opening": _opening_out(given.opening),
        "open": given.open,
        "groups": groups.with_former(tx, had, _groups_out(given.groups)) or None,
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
        fixed=frozenset(row.fixed or ()),
        opening=opening_in(row.opening),
        open=row.open,
        groups=_groups_in(row.groups),
    )


def _groups_out(given: Groups) -> dict[str, Any]:
    named = {
        groups.SUPERVISORS: given.supervisors,
        groups.RECEPTION: given.reception,
        "professionals": given.professionals,
    }
    kept: dict[str, Any] = {role: each for role, each in named.items() if each}
    if given.joining is not None:
        kept["joining"] = {
            "languages": [each.value for each in given.joining.languages],
            "services": sorted(given.joining.services),
            "bookable": given.joining.bookable,
        }
    return kept


def _groups_in(kept: dict[str, Any] | None) -> Groups:
    said = kept or {}
    joining = said.get("joining")
    return Groups(
        said.get(groups.SUPERVISORS, ""),
        said.get(groups.RECEPTION, ""),
        said.get("professionals", ""),
        None
        if joining is None
        else Joining(
            tuple(Language(each) for each in joining["languages"]),
            frozenset(joining["services"]),
            joining["bookable"],
        ),
    )


def opening_for(tx: Tx, professional: ProfessionalId) -> Opening:
    """Give when the unit of a professional is open."""
    return opening_in(tx.execute(_OPENING, {"professional": professional}).scalar())


_OPENING = (
    sa.select(tables.units.c.opening)
    .join(tables.professionals, tables.professionals.c.unit_id == tables.units.c.id)
    .where(tables.professionals.c.id == sa.bindparam("professional"))
)


def _opening_out(given: Opening) -> dict[str, Any]:
    return {
        "hours": [[f"{each:%H:%M}" for each in pair] for pair in given.hours],
        "closed": [each.isoformat() for each in sorted(given.closed)],
    }


def opening_in(kept: dict[str, Any] | None) -> Opening:
    """Read when a unit is open, as it is kept."""
    if not kept:
        return Opening()
    hours = (tuple(map(time.fromisoformat, pair)) for pair in kept["hours"])
    return Opening(
        tuple((start, end) for start, end in hours),
        frozenset(map(date.fromisoformat, kept["closed"])),
    )


def set_supervisors(tx: Tx, unit_id: UnitId, object_ids: Iterable[str]) -> None:
    """Make these, and nobody else, the unit's supervisors."""
    _set_named(tx, tables.unit_supervisors, unit_id, object_ids)


def supervisors(tx: Tx, unit_id: UnitId) -> list[str]:
    """Give the object ids of the unit's supervisors: its group's, or those named."""
    group = groups.of_unit(tx, unit_id, groups.SUPERVISORS)
    return named_supervisors(tx, unit_id) if group is None else _in(tx, group)


def named_supervisors(tx: Tx, unit_id: UnitId) -> list[str]:
    """Give whom the file or the tab names, who count while no group decides."""
    found = rows(tx, tables.unit_supervisors, "object_id", unit_id=unit_id)
    return [each.object_id for each in found]


def units_supervised(tx: Tx, object_id: str) -> list[UnitId]:
    return _units_of(tx, tables.unit_supervisors, groups.SUPERVISORS, object_id)


def _in(tx: Tx, group: str) -> list[str]:
    return list(groups.members(tx, group))


def _units_of(tx: Tx, table: sa.Table, role: str, object_id: str) -> list[UnitId]:
    """Give where she has a role: by the unit's group, or where none decides by name."""
    named = {
        UnitId(each.unit_id) for each in rows(tx, table, "unit_id", object_id=object_id)
    }
    read = groups.ever_read(tx, object_id)
    deciding = groups.deciding(tx, role, read)
    by_group = {unit for unit, group in deciding.items() if read[group]}
    return sorted((named - deciding.keys()) | by_group)


def set_receptionists(tx: Tx, unit_id: UnitId, object_ids: Iterable[str]) -> None:
    """Make these, and nobody else, the unit's reception."""
    _set_named(tx, tables.unit_receptionists, unit_id, object_ids)


def receptionists(tx: Tx, unit_id: UnitId) -> list[str]:
    """Give the object ids of the unit's reception: its group's, or those named."""
    group = groups.of_unit(tx, unit_id, groups.RECEPTION)
    return named_receptionists(tx, unit_id) if group is None else _in(tx, group)


def named_receptionists(tx: Tx, unit_id: UnitId) -> list[str]:
    """Give whom the file or the tab names, who count while no group decides."""
    found = rows(tx, tables.unit_receptionists, "object_id", unit_id=unit_id)
    return [each.object_id for each in found]


def units_received(tx: Tx, object_id: str) -> list[UnitId]:
    return _units_of(tx, tables.unit_receptionists, groups.RECEPTION, object_id)


def _set_named(
    tx: Tx, table: sa.Table, unit_id: UnitId, object_ids: Iterable[str]
) -> None:
    tx.execute(sa.delete(table).where(table.c.unit_id == unit_id))
    new = [{"unit_id": unit_id, "object_id": each} for each in set(object_ids)]
    if new:
        tx.execute(sa.insert(table), new)


def professionals(tx: Tx, *, bookable_only: bool = False) -> list[Professional]:
    found = [professional_in(each) for each in rows(tx, tables.professionals, "id")]
    return [each for each in found if each.bookable or not bookable_only]


def of_units(tx: Tx, units: Iterable[UnitId]) -> list[Professional]:
    """Give the professionals of some units, in the order in which they were set up."""
    found = [
        professional_in(each)
        for unit in units
        for each in rows(tx, tables.professionals, "id", unit_id=unit)
    ]
    return sorted(found, key=lambda each: each.id)


def professional(tx: Tx, id_: ProfessionalId) -> Professional:
    """Give the professional. KeyError when there is none."""
    return professional_in(the_row(tx, tables.professionals, id=id_))


def professional_by_object_id(tx: Tx, object_id: str) -> Professional | None:
    found = row(tx, tables.professionals, object_id=object_id)
    return None if found is None else professional_in(found)


def save_professional(tx: Tx, given: Professional) -> Professional:
    """Make the professional of this object id, or change her; gives her with her id.

    What is known of her mailbox, her own rules, and what she has set herself stay as
    they are; the languages she has set herself are those she is given with.
    """
    values = {
        "object_id": given.object_id,
        "mailbox": given.mailbox,
        "name": given.name,
        "unit_id": given.unit,
        "languages": [each.value for each in given.languages],
        "language": given.language.value,
        "bookable": given.bookable,
        "skills": list(given.skills),
    }
    saved = upsert(tx.connection, tables.professionals, ["object_id"], values)
    tx.touched.add(ProfessionalId(saved.id))
    return professional_in(saved)


def mailbox(tx: Tx, id_: ProfessionalId) -> Mailbox:
    """Give what Outlook last said of her mailbox; the defaults until it has."""
    found = row(tx, tables.professionals, id=id_)
    return mailbox_in(None if found is None else found.mailbox_settings)


def mailbox_in(kept: dict[str, Any] | None) -> Mailbox:
    """Read a mailbox's settings as they are kept."""
    if kept is None:
        return Mailbox()
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


def own_settings(tx: Tx, id_: ProfessionalId) -> dict[str, Any] | None:
    """Give what she has set herself as it was saved, None when she has set nothing."""
    found = row(tx, tables.professionals, id=id_)
    return None if found is None else found.own_settings


def save_own_settings(tx: Tx, id_: ProfessionalId, given: dict[str, Any]) -> None:
    _change_professional(tx, id_, own_settings=given)


def _change_professional(tx: Tx, id_: ProfessionalId, **values: Any) -> None:
    table = tables.professionals
    tx.execute(sa.update(table).where(table.c.id == id_).values(values))
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


def write_in(tx: Tx, id_: ClientId, language: Language) -> bool:
    """Keep in which language a client wishes to be written to. False: it was so."""
    table = tables.clients
    other = (table.c.id == id_) & (table.c.language != language.value)
    changed = sa.update(table).where(other).values(language=language.value)
    return tx.execute(changed).rowcount == 1


def client(tx: Tx, id_: ClientId) -> Client:
    """Give the client. KeyError when there is none."""
    return _client_in(the_row(tx, tables.clients, id=id_))


def read_clients_ahead(tx: Tx, ids: Sequence[ClientId]) -> None:
    ahead(tx, tables.clients, id=ids)


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
