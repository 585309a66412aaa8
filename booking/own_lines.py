"""What an organisation says itself in its mails: a greeting, and a line at the end.

Everything else of a message is ours, so that it stays neutral, short and complete. A line
of the organisation's own is one line of plain text. It leads nowhere, has no place to be
filled in, and names neither a service nor a unit nor a professional: whoever looks over a
client's shoulder would learn from it what she comes for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

from booking.contact import visible
from booking.model import Language
from booking.views.pages import Problem

LINE_MAX: Final = 160
#: What a mail program would make a link of, or read as a place to be filled in.
_LINK: Final = re.compile(r"://|www\.|@|\w\.[^\W\d_]{2}", re.IGNORECASE)
_PLACE: Final = re.compile(r"[{}<>]")
#: A name shorter than this is part of too many words.
_NAME_MIN: Final = 3


@dataclass(frozen=True, slots=True)
class OwnLines:
    """Each in each language; empty: what we say, or nothing."""

    greeting_fi: str = ""
    greeting_sv: str = ""
    greeting_en: str = ""
    closing_fi: str = ""
    closing_sv: str = ""
    closing_en: str = ""

    def greeting(self, language: Language) -> str:
        return str(getattr(self, f"greeting_{language}"))

    def closing(self, language: Language) -> str:
        return str(getattr(self, f"closing_{language}"))


NAMES: Final = tuple(each.name for each in fields(OwnLines))


def tidy(typed: str) -> str:
    """Give one line without what cannot be seen."""
    return visible(typed)


def wrong(line: str, unsaid: Iterable[str]) -> Problem | None:
    """Say what is wrong with a line; `unsaid` are the names it must not have."""
    if len(line) > LINE_MAX:
        return "too_long"
    if _LINK.search(line):
        return "line_link"
    if _PLACE.search(line):
        return "line_place"
    return "line_names" if names(line, unsaid) else None


def names(line: str, unsaid: Iterable[str]) -> bool:
    """Say whether a line has one of these names, in whatever letters."""
    said = line.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(each.casefold())}", said)
        for each in map(visible, unsaid)
        if len(each) >= _NAME_MIN
    )
