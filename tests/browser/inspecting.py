"""Looking at a real page from every side: auditor, scales, and what it may weigh."""

from dataclasses import dataclass, field
from typing import Any, Literal, Self

from playwright.async_api import Page

from tests.browser.pages import COLOURS, EVERYTHING, audit, sideways

KB = 1024
WEIGHT_MAX = 60 * KB
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass
class Inspector:
    """Audits pages in light and in dark, and weighs what each brought with it.

    Faults are gathered, so that one journey tells all of them at its end.
    """

    page: Page
    schemes: tuple[Scheme, ...] = SCHEMES
    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    _carried: int = 0

    @classmethod
    async def of(cls, page: Page, schemes: tuple[Scheme, ...] = SCHEMES) -> Self:
        """Begin to weigh: from now on the window keeps nothing it has fetched."""
        made = cls(page, schemes)
        # A colour on its way to another would be audited half way.
        await page.emulate_media(reduced_motion="reduce")
        network = await page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", made._asked)
        network.on("Network.loadingFinished", made._came)
        await network.send("Network.enable")
        await network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        return made

    def _asked(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Document":
            self._carried = 0

    def _came(self, event: dict[str, Any]) -> None:
        self._carried += int(event["encodedDataLength"])

    async def look(self, name: str) -> None:
        """Look at the page as it stands now."""
        await self.page.wait_for_load_state()
        self.weights[name] = self._carried
        for scheme in self.schemes:
            rules = EVERYTHING if scheme == self.schemes[0] else COLOURS
            await self.page.emulate_media(color_scheme=scheme)
            found = await audit(self.page, rules)
            self.faults += [f"{name} {scheme}: {each}" for each in found]
        if over := await sideways(self.page):
            self.faults.append(f"{name}: {over} px too wide")

    def heavy(self) -> dict[str, int]:
        """Give the pages that weigh too much. A scale that shows nothing is broken."""
        assert min(self.weights.values()) > 10 * KB, self.weights
        return {name: each for name, each in self.weights.items() if each > WEIGHT_MAX}
