"""The privacy notice and the accessibility statement: ours, or the organisation's own."""

import pytest

from booking.model import Language
from tests import make
from tests.support.small_world import POLICY, SmallWorld
from tests.web.conftest import Door

THEIRS = "https://kunta.example/seloste"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
async def test_the_built_in_paper_names_who_is_responsible(
    door: Door, path: str, language: str
):
    answer = await door.get(f"{path}?lang={language}")

    assert answer.status == 200
    assert POLICY.organisation.in_(Language(language)) in answer.text
    assert POLICY.contact_email in answer.text


@pytest.fixture
def theirs(small: SmallWorld) -> None:
    small.policy = make.replace(
        small.policy, privacy_url=THEIRS, accessibility_url=THEIRS
    )


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
@pytest.mark.usefixtures("theirs")
async def test_the_organisations_own_paper_is_led_to(door: Door, path: str):
    answer = await door.get(f"{path}?lang=fi")

    assert (answer.status, answer.location) == (302, THEIRS)
