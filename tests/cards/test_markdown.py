"""What people typed is shown as they typed it, whatever Markdown would make of it."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.async_api import Page

from cards.markdown import plain

MARKDOWN = MarkdownIt("commonmark", {"linkify": False}).enable(
    ["table", "strikethrough"]
)


def shown(markdown: str) -> str | None:
    """Read as Teams does: the text shown, or None if it became anything but text."""
    tokens = MARKDOWN.parse(markdown)
    kinds = [token.type for token in tokens]
    if kinds != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    parts = tokens[1].children or []
    if any(part.type not in {"text", "text_special"} for part in parts):
        return None
    return "".join(part.content for part in parts)


AWKWARD = "\\`*_{}[]()<>#+-.!|~&=:/ \n\t1a9wä"


@given(st.text(alphabet=AWKWARD, min_size=1, max_size=40))
@example("1. Aino")
@example("- Aino")
@example("# Aino")
@example("---")
@example("[x](https://evil.example)")
@example("<b>Aino</b>")
@example("&lt;")
@example("**Aino** __Aino__ ~~Aino~~ `Aino`")
@example("Aino _kursiivi_ a_b_c")
def test_markdown_shows_it_as_it_was_typed(typed: str) -> None:
    line = " ".join(typed.split())
    if line:
        assert shown(plain(typed)) == line


@pytest.mark.parametrize(
    "typed",
    [
        "Anna-Maija Virtanen",
        "aino_virtanen@example.com",
        "+358 40 123 4567",
        "O'Brien (Pat), 2. krs",
        "24.11. klo 10.30",
        "#2 & Co.",
        "A < B > C | D ~ E",
        "1.5 h - 2 h + 1",
    ],
)
def test_ordinary_names_and_addresses_are_left_alone(typed: str) -> None:
    assert plain(typed) == typed


def test_date_macros_are_broken() -> None:
    assert "{{" not in plain("{{DATE(2026-11-24T08:00:00Z, SHORT)}}")


def test_bare_addresses_do_not_become_links() -> None:
    assert "https://" not in plain("https://evil.example")
    assert "www." not in plain("WWW.evil.example www.evil.example")


@pytest.mark.parametrize("typed", ["*Aino*", "[x](http://e)", "1. Aino", "# Aino"])
def test_the_reader_above_would_notice_unescaped_text(typed: str) -> None:
    assert shown(typed) != typed


#: What is read there, and of how many elements it is made.
SHOW = """
(text) => {
  document.body.innerHTML = Markdown.block(text);
  return [document.body.innerText, document.body.querySelectorAll("*").length];
}
"""
FACES = Path(__file__).parents[2] / "dev_tenant/faces/static"


@pytest.mark.parametrize(
    "typed",
    [
        "#2 & Co.",
        "**Bold** _kursiivi_ `koodi` ~~yli~~",
        "[x](https://evil.example) <b>Aino</b> &lt;",
        "1. Aino",
        "- Aino \\* ja \\",
        "https://evil.example",
    ],
)
async def test_the_small_teams_shows_it_as_it_was_typed(page: Page, typed: str) -> None:
    await page.set_content("<!doctype html><title>text</title><body>")
    await page.add_script_tag(path=str(FACES / "markdown.js"))

    found = await page.evaluate(SHOW, plain(typed))

    assert found == [typed, 1]
