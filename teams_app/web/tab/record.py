"""All that stands on an appointment's page besides how it is now."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.model import Appointment, AppointmentId
from booking.spans import wall
from booking.views.record import BoundPart, Record
from teams_app.actions import access, history, obstacles, same_client, sent
from teams_app.actions.notes import Reader
from teams_app.actions.questions import choosing
from teams_app.store import appointments, arrivals, bindings, people
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged
from teams_app.web.tab import notes
from teams_app.web.tab.seat import Seat


def read(tx: Tx, seat: Seat, id_: AppointmentId, request: str) -> Record | None:
    """Give it; None: it has gone, or to somebody else, since it was looked at."""
    found = appointments.find(tx, id_)
    if found is None or not access.may(tx, seat.who, found.professional):
        return None
    with unchanged(tx):
        others = same_client.others(tx, seat.who, found, seat.look, seat.language, at)
        return Record(
            notes=notes.part(seat, tx, Reader(seat.who, found, seat.look), request),
            others=others,
            events=history.of(tx, found),
            sent=sent.to_client(tx, found, seat.world.policy, seat.language),
            bound=_bound(tx, seat, found),
        )


def _bound(tx: Tx, seat: Seat, found: Appointment) -> BoundPart | None:
    """Give what holds of a binding one, and what shows that she was told of it.

    That a message went out shows it only while what it said is so still.
    """
    bound, zone = bindings.find(tx, found.id), seat.zone
    if bound is None:
        return None
    words = (bound.terms.duty, bound.terms.consequence, bound.terms.obstacle)
    client = people.client(tx, found.client) if found.client is not None else None
    language = client.language if client is not None else seat.language
    every = arrivals.of_appointment(tx, found.id)
    is_open = obstacles.is_open(every, found, seat.now)
    stands = is_open and choosing(tx, found.id) is None
    deadline, window = bound.deadline(zone), bound.window(seat.now, zone)
    return BoundPart(
        deadline=_last_day(deadline, zone),
        late=found.span.start >= deadline,
        moves_until=_last_day(window.end, zone) if window is not None else None,
        told=sent.of_its_time(tx, found),
        opened=bound.opened,
        reported=bound.obstacle,
        explanation=bound.explanation,
        said=tuple(each.in_(language) for each in words if each.fi),
        said_in=language,
        open=is_open,
        keep=f"{at(found.reference)}/keep" if stands else "",
        report=int(bound.obstacle.timestamp()) if bound.obstacle else 0,
        tells=obstacles.tells(found, seat.now),
        answered=obstacles.answered_at(tx, found),
    )


def _last_day(end: datetime, zone: ZoneInfo) -> date:
    return wall(end - timedelta(seconds=1), zone).date()


def at(reference: str) -> str:
    """Say where an appointment's page is."""
    return f"/teams/appointment/{reference}"
