"""Booking and offering in a dialog: the bot's own form, in another frame.

Everything is done by what the cards of the chat do; only the buttons are a dialog's. A
dialog stays nowhere: what it made is followed by a card in the chat with the bot where
there is one to follow.
"""

import cards
from booking.model import AppointmentId, Language, Professional
from booking.saying import Command, Verb
from cards import Card, verbs
from cards.extension import Result
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.bot import commands, presses
from teams_app.bot.buttons import Press, number_in
from teams_app.bot.searching import neutral
from teams_app.errands import World

#: The commands of the app that open a form.
COMMANDS = {"book": Verb.BOOK, "offer": Verb.OFFER}
_APPOINTMENT = "appointment:"


async def begun(world: World, professional: Professional, command: str) -> Card:
    """Give the empty form."""
    asked = Command(COMMANDS[command])
    form = await commands.booking_form(world, professional, asked)
    return cards.in_dialog(form)


async def sent(
    world: World, who: Person, data: dict[str, str], *, sharing: bool
) -> Card:
    """Do what was pressed and give what the dialog shows next.

    `sharing`: there is a message being written, into which what was booked can go.
    """
    assert who.professional is not None
    press = Press(data["verb"], data, who, who.professional, card="", dialog=True)
    shown = await presses.done(world, press)
    card = cards.in_dialog(shown.card)
    booked = shown.subject.startswith(_APPOINTMENT) and not shown.refused
    if booked and sharing:
        number = int(shown.subject.removeprefix(_APPOINTMENT))
        return cards.with_sharing(card, number)
    return card


async def shared(
    world: World, who: Person, data: dict[str, str], language: Language
) -> Result | None:
    """Give an appointment for the message, if she may see it."""
    id_ = AppointmentId(number_in(data, verbs.APPOINTMENT))
    look = Look(world.now(), "extension")
    found = await world.database.write(access.appointment, who, id_, look)
    if found is None:
        return None
    return cards.shared_appointment(neutral(world, found, language))
