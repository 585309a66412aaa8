"""Noticing that somebody copied one of our events; what it means is `handovers`' part.

So is an event of our own making that came so late that nobody waits for it any more.

A page of changes is no place to decide: a drag is a copy in one calendar and a deletion
in another, heard of in any order and minutes apart. So each of them only promises one
look at the copy, which then sees both.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.calendar import Busy, Event
from booking.model import AppointmentId, ProfessionalId
from booking.spans import Span
from graph_sync.reconcile import Applied, recognise
from teams_app.actions import creates
from teams_app.store import appointments, copies, jobs
from teams_app.store.copies import Copy
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise, mailbox_lane


def look(professional: ProfessionalId, event_id: str, now: datetime) -> Promise:
    """Promise one look at an event that is, or may be, a copy."""
    return Promise(
        "copy",
        f"copy:{professional}:{event_id}",
        due=now,
        lane=mailbox_lane(professional),
        payload={"professional": professional, "event": event_id},
        again=True,
    )


def noticed(  # noqa: PLR0913
    tx: Tx,
    id_: ProfessionalId,
    applied: Applied,
    *,
    mirror: Mapping[str, Busy],
    ours: Collection[str],
    full: bool,
    now: datetime,
) -> set[str]:
    """Promise a look at what may be a copy; gives those that name an appointment.

    `ours`: events of our own making. `full`: the round named everything, so that an
    event being new says nothing.
    """
    strays = {
        event.id
        for reference, event in applied.strays
        if event.id not in ours and _is_to_be_seen(tx, reference, event, id_)
    }
    touched = [row.event_id for row in applied.put] + list(applied.drop)
    known = {each.event_id for each in copies.known(tx, id_, touched)}
    suspects = set() if full else _suspects(tx, applied, mirror, ours, now)
    for event_id in sorted(strays | known | suspects):
        jobs.promise(tx, look(id_, event_id, now))
    return strays | known


def _is_to_be_seen(tx: Tx, reference: str, event: Event, id_: ProfessionalId) -> bool:
    found = appointments.by_reference(tx, reference)
    if found is None:
        return False
    of_another = found.in_calendar and found.professional != id_
    return of_another or creates.made(found, id_, event)


def _suspects(
    tx: Tx,
    applied: Applied,
    mirror: Mapping[str, Busy],
    ours: Collection[str],
    now: datetime,
) -> set[str]:
    """Find new events that lie exactly as an appointment does.

    A copy may have lost every text and still carry our property, which only a read of
    the event itself can show.
    """
    fresh = {
        row.event_id: row.when
        for row in applied.put
        if row.event_id not in mirror
        and row.event_id not in ours
        and row.series is None
        and isinstance(row.when, Span)
    }
    if not fresh:
        return set()
    spans = copies.lasting(tx, {when.length for when in fresh.values()}, now)
    return {event_id for event_id, when in fresh.items() if when in spans}


def look_again(tx: Tx, id_: AppointmentId, now: datetime) -> bool:
    """Promise another look at the appointment's copies; False: it has none to judge.

    What is unwanted only waits to be removed, and explains nothing.
    """
    open_ = [each for each in copies.of_appointment(tx, id_) if each.settled != STAYS]
    for each in open_:
        jobs.promise(tx, look(each.professional, each.event_id, now))
    return any(each.settled is None for each in open_)


def set_aside(
    tx: Tx, professional: ProfessionalId, event: Event, zone: ZoneInfo, now: datetime
) -> None:
    """Remember an event of ours that is gone from the calendar and stands elsewhere.

    She is asked as about a deletion. Whatever is answered, this one is looked at then.
    """
    seen = recognise(event)
    found = appointments.by_reference(tx, seen.reference) if seen else None
    if found is None or not creates.made(found, professional, event):
        return
    span = event.span(zone)
    copies.save(
        tx,
        Copy(professional, event.id, found.id, span, event.invited, now, ASIDE),
    )


#: What somebody decided about a copy.
STAYS = "stays"
UNWANTED = "unwanted"
#: It is our own event, in another calendar of hers: once its appointment has another
#: event, or is hers no more, it goes.
ASIDE = "aside"
