"""A card as a message for Teams.

Teams shows the summary on lock screens and in the list of chats, where anybody may
see it: it names neither client nor service nor time.
"""

from typing import Any, Literal

from booking.wording import text
from cards.parts import Card

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"

About = Literal[
    "book",
    "times",
    "offer",
    "appointment",
    "shown",
    "move",
    "reminder",
    "arrived",
    "waiting",
    "could_not_join",
    "obstacle",
    "conflict",
    "morning",
    "week",
    "found",
    "outcome",
    "late",
    "ask",
    "absence",
    "cover",
    "desk",
    "desk_day",
    "alarm",
    "notice",
]


def activity(card: Card, about: About) -> dict[str, Any]:
    """Give the message activity; its language is the card's own."""
    return {
        "type": "message",
        "summary": text(card["lang"], f"cards.summary.{about}"),
        "attachments": [{"contentType": CONTENT_TYPE, "content": card}],
    }
