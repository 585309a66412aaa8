"""Whom the bot cannot reach: what is kept of it, and what she is told instead.

A card that could not come into a chat is told by the activity feed or by mail, once; the
promise of it goes on waiting, and brings the card as it is when the chat is open again.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from booking.model import AppointmentId
from booking.policy import Policy
from booking.reach import NOT_INSTALLED, WAITS, Letter, Unreached, Way, Why, letter
from booking.spans import wall
from booking.views.absences import AwayNews
from booking.views.alarms import AlarmCard
from booking.views.handovers import HandedAway
from teams_app.actions import handover_views
from teams_app.actions.postings import Posting
from teams_app.actions.standing_cards import look_at_all
from teams_app.store import (
    absences,
    appointments,
    chats,
    directory,
    jobs,
    people,
    reach,
)
from teams_app.store.chats import PostedCard
from teams_app.store.database import Tx
from teams_app.store.reach import Told

#: How far a telling has come of which nobody knows whether it arrived.
MAYBE = reach.UNKNOWN


@dataclass(frozen=True, slots=True)
class Instead:
    """A card told otherwise: how far that has come, and what is said by each way."""

    told: Told
    why: Why
    chain: int  #: The feed shows one notice of the same chain, the last.
    link: str  #: Opens the right view of the tab.
    preview: str  #: May stand on a lock screen.
    mailbox: str  #: Her address, or an id by which Graph knows it.
    letter: Letter
    language: str
    repeat: bool  #: It was tried before, and may have gone out.


def begin(tx: Tx, card: PostedCard) -> bool:
    """Write down that a card is on its way into a chat.

    True: it was before, and nobody knows whether it arrived.
    """
    doubtful = card.shown_version == chats.ON_ITS_WAY
    if not doubtful:
        chats.card_shown(tx, card.key, chats.ON_ITS_WAY)
    return doubtful


def not_arrived(tx: Tx, card: PostedCard) -> None:
    """Write down that a card did not come into the chat."""
    chats.card_shown(tx, card.key, 0)


def removed(tx: Tx, object_id: str, now: datetime) -> None:
    """Keep that somebody took the app away: nobody gives it back but herself."""
    chats.forget_conversation(tx, object_id)
    reach.close(tx, object_id, Why.REMOVED, now)


def had_before(tx: Tx, object_id: str) -> bool:
    """Say whether somebody took the app away, as far as is known."""
    found = reach.closed(tx, object_id)
    return found is not None and found.why is Why.REMOVED


def closed(tx: Tx, object_id: str, why: Why, now: datetime) -> Why:
    """Keep that somebody's chat is closed to the bot; gives why.

    That she took the app away outlasts whatever else is refused, until she is back.
    """
    why = Why.REMOVED if had_before(tx, object_id) else why
    reach.close(tx, object_id, why, now)
    return why


def instead(  # noqa: PLR0913  the card, what it says, and why
    tx: Tx,
    posting: Posting,
    preview: str,
    why: Why,
    policy: Policy,
    now: datetime,
    *,
    doubtful: bool,
) -> Instead | None:
    """Give what is to be told otherwise. None: nothing, or it may have been told."""
    card = posting.card
    why = closed(tx, card.object_id, why, now)
    before = reach.find(tx, card.key)
    if doubtful and before is None:
        # It may stand in the chat: by another way it would be told twice.
        return None
    told = before or reach.intend(tx, card.key, card.object_id, now)
    if told.state == reach.TOLD:
        return None
    if told.state == reach.NOWHERE:
        # What was refused then may have been allowed since.
        told = replace(told, way=Way.FEED, state=reach.INTENDED)
    owner = people.professional_by_object_id(tx, card.object_id)
    language = handover_views.language_of(tx, card.object_id)
    link = where(tx, posting, policy, now)
    return Instead(
        told=told,
        why=why,
        chain=int.from_bytes(hashlib.sha256(card.key.encode()).digest()[:6]),
        link=link,
        preview=preview,
        mailbox=owner.mailbox if owner is not None else card.object_id,
        letter=letter(language, why, preview, link),
        language=language.value,
        repeat=before is not None,
    )


def where(tx: Tx, posting: Posting, policy: Policy, now: datetime) -> str:
    """Give the address at which a card's reader sees in the tab what it is about."""
    card = posting.card
    kind, _, number = card.subject.partition(":")
    if isinstance(posting.view, HandedAway | AlarmCard):
        # Whoever has it no more sees only who has; an outage is mended elsewhere.
        return _of_view(posting.view, policy)
    if kind in {"appointment", "obstacle_word"}:
        return policy.staff_url(_reference(tx, AppointmentId(int(number))))
    if kind == "conflict":
        return policy.view_url("question", number)
    if kind == "absence":
        found = absences.find(tx, int(number))
        if found is not None and isinstance(posting.view, AwayNews):
            today = wall(now, policy.zone).date()
            first = wall(found.span.start, policy.zone).date()
            return policy.view_url("team", str(max(first, today)))
        return policy.view_url("away")
    return policy.view_url("offers") if kind == "offer" else policy.tab_url


def _of_view(view: HandedAway | AlarmCard, policy: Policy) -> str:
    return view.url if isinstance(view, AlarmCard) else policy.tab_url


def _reference(tx: Tx, id_: AppointmentId) -> str:
    return appointments.load(tx, id_).reference


def unclear(tx: Tx, told: Told, now: datetime) -> None:
    """Write down that nobody answered: it may have been told."""
    reach.save(tx, replace(told, state=reach.UNKNOWN), now)


def next_way(tx: Tx, told: Told, now: datetime) -> Told:
    """Go on by mail, where the feed has refused."""
    onward = replace(told, way=Way.MAIL, state=reach.INTENDED)
    reach.save(tx, onward, now)
    return onward


def was_told(tx: Tx, told: Told, now: datetime) -> None:
    """Write down that somebody was told otherwise."""
    reach.save(tx, replace(told, state=reach.TOLD), now)
    reach.told_by(tx, told.object_id, told.way)


def nowhere(tx: Tx, told: Told, now: datetime) -> None:
    """Write down that every way was refused. Health says so; the card waits."""
    reach.save(tx, replace(told, state=reach.NOWHERE), now)
    reach.told_by(tx, told.object_id, Way.NONE)


def is_given_up(card: PostedCard, now: datetime) -> bool:
    """Say whether a card has waited so long for a chat that nobody needs it any more."""
    return card.intended + WAITS <= now


def reached(tx: Tx, object_id: str, now: datetime) -> None:
    """Hear that somebody's chat is open: what waits for it comes as it now is."""
    if not reach.reopen(tx, object_id):
        return
    jobs.hurry(tx, NOT_INSTALLED)
    for subject in reach.stale_subjects(tx, object_id):
        look_at_all(tx, subject, now)


def known_chat(tx: Tx, object_id: str) -> tuple[chats.Chat | None, bool]:
    """Give somebody's chat as it was last seen, and whether it is said to be closed."""
    return chats.chat(tx, object_id), reach.closed(tx, object_id) is not None


def colleagues(tx: Tx, object_id: str) -> list[str]:
    """Give a few who have the app, by whom its place in the catalogue is learnt.

    Who has left may be unknown to Entra by now.
    """
    return chats.others_reached(tx, object_id, 3)


def unreached(tx: Tx) -> tuple[Unreached, ...]:
    """Give everybody whose chat is closed and who works with Vuoro, by name."""
    known = directory.known(tx)
    found = []
    for each in reach.everybody_closed(tx):
        owner = people.professional_by_object_id(tx, each.object_id)
        other = known.get(each.object_id)
        if owner is None and not people.units_supervised(tx, each.object_id):
            continue
        if other is not None and other.left is not None:
            continue
        name = owner.name if owner is not None else other.name if other else ""
        found.append(
            Unreached(
                each.object_id, name or each.object_id, each.since, each.why, each.way
            )
        )
    return tuple(found)
