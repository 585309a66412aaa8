"""What is shown of a hand-over: the question to those asked, and what is left of it."""

from dataclasses import replace
from datetime import datetime

from booking.handover import Doubt
from booking.model import CANCELLED, Appointment, Language
from booking.policy import Policy
from booking.views.cards import AppointmentCard, ConflictCard, ConflictKind
from booking.views.handovers import HandedAway, HandoverCard, PassedOn
from teams_app.actions import (
    access,
    already_told,
    history,
    lost_meetings,
    older_news,
    staff_views,
    takers,
)
from teams_app.actions.questions import is_removed, is_too_long
from teams_app.actions.takers import Wanted
from teams_app.store import admins_seen, appointments, chats, copies, people
from teams_app.store.chats import PostedCard
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx

#: In which somebody reads of whom neither tab nor Teams has said it.
_OTHERWISE = Language.FI


def question(
    tx: Tx,
    conflict: Conflict,
    person: str,
    policy: Policy,
    now: datetime,
    *,
    language: Language | None = None,
) -> HandoverCard:
    """Show the question as it is put to one of those who are asked."""
    found = appointments.load(tx, conflict.appointment)
    taker = people.professional(tx, conflict.professional)
    time = conflict.moved_to or found.span
    language = language or language_of(tx, person)
    doubts = _doubts(tx, conflict, found, policy, now)
    late, removed = lost_meetings.is_late(tx, found, now), is_removed(tx, found)
    view = HandoverCard(
        language=language,
        conflict=conflict.id,
        version=conflict.version,
        reference=found.reference,
        service=people.service(tx, found.service).name.in_(language),
        start=found.span.start,
        end=found.span.end,
        giver=people.professional(tx, found.professional).name,
        taker=taker.name,
        to_reader=taker.object_id == person,
        removed=removed,
        new_time=(time.start, time.end) if Doubt.TIME in doubts else None,
        too_long=is_too_long(found, time),
        doubts=doubts,
        agreed_doubts=_of_agreed(tx, conflict, found, policy, now),
        pause=takers.pause(tx, Wanted(found, taker.id, time), policy, now),
        agreed_over=found.span.end <= now,
        new_over=time.end <= now,
        late=late and not removed and not conflict.settled,
        lost=late and removed and not conflict.settled,
        settled=conflict.settled,
        since=_since(tx, conflict, found, person),
        hers=_hers(tx, conflict, person, policy, now),
        url=policy.view_url("question", f"{conflict.id}"),
    )
    return _told_besides(tx, view, conflict, now)


def _told_besides(
    tx: Tx, view: HandoverCard, conflict: Conflict, now: datetime
) -> HandoverCard:
    """Say besides how the copy came, and why its client is sent nothing, if she is not."""
    known = already_told.settled(tx, conflict, now)
    return replace(view, invited=_is_invited(tx, conflict), known=known)


def _is_invited(tx: Tx, conflict: Conflict) -> bool:
    copy = copies.find(tx, conflict.professional, conflict.event_id or "")
    return copy is not None and copy.invited


def _since(
    tx: Tx, conflict: Conflict, found: Appointment, person: str
) -> PassedOn | None:
    """Say whether it is off, or with another than the answer left it with, and whom."""
    if conflict.settled is None:
        return None
    if found.status in CANCELLED:
        return PassedOn.CANCELLED
    if _is_where_left(tx, conflict, found):
        return None
    owner = people.professional(tx, found.professional)
    return PassedOn.TO_READER if owner.object_id == person else PassedOn.TO_ANOTHER


def _is_where_left(tx: Tx, conflict: Conflict, found: Appointment) -> bool:
    if conflict.settled == "handed_over":
        return found.professional == conflict.professional
    answered = conflict.settled_at or conflict.raised
    left = history.first_had_by(tx, found.id, answered)
    return left is None or left == found.professional


def language_of(tx: Tx, person: str) -> Language:
    """Give in which language somebody of the staff reads what we write to her.

    Who meets no clients has set none: it is that of her tab, or else of her Teams.
    """
    known = people.professional_by_object_id(tx, person)
    if known is not None:
        return known.language
    seen = admins_seen.find(tx, person)
    if seen is not None:
        return seen.language
    chat = chats.chat(tx, person)
    return (chat.language if chat is not None else None) or _OTHERWISE


def _doubts(
    tx: Tx, conflict: Conflict, found: Appointment, policy: Policy, now: datetime
) -> tuple[Doubt, ...]:
    if conflict.settled is not None:
        return ()
    time = conflict.moved_to or found.span
    return takers.against(tx, Wanted(found, conflict.professional, time), policy, now)


#: What may stand against one time of hers and not against another.
_OF_A_TIME = frozenset({Doubt.BUSY, Doubt.PAUSE, Doubt.HOURS})


def _of_agreed(
    tx: Tx, conflict: Conflict, found: Appointment, policy: Policy, now: datetime
) -> tuple[Doubt, ...]:
    """Say what stands against the agreed time, where the copy has another."""
    if conflict.settled is not None or conflict.moved_to in {None, found.span}:
        return ()
    wanted = Wanted(found, conflict.professional, found.span)
    every = takers.against(tx, wanted, policy, now)
    return tuple(each for each in every if each in _OF_A_TIME)


def _hers(
    tx: Tx, conflict: Conflict, person: str, policy: Policy, now: datetime
) -> AppointmentCard | None:
    found = appointments.load(tx, conflict.appointment)
    owner = people.professional(tx, found.professional)
    if conflict.settled != "handed_over" or owner.object_id != person:
        return None
    return staff_views.appointment_card(tx, found, policy, now)


def no_longer_hers(tx: Tx, found: Appointment, person: str) -> bool:
    """Say whether somebody's card shows an appointment that a colleague has now."""
    owner = people.professional(tx, found.professional)
    return not access.concerns(tx, person, owner)


def handed_away(tx: Tx, found: Appointment, person: str) -> HandedAway:
    """Show to whom an appointment has gone, and nothing of its client."""
    kept = copies.kept_meeting(tx, found.id)
    reader = people.professional_by_object_id(tx, person)
    holder = kept.professional if kept is not None else None
    return HandedAway(
        language=language_of(tx, person),
        reference=found.reference,
        start=found.span.start,
        end=found.span.end,
        taker=people.professional(tx, found.professional).name,
        kept=reader is not None and reader.id == holder,
        cancelled=found.status in CANCELLED,
    )


def left_on(tx: Tx, card: PostedCard, found: Appointment) -> HandedAway:
    """Show on a card who has it now; of several in a chat the newest alone says so."""
    away = handed_away(tx, found, card.object_id)
    return replace(away, older=older_news.is_overtaken(tx, card, found))


def on_card(
    tx: Tx, conflict: Conflict, person: str, policy: Policy, now: datetime
) -> HandoverCard | HandedAway | ConflictCard:
    """Show a question about an appointment on the card of one of its readers."""
    if conflict.kind is ConflictKind.COPIED:
        return question(tx, conflict, person, policy, now)
    found = appointments.load(tx, conflict.appointment)
    if no_longer_hers(tx, found, person):
        return handed_away(tx, found, person)
    return staff_views.conflict_card(tx, conflict, policy, now)
