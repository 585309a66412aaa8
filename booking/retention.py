"""How long what is kept about people is kept, and within which bounds a tenant decides.

Vuoro is no register and no archive: what must be kept for longer belongs into the client
system. Shorter than the least, what a client or a professional may still need is gone;
longer than the most, nothing here is of use to anybody. A time that is made shorter takes
effect a day after it was confirmed, so that a mistake can be taken back before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from booking.views.pages import FieldError

#: None: for good.
Days = int | None
_YEAR: Final = 365
_DIGITS_MAX: Final = 5
#: Until a shortened time takes effect.
GRACE: Final = timedelta(days=1)


class Class(StrEnum):
    """What is kept for a time of its own: `tenant.kept.<class>`."""

    APPOINTMENTS = (
        "appointments"  #: With messages, notes, questions and history's rows.
    )
    ANSWERS = "answers"  #: What a client answered when she booked.
    OFFERS = "offers"  #: Offers that are over and of which nothing came.
    ABSENCES = "absences"
    CARDS = "cards"  #: Which cards stand in which chats.


@dataclass(frozen=True, slots=True)
class Bounds:
    least: int
    most: int
    usual: Days  #: Where nobody has decided.
    for_good: bool = True  #: It may be kept for good.


BOUNDS: Final[Mapping[Class, Bounds]] = {
    Class.APPOINTMENTS: Bounds(_YEAR, 12 * _YEAR, None),
    Class.ANSWERS: Bounds(14, 12 * _YEAR, None),
    Class.OFFERS: Bounds(30, 12 * _YEAR, None),
    Class.ABSENCES: Bounds(30, 2 * _YEAR, _YEAR, for_good=False),
    Class.CARDS: Bounds(60, _YEAR, 180, for_good=False),
}


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each class is kept from `since` on; until then as `before`."""

    kept: Mapping[Class, Days]
    before: Mapping[Class, Days]
    since: datetime | None = None

    def at(self, now: datetime, what: Class) -> Days:
        """Give how long it is kept at a moment. Longer holds at once."""
        if self.since is None or now >= self.since:
            return self.kept[what]
        return longer(self.kept[what], self.before[what])

    def end(self, now: datetime, what: Class) -> datetime | None:
        """Give the moment before which it is forgotten; None: never."""
        days = self.at(now, what)
        return None if days is None else now - timedelta(days=days)


def longer(one: Days, other: Days) -> Days:
    return None if one is None or other is None else max(one, other)


def usual() -> dict[Class, Days]:
    return {each: bounds.usual for each, bounds in BOUNDS.items()}


def of(decided: Mapping[str, Any]) -> Retention:
    """Read what was decided; what was not, or is none of ours, is as usual."""
    since = decided.get("since")
    return Retention(
        usual() | _known(decided.get("kept")),
        usual() | _known(decided.get("before")),
        None if since is None else datetime.fromisoformat(str(since)),
    )


def _known(found: object) -> dict[Class, Days]:
    if not isinstance(found, dict):
        return {}
    return {each: found[each.value] for each in Class if each.value in found}


def written(
    now_kept: Mapping[Class, Days], wanted: Mapping[Class, Days], now: datetime
) -> dict[str, Any]:
    """Write a decision down: what is shorter waits for its day."""
    waits = bool(shortened(now_kept, wanted))
    return {
        "kept": {each.value: days for each, days in wanted.items()},
        "before": {each.value: days for each, days in now_kept.items()},
        "since": (now + GRACE).isoformat() if waits else None,
    }


def shortened(
    before: Mapping[Class, Days], after: Mapping[Class, Days]
) -> tuple[Class, ...]:
    """Give what is kept for less long than it was."""
    return tuple(
        each
        for each in Class
        if after[each] != before[each]
        and longer(after[each], before[each]) == before[each]
    )


def read(form: Mapping[str, str]) -> tuple[dict[Class, Days], tuple[FieldError, ...]]:
    """Read every class of a form. Left empty: for good, where that may be."""
    found: dict[Class, Days] = {}
    errors: list[FieldError] = []
    for what, bounds in BOUNDS.items():
        given = form.get(what.value, "").strip()
        sound = given.isascii() and given.isdecimal() and len(given) <= _DIGITS_MAX
        if not given and bounds.for_good:
            found[what] = None
        elif sound and bounds.least <= int(given) <= bounds.most:
            found[what] = int(given)
        else:
            errors.append(FieldError(what.value, "not_kept", bounds.most))
    return found, _sensible(found, errors)


def _sensible(
    found: Mapping[Class, Days], errors: list[FieldError]
) -> tuple[FieldError, ...]:
    """Answers go with their appointment: they cannot be kept for longer."""
    if not errors:
        whole, part = found[Class.APPOINTMENTS], found[Class.ANSWERS]
        if part is not None and longer(whole, part) != whole:
            errors.append(FieldError(Class.ANSWERS.value, "outlives"))
    return tuple(errors)
