"""Posting cards to professionals and keeping those that stand up to date."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import assert_never
from zlib import crc32

import cards
from booking.model import AppointmentId, OfferId
from booking.policy import Policy
from booking.reach import why_refused
from booking.views.absences import AwayCard, AwayNews
from booking.views.alarms import AlarmCard
from booking.views.cards import (
    AppointmentCard,
    ConflictCard,
    MorningList,
    Notice,
    OfferCard,
    OlderNews,
)
from booking.views.desk import CoverCard, CoverNews, DeskDay
from booking.views.handovers import HandedAway, HandoverCard
from booking.views.lateness import LateCard
from cards import Card
from teams_app.actions import (
    arrival_cards,
    away,
    conflicts,
    desk_postings,
    handover_reminders,
    list_postings,
    lost_offers,
    offer_looks,
    outages,
    postings,
    reach,
    standing_cards,
)
from teams_app.actions.postings import Posting, View
from teams_app.actions.settle import keep_cards as keep_cards_of
from teams_app.errands import World, propose
from teams_app.outside import Activity, ChatError, Conversation
from teams_app.store import chats, jobs
from teams_app.store.chats import PostedCard
from teams_app.store.database import Overlap, Tx
from teams_app.store.jobs import Job, Promise
from teams_app.worker import Again, Done, Outcome, reaching

_GONE = 404
#: She has taken the app away, or blocked it: her cards are looked at again with the
#: next change, in case she has it back.
_NOT_THERE = 403
#: So much later a channel that the bot is not in is tried again.
_IN_TEAM_SECONDS = 300.0


def draw(view: View) -> Card:  # noqa: C901, PLR0911, PLR0912  one line a view
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
        case AwayCard():
            return cards.away(view)
        case AwayNews():
            return cards.away_news(view)
        case CoverCard():
            return cards.cover(view)
        case CoverNews():
            return cards.cover_news(view)
        case DeskDay():
            return cards.desk_day(view)
        case AlarmCard():
            return cards.alarm(view)
        case LateCard():
            return cards.late(view)
        case Notice():
            return cards.notice(view)
        case _:
            assert_never(view)


def fingerprint(card: Card) -> int:
    """Tell one drawing from another, so that an update that changes nothing is none."""
    return crc32(json.dumps(card, sort_keys=True).encode())


def _about_an_appointment(
    intend: Callable[..., Posting | None],
) -> Callable[[World, Job], Awaitable[Outcome]]:
    """Make the keeper of a promise to post the card that `intend` decides on when due."""

    async def keep(world: World, job: Job) -> Outcome:
        assert job.appointment is not None
        posting = await world.database.write(
            intend,
            job.key,
            job.appointment,
            job.payload,
            world.policy,
            world.now(),
        )
        return await post(world, posting)

    return keep


announce = _about_an_appointment(postings.announce)
#: How her client's coming stands: there, waiting, or stuck.
came = _about_an_appointment(arrival_cards.came)
#: That she reported an obstacle, where the card of her appointment says it to nobody.
obstacle_word = _about_an_appointment(arrival_cards.word)


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
    return await post(world, posting)


async def ended(world: World, job: Job) -> Outcome:
    """Ask a professional how an appointment that is over went."""
    assert job.appointment is not None
    posting = await world.database.write(
        postings.ended,
        job.key,
        job.appointment,
        job.number("end"),
        world.policy,
        world.now(),
    )
    done = await post(world, posting)
    look = keep_cards_of(job.appointment, world.now())
    return replace(done, then=look) if isinstance(done, Done) else done


async def show_offer(world: World, job: Job) -> Outcome:
    """Post the card of an offer that was made where there is none."""
    posting = await world.database.write(
        postings.offered,
        job.key,
        job.offer,
        world.policy,
        world.now(),
    )
    return await post(world, posting)


async def given_up(world: World, job: Job) -> Outcome:
    """Tell a professional, once, that a step of an appointment was given up."""
    assert job.appointment is not None
    posting = await world.database.write(
        postings.unfinished, job.key, job.appointment, world.policy, world.now()
    )
    return await post(world, posting)


async def closed_calendar(world: World, job: Job) -> Outcome:
    """Tell a professional, once an outage, that her calendar is closed to us."""
    posting = await world.database.write(
        outages.card, job.key, job.payload, world.now()
    )
    return await post(world, posting)


async def away_by_replies(world: World, job: Job) -> Outcome:
    """Tell a professional, once, that her automatic replies close her times."""
    posting = await world.database.write(
        away.card, job.payload, world.policy, world.now()
    )
    return await post(world, posting)


async def tell_away(world: World, job: Job) -> Outcome:
    """Tell a supervisor who is away, and her whom somebody else has recorded so."""
    posting = await world.database.write(
        postings.away, job.key, job.payload, world.policy, world.now()
    )
    return await post(world, posting)


async def away_cards(world: World, job: Job) -> Outcome:
    """Bring every card of an absence up to date."""
    standing = await world.database.read(
        postings.of_absence, job.number("absence"), world.policy, world.now()
    )
    return await update_all(world, standing)


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
        await update(world, posting)
        return Done("updated")
    return await post(world, posting)


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
        await update(world, posting)
        return Done("updated")
    return await post(world, posting)


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
    return await post(world, posting)


async def morning(world: World, job: Job) -> Outcome:
    posting = await world.database.write(
        postings.morning,
        job.professional,
        date.fromisoformat(str(job.payload["day"])),
        world.policy,
        world.now(),
    )
    return await post(world, posting)


async def keep_cards(world: World, job: Job) -> Outcome:
    """Bring every card of an appointment up to date, and those that list it."""
    assert job.appointment is not None
    standing = await world.database.read(
        _about, job.appointment, world.policy, world.now()
    )
    return await update_all(world, standing)


def _about(tx: Tx, id_: AppointmentId, policy: Policy, now: datetime) -> list[Posting]:
    """Give them all by one reading: what one has read serves the others."""
    rooms = (postings, desk_postings, list_postings)
    return [
        each for room in rooms for each in room.of_appointment(tx, id_, policy, now)
    ]


async def keep_lists(world: World, job: Job) -> Outcome:
    """Bring every card up to date that lists appointments of a professional."""
    standing = await world.database.read(
        list_postings.of_professional, job.professional, world.policy, world.now()
    )
    return await update_all(world, standing)


async def keep_offer_cards(world: World, job: Job) -> Outcome:
    standing, owed = await world.database.read(
        _of_offer, job.offer, world.policy, world.now()
    )
    for each in owed:
        await world.database.write(jobs.promise, each)
    return await update_all(world, standing)


def _of_offer(
    tx: Tx, id_: OfferId, policy: Policy, now: datetime
) -> tuple[list[Posting], list[Promise]]:
    """Give its cards, and what else is owed now of an offer that looks so."""
    standing = postings.of_offer(tx, id_, policy, now)
    return standing, lost_offers.owed(tx, id_, policy, now)


async def open_offers(world: World, job: Job) -> Outcome:
    """Owe the cards of open offers a look, some at a time."""
    some = await world.database.write(offer_looks.keep_some, job.payload, world.now())
    return Done(f"offers:{some}")


async def after_answer(world: World, job: Job) -> Outcome:
    """Look at a card that was the answer to a press, once Teams shows it."""
    standing = await world.database.write(
        list_postings.after_answer, job.payload, world.policy, world.now()
    )
    return await update_all(world, standing)


async def post(world: World, posting: Posting | None) -> Outcome:
    """Post a card, unless there is none to post or it stands already."""
    if posting is None:
        return Done("nothing")
    if posting.card.activity_id is not None:
        return Done("posted_before")
    card = draw(posting.view)
    activity = _activity(posting.view, card)
    if _in_channel(posting):
        return await _post_in_channel(world, posting, activity, fingerprint(card))
    return await reaching.post(world, posting, activity, fingerprint(card))


def _in_channel(posting: Posting) -> bool:
    return posting.conversation is not None and bool(posting.conversation.get("team"))


async def _post_in_channel(
    world: World, posting: Posting, activity: Activity, shown: int
) -> Outcome:
    """Begin a thread in a channel: what is refused there is told by no other way."""
    assert posting.conversation is not None
    to = Conversation(**posting.conversation)
    try:
        id_ = await world.outside.chat.send(to, activity)
    except ChatError as error:
        if error.status not in {_GONE, _NOT_THERE}:
            raise
        return Again(_IN_TEAM_SECONDS, why="app_not_in_team", counts=False)
    await world.database.write(
        standing_cards.posted, posting.card, id_, shown, world.now()
    )
    return Done("posted")


async def update_all(world: World, standing: list[Posting]) -> Outcome:
    """Bring cards up to date; one that cannot be holds up no other."""
    failed: ChatError | None = None
    for posting in standing:
        try:
            await update(world, posting)
        except ChatError as error:
            failed = error
    if failed is not None:
        raise failed
    return Done(f"cards:{len(standing)}")


async def update(world: World, posting: Posting) -> None:
    """Replace a card that no longer shows the present state."""
    card = draw(posting.view)
    print_ = fingerprint(card)
    known = posting.card
    if known.shown_version == print_ or posting.conversation is None:
        return
    assert known.activity_id is not None
    to = Conversation(**posting.conversation)
    # Whether it arrives is not known if nobody answers or the process dies: by then the
    # matter may be as it was before, and what was written down before would agree.
    sets_out = standing_cards.sets_out
    if not await world.database.write(sets_out, known, print_, world.now()):
        return
    try:
        await world.outside.chat.update(
            to, known.activity_id, _activity(posting.view, card)
        )
    except ChatError as error:
        if error.status == _GONE:
            await world.database.write(standing_cards.gone, known, world.now())
        elif error.status == _NOT_THERE and _in_channel(posting):
            pass  # The app is no longer in the team: nothing there is kept up.
        elif error.status == _NOT_THERE:
            why = why_refused(error.status, error.code, had_chat=True)
            assert why is not None
            await world.database.write(reach.closed, known.object_id, why, world.now())
        else:
            # It may have arrived all the same, and after another one.
            await world.database.write(chats.card_shown, known.key, chats.ON_ITS_WAY)
            raise
        return
    arrived = standing_cards.updated if _in_channel(posting) else _arrived
    await world.database.write(arrived, known, print_, world.now())


def _arrived(tx: Tx, card: PostedCard, shown: int, now: datetime) -> None:
    standing_cards.updated(tx, card, shown, now)
    reach.reached(tx, card.object_id, now)


def _activity(  # noqa: C901, PLR0911  one line a view
    view: View, card: Card
) -> Activity:
    match view:
        case AppointmentCard():
            return cards.activity(card, cards.news_of(view))
        case OlderNews() | HandedAway():
            return cards.activity(card, "appointment")
        case OfferCard():
            return cards.activity(card, "offer")
        case ConflictCard() | HandoverCard():
            answered = view.settled is not None
            return cards.activity(card, "appointment" if answered else "conflict")
        case MorningList():
            return cards.activity(card, "morning")
        case AwayCard() | AwayNews():
            return cards.activity(card, "absence")
        case CoverCard() | CoverNews():
            return cards.activity(card, "cover")
        case DeskDay():
            return cards.activity(card, "desk_day")
        case AlarmCard():
            return cards.activity(card, "alarm")
        case LateCard():
            return cards.activity(card, "late")
        case Notice():
            return cards.activity(card, "notice")
        case _:
            assert_never(view)
