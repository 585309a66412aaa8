"""One appointment with all that belongs to it, read in one go.

Pages, cards and messages are drawn from this; it decides nothing but how far each of the
three truths has come.
"""

from dataclasses import dataclass

from booking.calendar import EventDraft
from booking.model import (
    CANCELLED,
    Appointment,
    Client,
    Modality,
    Professional,
    Service,
    Status,
    Unit,
)
from booking.views.cards import Truth, Truths
from teams_app.actions.questions import CHOOSING, MOVED
from teams_app.store import calendars, deliveries, jobs, people
from teams_app.store.calendars import Link
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Whole:
    appointment: Appointment
    service: Service
    professional: Professional
    unit: Unit
    client: Client | None
    link: Link | None
    truths: Truths
    unsent: bool = False  #: A reminder, or the wish for another time, never got out.

    @property
    def join_url(self) -> str | None:
        return self.link.join_url if self.link is not None else None


def whole(tx: Tx, appointment: Appointment) -> Whole:
    """Read everything that belongs to an appointment."""
    professional = people.professional(tx, appointment.professional)
    client = appointment.client
    service = people.service(tx, appointment.service)
    return Whole(
        appointment,
        service,
        professional,
        people.unit(tx, professional.unit),
        people.client(tx, client) if client is not None else None,
        calendars.link(tx, appointment.id, appointment.professional),
        truths(tx, appointment),
        _unsent(tx, appointment, service),
    )


def _unsent(tx: Tx, appointment: Appointment, service: Service) -> bool:
    """Whether something else than the news of its state could not be said to her."""
    id_, start = appointment.id, int(appointment.span.start.timestamp())
    keys = [f"remind:{id_}:{start}:{hours}h" for hours in service.reminder_hours]
    keys.append(f"ask_new_time:{id_}:{appointment.version}")
    return appointment.in_calendar and jobs.DEAD in jobs.outcomes(tx, keys).values()


def truths(tx: Tx, appointment: Appointment) -> Truths:
    """Say how far booking, Outlook and telling the client have each come."""
    return Truths(
        _booked(appointment), _in_outlook(tx, appointment), _told(tx, appointment)
    )


def _booked(appointment: Appointment) -> Truth:
    return Truth.WAITING if appointment.status is Status.HELD else Truth.DONE


def _in_outlook(tx: Tx, appointment: Appointment) -> Truth:
    links = calendars.links_of(tx, appointment.id)
    problems = {link.problem for link in links if link.problem}
    if problems:
        # What she moved there waits for her own answer; nothing has failed.
        return Truth.WAITING if problems <= {MOVED, CHOOSING} else Truth.FAILED
    if appointment.status in CANCELLED:
        return Truth.DONE if not links else Truth.WAITING
    if not appointment.in_calendar:
        return Truth.NOT_OWED
    settled = [
        link.professional == appointment.professional and _stands(link, appointment)
        for link in links
    ]
    return Truth.DONE if settled and all(settled) else Truth.WAITING


def _stands(link: Link, appointment: Appointment) -> bool:
    """Whether Outlook, as last seen, holds what this appointment should have."""
    known: EventDraft | None = link.known
    if link.event_id is None or known is None or known.span != appointment.span:
        return False
    remote = appointment.modality is Modality.REMOTE
    return not remote or bool(known.online and link.join_url)


#: News that say how the appointment stands; a reminder is none of these.
_NEWS = {
    "booked",
    "moved",
    "cancelled_by_us",
    "cancelled_by_client",
    "taken_back",
    "new_time",
}


def _told(tx: Tx, appointment: Appointment) -> Truth:
    if appointment.client is None:
        return Truth.NOT_OWED
    sent = [
        each
        for each in deliveries.of_appointment(tx, appointment.id)
        if each.version == appointment.version and each.news in _NEWS
    ]
    if any(each.state == "accepted" for each in sent):
        return Truth.DONE
    key = f"tell:{appointment.id}:{appointment.version}"
    owed = jobs.outcomes(tx, [key])
    if jobs.DEAD in owed.values() or (sent and _all_failed(tx, appointment, sent)):
        return Truth.FAILED
    return Truth.WAITING if None in owed.values() else Truth.NOT_OWED


def _all_failed(tx: Tx, appointment: Appointment, sent: list[Delivery]) -> bool:
    assert appointment.client is not None
    channels = people.client(tx, appointment.client).channels
    failed = {each.channel for each in sent if each.state == "failed"}
    return all(channel.value in failed for channel in channels)
