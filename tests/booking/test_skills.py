"""Skills are short names, whatever their case; who lacks one does not do."""

from hypothesis import given
from hypothesis import strategies as st

from booking import skills
from tests import make

names = st.lists(st.text("abcÄä ,", max_size=8), max_size=6)


@given(names)
def test_what_is_read_is_read_again_as_it_is_and_each_once(typed):
    found = skills.read(typed)

    assert skills.read([", ".join(found)]) == found
    assert len({each.casefold() for each in found}) == len(found)
    assert all(each.strip() and "," not in each for each in found)


@given(names, names)
def test_lacking_is_what_is_asked_for_and_not_there(asked, there):
    asked, there = skills.read(asked), skills.read(there)

    missing = skills.lacking(asked, there)

    assert {*missing} <= {*asked}
    assert not skills.lacking(missing, [*there]) or missing
    assert not skills.lacking(asked, [*there, *missing])
    assert skills.lacking((), there) == ()


def test_a_skill_is_the_same_in_any_case():
    service = make.a_service(skills=("Velkaneuvonta", "Viittomakieli"))
    aino = make.a_professional(skills=("velkaneuvonta",))

    assert skills.lacking(service.skills, aino.skills) == ("Viittomakieli",)
    assert not skills.has_what_it_takes(aino, service)


def test_so_many_are_kept_and_so_long():
    assert not skills.too_much(["a" * skills.SKILL_MAX] * skills.SKILLS_MAX)
    assert skills.too_much(["a" * (skills.SKILL_MAX + 1)])
    assert skills.too_much(["a"] * (skills.SKILLS_MAX + 1))
