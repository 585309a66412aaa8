"""Making foreign HTML harmless, and finding what matters in it.

Only a short list of elements stays, without attributes but for links; what a script, a
style or a frame holds goes with it.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser

from markupsafe import Markup
from typing_extensions import override

KEPT = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "span",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
VOID = frozenset({"br", "hr"})
DROPPED = frozenset({"script", "style", "head", "title", "iframe", "object", "svg"})
SAFE = re.compile(r"(?:https?:|mailto:|tel:)", re.IGNORECASE)
#: Exchange draws its lines around a meeting's link with underscores.
RULE = re.compile(r"_{20,}")
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._silent = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self._silent += 1
        if self._silent or tag not in KEPT:
            return
        href = dict(attrs).get("href") or ""
        if tag == "a" and SAFE.match(href):
            self.out.append(
                f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">'
            )
        else:
            self.out.append(f"<{tag}>")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self._silent = max(0, self._silent - 1)
        elif not self._silent and tag in KEPT and tag not in VOID:
            self.out.append(f"</{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.out.append(RULE.sub("<hr>", escape(data)))


def cleaned(html: str) -> Markup:
    """Give HTML that may stand in a page."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return Markup("".join(cleaner.out))  # noqa: S704 - this is what makes it safe


def linked(text: str) -> Markup:
    """Give plain text as HTML, its addresses as links and its lines as lines."""
    shown = escape(text)
    shown = LINK.sub(
        lambda found: (
            f'<a href="{found[0]}" target="_blank" rel="noopener noreferrer">'
            f"{found[0]}</a>"
        ),
        shown,
    )
    return Markup(shown.replace("\n", "<br>\n"))  # noqa: S704 - escaped just above


def links(text: str) -> list[str]:
    """Find the addresses in a text or a page, each once, in order."""
    return list(dict.fromkeys(LINK.findall(unescape(text))))
