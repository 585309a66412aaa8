"""Text that people typed, made harmless for a card.

Teams reads the text of a card as Markdown, and `{{DATE(...)}}` in it as a macro. What
comes out of `plain` is shown letter by letter as it was typed, on one line.
"""

import re

#: Marks inside a line (an underscore inside a word is none), the second brace of a
#: macro, and what makes a bare address a link.
_MARKS = re.compile(
    r"[\\`*\[\]<>~&|]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|(?<=\{)\{"
    r"|:(?=//)|(?i:(?<=\bwww))\."
)
#: What would make the line a heading, a list or a rule.
_OPENING = re.compile(r"^(?:\d+(?=[.)](?:\s|$))|(?=#)|(?=[+=-](?:\s|$|-)))")


def plain(typed: str) -> str:
    """Give `typed` so that Markdown shows it as it is."""
    line = " ".join(typed.split())
    return _OPENING.sub(r"\g<0>\\", _MARKS.sub(r"\\\g<0>", line))
