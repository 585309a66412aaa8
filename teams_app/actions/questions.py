"""What a question about our event in Outlook leaves behind, once nobody need answer it.

While it is open the event is left alone. When the appointment itself changes, whoever
changed it, the question is overtaken, and the event follows the appointment again.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.model import CANCELLED, Appointment
from booking.spans import Span
from booking.views.cards import ConflictKind
from teams_app.store import calendars, conflicts, people
from teams_app.store.calendars import Link
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx

#: A change made in Outlook waits for somebody's decision: nothing is written meanwhile.
DELETED = "deleted_in_outlook"
MOVED = "moved_in_outlook"
#: The client was asked to choose another time; until she does, Outlook is left alone.
CHOOSING = "client_is_choosing"


def overtake(tx: Tx, after: Appointment, now: datetime) -> None:
    """Close what stands open about an appointment that has just changed.

    A meeting that lies over its new time as well is still to be asked about.
    """
    for conflict in conflicts.open_of(tx, after.id):
        if not _lies_over(tx, conflict, after):
            close(tx, conflict, "overtaken", now)
            _release(tx, conflict)


def close(tx: Tx, conflict: Conflict, how: str, now: datetime) -> Conflict:
    done = replace(conflict, settled=how, settled_at=now, version=conflict.version + 1)
    conflicts.settle(tx, done)
    return done


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
    known = replace(link.known, span=time)
    calendars.save_link(tx, replace(link, known=known, problem=None))


def make_anew(tx: Tx, link: Link) -> None:
    """Forget the event that is gone, so that the next look makes another."""
    calendars.save_link(
        tx,
        replace(link, event_id=None, transaction_id="", join_url=None, problem=None),
    )
