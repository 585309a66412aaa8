"""Tricks with Teams: whom the bot may write to, how fast, and what the feed takes."""

from typing import Final

from dev_tenant.misbehaviour.trick import Trick

TEAMS: Final = (
    Trick(
        "bot_blocked",
        "Everybody has blocked the bot",
        "The connector answers 403 ConversationBlockedByUser to whatever is sent.",
        "Each card is told in the activity feed, once; health says who has blocked it. Switched off, the cards come into the chat as they then are, within the hour or at the next word to the bot.",
        {"bot_blocked": True},
        alone=True,
    ),
    Trick(
        "app_forbidden",
        "A policy forbids the app",
        "Graph refuses to install it. Remove the app from somebody who never wrote to the bot to see it.",
        "She is told by mail, with a link to the tab and nothing about anybody; health says who lacks the app.",
        {"app_forbidden": True},
    ),
    Trick(
        "feed_refused",
        "The activity feed is refused",
        "No notice comes into anybody's feed. Switch on too that the bot is blocked.",
        "What the chat does not take goes by mail.",
        {"feed_refused": True},
    ),
    Trick(
        "bot_throttled",
        "The bot is throttled",
        "Every third request to the connector is 429, with 1.5 seconds to wait.",
        "Everything comes a little later; no try is used up by waiting.",
        rules=(
            {"area": "connector", "status": 429, "retry_after": 1.5}
            | {"count": 0, "every": 3},
        ),
    ),
    Trick(
        "bot_unsettled",
        "The connector answers 412, 502 and 504",
        "Of five requests in a row three are refused, each in another way, before anything is done.",
        "Each is sent again a moment later; what is asked of the bot is answered.",
        rules=tuple(
            {"area": "connector", "status": status, "nth": nth, "count": 0, "every": 5}
            for nth, status in enumerate((412, 502, 504), 1)
        ),
    ),
    Trick(
        "ten_seconds",
        "Graph takes ten seconds",
        "Every request is answered, and only after ten seconds.",
        "Every button is answered within five seconds; what has to be looked up is being confirmed meanwhile, and the card says so until it says what came of it.",
        rules=({"delay": 10, "only_delay": True, "count": 0},),
        alone=True,
    ),
)
