"""All that stands on an appointment's page besides how it is now."""

from booking.model import AppointmentId
from booking.views.record import Record
from teams_app.actions import access, history, same_client, sent
from teams_app.actions.notes import Reader
from teams_app.store import appointments
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
        coming, earlier = same_client.others(
            tx, seat.who, found, seat.look, seat.language, at
        )
        return Record(
            notes=notes.part(seat, tx, Reader(seat.who, found, seat.look), request),
            coming=coming,
            earlier=earlier,
            events=history.of(tx, found),
            sent=sent.to_client(tx, found, seat.world.policy, seat.language),
        )


def at(reference: str) -> str:
    """Say where an appointment's page is."""
    return f"/teams/appointment/{reference}"
