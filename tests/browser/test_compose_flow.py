"""The compose box by clicking: free times chosen into a message, a colleague who books."""

import pytest
from playwright.async_api import Locator, Page, expect

from booking.wording import text
from teams_app.story.stage import Client, Stage
from tests.browser.teams import DESK
from tests.support.browser import Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
HOST, GUEST = "henrik.astrom", "irina.volkonen"


async def in_group(windows: Windows, stage: Stage, user: str, language: str) -> Page:
    """Open the chat of everybody, as somebody who has the app."""
    await stage.teams(user).install()
    page = await windows.open(viewport=DESK)
    where = f"user={user}@lumivaara.example&locale={language}&chat=group"
    await page.goto(f"{stage.tenant.base}/teams/?{where}")
    await expect(page.locator("#compose")).to_be_visible()
    return page


def button(within: Locator, language: str, key: str) -> Locator:
    return within.get_by_role("button", name=text(language, key), exact=True)


async def reads(stage: Stage, user: str) -> str:
    (language,) = [
        str(each["language"])[:2]
        for each in await stage.people()
        if str(each["mail"]).startswith(user)
    ]
    return language


async def puts_free_times(page: Page, words: str) -> None:
    """Choose the first of her free times by keyboard, and send it with some words."""
    await page.locator("#beside").click()
    await expect(page.locator("#search")).to_be_focused()
    first = page.locator(".result").first
    await expect(first).to_be_visible()
    await first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#draft .card")).to_be_visible()
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#draft")).to_be_hidden()


async def books(dialog: Locator, language: str, client: Client) -> None:
    """Fill in the dialog, at first without a way to reach the client."""
    name = dialog.locator("#client_name input")
    await name.fill(client.name)
    await dialog.locator("#client_language select").select_option("fi")
    await button(dialog, language, "cards.do.book").click()
    await expect(dialog).to_contain_text(text(language, "cards.error.contact"))
    await expect(name).to_have_value(client.name)
    await dialog.locator("#client_email input").fill(client.email)
    await button(dialog, language, "cards.do.book").click()
    await expect(dialog).to_contain_text(text(language, "extension.done.booked"))


async def test_free_times_put_into_a_chat_are_booked_by_a_colleague(
    stage: Stage, windows: Windows
):
    client = stage.client("Vilma Viestinen")
    its, hers = await reads(stage, HOST), await reads(stage, GUEST)
    host = await in_group(windows, stage, HOST, its)
    await puts_free_times(host, "Tästä voi varata")

    guest = await in_group(windows, stage, GUEST, hers)
    message = guest.locator(".message.other", has_text="Tästä voi varata")
    await button(message, its, "extension.do.book").click()
    await books(guest.locator("#dialog"), hers, client)
    confirmed = await stage.tenant.message("a confirmation", client.to)

    # The client's own link is warned of while the message is being written.
    await host.locator("#text").fill(f"katso {confirmed.link}")
    warned = host.locator("#draft .card")
    await expect(warned).to_contain_text(text(its, "extension.secret.title"))
    assert confirmed.link.rpartition("/")[2] not in await warned.inner_text()
