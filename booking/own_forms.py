"""What a professional typed into the form of one section, read or refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time

from booking.availability import Mode
from booking.availability.rules import DayHours
from booking.calendar import WorkingHours
from booking.model import Language, Modality
from booking.own_settings import (
    BUFFER_MAX,
    DAILY_MAX,
    MARK_MAX,
    Opens,
    Own,
    Section,
    Wanted,
    is_within,
)
from booking.views.pages import FieldError

Form = Mapping[str, Sequence[str]]
_STEP = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What the form is read against."""

    hours: WorkingHours  #: Of Outlook.
    ways: tuple[Modality, ...]  #: In which her services may be given.


def read(
    section: Section, form: Form, own: Own, known: Known
) -> Own | list[FieldError]:
    """Give her settings with this section as typed, or what is wrong with it."""
    made = _READERS[section](form, own, known)
    if isinstance(made, list):
        return made
    return replace(made, set_=own.set_ | {section})


def _first(form: Form, name: str) -> str:
    return (form.get(name) or [""])[0].strip()


def _ticked(form: Form, name: str) -> bool:
    return _first(form, name) == "yes"


def _hours(form: Form, own: Own, known: Known) -> Own | list[FieldError]:
    days: list[DayHours] = []
    errors: list[FieldError] = []
    for day in range(7):
        found = _day(form, day, known) if day in known.hours.days else None
        if isinstance(found, FieldError):
            errors.append(found)
        else:
            days.append(found)
    if errors:
        return errors
    shut = [pair is not None and pair[0] == pair[1] for pair in days]
    if all(shut[day] for day in known.hours.days):
        return [FieldError(f"day_{min(known.hours.days, default=0)}", "own_no_day")]
    return replace(own, hours=tuple(days))


def _day(form: Form, day: int, known: Known) -> DayHours | FieldError:
    if not _ticked(form, f"day_{day}"):
        return time(0), time(0)
    typed = [_first(form, f"{name}_{day}") for name in ("start", "end")]
    if not any(typed):
        return None
    start, end = (_clock(each) for each in typed)
    if start is None or end is None:
        field = "start" if start is None else "end"
        return FieldError(f"{field}_{day}", "own_half")
    if end <= start:
        return FieldError(f"end_{day}", "own_backwards")
    if not is_within((start, end), known.hours):
        field = "start" if start < known.hours.start else "end"
        return FieldError(f"{field}_{day}", "own_outside")
    same = (start, end) == (known.hours.start, known.hours.end)
    return None if same else (start, end)


def _clock(given: str) -> time | None:
    try:
        found = time.fromisoformat(given)
    except ValueError:
        return None
    sound = found.tzinfo is None and not found.second and not found.microsecond
    return found if sound else None


def _ways(form: Form, own: Own, known: Known) -> Own | list[FieldError]:
    offered = tuple(each for each in known.ways if _ticked(form, f"way_{each}"))
    errors: list[FieldError] = []
    if not offered and known.ways:
        errors.append(FieldError(f"way_{known.ways[0]}", "own_no_way"))
    buffers: dict[Modality, tuple[int, int]] = {}
    for way in known.ways:
        names = [f"{name}_{way}" for name in ("before", "after")]
        pair = [_minutes(_first(form, name)) for name in names]
        errors += [
            FieldError(name, "own_minutes", BUFFER_MAX)
            for name, found in zip(names, pair, strict=True)
            if found == _NO_NUMBER
        ]
        if any(found is not None for found in pair):
            buffers[way] = (pair[0] or 0, pair[1] or 0)
    if errors:
        return errors
    # Of a way that none of her services has just now she goes on to say what she said.
    others = tuple(each for each in own.modalities if each not in known.ways) or tuple(
        each for each in Modality if each not in known.ways
    )
    return replace(own, modalities=(*offered, *others), buffers=buffers)


_NO_NUMBER = -1


def _minutes(given: str) -> int | None:
    if not given:
        return None
    sound = given.isascii() and given.isdecimal() and len(given) <= len("240")
    number = int(given) if sound else _NO_NUMBER
    return number if number <= BUFFER_MAX and not number % _STEP else _NO_NUMBER


def _languages(form: Form, own: Own, known: Known) -> Own | list[FieldError]:
    del known
    chosen = tuple(each for each in Language if each.value in form.get("languages", ()))
    if not chosen:
        return [FieldError("languages", "choose_some")]
    return replace(own, languages=chosen)


def _limit(form: Form, own: Own, known: Known) -> Own | list[FieldError]:
    del known
    given = _first(form, "daily_limit")
    if not given:
        return replace(own, daily_limit=None)
    sound = given.isascii() and given.isdecimal() and len(given) <= len("50")
    if not sound or not 1 <= int(given) <= DAILY_MAX:
        return [FieldError("daily_limit", "own_limit", DAILY_MAX)]
    return replace(own, daily_limit=int(given))


def _opens(form: Form, own: Own, known: Known) -> Own | list[FieldError]:
    del known
    mode = next((each for each in Mode if each.value == _first(form, "mode")), None)
    if mode is None:
        return [FieldError("mode", "choose_one")]
    marks = {name: _first(form, name) for name in ("category", "prefix")}
    long = [name for name, mark in marks.items() if len(mark) > MARK_MAX]
    if long:
        return [FieldError(name, "too_long", MARK_MAX) for name in long]
    if mode is Mode.OPENED_BLOCKS and not any(marks.values()):
        return [FieldError("category", "own_no_mark")]
    return replace(own, opens=Opens(mode, marks["category"], marks["prefix"]))


def _cards(form: Form, own: Own, known: Known) -> Own | list[FieldError]:
    del known
    given = _first(form, "language")
    language = next((each for each in Language if each.value == given), None)
    if language is None:
        return [FieldError("language", "choose_one")]
    off = frozenset(each for each in Wanted if not _ticked(form, f"card_{each}"))
    return replace(own, language=language, off=off)


_READERS: dict[Section, Callable[[Form, Own, Known], Own | list[FieldError]]] = {
    Section.HOURS: _hours,
    Section.WAYS: _ways,
    Section.LANGUAGES: _languages,
    Section.LIMIT: _limit,
    Section.OPENS: _opens,
    Section.CARDS: _cards,
}
