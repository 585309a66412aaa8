"""What an admin typed into the form of a unit, read or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from booking.bounds import CLOSED_MAX, KEY, OBJECT_ID, PERSONS_MAX, PHONE
from booking.contact import visible
from booking.model import (
    Groups,
    Hours,
    Joining,
    Language,
    Opening,
    Sensitivity,
    Unit,
)
from booking.own_settings import FIXABLE
from booking.typed import (
    Form,
    clock,
    day,
    first,
    names,
    spread,
    ticked,
    words,
)
from booking.views.pages import FieldError

_DAYS = 7
ADDRESS_MAX = 200
#: The roles that persons have for a unit, professionals or not.
ROLES = ("supervisors", "reception")
#: And the group of its professionals, as its field has it.
PROFESSIONALS = "professionals"


@dataclass(frozen=True, slots=True)
class UnitTyped:
    """A unit as it is to be, with who stands for it by object id."""

    unit: Unit
    supervisors: tuple[str, ...]
    reception: tuple[str, ...]


def read(
    form: Form, before: Unit, known: Mapping[str, str]
) -> UnitTyped | list[FieldError]:
    """Read a unit. `known`: names of persons by their object ids."""
    errors: list[FieldError] = []
    made = replace(
        before,
        name=names(form, "name", errors),
        address=_address(form, errors),
        arrival=words(form, "arrival", errors),
        phone=_phone(form, errors),
        sensitivity=_sensitivity(form, errors),
        trusts_calendars=ticked(form, "trusts_calendars"),
        fixed=frozenset(
            each.value for each in FIXABLE if each.value in form.get("fixed", ())
        ),
        opening=Opening(_hours(form, errors), _closed(form, errors)),
        groups=Groups(
            supervisors=_group(form, "supervisors", errors),
            reception=_group(form, "reception", errors),
            professionals=_group(form, PROFESSIONALS, errors),
            joining=_joining(form, errors),
        ),
    )
    people = [persons(form, role, known, errors) for role in ROLES]
    return errors or UnitTyped(made, people[0], people[1])


def _address(form: Form, errors: list[FieldError]) -> str:
    said = visible(first(form, "address"))
    if len(said) > ADDRESS_MAX:
        errors.append(FieldError("address", "too_long", ADDRESS_MAX))
    return said


def _phone(form: Form, errors: list[FieldError]) -> str:
    said = first(form, "phone")
    if not PHONE.fullmatch(said):
        errors.append(FieldError("phone", "not_phone" if said else "required"))
    return said


def _sensitivity(form: Form, errors: list[FieldError]) -> Sensitivity:
    chosen = first(form, "sensitivity")
    found = next((each for each in Sensitivity if each.value == chosen), None)
    if found is None:
        errors.append(FieldError("sensitivity", "choose_one"))
    return found or Sensitivity.PRIVATE


def _hours(form: Form, errors: list[FieldError]) -> tuple[Hours, ...]:
    """Read the opening hours; none: as the professionals work."""
    if first(form, "opens") != "own":
        return ()
    found = [_day(form, number, errors) for number in range(_DAYS)]
    if all(start == end for start, end in found):
        errors.append(FieldError("day_0", "no_open_day"))
    return tuple(found)


def _day(form: Form, number: int, errors: list[FieldError]) -> Hours:
    midnight = clock("00:00")
    assert midnight is not None
    if not ticked(form, f"day_{number}"):
        return midnight, midnight
    start, end = (clock(first(form, f"{edge}_{number}")) for edge in ("start", "end"))
    if start is None or end is None:
        field = "start" if start is None else "end"
        errors.append(FieldError(f"{field}_{number}", "day_half"))
        return midnight, midnight
    if end <= start:
        errors.append(FieldError(f"end_{number}", "own_backwards"))
    return start, end


def _closed(form: Form, errors: list[FieldError]) -> frozenset[date]:
    lines = [each for each in first(form, "closed").splitlines() if each.strip()]
    found = [day(each) for each in lines[: CLOSED_MAX + 1]]
    if None in found:
        errors.append(FieldError("closed", "not_dates"))
    elif len(found) > CLOSED_MAX:
        errors.append(FieldError("closed", "too_many", CLOSED_MAX))
    return frozenset(each for each in found if each is not None)


def _joining(form: Form, errors: list[FieldError]) -> Joining | None:
    """Read what is given to who joins; None: she is proposed."""
    if first(form, "joins") != "herself":
        return None
    if not first(form, f"group_{PROFESSIONALS}"):
        errors.append(FieldError(f"group_{PROFESSIONALS}", "required"))
    spoken = form.get("join_languages", ())
    languages = tuple(each for each in Language if each.value in spoken)
    if not languages:
        errors.append(FieldError("join_languages", "choose_some"))
    services = form.get("join_services", ())
    return Joining(
        languages or Joining().languages,
        frozenset(each for each in services if KEY.fullmatch(each)),
        ticked(form, "join_bookable"),
    )


def _group(form: Form, role: str, errors: list[FieldError]) -> str:
    """Read by which group in Entra somebody has a role; empty: by none."""
    typed = first(form, f"group_{role}").lower()
    if typed and not OBJECT_ID.fullmatch(typed):
        errors.append(FieldError(f"group_{role}", "not_group"))
        return ""
    return typed


def persons(
    form: Form, role: str, known: Mapping[str, str], errors: list[FieldError]
) -> tuple[str, ...]:
    """Read who has a role: those left ticked, and who was named besides."""
    chosen = [each for each in form.get(role, ()) if OBJECT_ID.fullmatch(each)]
    found = _person(form, f"add_{role}", known)
    if isinstance(found, FieldError):
        errors.append(found)
    elif found:
        chosen.append(found)
    if len(chosen) > PERSONS_MAX:
        errors.append(FieldError(f"add_{role}", "too_many", PERSONS_MAX))
    return tuple(dict.fromkeys(each.lower() for each in chosen))


def _person(form: Form, field: str, known: Mapping[str, str]) -> str | FieldError:
    """Find somebody by her object id or her name; empty: nobody is named."""
    named = visible(first(form, field))
    if not named or OBJECT_ID.fullmatch(named):
        return named
    wanted = named.casefold()
    found = [id_ for id_, name in known.items() if name.casefold() == wanted]
    if len(found) != 1:
        return FieldError(field, "person_twice" if found else "no_such_person")
    return found[0]


def written(unit: Unit, people: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Write a unit as its form would bring it. `people`: object ids by role."""
    opening = unit.opening
    filled = {
        **spread("name", unit.name),
        "address": [unit.address],
        **spread("arrival", unit.arrival),
        "phone": [unit.phone],
        "sensitivity": [unit.sensitivity.value],
        "trusts_calendars": ["yes"] if unit.trusts_calendars else [],
        "fixed": sorted(unit.fixed),
        "opens": ["own" if opening.hours else "professionals"],
        "closed": [
            "\n".join(
                f"{each.day}.{each.month}.{each.year}"
                for each in sorted(opening.closed)
            )
        ],
        **{role: list(people.get(role, ())) for role in ROLES},
        "group_supervisors": [unit.groups.supervisors],
        "group_reception": [unit.groups.reception],
        **_joined(unit.groups),
    }
    for number, (start, end) in enumerate(opening.hours):
        if start != end:
            filled |= {
                f"day_{number}": ["yes"],
                f"start_{number}": [f"{start:%H:%M}"],
                f"end_{number}": [f"{end:%H:%M}"],
            }
    return filled


def _joined(groups: Groups) -> dict[str, list[str]]:
    given = groups.joining or Joining()
    return {
        f"group_{PROFESSIONALS}": [groups.professionals],
        "joins": ["proposed" if groups.joining is None else "herself"],
        "join_languages": [each.value for each in given.languages],
        "join_services": sorted(given.services),
        "join_bookable": ["yes"] if given.bookable else [],
    }
