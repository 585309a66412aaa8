"""Reading one field of a form: what is wrong with it is noted, and nothing is raised."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from booking.bounds import NAME_MAX, TEXT_MAX
from booking.contact import visible
from booking.model import Language, Words
from booking.views.pages import FieldError

Form = Mapping[str, Sequence[str]]
_DIGITS_MAX = 6


def first(form: Form, name: str) -> str:
    return (form.get(name) or [""])[0].strip()


def ticked(form: Form, name: str) -> bool:
    return first(form, name) == "yes"


def number(typed: str, least: int, most: int) -> int | None:
    """Read a whole number in figures; None: it is none of these."""
    sound = typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS_MAX
    found = int(typed) if sound else least - 1
    return found if least <= found <= most else None


def clock(typed: str) -> time | None:
    """Read a time of day to the minute, as a browser sends it."""
    try:
        found = time.fromisoformat(typed)
    except ValueError:
        return None
    sound = found.tzinfo is None and not found.second and not found.microsecond
    return found if sound else None


def day(typed: str) -> date | None:
    """Read `24.12.2026`, as people here write it, or `2026-12-24`."""
    local = typed.strip().split(".")
    parts = local if len(local) == len("dmy") else typed.strip().split("-")[::-1]
    if len(parts) != len("dmy") or not all(each.isdecimal() for each in parts):
        return None
    if any(len(each) > len("2026") or not each.isascii() for each in parts):
        return None
    try:
        return date(*map(int, reversed(parts)))
    except ValueError:
        return None


def words(
    form: Form, name: str, errors: list[FieldError], *, most: int = TEXT_MAX
) -> Words:
    """Read `name_fi`, `name_sv`, `name_en`; one too long is noted and left empty.

    The Finnish one is what the others fall back to: where it alone is missing it is
    asked for.
    """
    found = {}
    for language in Language:
        field = f"{name}_{language}"
        said = visible(first(form, field))
        if len(said) > most:
            errors.append(FieldError(field, "too_long", most))
        found[language.value] = said[:most]
    made = Words(**found)
    if not made.fi and (made.sv or made.en):
        errors.append(FieldError(f"{name}_fi", "required"))
    return made


def names(
    form: Form, name: str, errors: list[FieldError], *, most: int = NAME_MAX
) -> Words:
    """Read the words of something that must be called something."""
    found = words(form, name, errors, most=most)
    if not any((found.fi, found.sv, found.en)):
        errors.append(FieldError(f"{name}_fi", "required"))
    return found


def spread(name: str, kept: Words) -> dict[str, list[str]]:
    """Write words as the form of `words` would bring them."""
    return {f"{name}_{each}": [kept.only(each)] for each in Language}


def plain_key(said: str) -> str:
    """Make a stable name out of a title: small letters, figures, hyphens; or nothing."""
    bare = said.lower().translate(_BARE)
    kept = "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in bare)
    return "-".join(part for part in kept.split("-") if part)[:30].strip("-")


_BARE = str.maketrans("\u00e4\u00f6\u00e5\u00e9\u00fc", "aoaeu")


def unlike(wanted: str, others: set[str]) -> str:
    """Give the name, with a number where it is somebody's already."""
    tries = (wanted, *(f"{wanted}-{n}" for n in range(2, len(others) + 3)))
    return next(each for each in tries if each not in others)
