"""What pressing a button on a card does. Every press gives the card as it now is.

A press is safe to repeat: booking and offering carry the form's own request id, the
rest acts on ids and versions and shows the present state when it comes too late.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import cards
from booking.appointments import Actor
from booking.model import Appointment, AppointmentId, OfferId, Professional
from booking.views.cards import AppointmentCard, ConflictCard, Notice
from cards import Card, verbs
from teams_app.actions import access, booking, conflicts, offers, postings, staff_views
from teams_app.actions.access import Look, Person
from teams_app.actions.conflicts import Unanswerable
from teams_app.bot import commands, forms
from teams_app.errands import World
from teams_app.store import conflicts as conflict_rows
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Overlap, Tx


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed: the verb, all that came with it, and by whom."""

    verb: str
    data: dict[str, str]
    person: Person
    professional: Professional
    card: str  #: The activity the button stands on.

    def number(self, name: str) -> int:
        """Read an id; what is no number is an id nobody has."""
        given = self.data.get(name, "")
        return int(given) if given.isascii() and given.isdecimal() else -1


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer to a press, and what lives on it; empty: a form or a notice."""

    card: Card
    subject: str = ""


async def answer(world: World, press: Press) -> Card:
    """Do what was pressed and give the card that replaces the pressed one."""
    shown = await _answer(world, press)
    await _remember(world, press, shown.subject)
    return shown.card


async def _answer(world: World, press: Press) -> Shown:
    group = press.verb.partition(".")[0]
    if group == "book":
        return await _book(world, press)
    if group == "offer":
        return await _offer(world, press)
    if group == "appointment":
        return await _appointment(world, press)
    return await _conflict(world, press)


async def _book(world: World, press: Press) -> Shown:
    professional, data = press.professional, press.data
    match press.verb:
        case verbs.BOOK_AGAIN:
            return Shown(await commands.booking_form(world, professional))
        case verbs.BOOK_BACK:
            return Shown(await forms.back(world, professional, data))
        case verbs.BOOK_TIMES:
            return Shown(await forms.times(world, professional, data))
        case verbs.BOOK_NOW:
            made = await forms.book(world, professional, data)
        case _:
            free = press.verb == verbs.BOOK_OPEN
            made = await forms.offer(world, professional, data, free=free)
    if not isinstance(made, forms.Made):
        return Shown(made)
    return Shown(made.card, made.subject)


async def _remember(world: World, press: Press, subject: str) -> None:
    """Keep which card shows what, so that it can be brought up to date."""
    if press.card:
        await world.database.write(
            postings.answered,
            press.person.object_id,
            press.card,
            subject,
            world.now(),
        )


def _look(world: World) -> Look:
    return Look(world.now(), "bot")


async def _offer(world: World, press: Press) -> Shown:
    id_ = OfferId(press.number("offer"))
    found = await world.database.write(access.offer, press.person, id_, _look(world))
    if found is None:
        return _note(press, "gone")
    if press.verb == verbs.OFFER_WITHDRAW:
        found = await world.database.write(offers.call_off, found, world.now())
    view = await world.database.read(
        staff_views.offer_card,
        found,
        world.policy,
        press.professional.language,
        world.now(),
    )
    return Shown(cards.offer(view), f"offer:{id_}")


async def _appointment(world: World, press: Press) -> Shown:
    id_ = AppointmentId(press.number("appointment"))
    found = await world.database.write(
        access.appointment, press.person, id_, _look(world)
    )
    if found is None:
        return _note(press, "gone")
    current = found.version == press.number("version")
    if press.verb == verbs.APPOINTMENT_CANCEL and current:
        await world.database.write(
            booking.cancel, id_, by=Actor.PROFESSIONAL, now=world.now()
        )
    view = await world.database.read(_card, id_, world, press)
    if view is None:
        return _note(press, "gone")
    return Shown(cards.appointment(view), postings.subject_of(id_))


def _card(
    tx: Tx, id_: AppointmentId, world: World, press: Press
) -> AppointmentCard | None:
    found: Appointment | None = booking.find(tx, id_)
    if found is None:
        return None
    return staff_views.appointment_card(
        tx, found, world.policy, language=press.professional.language
    )


Verb = Callable[[Tx, Conflict, datetime], conflicts.Answer]
_ANSWERS: dict[str, Verb] = {
    verbs.CONFLICT_TELL: conflicts.tell,
    verbs.CONFLICT_PUT_BACK: conflicts.put_back,
    verbs.CONFLICT_PROPOSE: conflicts.propose,
    verbs.CONFLICT_CANCEL: conflicts.cancel,
    verbs.CONFLICT_KEEP: conflicts.keep,
    verbs.CONFLICT_RESTORE: conflicts.restore,
}


async def _conflict(world: World, press: Press) -> Shown:
    number = press.number("conflict")
    wrong = ""
    try:
        answered = await world.database.write(
            _answer_conflict, press, number, _look(world), world.now()
        )
    except Overlap:
        wrong = "overlap"
    else:
        if answered is None:
            return _note(press, "gone")
        if isinstance(answered, Unanswerable) and answered.why == "past":
            wrong = "too_late"
    view = await world.database.read(_question, press, number, world, wrong)
    if view is None:
        return _note(press, "gone")
    # What is wrong stays to be read: nothing is written over it in a moment.
    return Shown(cards.conflict(view), "" if wrong else f"conflict:{number}")


def _answer_conflict(
    tx: Tx, press: Press, number: int, look: Look, now: datetime
) -> conflicts.Answer | None:
    found = conflict_rows.find(tx, number)
    if found is None:
        return None
    if access.appointment(tx, press.person, found.appointment, look) is None:
        return None
    return _ANSWERS[press.verb](tx, found, now)


def _question(
    tx: Tx, press: Press, number: int, world: World, wrong: str
) -> ConflictCard | None:
    found = conflict_rows.find(tx, number)
    if found is None or not access.may_see(tx, press.person, found.professional):
        return None
    view = staff_views.conflict_card(tx, found, world.policy)
    return replace(view, wrong=wrong)


def _note(press: Press, key: str) -> Shown:
    return Shown(cards.notice(Notice(press.professional.language, key, {})))
