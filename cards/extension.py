"""What Teams is answered where the bot has no chat of its own: lists, dialogs, words.

The answers of a message extension and of dialogs, as plain JSON. A list shows of each
card a preview, which Teams draws itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cards.activities import CONTENT_TYPE
from cards.parts import Card

_PREVIEW = "application/vnd.microsoft.card.thumbnail"
#: A preview may hold HTML; no name and no service of ours does.
_NO_MARKUP = str.maketrans("<>", "‹›")


@dataclass(frozen=True, slots=True)
class Result:
    """A card for a chat, and the two lines by which it is chosen from a list."""

    card: Card
    title: str
    text: str


def results(found: Iterable[Result]) -> dict[str, Any]:
    """Give a list to choose from; what is chosen goes into the message."""
    attachments = [
        {
            "contentType": CONTENT_TYPE,
            "content": each.card,
            "preview": {
                "contentType": _PREVIEW,
                "content": {
                    "title": each.title.translate(_NO_MARKUP),
                    "text": each.text.translate(_NO_MARKUP),
                },
            },
        }
        for each in found
    ]
    return {
        "composeExtension": {
            "type": "result",
            "attachmentLayout": "list",
            "attachments": attachments,
        }
    }


def list_says(said: str) -> dict[str, Any]:
    """Give a text in place of a list."""
    return {"composeExtension": {"type": "message", "text": said}}


def dialog(title: str, card: Card) -> dict[str, Any]:
    """Open a dialog, or show the next thing in it."""
    shown = {
        "title": title,
        "width": "medium",
        "height": "large",
        "card": {"contentType": CONTENT_TYPE, "content": card},
    }
    return {"task": {"type": "continue", "value": shown}}


def dialog_says(said: str) -> dict[str, Any]:
    """Give a text in place of a dialog; nothing more can be typed there."""
    return {"task": {"type": "message", "value": said}}
