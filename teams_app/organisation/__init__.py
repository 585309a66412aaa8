"""The organisation as an admin writes it down: units, professionals, services.

Two JSON files: the organisation, which names people by their mail address, and the
people as Entra lists them (`mail`, `id`, `name`). Both are read whole, every fault is
named with its place, and only what has none is set up. Setting up twice changes nothing;
what is no longer in the file is left as it is. docs/organisation.md explains each name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from booking.availability import Mode
from booking.bounds import KEY, NAME_MAX, PHONE
from booking.model import (
    Groups,
    Hours,
    Joining,
    Language,
    Opening,
    Professional,
    ProfessionalId,
    Sensitivity,
    Service,
    Unit,
    UnitId,
    Words,
)
from booking.own_settings import DAILY_MAX, FIXABLE
from booking.typed import clock, day
from booking.unit_forms import PROFESSIONALS, ROLES
from manifest.checks import GUID
from teams_app.actions import setup
from teams_app.actions.setup import OwnRules
from teams_app.organisation.offered import LANGUAGES, service
from teams_app.organisation.places import Place, is_number
from teams_app.store import edited, groups, people, persons, services
from teams_app.store.database import Tx


class BadOrganisation(Exception):
    """The files cannot be used; `faults` says where and why, a line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the tenant. `id` is her Entra object id, in small letters."""

    mail: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A professional, and what is known of her by name only."""

    professional: Professional
    unit: str
    mail: str
    rules: OwnRules


@dataclass(frozen=True, slots=True)
class Staff:
    """Who stands for a unit, professional or not."""

    supervisors: tuple[Person, ...]
    reception: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the files say. Units are named by key, people by mail."""

    units: tuple[tuple[Unit, Staff], ...]
    professionals: tuple[Member, ...]
    services: tuple[tuple[Service, tuple[str, ...]], ...]  #: With their givers.


def read(organisation: Path, people_file: Path) -> Organisation:
    """Read both files. Raises BadOrganisation with every fault at once."""
    return parse(_json(organisation), _json(people_file))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadOrganisation([f"{path}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise BadOrganisation([f"{path}: is not UTF-8 text"]) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadOrganisation([f"{path}: {where}: {error.msg}"]) from None


@dataclass(frozen=True, slots=True)
class Done:
    """What setting up has left alone, by name."""

    left: list[str]  #: Professionals whom the file does not name.
    #: Professionals, units and services that were changed in the tab, which the file
    #: does not undo.
    kept: list[str]


def put(
    tx: Tx, organisation: Organisation, now: datetime, *, over: bool = False
) -> Done:
    """Set everything up.

    Who was changed in the tab stays so, with what she gives, and so does a unit or a
    service; `over` makes them the file's again.
    """
    edited.lock(tx)
    kinds = (edited.PROFESSIONAL, edited.UNIT, edited.SERVICE)
    if over:
        for kind in kinds:
            edited.forget(tx, kind)
    in_tab, units_in_tab, services_in_tab = (edited.keys(tx, kind) for kind in kinds)
    units = _put_units(tx, organisation, units_in_tab, now)
    staff = _put_staff(tx, organisation, units, in_tab, now)
    every = people.professionals(tx)
    ours = [each for each in every if each.object_id in in_tab]
    _put_services(tx, organisation, staff, ours, services_in_tab)
    named = {each.id for each in staff.values()}
    left = [each.name for each in every if each.id not in named and each not in ours]
    kept = [each.name for each in ours]
    kept += [each.name.fi for each in people.units(tx) if each.key in units_in_tab]
    found = people.services(tx)
    kept += [each.name.fi for each in found if each.key in services_in_tab]
    return Done(left, kept)


def _put_units(
    tx: Tx, organisation: Organisation, in_tab: set[str], now: datetime
) -> dict[str, UnitId]:
    for unit, staff_of in organisation.units:
        for each in (*staff_of.supervisors, *staff_of.reception):
            persons.save(tx, each.id, each.name)
        if unit.key not in in_tab:
            chiefs = [each.id for each in staff_of.supervisors]
            desk = [each.id for each in staff_of.reception]
            setup.put_unit(tx, unit, chiefs, now, desk)
    return {each.key: each.id for each in people.units(tx)}


def _put_staff(
    tx: Tx,
    organisation: Organisation,
    units: Mapping[str, UnitId],
    in_tab: set[str],
    now: datetime,
) -> dict[str, Professional]:
    staff = {}
    for member in organisation.professionals:
        kept = people.professional_by_object_id(tx, member.professional.object_id)
        if kept is None or kept.object_id not in in_tab:
            kept = setup.put_professional(tx, _placed(tx, member, units), now)
            setup.put_rules(tx, kept.id, member.rules, now)
        staff[member.mail] = kept
    return staff


def _placed(tx: Tx, member: Member, units: Mapping[str, UnitId]) -> Professional:
    """Give her with her unit. Whom her groups took out of booking it does not open."""
    own = member.professional
    beside = groups.is_member(tx, groups.BESIDE, own.object_id)
    unit = units[member.unit]
    return replace(own, unit=unit, bookable=own.bookable and not beside)


def _put_services(
    tx: Tx,
    organisation: Organisation,
    staff: Mapping[str, Professional],
    ours: Sequence[Professional],
    in_tab: set[str],
) -> None:
    """Set services up; who was changed in the tab gives what she gave."""
    for offered, givers in organisation.services:
        if offered.key in in_tab:
            continue
        before = {
            each.key: services.givers(tx, each.id) for each in people.services(tx)
        }
        stay = [each for each in ours if each.id in before.get(offered.key, ())]
        of_file = [staff[mail] for mail in givers if staff[mail] not in ours]
        setup.put_service(tx, offered, [*of_file, *stay])


# Reading.

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIXED = tuple(each.value for each in FIXABLE)


def parse(organisation: object, listed: object) -> Organisation:
    """Read what the files hold. Raises BadOrganisation with every fault at once."""
    faults: list[str] = []
    known = _people(listed, faults)
    whole = Place.of("", organisation, faults)
    units = [_unit(each, known) for each in whole.each("units")]
    keys = _unlike(whole, "units", [unit.key for unit, _ in units])
    staff = [_professional(each, known, keys) for each in whole.each("professionals")]
    mails = _unlike(whole, "professionals", [member.mail for member in staff])
    services = [service(each, mails) for each in whole.each("services")]
    offered = _unlike(whole, "services", [each.key for each, _ in services])
    for unit, _ in units:
        given = unit.groups.joining
        for key in sorted(given.services - offered if given else ()):
            whole.fault(
                "units", f"{unit.key} gives who joins {key}, which is no service"
            )
    whole.end()
    if faults:
        raise BadOrganisation([each.removeprefix(".") for each in faults])
    return Organisation(tuple(units), tuple(staff), tuple(services))


def _unlike(whole: Place, name: str, keys: Sequence[str]) -> set[str]:
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        whole.faults.append(f"{name}: {key} stands there twice")
    return set(keys)


def _people(listed: object, faults: list[str]) -> dict[str, Person]:
    if not isinstance(listed, list):
        faults.append("people: must be a list")
        return {}
    found = {}
    for number, raw in enumerate(listed, 1):
        place = Place.of(f"people[{number}]", raw, faults)
        if "*" in place.asked or not raw.get("mail"):
            continue  # Entra lists accounts without a mailbox too
        guid = place.match("id", GUID, "must be an Entra object id").lower()
        person = Person(place.text("mail").lower(), guid, place.text("name"))
        found[person.mail] = person
    return found


def _unit(place: Place, known: Mapping[str, Person]) -> tuple[Unit, Staff]:
    unit = Unit(
        UnitId(0),
        place.match("key", KEY, "must be small letters, figures and hyphens"),
        place.words("name", most=NAME_MAX),
        place.text("address", ""),
        place.words("arrival", Words("", "", "")),
        place.match("phone", PHONE, "must be a telephone number"),
        Sensitivity(
            place.one_of("sensitivity", [s.value for s in Sensitivity], "normal")
        ),
        place.truth("trusts_calendars", default=False),
        frozenset(place.many_of("fixed", FIXED, ()) if "fixed" in place.raw else ()),
        Opening(_opening(place), frozenset(_closed(place))),
        groups=_groups(place),
    )
    staff = Staff(
        _named(place, "supervisors", known), _named(place, "reception", known)
    )
    place.end()
    return unit, staff


def _groups(place: Place) -> Groups:
    """Read Entra's groups that give a role of a unit."""
    raw = place.get("groups", lambda v: isinstance(v, dict), "must be an object", {})
    inner = Place.of(f"{place.where}.groups", raw, place.faults)
    words = "must be an Entra object id"
    found = {
        role: inner.match(role, GUID, words).lower() if role in raw else ""
        for role in (*ROLES, PROFESSIONALS)
    }
    joining = _joining(inner) if "joining" in raw else None
    if joining is not None and not found[PROFESSIONALS]:
        inner.fault("joining", "needs a group of professionals")
    inner.end()
    return Groups(**found, joining=joining)


def _joining(place: Place) -> Joining:
    """Read what is given to who joins the group of professionals."""
    raw = place.get("joining", lambda v: isinstance(v, dict), "must be an object")
    inner = Place.of(f"{place.where}.joining", raw or {}, place.faults)
    made = Joining(
        tuple(map(Language, inner.many_of("languages", LANGUAGES, ["fi"]))),
        frozenset(inner.texts("services", [])),
        inner.truth("bookable", default=False),
    )
    inner.end()
    return made


def _opening(place: Place) -> tuple[Hours, ...]:
    """Read the hours of a unit: a day that is not named is shut."""
    raw = place.get("hours", lambda v: isinstance(v, dict), "must be an object", {})
    inner = Place.of(f"{place.where}.hours", raw, place.faults)
    words = "must be two times of day, the earlier first"
    found = []
    for name in WEEKDAYS:
        typed = inner.get(name, _are_times, words, ["00:00", "00:00"])
        start, end = map(time.fromisoformat, typed)
        found.append((start, end))
    inner.end()
    return tuple(found) if raw else ()


def _are_times(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004
        return False
    times = [clock(each) if isinstance(each, str) else None for each in value]
    start, end = times
    return start is not None and end is not None and start < end


def _closed(place: Place) -> list[date]:
    found = [(each, day(each)) for each in place.texts("closed_days", [])]
    for typed, read_ in found:
        if read_ is None:
            place.fault("closed_days", f"{typed} is no date")
    return [each for _, each in found if each is not None]


def _named(place: Place, name: str, known: Mapping[str, Person]) -> tuple[Person, ...]:
    found = []
    for mail in place.texts(name, []):
        person = known.get(mail.lower())
        if person is None:
            place.fault(name, f"{mail} is not among the people")
        else:
            found.append(person)
    return tuple(found)


def _professional(place: Place, known: Mapping[str, Person], units: set[str]) -> Member:
    mail = place.text("mail").lower()
    person = known.get(mail)
    if mail and person is None:
        place.fault("mail", f"{mail} is not among the people")
    unit = place.text("unit")
    if unit and unit not in units:
        place.fault("unit", f"there is no unit {unit}")
    languages = tuple(map(Language, place.many_of("languages", LANGUAGES)))
    own = place.one_of("language", LANGUAGES, languages[0].value if languages else "fi")
    made = Professional(
        ProfessionalId(0),
        person.id if person else "",
        person.id if person else "",
        place.text("name", person.name if person else ""),
        UnitId(0),
        languages,
        Language(own),
        place.truth("bookable", default=True),
        place.skills(),
    )
    member = Member(made, unit, mail, _rules(place))
    place.end()
    return member


def _rules(place: Place) -> OwnRules:
    words = f"must be a whole number from 1 to {DAILY_MAX}"
    limit = place.get("daily_limit", lambda v: is_number(v, 1, DAILY_MAX), words, 0)
    raw = place.get("opens", lambda v: isinstance(v, dict), "must be an object", {})
    inner = Place.of(f"{place.where}.opens", raw, place.faults)
    category, prefix = inner.text("category", ""), inner.text("prefix", "")
    inner.end()
    marked = bool(category.strip() or prefix.strip())
    if "opens" in place.raw and not marked:
        place.fault("opens", "must have a category or a prefix")
    mode = Mode.OPENED_BLOCKS if marked else Mode.WORKING_HOURS
    return OwnRules(mode, limit or None, category, prefix)
