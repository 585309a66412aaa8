"""Reception and log in Teams: by keyboard alone, and as a file."""

import pytest
from playwright.async_api import expect

from teams_app.story.scenes import Wish, booked
from teams_app.story.stage import Stage
from tests.browser.hands import Keyboard
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
DESK, AUDITOR = "liisa.vanhala", "mikael.holm"


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def hand_in(tab: Tab) -> Keyboard:
    await expect(tab.title()).to_be_focused()
    return Keyboard(tab.page, within=await tab.frame())


async def test_the_reception_finds_a_client_and_books_for_a_professional(
    stage: Stage, windows: Windows
):
    wish = Wish("aino.lehtovaara", stage.client("Tuuli Vastaanotto"))
    await stage.teams(wish.user).install()
    await booked(stage, wish)
    tab = await Tab.of(windows, stage, DESK, "en")
    await tab.sees(tab.said("reception.title"))
    hand = await hand_in(tab)

    await hand.type(tab.inside.locator("#f-whom"), "Vastaanotto")
    await hand.press(tab.button("reception.search.go"))
    await expect(
        tab.inside.get_by_role("link", name="Tuuli Vastaanotto").first
    ).to_be_visible()
    await tab.look("reception")
    await hand.press(tab.link("tab.book"))
    await tab.sees(tab.said("tab.book.title"))
    await tab.inside.locator("#f-name").fill("Aaro Aula")
    await tab.inside.locator("#times").evaluate("e => { e.dataset.old = 'yes' }")
    await tab.inside.locator("#f-professional").select_option(label="Aino Lehtovaara")
    await tab.inside.locator("#times:not([data-old])").wait_for()
    await tab.look("reception books")
    await hand.choose(tab.inside.locator("[name=language][value=sv]"))
    await hand.type(tab.inside.locator("#f-email"), "aaro@posti.example")
    await hand.choose(tab.inside.locator("#times .slot input").first)
    await hand.press(tab.button("tab.book.book"))
    await tab.is_told("tab.done.booked")
    await expect(tab.inside.get_by_text("Aino Lehtovaara")).to_be_visible()

    assert tab.faults == []
    assert hand.faults == []


async def test_an_auditor_searches_the_log_and_takes_it_as_a_file(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    wish = Wish("aino.lehtovaara", stage.client("Toni Tarkastettu"))
    await stage.teams(wish.user).install()
    await booked(stage, wish)  # a line for the log, at least
    tab = await Tab.of(windows, stage, AUDITOR, "sv")
    await tab.sees(tab.said("admin.log.title"))
    hand = await hand_in(tab)

    await hand.type(tab.inside.locator("#f-reference"), "ZZZZZZ")
    await hand.press(tab.button("admin.log.search"))
    await tab.is_told("error.field.unknown_reference")
    await tab.look("log, wrong")
    await tab.inside.locator("#f-reference").fill("")
    await hand.press(tab.button("admin.log.search"))
    await expect(tab.inside.locator("tbody tr").first).to_be_visible()
    await tab.look("log")
    async with tab.page.expect_download() as began:
        await hand.press(tab.link("admin.log.export"))
    file = await began.value
    written = (await file.path()).read_text("utf-8-sig")

    assert file.suggested_filename.startswith("vuoro-log-")
    assert written.startswith("at;who;name;what;subject;references;source")
    assert tab.faults == []
    assert hand.faults == []
