"""The questions of a service as an admin types them, a row each; and what is kept.

An answer is shown beside the question that was asked. So a question that is put in other
words, or offers less than before, is a new one, and the old one is kept, asked no longer,
for the answers it was given.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from booking.bounds import CHOICES_MAX, CHOOSING, KEPT_MAX, LABEL_MAX, QUESTIONS_MAX
from booking.contact import visible
from booking.model import Language, Question, QuestionKind, Words
from booking.typed import Form, first, names, plain_key, spread, ticked, unlike, words
from booking.views.pages import FieldError

_ROW_MAX = 2


def merged(
    before: Iterable[Question], asked: Sequence[Question]
) -> tuple[Question, ...]:
    """Give what is to be kept when these are asked from now on."""
    now = {each.key for each in asked}
    kept = [replace(each, asked=False) for each in before if each.key not in now]
    # Those that were let go before come first among them, and go first.
    kept.sort(key=lambda each: each.key in {q.key for q in before if q.asked})
    return (*asked, *kept[-KEPT_MAX:])


def still_fits(before: Question, after: Question) -> bool:
    """Say whether an answer to the one still stands beside the other."""
    later = dict(after.choices)
    same = all(
        value in later and _same(label, later[value]) for value, label in before.choices
    )
    return before.kind is after.kind and _same(before.label, after.label) and same


def _same(before: Words, after: Words) -> bool:
    """Say whether nothing was said otherwise; a language may have come."""
    return all(before.only(each) in {"", after.only(each)} for each in Language)


# The form.


def rows(form: Form) -> list[str]:
    """Give the rows of the form, in their order."""
    given = [each for each in form.get("row", ()) if _is_row(each)]
    return list(dict.fromkeys(given))[:QUESTIONS_MAX]


def _is_row(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) <= _ROW_MAX


def read(
    form: Form, before: Sequence[Question]
) -> tuple[Question, ...] | list[FieldError]:
    """Read all rows, or say what is wrong with them."""
    errors: list[FieldError] = []
    old = {each.key: each for each in before if each.asked}
    found: list[Question] = []
    for row in rows(form):
        was = old.pop(first(form, f"key_{row}"), None)
        found.append(_named(_row(form, row, was, errors), was, before, found))
    return errors or tuple(found)


def lenient(form: Form, before: Sequence[Question]) -> tuple[Question, ...]:
    """Read what can be read, to show what it would look like."""
    errors: list[FieldError] = []
    old = {each.key: each for each in before if each.asked}
    every = (
        (row, _row(form, row, old.get(first(form, f"key_{row}")), errors))
        for row in rows(form)
    )
    return tuple(replace(each, key=f"row{row}") for row, each in every if each.label.fi)


def _row(
    form: Form, row: str, was: Question | None, errors: list[FieldError]
) -> Question:
    chosen = first(form, f"kind_{row}")
    kind = next((each for each in QuestionKind if each.value == chosen), None)
    if was is not None:
        kind = was.kind
    if kind is None:
        errors.append(FieldError(f"kind_{row}", "choose_one"))
        kind = QuestionKind.SHORT
    hint = words(form, f"hint_{row}", errors)
    choices: tuple[tuple[str, Words], ...] = ()
    if kind in CHOOSING:
        choices = tuple(_choices(form, row, was, errors))
    return Question(
        "",
        kind,
        names(form, f"label_{row}", errors, most=LABEL_MAX),
        hint if hint.fi else None,
        ticked(form, f"required_{row}"),
        choices,
    )


def _named(
    made: Question,
    was: Question | None,
    before: Sequence[Question],
    found: Sequence[Question],
) -> Question:
    """Give it its key: its own while it asks the same, a new one otherwise."""
    if was is not None and still_fits(was, made):
        return replace(made, key=was.key)
    taken = {each.key for each in (*before, *found)}
    wanted = plain_key(made.label.fi) or "kysymys"
    return replace(made, key=unlike(wanted, taken))


def _choices(
    form: Form, row: str, was: Question | None, errors: list[FieldError]
) -> Iterator[tuple[str, Words]]:
    """Read choices, a line each; the same line in each language is the same choice."""
    field = f"choices_{row}"
    lines = {each: _lines(form, f"{field}_{each}", errors) for each in Language}
    said = lines[Language.FI]
    if not said:
        errors.append(FieldError(f"{field}_fi", "no_choices"))
    if len({*said}) < len(said):
        errors.append(FieldError(f"{field}_fi", "same_choice"))
    for language in (Language.SV, Language.EN):
        if lines[language] and len(lines[language]) != len(said):
            errors.append(FieldError(f"{field}_{language}", "lines_differ", len(said)))
            lines[language] = []
    old = {label.fi: value for value, label in was.choices} if was else {}
    taken = set(old.values())
    for number, label in enumerate(said):
        value = old.get(label) or unlike(plain_key(label) or "valinta", taken)
        taken.add(value)
        others = (
            lines[each][number] if lines[each] else ""
            for each in (Language.SV, Language.EN)
        )
        yield value, Words(label, *others)


def _lines(form: Form, field: str, errors: list[FieldError]) -> list[str]:
    found = [visible(each) for each in first(form, field).splitlines()]
    found = [each for each in found if each]
    if len(found) > CHOICES_MAX:
        errors.append(FieldError(field, "too_many", CHOICES_MAX))
    if any(len(each) > LABEL_MAX for each in found):
        errors.append(FieldError(field, "too_long", LABEL_MAX))
    return found[:CHOICES_MAX]


def written(questions: Sequence[Question]) -> dict[str, list[str]]:
    """Write the questions that are asked as the form would bring them."""
    filled: dict[str, list[str]] = {"row": []}
    for row, each in enumerate(q for q in questions if q.asked):
        filled["row"].append(f"{row}")
        filled |= {
            f"key_{row}": [each.key],
            f"kind_{row}": [each.kind.value],
            **spread(f"label_{row}", each.label),
            **spread(f"hint_{row}", each.hint or Words("", "", "")),
            f"required_{row}": ["yes"] if each.required else [],
        }
        for language in Language:
            said = [label.only(language) for _, label in each.choices]
            filled[f"choices_{row}_{language}"] = ["\n".join(said) if any(said) else ""]
    return filled


@dataclass(frozen=True, slots=True)
class Act:
    """What was pressed beside a row; what was typed stays."""

    what: str  #: `up`, `down`, `remove` or `add`.
    row: str = ""


def act_of(form: Form) -> Act | None:
    """Give what was pressed, where it changes rows; None: something else was."""
    what, _, row = first(form, "act").partition(":")
    return Act(what, row) if what in {"up", "down", "remove", "add"} else None


def acted(form: Form, act: Act) -> dict[str, list[str]]:
    """Give the form with rows in another order, one more, or one less."""
    order = rows(form)
    if act.what == "add":
        free = next(f"{n}" for n in range(100) if f"{n}" not in order)
        order = [*order, free][:QUESTIONS_MAX]
    elif act.row in order:
        place = order.index(act.row)
        order.remove(act.row)
        if act.what != "remove":
            step = -1 if act.what == "up" else 1
            order.insert(max(0, place + step), act.row)
    return {name: list(values) for name, values in form.items()} | {"row": order}
