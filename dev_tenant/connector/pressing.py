"""Pressing a button of a card without a browser, as Microsoft's renderer would.

Finds an action on the card, collects the inputs it sends, refuses what the renderer
refuses (an empty required field, a number out of range) and gives the data as Teams
sends it: every value a string, untouched inputs absent, a toggle always present.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dev_tenant.tenant import Json

CHILDREN = ("body", "items", "columns", "rows", "cells", "actions", "inlines", "images")


@dataclass(frozen=True, slots=True)
class Found:
    """An action and the inputs that travel with it."""

    action: Json
    inputs: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class NotSent:
    """The renderer keeps the press to itself; `faults` tells by input id why."""

    faults: dict[str, str]


def actions(card: Json, above: tuple[Json, ...] = ()) -> Iterator[Found]:
    """Give every action of a card, those inside Action.ShowCard too."""
    inputs = (*above, *_inputs(card))
    for action in _own_actions(card):
        if action.get("type") == "Action.ShowCard":
            yield from actions(action.get("card") or {}, inputs)
        elif action.get("associatedInputs") == "none":
            yield Found(action, ())
        else:
            yield Found(action, inputs)


def find(card: Json, wanted: str | Mapping[str, Any]) -> Found | None:
    """Find an action by title, id or verb; or by all of the given properties.

    A `data` given is compared by the keys it has.
    """
    return next((f for f in actions(card) if _matches(f.action, wanted)), None)


def _matches(action: Json, wanted: str | Mapping[str, Any]) -> bool:
    if isinstance(wanted, str):
        return wanted in {action.get(name) for name in ("title", "id", "verb")}
    plain = {name: value for name, value in wanted.items() if name != "data"}
    data = action.get("data")
    held = data if isinstance(data, dict) else {}
    asked = wanted.get("data") or {}
    return all(action.get(n) == v for n, v in plain.items()) and all(
        held.get(n) == v for n, v in asked.items()
    )


def fill(found: Found, values: Mapping[str, Any]) -> Json | NotSent:
    """Give the data the action sends when `values` were typed in, by input id."""
    unknown = set(values) - {str(i.get("id")) for i in found.inputs}
    if unknown:
        return NotSent(dict.fromkeys(sorted(unknown), "the card has no such input"))
    given = found.action.get("data")
    data: Json = dict(given) if isinstance(given, dict) else {}
    faults: dict[str, str] = {}
    for field in found.inputs:
        name = str(field.get("id"))
        value = _value(field, values.get(name, field.get("value")))
        fault = _fault(field, value)
        if fault:
            faults[name] = str(field.get("errorMessage") or fault)
        elif value:
            data[name] = value
    return NotSent(faults) if faults else data


def _value(field: Json, raw: Any) -> str:
    if field.get("type") == "Input.Toggle":
        on, off = str(field.get("valueOn", "true")), str(field.get("valueOff", "false"))
        return on if raw is True or str(raw) == on else off
    if raw is None:
        return ""
    if isinstance(raw, list):
        return ",".join(str(part) for part in raw)
    return str(raw)


def _fault(field: Json, value: str) -> str | None:
    kind = field.get("type")
    if kind == "Input.Toggle":
        on = str(field.get("valueOn", "true"))
        return "must be on" if field.get("isRequired") and value != on else None
    if not value:
        return "is required" if field.get("isRequired") else None
    check = CHECKS.get(str(kind))
    return check(field, value) if check else None


def _text_fault(field: Json, value: str) -> str | None:
    if field.get("maxLength") and len(value) > field["maxLength"]:
        return "is too long"
    if field.get("regex") and not re.search(field["regex"], value):
        return "has the wrong form"
    return None


def _number_fault(field: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "is not a number"
    low, high = field.get("min", number), field.get("max", number)
    return None if low <= number <= high else "is out of range"


def _day_fault(field: Json, value: str) -> str | None:
    low, high = field.get("min") or value, field.get("max") or value
    return None if low <= value <= high else "is out of range"


def _choice_fault(field: Json, value: str) -> str | None:
    known = {str(choice.get("value")) for choice in field.get("choices", [])}
    chosen = value.split(",") if field.get("isMultiSelect") else [value]
    return None if set(chosen) <= known else "is not one of the choices"


CHECKS = {
    "Input.Text": _text_fault,
    "Input.Number": _number_fault,
    "Input.Date": _day_fault,
    "Input.Time": _day_fault,
    "Input.ChoiceSet": _choice_fault,
}


def _walk(node: Any) -> Iterator[Json]:
    """Give every element of a card, itself included; cards inside actions are not."""
    if isinstance(node, list):
        for inner in node:
            yield from _walk(inner)
    if not isinstance(node, dict):
        return
    yield node
    for name in CHILDREN:
        yield from _walk(node.get(name))


def _own_actions(card: Json) -> Iterator[Json]:
    for node in _walk(card):
        if str(node.get("type", "")).startswith("Action."):
            yield node
        select = node.get("selectAction")
        if isinstance(select, dict):
            yield select


def _inputs(card: Json) -> list[Json]:
    return [n for n in _walk(card) if str(n.get("type", "")).startswith("Input.")]
