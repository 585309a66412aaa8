# ruff: noqa: INP001 - a script, not a package
"""Draw docs/cards.md anew: every card in every state, by Microsoft's own renderer.

`.venv/bin/python tools/card_pictures.py [fi|sv|en]`. The cards are the samples that the
tests of `cards` look at, drawn as wide as in a chat on a phone. What each group is for
stands in `tests/cards/pictured.toml`; a test holds the names together.
"""

import asyncio
import sys
import tomllib
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from booking.model import Language  # noqa: E402
from tests.cards import pieces  # noqa: E402
from tests.support import browser as chromium  # noqa: E402

# The samples' own client has a hostile name; a picture is to show an ordinary one.
pieces.CLIENT = "Aino Testi"

from tests.cards import samples  # noqa: E402

OUT = ROOT / "docs/img/cards"
FACES = ROOT / "dev_tenant/faces/static"
STYLES = ("faces.css", "teams.css")
SCRIPTS = (
    "vendor/adaptivecards-3.0.6/adaptivecards.min.js",
    "markdown.js",
    "cards.js",
)
WIDE, COLUMNS, GAP = 340, 4, 16
BYTES_MAX = 900 * 1024

DRAW = """
([drawn, wide, columns, gap]) => {
  const sheet = document.createElement("main");
  const beside = Math.min(columns, drawn.length);
  sheet.style.cssText = `columns: ${beside}; column-gap: ${gap}px; padding: ${gap}px;` +
    `box-sizing: border-box; width: ${beside * (wide + gap) + gap}px; display: block`;
  for (const [name, json] of drawn) {
    const figure = document.createElement("figure");
    figure.style.cssText = `break-inside: avoid; margin: 0 0 ${gap}px; width: ${wide}px`;
    const caption = document.createElement("figcaption");
    caption.textContent = name;
    caption.style.cssText = "font: 12px monospace; color: #555; margin-bottom: 4px";
    const card = Cards.draw(json, "default", () => {});
    card.style.minWidth = 0;
    figure.append(caption, card);
    sheet.append(figure);
  }
  document.body.replaceChildren(sheet);
}
"""


def groups() -> list[tuple[str, list[str]]]:
    """Give the samples by what they are about, each group in the samples' order."""
    kinds = list(dict.fromkeys(name.partition(".")[0] for name in samples.NAMES))
    names = sorted(samples.NAMES, key=lambda name: kinds.index(name.partition(".")[0]))
    grouped = groupby(names, lambda name: name.partition(".")[0])
    return [(kind, list(found)) for kind, found in grouped]


def written() -> str:
    """Write the page: each group with what it is for, its cards by name, its picture."""
    told: dict[str, Any] = tomllib.loads(
        (ROOT / "tests/cards/pictured.toml").read_text(encoding="utf-8")
    )
    lines = [told["page"]["lead"].strip(), ""]
    for kind, names in groups():
        about = told[kind]
        lines += [f"## {about['title']}", "", about["text"].strip(), ""]
        lines += [f"![{about['title']}: {len(names)} states](img/cards/{kind}.jpg)", ""]
        lines += ["States: " + ", ".join(f"`{name}`" for name in names) + ".", ""]
    return "\n".join(lines).rstrip() + "\n"


async def main(language: Language) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    program = chromium.program()
    assert program is not None, "Chromium is needed"
    async with chromium.started(program) as browser:
        page = await browser.new_page(viewport={"width": 1500, "height": 900})
        await page.set_content("<!doctype html><title>cards</title><body class=teams>")
        await page.add_style_tag(
            content="html, body { overflow: visible !important; height: auto !important }"
        )
        for name in STYLES:
            await page.add_style_tag(path=str(FACES / name))
        for name in SCRIPTS:
            await page.add_script_tag(path=str(FACES / name))
        for kind, names in groups():
            drawn = [(name, samples.card(name, language)) for name in names]
            await page.evaluate(DRAW, [drawn, WIDE, COLUMNS, GAP])
            file = OUT / f"{kind}.jpg"
            await page.locator("main").screenshot(
                path=file, type="jpeg", quality=60, animations="disabled"
            )
            size = file.stat().st_size
            print(f"{file.relative_to(ROOT)}  {size // 1024} KB")  # noqa: T201
            assert size <= BYTES_MAX, f"{file} is too large"
    (ROOT / "docs/cards.md").write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Language(sys.argv[1]) if len(sys.argv) > 1 else Language.FI))
