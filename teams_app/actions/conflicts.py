"""Changes made in Outlook that a person must decide about.

What the professional did there is never undone and never passed on to the client by
itself: a question is raised, the event is left alone until it is answered, and the
answer is one of the verbs below. Answering twice does nothing the second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking import appointments as life
from booking.appointments import (
    Actor,
    Change,
    NotOpen,
    Past,
    TooLong,
)
from booking.availability import Guarded
from booking.calendar import Event
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import Span
from booking.views.cards import ConflictKind
from teams_app.actions import booking, copying, events, questions
from teams_app.actions import calendars as times
from teams_app.actions.questions import (
    ASKED,
    CHOOSING,
    DELETED,
    HOLDS,
    KEPT,
    MOVED,
    choosing,
)
from teams_app.actions.settle import (
    keep_cards,
    look_when_past,
    owe_calendar,
    redraw_when_holds_lapse,
    settle,
)
from teams_app.store import appointments, calendars, conflicts, copies, jobs
from teams_app.store.calendars import Link
from teams_app.store.conflicts import Conflict
from teams_app.store.copies import Copy
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

# Raising them.


def vanished(
    tx: Tx, id_: AppointmentId, professional: ProfessionalId, now: datetime
) -> Conflict | None:
    """Our event is gone from the mailbox; Graph said so when asked by its id.

    Where it was to go anyway, that settles it.
    """
    link = calendars.link(tx, id_, professional)
    if link is None or link.event_id is None:
        return None
    calendars.drop_busy(tx, professional, link.event_id)
    jobs.promise(tx, keep_cards(id_, now))
    if not _stands_here(tx, id_, professional):
        calendars.drop_link(tx, id_, professional)
        _meeting_lost(tx, id_, professional, now)
        return None
    calendars.save_link(tx, replace(link, event_id=None, problem=DELETED))
    if copying.look_again(tx, id_, now):
        # It stands in a colleague's calendar: what that means is seen there.
        return None
    return deleted(tx, id_, professional, now)


def _meeting_lost(
    tx: Tx, id_: AppointmentId, holder: ProfessionalId, now: datetime
) -> None:
    """The event that kept a meeting for a colleague is gone: she gets one of her own."""
    kept = copies.kept_meeting(tx, id_)
    if kept is None or kept.professional != holder:
        return
    copies.drop_meeting(tx, id_)
    owe_calendar(tx, id_, appointments.load(tx, id_).professional, now)


def deleted(
    tx: Tx, id_: AppointmentId, professional: ProfessionalId, now: datetime
) -> Conflict:
    """Ask about an event that is gone and stands nowhere else."""
    return _raise(tx, id_, professional, ConflictKind.DELETED, None, None, now)


def copied(tx: Tx, copy: Copy, now: datetime) -> Conflict:
    """Raise the question of a copy; who is asked, and when, is the caller's to say."""
    for known in conflicts.open_of(tx, copy.appointment):
        if known.kind is not ConflictKind.COPIED:
            continue
        same = (known.professional, known.event_id, known.moved_to)
        if same == (copy.professional, copy.event_id, copy.span):
            return known
        if same[:2] != (copy.professional, copy.event_id):
            questions.close(tx, known, "overtaken", now)
    about = appointments.load(tx, copy.appointment)
    redraw_when_holds_lapse(tx, about, copy.span, now)
    # Until then the colleague may still take it where it was moved to.
    jobs.promise(tx, look_when_past(copy.appointment, copy.span.end))
    return conflicts.raise_(
        tx,
        appointment=copy.appointment,
        professional=copy.professional,
        kind=ConflictKind.COPIED,
        moved_to=copy.span,
        event_id=copy.event_id,
        now=now,
    )


def moved(
    tx: Tx, link: Link, time: Span, change_key: str, now: datetime
) -> Conflict | None:
    """Our event stands at another time than the appointment."""
    if not _stands_here(tx, link.appointment, link.professional):
        return None
    calendars.save_link(tx, replace(link, problem=MOVED, change_key=change_key))
    return _raise(
        tx,
        link.appointment,
        link.professional,
        ConflictKind.MOVED,
        time,
        link.event_id,
        now,
    )


def moved_back(tx: Tx, link: Link, time: Span, change_key: str, now: datetime) -> None:
    """The event was put back by hand: the question answers itself."""
    if link.problem not in {MOVED, CHOOSING}:
        return
    asked = choosing(tx, link.appointment)
    agreed = time == appointments.load(tx, link.appointment).span
    if asked is not None and agreed:
        assert link.known is not None
        known = replace(link.known, span=time)
        back = replace(link, known=known, problem=None, change_key=change_key)
        calendars.save_link(tx, back)
        _holds(tx, asked, now)
    elif link.problem == MOVED:
        problem = None if asked is None else CHOOSING
        calendars.save_link(tx, replace(link, problem=problem, change_key=change_key))
    for conflict in conflicts.open_of(tx, link.appointment):
        if conflict.kind is ConflictKind.MOVED:
            _settled(tx, conflict, "put_back", now)


def seen_around(
    tx: Tx,
    id_: AppointmentId,
    professional: ProfessionalId,
    around: Sequence[Event],
    policy: Policy,
    now: datetime,
) -> Conflict | None:
    """Look at what stands beside an event just written."""
    appointment = appointments.find(tx, id_)
    if appointment is None or not appointment.occupies or appointment.span.end <= now:
        return None
    blocking = times.rules_of(tx, professional, policy).blocking
    for event in around:
        if event.cancelled or event.show_as not in blocking:
            continue
        if _is_of_ours(tx, professional, event.id):
            continue
        if not event.span(times.zone_of(tx, professional)).overlaps(appointment.span):
            continue
        if answered(tx, id_, event.id) not in {KEPT, HOLDS}:
            return overlapped(tx, appointment, event.id, now)
    return None


def _is_of_ours(tx: Tx, professional: ProfessionalId, event_id: str) -> bool:
    """Say whether it is ours, or a copy of ours, or was until we removed it just now."""
    return (
        calendars.link_by_event(tx, professional, event_id) is not None
        or copies.find(tx, professional, event_id) is not None
        or events.was_removed(tx, professional, event_id)
    )


def answered(tx: Tx, id_: AppointmentId, event_id: str) -> str | None:
    """Say what was last answered about this meeting over this appointment."""
    about = [
        each.settled
        for each in conflicts.of_appointment(tx, id_)
        if (each.kind, each.event_id) == (ConflictKind.OVERLAPPED, event_id)
    ]
    return about[-1] if about else None


def overlapped(
    tx: Tx, appointment: Appointment, event_id: str, now: datetime
) -> Conflict | None:
    """Another event was put over an appointment.

    Nothing is asked where the client is choosing another time because of it.
    """
    if answered(tx, appointment.id, event_id) == ASKED:
        return None
    return _raise(
        tx,
        appointment.id,
        appointment.professional,
        ConflictKind.OVERLAPPED,
        None,
        event_id,
        now,
    )


def cleared(tx: Tx, professional: ProfessionalId, event_id: str, now: datetime) -> None:
    """An event that lay over an appointment no longer does."""
    for conflict in conflicts.open_for(tx, professional):
        if conflict.event_id == event_id and conflict.kind is ConflictKind.OVERLAPPED:
            _settled(tx, conflict, "overtaken", now)


def came_back(tx: Tx, id_: AppointmentId, now: datetime) -> None:
    """An event that was deleted stands again: the question answers itself."""
    for conflict in conflicts.open_of(tx, id_):
        if conflict.kind is ConflictKind.DELETED:
            _settled(tx, conflict, "put_back", now)
    # Whether a colleague takes it may still be asked; hers it is again meanwhile.
    questions.answered_elsewhere(tx, id_, "put_back", now)


def _stands_here(tx: Tx, id_: AppointmentId, professional: ProfessionalId) -> bool:
    found = appointments.find(tx, id_)
    return (
        found is not None and found.in_calendar and found.professional == professional
    )


def _raise(  # noqa: PLR0913, PLR0917
    tx: Tx,
    id_: AppointmentId,
    professional: ProfessionalId,
    kind: ConflictKind,
    time: Span | None,
    event_id: str | None,
    now: datetime,
) -> Conflict:
    for known in conflicts.open_of(tx, id_):
        if (known.kind, known.moved_to, known.event_id) == (kind, time, event_id):
            return known
    conflict = conflicts.raise_(
        tx,
        appointment=id_,
        professional=professional,
        kind=kind,
        moved_to=time,
        event_id=event_id,
        now=now,
    )
    about = appointments.load(tx, id_)
    redraw_when_holds_lapse(tx, about, time, now)
    if time is not None:
        # Until then she may still be asked where it was moved to.
        jobs.promise(tx, look_when_past(id_, time.end))
    jobs.promise(
        tx,
        Promise(
            "ask",
            f"ask:{conflict.id}",
            due=now,
            payload={"conflict": conflict.id},
            appointment=id_,
            expires=about.span.end,
            again=True,
        ),
    )
    jobs.promise(tx, keep_cards(id_, now))
    return conflict


# Answering them.


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """The answer no longer fits: `why` is a text key of the cards."""

    why: str


Answer = Conflict | Unanswerable


def tell(tx: Tx, conflict: Conflict, now: datetime) -> Answer:
    """Keep the time Outlook has, and tell the client."""
    if conflict.settled is not None:
        return conflict
    link = calendars.link(tx, conflict.appointment, conflict.professional)
    if link is None or link.known is None or conflict.moved_to is None:
        return Unanswerable("overtaken")
    before = appointments.load(tx, conflict.appointment)
    after = life.adopt(before, conflict.moved_to, now)
    match after:
        case NotOpen():
            return Unanswerable("overtaken")
        case Past():
            return Unanswerable("past")
        case TooLong():
            return Unanswerable("too_long")
        case Appointment():
            appointments.lock(tx, after.professional)
            appointments.drop_lapsed(tx, after.professional, now, after.guarded)
            _agree(tx, link, conflict.moved_to, now)
            done = _settled(tx, conflict, "told", now)
            settle(tx, Change(before, after, Actor.PROFESSIONAL, now, "adopt"))
            return done


def trust(tx: Tx, id_: int, policy: Policy, now: datetime) -> bool:
    """Answer a move where its tenant trusts it: the time holds, the client is told.

    False: it is to be asked about, for she could not have booked that time herself.
    Raises Overlap where another appointment has it.
    """
    found = conflicts.find(tx, id_)
    if found is None or found.settled is not None or found.moved_to is None:
        return False
    if found.kind is not ConflictKind.MOVED:
        return False
    whose = appointments.load(tx, found.appointment)
    wanted = Guarded(whose.id, found.moved_to, whose.before, whose.after)
    around = wanted.whole.widened(timedelta(days=1), timedelta(days=1))
    calendar = times.calendar_of(tx, found.professional, policy, around)
    if not times.fits(calendar, wanted, policy):
        return False
    return isinstance(tell(tx, found, now), Conflict)


def put_back(tx: Tx, conflict: Conflict, now: datetime) -> Answer:
    """Put the event back to the time that was agreed with the client."""
    if conflict.settled is not None:
        return conflict
    link = calendars.link(tx, conflict.appointment, conflict.professional)
    if link is None or link.known is None or conflict.moved_to is None:
        return Unanswerable("overtaken")
    _agree(tx, link, conflict.moved_to, now)
    _owe_calendar(tx, conflict, now)
    _holds_after_all(tx, conflict, now)
    return _settled(tx, conflict, "put_back", now)


def _agree(tx: Tx, link: Link, time: Span, now: datetime) -> None:
    """Take the time in Outlook as known; an event deleted since is made anew."""
    questions.agree(tx, link, time)
    if link.problem == DELETED:
        questions.deletion_answered(tx, link.appointment, now)


def restore(tx: Tx, conflict: Conflict, now: datetime) -> Answer:
    """Make the event that was deleted anew."""
    if conflict.settled is not None:
        return conflict
    link = calendars.link(tx, conflict.appointment, conflict.professional)
    if link is None or link.problem != DELETED:
        return Unanswerable("overtaken")
    questions.make_anew(tx, link)
    _owe_calendar(tx, conflict, now)
    _holds_after_all(tx, conflict, now)
    return _settled(tx, conflict, "put_back", now)


def cancel(tx: Tx, conflict: Conflict, now: datetime) -> Answer:
    """Cancel the appointment and tell the client."""
    if conflict.settled is not None:
        return conflict
    before = appointments.load(tx, conflict.appointment)
    if not isinstance(life.cancel(before, Actor.PROFESSIONAL, now), Appointment):
        return Unanswerable("overtaken")
    _unblock(tx, conflict)
    done = _settled(tx, conflict, "cancelled", now)
    booking.cancel(tx, conflict.appointment, by=Actor.PROFESSIONAL, now=now)
    return done


def keep(tx: Tx, conflict: Conflict, now: datetime) -> Answer:
    """Leave both where they are."""
    if conflict.settled is not None:
        return conflict
    if conflict.kind is not ConflictKind.OVERLAPPED:
        return Unanswerable("overtaken")
    return _settled(tx, conflict, KEPT, now)


def propose(tx: Tx, conflict: Conflict, now: datetime) -> Answer:
    """Ask the client to choose another time; Outlook is left alone until she does.

    Who was asked already, and has not chosen, is not asked twice.
    """
    if conflict.settled is not None:
        return conflict
    appointment = appointments.load(tx, conflict.appointment)
    if not appointment.in_calendar or appointment.span.start <= now:
        return Unanswerable("overtaken")
    link = calendars.link(tx, conflict.appointment, conflict.professional)
    if link is not None and link.problem == DELETED:
        _keep_time(tx, conflict, link, now)
    elif link is not None and link.known is not None and conflict.moved_to is not None:
        known = replace(link.known, span=conflict.moved_to)
        waiting = replace(
            link,
            known=known,
            problem=CHOOSING,
            wanted_version=appointment.version,
        )
        calendars.save_link(tx, waiting)
    before = choosing(tx, conflict.appointment)
    if before is not None:
        questions.close(tx, before, "overtaken", now)
    jobs.promise(tx, _to_client("ask_new_time", conflict, now))
    return _settled(tx, conflict, ASKED, now)


def _keep_time(tx: Tx, conflict: Conflict, link: Link, now: datetime) -> None:
    """Make the event that is gone anew: until the client has chosen it keeps the time.

    Where a colleague may have it since it was moved, who is asked about that answers
    for it.
    """
    was_moved = conflict.moved_to is not None
    if was_moved and copies.of_appointment(tx, conflict.appointment):
        return
    questions.make_anew(tx, link)
    _owe_calendar(tx, conflict, now)
    if was_moved:
        questions.deletion_answered(tx, link.appointment, now)


def hold(tx: Tx, asked: Conflict, now: datetime) -> Answer:
    """Keep the time after all, although the client was asked to choose another."""
    if asked.settled == HOLDS:
        return asked
    appointment = appointments.load(tx, asked.appointment)
    if asked.settled != ASKED or not appointment.in_calendar:
        return Unanswerable("overtaken")
    if appointment.span.start <= now:
        return Unanswerable("over")
    _owe_calendar(tx, asked, now)
    return _holds(tx, asked, now)


def _holds_after_all(tx: Tx, conflict: Conflict, now: datetime) -> None:
    asked = choosing(tx, conflict.appointment)
    if asked is not None:
        _holds(tx, asked, now)


def _holds(tx: Tx, asked: Conflict, now: datetime) -> Conflict:
    """Let the time agreed hold again; the client hears so, if she heard otherwise."""
    done = _settled(tx, asked, HOLDS, now)
    questions.let_go(tx, asked)
    jobs.promise(tx, _to_client("time_holds", asked, now))
    about = appointments.load(tx, asked.appointment)
    for event_id in questions.passed_over(tx, about):
        overlapped(tx, about, event_id, now)
    return done


def _to_client(kind: str, conflict: Conflict, now: datetime) -> Promise:
    return Promise(
        kind,
        f"{kind}:{conflict.id}",
        due=now,
        lane="sender:client",
        payload={"conflict": conflict.id},
        appointment=conflict.appointment,
    )


def _unblock(tx: Tx, conflict: Conflict) -> None:
    link = calendars.link(tx, conflict.appointment, conflict.professional)
    if link is not None and link.event_id is None:
        calendars.drop_link(tx, conflict.appointment, conflict.professional)
    elif link is not None:
        calendars.save_link(tx, replace(link, problem=None))


def _owe_calendar(tx: Tx, conflict: Conflict, now: datetime) -> None:
    owe_calendar(tx, conflict.appointment, conflict.professional, now)


def _settled(tx: Tx, conflict: Conflict, how: str, now: datetime) -> Conflict:
    done = questions.close(tx, conflict, how, now)
    jobs.promise(tx, keep_cards(conflict.appointment, now))
    return done
