"""A meeting whose client may be waiting in it, and whose event is gone.

Graph cannot put an event back that somebody has deleted, nor give its meeting to another:
whoever waits there waits where nobody comes. So another meeting stands under her link as
soon as this is seen, and she is told to open it again.
"""

from dataclasses import replace
from datetime import datetime

from booking import handover as rules
from booking.model import Appointment, Modality
from booking.spans import Span
from teams_app.actions import copying, deciding, questions
from teams_app.actions.questions import DELETED
from teams_app.actions.settle import owe_calendar
from teams_app.store import appointments, calendars, copies, jobs
from teams_app.store.copies import Copy, KeptMeeting
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


def is_late(tx: Tx, found: Appointment, now: datetime) -> bool:
    """Say whether its client may be waiting already."""
    opened = copies.join_was_opened(tx, found.id)
    return rules.is_late(found, now, deciding.late(tx), opened=opened)


def is_lost(tx: Tx, found: Appointment, now: datetime) -> bool:
    """Say whether she may be waiting in a meeting that was not kept for her."""
    return copies.kept_meeting(tx, found.id) is None and is_late(tx, found, now)


def stays(tx: Tx, before: Appointment, time: Span, now: datetime) -> bool:
    """Say whether her meeting is kept, or has been, where it goes to a colleague."""
    if copies.kept_meeting(tx, before.id) is not None:
        return True
    return to_keep(tx, before, time, now) is not None


def to_keep(
    tx: Tx, before: Appointment, time: Span, now: datetime
) -> KeptMeeting | None:
    """Give the meeting of a client who may be on her way, where it still stands."""
    link = calendars.link(tx, before.id, before.professional)
    if before.span != time or not is_late(tx, before, now):
        return None
    if link is None or not link.event_id or not link.join_url:
        return None
    return KeptMeeting(before.id, before.professional, link.join_url, before.span)


def make_anew(tx: Tx, found: Appointment, copy: Copy, now: datetime) -> None:
    """Let an event stand again that was dragged away late, until somebody has answered.

    Once for each copy: who deletes it once more means it.
    """
    link = calendars.link(tx, found.id, found.professional)
    if link is None or link.problem != DELETED:
        return
    mark = f"anew:{found.id}:{copy.professional}:{copy.event_id}"
    if appointments.remembered(tx, mark) is not None:
        return
    if not is_late(tx, found, now):
        _look_when_late(tx, found, copy, now)
        return
    appointments.remember_request(tx, mark, now.isoformat())
    questions.make_anew(tx, link)
    owe_calendar(tx, found.id, found.professional, now)
    if copies.join_was_opened(tx, found.id):
        tell(tx, found, now)


def _look_when_late(tx: Tx, found: Appointment, copy: Copy, now: datetime) -> None:
    """Look again once she may be on her way: nobody may have answered by then."""
    if found.modality is not Modality.REMOTE:
        return
    due = found.span.start - deciding.late(tx)
    look = copying.look(copy.professional, copy.event_id, max(due, now))
    # Of what is over by then nothing is to be made anew, nor is its question touched.
    ends = found.span.end
    jobs.promise(tx, replace(look, key=f"{look.key}:late", expires=ends))


def tell(tx: Tx, found: Appointment, now: datetime) -> None:
    """Owe the client the word that her link leads to another meeting now."""
    if found.client is None:
        return
    count = int(now.timestamp())
    jobs.promise(
        tx,
        Promise(
            "tell_new_meeting",
            f"new_meeting:{found.id}:{count}",
            due=now,
            lane="sender:client",
            payload={"count": count},
            appointment=found.id,
            expires=found.span.end,
        ),
    )
