"""Names as they are written in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.saying import called

BENT = {
    "Maija Virtanen": ["Virtasen", "Maijan", "Maijalle", "Virtaselta", "Virtanen's"],
    "Matti Meri": ["Matin", "Matille", "Meren", "Merelle"],
    "Pekka Lehtimäki": ["Pekan", "Lehtimäen", "Pekan Lehtimäen"],
    "Heikki Virta": ["Heikin", "Virran"],
    "Aino Lehto": ["Ainolle", "Lehdon"],
    "Liisa Järvenpää": ["Liisan", "Järvenpään"],
    "John Smith": ["Smithin", "Johnin", "Smith's"],
    "Sven Lund": ["Svens", "Lunds"],
    "Ville Lahti": ["Lahden", "Villen"],
}
APART = [
    ("Virtanen", "Virta n"),
    ("Maija Virtanen", "Maikin"),
    ("Matti Meri", "Merjan"),
    ("Anna Aho", "An"),
    ("Li Na", "Nan"),
]


@pytest.mark.parametrize(
    ("name", "whom"), [(name, each) for name, every in BENT.items() for each in every]
)
def test_another_form_of_a_name_is_that_name(name: str, whom: str):
    assert called([name], whom, bent=True)


@pytest.mark.parametrize(("name", "whom"), APART)
def test_what_is_no_form_of_a_name_is_another(name: str, whom: str):
    assert not called([name], whom, bent=True) or called([name], whom)


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_found_as_written_is_found_in_any_form(name: str, whom: str):
    assert called([name], whom, bent=True) >= called([name], whom)


@given(st.lists(st.text(max_size=12), max_size=6, unique=True), st.text(max_size=6))
def test_many_names_are_found_as_each_alone_would_be(names: list[str], whom: str):
    for bent in (False, True):
        alone = {each for each in names if called([each], whom, bent=bent)}
        assert called(names, whom, bent=bent) == alone


@pytest.mark.parametrize(
    ("name", "whom"),
    [
        ("Åsa Öhman", "ohman as"),
        ("Asa Ohman", "ÖHMAN"),
        ("Ёлка Иванова", "иван"),
        ("Maija\nMeri", "meri"),
        ("Sara Ben-Ami", "ami"),
        ("O'Hara", "hara"),
    ],
)
def test_dots_case_and_marks_keep_nobody_from_being_found(name: str, whom: str):
    assert called([name, "Somebody Else"], whom) == {name}
