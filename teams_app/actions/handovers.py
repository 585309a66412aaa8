"""Appointments that change hands, in Outlook or by a card.

Graph does not say who dragged an event. Copied to a colleague *and* gone from its own
calendar, where the units trust calendar rights and nothing stands against it, it is
handed over at once. Everything else is a question to the colleague and to the unit's
supervisors, and the client hears nothing before somebody has answered. Either way the
copy is replaced by an event of ours: there are never two for long.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking import handover as rules
from booking.appointments import (
    Actor,
    Change,
    NotOpen,
    Past,
    Tell,
    TooLong,
)
from booking.calendar import Event
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import Span
from booking.views.cards import ConflictKind
from teams_app.actions import (
    access,
    conflicts,
    copying,
    events,
    handover_reminders,
    lost_meetings,
    questions,
    takers,
)
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.copying import ASIDE, STAYS, UNWANTED
from teams_app.actions.questions import DELETED
from teams_app.actions.settle import UNDONE, keep_cards, moved, owe_calendar, settle
from teams_app.actions.takers import Wanted
from teams_app.store import appointments, calendars, chats, copies, jobs, log, people
from teams_app.store import conflicts as conflict_rows
from teams_app.store.conflicts import Conflict
from teams_app.store.copies import Copy
from teams_app.store.database import Stale, Tx
from teams_app.store.jobs import Promise

#: A copy alone may be half of a drag: the other half is waited for so long.
DRAGGING = timedelta(minutes=2)
#: Whom the log names where Graph does not say who it was.
NOBODY_KNOWN = "outlook:actor_unknown"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at both calendars found."""

    event: Event
    wanted: Wanted
    removed: bool  #: Ours is gone from its own calendar.
    around: Sequence[Event]  #: What the colleague's calendar holds then.


def decide(tx: Tx, seen: Seen, policy: Policy, now: datetime) -> str:
    """Hand over what is clear, and ask about the rest. Gives what was done."""
    wanted = seen.wanted
    # First of all: the rows of either calendar that are written here, a pull that lays
    # a page there writes too.
    appointments.lock(tx, wanted.appointment.professional, wanted.to)
    found = appointments.load(tx, wanted.appointment.id)
    if (found.version, found.in_calendar) != (wanted.appointment.version, True):
        # Looked at for the first time it is none of the copies that are known.
        jobs.promise(tx, copying.look(wanted.to, seen.event.id, now))
        copying.look_again(tx, found.id, now)
        return "changed_meanwhile"
    known = copies.find(tx, wanted.to, seen.event.id)
    copy = Copy(
        wanted.to,
        seen.event.id,
        found.id,
        wanted.time,
        invited=seen.event.invited,
        seen=known.seen if known is not None else now,
    )
    copies.save(tx, copy)
    if seen.removed:
        _is_gone(tx, found, now)
    doubts = takers.against(tx, wanted, policy, now, seen.around)
    clear = not doubts and not copy.invited and _trusted(tx, found, wanted.to)
    if clear and seen.removed:
        order = Order(found, wanted.to, wanted.time, Actor.OUTLOOK, NOBODY_KNOWN)
        if isinstance(carry_out(tx, order, now), Appointment):
            return "handed_over"
    if seen.removed:
        lost_meetings.make_anew(tx, found, copy, now)
    waits = clear and not seen.removed
    _ask(tx, copy, found, now, due=copy.seen + DRAGGING if waits else now)
    return "asked"


def _is_gone(tx: Tx, found: Appointment, now: datetime) -> None:
    """Take down that our event is gone; the question about it is the copy's now."""
    link = calendars.link(tx, found.id, found.professional)
    if link is None or link.event_id is None:
        return
    calendars.drop_busy(tx, found.professional, link.event_id)
    calendars.save_link(tx, replace(link, event_id=None, problem=DELETED))
    jobs.promise(tx, keep_cards(found.id, now))


def _trusted(tx: Tx, found: Appointment, to: ProfessionalId) -> bool:
    units = {people.professional(tx, each).unit for each in (found.professional, to)}
    return all(people.unit(tx, unit).trusts_calendars for unit in units)


def _ask(
    tx: Tx, copy: Copy, found: Appointment, now: datetime, *, due: datetime
) -> None:
    """Ask the colleague and the unit's supervisors, in place of who lost the event."""
    conflict = conflicts.copied(tx, copy, now)
    for each in conflict_rows.open_of(tx, found.id):
        if each.kind is ConflictKind.DELETED:
            questions.close(tx, each, questions.WITH_COLLEAGUE, now)
    for object_id in takers.asked(tx, found, copy.professional):
        jobs.promise(
            tx,
            Promise(
                "ask_handover",
                f"ask:{conflict.id}:{object_id}",
                due=due,
                payload={"conflict": conflict.id, "person": object_id},
                appointment=found.id,
                expires=questions.until(conflict, found),
                again=True,
            ),
        )
    handover_reminders.promise(tx, conflict, found, due)
    jobs.promise(tx, keep_cards(found.id, now))


def forget(tx: Tx, professional: ProfessionalId, event_id: str, now: datetime) -> None:
    """An event no longer stands for an appointment: it is gone, or was made another."""
    copy = copies.find(tx, professional, event_id)
    if copy is None:
        return
    copies.drop(tx, professional, event_id)
    if copy.settled == ASIDE:
        return
    for each in conflict_rows.open_of(tx, copy.appointment):
        if (each.kind, each.event_id) == (ConflictKind.COPIED, event_id):
            questions.close(tx, each, "overtaken", now)
            jobs.promise(tx, keep_cards(copy.appointment, now))
    waited = questions.answered_elsewhere(
        tx, copy.appointment, questions.COPY_GONE, now
    )
    if not ask_about_deletion(tx, copy.appointment, now):
        _tell_outcome(tx, waited, now)


def _tell_outcome(tx: Tx, waited: Collection[Conflict], now: datetime) -> None:
    """Owe her whose event was gone the news of what others have answered, once.

    Only where a card of hers says that they are being asked.
    """
    for each in waited:
        if not chats.cards_of(tx, f"conflict:{each.id}"):
            continue
        ends = questions.until(each, appointments.load(tx, each.appointment))
        jobs.promise(
            tx,
            Promise(
                "tell_outcome",
                f"tell_outcome:{each.id}",
                due=now,
                payload={"conflict": each.id},
                appointment=each.appointment,
                expires=ends,
            ),
        )


def ask_about_deletion(tx: Tx, id_: AppointmentId, now: datetime) -> bool:
    """Our event is gone, and no copy explains it any more: ask whose it was.

    False: there is nothing to ask.
    """
    found = appointments.find(tx, id_)
    if found is None or not found.in_calendar or found.span.end <= now:
        return False
    link = calendars.link(tx, id_, found.professional)
    open_ = {each.kind for each in conflict_rows.open_of(tx, id_)}
    asked_already = bool(open_ & {ConflictKind.COPIED, ConflictKind.DELETED})
    if link is None or link.problem != DELETED or asked_already:
        return False
    conflicts.deleted(tx, id_, found.professional, now)
    return True


def unseen(tx: Tx, professional: ProfessionalId, event_id: str, now: datetime) -> None:
    """A copy could not be looked at: what is known without it is asked."""
    copy = copies.find(tx, professional, event_id)
    if copy is not None:
        ask_about_deletion(tx, copy.appointment, now)


def removed(tx: Tx, professional: ProfessionalId, event_id: str, now: datetime) -> None:
    """We have removed a copy ourselves: its echo is no news."""
    events.remember_removal(tx, professional, event_id, now)
    copies.drop(tx, professional, event_id)


# Doing it.


@dataclass(frozen=True, slots=True)
class Order:
    """One appointment, to whom and when it goes, and on whose word."""

    appointment: Appointment
    to: ProfessionalId
    time: Span
    by: Actor
    who: str  #: For the log.
    tell: Tell = Tell.YES
    #: So much later the client hears of it: until then it can be undone unheard.
    grace: timedelta = timedelta(0)
    undoes: int | None = None  #: The version of which it takes back what was done.


def carry_out(
    tx: Tx, order: Order, now: datetime
) -> Appointment | NotOpen | Past | TooLong:
    """Hand an appointment over. Raises Overlap when the colleague has another then.

    Raises Stale where it is not the version any more that the order names.
    The meeting of somebody who may already be waiting in it is kept.
    """
    appointments.lock(tx, order.appointment.professional, order.to)
    before = appointments.load(tx, order.appointment.id)
    if before.version != order.appointment.version:
        raise Stale  # handed over or moved since it was read here: read again
    after = rules.hand_over(before, order.to, order.time, now)
    if not isinstance(after, Appointment):
        return after
    appointments.drop_lapsed(tx, order.to, now, after.guarded)
    _keep_meeting(tx, before, after, now)
    answered = conflict_rows.open_of(tx, before.id)
    for each in answered:
        questions.close(tx, each, "handed_over", now)
    questions.answered_elsewhere(tx, before.id, "handed_over", now)
    link = calendars.link(tx, before.id, before.professional)
    if link is not None and link.problem == DELETED:
        calendars.drop_link(tx, before.id, before.professional)
    settle(tx, _change(order, before, after, now))
    if after.span.start <= now and lost_meetings.is_lost(tx, after, now):
        # She may be sitting there; of the colleague her link tells her.
        lost_meetings.tell(tx, after, now)
    _one_card_each(tx, before, after, answered)
    what = "hand_over_in_outlook" if order.by is Actor.OUTLOOK else _word(order)
    whom = f"professional:{before.professional}>{after.professional}"
    log.record(
        tx,
        at=now,
        who=order.who,
        what=what,
        subject=f"appointment:{after.id}",
        source=whom
        if before.span == after.span
        else f"{whom}:{moved(before.span, after.span)}",
    )
    return after


def _word(order: Order) -> str:
    return "hand_over" if order.undoes is None else UNDONE


def _change(
    order: Order, before: Appointment, after: Appointment, now: datetime
) -> Change:
    tell = order.tell if after.span.start > now else Tell.NO
    return Change(
        before,
        after,
        order.by,
        now,
        _word(order),
        tell,
        who=order.who,
        grace=order.grace,
        undoes=order.undoes,
    )


def _keep_meeting(
    tx: Tx, before: Appointment, after: Appointment, now: datetime
) -> None:
    """Keep the meeting of a client who may be on her way, where it still stands."""
    if copies.kept_meeting(tx, before.id) is not None:
        return
    meeting = lost_meetings.to_keep(tx, before, after.span, now)
    if meeting is not None:
        copies.keep_meeting(tx, meeting)


def _one_card_each(
    tx: Tx, before: Appointment, after: Appointment, answered: Collection[Conflict]
) -> None:
    """Announce it to whom no card about it stands with yet."""
    shown = {
        card.object_id
        for each in answered
        for card in chats.cards_of(tx, f"conflict:{each.id}")
    }
    kept = [
        f"announce:{after.id}:{after.version}:{each}"
        for each in (before.professional, after.professional)
        if people.professional(tx, each).object_id not in shown
    ]
    jobs.withdraw(tx, after.id, kinds=("announce",), keep=kept)


# Answering on a card.


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: on which question, in which version, by whom."""

    conflict: int
    version: int
    person: str  #: Object id.
    agreed: bool = False  #: At the time that was agreed, whatever the copy says.


def open_question(tx: Tx, reply: Reply) -> Conflict | Unanswerable:
    """Give the question somebody answers, if she may and it still stands so."""
    found = conflict_rows.find(tx, reply.conflict)
    if found is None or found.kind is not ConflictKind.COPIED:
        return Unanswerable("gone")
    if found.settled is not None:
        return found
    if not may_answer(tx, found, reply.person):
        return Unanswerable("not_yours")
    if found.version != reply.version:
        return Unanswerable("overtaken")
    return found


def may_answer(tx: Tx, found: Conflict, person: str) -> bool:
    """Say whether somebody is asked about a hand-over."""
    appointment = appointments.load(tx, found.appointment)
    return person in takers.asked(tx, appointment, found.professional)


def may_read(tx: Tx, found: Conflict, person: str) -> bool:
    """Say whether the question, or what came of it, is somebody's to read."""
    if found.kind is not ConflictKind.COPIED:
        return False
    readers = {card.object_id for card in chats.cards_of(tx, f"conflict:{found.id}")}
    return person in readers or may_answer(tx, found, person)


def ahead(tx: Tx, reply: Reply) -> tuple[Wanted, Collection[str]] | None:
    """Say which time is to be looked at before an answer is taken."""
    found = open_question(tx, reply)
    if isinstance(found, Unanswerable) or found.settled is not None:
        return None
    wanted = _wanted(tx, found, agreed=reply.agreed)
    return wanted, takers.ignoring(tx, wanted)


def _wanted(tx: Tx, found: Conflict, *, agreed: bool) -> Wanted:
    appointment = appointments.load(tx, found.appointment)
    time = appointment.span if agreed else (found.moved_to or appointment.span)
    return Wanted(appointment, found.professional, time)


def take(tx: Tx, reply: Reply, now: datetime) -> Answer:
    """Hand over, as somebody who may has said."""
    found = open_question(tx, reply)
    if isinstance(found, Unanswerable) or found.settled is not None:
        return found
    wanted = _wanted(tx, found, agreed=reply.agreed)
    return _handed(tx, found, wanted, access.named(reply.person), now)


def _handed(tx: Tx, found: Conflict, wanted: Wanted, who: str, now: datetime) -> Answer:
    order = Order(wanted.appointment, wanted.to, wanted.time, Actor.PROFESSIONAL, who)
    done = carry_out(tx, order, now)
    if isinstance(done, Past):
        return Unanswerable("past")
    if isinstance(done, TooLong):
        return Unanswerable("too_long")
    if isinstance(done, NotOpen):
        return Unanswerable("overtaken")
    settled = conflict_rows.find(tx, found.id)
    assert settled is not None
    return settled


def leave(tx: Tx, reply: Reply, now: datetime) -> Answer:
    """Leave the appointment with whom it is; her event comes back, the copy goes.

    A colleague who was invited stays invited.
    """
    found = open_question(tx, reply)
    if isinstance(found, Unanswerable) or found.settled is not None:
        return found
    appointment = appointments.load(tx, found.appointment)
    if questions.is_over(found, appointment, now):
        return Unanswerable("past")
    assert found.event_id is not None
    copy = copies.find(tx, found.professional, found.event_id)
    if copy is not None:
        copies.save(tx, replace(copy, settled=STAYS if copy.invited else UNWANTED))
        jobs.promise(tx, copying.look(copy.professional, copy.event_id, now))
    link = calendars.link(tx, appointment.id, appointment.professional)
    if link is not None and link.problem == DELETED:
        questions.make_anew(tx, link)
        owe_calendar(tx, appointment.id, appointment.professional, now)
    waited = questions.answered_elsewhere(tx, appointment.id, "put_back", now)
    if reply.person != people.professional(tx, appointment.professional).object_id:
        _tell_outcome(tx, waited, now)
    jobs.promise(tx, keep_cards(appointment.id, now))
    log.record(
        tx,
        at=now,
        who=access.named(reply.person),
        what="hand_over_refused",
        subject=f"appointment:{appointment.id}",
        source=f"professional:{appointment.professional}",
    )
    return questions.close(tx, found, "put_back", now)


def hand(tx: Tx, conflict: Conflict, wanted: Wanted, who: str, now: datetime) -> Answer:
    """Hand to a colleague, as the professional says on the card of a collision.

    `wanted`: what was looked at in her calendar. While that was read, somebody may have
    answered, or moved the appointment to a time that nobody has looked at.
    """
    found = conflict_rows.find(tx, conflict.id)
    if found is None:
        return Unanswerable("overtaken")
    if found.settled is not None:
        return found
    if found.version != conflict.version:
        return Unanswerable("outdated")
    appointment = appointments.load(tx, found.appointment)
    stands = (appointment.professional, appointment.span)
    if stands != (found.professional, wanted.time):
        return Unanswerable("overtaken")
    return _handed(tx, found, replace(wanted, appointment=appointment), who, now)


def chosen(
    tx: Tx, conflict: Conflict, to: ProfessionalId, policy: Policy, now: datetime
) -> Wanted | None:
    """Say what is to be looked at; None: she is none of those who could take it."""
    appointment = appointments.load(tx, conflict.appointment)
    free = {each.id for each in takers.colleagues(tx, appointment, policy, now)}
    return Wanted(appointment, to, appointment.span) if to in free else None
