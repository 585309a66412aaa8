"""Short answers, and what the bot can do."""

from booking.views.cards import Help, Notice
from booking.wording import text
from booking.wording.dates import date_short, day_name, day_short
from cards import verbs
from cards.markdown import plain
from cards.moments import example
from cards.parts import Card, buttons, facts, finish, heading, leaf, line, press

#: The app's command list: Teams shows ten at most.
COMMANDS = (
    *("book", "offer", "free", "today", "week", "next"),
    *("late", "away", "find", "help"),
)
#: What the help teaches: those, and more.
TAUGHT = (
    *("book", "offer", "free", "today", "tomorrow", "week", "next"),
    *("late", "outcome", "away", "find", "move", "settings", "help"),
)


def help_(view: Help) -> Card:
    """Draw what the bot can do; also for what it did not understand."""
    tongue = view.language
    hello = "cards.help.unknown" if view.unknown else "cards.help.title"
    then = example(view.today)
    ahead = {"day": day_name(tongue, then), "date": date_short(tongue, then)}
    rows = [
        (
            text(tongue, f"cards.help.{one}.word"),
            text(tongue, f"cards.help.{one}", **ahead),
        )
        for one in TAUGHT
    ]
    body = [
        heading(
            text(tongue, hello, name=plain(view.name)), text(tongue, "cards.help.lead")
        ),
        line(text(tongue, "cards.help.when", date=day_short(tongue, then))),
        *facts(rows),
        line(text(tongue, "cards.help.tab"), spacing="medium"),
        *buttons(
            press(text(tongue, "cards.do.start"), verbs.BOOK_AGAIN, {}, "positive"),
            leaf(text(tongue, "cards.do.tab"), view.tab_url),
        ),
    ]
    return finish(tongue, body)


def notice(view: Notice) -> Card:
    """Draw a short answer: what happened, what it means, what to do."""
    values = {name: plain(value) for name, value in view.values.items()}
    title, said = _words(view, values)
    way = (
        leaf(text(view.language, f"cards.do.{view.do}"), view.url) if view.do else None
    )
    return finish(view.language, [heading(title), line(said), *buttons(way)])


def in_words(view: Notice) -> str:
    """Say a short answer beside a card, where Teams shows plain text."""
    return ". ".join(_words(view, view.values))


def _words(view: Notice, values: dict[str, str]) -> tuple[str, str]:
    key = f"cards.notice.{view.key}"
    title = text(view.language, f"{key}.title", **values)
    return title, text(view.language, f"{key}.body", **values)
