"""Text that people typed, made harmless for a card.

Teams reads the text of a card as Markdown, and `{{DATE(...)}}` in it as a macro. What
comes out of `plain` is shown letter by letter as it was typed, on one line.
"""

import re

#: What the Markdown of Teams would take for its own inside a line. An underscore inside
#: a word is none, a backslash or an ampersand is one before certain signs only, and a
#: bare address becomes a link. The second brace would make a macro.
_MARKS = re.compile(
    r"[`*\[\]]"
    r"|\\(?=[!-/:-@\[-`{-~]|$)"
    r"|&(?=#?\w+;)"
    r"|<(?=[a-zA-Z/!?])"
    r"|~(?=~)|(?<=~)~"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|(?<=\{)\{"
    r"|:(?=//)|(?i:(?<=\bwww))\."
)
#: What would make the line a heading, a quotation, a list or a rule.
_OPENING = re.compile(
    r"^(?:\d+(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$))|(?=>)|(?=[+-](?:\s|$))|(?=-[ -]*$))"
)


#: Of a name in a list: a whole day of longer ones would make a card Teams does not take.
_BRIEF_MAX = 60


def brief(typed: str) -> str:
    """Give `plain` for a line of a list: of a very long name its beginning."""
    line = " ".join(typed.split())
    cut = f"{line[: _BRIEF_MAX - 1].rstrip()}…"
    return plain(line if len(line) <= _BRIEF_MAX else cut)


def plain(typed: str) -> str:
    """Give `typed` so that Markdown shows it as it is, with no mark more than it needs."""
    line = " ".join(typed.split())
    return _OPENING.sub(r"\g<0>\\", _MARKS.sub(r"\\\g<0>", line))
