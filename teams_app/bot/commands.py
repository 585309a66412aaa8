"""What may be written to the bot, in any of the three languages."""

import html
import re
from typing import Literal

import cards
from booking.contact import visible
from booking.model import Professional
from booking.policy import Policy
from booking.spans import day_span, wall
from booking.views.cards import MorningList, Notice
from cards.activities import About
from teams_app.actions import access, staff_views
from teams_app.actions.access import Look, Person
from teams_app.errands import World
from teams_app.outside import Activity
from teams_app.store import appointments
from teams_app.store.database import Tx

Meaning = Literal["book", "today", "help", "unknown"]

#: Whatever comes after these: *varaa aika Maijalle*.
_BOOK_FIRST = {"varaa", "boka", "book"}
_BOOK = {"ajanvaraus", "tidsbokning", "booking"}
_TODAY = {"tänään", "päivän ajat", "päivä", "i dag", "idag", "dagens tider", "today"}
_HELP = {"apua", "ohje", "ohjeet", "hjälp", "help", "hei", "moi", "hej", "hello", "hi"}

_MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>")
_TEXT_MAX = 1000
#: What people put round a word they mean as a command.
_ROUND = " .,:;!?…/\\\"'”’«»()*_"


def plain_text(activity: Activity) -> str:
    """Give what was written, without the mention of the bot and without markup."""
    said = activity.get("text")
    said = said[:_TEXT_MAX] if isinstance(said, str) else ""
    said = html.unescape(_MARKUP.sub(" ", _MENTION.sub(" ", said)))
    return visible(said).casefold().strip(_ROUND)


def meaning(said: str) -> Meaning:
    """Say what was asked for; nothing written asks for help."""
    if said in _BOOK or said.partition(" ")[0] in _BOOK_FIRST:
        return "book"
    if said in _TODAY:
        return "today"
    return "help" if not said or said in _HELP else "unknown"


async def answer(
    world: World, who: Person, professional: Professional, said: str
) -> tuple[cards.Card, About]:
    """Answer a written word with a card; what is not understood gets the help.

    Beside the card: what it is about, for the neutral line on a lock screen.
    """
    meant = meaning(said)
    if meant == "book":
        return await booking_form(world, professional), "book"
    if meant == "today":
        return cards.morning(await _today(world, who, professional)), "morning"
    view = staff_views.help_(professional, world.policy, unknown=meant == "unknown")
    return cards.help_(view), "notice"


async def _today(world: World, who: Person, professional: Professional) -> MorningList:
    look = Look(world.now(), "bot")
    return await world.database.write(_listed, who, professional, world.policy, look)


def _listed(
    tx: Tx, who: Person, professional: Professional, policy: Policy, look: Look
) -> MorningList:
    """Give the list of the day, and log the look at it."""
    day = wall(look.at, policy.zone).date()
    found = appointments.between(tx, [professional.id], day_span(day, policy.zone))
    access.listed(tx, who, [each.id for each in found if each.in_calendar], look)
    return staff_views.morning(tx, professional.id, day, policy)


async def booking_form(world: World, professional: Professional) -> cards.Card:
    """Give an empty form, or say that she has no services yet."""
    form = await world.database.read(
        staff_views.book_form, professional, request=world.outside.ids.uuid()
    )
    if not form.services:
        return cards.notice(Notice(professional.language, "no_services", {}))
    return cards.book_form(form)
