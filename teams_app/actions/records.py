"""One appointment with all that belongs to it, read in one go.

Pages, cards and messages are drawn from this; it decides nothing but how far each of the
three truths has come.
"""

from dataclasses import dataclass
from datetime import datetime

from booking.calendar import EventDraft
from booking.model import (
    CANCELLED,
    Appointment,
    AppointmentId,
    Client,
    Modality,
    Professional,
    Service,
    Status,
    Unit,
)
from booking.views.cards import Truth, Truths
from booking.views.waiting import Question
from teams_app.actions.questions import (
    CHOOSING,
    DELETED,
    HOLDS,
    MOVED,
    choosing,
    in_a_line,
)
from teams_app.store import (
    calendars,
    conflicts,
    copies,
    deliveries,
    jobs,
    log,
    people,
)
from teams_app.store.calendars import Link
from teams_app.store.conflicts import Conflict
from teams_app.store.copies import KeptMeeting
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery

#: What the log says when an appointment's event has left a mailbox.
REMOVED = "removed_from_outlook"
#: What is wrong with an event that stands, but to which Teams gave no address to join.
NO_JOIN_LINK = "no_join_link"
#: What keeps no event from leaving its mailbox.
_IN_NOBODYS_WAY = frozenset({MOVED, CHOOSING, NO_JOIN_LINK})


@dataclass(frozen=True, slots=True)
class Whole:
    appointment: Appointment
    service: Service
    professional: Professional
    unit: Unit
    client: Client | None
    link: Link | None
    truths: Truths
    unsent: bool = False  #: A reminder never got out.
    choosing: bool = False  #: The client was asked to choose another time than this.
    kept: KeptMeeting | None = None  #: Where it is held, if in a colleague's mailbox.
    questions: tuple[Question, ...] = ()  #: What nobody has answered, over or not.

    def waiting(self, now: datetime) -> tuple[Question, ...]:
        """Give what waits for a person's answer: not what it is too late for."""
        return tuple(each for each in self.questions if each.until > now)

    @property
    def join_url(self) -> str | None:
        if self.kept is not None:
            return self.kept.join_url
        return self.link.join_url if self.link is not None else None


def whole(tx: Tx, appointment: Appointment) -> Whole:
    """Read everything that belongs to an appointment."""
    professional = people.professional(tx, appointment.professional)
    client = appointment.client
    asked = choosing(tx, appointment.id) if appointment.in_calendar else None
    service = people.service(tx, appointment.service)
    return Whole(
        appointment,
        service,
        professional,
        people.unit(tx, professional.unit),
        people.client(tx, client) if client is not None else None,
        calendars.link(tx, appointment.id, appointment.professional),
        truths(tx, appointment, asked),
        _unsent(tx, appointment, service),
        asked is not None,
        copies.kept_meeting(tx, appointment.id),
        tuple(
            in_a_line(tx, each, appointment)
            for each in conflicts.open_of(tx, appointment.id)
        ),
    )


def _unsent(tx: Tx, appointment: Appointment, service: Service) -> bool:
    """Whether something else than the news of its state could not be said to her."""
    id_, start = appointment.id, int(appointment.span.start.timestamp())
    keys = [f"remind:{id_}:{start}:{hours}h" for hours in service.reminder_hours]
    return appointment.in_calendar and jobs.DEAD in jobs.outcomes(tx, keys).values()


def truths(tx: Tx, appointment: Appointment, asked: Conflict | None = None) -> Truths:
    """Say how far booking, Outlook and telling the client have each come.

    `asked`: the question by which she is to choose another time.
    """
    booked = _booked(appointment)
    since = log.changed_to(tx, f"appointment:{appointment.id}", appointment.version)
    in_outlook = _in_outlook(tx, appointment)
    told, told_at = _told(tx, appointment, asked)
    return Truths(
        booked,
        in_outlook,
        told,
        cancelled=appointment.status in CANCELLED,
        booked_at=since if booked is Truth.DONE else None,
        in_outlook_at=_outlook_since(tx, appointment, since)
        if in_outlook is Truth.DONE
        else None,
        told_at=told_at,
    )


def _booked(appointment: Appointment) -> Truth:
    return Truth.WAITING if appointment.status is Status.HELD else Truth.DONE


def _in_outlook(tx: Tx, appointment: Appointment) -> Truth:
    kept = copies.kept_meeting(tx, appointment.id)
    links = [
        link
        for link in calendars.links_of(tx, appointment.id)
        if kept is None or link.professional != kept.professional
    ]
    problems = {link.problem for link in links if link.problem}
    if appointment.status in CANCELLED and problems <= _IN_NOBODYS_WAY:
        return Truth.DONE if not links else Truth.WAITING
    if problems == {NO_JOIN_LINK}:
        stands = all(in_place(link, appointment) for link in links)
        return Truth.NO_LINK if stands else Truth.WAITING
    if problems:
        return _in_question(appointment, problems)
    if appointment.confirming:
        return Truth.WAITING  # Outlook itself is waited for; the event comes after.
    if not appointment.in_calendar:
        return Truth.NOT_OWED
    settled = [_stands(link, appointment) for link in links]
    return Truth.DONE if settled and all(settled) else Truth.WAITING


def _in_question(appointment: Appointment, problems: set[str]) -> Truth:
    if problems <= {MOVED, CHOOSING}:
        # What she moved there waits for somebody's answer; nothing has failed.
        return Truth.ASKED if MOVED in problems else Truth.CHOOSING
    if DELETED in problems and appointment.status not in CANCELLED:
        return Truth.DELETED
    return Truth.FAILED


def _outlook_since(
    tx: Tx, appointment: Appointment, since: datetime | None
) -> datetime | None:
    """When Outlook came to show what holds `since` then.

    Where it showed that already, as after a move made there, it is so since then.
    """
    if appointment.status in CANCELLED:
        done = log.last(tx, f"appointment:{appointment.id}", REMOVED)
    else:
        link = calendars.link(tx, appointment.id, appointment.professional)
        done = link.wrote_at if link is not None else None
    if since is None or done is None:
        return done or since
    return max(since, done)


def in_place(link: Link, appointment: Appointment) -> bool:
    """Say whether an event, as last seen, is where and when the appointment is."""
    here = link.professional == appointment.professional and link.event_id is not None
    return here and link.known is not None and link.known.span == appointment.span


def _stands(link: Link, appointment: Appointment) -> bool:
    """Whether Outlook, as last seen, holds what this appointment should have."""
    known: EventDraft | None = link.known
    if known is None or not in_place(link, appointment):
        return False
    remote = appointment.modality is Modality.REMOTE
    return not remote or bool((known.online or known.meeting) and link.join_url)


#: News that say how the appointment stands, as they follow each other; a reminder is
#: none of these.
_NEWS = (
    "booked",
    "moved",
    "moved_by_client",
    "handed_over",
    "cancelled_by_us",
    "cancelled_by_client",
    "taken_back",
    "new_time",
    "time_holds",
)


#: How a message ends of which nothing was said, with why; such as that it would say
#: word for word what the last one said.
SKIPPED = "skipped:"
HEARD_BEFORE = "heard_before"


def last_said(tx: Tx, id_: AppointmentId) -> str:
    """Give what the client last heard of how her appointment stands."""
    return _last_said(deliveries.of_appointment(tx, id_))


def _last_said(every: list[Delivery]) -> str:
    said = [
        (each.version, each.intended_at, _NEWS.index(each.news))
        for each in every
        if each.state == "accepted" and each.news in _NEWS
    ]
    return _NEWS[max(said)[-1]] if said else ""


def _told(
    tx: Tx, appointment: Appointment, asked: Conflict | None
) -> tuple[Truth, datetime | None]:
    """Whether she has heard what holds now, and since when."""
    if appointment.client is None or appointment.confirming:
        # Booked or taken back, who was told *we are confirming* hears of it.
        return Truth.WAITING if appointment.confirming else Truth.NOT_OWED, None
    every = deliveries.of_appointment(tx, appointment.id)
    said = _last_said(every)
    accepted = [each for each in every if each.state == "accepted"]
    if asked is not None and said == "new_time":
        # An earlier question may have told her: then she is not told once more.
        return Truth.DONE, _done([each for each in accepted if each.news == said][-1:])
    key = _message(tx, appointment, asked, said)
    heard = [each for each in accepted if each.key.startswith(f"{key}:")]
    if heard:
        return Truth.DONE, _done(heard)
    sent = [each for each in every if each.key.startswith(f"{key}:")]
    owed = jobs.outcomes(tx, [key])
    if owed.get(key) == SKIPPED + HEARD_BEFORE:
        return Truth.DONE, _done([each for each in accepted if each.news == said][-1:])
    if jobs.DEAD in owed.values() or (sent and _all_failed(tx, appointment, sent)):
        return Truth.FAILED, None
    return Truth.WAITING if None in owed.values() else Truth.NOT_OWED, None


def _done(heard: list[Delivery]) -> datetime | None:
    return min((each.done_at for each in heard if each.done_at), default=None)


def _message(
    tx: Tx, appointment: Appointment, asked: Conflict | None, said: str
) -> str:
    """Name the message that tells her what holds now."""
    if asked is not None:
        return f"ask_new_time:{asked.id}"
    held = [
        each
        for each in conflicts.of_appointment(tx, appointment.id)
        if each.settled == HOLDS
    ]
    if said == "new_time" and held:
        return f"time_holds:{held[-1].id}"
    return f"tell:{appointment.id}:{appointment.version}"


def _all_failed(tx: Tx, appointment: Appointment, sent: list[Delivery]) -> bool:
    assert appointment.client is not None
    channels = people.client(tx, appointment.client).channels
    failed = {each.channel for each in sent if each.state == "failed"}
    return all(channel.value in failed for channel in channels)
