"""Two ways to work a page: with a mouse, and with nothing but a keyboard.

Both press, choose and type at a locator, so that one journey is played by either. The
keyboard goes to it by Tab and arrows as a person does, and writes down every stop on
the way: its name, whether its ring is seen, whether anything lies over it.
"""

from dataclasses import dataclass, field
from typing import Protocol

from playwright.async_api import Frame, Locator, Page
from typing_extensions import override

_STOPS_MAX = 60

_STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const shown = e.closest("label") || e;
  const box = shown.getBoundingClientRect();
  const bar = document.querySelector(".bar");
  const over = bar && !bar.contains(e) ? bar.getBoundingClientRect() : null;
  const label = e.labels && e.labels.length ? e.labels[0].innerText : "";
  const legend = e.type === "radio" && e.closest("fieldset")
    ? e.closest("fieldset").querySelector("legend").innerText + ": " : "";
  const name = legend + (e.getAttribute("aria-label") || label || e.innerText || "");
  return {
    name: name.replace(/\\s+/g, " ").trim(),
    kind: [e.tagName, e.type, shown.tagName, shown.className,
           e.closest("nav, footer, header, main")?.className].join(" "),
    box: { x: box.x, y: box.y, width: box.width, height: box.height },
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
    covered: Boolean(over) && box.bottom > over.top + 1 && box.top < over.bottom - 1,
  };
}"""

_BLUR = "() => { window.stopAt = document.activeElement; window.stopAt.blur(); }"
# A screenshot leaves an empty `style` on every field, whose caret it hid.
_FOCUS = """() => {
  document.querySelectorAll('[style=""]').forEach(e => e.removeAttribute("style"));
  window.stopAt.focus({ preventScroll: true });
}"""


class Hand(Protocol):
    """Whatever a person works a page with."""

    page: Page

    async def press(self, what: Locator) -> None:
        """Press a link, a button or a summary."""

    async def choose(self, what: Locator) -> None:
        """Choose a radio or tick a box; `what` is its input."""

    async def type(self, what: Locator, text: str) -> None:
        """Type into a field."""


@dataclass
class Mouse(Hand):
    page: Page

    @override
    async def press(self, what: Locator) -> None:
        await what.click()

    @override
    async def choose(self, what: Locator) -> None:
        # The input itself may be drawn by its label.
        await what.locator("xpath=ancestor::label").click()

    @override
    async def type(self, what: Locator, text: str) -> None:
        await what.fill(text)


@dataclass
class Keyboard(Hand):
    page: Page
    within: Frame | None = None  #: The frame the work is in; else the page itself.
    stops: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    @override
    async def press(self, what: Locator) -> None:
        await self._reach(what)
        await self.page.keyboard.press("Enter")

    @override
    async def choose(self, what: Locator) -> None:
        """A group of radios is one stop; within it the arrows go from one to the next."""
        if await what.get_attribute("type") == "checkbox":
            await self._reach(what)
            await self.page.keyboard.press("Space")
            return
        name = await what.get_attribute("name")
        await self._reach(self._place.locator(f"input[type=radio][name='{name}']"))
        for _ in range(_STOPS_MAX):
            if await what.evaluate("e => e === document.activeElement"):
                await self.page.keyboard.press("Space")
                return
            await self.page.keyboard.press("ArrowDown")
            await self._note()
        raise AssertionError(f"the arrows do not reach {what}")

    @override
    async def type(self, what: Locator, text: str) -> None:
        await self._reach(what)
        await self.page.keyboard.type(text)

    @property
    def _place(self) -> Page | Frame:
        return self.within or self.page

    async def _reach(self, what: Locator) -> None:
        """Go on by Tab until one of these has the focus."""
        await what.first.wait_for(state="attached")
        for _ in range(_STOPS_MAX):
            if await what.evaluate_all("all => all.includes(document.activeElement)"):
                return
            await self.page.keyboard.press("Tab")
            await self._note()
        raise AssertionError(f"Tab does not reach {what}: {self.stops}")

    async def _note(self) -> None:
        """Write down where the focus is, and what is wrong with it."""
        stop = await self._place.evaluate(_STOP)
        if stop is None:  # The end of the page; the next Tab begins it again.
            return
        name = stop["name"]
        self.stops.append(name)
        where = f"{name or stop['kind']!r} on {self._place.url.partition('?')[0]}"
        if not name:
            self.faults.append(f"{where}: has no name")
        if not stop["seen"]:
            self.faults.append(f"{where}: is out of sight")
        if stop["covered"]:
            self.faults.append(f"{where}: lies under the bar")
        if stop["kind"] not in self._seen:
            self._seen.add(stop["kind"])
            if not await self._ringed(stop["box"]):
                self.faults.append(f"{where}: shows no ring")

    async def _ringed(self, box: dict[str, float]) -> bool:
        """Compare what is seen with and without the focus."""
        size = self.page.viewport_size
        assert size is not None
        if self.within is not None:
            frame = await (await self.within.frame_element()).bounding_box()
            assert frame is not None
            box = box | {"x": box["x"] + frame["x"], "y": box["y"] + frame["y"]}
        left, top = max(0, box["x"] - 6), max(0, box["y"] - 6)
        clip = {
            "x": left,
            "y": top,
            "width": min(box["width"] + 12, size["width"] - left),
            "height": min(box["height"] + 12, size["height"] - top),
        }
        ringed = await self.page.screenshot(clip=clip, animations="disabled")
        await self._place.evaluate(_BLUR)
        bare = await self.page.screenshot(clip=clip, animations="disabled")
        await self._place.evaluate(_FOCUS)
        return ringed != bare
