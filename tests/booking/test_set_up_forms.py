"""What an admin types about units, services and questions: read back, or refused."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import question_forms, service_forms, typed, unit_forms
from booking.model import (
    BookedBy,
    Language,
    Modality,
    Opening,
    Question,
    QuestionKind,
    Sensitivity,
    Words,
)
from booking.unit_forms import UnitTyped
from tests import make

CHIEF = "00000000-0000-4000-8000-00000000000a"
NINE, THREE, SHUT = time(9), time(15), (time(0), time(0))
WEEK = ((NINE, THREE),) * 5 + (SHUT, SHUT)

texts = st.sampled_from(["", "Ohjaus", "Älä jätä", "a b"])
words = st.builds(Words, st.sampled_from(["Ohjaus", "Apu"]), texts, texts)
clocks = st.times().map(lambda each: each.replace(second=0, microsecond=0))
openings = st.builds(
    Opening,
    st.sampled_from([(), WEEK]),
    st.frozensets(st.dates(date(2000, 1, 1), date(2099, 12, 31)), max_size=3),
)


@given(words, words, st.sampled_from(Sensitivity), openings, st.booleans())
def test_a_unit_is_read_as_it_was_written(name, arrival, sensitivity, opening, trusts):
    unit = make.a_unit(
        name=name,
        arrival=arrival,
        sensitivity=sensitivity,
        opening=opening,
        trusts_calendars=trusts,
        fixed=frozenset({"hours"}),
    )

    form = unit_forms.written(unit, {"supervisors": (CHIEF,)})

    assert unit_forms.read(form, make.a_unit(), {}) == UnitTyped(unit, (CHIEF,), ())


@given(
    words,
    st.integers(1, 96),
    st.permutations(Modality),
    st.sampled_from([0, 30, 120, 2880]),
    st.sets(st.integers(1, 336), max_size=4),
    st.sampled_from(BookedBy),
)
def test_a_service_is_read_as_it_was_written(name, fives, ways, lead, hours, booked_by):
    usual, *others = ways[:2]
    service = make.a_service(
        name=name,
        minutes=fives * 5,
        modalities=(usual, *others),
        buffers={usual: (5, 10)},
        languages=(Language.FI, Language.EN),
        lead_minutes=lead,
        reminder_hours=tuple(sorted(hours, reverse=True)),
        booked_by=booked_by,
    )

    form = service_forms.written(service, {CHIEF})
    found = service_forms.read(form, make.a_service(), {CHIEF})

    assert found == service_forms.ServiceTyped(service, frozenset({CHIEF}))


def unit_form(**changes: list[str]) -> dict[str, list[str]]:
    return unit_forms.written(make.a_unit(), {}) | changes


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"name_fi": [" "], "name_sv": [""], "name_en": [""]}, "name_fi", "required"),
        ({"name_fi": [""]}, "name_fi", "required"),
        ({"name_sv": ["x" * 121]}, "name_sv", "too_long"),
        ({"arrival_en": ["x" * 2001]}, "arrival_en", "too_long"),
        ({"arrival_fi": [""]}, "arrival_fi", "required"),
        ({"address": ["x" * 201]}, "address", "too_long"),
        ({"phone": [""]}, "phone", "required"),
        ({"phone": ["call me"]}, "phone", "not_phone"),
        ({"sensitivity": ["secret"]}, "sensitivity", "choose_one"),
        ({"opens": ["own"]}, "day_0", "no_open_day"),
        (
            {"opens": ["own"], "day_1": ["yes"], "start_1": ["9"], "end_1": ["15:00"]},
            "start_1",
            "day_half",
        ),
        (
            {
                "opens": ["own"],
                "day_1": ["yes"],
                "start_1": ["15:00"],
                "end_1": ["09:00"],
            },
            "end_1",
            "own_backwards",
        ),
        ({"closed": ["31.12.2026\nhuomenna"]}, "closed", "not_dates"),
        ({"closed": ["30.2.2026"]}, "closed", "not_dates"),
        ({"closed": ["\u0661.1.2026"]}, "closed", "not_dates"),
        ({"closed": ["1.1.2026\n" * 101]}, "closed", "too_many"),
        ({"add_supervisors": ["Kuka Lie"]}, "add_supervisors", "no_such_person"),
        ({"add_reception": ["Kaksi Samaa"]}, "add_reception", "person_twice"),
    ],
)
def test_what_is_wrong_with_a_unit_is_named_in_its_place(changes, field, problem):
    known = {"1": "Kaksi Samaa", "2": "Kaksi Samaa"}

    found = unit_forms.read(unit_form(**changes), make.a_unit(), known)

    assert isinstance(found, list)
    assert (field, problem) in [(each.field, each.problem) for each in found]


def test_somebody_is_named_by_name_or_by_object_id_and_ids_that_are_none_are_nobody():
    form = unit_form(
        supervisors=["forged", CHIEF.upper()],
        add_supervisors=["kaarina  AHO"],
        add_reception=[CHIEF],
    )

    found = unit_forms.read(form, make.a_unit(), {"7": "Kaarina Aho"})

    assert isinstance(found, UnitTyped)
    assert (found.supervisors, found.reception) == ((CHIEF, "7"), (CHIEF,))


def service_form(**changes: list[str]) -> dict[str, list[str]]:
    return service_forms.written(make.a_service(), ()) | changes


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"name_fi": [""]}, "name_fi", "required"),
        ({"summary_sv": ["x" * 2001]}, "summary_sv", "too_long"),
        ({"minutes": ["0"]}, "minutes", "not_length"),
        ({"minutes": ["46"]}, "minutes", "not_length"),
        ({"minutes": ["485"]}, "minutes", "not_length"),
        ({"minutes": ["9" * 5000]}, "minutes", "not_length"),
        ({"minutes": ["\u0661\u0660"]}, "minutes", "not_length"),
        ({"modalities": ["telepathy"]}, "modalities", "choose_some"),
        ({"usual": ["telepathy"]}, "usual", "not_usual"),
        ({"before_phone": ["241"]}, "before_phone", "not_within"),
        ({"after_remote": ["-5"]}, "after_remote", "not_within"),
        ({"languages": []}, "languages", "choose_some"),
        ({"lead": ["x"]}, "lead", "not_lead"),
        ({"lead": ["29"], "lead_unit": ["days"]}, "lead", "not_lead"),
        ({"lead": ["1"], "lead_unit": ["years"]}, "lead", "not_lead"),
        ({"horizon": ["0"]}, "horizon", "not_within_one"),
        ({"horizon": ["366"]}, "horizon", "not_within_one"),
        ({"reminders": ["24, soon"]}, "reminders", "not_reminders"),
        ({"reminders": ["1 " * 11]}, "reminders", "not_reminders"),
        ({"reminders": ["337"]}, "reminders", "not_reminders"),
        ({"booked_by": ["me"]}, "booked_by", "choose_one"),
        ({"givers": ["stranger"]}, "givers", "not_choice"),
    ],
)
def test_what_is_wrong_with_a_service_is_named_in_its_place(changes, field, problem):
    found = service_forms.read(service_form(**changes), make.a_service(), {CHIEF})

    assert isinstance(found, list)
    assert (field, problem) in [(each.field, each.problem) for each in found]


@pytest.mark.parametrize(
    ("typed_", "called", "key"),
    [
        ("", "Työkyvyn tuki", "tyokyvyn-tuki"),
        ("", "Ohjaus", "ohjaus-2"),
        ("", "!!!", "palvelu"),
        ("oma-avain", "Ohjaus", "oma-avain"),
    ],
)
def test_a_new_service_gets_an_address_of_its_own(typed_, called, key):
    service = make.a_service(name=Words(called, "", ""))

    assert service_forms.key_of({"key": [typed_]}, service, {"ohjaus"}) == key


@pytest.mark.parametrize(
    ("typed_", "problem"),
    [
        ("ohjaus", "key_taken"),
        ("Ohjaus", "not_key"),
        ("../x", "not_key"),
        ("_new", "not_key"),
        ("a" * 41, "not_key"),
    ],
)
def test_an_address_that_cannot_be_is_refused(typed_, problem):
    found = service_forms.key_of({"key": [typed_]}, make.a_service(), {"ohjaus"})

    assert getattr(found, "problem", "") == problem


@given(st.text(max_size=60))
def test_what_a_key_is_made_of_is_always_one(said):
    made = typed.plain_key(said)

    assert made == "" or service_forms.KEY.fullmatch(made)


# Questions.

SITUATION = Question(
    "tilanne",
    QuestionKind.ONE_OF,
    Words("Mikä on tilanteesi?", "", "What is it?"),
    required=True,
    choices=(
        ("tyo", Words("Töissä", "", "At work")),
        ("muu", Words("Muu", "", "Other")),
    ),
)
FREE = Question("aihe", QuestionKind.SHORT, Words("Aihe", "", ""))
OLD = replace(FREE, key="vanha", asked=False)


def test_questions_are_read_as_they_were_written_and_keep_their_keys():
    every = (SITUATION, FREE, OLD)

    found = question_forms.read(question_forms.written(every), every)

    assert found == (SITUATION, FREE)
    assert question_forms.merged(every, found) == every


def question_form(**changes: list[str]) -> dict[str, list[str]]:
    return question_forms.written((SITUATION, FREE, OLD)) | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"label_0_fi": ["Missä olet?"]},
        {"label_0_en": ["Where are you?"]},
        {"choices_0_fi": ["Töissä"], "choices_0_en": ["At work"]},
        {"choices_0_fi": ["Töissä\nMuu tilanne"]},
        {"key_0": ["forged"]},
        {"key_0": ["vanha"]},
    ],
)
def test_a_question_put_otherwise_is_a_new_one_and_the_old_one_is_kept(changes):
    every = (SITUATION, FREE, OLD)

    found = question_forms.read(question_form(**changes), every)

    assert isinstance(found, tuple)
    new, same = found
    assert new.key not in {"tilanne", "aihe", "vanha"}
    assert same == FREE
    kept = question_forms.merged(every, found)
    assert kept == (new, FREE, OLD, replace(SITUATION, asked=False))


@pytest.mark.parametrize(
    "changes",
    [
        {"label_0_sv": ["Vilken är din situation?"]},
        {"choices_0_sv": ["På jobb\nAnnat"]},
        {"choices_0_fi": ["Töissä\nMuu\nOpiskelen"], "choices_0_en": [""]},
        {"required_0": []},
        {"hint_0_fi": ["Valitse lähin"]},
    ],
)
def test_a_translation_a_hint_or_another_choice_leaves_it_the_same_question(changes):
    form = question_form(**changes)
    if "choices_0_fi" in changes:
        form["choices_0_en"] = ["At work\nOther\nI study"]

    found = question_forms.read(form, (SITUATION, FREE, OLD))

    assert isinstance(found, tuple)
    assert [each.key for each in found] == ["tilanne", "aihe"]


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"label_1_fi": [""]}, "label_1_fi", "required"),
        ({"label_1_sv": ["x" * 301]}, "label_1_sv", "too_long"),
        ({"choices_0_fi": [" \n"]}, "choices_0_fi", "no_choices"),
        ({"choices_0_fi": ["Muu\nMuu"]}, "choices_0_fi", "same_choice"),
        ({"choices_0_en": ["One"]}, "choices_0_en", "lines_differ"),
        ({"choices_0_fi": ["x\n" * 31]}, "choices_0_fi", "too_many"),
        ({"key_1": [""], "kind_1": ["guess"]}, "kind_1", "choose_one"),
    ],
)
def test_what_is_wrong_with_a_question_is_named_in_its_place(changes, field, problem):
    found = question_forms.read(question_form(**changes), (SITUATION, FREE, OLD))

    assert isinstance(found, list)
    assert (field, problem) in [(each.field, each.problem) for each in found]


def test_one_key_is_given_to_one_row_only():
    form = question_form(key_1=["tilanne"], label_1_fi=["Mikä on tilanteesi?"])

    found = question_forms.read(form, (SITUATION, FREE, OLD))

    assert isinstance(found, tuple)
    assert len({each.key for each in found}) == 2


def test_rows_are_moved_added_and_let_go_and_nothing_typed_is_lost():
    form = question_form(label_1_fi=["Kirjoitettu"])

    for act, order in (
        ("up:1", ["1", "0"]),
        ("down:0", ["1", "0"]),
        ("down:1", ["0", "1"]),
        ("up:0", ["0", "1"]),
        ("remove:0", ["1"]),
        ("remove:7", ["0", "1"]),
        ("add", ["0", "1", "2"]),
    ):
        pressed = question_forms.act_of({"act": [act]})
        assert pressed is not None
        if act == "down:0":
            form["row"] = ["0", "1"]
        elif act == "down:1":
            form["row"] = ["1", "0"]
        else:
            form["row"] = ["0", "1"]
        after = question_forms.acted(form, pressed)
        assert question_forms.rows(after) == order, act
        assert after["label_1_fi"] == ["Kirjoitettu"]


def test_there_are_no_more_questions_than_so_many():
    form = {"row": [f"{n}" for n in range(40)]}

    assert len(question_forms.rows(form)) == 20
    assert (
        len(question_forms.rows(question_forms.acted(form, question_forms.Act("add"))))
        == 20
    )


def test_of_those_let_go_the_oldest_are_forgotten_first():
    old = tuple(replace(OLD, key=f"k{n}") for n in range(100))

    kept = question_forms.merged((FREE, *old), ())

    assert len(kept) == 100
    assert replace(FREE, asked=False) in kept
    assert old[0] not in kept
