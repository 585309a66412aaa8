"""What a professional's form has made: one thing, whichever button was pressed.

A form, on a card or in the tab, books, offers times or lets the client choose, and stays
within reach: it is sent twice, pressed in a copy, its buttons are pressed one after the
other. What came of it first is kept under the form's one name, and any later press is
given that.
"""

from booking.model import (
    Appointment,
    AppointmentId,
    Offer,
    OfferId,
    ProfessionalId,
    Status,
)
from teams_app.store import appointments, offers
from teams_app.store.database import Tx


def form(professional: ProfessionalId, request: str) -> str:
    """Name a form of hers; `request` came with it and is only hers to know."""
    return f"form:{professional}:{request}"


def standing(tx: Tx, request: str) -> Appointment | Offer | None:
    """Give what stands of the request, be it a time that is only held so far."""
    kind, _, number = (appointments.remembered(tx, request) or "").partition(":")
    match kind:
        case "":
            return None
        case "offer":
            return offers.find(tx, OfferId(int(number)))
        case _:
            return appointments.find(tx, AppointmentId(int(number)))


def made(tx: Tx, request: str) -> Appointment | Offer | None:
    """Give what the request has made. A hold that was never confirmed is nothing yet."""
    found = standing(tx, request)
    return None if found is not None and is_only_held(found) else found


def is_only_held(found: Appointment | Offer) -> bool:
    return found.status is Status.HELD and not found.confirming
