"""What clients will see of a service, shown while an admin types."""

from dataclasses import replace
from html import unescape

from booking.model import BookedBy, Language
from booking.wording import text
from teams_app.store import people
from tests.web.conftest import Answer, Door
from tests.web.test_services_admin import ONE, admin, post, see, sheet


def documents(page: Answer) -> list[str]:
    """Give what stands in the frames."""
    return [unescape(part.split('"')[0]) for part in page.text.split('srcdoc="')[1:]]


async def test_the_preview_shows_what_is_typed_as_clients_will_see_it(door: Door):
    before = sheet(door.small)

    page = await post(
        door, path="/preview", name_sv="Nytt namn", minutes="90", lang="sv"
    )

    listed, details = documents(page)
    assert "Nytt namn" in listed
    assert "90 minuter" in listed
    assert '<html lang="sv"' in listed
    assert text("sv", "page.services.title") in listed
    assert text("sv", "form.name") in details
    assert "<script" not in listed + details
    assert sheet(door.small) == before


async def test_it_speaks_each_language_and_says_what_is_missing(door: Door):
    empty = {"name_sv": "", "name_fi": "Vain suomeksi"}

    for language in Language:
        page = await post(door, path=f"/preview?lang={language}", **empty)
        missing = language is Language.SV
        assert (text("en", "admin.preview.missing") in page.text) is missing
        assert ("Vain suomeksi" in documents(page)[0]) is (
            language in {Language.FI, Language.SV}
        )


async def test_what_is_wrong_is_previewed_as_it_was_before(door: Door):
    page = await post(door, path="/preview", minutes="x", modalities=[])

    assert page.status == 200
    assert "45 minutes" in documents(page)[0]


async def test_markup_that_is_typed_stays_text(door: Door):
    evil = '"><script>alert(1)</script>'

    page = await post(door, path="/preview", name_en=evil, lang="en")

    assert "<script" not in page.text
    assert "<script" not in documents(page)[0]
    assert "&lt;script" in documents(page)[0]


async def test_questions_are_previewed_as_they_are_typed(door: Door):
    sent = {
        "sheet": "questions",
        "lang": "fi",
        "row": "0",
        "kind_0": "one_of",
        "label_0_fi": "Mikä on tilanteesi?",
        "choices_0_fi": "Töissä\nTyötön",
    }

    page = await door.ask("POST", f"{ONE}/preview", headers=admin(door), data=sent)

    (shown,) = documents(page)
    assert "Mikä on tilanteesi?" in shown
    assert "Työtön" in shown


async def test_what_is_by_invitation_is_on_no_list_that_clients_see(door: Door):
    page = await post(door, path="/preview", booked_by="invited", lang="en")

    assert text("en", "admin.preview.invited") in page.text
    assert text("en", "page.services.title") not in page.text
    assert all(text("en", "form.name") not in each for each in documents(page))
    assert text("en", "admin.preview.list") not in page.text


async def test_that_a_service_is_by_invitation_stands_in_the_list(door: Door):
    invited = replace(door.small.service, booked_by=BookedBy.INVITED)
    before = (await see(door)).text
    door.small.write(people.save_service, invited)

    after = (await see(door)).text

    said = text("en", "admin.services.state.invited")
    assert (said in before, said in after) == (False, True)
