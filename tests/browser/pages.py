"""Looking at pages as a browser shows them: an auditor, and a house of sample pages.

`audit(page)` runs axe in the page and gives its violations as sentences. `Samples`
serves every template with its sample values under the policy the product sends, so that
looks, accessibility and weight are tested without a database.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import Frame, Page

from booking.model import Language
from booking.views.tab import ShellPage, StateLink, StyleGuidePage
from teams_app.web.assets import Assets
from teams_app.web.rendering import Pages
from tests.web import samples, tab_samples

AXE = Path(__file__).parent / "vendor/axe-core-4.14.1/axe.min.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
THEMES = ("default", "dark", "contrast")

EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: All that a theme can spoil: the document itself is the same in each.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

_RUN = """async (runOnly) => {
  const found = await axe.run(document, { runOnly });
  return found.violations.map(v =>
    `${v.id} (${v.impact}): ` + v.nodes.slice(0, 4).map(n =>
      n.target.join(" ") + " " + (n.any[0] || n.all[0] || n.none[0] || {message: ""})
        .message).join(" | "));
}"""


async def audit(page: Page | Frame, rules: dict[str, object] = EVERYTHING) -> list[str]:
    """Give what axe finds wrong with the page as it stands: nothing, when all is well."""
    # Evaluated by the debugger, so the page's own policy is not in the way.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(_RUN, rules)
    return found


async def sideways(page: Page) -> int:
    """Give how many pixels the page must be scrolled sideways."""
    pixels: int = await page.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    return max(0, pixels)


_THING = re.compile(
    r"^<\w+|(?<= class=)\S[^\"]*|(?<= type=)\S+\b|disabled|checked|open"
)


def _thing(tag: str) -> str:
    """Name what the style sheet makes of a tag: `p.lead`, `input text disabled`."""
    return " ".join(_THING.findall(tag))


class Samples:
    """A small server of all templates with sample values."""

    def __init__(self) -> None:
        self.assets = Assets.read()
        self.pages = Pages(self.assets)
        self.base = ""

    def draw(self, name: str, language: Language, theme: str) -> str:
        """Draw one page: `offer-taken`, `tab-week`, `guide`."""
        if name in samples.PUBLIC:
            template, value = samples.PUBLIC[name]
            return self.pages.render(template, samples.frame(language, theme), value)
        frame = tab_samples.tab_frame(language, theme)
        if name == "guide":
            value = tab_samples.guide(self._states(theme), self._themes())
            template = "tab/style_guide.html"
        else:
            template, value = tab_samples.TAB[name]
        fragment = self.pages.render(template, frame, value)
        if isinstance(value, StyleGuidePage):
            return fragment
        shell = self.pages.render("tab/shell.html", frame, ShellPage("", "", "#"))
        return re.sub(
            r'<div class="loading".*?</div></div>',
            lambda _: fragment,
            shell,
            flags=re.DOTALL,
        )

    def names(self) -> tuple[str, ...]:
        return (*samples.PUBLIC, *tab_samples.TAB, "guide")

    def telling(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give those that show something no page before them shows: a class, a field.

        What depends on a rule of the style sheet alone is seen on these as on all.
        """
        shown: set[str] = set()
        found: list[str] = []
        for name in names:
            tags = re.findall(r"<[a-z][^>]*>", self.draw(name, Language.FI, "auto"))
            things = {_thing(tag) for tag in tags}
            if not things <= shown:
                shown |= things
                found.append(name)
        return tuple(found)

    def _states(self, theme: str) -> tuple[StateLink, ...]:
        of_public = {"default": "default", "contrast": "contrast"}.get(theme, theme)
        return tuple(
            StateLink(name, f"/{name}?theme={of_public}")
            for name in self.names()
            if name != "guide"
        )

    def _themes(self) -> tuple[StateLink, ...]:
        return tuple(StateLink(theme, f"/guide?theme={theme}") for theme in THEMES)

    async def page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.names():
            raise web.HTTPNotFound
        asked = request.query.get("lang", "fi")
        text = self.draw(name, Language(asked), request.query.get("theme", "auto"))
        headers = {"Content-Security-Policy": POLICY}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def static(self, request: web.Request) -> web.Response:
        found = self.assets.find(request.match_info["hash"], request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        body, headers = found.answer(request.headers.get("Accept-Encoding", ""))
        return web.Response(body=body, headers=headers)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/static/{hash}/{name}", self.static)
        app.router.add_get("/{name}", self.page)
        return app


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve on the loopback; give the address."""
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
