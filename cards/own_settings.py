"""What a professional has set, in short, and the way to the view where it is changed."""

from booking.views.own_settings import SettingsCard
from booking.wording import listed, text
from cards.parts import Card, buttons, facts, finish, heading, leaf


def settings(view: SettingsCard) -> Card:
    """Draw what is set; nothing is changed on the card."""
    tongue = view.language
    ways = [text(tongue, f"cards.modality.{each}") for each in view.ways]
    languages = [text(tongue, f"cards.language.{each}") for each in view.languages]
    limit = text(tongue, "own.limit.none") if view.limit is None else f"{view.limit}"
    off = [text(tongue, f"own.card.{each}") for each in view.off]
    source = "opened_blocks" if view.by_blocks else "working_hours"
    rows = [
        (text(tongue, "own.opens.title"), text(tongue, f"own.card.{source}")),
        *([] if view.by_blocks else [(text(tongue, "own.card.hours"), view.hours)]),
        (text(tongue, "own.ways.title"), " · ".join(ways) or "–"),
        (text(tongue, "own.languages.title"), " · ".join(languages)),
        (text(tongue, "own.limit.title"), limit),
        (
            text(tongue, "own.card.off"),
            text(tongue, "own.card.off.some", cards=listed(tongue, off))
            if off
            else text(tongue, "own.card.off.none"),
        ),
        (text(tongue, "own.cards.language"), text(tongue, f"cards.language.{tongue}")),
    ]
    return finish(
        tongue,
        [
            heading(text(tongue, "own.title"), text(tongue, "own.card.lead")),
            *facts(rows),
            *buttons(leaf(text(tongue, "own.card.open"), view.url, "positive")),
        ],
    )
