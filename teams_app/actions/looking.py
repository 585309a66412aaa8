"""What an event that may be a copy has to do with us, before anything is decided.

The event has just been read by its id, with our property; here it is only weighed
against what we know. `handovers` decides, and the worker reads and removes.
"""

from dataclasses import dataclass
from datetime import datetime

from booking.calendar import Event
from booking.model import Appointment, ProfessionalId
from graph_sync.reconcile import recognise
from teams_app.actions import creates, events
from teams_app.actions.calendars import zone_of
from teams_app.actions.copying import ASIDE, UNWANTED
from teams_app.actions.questions import DELETED
from teams_app.actions.takers import Wanted
from teams_app.store import appointments, calendars, copies, people
from teams_app.store.copies import Copy
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class NotOne:
    """It stands for no appointment that anybody need decide about."""


@dataclass(frozen=True, slots=True)
class Known:
    """It is a copy, and nothing is to be done about it just now."""

    until: datetime | None = None  #: When it is to be looked at once more.


@dataclass(frozen=True, slots=True)
class Unneeded:
    """Ours stands in its place, or nobody wants it: it can go."""


@dataclass(frozen=True, slots=True)
class Second:
    """We made it too, beside the one we know, if that still stands.

    `known` None: the one we knew is gone, so this one stands in its place.
    """

    known: str | None
    aside: bool = False  #: She took it out of her calendar, and is asked about that.


@dataclass(frozen=True, slots=True)
class Judge:
    """It may mean a hand-over; `original` is still to be read, where there is one."""

    wanted: Wanted
    original: tuple[str, str] | None  #: Mailbox and event.


Weighed = NotOne | Known | Unneeded | Second | Judge


def mailbox_of(tx: Tx, professional: ProfessionalId) -> str:
    return people.professional(tx, professional).mailbox


def weigh(tx: Tx, professional: ProfessionalId, event: Event, now: datetime) -> Weighed:
    """Say what the event has to do with us."""
    seen = recognise(event)
    found = appointments.by_reference(tx, seen.reference) if seen else None
    is_ours = calendars.link_by_event(tx, professional, event.id) is not None
    if found is None or is_ours:
        return NotOne()
    if creates.made(found, professional, event):
        return _made_by_us(tx, found, professional, event)
    known = copies.find(tx, professional, event.id)
    if found.professional == professional or not found.in_calendar:
        return _left_over(tx, found, professional, known, now)
    # An appointment is one event: a series that names it is a meeting like any other.
    if event.cancelled or event.repeats or found.span.end <= now:
        return NotOne()
    if known is not None and known.settled is not None:
        return Unneeded() if known.settled == UNWANTED else Known()
    return Judge(
        Wanted(found, professional, event.span(zone_of(tx, professional))),
        _original(tx, found),
    )


def _made_by_us(
    tx: Tx, found: Appointment, professional: ProfessionalId, event: Event
) -> Weighed:
    """Weigh an event that is ours by Graph's word, and is not the one we know.

    Graph may have carried a create out after we gave it up; a mailbox may have been
    restored, so that its ids are new; and what we removed a person may have put back.
    """
    link = calendars.link(tx, found.id, professional)
    stands_here = found.in_calendar and found.professional == professional
    if link is not None and link.event_id is not None:
        return Second(link.event_id)
    if link is not None and link.problem == DELETED and stands_here:
        known = copies.find(tx, professional, event.id)
        return Second(None, aside=known is not None and known.settled == ASIDE)
    is_waited_for = link is not None or stands_here
    if is_waited_for or events.was_removed(tx, professional, event.id):
        return NotOne()
    return Unneeded()


def _left_over(
    tx: Tx,
    found: Appointment,
    professional: ProfessionalId,
    known: Copy | None,
    now: datetime,
) -> Weighed:
    """Weigh a copy whose appointment is hers now, or is no more.

    Only what was seen to be a copy before is touched, and only once ours is there, or
    the appointment is over: then ours comes no more.
    """
    if known is None:
        return NotOne()
    if not found.in_calendar or found.span.end <= now:
        return Unneeded()
    link = calendars.link(tx, found.id, professional)
    stands = link is not None and link.event_id is not None
    return Unneeded() if stands else Known(until=found.span.end)


def _original(tx: Tx, found: Appointment) -> tuple[str, str] | None:
    link = calendars.link(tx, found.id, found.professional)
    if link is None or link.event_id is None:
        return None
    return mailbox_of(tx, found.professional), link.event_id
