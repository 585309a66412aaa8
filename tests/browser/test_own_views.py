"""Absence and settings in Teams, by keyboard alone, and without a fault on the way."""

import pytest
from playwright.async_api import expect

from teams_app.story.stage import Stage
from tests.browser.hands import Keyboard
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
USER = "leyla.haddad"


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)
    complaints.forgive("status of 422")


async def hand_in(tab: Tab) -> Keyboard:
    await expect(tab.title()).to_be_focused()
    return Keyboard(tab.page, within=await tab.frame())


async def test_an_absence_is_recorded_and_withdrawn(stage: Stage, windows: Windows):
    tab = await Tab.of(windows, stage, USER, "sv")
    hand = await hand_in(tab)

    await hand.press(tab.link("tab.view.away"))
    await tab.sees(tab.said("absence.page.title"))
    await tab.look("the form")
    today = await tab.inside.locator("#f-first").input_value()
    await tab.inside.locator("#f-last").fill("2020-01-01")
    await hand.press(tab.button("absence.do.show"))
    await expect(tab.inside.locator("#errors")).to_be_focused()
    assert await tab.inside.locator("#f-last").input_value() == "2020-01-01"
    await tab.inside.locator("#f-last").fill(today)
    await hand.press(tab.button("absence.do.show"))
    await tab.is_told("absence.closed")
    await tab.look("what it means")
    await hand.press(tab.button("absence.do.yes"))
    await tab.is_told("absence.done.recorded")
    await tab.look("what stands")
    await hand.press(tab.inside.get_by_role("button").first)
    await tab.is_told("absence.done.withdrawn")

    assert hand.faults == []
    assert tab.faults == []


async def test_her_hours_are_set_and_what_is_wrong_stays_to_be_mended(
    stage: Stage, windows: Windows
):
    tab = await Tab.of(windows, stage, USER, "en")
    hand = await hand_in(tab)

    await hand.press(tab.link("tab.view.settings"))
    await tab.sees(tab.said("own.title"))
    await tab.look("as it is")
    start, end = (tab.inside.locator(f"#f-{name}_0") for name in ("start", "end"))
    await start.fill("12:00")
    await end.fill("09:00")
    save = tab.inside.locator("#own-hours").get_by_role("button").first
    await hand.press(save)
    await expect(tab.inside.locator("#own-hours #errors")).to_be_focused()
    await expect(start).to_have_value("12:00")
    await tab.look("wrong")
    await end.fill("15:00")
    await end.fill("08:00")
    await hand.press(save)  # Wrong again, after it was mended on the page.
    await expect(tab.inside.locator("#own-hours #errors")).to_be_focused()
    await end.fill("15:00")
    await hand.press(save)
    await tab.is_told("own.done.saved")
    reset = tab.inside.locator("#own-hours").get_by_role("button").last
    await hand.press(reset)
    await tab.is_told("own.done.reset")

    assert hand.faults == []
    assert tab.faults == []
