"""What pressing a button on a card does. Every press gives the card as it now is.

A press is safe to repeat: booking and offering carry the form's own request id, the
rest acts on ids and versions and shows the present state when it comes too late.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import cards
from booking.model import (
    CANCELLED,
    Appointment,
    AppointmentId,
    OfferId,
    Professional,
    ProfessionalId,
)
from booking.policy import Policy
from booking.saying import Command, Verb
from booking.views.cards import AppointmentCard, ConflictCard, ConflictKind, Notice
from booking.views.handovers import HandedAway
from cards import Card, verbs
from teams_app.actions import (
    access,
    booking,
    conflicts,
    handover_views,
    offers,
    postings,
    pulls,
    staff_views,
)
from teams_app.actions.access import Look, Person
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.questions import is_over
from teams_app.bot import commands, making
from teams_app.bot.forms import CARD
from teams_app.errands import World, hand_over
from teams_app.store import conflicts as conflict_rows
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Overlap, Tx

#: What both databases and JSON's own numbers hold whole.
_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed: the verb, all that came with it, and by whom."""

    verb: str
    data: dict[str, str]
    person: Person
    professional: Professional
    card: str  #: The activity the button stands on.

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
    refused: bool = False  #: It says why nothing was done.


async def answer(world: World, press: Press) -> Card:
    """Do what was pressed and give the card that replaces the pressed one."""
    shown = await _answer(world, press)
    await _remember(world, press, shown)
    return shown.card


async def _answer(world: World, press: Press) -> Shown:
    group = press.verb.partition(".")[0]
    if group == "book":
        return await _book(world, press)
    if group == "say":
        return await _say(world, press)
    if group == "offer":
        return await _offer(world, press)
    if group == "appointment":
        return await _appointment(world, press)
    return await _conflict(world, press)


async def _book(world: World, press: Press) -> Shown:
    professional = press.professional
    data = press.data | {CARD: press.card}
    match press.verb:
        case verbs.BOOK_AGAIN:
            empty = Command(Verb.BOOK)
            return Shown(await commands.booking_form(world, professional, empty))
        case verbs.BOOK_BACK:
            return Shown(await making.back(world, professional, data))
        case verbs.BOOK_TIMES:
            return Shown(await making.times(world, professional, data))
        case verbs.BOOK_NOW:
            made = await making.book(world, professional, data)
        case _:
            free = press.verb == verbs.BOOK_OPEN
            made = await making.offer(world, professional, data, free=free)
    if not isinstance(made, making.Made):
        return Shown(made)
    return Shown(made.card, made.subject)


async def _say(world: World, press: Press) -> Shown:
    """Do what was meant by what had been written."""
    command = Command.read(press.data)
    if command is None:
        return _note(press, "bad_press")
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


def _look(world: World) -> Look:
    return Look(world.now(), "bot")


async def _offer(world: World, press: Press) -> Shown:
    id_ = OfferId(press.number("offer"))
    found = await world.database.write(access.offer, press.person, id_, _look(world))
    if found is None:
        return _note(press, "gone")
    found = await world.database.write(
        offers.call_off, found, world.now(), press.person.who
    )
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
    wrong = await _cancel(world, press, found)
    view = await world.database.read(_card, id_, world, press)
    if view is None:
        return _note(press, "gone")
    card = cards.appointment(replace(view, problem=wrong or view.problem))
    return Shown(card, postings.subject_of(id_), refused=wrong is not None)


async def _cancel(world: World, press: Press, found: Appointment) -> str | None:
    """Cancel what the card showed; gives the text key of why not."""
    if found.status in CANCELLED:
        return None
    if found.version != press.number("version"):
        return "cards.problem.outdated"
    cancelled = await world.database.write(
        booking.cancel,
        found.id,
        by=access.acts_as(press.person, found.professional),
        now=world.now(),
        who=press.person.who,
    )
    return None if isinstance(cancelled, Appointment) else "cards.problem.too_late"


def _card(
    tx: Tx, id_: AppointmentId, world: World, press: Press
) -> AppointmentCard | None:
    found: Appointment | None = booking.find(tx, id_)
    if found is None:
        return None
    return staff_views.appointment_card(
        tx, found, world.policy, world.now(), language=press.professional.language
    )


_ANSWERS: dict[str, Callable[[Tx, Conflict, datetime], conflicts.Answer]] = {
    verbs.CONFLICT_TELL: conflicts.tell,
    verbs.CONFLICT_PUT_BACK: conflicts.put_back,
    verbs.CONFLICT_PROPOSE: conflicts.propose,
    verbs.CONFLICT_CANCEL: conflicts.cancel,
    verbs.CONFLICT_KEEP: conflicts.keep,
    verbs.CONFLICT_RESTORE: conflicts.restore,
    verbs.CONFLICT_HOLD: conflicts.hold,
}


#: What the card says when an answer was not taken.
_REFUSED = {
    "past": "too_late",
    "too_long": "too_long",
    "over": "over",
    "overtaken": "overtaken",
    "outdated": "outdated",
    "overlap": "overlap",
    "unread": "unread",
    "no_colleague": "no_colleague",
}


async def _conflict(world: World, press: Press) -> Shown:
    number = press.number("conflict")
    try:
        if press.verb == verbs.CONFLICT_HAND:
            answered = await _hand(world, press, number)
        else:
            answered = await world.database.write(
                _answer_conflict, press, number, world.policy, _look(world)
            )
    except Overlap:
        wrong = "overlap"
    else:
        if answered is None:
            return _note(press, "gone")
        wrong = _REFUSED[answered.why] if isinstance(answered, Unanswerable) else ""
    away = await world.database.read(_handed_away, press, number)
    if away is not None:
        return Shown(cards.handed_away(away), f"conflict:{number}")
    view = await world.database.read(_question, press, number, world, wrong)
    if view is None:
        return _note(press, "gone")
    return Shown(cards.conflict(view), f"conflict:{number}", refused=bool(wrong))


def _answer_conflict(
    tx: Tx, press: Press, number: int, policy: Policy, look: Look
) -> conflicts.Answer | None:
    found = _asked(tx, press, number, look)
    if not isinstance(found, Conflict):
        return found
    answer = _ANSWERS[press.verb](tx, found, look.at)
    if press.verb == verbs.CONFLICT_TELL and isinstance(answer, Conflict):
        # Something else may lie where it was moved to.
        pulls.ask_about(tx, answer.appointment, policy, look.at)
    return answer


def _asked(
    tx: Tx, press: Press, number: int, look: Look
) -> Conflict | Unanswerable | None:
    """Give the question of hers that she answers, and log that she has seen it."""
    found = conflict_rows.find(tx, number)
    if found is None or found.kind is ConflictKind.COPIED:
        return None
    if access.appointment(tx, press.person, found.appointment, look) is None:
        return None
    if found.settled is None and found.version != press.number("version"):
        # The event was moved again: she answers about a time she has not seen.
        return Unanswerable("outdated")
    appointment = booking.find(tx, found.appointment)
    assert appointment is not None
    if is_over(found, appointment, look.at):
        return Unanswerable("over")
    return found


async def _hand(world: World, press: Press, number: int) -> conflicts.Answer | None:
    found = await world.database.write(_asked, press, number, _look(world))
    if not isinstance(found, Conflict) or found.settled is not None:
        return found
    if not press.data.get(verbs.COLLEAGUE):
        return Unanswerable("no_colleague")
    to = ProfessionalId(press.number(verbs.COLLEAGUE))
    return await hand_over(world, found, to, press.person.who)


def _handed_away(tx: Tx, press: Press, number: int) -> HandedAway | None:
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
    return handover_views.handed_away(tx, appointment, person)


def _question(
    tx: Tx, press: Press, number: int, world: World, wrong: str
) -> ConflictCard | None:
    found = conflict_rows.find(tx, number)
    if found is None or not access.may_see(tx, press.person, found.professional):
        return None
    view = staff_views.conflict_card(tx, found, world.policy, world.now())
    return replace(view, wrong=wrong)


def _note(press: Press, key: str) -> Shown:
    return Shown(cards.notice(Notice(press.professional.language, key, {})))
