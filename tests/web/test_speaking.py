"""The public page offers first the times of those who speak the client's language."""

import re

import pytest

from booking.model import Language
from booking.own_settings import Own, Section
from teams_app.store import people
from tests import make
from tests.web.conftest import Door


async def offered(door: Door, language: str) -> set[str]:
    """Give the ids of those whose times the page of this language shows."""
    page = await door.get(f"/b/guidance?lang={language}&modality=remote")
    return set(re.findall(r'name="slot" value="(\d+)@', page.text))


@pytest.mark.parametrize(("language", "who"), [("sv", make.BO), ("en", make.AINO)])
async def test_a_client_is_offered_the_times_of_those_who_speak_her_language(
    door: Door, language: str, who: int
):
    # Aino speaks Finnish and English, Bo Swedish and Finnish.
    assert await offered(door, language) == {str(who)}


async def test_where_nobody_speaks_it_everybodys_times_are_offered(door: Door):
    both = await offered(door, "fi")
    own = Own(frozenset({Section.LANGUAGES}), languages=(Language.FI,))
    for each in (make.AINO, make.BO):
        door.small.write(people.save_own_settings, each, own.written)

    assert await offered(door, "sv") == both


async def test_what_she_sets_herself_decides(door: Door):
    own = Own(frozenset({Section.LANGUAGES}), languages=(Language.EN,))
    door.small.write(people.save_own_settings, make.BO, own.written)

    assert await offered(door, "sv") == await offered(door, "en")
    assert str(make.BO) not in await offered(door, "fi")
