"""Running late and how it went, said in the tab by a hand; heard by the client."""

import pytest
from playwright.async_api import expect

from booking.wording import text
from teams_app.story.scenes import Wish, booked
from teams_app.story.stage import Stage
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def test_one_press_under_today_and_the_client_knows(
    stage: Stage, windows: Windows
):
    user, client = "mikael.ojanpera", stage.client("Vieno Odottaja")
    await stage.teams(user).install()
    made = await booked(stage, Wish(user, client, "uraohjaus"))
    tab = await Tab.of(windows, stage, user, "fi")
    fold = tab.inside.locator(".next summary")

    await fold.press("Enter")
    await tab.inside.locator(".next button[value='10']").press("Enter")

    await tab.is_told("tab.done.late")
    await tab.is_told("lateness.about", minutes=10)
    mail = await stage.tenant.message("the delay", client.to, after=1)
    assert text("fi", "messages.running_late.subject") == mail.subject
    page = await windows.open()
    await page.goto(made.link)
    said = page.get_by_text(text("fi", "lateness.page", minutes=10))
    await expect(said).to_be_visible()
    await tab.look("today, late")
    await tab.inside.get_by_role("link", name=client.name, exact=True).click()
    await tab.button("lateness.do.on_time").click()
    await tab.is_told("tab.done.on_time")
    assert tab.faults == []
