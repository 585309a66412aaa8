"""Posting cards to professionals and keeping those that stand up to date."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import assert_never
from zlib import crc32

import cards
from booking.views.cards import (
    AppointmentCard,
    ConflictCard,
    MorningList,
    Notice,
    OfferCard,
    OlderNews,
)
from booking.views.handovers import HandedAway, HandoverCard
from cards import Card
from teams_app.actions import (
    away,
    conflicts,
    handover_reminders,
    outages,
    postings,
)
from teams_app.actions.postings import Posting, View
from teams_app.errands import World, propose
from teams_app.outside import Activity, ChatError, Conversation
from teams_app.store import chats
from teams_app.store.database import Overlap
from teams_app.store.jobs import Job
from teams_app.worker import Again, Done, Outcome

_GONE = 404
#: She has taken the app away, or blocked it: her cards are looked at again with the
#: next change, in case she has it back.
_NOT_THERE = 403


def draw(view: View) -> Card:  # noqa: C901, PLR0911  one line a view
    """Draw the card of a view."""
    match view:
        case AppointmentCard():
            return cards.appointment(view)
        case OlderNews():
            return cards.older(view)
        case OfferCard():
            return cards.offer(view)
        case ConflictCard():
            return cards.conflict(view)
        case MorningList():
            return cards.morning(view)
        case HandoverCard():
            return cards.handover(view)
        case HandedAway():
            return cards.handed_away(view)
        case Notice():
            return cards.notice(view)
        case _:
            assert_never(view)


def fingerprint(card: Card) -> int:
    """Tell one drawing from another, so that an update that changes nothing is none."""
    return crc32(json.dumps(card, sort_keys=True).encode())


async def announce(world: World, job: Job) -> Outcome:
    assert job.appointment is not None
    posting = await world.database.write(
        postings.announce,
        job.key,
        job.appointment,
        job.payload,
        world.policy,
        world.now(),
    )
    return await _post(world, posting)


async def remind_professional(world: World, job: Job) -> Outcome:
    assert job.appointment is not None
    posting = await world.database.write(
        postings.reminder,
        job.key,
        job.appointment,
        job.number("start"),
        world.policy,
        world.now(),
    )
    return await _post(world, posting)


async def show_offer(world: World, job: Job) -> Outcome:
    """Post the card of an offer that was made where there is none."""
    posting = await world.database.write(
        postings.offered,
        job.key,
        job.offer,
        world.policy,
        world.now(),
    )
    return await _post(world, posting)


async def given_up(world: World, job: Job) -> Outcome:
    """Tell a professional, once, that a step of an appointment was given up."""
    assert job.appointment is not None
    posting = await world.database.write(
        postings.unfinished, job.key, job.appointment, world.policy, world.now()
    )
    return await _post(world, posting)


async def closed_calendar(world: World, job: Job) -> Outcome:
    """Tell a professional, once an outage, that her calendar is closed to us."""
    posting = await world.database.write(
        outages.card, job.key, job.payload, world.now()
    )
    return await _post(world, posting)


async def away_by_replies(world: World, job: Job) -> Outcome:
    """Tell a professional, once, that her automatic replies close her times."""
    posting = await world.database.write(
        away.card, job.payload, world.policy, world.now()
    )
    return await _post(world, posting)


async def ask(world: World, job: Job) -> Outcome:
    """Ask about a change made in Outlook; a question already asked is updated."""
    number = job.number("conflict")
    if await _trusted(world, number):
        return Done("trusted")
    await propose(world, number)
    posting = await world.database.write(
        postings.question, number, world.policy, world.now()
    )
    if posting is not None and posting.card.activity_id is not None:
        await _update(world, posting)
        return Done("updated")
    return await _post(world, posting)


async def _trusted(world: World, number: int) -> bool:
    if not world.policy.trusts_moves:
        return False
    with suppress(Overlap):
        return await world.database.write(
            conflicts.trust, number, world.policy, world.now()
        )
    return False


async def ask_handover(world: World, job: Job) -> Outcome:
    """Ask one of those who may say whether an appointment changes hands."""
    posting = await world.database.write(
        postings.handover_question,
        job.key,
        job.payload,
        world.policy,
        world.now(),
    )
    if posting is not None and posting.card.activity_id is not None:
        await _update(world, posting)
        return Done("updated")
    return await _post(world, posting)


async def remind_handover(world: World, job: Job) -> Outcome:
    """Have those reminded who have not said whether an appointment changes hands."""
    asked = await world.database.write(
        handover_reminders.ask_again, job.payload, world.policy, world.now()
    )
    if isinstance(asked, datetime):
        return Again(due=asked, why="quiet_hours", counts=False)
    return Done(f"reminded:{asked}")


async def tell_outcome(world: World, job: Job) -> Outcome:
    """Tell a professional, once, what became of a question others were asked."""
    posting = await world.database.write(
        postings.outcome, job.key, job.number("conflict"), world.policy, world.now()
    )
    return await _post(world, posting)


async def morning(world: World, job: Job) -> Outcome:
    posting = await world.database.write(
        postings.morning,
        job.professional,
        date.fromisoformat(str(job.payload["day"])),
        world.policy,
        world.now(),
    )
    return await _post(world, posting)


async def keep_cards(world: World, job: Job) -> Outcome:
    """Bring every card of an appointment up to date."""
    assert job.appointment is not None
    standing = await world.database.read(
        postings.of_appointment, job.appointment, world.policy, world.now()
    )
    return await _update_all(world, standing)


async def keep_offer_cards(world: World, job: Job) -> Outcome:
    standing = await world.database.read(
        postings.of_offer,
        job.offer,
        world.policy,
        world.now(),
    )
    return await _update_all(world, standing)


async def after_answer(world: World, job: Job) -> Outcome:
    """Look at a card that was the answer to a press, once Teams shows it."""
    standing = await world.database.write(
        postings.after_answer, job.payload, world.policy, world.now()
    )
    return await _update_all(world, standing)


async def _post(world: World, posting: Posting | None) -> Outcome:
    if posting is None:
        return Done("nothing")
    if posting.card.activity_id is not None:
        return Done("posted_before")
    card = draw(posting.view)
    to = await conversation(world, posting.card.object_id, posting.conversation)
    id_ = await world.outside.chat.send(to, _activity(posting.view, card))
    await world.database.write(
        postings.posted, posting.card, id_, fingerprint(card), world.now()
    )
    return Done("posted")


async def _update_all(world: World, standing: list[Posting]) -> Outcome:
    """Bring cards up to date; one that cannot be holds up no other."""
    failed: ChatError | None = None
    for posting in standing:
        try:
            await _update(world, posting)
        except ChatError as error:
            failed = error
    if failed is not None:
        raise failed
    return Done(f"cards:{len(standing)}")


async def _update(world: World, posting: Posting) -> None:
    """Replace a card that no longer shows the present state."""
    card = draw(posting.view)
    print_ = fingerprint(card)
    known = posting.card
    if known.shown_version == print_ or posting.conversation is None:
        return
    assert known.activity_id is not None
    to = Conversation(**posting.conversation)
    try:
        await world.outside.chat.update(
            to, known.activity_id, _activity(posting.view, card)
        )
    except ChatError as error:
        if error.status == _GONE:
            await world.database.write(postings.gone, known, world.now())
        elif error.status != _NOT_THERE:
            raise
        return
    await world.database.write(chats.card_shown, known.key, print_)


def _activity(view: View, card: Card) -> Activity:
    match view:
        case AppointmentCard():
            is_reminder = view.heading == "reminder"
            return cards.activity(card, "reminder" if is_reminder else "appointment")
        case OlderNews() | HandedAway():
            return cards.activity(card, "appointment")
        case OfferCard():
            return cards.activity(card, "offer")
        case ConflictCard() | HandoverCard():
            answered = view.settled is not None
            return cards.activity(card, "appointment" if answered else "conflict")
        case MorningList():
            return cards.activity(card, "morning")
        case Notice():
            return cards.activity(card, "notice")
        case _:
            assert_never(view)


async def conversation(
    world: World, object_id: str, known: dict[str, str] | None
) -> Conversation:
    """Give the chat with a person, opening one where none is known."""
    if known is not None:
        return Conversation(**known)
    made = await world.outside.chat.create(world.policy.tenant_id, object_id)
    await world.database.write(chats.save_conversation, object_id, asdict(made))
    return made
