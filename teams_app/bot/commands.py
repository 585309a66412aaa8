"""What may be written to the bot, in any of the three languages."""

import re

import cards
from booking.model import Professional
from booking.spans import wall
from booking.views.cards import Notice
from cards.activities import About
from teams_app.actions import staff_views
from teams_app.errands import World
from teams_app.outside import Activity

_BOOK = {"varaa", "varaa aika", "boka", "boka tid", "book", "book a time"}
_TODAY = {"tänään", "idag", "i dag", "today", "päivä", "dagens tider"}
_HELP = {"apua", "ohje", "help", "hjälp", "hei", "hej", "hello", "hi", "moi"}

_MENTION = re.compile(r"<at>.*?</at>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>|&nbsp;")


def plain_text(activity: Activity) -> str:
    """Give what was written, without the mention of the bot and without markup."""
    said = str(activity.get("text") or "")[:1000]
    said = _MARKUP.sub(" ", _MENTION.sub(" ", said))
    return " ".join(said.split()).casefold().rstrip(".!")


async def answer(
    world: World, professional: Professional, said: str
) -> tuple[cards.Card, About]:
    """Answer a written word with a card; what is not understood gets the help.

    Beside the card: what it is about, for the neutral line on a lock screen.
    """
    if said in _BOOK or said.split(" ", 1)[0] in {"varaa", "boka", "book"}:
        return await booking_form(world, professional), "book"
    if said in _TODAY:
        day = wall(world.now(), world.policy.zone).date()
        view = await world.database.read(
            staff_views.morning, professional.id, day, world.policy
        )
        return cards.morning(view), "morning"
    view_of_help = staff_views.help_(
        professional, world.policy, unknown=bool(said) and said not in _HELP
    )
    return cards.help_(view_of_help), "notice"


async def booking_form(world: World, professional: Professional) -> cards.Card:
    """Give an empty form, or say that she has no services yet."""
    form = await world.database.read(
        staff_views.book_form, professional, request=world.outside.ids.uuid()
    )
    if not form.services:
        return cards.notice(Notice(professional.language, "no_services", {}))
    return cards.book_form(form)
