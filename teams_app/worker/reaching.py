"""Bringing a card into somebody's chat, or telling her of it by another way.

The chat comes first, each time: who lacks the app is given it through Graph, unless she
took it away herself. What the chat refuses is told in her activity feed, and what that
refuses too, by mail from the sender's address. Where it may have arrived although nobody
answered, it is told by no other way.
"""

import logging
from dataclasses import asdict
from datetime import datetime

from booking.reach import NOT_INSTALLED, Way, Why, why_refused
from graph_sync.graph import (
    Forbidden,
    Gone,
    GraphError,
    Mail,
    NoMailbox,
    Refused,
    Unanswered,
    Unavailable,
)
from graph_sync.teamwork import Told as Notice
from teams_app.actions import reach, standing_cards
from teams_app.actions.postings import Posting
from teams_app.actions.reach import Instead
from teams_app.errands import World
from teams_app.outside import Activity, ChatError, Conversation
from teams_app.store import chats
from teams_app.store.chats import PostedCard
from teams_app.store.database import Tx
from teams_app.worker import UNANSWERED, UNANSWERED_SECONDS, Again, Done, Outcome

log = logging.getLogger("vuoro.worker")

#: So much later a chat that is closed is tried again by itself.
TRIED_AGAIN_SECONDS = 3600.0
#: The same where nothing could be told at all.
NOWHERE_SECONDS = 300.0
#: How Graph says that something will not be had, however often it is asked for.
_WILL_NOT = (Forbidden, Gone, NoMailbox, Refused)


class _Closed(Exception):
    """Somebody's chat is closed to the bot."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


async def post(
    world: World, posting: Posting, activity: Activity, shown: int
) -> Outcome:
    """Post a card that stands nowhere yet, or see that its reader is told otherwise."""
    doubtful = await world.database.write(reach.begin, posting.card)
    try:
        id_ = await _into_chat(world, posting, activity, doubtful=doubtful)
    except _Closed as closed:
        return await _otherwise(world, posting, activity, closed.why, doubtful=doubtful)
    except ChatError as error:
        if error.refused and not doubtful:
            await world.database.write(reach.not_arrived, posting.card)
        raise
    await world.database.write(_stands, posting.card, id_, shown, world.now())
    return Done("posted")


def _stands(tx: Tx, card: PostedCard, id_: str, shown: int, now: datetime) -> None:
    standing_cards.posted(tx, card, id_, shown, now)
    reach.reached(tx, card.object_id, now)


async def _into_chat(
    world: World, posting: Posting, activity: Activity, *, doubtful: bool
) -> str:
    """Send to where her chat is, or to a new one.

    Raises _Closed, or the error of the connector's or of Graph's.
    """
    person, known = posting.card.object_id, posting.conversation
    if known is not None:
        try:
            return await world.outside.chat.send(Conversation(**known), activity)
        except ChatError as error:
            why = why_refused(error.status, error.code, had_chat=True)
            if why is None:
                raise
            if why is not Why.MISSING:
                raise _Closed(why) from error
            # The chat is not where it was.
            await world.database.write(chats.forget_conversation, person)
    to = await _found_place(world, posting.card, doubtful=doubtful)
    try:
        id_ = await world.outside.chat.send(to, activity)
    except ChatError as error:
        why = why_refused(error.status, error.code, had_chat=False)
        if why is None:
            raise
        raise _Closed(why) from error
    await world.database.write(chats.save_conversation, person, asdict(to))
    return id_


async def _found_place(
    world: World, card: PostedCard, *, doubtful: bool
) -> Conversation:
    try:
        return await _opened(world, card.object_id)
    except (ChatError, GraphError):
        # Nothing was sent yet, so that another way stays open.
        if not doubtful:
            await world.database.write(reach.not_arrived, card)
        raise


async def _opened(world: World, person: str) -> Conversation:
    """Open the chat with somebody, giving her the app where she never had it."""
    try:
        return await world.outside.chat.create(world.policy.tenant_id, person)
    except ChatError as error:
        why = why_refused(error.status, error.code, had_chat=False)
        if why is None:
            raise
        if why is Why.BLOCKED:
            raise _Closed(why) from error
    if await world.database.read(reach.had_before, person):
        raise _Closed(Why.REMOVED)
    try:
        return await _given_the_app(world, person)
    except _WILL_NOT as refused:
        raise _Closed(why) from refused


async def _given_the_app(world: World, person: str) -> Conversation:
    """Install the app for somebody through Graph, and find the chat with her."""
    teams = world.outside.teams
    chat = await teams.chat(person)
    if chat is None:
        colleagues = await world.database.read(reach.colleagues, person)
        await teams.install(person, colleagues)
        chat = await teams.chat(person)
    if chat is None:
        raise Unavailable("NotYet", "the app was installed and is not there yet")
    return world.outside.chat.found(world.policy.tenant_id, chat)


async def _otherwise(
    world: World, posting: Posting, activity: Activity, why: Why, *, doubtful: bool
) -> Outcome:
    card, told = posting.card, True
    instead = await world.database.write(
        reach.instead,
        posting,
        str(activity.get("summary", "")),
        why,
        world.policy,
        world.now(),
        doubtful=doubtful,
    )
    if instead is not None:
        try:
            told = await _told(world, instead)
        except Unanswered:
            # It may lie among what was sent, but not at once.
            return Again(UNANSWERED_SECONDS, why=UNANSWERED)
    if not doubtful:
        await world.database.write(reach.not_arrived, card)
    if reach.is_given_up(card, world.now()):
        return Done(f"unreached:{why.value}")
    seconds = TRIED_AGAIN_SECONDS if told else NOWHERE_SECONDS
    return Again(seconds, why=NOT_INSTALLED, counts=False)


async def _told(world: World, instead: Instead) -> bool:
    """Tell by feed, and where that is refused by mail. False: by neither."""
    told, database = instead.told, world.database
    if told.way is Way.FEED:
        if await _in_the_feed(world, instead):
            await database.write(reach.was_told, told, world.now())
            return True
        if told.state == reach.MAYBE:
            return True
        told = await database.write(reach.next_way, told, world.now())
    if await _by_mail(world, instead):
        await database.write(reach.was_told, told, world.now())
        return True
    await database.write(reach.nowhere, told, world.now())
    return False


async def _in_the_feed(world: World, instead: Instead) -> bool:
    notice = Notice("Vuoro", instead.preview, instead.link, instead.chain)
    try:
        await world.outside.teams.notify(instead.told.object_id, notice)
    except _WILL_NOT:
        return False
    except Unavailable:
        await world.database.write(reach.unclear, instead.told, world.now())
        raise
    return True


async def _by_mail(world: World, instead: Instead) -> bool:
    """Send the mail, unless it lies among those sent. False: it was refused for good."""
    graph, sender, letter = world.outside.graph, world.policy.sender, instead.letter
    key = f"reach:{instead.told.key}"
    if instead.repeat and await graph.sent(sender, key):
        return True
    try:
        to = await _address(world, instead.mailbox)
        if not to:
            return False
        await graph.send(
            Mail(
                key=key,
                sender=sender,
                to=to,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                language=instead.language,
            )
        )
    except _WILL_NOT as refused:
        log.warning("mail refused", extra={"code": refused.code})
        return False
    return True


async def _address(world: World, mailbox: str) -> str:
    if "@" in mailbox:
        return mailbox
    return await world.outside.teams.address(mailbox)
