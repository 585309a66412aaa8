"""A button pressed in Teams: what came with it, and what it is answered with."""

from dataclasses import dataclass, replace

import cards
from booking.model import Appointment, AppointmentId, Professional
from booking.views.cards import AppointmentCard, Notice
from cards import Card
from teams_app.actions import access, booking, postings, staff_views
from teams_app.actions.access import Look, Person
from teams_app.errands import World
from teams_app.store.database import Tx

#: What both databases and JSON's own numbers hold whole.
_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed: the verb, all that came with it, and by whom."""

    verb: str
    data: dict[str, str]
    person: Person
    professional: Professional
    card: str  #: The activity the button stands on; empty in a dialog.
    dialog: bool = False

    def number(self, name: str) -> int:
        """Read an id; what is no number of ours is an id nobody has."""
        return number_in(self.data, name)


def number_in(data: dict[str, str], name: str) -> int:
    given = data.get(name, "")
    sound = given.isascii() and given.isdecimal() and len(given) <= _DIGITS_MAX
    return int(given) if sound else -1


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer to a press, and what lives on it; empty: a form or a notice."""

    card: Card
    subject: str = ""
    #: It says why nothing was done, or asks: it stays until something else happens.
    refused: bool = False


def look(world: World) -> Look:
    return Look(world.now(), "bot")


def note(press: Press, key: str) -> Shown:
    """Say something short where the card was."""
    return Shown(cards.notice(Notice(press.professional.language, key, {})))


def card_of(
    tx: Tx, id_: AppointmentId, world: World, press: Press
) -> AppointmentCard | None:
    """Show an appointment as it is now, to her who pressed; None: not hers to see by now."""
    found: Appointment | None = booking.find(tx, id_)
    if found is None or not access.may(tx, press.person, found.professional):
        return None
    return staff_views.appointment_card(
        tx, found, world.policy, world.now(), language=press.professional.language
    )


async def as_it_stands(
    world: World, press: Press, id_: AppointmentId, wrong: str | None = None
) -> Shown:
    """Show an appointment in place of what was pressed.

    `wrong`: the key of the text of why nothing was done.
    """
    view = await world.database.read(card_of, id_, world, press)
    if view is None:
        return note(press, "gone")
    card = cards.appointment(replace(view, problem=wrong or view.problem))
    return Shown(card, postings.subject_of(id_), refused=wrong is not None)
