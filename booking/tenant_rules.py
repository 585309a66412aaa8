"""What a tenant may decide of its own: each rule with its bounds, and read from a form.

The settings of the deployment say how each begins. What an admin decides in the tab comes
before that, for as long as she does not take it back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import Any, Final

from booking.policy import Policy
from booking.views.pages import FieldError

Value = bool | int | str | None


class Kind(StrEnum):
    SWITCH = "switch"  #: Yes or no.
    NUMBER = "number"
    CLOCK = "clock"  #: A time of day, `21:00`.


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its name, meaning and bounds are texts: `tenant.rule.<key>`."""

    key: str
    group: str  #: `tenant.rules.<group>`.
    kind: Kind
    least: int = 0
    most: int = 0
    optional: bool = False  #: Left empty, there is no such bound.
    step: int = 1


RULES: Final = (
    Rule("self_booking", "booking", Kind.SWITCH),
    Rule("offer_days", "booking", Kind.NUMBER, 1, 30),
    Rule("offered_max", "booking", Kind.NUMBER, 1, 10),
    Rule("step_minutes", "booking", Kind.NUMBER, 5, 60, step=5),
    Rule("holidays", "booking", Kind.SWITCH),
    Rule("client_notice_hours", "changes", Kind.NUMBER, 0, 168),
    Rule("client_moves", "changes", Kind.NUMBER, 0, 50, optional=True),
    Rule("trusts_moves", "changes", Kind.SWITCH),
    Rule("late_minutes", "changes", Kind.NUMBER, 5, 120),
    Rule("quiet_start", "messages", Kind.CLOCK),
    Rule("quiet_end", "messages", Kind.CLOCK),
    Rule("names_organisation", "shown", Kind.SWITCH),
    Rule("names_professional", "shown", Kind.SWITCH),
    Rule("names_service", "shown", Kind.SWITCH),
)
_KEYS: Final = {each.key for each in RULES}
#: Of these the slot index is made: when one changes, it is made anew.
OF_THE_INDEX: Final = frozenset({"step_minutes", "holidays"})
#: Starts that divide the hour, so that each hour has the same.
STEPS: Final = (5, 10, 15, 20, 30, 60)
#: A night, and the evening and morning beside it. Longer, nothing would be said in time.
QUIET_HOURS_MAX: Final = 14
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
_DIGITS_MAX: Final = 4
_YES, _NO = "yes", "no"


def values(policy: Policy) -> dict[str, Value]:
    """Give every rule as it is."""
    found: dict[str, Value] = {
        each.key: getattr(policy, each.key)
        for each in RULES
        if hasattr(policy, each.key)
    }
    found["step_minutes"] = policy.rules.step_minutes
    found["holidays"] = policy.rules.holidays
    found["quiet_start"] = f"{policy.quiet.start:%H:%M}"
    found["quiet_end"] = f"{policy.quiet.end:%H:%M}"
    return found


def over(policy: Policy, decided: Mapping[str, Any]) -> Policy:
    """Give the policy as it is with what was decided; what is no rule is left out."""
    wanted = {key: value for key, value in decided.items() if key in _KEYS}
    now = values(policy) | wanted
    plain = {
        key: value
        for key, value in wanted.items()
        if key not in {*OF_THE_INDEX, "quiet_start", "quiet_end"}
    }
    quiet = replace(
        policy.quiet,
        start=time.fromisoformat(str(now["quiet_start"])),
        end=time.fromisoformat(str(now["quiet_end"])),
    )
    rules = replace(
        policy.rules,
        step_minutes=int(str(now["step_minutes"])),
        holidays=bool(now["holidays"]),
        eves=bool(now["holidays"]),
    )
    return replace(policy, quiet=quiet, rules=rules, **plain)


def read(form: Mapping[str, str]) -> tuple[dict[str, Value], tuple[FieldError, ...]]:
    """Read every rule of a form: what is right, and what is wrong with the others."""
    found: dict[str, Value] = {}
    errors: list[FieldError] = []
    for rule in RULES:
        read_ = _read(rule, form.get(rule.key, "").strip())
        if isinstance(read_, FieldError):
            errors.append(read_)
        else:
            found[rule.key] = read_
    if not errors and _silent_hours(found) > QUIET_HOURS_MAX:
        errors.append(FieldError("quiet_end", "quiet_long", QUIET_HOURS_MAX))
    return found, tuple(errors)


def _read(rule: Rule, given: str) -> Value | FieldError:
    match rule.kind:
        case Kind.SWITCH:
            if given not in {_YES, _NO}:
                return FieldError(rule.key, "choose_one")
            return given == _YES
        case Kind.CLOCK:
            found = _CLOCK.fullmatch(given) if given.isascii() else None
            if found is None:
                return FieldError(rule.key, "not_clock")
            return f"{int(found[1]):02}:{found[2]}"
        case Kind.NUMBER:
            return _number(rule, given)


def _number(rule: Rule, given: str) -> Value | FieldError:
    if not given and rule.optional:
        return None
    sound = given.isascii() and given.isdecimal() and len(given) <= _DIGITS_MAX
    number = int(given) if sound else -1
    if not rule.least <= number <= rule.most:
        return FieldError(rule.key, "not_between", rule.most)
    if rule.key == "step_minutes" and number not in STEPS:
        return FieldError(rule.key, "not_step")
    return number


def _silent_hours(found: Mapping[str, Value]) -> float:
    start, end = (
        time.fromisoformat(str(found[key])) for key in ("quiet_start", "quiet_end")
    )
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return minutes % (24 * 60) / 60


def shown(value: Value) -> str:
    """Write a value as a form has it."""
    if isinstance(value, bool):
        return _YES if value else _NO
    return "" if value is None else str(value)


def changed(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, str]:
    """Give what differs, as the log has it: what it is from now on."""
    return {
        key: shown(value) or "-"
        for key, value in after.items()
        if before.get(key) != value
    }
