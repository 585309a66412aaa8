"""Every card is whole on a phone held upright: drawn by Microsoft's own renderer.

In a chat on a screen of 320 pixels a card has about 250. There nothing is cut off, and
nothing makes the card wider than it is, whatever long words a service is made of.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from booking.model import Language
from tests.cards import samples
from tests.support.browser import FONTS

FACES = Path(__file__).parents[2] / "dev_tenant/faces/static"
STYLES = ("faces.css", "teams.css")
SCRIPTS = (
    "vendor/adaptivecards-3.0.6/adaptivecards.min.js",
    "markdown.js",
    "cards.js",
)
PIXELS = 250

#: Draws the cards below each other and names what is cut off or too wide on each.
LOOK = r"""
([cards, pixels]) => cards.flatMap(([name, json]) => {
  const card = Cards.draw(json, "default", () => {});
  card.style.cssText = `width: ${pixels}px; min-width: 0`;
  document.body.replaceChildren(card);
  for (const opens of card.querySelectorAll("[aria-expanded]")) opens.click();
  const cut = (e) => e.scrollWidth > e.clientWidth + 1;
  const buttons = [...card.querySelectorAll(".ac-pushButton")]
    .flatMap((button) => [button, ...button.children])
    .filter(cut).map((e) => `${name}: ${e.textContent}`);
  const edge = card.getBoundingClientRect().right + 0.5;
  const wide = [...card.querySelectorAll("input, select, .ac-textBlock, button")]
    .filter((e) => e.getBoundingClientRect().right > edge)
    .map((e) => `${name}: ${e.id || e.textContent}`);
  const lines = (e) => {
    const range = document.createRange();
    range.selectNodeContents(e.querySelector("p") || e);
    return range.getClientRects().length;
  };
  const parted = [...card.querySelectorAll(".ac-textBlock")]
    .filter((e) => /^[\p{L}]{2,16}$/u.test(e.textContent) && lines(e) > 1)
    .map((e) => `${name}: ${e.textContent} is broken inside`);
  return [...new Set([...buttons, ...wide, ...parted])];
})
"""


async def look(
    page: Page, cards: list[tuple[str, dict[str, Any]]], font: str = FONTS[0]
) -> list[str]:
    await page.set_content("<!doctype html><title>cards</title><body class=teams>")
    await page.add_style_tag(content="body { overflow: auto !important }")
    await page.add_style_tag(content=f"* {{ font-family: '{font}' !important }}")
    for name in STYLES:
        await page.add_style_tag(path=str(FACES / name))
    for name in SCRIPTS:
        await page.add_script_tag(path=str(FACES / name))
    found: list[str] = await page.evaluate(LOOK, [cards, PIXELS])
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Draw every language in one font, the longest words in every font; or all in all."""
    if "font" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        fonts = dict.fromkeys(Language, FONTS if full else FONTS[:1])
        fonts[Language.FI] = FONTS
        pairs = [(each, font) for each, some in fonts.items() for font in some]
        metafunc.parametrize(("language", "font"), pairs)


async def test_nothing_is_cut_off_on_a_phone(
    page: Page, language: Language, font: str
) -> None:
    drawn = [(name, samples.card(name, language)) for name in samples.NAMES]

    assert await look(page, drawn, font) == []


async def test_the_look_above_would_notice(page: Page) -> None:
    card = samples.card("times", Language.FI)
    sets = [one for one in card["body"] if one["type"] == "ActionSet"]
    sets[0]["actions"] += sets[1]["actions"]

    found = await look(page, [("times", card)])

    assert "times: Varaa tämä aika" in found


async def test_the_look_above_would_notice_a_word_broken_inside(page: Page) -> None:
    card = samples.card("times", Language.FI)
    rows = [one for one in card["body"] if one["type"] == "ColumnSet"]
    rows[-1]["columns"][0]["width"] = "84px"

    found = await look(page, [("times", card)], FONTS[1])

    assert "times: Yhteystieto is broken inside" in found
