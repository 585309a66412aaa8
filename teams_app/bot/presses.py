"""What pressing a button on a card does. Every press gives the card as it now is.

A press is safe to repeat: booking and offering carry the form's own request id, the
rest acts on ids and versions and shows the present state when it comes too late.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import cards
from booking.appointments import NotOpen, Outdated, Past
from booking.model import (
    Appointment,
    AppointmentId,
    OfferId,
    ProfessionalId,
)
from booking.saying import Command, Verb
from booking.views.cards import ConflictCard
from booking.views.handovers import HandedAway
from cards import Card, verbs
from teams_app import errands
from teams_app.actions import (
    access,
    asked,
    booking,
    handover_views,
    offers,
    older_news,
    postings,
    staff_views,
)
from teams_app.actions.access import Look
from teams_app.actions.answering import REFUSED
from teams_app.actions.asked import Given
from teams_app.actions.conflicts import Unanswerable
from teams_app.bot import (
    absences,
    arrivals,
    commands,
    forms,
    lateness,
    making,
    moving,
    outcomes,
)
from teams_app.bot.buttons import Press, Shown, as_it_stands, look, note
from teams_app.bot.forms import CARD
from teams_app.errands import World
from teams_app.store import conflicts as conflict_rows
from teams_app.store import people
from teams_app.store.database import Tx


async def answer(world: World, press: Press) -> Card:
    """Do what was pressed and give the card that replaces the pressed one."""
    shown = await done(world, press)
    await _remember(world, press, shown)
    return shown.card


async def done(world: World, press: Press) -> Shown:
    """Do what was pressed; which card shows it then is for the caller to keep."""
    group = press.verb.partition(".")[0]
    does = _GROUPS.get(group)
    # A hand-over is answered before it comes here, and in no dialog.
    return await does(world, press) if does is not None else note(press, "bad_press")


async def _book(world: World, press: Press) -> Shown:
    professional = press.professional
    data = press.data | {CARD: press.card}
    match press.verb:
        case verbs.BOOK_AGAIN:
            empty = Command(Verb.OFFER if forms.offers(data) else Verb.BOOK)
            return Shown(await commands.booking_form(world, professional, empty))
        case verbs.BOOK_BACK:
            return Shown(await making.back(world, professional, data))
        case verbs.BOOK_TIMES:
            return Shown(await making.times(world, professional, data))
        case verbs.BOOK_NOW:
            made = await making.book(world, press.person, data)
        case _:
            free = press.verb == verbs.BOOK_OPEN
            made = await making.offer(
                world, press.person, data, free=free, wants_card=press.dialog
            )
    if not isinstance(made, making.Made):
        return Shown(made)
    return Shown(made.card, made.subject)


async def _say(world: World, press: Press) -> Shown:
    """Do what was meant by what had been written."""
    command = Command.read(press.data)
    if command is None:
        return note(press, "bad_press")
    done = await commands.carry_out(world, press.person, press.professional, command)
    return Shown(done.card, done.subject)


async def _remember(world: World, press: Press, shown: Shown) -> None:
    """Keep which card shows what, so that it can be brought up to date."""
    if press.card:
        await world.database.write(
            postings.answered,
            press.person.object_id,
            press.card,
            shown.subject,
            world.now(),
            refused=shown.refused,
        )


async def _offer(world: World, press: Press) -> Shown:
    id_ = OfferId(press.number("offer"))
    found = await world.database.write(access.offer, press.person, id_, look(world))
    if found is None:
        return note(press, "gone")
    found = await world.database.write(
        offers.call_off, found, world.now(), press.person.who
    )
    card = await world.database.write(making.offer_shown, press.person, found, world)
    return Shown(card, f"offer:{id_}")


async def _appointment(world: World, press: Press) -> Shown:
    id_ = AppointmentId(press.number("appointment"))
    found = await world.database.write(
        access.appointment, press.person, id_, look(world)
    )
    if found is None:
        return note(press, "gone")
    if press.verb != verbs.APPOINTMENT_CANCEL:
        return await moving.answer(world, press, found)
    wrong = await _cancel(world, press, found)
    return await as_it_stands(world, press, id_, wrong)


async def _cancel(world: World, press: Press, found: Appointment) -> str | None:
    """Cancel what the card showed; gives the text key of why not."""
    owner = await world.database.read(people.professional, found.professional)
    cancelled = await world.database.write(
        booking.cancel,
        found.id,
        by=access.acts_as(press.person, owner),
        now=world.now(),
        who=press.person.who,
        version=press.number("version"),
    )
    match cancelled:
        case Appointment():
            return None
        case Outdated():
            return "cards.problem.outdated"
        case NotOpen() | Past():
            return "cards.problem.too_late"


async def _conflict(world: World, press: Press) -> Shown:
    number = press.number("conflict")
    name = press.verb.partition(".")[2]
    if name not in asked.NAMES:
        return note(press, "bad_press")
    given = Given(number, press.number("version"), name, press.person, look(world))
    chosen = press.data.get(verbs.COLLEAGUE)
    to = ProfessionalId(press.number(verbs.COLLEAGUE)) if chosen else None
    answered = await errands.answer(world, given, to)
    if answered is None:
        return note(press, "gone")
    # A reason without words of its own is told as one that the card is too old for.
    why = answered.why if isinstance(answered, Unanswerable) else ""
    wrong = why and REFUSED.get(why, "outdated")
    away = await world.database.write(_handed_away, press, number, look(world))
    if away is not None:
        return Shown(cards.handed_away(away), f"conflict:{number}")
    view = await world.database.read(_question, press, number, world, wrong)
    if view is None:
        return note(press, "gone")
    return Shown(cards.conflict(view), f"conflict:{number}", refused=bool(wrong))


def _handed_away(tx: Tx, press: Press, number: int, look_: Look) -> HandedAway | None:
    """Show who has it now, to her who had it and was asked about it."""
    found = conflict_rows.find(tx, number)
    if found is None or found.professional != press.professional.id:
        return None
    appointment = booking.find(tx, found.appointment)
    person = press.person.object_id
    if appointment is None or not handover_views.no_longer_hers(
        tx, appointment, person
    ):
        return None
    access.shown_again(tx, press.person, appointment.id, look_)
    return handover_views.handed_away(tx, appointment, person)


def _question(
    tx: Tx, press: Press, number: int, world: World, wrong: str
) -> ConflictCard | None:
    found = conflict_rows.find(tx, number)
    if found is None or not access.may(tx, press.person, found.professional):
        return None
    view = staff_views.conflict_card(tx, found, world.policy, world.now())
    acts = older_news.acts_at(tx, found, press.person.object_id, press.card)
    return replace(view, wrong=wrong, acts=acts)


_GROUPS: dict[str, Callable[[World, Press], Awaitable[Shown]]] = {
    "book": _book,
    "say": _say,
    "away": absences.answer,
    "offer": _offer,
    "appointment": _appointment,
    "conflict": _conflict,
    "outcome": outcomes.answer,
    "arrival": arrivals.answer,
    "late": lateness.answer,
}
