"""Who has come before, found to book for again: whom she sees, and how they are reached."""

from booking import contact
from booking.model import Client
from booking.views.tab import FoundClients, KnownClient
from teams_app.actions import access, finding
from teams_app.actions.access import Right
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat


def found(tx: Tx, seat: Seat, whom: str) -> FoundClients:
    """Look for somebody by her name or a reference."""
    known, more = finding.find_clients(tx, seat.who, whom, seat.look)
    return FoundClients(whom, tuple(_known(tx, seat, each) for each in known), more)


def _known(tx: Tx, seat: Seat, one: finding.Known) -> KnownClient:
    client, by = one.client, one.appointment
    number = contact.masked_phone(client.phone or "")
    return KnownClient(
        client.name,
        number or contact.masked_mail(client.email or ""),
        by.span.start,
        people.service(tx, by.service).name.in_(seat.language),
        f"/teams/book?of={by.reference}",
    )


def filled(tx: Tx, seat: Seat, reference: str) -> dict[str, list[str]]:
    """Give who she is that was found by an appointment, as fields of the form."""
    one = access.appointment_by_reference(tx, seat.who, reference, seat.look, Right.SEE)
    if one is None or one.client is None:
        return {}
    return particulars(people.client(tx, one.client))


def particulars(client: Client) -> dict[str, list[str]]:
    """Fill in who she is and how she is reached."""
    return {
        "name": [client.name],
        "language": [client.language.value],
        "email": [client.email or ""],
        "phone": [client.phone or ""],
    }
