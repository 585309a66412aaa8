"""Who cannot be reached by the bot, why, and how she is told instead.

What cannot come into somebody's chat is told in her activity feed, and where that is
refused too, by mail: neutral, with a link, and once. It goes on waiting for the chat,
and comes into it as it then is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from booking.messages import drawn
from booking.wording import text


class Why(StrEnum):
    """Why somebody's chat is closed to the bot."""

    BLOCKED = "blocked"  #: She has the app and wants to hear nothing in the chat.
    REMOVED = "removed"  #: She had the app and has it no more: she is not given it.
    MISSING = "missing"  #: She never had it, and it could not be given to her.
    UNKNOWN = "unknown"  #: Teams knows nobody of her object id.


class Way(StrEnum):
    """How somebody is told instead."""

    FEED = "feed"
    MAIL = "mail"
    NONE = "none"  #: Nothing was left to try.
    UNTRIED = "untried"  #: Nothing was to be told yet.


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whose chat is closed. `way`: how she was last told instead."""

    person: str  #: Her object id in Entra.
    name: str
    since: datetime
    why: Why
    way: Way = Way.UNTRIED


_FORBIDDEN: Final = 403
_MISSING: Final = 404
_BLOCKED: Final = "ConversationBlockedByUser"
_NOBODY: Final = "UserNotFound"

#: Why a card waits: the person it is for does not have the app (yet), or blocked it.
NOT_INSTALLED: Final = "app_not_installed"
#: So long a card waits for the chat it could not come into.
WAITS: Final = timedelta(days=14)


def why_refused(status: int, code: str, *, had_chat: bool) -> Why | None:
    """Say what a refusal of the connector's means; None: it says nothing of her.

    `had_chat`: a chat with her was known, so she has had the app.
    """
    if status == _FORBIDDEN and code == _BLOCKED:
        return Why.BLOCKED
    if status == _FORBIDDEN:
        return Why.REMOVED if had_chat else Why.MISSING
    if status == _MISSING:
        return Why.UNKNOWN if code == _NOBODY else Why.MISSING
    return None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to somebody of the staff."""

    subject: str
    text: str
    html: str


def letter(language: str, why: Why, about: str, url: str) -> Letter:
    """Compose the mail that stands for a card. `about`: what lock screens may show."""
    lines = [
        text(language, "reach.mail.said", about=about),
        text(language, f"reach.mail.why.{why.value}"),
    ]
    button = text(language, "reach.mail.button")
    tail = [text(language, "reach.mail.automatic")]
    plain = "\n\n".join([*lines, f"{button}:\n{url}", *tail])
    return Letter(
        text(language, "reach.mail.subject"),
        f"{plain}\n",
        drawn(language, lines, (button, url), tail),
    )
