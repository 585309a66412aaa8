"""The side panel of an appointment's own Teams meeting.

Teams tells the page which meeting it stands beside, and the page tells us, in a header of
every request. That chooses the appointment; whether the one who asks may see it is decided
from her token alone. For anybody else, and for any other meeting, there is nothing here.
"""

from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from booking.model import CANCELLED, Appointment
from booking.views.record import ElsewherePage, PanelPage
from teams_app.actions import meetings, same_client
from teams_app.actions.notes import Reader
from teams_app.actions.records import whole
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged
from teams_app.web.public import answers
from teams_app.web.tab import notes, record
from teams_app.web.tab.appointments import report
from teams_app.web.tab.seat import PANEL, Seat

HERE = PANEL


async def show(seat: Seat) -> web.Response:
    request = seat.world.outside.ids.uuid()
    found = await seat.world.database.write(_read, seat, request)
    if found is None:
        return seat.show("tab/elsewhere.html", ElsewherePage(), 404)
    return seat.show("tab/panel.html", found)


def _read(tx: Tx, seat: Seat, request: str) -> PanelPage | None:
    with unchanged(tx):
        found = meetings.appointment_of(tx, seat.who, seat.meeting, seat.look)
        return _page(tx, seat, found, request) if found is not None else None


def _page(tx: Tx, seat: Seat, appointment: Appointment, request: str) -> PanelPage:
    found = whole(tx, appointment)
    others = same_client.others(
        tx, seat.who, appointment, seat.look, seat.language, record.at
    )
    hers = seat.who.is_(appointment.professional)
    books = hers and found.client is not None
    return PanelPage(
        state="cancelled" if appointment.status in CANCELLED else "open",
        client=found.client.name if found.client else "",
        reference=appointment.reference,
        starts=appointment.span.start,
        ends=appointment.span.end,
        service=found.service.name.in_(seat.language),
        asks=bool(found.service.asking),
        answers=answers.given(found.service, appointment.answers, seat.language),
        notes=notes.part(seat, tx, Reader(seat.who, appointment, seat.look), request),
        others=others,
        whole=record.at(appointment.reference),
        next=f"/teams/book?after={quote(appointment.reference)}" if books else "",
        professional="" if hers else found.professional.name,
        status=appointment.status,
        report=replace(report(seat, found), next=""),
        truths=found.truths,
        now=seat.now,
    )
