"""A professional at the tenant's small Teams: her tab, and the bot's cards."""

import re
from dataclasses import dataclass, field
from typing import Self

from playwright.async_api import Frame, FrameLocator, Locator, Page, expect

from booking.wording import text
from teams_app.story.stage import Stage
from tests.browser.client import PATIENCE
from tests.browser.pages import COLOURS, EVERYTHING, THEMES, audit
from tests.support.browser import Complaints, Windows

DESK = {"width": 1280, "height": 860}
expect.set_options(timeout=PATIENCE)


def at_home(complaints: Complaints) -> None:
    """teams-js asks the world for a list of hosts; without it, it has its own."""
    complaints.forgive("res.cdn.office.net")


@dataclass
class Tab:
    """The tab inside Teams, of one person, in one language."""

    page: Page
    language: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    async def of(
        cls, windows: Windows, stage: Stage, user: str, language: str, **more: str
    ) -> Self:
        page = await windows.open(viewport=DESK, reduced_motion="reduce")
        asked = "".join(f"&{name}={value}" for name, value in more.items())
        mail = f"{user}@lumivaara.example"
        await page.goto(
            f"{stage.tenant.base}/teams/tab?user={mail}&locale={language}{asked}"
        )
        return cls(page, language)

    @property
    def inside(self) -> FrameLocator:
        return self.page.frame_locator("#frame iframe")

    def said(self, key: str, **values: object) -> str:
        return text(self.language, key, **values)

    async def frame(self) -> Frame:
        holder = await self.page.locator("#frame iframe").element_handle()
        assert holder is not None
        found = await holder.content_frame()
        assert found is not None
        return found

    def title(self) -> Locator:
        return self.inside.locator("#content h1")

    async def sees(self, title: str | re.Pattern[str]) -> None:
        await expect(self.title()).to_have_text(title)

    def link(self, key: str) -> Locator:
        return self.inside.get_by_role("link", name=self.said(key), exact=True)

    def button(self, key: str) -> Locator:
        return self.inside.get_by_role("button", name=self.said(key), exact=True)

    async def is_told(self, key: str, **values: object) -> None:
        words = self.inside.get_by_text(self.said(key, **values), exact=True)
        await expect(words.first).to_be_visible()

    async def wears(self, theme: str) -> None:
        """Change the theme of Teams; the tab follows."""
        await self.page.locator("#theme").select_option(theme)
        await self.inside.locator(f"html[data-theme={theme}]").wait_for()

    async def look(self, name: str) -> None:
        """Audit what the tab shows now in every theme."""
        frame = await self.frame()
        for theme in THEMES:
            await self.wears(theme)
            rules = EVERYTHING if theme == THEMES[0] else COLOURS
            found = await audit(frame, rules)
            self.faults += [f"{name} {theme}: {each}" for each in found]
