"""The health page as a browser shows it: in Teams, in its themes, on a phone."""

import pytest
from playwright.async_api import expect

from teams_app.story.stage import Stage
from tests.browser.pages import THEMES, Samples, audit, serving, sideways
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

HOUSE = Samples()
WIDTHS = ({"width": 1024, "height": 860}, {"width": 390, "height": 844})
#: The demo's only admin; she is no professional.
ADMIN = "outi.salmela"

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


@pytest.mark.parametrize("theme", THEMES)
async def test_with_everything_wrong_and_opened_it_has_no_faults(
    windows: Windows, theme: str
):
    async with serving(HOUSE.app()) as base:
        for width in WIDTHS:
            page = await windows.open(viewport=width, reduced_motion="reduce")
            await page.goto(f"{base}/tab-health-wrong?lang=sv&theme={theme}")
            await page.locator("summary").click()
            await expect(page.locator("details table")).to_be_visible()

            assert not await audit(page)
            assert not await sideways(page)


async def test_an_admin_looks_and_has_everything_compared(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    tab = await Tab.of(windows, stage, ADMIN, "en")
    await tab.sees(tab.said("health.title"))
    await expect(tab.inside.get_by_role("link")).to_have_count(2)
    await tab.look("health")
    await tab.inside.get_by_text(tab.said("health.calendars.all")).click()
    # What others whom the bot does not reach, and what was compared, have tables too.
    everybody = tab.inside.locator("details.more tbody tr")
    await expect(everybody).to_have_count(12)
    await tab.look("health, all calendars")
    await tab.button("health.check").click()
    await tab.is_told("health.done.check")
    await tab.link("tab.view.admin").click()
    await tab.sees(tab.said("admin.section.professionals"))
    await tab.look("professionals")
    await tab.inside.get_by_role("link", name="Aino Lehtovaara").click()
    await tab.inside.locator("#f-daily_limit").fill("60")
    await tab.button("admin.staff.save").click()
    await expect(tab.inside.locator("#e-daily_limit")).to_be_visible()
    await tab.look("a professional, wrong")

    assert tab.faults == []


async def test_a_professional_finds_no_way_there(stage: Stage, windows: Windows):
    tab = await Tab.of(windows, stage, "tuomas.rautalampi", "fi")
    await tab.sees("maanantai 23. marraskuuta")

    await expect(tab.link("tab.view.health")).to_have_count(0)


async def test_a_professional_asks_why_a_time_is_missing(
    stage: Stage, windows: Windows
):
    tab = await Tab.of(windows, stage, "tuomas.rautalampi", "en")
    await tab.link("tab.book").click()
    await tab.sees(tab.said("tab.book.title"))
    await tab.inside.locator("#f-name").fill("Aino")
    await tab.inside.get_by_text(tab.said("why.title")).click()
    await tab.button("why.ask").click()
    await tab.is_told("why.no_time")
    await tab.inside.locator("#f-why_time").fill("23:30")
    await tab.button("why.ask").click()
    await tab.is_told("why.hours")
    await tab.look("why")

    assert await tab.inside.locator("#f-name").input_value() == "Aino"
    assert tab.faults == []
