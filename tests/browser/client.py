"""A client at her pages: she opens her mail, presses what she reads, goes on.

What she presses is found by the words of her own language, so a page in another one
stops her. Which hand she uses is the test's choice.
"""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from booking.wording import text
from teams_app.story.stage import Client as Person
from teams_app.story.stage import Stage
from tests.browser.hands import Hand

#: The machine may be busy with much else: as long as a story waits.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass
class Client:
    """One client's window."""

    page: Page
    hand: Hand
    language: str

    def said(self, key: str, **values: object) -> str:
        return text(self.language, key, **values)

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.said(key))

    def link(self, key: str) -> Locator:
        """Find a link of the page itself by what it says first."""
        words = re.compile(f"^{re.escape(self.said(key))}")
        return self.page.locator("#main").get_by_role("link", name=words)

    async def press(self, what: Locator) -> None:
        await self.hand.press(what)

    async def sees(self, key: str) -> None:
        """Wait for a page by its title."""
        title = self.page.get_by_role("heading", level=1, name=self.said(key))
        await expect(title).to_be_visible()

    async def is_told(self, key: str, **values: object) -> None:
        """Wait for words somewhere on the page."""
        words = self.page.get_by_text(self.said(key, **values), exact=True)
        await expect(words.first).to_be_visible()

    async def picks_first_time(self) -> None:
        """Choose the first time of the day shown, and go on with the button below."""
        await self.hand.choose(self.page.locator(".slot input").first)


async def opened_mail(page: Page, stage: Stage, person: Person) -> Page:
    """Open the newest message in her inbox, and press its link: a new window."""
    await page.goto(f"{stage.tenant.base}/inbox/?to={person.to}")
    async with page.expect_popup() as opening:
        await page.locator(f"article a[href^='{stage.base}']").last.click()
    opened = await opening.value
    await opened.wait_for_load_state()
    return opened
