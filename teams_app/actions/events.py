"""Our event in a professional's Outlook: what is owed, and what came of it.

`plan` compares what should stand there with what we last knew, and stores the intent
before anything is sent; the worker does the part outside and gives the answer to
`written`, `dropped` or `vanished`. One event an appointment: a create carries a
transaction id made from version and counter, so a repeat after a crash finds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.appointments import Actor
from booking.calendar import Busy, Event, EventDraft, ShowAs
from booking.events import changed, event_for
from booking.model import Appointment, AppointmentId, Modality, ProfessionalId
from booking.policy import Policy
from booking.spans import Span
from graph_sync.graph import Drop, Put
from teams_app.actions import copying, creates
from teams_app.actions.calendars import WINDOW_DAYS
from teams_app.actions.questions import CHOOSING, DELETED, MOVED
from teams_app.actions.records import NO_JOIN_LINK, REMOVED, in_place
from teams_app.actions.settle import keep_cards, owe_calendar, redraw_around
from teams_app.store import appointments, calendars, copies, jobs, log, people
from teams_app.store.calendars import Link
from teams_app.store.database import Tx

#: After how many seconds, each time, a missing join address is looked for again: each
#: minute in the first ten, for a client waits for it, then ever less, and at last each
#: hour until she would not need it any more: Teams may be away for half a day.
JOIN_WAITS = (2, 5, 15, 38, *(60,) * 9, 300, 900, 3600)
_NEAR = timedelta(minutes=1)
#: Before so many looks Teams may still be making the meeting. From then on one is asked
#: for once more wherever the event says that it has none.
_BEING_MADE = 3
#: From so many looks on, which is after two minutes, people are told of it.
_TOLD = 5
GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Outlook holds what it should, as far as we know."""


@dataclass(frozen=True, slots=True)
class Look:
    """The event must be read: its join address is missing, or a create went unanswered.

    `event_id` None: look it up by our key.
    """

    mailbox: str
    event_id: str | None
    key: str
    doubted: bool = False  #: Whether it stands in the calendar must be looked for too.


@dataclass(frozen=True, slots=True)
class Plan:
    """One appointment in one mailbox, and the one thing to do about it."""

    appointment: AppointmentId
    professional: ProfessionalId
    version: int
    step: Put | Drop | Look | Nothing


def plan(
    tx: Tx,
    id_: AppointmentId,
    professional: ProfessionalId,
    policy: Policy,
    now: datetime,
) -> Plan:
    """Decide the next step and store its intent."""
    appointment = appointments.find(tx, id_)
    link = calendars.link(tx, id_, professional)
    mailbox = people.professional(tx, professional).mailbox
    version = appointment.version if appointment else 0
    kept = copies.kept_meeting(tx, id_)
    if kept is not None and kept.is_in(professional, now):
        # A colleague's meeting goes on in it; afterwards it goes.
        _look_again(tx, Plan(id_, professional, version, Nothing()), kept.span.end)
        return Plan(id_, professional, version, Nothing())
    wanted = _wanted(tx, appointment, professional, policy)
    if wanted is not None and link is not None and _held_back(link, version):
        return Plan(id_, professional, version, Nothing())
    if wanted is None:
        step: Put | Drop | Look | Nothing = _to_remove(tx, link, mailbox, now)
    elif link is None or (link.event_id is None and not link.transaction_id):
        step = _to_create(tx, appointment, professional, wanted, mailbox, link, now)
    else:
        step = _to_keep(tx, link, wanted, mailbox, now)
    return Plan(id_, professional, version, step)


def _held_back(link: Link, version: int) -> bool:
    if link.problem == CHOOSING:
        return link.wanted_version == version
    return link.problem in {DELETED, MOVED}


def _wanted(
    tx: Tx,
    appointment: Appointment | None,
    professional: ProfessionalId,
    policy: Policy,
) -> EventDraft | None:
    if appointment is None or not appointment.in_calendar:
        return None
    if appointment.professional != professional:
        return None
    return draft_for(tx, appointment, policy)


def draft_for(tx: Tx, appointment: Appointment, policy: Policy) -> EventDraft:
    """Draw the event as it should stand in its professional's mailbox."""
    owner = people.professional(tx, appointment.professional)
    kept = copies.kept_meeting(tx, appointment.id)
    elsewhere = kept is not None and kept.professional != appointment.professional
    return event_for(
        appointment,
        language=owner.language,
        sensitivity=people.unit(tx, owner.unit).sensitivity,
        staff_url=policy.staff_url(appointment.reference),
        meeting=kept.join_url if kept is not None and elsewhere else "",
    )


def _to_remove(
    tx: Tx, link: Link | None, mailbox: str, now: datetime
) -> Drop | Look | Nothing:
    if link is None:
        return Nothing()
    if link.event_id is not None:
        return Drop(mailbox, link.event_id)
    if link.transaction_id and link.known is not None:
        return Look(mailbox, None, link.known.key)
    # There is no event, and none was asked for.
    calendars.drop_link(tx, link.appointment, link.professional)
    jobs.promise(tx, keep_cards(link.appointment, now))
    return Nothing()


def _to_create(  # noqa: PLR0913, PLR0917
    tx: Tx,
    appointment: Appointment | None,
    professional: ProfessionalId,
    wanted: EventDraft,
    mailbox: str,
    link: Link | None,
    now: datetime,
) -> Put:
    assert appointment is not None
    id_ = appointment.id
    seq = 1 if link is None else link.create_seq + 1
    transaction = creates.transaction_id(
        appointment, professional, appointment.version, seq
    )
    calendars.save_link(
        tx,
        Link(
            appointment=id_,
            professional=professional,
            event_id=None,
            change_key="",
            create_seq=seq,
            transaction_id=transaction,
            known=wanted,
            join_url=None,
            wanted_version=appointment.version,
            written_version=None,
            wrote_at=now,
            problem=None,
            checks=0,
            rev=0 if link is None else link.rev,
        ),
    )
    return Put(mailbox, wanted, transaction)


def _to_keep(
    tx: Tx, link: Link, wanted: EventDraft, mailbox: str, now: datetime
) -> Put | Look | Nothing:
    assert link.known is not None
    if link.event_id is None:
        # The create was not answered. The body of a repeat must be the first one's:
        # Graph refuses a known transaction id with other content.
        if link.wrote_at is None or now - link.wrote_at > timedelta(minutes=5):
            return Look(mailbox, None, link.known.key)
        return Put(mailbox, link.known, link.transaction_id)
    if appointments.remembered(tx, _overtaken(link)) is not None:
        return Look(mailbox, link.event_id, link.known.key, doubted=True)
    differing = changed(link.known, wanted)
    if differing:
        return Put(
            mailbox, wanted, link.transaction_id, link.event_id, differing, verify=False
        )
    if wanted.online and not link.join_url:
        return Look(mailbox, link.event_id, link.known.key)
    return Nothing()


def written(tx: Tx, plan: Plan, event: Event, now: datetime) -> bool:
    """Remember what Outlook holds now, and owe what is still missing.

    Ends with the promise to look again when the appointment changed meanwhile or Teams
    has not given the join address yet; gives whether it may still be making the meeting.
    What she did to the event while the answer was on its way is still to be asked about.
    Under the professional's lock, as rounds are laid (`pulls.apply`): of a round read
    meanwhile, and of what is written here, the later one knows.
    """
    appointments.lock(tx, plan.professional)
    link = calendars.link(tx, plan.appointment, plan.professional)
    appointment = appointments.find(tx, plan.appointment)
    if link is None or link.known is None or link.problem == DELETED:
        return False
    step = plan.step
    draft = step.draft if isinstance(step, Put) else link.known
    remote = appointment is not None and appointment.modality is Modality.REMOTE
    if isinstance(step, Put) and "online" in step.changed:
        # It had lost its meeting: the old address leads nowhere, and of another one the
        # address may come later.
        link = replace(link, join_url=None)
    if isinstance(step, Look) and step.event_id is not None and not step.doubted:
        # Only what Graph has answered was a look at whether the meeting is there.
        link = replace(link, checks=link.checks + 1)
    join_url = draft.meeting or event.join_url or link.join_url
    missing = remote and not join_url
    kept = replace(
        link,
        event_id=event.id,
        change_key=event.change_key,
        known=draft,
        join_url=join_url,
        written_version=plan.version,
        wrote_at=now,
        problem=NO_JOIN_LINK if missing and link.checks >= _TOLD else None,
    )
    if link.problem == MOVED:
        kept = replace(kept, problem=MOVED)
    calendars.save_link(tx, kept)
    _mirror(tx, plan.professional, event, draft)
    _look_at_others(tx, plan.professional, event, draft, now)
    copying.look_again(tx, plan.appointment, now)
    if missing and appointment is not None and appointment.span.end > now:
        _look_again(tx, plan, now + _wait(link.checks, appointment.span.start - now))
    current = link.wanted_version if link.event_id is None else plan.version
    if isinstance(step, Look) and step.doubted:
        appointments.forget_request(tx, _overtaken(link))
    overtaken = appointments.remembered(tx, _overtaken(link)) is not None
    if overtaken or appointment is None or appointment.version != current:
        # It changed, or a round was read, while the answer was on its way.
        _look_again(tx, plan, now)
    jobs.promise(tx, keep_cards(plan.appointment, now))
    return missing and link.checks < _BEING_MADE


def _wait(checks: int, until_start: timedelta) -> timedelta:
    """Look more and more seldom, but about the start each minute: its client waits."""
    seldom = timedelta(seconds=JOIN_WAITS[min(checks, len(JOIN_WAITS) - 1)])
    return min(seldom, max(abs(until_start) / 2, _NEAR))


def overtake(tx: Tx, link: Link, now: datetime) -> None:
    """Note that a round was read to which an event not answered for yet was unknown.

    It may have been made and removed again by then: no later round will tell of that.
    """
    appointments.remember_request(tx, _overtaken(link), now.isoformat())


def _overtaken(link: Link) -> str:
    return f"overtaken:{link.professional}:{link.transaction_id}"


def not_copies(tx: Tx, plan: Plan, found: Sequence[Event]) -> list[Event]:
    """Leave out what is somebody's copy: our property may survive on it.

    What a create made that went unanswered has the id of a create, if not of one that
    this database remembers. An event that was known before and lies in another mailbox
    now may have lost that.
    """
    link = calendars.link(tx, plan.appointment, plan.professional)
    unanswered = link is None or link.written_version is None
    return [
        event
        for event in found
        if copies.find(tx, plan.professional, event.id) is None
        and not (unanswered and event.transaction is None)
    ]


def _mirror(
    tx: Tx, professional: ProfessionalId, event: Event, draft: EventDraft
) -> None:
    """Put our own event into the mirror at once, so its echo is no news."""
    calendars.put_busy(
        tx,
        professional,
        Busy(
            event.id,
            event.when,
            event.show_as or ShowAs.BUSY,
            change_key=event.change_key,
            ours=draft.key,
        ),
    )


def _look_at_others(
    tx: Tx, professional: ProfessionalId, event: Event, draft: EventDraft, now: datetime
) -> None:
    """Look at what was taken for this event, at whatever time, before its answer came."""
    for id_ in calendars.taken_for(tx, professional, draft.key):
        if id_ != event.id:
            jobs.promise(tx, copying.look(professional, id_, now))


def look_for_anew(tx: Tx, professional: ProfessionalId, now: datetime) -> None:
    """Look for her events by our key: their ids, or their calendar, may be others now.

    What waits for an answer of hers is left to that.
    """
    ahead = Span(now, now + timedelta(days=WINDOW_DAYS))
    for link in calendars.links_in(tx, professional, ahead):
        if link.event_id is None or link.problem is not None or link.known is None:
            continue
        lost = replace(link, event_id=None, change_key="", wrote_at=None)
        calendars.save_link(tx, lost)
        owe_calendar(tx, link.appointment, professional, now)


def _look_again(tx: Tx, plan: Plan, due: datetime) -> None:
    owe_calendar(tx, plan.appointment, plan.professional, due)


def dropped(tx: Tx, plan: Plan, now: datetime) -> None:
    """Forget an event that is gone from the mailbox because we removed it."""
    link = calendars.link(tx, plan.appointment, plan.professional)
    if link is not None and link.event_id is not None:
        remember_removal(tx, plan.professional, link.event_id, now)
    calendars.drop_link(tx, plan.appointment, plan.professional)
    log.record(
        tx,
        at=now,
        who=Actor.SYSTEM.value,
        what=REMOVED,
        subject=f"appointment:{plan.appointment}",
        source=f"mailbox:{plan.professional}",
    )
    jobs.promise(tx, keep_cards(plan.appointment, now))


def remember_removal(
    tx: Tx, professional: ProfessionalId, event_id: str, now: datetime
) -> None:
    """Take an event out of the mirror that we removed ourselves, and remember that."""
    gone = calendars.drop_busy(tx, professional, event_id)
    if gone is not None and gone.ours is None:
        # A copy took time of hers; our own event's appointment says so by itself.
        redraw_around(tx, professional, [gone], now)
    mark = _removal(professional, event_id)
    appointments.remember_request(tx, mark, now.isoformat())


def _removal(professional: ProfessionalId, event_id: str) -> str:
    return f"removed:{professional}:{event_id}"


def was_removed(tx: Tx, professional: ProfessionalId, event_id: str) -> bool:
    """Say whether we removed this event ourselves, so its echo is no news."""
    return appointments.remembered(tx, _removal(professional, event_id)) is not None


def not_there(tx: Tx, plan: Plan, now: datetime) -> None:
    """Nothing with our key stands in the mailbox: the create never took effect."""
    link = calendars.link(tx, plan.appointment, plan.professional)
    if link is None:
        return
    appointment = appointments.find(tx, plan.appointment)
    if appointment is None or not appointment.in_calendar:
        calendars.drop_link(tx, plan.appointment, plan.professional)
        jobs.promise(tx, keep_cards(plan.appointment, now))
        return
    calendars.save_link(tx, replace(link, event_id=None, transaction_id=""))
    _look_again(tx, plan, now)


def given_up(
    tx: Tx, id_: AppointmentId, professional: ProfessionalId, now: datetime
) -> None:
    """Keep for a person to see that Outlook could not be brought in line."""
    link = calendars.link(tx, id_, professional) or Link(id_, professional)
    # What says more already, that Graph refused it or that she moved it, stays.
    if link.problem is None or not _says_all(tx, link):
        calendars.save_link(tx, replace(link, problem=GIVEN_UP))
    jobs.promise(tx, keep_cards(id_, now))


def _says_all(tx: Tx, link: Link) -> bool:
    """Whether nothing but what its problem says is wrong with an event."""
    appointment = appointments.find(tx, link.appointment)
    stands = appointment is not None and in_place(link, appointment)
    return stands or link.problem != NO_JOIN_LINK


def failed(tx: Tx, plan: Plan, problem: str, now: datetime) -> None:
    """Keep a step that will not work, for a person to see."""
    link = calendars.link(tx, plan.appointment, plan.professional)
    if link is not None:
        calendars.save_link(tx, replace(link, problem=problem))
    jobs.promise(tx, keep_cards(plan.appointment, now))
