"""Deciding for the whole tenant in Teams, by keyboard alone, and channels really tried."""

import pytest
from playwright.async_api import expect

from teams_app.story.stage import Stage
from tests.browser.hands import Keyboard
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
ADMIN = "outi.salmela"


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def test_an_admin_decides_looks_and_tries(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    tab = await Tab.of(windows, stage, ADMIN, "fi")
    await tab.sees(tab.said("health.title"))
    hand = Keyboard(tab.page, within=await tab.frame())
    await hand.press(tab.link("tab.view.admin"))

    await _rules(tab, hand)
    await _texts(tab, hand)
    await _channels(tab, hand)
    await _retention(tab, hand)

    assert tab.faults == []
    assert hand.faults == []


async def _rules(tab: Tab, hand: Keyboard) -> None:
    await hand.press(tab.link("admin.section.rules"))
    await tab.sees(tab.said("admin.section.rules"))
    days = tab.inside.locator("#f-offer_days")
    await days.fill("99")
    await hand.press(tab.button("admin.staff.save"))
    await expect(tab.inside.locator("#e-offer_days")).to_be_visible()
    await days.fill("5")
    await hand.press(tab.button("admin.staff.save"))
    await tab.is_told("tenant.done.saved")
    await hand.press(tab.button("tenant.back.go"))
    await tab.is_told("tenant.done.stated")
    await expect(days).to_have_value("7")


async def _texts(tab: Tab, hand: Keyboard) -> None:
    await hand.press(tab.link("admin.section.texts"))
    await tab.inside.locator("#f-greeting_fi").fill("Hyvä asiakkaamme")
    await hand.press(tab.button("tenant.lines.try"))
    await tab.is_told("tenant.unsaved")
    first = tab.inside.locator(".letter").first
    await expect(first).to_contain_text("Hyvä asiakkaamme")


async def _channels(tab: Tab, hand: Keyboard) -> None:
    """The mail goes through Graph, the SMS through the gateway, as a client's would."""
    await hand.press(tab.link("admin.section.channels"))
    await tab.sees(tab.said("admin.section.channels"))
    tries = tab.inside.get_by_role("button", name=tab.said("tenant.trial.go"))
    await hand.press(tries.first)
    await tab.is_told("tenant.trial.taken")
    await tab.inside.locator("#f-number").fill("040 765 4321")
    await hand.press(tries.last)
    alert = tab.inside.get_by_role("alert")
    await expect(alert).to_be_focused()
    await expect(alert).to_contain_text(tab.said("tenant.channel.sms"))
    await expect(alert).to_contain_text(tab.said("tenant.trial.taken"))
    await tab.look("channels")


async def _retention(tab: Tab, hand: Keyboard) -> None:
    await hand.press(tab.link("admin.section.retention"))
    await tab.inside.locator("#f-appointments").fill("400")
    await hand.press(tab.button("admin.staff.save"))
    await expect(tab.button("tenant.retention.sure.go")).to_be_visible()
    await hand.press(tab.link("tenant.retention.sure.keep"))
    await expect(tab.inside.locator("#f-appointments")).to_have_value("")
