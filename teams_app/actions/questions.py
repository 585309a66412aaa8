"""What a question about our event in Outlook leaves behind, once nobody need answer it.

While it is open the event is left alone. When the appointment itself changes, whoever
changed it, the question is overtaken, and the event follows the appointment again.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.appointments import Actor, TooLong, at_another_time
from booking.model import CANCELLED, Appointment, AppointmentId, Service
from booking.spans import Span
from booking.views.cards import ConflictKind
from booking.views.waiting import Asked, Question
from teams_app.store import appointments, calendars, conflicts, copies, people
from teams_app.store.calendars import Link
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx

#: A change made in Outlook waits for somebody's decision: nothing is written meanwhile.
DELETED = "deleted_in_outlook"
MOVED = "moved_in_outlook"
#: The client was asked to choose another time; until she does, Outlook is left alone.
CHOOSING = "client_is_choosing"

#: Answers that are not the last word. ASKED: the client is to choose another time; it
#: stays so until she has, or until the time is said to hold after all.
ASKED = "moved"
KEPT = "kept"
#: She whose event is gone is asked no more: it is asked whether a colleague takes the
#: appointment, whose calendar has it. It stays so until that is answered.
WITH_COLLEAGUE = "asked_colleague"
#: Ends by which the appointment stands, as agreed or as it was moved: what was its
#: question is its card.
STANDS = frozenset({"told", "put_back", KEPT, "holds"})
#: How WITH_COLLEAGUE ends where the colleague's event is gone too.
COPY_GONE = "copy_gone"
#: How ASKED ends: she chose, or the professional keeps the time after all.
CHOSEN = "chosen"
HOLDS = "holds"


def choosing(tx: Tx, id_: AppointmentId) -> Conflict | None:
    """Give the question by whose answer a client is to choose another time, if any.

    This one row says that the time agreed no longer holds: pages, cards and messages
    all look here.
    """
    found = conflicts.of_appointment(tx, id_)
    return next((each for each in found if each.settled == ASKED), None)


def unproposed(
    tx: Tx, id_: int, now: datetime
) -> tuple[int, Appointment, Service] | None:
    """Give the version of a question, what it is about and its service.

    None: it comes with times already, or its client cannot choose any more.
    """
    found = conflicts.find(tx, id_)
    if found is None or found.settled is not None or found.proposed is not None:
        return None
    about = appointments.load(tx, found.appointment)
    if not about.in_calendar or about.span.start <= now:
        return None
    return found.version, about, people.service(tx, about.service)


def proposed(tx: Tx, id_: AppointmentId) -> tuple[datetime, ...]:
    """Give the times that a client who is to choose another was to see first."""
    asked = choosing(tx, id_)
    return (asked.proposed or ()) if asked is not None else ()


def is_over(conflict: Conflict, appointment: Appointment, now: datetime) -> bool:
    """Whether nothing is left to decide: its time has been, and where it was moved to."""
    return until(conflict, appointment) <= now


def until(conflict: Conflict, appointment: Appointment) -> datetime:
    """Say when nothing is left to decide."""
    spans = (appointment.span, conflict.moved_to)
    return max(span.end for span in spans if span is not None)


def is_removed(tx: Tx, appointment: Appointment) -> bool:
    """Say whether Outlook is known to have lost our own event."""
    link = calendars.link(tx, appointment.id, appointment.professional)
    return link is not None and link.problem == DELETED


def in_a_line(tx: Tx, conflict: Conflict, appointment: Appointment) -> Question:
    """Say in a line what a question is about, and where the appointment stands now."""
    ends = until(conflict, appointment)
    if conflict.kind is not ConflictKind.COPIED:
        return Question(Asked(conflict.kind.value), ends, conflict=conflict.id)
    about = Asked.HANDED if is_removed(tx, appointment) else Asked.COPIED
    colleague = people.professional(tx, conflict.professional).name
    return Question(about, ends, colleague, conflict.id)


def is_too_long(appointment: Appointment, moved_to: Span | None) -> bool:
    """Whether nobody could be told of the time it was moved to: it takes whole days."""
    if moved_to is None:
        return False
    return isinstance(at_another_time(appointment, moved_to), TooLong)


def overtake(tx: Tx, after: Appointment, by: Actor, now: datetime) -> None:
    """Close what stands open about an appointment that has just changed.

    A meeting that lies over its new time as well is still to be asked about.
    """
    for conflict in conflicts.of_appointment(tx, after.id):
        if conflict.settled is None and not _lies_over(tx, conflict, after):
            close(tx, conflict, "overtaken", now)
            _release(tx, conflict)
        elif conflict.settled == ASKED:
            close(tx, conflict, _ended(after, by), now)
            let_go(tx, conflict)
        elif conflict.settled in {KEPT, WITH_COLLEAGUE}:
            close(tx, conflict, "overtaken", now)
    link = calendars.link(tx, after.id, after.professional)
    if (
        link is not None
        and link.problem == DELETED
        and copies.of_appointment(tx, after.id)
    ):
        # Whether a colleague has it was still being asked, or looked at.
        make_anew(tx, link)


def _ended(after: Appointment, by: Actor) -> str:
    if after.status in CANCELLED:
        return "cancelled"
    return CHOSEN if by is Actor.CLIENT else "overtaken"


def close(tx: Tx, conflict: Conflict, how: str, now: datetime) -> Conflict:
    done = replace(conflict, settled=how, settled_at=now, version=conflict.version + 1)
    conflicts.settle(tx, done, was=conflict.settled)
    return done


def answered_elsewhere(
    tx: Tx, id_: AppointmentId, how: str, now: datetime
) -> list[Conflict]:
    """End what waited for the answer whether a colleague takes the appointment.

    Gives the questions that stood so, as they are now.
    """
    waited = conflicts.of_appointment(tx, id_)
    return [
        close(tx, each, how, now) for each in waited if each.settled == WITH_COLLEAGUE
    ]


def deletion_answered(tx: Tx, id_: AppointmentId, now: datetime) -> None:
    """Close the question of an event that is made anew because of another answer."""
    for each in conflicts.open_of(tx, id_):
        if each.kind is ConflictKind.DELETED:
            close(tx, each, "overtaken", now)


def let_go(tx: Tx, asked: Conflict) -> None:
    """Let the event follow the appointment again, once nobody is to choose any more."""
    link = calendars.link(tx, asked.appointment, asked.professional)
    if link is not None and link.problem == CHOOSING:
        calendars.save_link(tx, replace(link, problem=None))


def passed_over(tx: Tx, appointment: Appointment) -> list[str]:
    """Give the meetings over it that nobody asks about any more, by their event ids.

    The client was to choose another time because of one, and then because of something
    else: should the time hold after all, it lies there still.
    """
    last = {
        each.event_id: each for each in conflicts.of_appointment(tx, appointment.id)
    }
    return [
        event_id
        for event_id, each in last.items()
        if event_id
        and each.settled == "overtaken"
        and _lies_over(tx, each, appointment)
    ]


def _lies_over(tx: Tx, conflict: Conflict, after: Appointment) -> bool:
    stays = after.professional == conflict.professional
    if conflict.kind is not ConflictKind.OVERLAPPED or after.status in CANCELLED:
        return False
    zone = ZoneInfo(people.mailbox(tx, conflict.professional).zone)
    return stays and any(
        row.event_id == conflict.event_id and row.span(zone).overlaps(after.span)
        for row in calendars.busy(tx, conflict.professional, after.span)
    )


def _release(tx: Tx, conflict: Conflict) -> None:
    """Let the event be written again, from where it stands now."""
    link = calendars.link(tx, conflict.appointment, conflict.professional)
    if link is None:
        return
    if conflict.kind is ConflictKind.DELETED and link.problem == DELETED:
        make_anew(tx, link)
    if conflict.moved_to is not None and link.problem == MOVED:
        agree(tx, link, conflict.moved_to)


def agree(tx: Tx, link: Link, time: Span) -> None:
    """Take what stands in Outlook as known: what we want is compared with it next."""
    assert link.known is not None
    if link.event_id is None:
        # It was deleted since it was moved: nothing is left to write to.
        make_anew(tx, link)
        return
    known = replace(link.known, span=time)
    calendars.save_link(tx, replace(link, known=known, problem=None))


def make_anew(tx: Tx, link: Link) -> None:
    """Forget the event that is gone, so that the next look makes another."""
    calendars.save_link(
        tx,
        replace(link, event_id=None, transaction_id="", join_url=None, problem=None),
    )
