"""The narrow door: every change of an appointment is written down here.

`settle` saves the appointment, asks the core what the world is now owed, and writes each
of those promises in the same transaction. Promises that the change has made untrue
(reminders of another start) are withdrawn, and questions about where its event stands
in Outlook are overtaken.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import assert_never

from booking.appointments import (
    Announce,
    AskOutcome,
    Change,
    CheckAgain,
    Consequence,
    KeepCalendar,
    KeepCards,
    News,
    RemindClient,
    RemindProfessional,
    SayArrived,
    TellClient,
    consequences,
)
from booking.arrivals import Came
from booking.binding import laid_down
from booking.calendar import Busy
from booking.model import (
    CANCELLED,
    Appointment,
    AppointmentId,
    ProfessionalId,
    Status,
)
from booking.spans import Span
from teams_app.actions import copying, offer_looks, questions
from teams_app.actions.calendars import WINDOW_DAYS, zone_of
from teams_app.store import (
    appointments,
    bindings,
    conflicts,
    copies,
    jobs,
    log,
    marks,
    people,
)
from teams_app.store.columns import bounds
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise, mailbox_lane

_FIRST_LOOK_AGAIN = timedelta(seconds=2)
#: What the log says of a change that takes back another.
UNDONE = "undone"
_MOVES = frozenset({"move", "adopt", UNDONE})
_REMINDERS = ("remind", "remind_professional")


def settle(tx: Tx, change: Change) -> None:
    """Write the change down and promise everything it owes.

    Raises Frozen where Vuoro is removed, store's Overlap when the time is taken and Stale when somebody else changed
    the appointment first; the transaction must then end.
    """
    marks.check_not_frozen(tx)
    appointments.save(tx, change.after)
    service = people.service(tx, change.after.service)
    if service.binding is not None and _is_agreed_on(change):
        bindings.lay_down(tx, laid_down(service.binding, change.after, change.at))
    owed = [promise(each, change) for each in consequences(change, service)]
    if _start_is_another(change):
        kept = [each.key for each in owed if each.kind in _REMINDERS]
        jobs.withdraw(tx, change.after.id, kinds=_REMINDERS, keep=kept)
    if _is_elsewhere(change):
        _drop_kept_meeting(tx, change)
        questions.overtake(tx, change.after, change.by, change.at)
        copying.look_again(tx, change.after.id, change.at)
    for each in owed:
        jobs.promise(tx, each)
    if change.after.in_calendar:
        # Its end has a job of its own (`AskOutcome`), which looks at the cards too.
        jobs.promise(tx, look_when_past(change.after.id, change.after.span.start))
    _redraw_questions(tx, change)
    before = change.before
    if before is not None and before.in_calendar and _is_elsewhere(change):
        # Hers who has it now are looked at with the cards of the appointment.
        jobs.promise(tx, keep_lists(before.professional, change.at))
    log.record(
        tx,
        at=change.at,
        who=change.who or change.by.value,
        what=change.why,
        subject=f"appointment:{change.after.id}",
        source=f"v{change.after.version}",
    )
    _log_times(tx, change)


def _log_times(tx: Tx, change: Change) -> None:
    """Write beside a move from when to when it went; who hands over says that herself."""
    before, after = change.before, change.after
    if before is None or before.span == after.span or change.why not in _MOVES:
        return
    if change.why == UNDONE and before.professional != after.professional:
        return
    log.record(
        tx,
        at=change.at,
        who=change.who or change.by.value,
        what=change.why,
        subject=f"appointment:{after.id}",
        source=f"times:{moved(before.span, after.span)}",
    )


def moved(was: Span, is_: Span) -> str:
    """Write from when to when something went, as the log keeps it."""
    return f"{int(was.start.timestamp())}>{int(is_.start.timestamp())}"


def _is_agreed_on(change: Change) -> bool:
    """Whether nothing of it was agreed on before."""
    before = change.before
    new = before is None or before.status is Status.HELD
    return new and change.after.status is Status.BOOKED


def _is_elsewhere(change: Change) -> bool:
    """Whether it is no longer when and with whom it was, or is no more at all."""
    before, after = change.before, change.after
    if before is None or not before.in_calendar:
        return False
    place = (before.span, before.professional)
    return after.status in CANCELLED or place != (after.span, after.professional)


def _drop_kept_meeting(tx: Tx, change: Change) -> None:
    """Remove a meeting kept in a colleague's mailbox, once nobody is to meet in it."""
    kept = copies.meeting_of(tx, change.after.id)
    if kept is not None and not kept.serves(change.after):
        copies.drop_meeting(tx, change.after.id)
        owe_calendar(tx, change.after.id, kept.professional, change.at)


def _start_is_another(change: Change) -> bool:
    before, after = change.before, change.after
    return before is not None and (
        not after.in_calendar or before.span.start != after.span.start
    )


def promise(owed: Consequence, change: Change) -> Promise:  # noqa: C901  one line each
    """Turn a consequence into the job that keeps it."""
    now, id_ = change.at, change.after.id
    match owed:
        case KeepCalendar():
            made = keep_calendar(owed, now)
        case TellClient():
            made = _tell(owed, change)
        case RemindClient():
            made = _remind_client(owed)
        case RemindProfessional():
            made = _remind_professional(owed)
        case AskOutcome():
            made = ask_outcome(owed, owed.end)
        case SayArrived():
            made = say_came(
                id_, owed.professional, Came.ARRIVED, change.after.span, now
            )
        case KeepCards():
            made = keep_cards(id_, now)
        case Announce():
            made = _announce(owed, change)
        case CheckAgain():
            made = Promise(
                kind="confirm",
                key=f"confirm:{id_}:{owed.version}",
                due=now + _FIRST_LOOK_AGAIN,
                lane=mailbox_lane(change.after.professional),
                appointment=id_,
                payload={"by": change.by.value},
            )
        case _:
            assert_never(owed)
    return made


def _tell(owed: TellClient, change: Change) -> Promise:
    undoes = {} if change.undoes is None else {"undoes": change.undoes}
    return Promise(
        kind="tell",
        key=f"tell:{owed.appointment}:{owed.version}",
        due=change.at + change.grace,
        lane="sender:client",
        payload={
            "version": owed.version,
            "news": owed.news.value,
            "by": change.by.value,
            **undoes,
        },
        appointment=owed.appointment,
    )


def _announce(owed: Announce, change: Change) -> Promise:
    """Promise the card of some news; when it was before, to her who had it then."""
    before = change.before
    hers = before is not None and before.professional == owed.professional
    moved = hers and owed.news is News.MOVED
    was = before.span if before is not None and moved else None
    undoes = {} if change.undoes is None else {"undoes": change.undoes}
    return Promise(
        kind="announce",
        key=f"announce:{owed.appointment}:{owed.version}:{owed.professional}",
        due=change.at,
        payload={
            "professional": owed.professional,
            "news": owed.news.value,
            "by": change.by.value,
            "was": list(bounds(was)) if was is not None else None,
            **undoes,
        },
        appointment=owed.appointment,
        expires=change.after.span.end,
    )


def _remind_professional(owed: RemindProfessional) -> Promise:
    start = int(owed.start.timestamp())
    return Promise(
        kind="remind_professional",
        key=f"remind_professional:{owed.appointment}:{start}",
        due=owed.due,
        payload={"start": start},
        appointment=owed.appointment,
        expires=owed.start,
    )


def ask_outcome(owed: AskOutcome, due: datetime) -> Promise:
    """Promise the card that asks how it went; promised again, it is asked again.

    The same job has the other cards offer no more than can be done after the end: two
    at once could overtake each other at one card.
    """
    end = int(owed.end.timestamp())
    return Promise(
        "ended",
        f"ended:{owed.appointment}:{end}",
        due=due,
        payload={"end": end},
        appointment=owed.appointment,
        again=True,
    )


def say_came(
    id_: AppointmentId,
    professional: ProfessionalId,
    how: Came,
    time: Span,
    now: datetime,
) -> Promise:
    """Promise the card that tells a professional how her client's coming stands.

    Promised again, of the same start, the card that stands says it.
    """
    start = int(time.start.timestamp())
    return Promise(
        "came",
        f"came:{id_}:{start}:{professional}:{how}",
        due=now,
        payload={"professional": professional, "start": start, "how": how.value},
        appointment=id_,
        expires=time.end,
        again=True,
    )


def owe_calendar(
    tx: Tx, id_: AppointmentId, professional: ProfessionalId, due: datetime
) -> None:
    """Owe that one mailbox is brought in line with one appointment."""
    jobs.promise(tx, keep_calendar(KeepCalendar(id_, professional), due))


def keep_calendar(owed: KeepCalendar, now: datetime) -> Promise:
    """Promise to bring one mailbox in line with one appointment."""
    return Promise(
        kind="calendar",
        key=f"calendar:{owed.appointment}:{owed.professional}",
        due=now,
        lane=mailbox_lane(owed.professional),
        payload={"professional": owed.professional},
        appointment=owed.appointment,
        again=True,
    )


def keep_cards(id_: AppointmentId, now: datetime) -> Promise:
    """Promise that every card of the appointment shows it as it is."""
    return Promise("cards", f"cards:{id_}", due=now, appointment=id_, again=True)


def keep_lists(id_: ProfessionalId, now: datetime) -> Promise:
    """Promise that every card that lists appointments of hers shows them as they are."""
    named: dict[str, object] = {"professional": id_}
    return Promise("lists", f"lists:{id_}", due=now, payload=named, again=True)


def look_when_past(id_: AppointmentId, moment: datetime) -> Promise:
    """Promise that its cards offer no more than can be done after this moment."""
    key = f"over:{id_}:{int(moment.timestamp())}"
    return Promise("over", key, due=moment, appointment=id_)


def redraw_questions(
    tx: Tx, professional: ProfessionalId, spans: Collection[Span], now: datetime
) -> None:
    """Promise a look at the cards that ask about a time of hers that is another now.

    They name what lies over an appointment, and who of the unit is free to take it; and
    the cards of her offers name which of the times are left.
    """
    for id_ in _asked_about(tx, professional, spans):
        jobs.promise(tx, keep_cards(id_, now))
    for offer in offer_looks.near(tx, professional, spans, now):
        jobs.promise(tx, offer_looks.keep_offer_cards(offer, now))


def redraw_ahead(tx: Tx, professional: ProfessionalId, now: datetime) -> None:
    """`redraw_questions` where it is another matter now when she is to be had at all."""
    ahead = Span(now, now + timedelta(days=WINDOW_DAYS))
    redraw_questions(tx, professional, [ahead], now)


def redraw_around(
    tx: Tx, professional: ProfessionalId, rows: Iterable[Busy | None], now: datetime
) -> None:
    """`redraw_questions` where events of her calendar lie, or lay."""
    zone = zone_of(tx, professional)
    spans = [row.span(zone) for row in rows if row is not None]
    redraw_questions(tx, professional, spans, now)


def _asked_about(
    tx: Tx, professional: ProfessionalId, spans: Collection[Span]
) -> list[AppointmentId]:
    if not spans:
        return []
    whole = Span(min(each.start for each in spans), max(each.end for each in spans))
    found = []
    for asked in conflicts.open_about(tx, professional, whole):
        own = appointments.load(tx, asked.appointment)
        about = {own.guarded, _guarded(own, asked.moved_to)}
        if any(one.overlaps(span) for one in about for span in spans):
            found.append(asked.appointment)
    return found


def _redraw_questions(tx: Tx, change: Change) -> None:
    """What a change takes or frees is asked about; a hold frees its time by itself."""
    was, is_ = _takes(change.before), _takes(change.after)
    for place in (was, is_) if was != is_ else ():
        if place is not None:
            redraw_questions(tx, place[0], [place[1]], change.at)
    after, ends = change.after, change.after.hold_ends
    if after.status is Status.HELD and ends is not None:
        for id_ in _asked_about(tx, after.professional, [after.guarded]):
            jobs.promise(tx, _look_when_lapsed(id_, ends))
        hers, taken = after.professional, [after.guarded]
        for offer in offer_looks.near(tx, hers, taken, change.at):
            if offer != after.offer:  # What its own client holds is no loss.
                jobs.promise(tx, offer_looks.keep_once_free(offer, ends))


def redraw_when_holds_lapse(
    tx: Tx, asked: Appointment, time: Span | None, now: datetime
) -> None:
    """Promise a look at a new question when what is held beside it frees its time.

    A colleague in whose calendar somebody holds that time just now may be free for it
    ten minutes later, and no commit says so.
    """
    able = [each.id for each in people.professionals_for(tx, asked.service)]
    for span in {asked.guarded, _guarded(asked, time)}:
        for other in appointments.between(tx, able, span):
            ends = other.hold_ends
            if other.status is Status.HELD and ends is not None and ends > now:
                jobs.promise(tx, _look_when_lapsed(asked.id, ends))


def _guarded(asked: Appointment, time: Span | None) -> Span:
    """Give the time it is asked about, with the pauses that would belong to it."""
    return (time or asked.span).widened(asked.before, asked.after)


def _takes(appointment: Appointment | None) -> tuple[ProfessionalId, Span] | None:
    if appointment is None or not appointment.occupies:
        return None
    return appointment.professional, appointment.guarded


def _look_when_lapsed(id_: AppointmentId, ends: datetime) -> Promise:
    key = f"cards:{id_}:{int(ends.timestamp())}"
    return Promise("cards", key, due=ends, appointment=id_)


def _remind_client(owed: RemindClient) -> Promise:
    start = int(owed.start.timestamp())
    return Promise(
        kind="remind",
        key=f"remind:{owed.appointment}:{start}:{owed.hours}h",
        due=owed.due,
        lane="sender:client",
        payload={"start": start, "hours": owed.hours},
        appointment=owed.appointment,
        expires=owed.expires,
    )
