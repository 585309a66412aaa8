"""The privacy notice and the accessibility statement: ours, or the organisation's own."""

import pytest

from booking import retention
from booking.model import Language
from booking.retention import Class
from booking.wording import text
from teams_app.actions import deciding
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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", ("2 vuoden kuluttua", "90 päivän kuluttua")),
        ("sv", ("2 år efter", "90 dagar efter")),
        ("en", ("2 years after", "90 days after")),
    ],
)
async def test_the_notice_says_how_long_the_admin_has_things_kept(
    door: Door, small: SmallWorld, language: str, said: tuple[str, str]
):
    """GDPR, article 13(2)(a): for how long, or by what it is decided."""
    name = POLICY.organisation.in_(Language(language))
    by_whom = text(language, "page.privacy.how_long.text", organisation=name)
    path = f"/privacy?lang={language}"
    assert by_whom in (await door.get(path)).text

    years = retention.usual() | {Class.APPOINTMENTS: 730, Class.ANSWERS: 90}
    by = deciding.By("staff:an-admin", small.now)
    small.write(deciding.keep, years, 0, by, confirmed=True)
    small.clock.advance(days=2)
    answer = await door.get(path)

    assert [each in answer.text for each in said] == [True, True]
    assert by_whom not in answer.text


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
