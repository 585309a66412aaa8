"""The pieces all cards are built from, so that they look and behave alike.

Each card opens with a coloured heading that says what happened, then the facts, then
what to do. A button is an `Action.Execute`; where Teams is too old for it the same
data comes back by `Action.Submit`. `finish` gives plain JSON: the library's own
`to_dict` keeps enumerations that other serialisers spoil.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adaptive_cards.card import (
    Action,
    ActionExecute,
    ActionOpenUrl,
    ActionSet,
    ActionShowCard,
    ActionSubmit,
    AdaptiveCard,
    Column,
    ColumnSet,
    Container,
    TextBlock,
)

from booking.spans import HELSINKI, wall
from booking.views.cards import SlotChoice
from booking.wording import text
from booking.wording.dates import day_long, day_short, time_range, unbroken

Card = dict[str, Any]

VERSION = "1.5"
#: Inside a card in a chat on a screen of 320 pixels, and what a button takes of it.
_ROW_PIXELS = 218
_BUTTON_PIXELS, _LETTER_PIXELS = 38, 8
#: As a letter of the text, not as a picture.
_WARNING = "\u26a0\ufe0e"
#: The names of facts: as wide as the longest word among them, and no narrower.
_NAME_PIXELS, _BOLD_PIXELS = 84, 10


def heading(title: str, *lines: str, style: str = "emphasis") -> Container:
    """The coloured top of a card: what it is about, in a word."""
    return Container(
        style=style,
        bleed=True,
        items=[
            TextBlock(
                text=title, size="large", weight="bolder", wrap=True, style="heading"
            ),
            *[line(said, spacing="small") for said in lines],
        ],
    )


def line(said: str, *, subtle: bool = False, **looks: Any) -> TextBlock:
    return TextBlock(text=said, wrap=True, is_subtle=subtle or None, **looks)


def strong(said: str, **looks: Any) -> TextBlock:
    return TextBlock(text=said, wrap=True, weight="bolder", **looks)


def callout(style: str, *said: str) -> Container:
    """A few lines that must be seen: a mistake, a warning, or how far something is.

    The sign is for whom the colour behind them says nothing, as in high contrast; what
    only says how far something is has none.
    """
    sign = "" if style == "accent" else f"{_WARNING} "
    return Container(
        style=style,
        items=[
            line(one, spacing="small")
            if later
            else strong(f"{sign}{one}", spacing="small")
            for later, one in enumerate(said)
        ],
    )


def facts(rows: Sequence[tuple[str, str]]) -> list[ColumnSet]:
    """Names and values below each other.

    No FactSet: where a word is longer than a narrow screen has room for, it is cut off.
    """
    longest = max((len(word) for name, _ in rows for word in name.split()), default=0)
    width = f"{max(_NAME_PIXELS, _BOLD_PIXELS * longest)}px"
    return [
        ColumnSet(
            spacing="small" if later else "default",
            columns=[
                Column(width=width, items=[strong(name)]),
                Column(width="stretch", spacing="small", items=[line(value)]),
            ],
        )
        for later, (name, value) in enumerate(rows)
    ]


def slot_label(language: str, slot: SlotChoice) -> str:
    """Give `ti 24.11. klo 10.30–11.15`."""
    day = day_short(language, wall(slot.start, HELSINKI).date())
    return f"{day} {time_range(language, slot.start, slot.end)}"


def when(language: str, start: datetime, end: datetime) -> str:
    """Give `Tiistaina 24. marraskuuta klo 10.30–11.15`."""
    day = day_long(language, wall(start, HELSINKI).date())
    before, _, month = day.rpartition(" ")
    hours = unbroken(time_range(language, start, end))
    comma = "," if language == "en" else ""
    return f"{before[0].upper()}{before[1:]}\u00a0{month}{comma} {hours}"


def press(
    title: str, verb: str, data: Mapping[str, Any], style: str | None = None
) -> ActionExecute:
    """A button that asks for something; `style` is positive or destructive."""
    carried = {"verb": verb, **data}
    return ActionExecute(
        title=title,
        verb=verb,
        data=carried,
        style=style,
        fallback=ActionSubmit(title=title, data=carried, style=style),
    )


def ask_desk(
    language: str, desk: str, verb: str, data: Mapping[str, Any]
) -> list[ActionExecute]:
    """The button that asks the unit's desk, where it may be asked."""
    if desk != "ask":
        return []
    return [press(text(language, "desk.do.ask"), verb, data)]


def desk_asked(language: str, desk: str) -> list[TextBlock]:
    """Say that the unit's desk has been asked, where it has."""
    if desk != "asked":
        return []
    said = strong(text(language, "desk.asked.already"), spacing="medium")
    return [said, line(text(language, "desk.asked.then"), spacing="small")]


def leaf(title: str, url: str, style: str | None = None) -> ActionOpenUrl:
    """A button that opens a page."""
    return ActionOpenUrl(title=title, url=url, style=style)


def unfold(title: str, *body: Any, style: str | None = None) -> ActionShowCard:
    """A button that opens a part of the card: more choices, or a second thought."""
    inner = AdaptiveCard(version=VERSION, body=list(body))
    return ActionShowCard(title=title, style=style, card=inner)


def buttons(*actions: Action | None) -> list[ActionSet]:
    """Rows of buttons, none wider than a phone held upright: Teams cuts titles off."""
    rows: list[list[Action]] = []
    left = 0
    for action in actions:
        if action is None:
            continue
        width = _BUTTON_PIXELS + _LETTER_PIXELS * len(action.title or "")
        if width > left:
            rows.append([])
            left = _ROW_PIXELS
        rows[-1].append(action)
        left -= width
    return [
        ActionSet(spacing="small" if later else "medium", actions=row)
        for later, row in enumerate(rows)
    ]


def finish(language: str, body: Sequence[Any], version: str = VERSION) -> Card:
    """Give the card as JSON."""
    drawn = AdaptiveCard(
        version=version,
        lang=language,
        fallback_text=text(language, "cards.fallback"),
        body=list(body),
    )
    card: Card = drawn.model_dump(mode="json", exclude_none=True, by_alias=True)
    return card
