"""Intake questions between a form and what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from aiohttp import web

from booking import intake
from booking.model import Language, Question, QuestionKind, Service
from booking.views.pages import Answer, Choice, Field, FieldError, Problem
from booking.wording import text
from booking.wording.dates import day_heading


def fields(
    service: Service, language: Language, typed: Mapping[str, Sequence[str]]
) -> tuple[Field, ...]:
    """Give the service's questions as fields, filled in as they were typed."""
    return tuple(_field(each, language, typed) for each in service.asking)


def _field(
    question: Question, language: Language, typed: Mapping[str, Sequence[str]]
) -> Field:
    name = intake.PREFIX + question.key
    return Field(
        name=name,
        kind=question.kind,
        label=question.label.in_(language),
        hint=question.hint.in_(language) if question.hint else "",
        required=question.required,
        choices=tuple(
            Choice(value, label.in_(language)) for value, label in question.choices
        ),
        values=tuple(typed.get(name, ())),
    )


def as_typed(service: Service, answers: Mapping[str, object]) -> dict[str, list[str]]:
    """Give kept answers as the form would bring them, to fill it in again."""
    return {
        intake.PREFIX + question.key: _typed(answers[question.key])
        for question in service.asking
        if question.key in answers
    }


def _typed(answer: object) -> list[str]:
    if isinstance(answer, bool):
        return ["yes" if answer else "no"]
    if isinstance(answer, list):
        return [str(one) for one in answer]
    return [str(answer)]


_MISSING: dict[QuestionKind, Problem] = {
    QuestionKind.ONE_OF: "choose_one",
    QuestionKind.YES_NO: "choose_one",
    QuestionKind.MANY_OF: "choose_some",
}


def missing(service: Service, error: FieldError) -> FieldError:
    """Say of what was left out what there is to do: to write, or to choose."""
    if error.problem != "required":
        return error
    if error.field == "name":
        return replace(error, problem="no_name")
    kinds = {intake.PREFIX + each.key: each.kind for each in service.asking}
    kind = kinds.get(error.field, QuestionKind.ONE_OF)
    return replace(error, problem=_MISSING.get(kind, "no_answer"))


def read(
    service: Service, typed: Mapping[str, Sequence[str]]
) -> intake.Answers | list[FieldError]:
    """Read the answers. No form of ours answers what was never asked: that is a 400.

    What was asked when the page was opened, and is not any more, is passed over.
    """
    over = {intake.PREFIX + each.key for each in service.questions if not each.asked}
    left = {name: given for name, given in typed.items() if name not in over}
    found = intake.read(service.asking, left)
    if isinstance(found, intake.Unasked):
        raise web.HTTPBadRequest
    return found


def given(
    service: Service, answers: Mapping[str, object], language: Language
) -> tuple[Answer, ...]:
    """Give what was answered, in words, in the order it was asked."""
    return tuple(each for each in asked(service, answers, language) if each.value)


def asked(
    service: Service, answers: Mapping[str, object], language: Language
) -> tuple[Answer, ...]:
    """Give every question with its answer; empty: there is none.

    One that is asked no longer is among them where it was answered.
    """
    return tuple(
        Answer(
            question.label.in_(language),
            _said(question, answers, language) if question.key in answers else "",
        )
        for question in service.questions
        if question.asked or question.key in answers
    )


def _said(question: Question, answers: Mapping[str, object], language: Language) -> str:
    answer = answers[question.key]
    labels = {value: label.in_(language) for value, label in question.choices}
    match question.kind:
        case QuestionKind.ONE_OF:
            return labels.get(str(answer), str(answer))
        case QuestionKind.MANY_OF:
            chosen = answer if isinstance(answer, list) else [answer]
            return ", ".join(labels.get(str(one), str(one)) for one in chosen)
        case QuestionKind.YES_NO:
            return text(language, "form.yes" if answer else "form.no")
        case QuestionKind.DATE:
            return _date(str(answer), language)
        case _:
            return str(answer)


def _date(iso: str, language: Language) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:  # Another kind of question had this key when it was answered.
        return iso
    return f"{day_heading(language, day)} {day.year}"
