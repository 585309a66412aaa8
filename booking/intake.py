"""Answers to the questions a service asks with the booking.

A form gives strings, several to a name. Each kind of question has one exact form of
answer, fit to be kept as JSON: text as str, one of many by its value, many as a list in
the order of the choices, yes or no as bool, a number as int or float, a date as ISO. A
question left empty has no answer.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from booking.contact import visible
from booking.model import Question, QuestionKind
from booking.views.pages import FieldError, Problem

#: Names of intake questions in a form begin with this.
PREFIX = "q_"

SHORT_MAX = 200
LONG_MAX = 4000
NUMBER_MAX = 1_000_000_000
_YEARS = range(1900, 2101)
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?")
_LOCAL_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")

Answers = dict[str, object]


@dataclass(frozen=True, slots=True)
class Unasked:
    """The form answers what was never asked: no person does that."""

    field: str


@dataclass(frozen=True, slots=True)
class _Refused:
    problem: Problem
    limit: int = 0


def read(
    questions: Sequence[Question], form: Mapping[str, Sequence[str]]
) -> Answers | list[FieldError] | Unasked:
    """Read the answers out of a form; names without the prefix are somebody else's."""
    asked = {PREFIX + question.key for question in questions}
    for name in form:
        if name.startswith(PREFIX) and name not in asked:
            return Unasked(name)
    answers: Answers = {}
    wrong = []
    for question in questions:
        name = PREFIX + question.key
        found = _read_one(question, form.get(name, ()))
        if isinstance(found, _Refused):
            wrong.append(FieldError(name, found.problem, found.limit))
        elif found is not None:
            answers[question.key] = found
    return wrong or answers


def _read_one(question: Question, given: Sequence[str]) -> object | _Refused | None:
    """Give the answer, a refusal, or None where an empty answer is allowed."""
    filled = [text for text in given if text.strip()]
    if not filled:
        return _Refused("required") if question.required else None
    if question.kind is QuestionKind.MANY_OF:
        return _many(question, filled)
    if len(filled) > 1:
        return _Refused("not_choice")
    found = _READERS[question.kind](question, filled[0])
    if found == "":  # Only marks that cannot be seen.
        return _Refused("required") if question.required else None
    return found


def _short(_: Question, typed: str) -> object:
    found = visible(typed)
    return found if len(found) <= SHORT_MAX else _Refused("too_long", SHORT_MAX)


def _long(_: Question, typed: str) -> object:
    """Keep the lines, drop what cannot be seen."""
    composed = unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))
    found = "".join(
        mark
        for mark in composed.replace("\r", "\n")
        if mark in "\n\t" or unicodedata.category(mark)[0] != "C"
    ).strip()
    return found if len(found) <= LONG_MAX else _Refused("too_long", LONG_MAX)


def _one(question: Question, chosen: str) -> object:
    values = {value for value, _ in question.choices}
    return chosen if chosen in values else _Refused("not_choice")


def _many(question: Question, chosen: Sequence[str]) -> object:
    values = [value for value, _ in question.choices]
    if len(chosen) > len(values) or not set(chosen) <= set(values):
        return _Refused("not_choice")
    return [value for value in values if value in chosen]


def _yes_no(_: Question, chosen: str) -> object:
    answers = {"yes": True, "no": False}
    return answers[chosen] if chosen in answers else _Refused("not_choice")


def _number(_: Question, typed: str) -> object:
    """Read digits as people here write them: `1 200`, `2,5`."""
    bare = re.sub(r"\s", "", typed).replace(",", ".").replace("\u2212", "-")
    if not bare.isascii() or not _NUMBER.fullmatch(bare):
        return _Refused("not_number")
    found = float(bare)
    if math.fabs(found) > NUMBER_MAX:
        return _Refused("not_number")
    return int(found) if found.is_integer() else found


def _date(_: Question, typed: str) -> object:
    """Read `2026-11-24`, as browsers send it, or `24.11.2026`, as people write it."""
    bare = typed.strip()
    local = _LOCAL_DATE.fullmatch(bare)
    try:
        if local:
            day, month, year = (int(part) for part in local.groups())
            found = date(year, month, day)
        else:
            found = date.fromisoformat(bare)
    except ValueError:
        return _Refused("not_date")
    return found.isoformat() if found.year in _YEARS else _Refused("not_date")


_READERS: dict[QuestionKind, Callable[[Question, str], object]] = {
    QuestionKind.SHORT: _short,
    QuestionKind.LONG: _long,
    QuestionKind.ONE_OF: _one,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
}
