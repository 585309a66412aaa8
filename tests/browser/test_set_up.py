"""An admin sets up a unit and a service in Teams, and a client books by what she said."""

import pytest
from playwright.async_api import FrameLocator, expect

from teams_app.story.stage import Stage
from tests.browser.hands import Keyboard
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

#: The demo's only admin; she is no professional.
ADMIN = "outi.salmela"
PHONE = {"width": 360, "height": 740}

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def at(windows: Windows, stage: Stage, section: str) -> Tab:
    """Open a section of administration."""
    tab = await Tab.of(windows, stage, ADMIN, "en")
    await tab.sees(tab.said("health.title"))
    await tab.link("tab.view.admin").click()
    await tab.sees(tab.said("admin.section.professionals"))
    await tab.link(f"admin.section.{section}").click()
    await tab.sees(tab.said(f"admin.section.{section}"))
    return tab


async def narrow(tab: Tab) -> int:
    """Look at it on a phone; gives how far it must be scrolled sideways."""
    before = tab.page.viewport_size
    await tab.page.set_viewport_size(PHONE)
    frame = await tab.frame()
    pixels: int = await frame.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    assert before is not None
    await tab.page.set_viewport_size(before)
    return pixels


async def added(tab: Tab, hand: Keyboard) -> None:
    """Add a service: begun by keyboard, refused once, put right, and previewed."""
    await hand.press(tab.link("admin.services.new"))
    await tab.sees(tab.said("admin.services.new"))
    await hand.type(tab.inside.locator("#f-name_fi"), "Pikaneuvonta")
    await hand.press(tab.button("admin.staff.add"))
    await expect(tab.inside.locator("#e-modalities")).to_be_visible()
    await tab.look("a service, wrong")
    await tab.inside.locator("[name=modalities][value=phone]").check()
    await tab.inside.locator("[name=usual][value=phone]").check()
    await tab.inside.locator("[name=languages]").first.check()
    await tab.inside.locator("#f-minutes").fill("25")
    await tab.inside.locator("#f-givers summary").first.click()
    await tab.inside.get_by_label("Aino Lehtovaara").check()
    await expect(shown(tab).get_by_text("25 minutes")).to_be_visible()
    await expect(shown(tab).get_by_role("heading", name="Pikaneuvonta")).to_be_visible()
    await shown(tab).get_by_role("link", name="Pikaneuvonta").click()
    await expect(shown(tab).get_by_role("heading", name="Pikaneuvonta")).to_be_visible()
    await tab.button("admin.staff.add").click()
    await tab.is_told("admin.service.not_yet")
    await tab.look("a service")
    assert await narrow(tab) <= 0


def shown(tab: Tab) -> FrameLocator:
    """Give the first page of the preview."""
    return tab.inside.frame_locator(".previews iframe").first


async def asked(tab: Tab) -> None:
    """Let the service ask something; it is previewed while it is typed."""
    await tab.link("admin.questions.change").click()
    await tab.button("admin.questions.add").click()
    await tab.inside.locator("#f-label_0_fi").fill("Mistä soitamme?")
    await tab.page.keyboard.press("Tab")
    await expect(shown(tab).get_by_text("Mistä soitamme?")).to_be_visible()
    await tab.inside.get_by_role("button", name=tab.said("cards.language.sv")).click()
    await tab.is_told("admin.preview.missing")
    await tab.look("questions")
    assert await narrow(tab) <= 0
    await tab.button("admin.staff.save").click()
    await tab.is_told("admin.questions.done")


async def opened(tab: Tab) -> None:
    await tab.link("admin.section.services").click()
    await tab.inside.get_by_role("link", name="Pikaneuvonta", exact=True).click()
    await tab.button("admin.service.to.open").click()
    await tab.is_told("admin.services.done.open", name="Pikaneuvonta")


async def test_an_admin_adds_a_service_and_a_client_books_it(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    complaints.forgive("Blocked opening")  # What is previewed leads nowhere.
    tab = await at(windows, stage, "services")
    await tab.look("services")
    assert await narrow(tab) <= 0
    await expect(tab.title()).to_be_focused()
    hand = Keyboard(tab.page, within=await tab.frame())
    await added(tab, hand)
    await asked(tab)
    await opened(tab)

    client = await windows.open(viewport=PHONE, reduced_motion="reduce")
    await client.goto(f"{stage.base}/b?lang=fi")
    await client.get_by_role("link", name="Pikaneuvonta").click()
    await client.locator(".first button").click()
    await expect(client.get_by_label("Mistä soitamme?")).to_be_visible()

    assert tab.faults == []
    assert hand.faults == []


async def test_an_admin_gives_a_unit_its_hours_and_sees_what_keeps_it_open(
    stage: Stage, windows: Windows
):
    tab = await at(windows, stage, "units")
    await tab.look("units")
    await tab.inside.locator("tbody th a").first.click()
    await expect(tab.inside.locator("#f-phone")).to_be_visible()
    await tab.inside.locator("[name=opens][value=own]").check()
    await expect(tab.inside.locator("#f-start_0")).to_be_visible()
    await tab.look("a unit")
    assert await narrow(tab) <= 0
    await tab.inside.locator("[name=opens][value=professionals]").check()
    await expect(tab.inside.locator("#f-start_0")).to_be_hidden()
    await tab.is_told("admin.unit.close.not")
    await tab.inside.locator("#f-add_reception").fill("Aino Lehtovaara")
    await tab.inside.get_by_role("button", name=tab.said("admin.unit.add")).last.click()
    await expect(tab.inside.get_by_label("Aino Lehtovaara")).to_be_checked()

    assert tab.faults == []
