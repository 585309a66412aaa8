"""One appointment with all that belongs to it, read in one go.

Pages, cards and messages are drawn from this; it decides nothing but how far each of the
three truths has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.arrivals import Arrival, Came, standing
from booking.binding import Bound
from booking.calendar import EventDraft
from booking.lateness import Delay
from booking.model import (
    CANCELLED,
    Appointment,
    AppointmentId,
    Client,
    Language,
    Modality,
    Professional,
    Service,
    Status,
    Unit,
)
from booking.outcomes import OUTCOMES, is_recorded
from booking.spans import Span
from booking.views.cards import Truth, Truths
from booking.views.waiting import Question
from teams_app.actions.lateness import key_of, last_told
from teams_app.actions.questions import (
    CHOOSING,
    DELETED,
    HOLDS,
    MOVED,
    choosing,
    in_a_line,
)
from teams_app.store import (
    arrivals,
    bindings,
    calendars,
    conflicts,
    copies,
    delays,
    deliveries,
    jobs,
    links,
    log,
    people,
    promises,
)
from teams_app.store.calendars import Link
from teams_app.store.conflicts import Conflict
from teams_app.store.copies import KeptMeeting
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery
from teams_app.store.rows import unchanged

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

    delay: Delay | None = None  #: What was said last of when it begins.
    late_told: Truth = Truth.NOT_OWED  #: How far telling her that has come.
    arrivals: tuple[Arrival, ...] = ()  #: What was said of her coming, old too.
    #: The time that she knows, where she is to choose another and was not told of this.
    known: Span | None = None
    moves: int = 0  #: So often its client has moved it; read where a bound is set.
    bound: Bound | None = None  #: What was laid down for it, where it is binding.

    def late(self, now: datetime) -> int:
        """Say how many minutes late it begins; none: it does not, or has begun."""
        delay = self.delay
        holds = delay is not None and delay.holds(self.appointment, now)
        return delay.minutes if holds and delay is not None else 0

    def came(self, now: datetime) -> Arrival | None:
        """Say how her coming stands; None: nothing is known of it, or it is over."""
        return standing(self.arrivals, self.appointment, now)

    def waiting(self, now: datetime) -> tuple[Question, ...]:
        """Give what waits for a person's answer: not what it is too late for."""
        return tuple(each for each in self.questions if each.until > now)

    @property
    def unspoken(self) -> Language | None:
        """Give the language its client is met in, where its professional has it not."""
        said = self.appointment.language
        return None if said in self.professional.languages else said

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
    delay = delays.find(tx, appointment.id)
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
        delay,
        _late_told(tx, delay) if delay is not None else Truth.NOT_OWED,
        arrivals.of_appointment(tx, appointment.id),
        bound=bindings.find(tx, appointment.id),
    )


def _late_told(tx: Tx, delay: Delay) -> Truth:
    if last_told(tx, delay.appointment, delay.start) == delay.minutes:
        return Truth.DONE
    key = key_of(delay)
    dead = jobs.outcomes(tx, [key]).get(key) == jobs.DEAD
    return Truth.FAILED if dead else Truth.WAITING


def wholes(tx: Tx, found: Sequence[Appointment]) -> list[Whole]:
    """Read everything that belongs to some appointments, by a few statements for all."""
    with unchanged(tx):
        _read_ahead(tx, found)
        return [whole(tx, each) for each in found]


def truths_of(tx: Tx, found: Sequence[Appointment]) -> dict[AppointmentId, Truths]:
    """Say of some appointments how far each has come, by a few statements for all."""
    with unchanged(tx):
        heard = _read_truths_ahead(tx, found)
        promises.read_ahead(tx, list(map(_tells, heard)))
        return {
            now.id: _truths(
                tx, now, then, choosing(tx, now.id) if now.in_calendar else None
            )
            for now, then in zip(found, heard, strict=True)
        }


def _read_ahead(tx: Tx, found: Sequence[Appointment]) -> None:
    ids = [each.id for each in found]
    delays.read_ahead(tx, ids)
    bindings.read_ahead(tx, ids)
    promised = list(map(_tells, _read_truths_ahead(tx, found)))
    said = [delays.find(tx, id_) for id_ in ids]
    promised += [key_of(each) for each in said if each is not None]
    for each in found:
        promised += reminders(each, people.service(tx, each.service))
    promises.read_ahead(tx, promised)


def _read_truths_ahead(tx: Tx, found: Sequence[Appointment]) -> list[Appointment]:
    """Read what the truths are said by, but for the promises of what is told.

    Gives each appointment as its client heard of it.
    """
    ids = [each.id for each in found]
    for room in (links, conflicts, deliveries, copies, arrivals):
        room.read_ahead(tx, ids)
    people.read_clients_ahead(tx, [each.client for each in found if each.client])
    quiet = {each.id: each for each in found if _may_be_unheard(tx, each)}
    log.read_ahead(tx, {_subject(each): each.version for each in quiet.values()})
    told = {id_: as_told(tx, each) for id_, each in quiet.items()}
    before = [told.get(each.id, each) for each in found]
    log.read_ahead(tx, {_subject(each): each.version for each in before})
    return before


def _subject(appointment: Appointment) -> str:
    return f"appointment:{appointment.id}"


def _tells(appointment: Appointment) -> str:
    return f"tell:{appointment.id}:{appointment.version}"


def reminders(appointment: Appointment, service: Service) -> list[str]:
    """Name the reminders of the time it has."""
    id_, start = appointment.id, int(appointment.span.start.timestamp())
    return [f"remind:{id_}:{start}:{hours}h" for hours in service.reminder_hours]


def _unsent(tx: Tx, appointment: Appointment, service: Service) -> bool:
    """Whether something else than the news of its state could not be said to her."""
    owed = jobs.outcomes(tx, reminders(appointment, service))
    return appointment.in_calendar and jobs.DEAD in owed.values()


def truths(tx: Tx, appointment: Appointment, asked: Conflict | None = None) -> Truths:
    """Say how far booking, Outlook and telling the client have each come.

    `asked`: the question by which she is to choose another time.
    """
    return _truths(tx, appointment, as_told(tx, appointment), asked)


def _truths(
    tx: Tx, now: Appointment, appointment: Appointment, asked: Conflict | None
) -> Truths:
    """`appointment`: as its client heard of it, which may not be all of `now`."""
    booked = _booked(now)
    since = log.changed_to(tx, _subject(appointment), appointment.version)
    held = calendars.links_of(tx, appointment.id)
    in_outlook = _in_outlook(tx, appointment, held)
    told, told_at = _told(tx, appointment, asked)
    return Truths(
        booked,
        in_outlook,
        told,
        cancelled=appointment.status in CANCELLED,
        booked_at=since if booked is Truth.DONE else None,
        in_outlook_at=_outlook_since(tx, appointment, held, since)
        if in_outlook is Truth.DONE
        else None,
        told_at=told_at,
    )


#: How the log calls it when an outcome is recorded, before its name.
OUTCOME = "outcome_"


#: Changes of which no client is told: that she has come, and how it went.
UNTOLD = frozenset(
    {"arrived", "not_arrived", *(f"{OUTCOME}{each}" for each in OUTCOMES)}
)


def _may_be_unheard(tx: Tx, appointment: Appointment) -> bool:
    came = (each.how for each in arrivals.of_appointment(tx, appointment.id))
    return is_recorded(appointment) or Came.ARRIVED in came


def as_told(tx: Tx, appointment: Appointment) -> Appointment:
    """Give an appointment as its client heard of it, before what is said to nobody."""
    if not _may_be_unheard(tx, appointment):
        return appointment
    subject, version = _subject(appointment), appointment.version
    while version > 1 and log.change(tx, subject, version) in UNTOLD:
        version -= 1
    return replace(appointment, version=version)


def _booked(appointment: Appointment) -> Truth:
    return Truth.WAITING if appointment.status is Status.HELD else Truth.DONE


def _in_outlook(tx: Tx, appointment: Appointment, held: list[Link]) -> Truth:
    kept = copies.kept_meeting(tx, appointment.id)
    links = [
        link for link in held if kept is None or link.professional != kept.professional
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
    tx: Tx, appointment: Appointment, held: list[Link], since: datetime | None
) -> datetime | None:
    """When Outlook came to show what holds `since` then.

    Where it showed that already, as after a move made there, it is so since then.
    """
    if appointment.status in CANCELLED:
        done = log.last(tx, _subject(appointment), REMOVED)
    else:
        hers = (each for each in held if each.professional == appointment.professional)
        done = next((each.wrote_at for each in hers), None)
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
    "handed_back",
    "handed_new_meeting",
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
    return said_last(deliveries.of_appointment(tx, id_))


def said_last(every: Sequence[Delivery]) -> str:
    """Give which of these messages she heard last of how it stands; empty: none."""
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
    said = said_last(every)
    accepted = [each for each in every if each.state == "accepted"]
    last = [each for each in accepted if each.news == said][-1:]
    if any(_tells_that(appointment, asked, each) for each in last):
        return Truth.DONE, _done(last)
    key = _message(tx, appointment, asked, said)
    heard = [each for each in accepted if each.key.startswith(f"{key}:")]
    if heard:
        return Truth.DONE, _done(heard)
    sent = [each for each in every if each.key.startswith(f"{key}:")]
    owed = jobs.outcomes(tx, [key])
    if owed.get(key) == SKIPPED + HEARD_BEFORE:
        return Truth.DONE, _done(last)
    if jobs.DEAD in owed.values() or (sent and _all_failed(tx, appointment, sent)):
        return Truth.FAILED, None
    return Truth.WAITING if None in owed.values() else Truth.NOT_OWED, None


def _tells_that(
    appointment: Appointment, asked: Conflict | None, heard: Delivery
) -> bool:
    """Whether it told her that she is to choose, or that her time holds after all.

    An earlier question may have told her: then she is not told once more.
    """
    if asked is not None:
        return heard.news == "new_time"
    holds = heard.key.startswith("time_holds:")
    return holds and heard.version == appointment.version


def _done(heard: list[Delivery]) -> datetime | None:
    return min((each.done_at for each in heard if each.done_at), default=None)


def _message(
    tx: Tx, appointment: Appointment, asked: Conflict | None, said: str
) -> str:
    """Name the message that tells her what holds now."""
    if asked is not None:
        return f"ask_new_time:{asked.id}"
    if said == "new_time":
        every = conflicts.of_appointment(tx, appointment.id)
        held = [each for each in every if each.settled == HOLDS]
        if held:
            return f"time_holds:{held[-1].id}"
    return _tells(appointment)


def message_owed(tx: Tx, appointment: Appointment) -> str:
    """Name the message that tells its client what holds now."""
    about, in_calendar = as_told(tx, appointment), appointment.in_calendar
    asked = choosing(tx, appointment.id) if in_calendar else None
    return _message(tx, about, asked, last_said(tx, appointment.id))


def _all_failed(tx: Tx, appointment: Appointment, sent: list[Delivery]) -> bool:
    assert appointment.client is not None
    channels = people.client(tx, appointment.client).channels
    failed = {each.channel for each in sent if each.state == "failed"}
    return all(channel.value in failed for channel in channels)
