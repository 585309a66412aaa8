"""The organisation as an admin writes it down: units, professionals, services.

Two JSON files: the organisation, which names people by their mail address, and the
people as Entra lists them (`mail`, `id`, `name`). Both are read whole, every fault is
named with its place, and only what has none is set up. Setting up twice changes nothing;
what is no longer in the file is left as it is. docs/organisation.md explains each name.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from booking.availability import Mode
from booking.model import (
    BookedBy,
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Question,
    QuestionKind,
    Sensitivity,
    Service,
    ServiceId,
    Unit,
    UnitId,
    Words,
)
from manifest.checks import GUID
from teams_app.actions import setup
from teams_app.actions.setup import OwnRules
from teams_app.organisation.places import Good, Place, is_number
from teams_app.store import people
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
class Organisation:
    """What the files say. Units are named by key, people by mail."""

    units: tuple[tuple[Unit, tuple[Person, ...]], ...]  #: With their supervisors.
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


def put(tx: Tx, organisation: Organisation, now: datetime) -> list[str]:
    """Set everything up; gives the names of professionals whom the file leaves out."""
    units = {}
    for unit, supervisors in organisation.units:
        chiefs = [each.id for each in supervisors]
        units[unit.key] = setup.put_unit(tx, unit, chiefs).id
    staff = {}
    for member in organisation.professionals:
        placed = replace(member.professional, unit=units[member.unit])
        saved = setup.put_professional(tx, placed, now)
        setup.put_rules(tx, saved.id, member.rules, now)
        staff[member.mail] = saved
    for service, givers in organisation.services:
        setup.put_service(tx, service, [staff[mail] for mail in givers])
    named = {each.id for each in staff.values()}
    return [each.name for each in people.professionals(tx) if each.id not in named]


# Reading.

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
PHONE = re.compile(r"\+?[\d ()-]{3,24}")
BUFFER_MAX = 240
DAILY_MAX = 50
LANGUAGES = tuple(each.value for each in Language)
MODALITIES = tuple(each.value for each in Modality)


def parse(organisation: object, listed: object) -> Organisation:
    """Read what the files hold. Raises BadOrganisation with every fault at once."""
    faults: list[str] = []
    known = _people(listed, faults)
    whole = Place.of("", organisation, faults)
    units = [_unit(each, known) for each in whole.each("units")]
    keys = _unlike(whole, "units", [unit.key for unit, _ in units])
    staff = [_professional(each, known, keys) for each in whole.each("professionals")]
    mails = _unlike(whole, "professionals", [member.mail for member in staff])
    services = [_service(each, mails) for each in whole.each("services")]
    _unlike(whole, "services", [service.key for service, _ in services])
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


def _unit(place: Place, known: Mapping[str, Person]) -> tuple[Unit, tuple[Person, ...]]:
    unit = Unit(
        UnitId(0),
        place.match("key", KEY, "must be small letters, figures and hyphens"),
        place.words("name"),
        place.text("address", ""),
        place.words("arrival", Words("", "", "")),
        place.match("phone", PHONE, "must be a telephone number"),
        Sensitivity(
            place.one_of("sensitivity", [s.value for s in Sensitivity], "normal")
        ),
        place.truth("trusts_calendars", default=False),
    )
    supervisors = []
    for mail in place.texts("supervisors", []):
        person = known.get(mail.lower())
        if person is None:
            place.fault("supervisors", f"{mail} is not among the people")
        else:
            supervisors.append(person)
    place.end()
    return unit, tuple(supervisors)


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


def _service(place: Place, mails: set[str]) -> tuple[Service, tuple[str, ...]]:
    service = Service(
        ServiceId(0),
        place.match("key", KEY, "must be small letters, figures and hyphens"),
        place.words("name"),
        place.words("summary", Words("", "", "")),
        place.number("minutes", 5, 480),
        tuple(map(Modality, place.many_of("modalities", MODALITIES))),
        _buffers(place),
        tuple(map(Language, place.many_of("languages", LANGUAGES, LANGUAGES))),
        _questions(place),
        _hours(place),
        place.number("lead_minutes", 0, 28 * 24 * 60, 120),
        place.number("horizon_days", 1, 365, 28),
        BookedBy(place.one_of("booked_by", [b.value for b in BookedBy], "anyone")),
        place.truth("open", default=True),
    )
    if service.minutes % 5:
        place.fault("minutes", "must be a multiple of 5")
    givers = tuple(mail.lower() for mail in place.texts("givers"))
    for mail in givers:
        if mail not in mails:
            place.fault("givers", f"{mail} is not among the professionals")
    place.end()
    return service, givers


def _hours(place: Place) -> tuple[int, ...]:
    words = "must be a list of hours before the start, 1 to 336"
    good: Good = lambda v: isinstance(v, list) and all(is_number(h, 1, 336) for h in v)  # noqa: E731
    return tuple(place.get("reminder_hours", good, words, [24, 2]))


def _buffers(place: Place) -> dict[Modality, tuple[int, int]]:
    raw = place.get("buffers", lambda v: isinstance(v, dict), "must be an object", {})
    inner = Place.of(f"{place.where}.buffers", raw, place.faults)
    words = f"must be two numbers, minutes before and after, 0 to {BUFFER_MAX}"
    found = {}
    for modality in Modality:
        pair = inner.get(modality.value, _is_pair, words, [0, 0])
        if modality.value in raw:
            found[modality] = (pair[0], pair[1])
    inner.end()
    return found


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2  # noqa: PLR2004
        and all(is_number(each, 0, BUFFER_MAX) for each in value)
    )


CHOOSING = {QuestionKind.ONE_OF, QuestionKind.MANY_OF}


def _questions(service: Place) -> tuple[Question, ...]:
    found = []
    for place in service.each("questions", needed=False):
        kind = QuestionKind(place.one_of("kind", [k.value for k in QuestionKind]))
        hint = place.words("hint", Words("", "", ""))
        question = Question(
            place.match(
                "key", re.compile(r"[a-z0-9_-]{1,40}"), "must be small letters"
            ),
            kind,
            place.words("label"),
            hint if hint.fi else None,
            place.truth("required", default=False),
            _choices(place, chosen=kind in CHOOSING),
        )
        place.end()
        found.append(question)
    keys = [each.key for each in found]
    if len(set(keys)) < len(keys):
        service.fault("questions", "two have the same key")
    return tuple(found)


def _choices(place: Place, *, chosen: bool) -> tuple[tuple[str, Words], ...]:
    found = []
    for choice in place.each("choices", needed=chosen):
        found.append(
            (choice.match("value", KEY, "must be small letters"), choice.words("label"))
        )
        choice.end()
    if found and not chosen:
        place.fault("choices", "only one_of and many_of have any")
    if chosen and not found:
        place.fault("choices", "there must be some")
    return tuple(found)
