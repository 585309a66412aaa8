"""Answers to a service's questions, of every kind, good and bad."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import intake
from booking.intake import Unasked
from booking.model import Question, QuestionKind
from booking.views.pages import FieldError
from tests.make import words

CHOICES = tuple((value, words(value)) for value in ("car", "bus", "walk"))


def question(kind, *, required=False, key="it"):
    choices = CHOICES if kind in {QuestionKind.ONE_OF, QuestionKind.MANY_OF} else ()
    return Question(key, kind, words("What"), required=required, choices=choices)


def read(kind, *typed, required=False):
    """Give the answer, the problem with its limit, or None for no answer."""
    found = intake.read([question(kind, required=required)], {"q_it": list(typed)})
    if isinstance(found, list):
        [error] = found
        assert error.field == "q_it"
        return (error.problem, error.limit) if error.limit else error.problem
    assert not isinstance(found, Unasked)
    return found.get("it")


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("short", ["  a   b\t"], "a b"),
        ("short", ["x" * 200], "x" * 200),
        ("short", ["x" * 201], ("too_long", 200)),
        ("short", ["a\x00b\u202ec"], "abc"),
        ("short", ["a", "b"], "not_choice"),
        ("long", [" a\r\n\r\nb  c "], "a\n\nb  c"),
        ("long", ["x" * 4000], "x" * 4000),
        ("long", ["x" * 4001], ("too_long", 4000)),
        ("long", ["a\x07b"], "ab"),
        ("one_of", ["bus"], "bus"),
        ("one_of", ["plane"], "not_choice"),
        ("one_of", ["bus", "car"], "not_choice"),
        ("one_of", ["Bus"], "not_choice"),
        ("many_of", ["walk", "car"], ["car", "walk"]),
        ("many_of", ["car", "car"], ["car"]),
        ("many_of", ["car", "plane"], "not_choice"),
        ("many_of", ["car"] * 4, "not_choice"),
        ("yes_no", ["yes"], True),
        ("yes_no", ["no"], False),
        ("yes_no", ["true"], "not_choice"),
        ("number", ["12"], 12),
        ("number", [" 1 200 "], 1200),
        ("number", ["2,5"], 2.5),
        ("number", ["2.50"], 2.5),
        ("number", ["-3"], -3),
        ("number", ["\u22123"], -3),
        ("number", ["1000000000"], 1_000_000_000),
        ("number", ["1000000001"], "not_number"),
        ("number", ["1e5"], "not_number"),
        ("number", ["nan"], "not_number"),
        ("number", ["inf"], "not_number"),
        ("number", ["1,2,3"], "not_number"),
        ("number", ["kaksi"], "not_number"),
        ("number", ["\u0661"], "not_number"),
        ("number", ["9" * 5000], "not_number"),
        ("date", ["2026-11-24"], "2026-11-24"),
        ("date", ["24.11.2026"], "2026-11-24"),
        ("date", [" 1.2.2027 "], "2027-02-01"),
        ("date", ["2027-02-29"], "not_date"),
        ("date", ["31.6.2027"], "not_date"),
        ("date", ["0001-01-01"], "not_date"),
        ("date", ["2101-01-01"], "not_date"),
        ("date", ["11/24/2026"], "not_date"),
        ("date", ["2026-11-24T10:00"], "not_date"),
        ("date", ["tomorrow"], "not_date"),
    ],
)
def test_each_kind_has_one_exact_form(kind, typed, answer):
    found = read(QuestionKind(kind), *typed)

    assert found == answer
    assert type(found) is type(answer)


@pytest.mark.parametrize("kind", QuestionKind)
@pytest.mark.parametrize("typed", [[], [""], ["  "], ["\n"], ["", " "]])
def test_an_empty_answer_is_none_unless_it_is_required(kind, typed):
    assert read(kind, *typed) is None
    assert read(kind, *typed, required=True) == "required"


@pytest.mark.parametrize("kind", [QuestionKind.SHORT, QuestionKind.LONG])
def test_marks_that_cannot_be_seen_are_no_answer(kind):
    assert read(kind, "\u200b\x00") in {None, ""}
    assert read(kind, "\u200b\x00", required=True) == "required"


def test_no_is_an_answer_to_a_required_question():
    assert read(QuestionKind.YES_NO, "no", required=True) is False


def test_a_form_is_read_whole():
    questions = [
        question(QuestionKind.SHORT, key="goal", required=True),
        question(QuestionKind.MANY_OF, key="way"),
        question(QuestionKind.DATE, key="from"),
    ]
    form = {
        "q_goal": ["work"],
        "q_way": ["bus"],
        "name": ["Maija"],
        "form_token": ["x"],
    }

    assert intake.read(questions, form) == {"goal": "work", "way": ["bus"]}


def test_everything_wrong_is_told_at_once_in_the_order_asked():
    questions = [
        question(QuestionKind.SHORT, key="goal", required=True),
        question(QuestionKind.NUMBER, key="years"),
        question(QuestionKind.DATE, key="from"),
    ]

    assert intake.read(questions, {"q_years": ["x"], "q_from": ["y"]}) == [
        FieldError("q_goal", "required"),
        FieldError("q_years", "not_number"),
        FieldError("q_from", "not_date"),
    ]


def test_an_answer_to_what_was_not_asked_is_refused():
    found = intake.read([question(QuestionKind.SHORT)], {"q_it": ["a"], "q_x": ["b"]})

    assert found == Unasked("q_x")


@given(st.sampled_from(QuestionKind), st.lists(st.text(), max_size=3))
def test_whatever_is_typed_is_an_answer_fit_to_keep_or_a_problem(kind, typed):
    found = intake.read([question(kind)], {"q_it": typed})

    if isinstance(found, dict):
        assert json.loads(json.dumps(found)) == found
        assert len(json.dumps(found, ensure_ascii=False)) <= 2 * intake.LONG_MAX + 20
    else:
        assert isinstance(found, list)
