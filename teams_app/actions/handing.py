"""An appointment handed over or moved in the tab by a person, and that taken back.

The professional herself may hand to a colleague of her unit who gives the service; a
supervisor to whoever is in a unit of hers, be it in another than it was. What cannot be
is refused, what is doubtful is done once she has said that she knows. The client is told
a little later: undone before that, she never hears of it. Undone after, she is told
again, for she must not go by what no longer holds.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking import handover as rules
from booking.appointments import Change, NotOpen, Past, Tell, TooLong
from booking.availability.calendars import is_on_grid
from booking.handover import Doubt
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import Span, from_epoch
from teams_app.actions import access, calendars, records, takers, unheard
from teams_app.actions.access import Person, Right
from teams_app.actions.handovers import Order, carry_out
from teams_app.actions.settle import UNDONE, settle
from teams_app.actions.takers import Wanted
from teams_app.store import appointments, deliveries, jobs, log, people
from teams_app.store.calendars import state as state_of
from teams_app.store.columns import bounds
from teams_app.store.database import Tx

#: So long the client hears nothing of it yet.
GRACE = rules.GRACE


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose an appointment is to be and when, as somebody says who saw a version."""

    id: AppointmentId
    version: int
    to: ProfessionalId
    start: datetime
    tell: Tell = Tell.YES
    agreed: frozenset[Doubt] = frozenset()  #: What she was warned of.


class Why(StrEnum):
    """Why nothing was done: `team.wrong.<why>`."""

    NOT_YOURS = "not_yours"  #: Hers to give to nobody, or not to this one.
    OUTDATED = "outdated"  #: It has changed since she saw it.
    NOT_OPEN = "not_open"  #: It was cancelled, or has an outcome.
    OVER = "over"  #: It has been.
    SAME = "same"  #: It is with her, at that time.
    PASSED = "passed"  #: The time wished for has begun.
    BESIDE = "beside"  #: Nothing begins then but at whole five minutes.
    TOO_FAR = "too_far"  #: Nobody reads that calendar so far ahead.
    UNREAD = "unread"  #: Outlook did not answer, or may not be read.
    BARRED = "barred"  #: What stands against it nobody may overrule.
    DOUBTFUL = "doubtful"  #: She has to say first that she knows.


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing has changed. `doubts`: what stands against it, where that is why."""

    why: Why
    doubts: tuple[Doubt, ...] = ()


def plan(
    tx: Tx, who: Person, wish: Wish, policy: Policy, now: datetime
) -> Wanted | Appointment | Refused:
    """Say what is to be looked at in the taker's calendar, if it may come to that.

    A repeat gives what the first one made.
    """
    found = appointments.load(tx, wish.id)
    if _stands(found, wish) and change_of(tx, found.id, wish.version + 1) is not None:
        return found
    wrong = _wrong(tx, who, found, wish, now)
    if wrong is not None:
        return Refused(wrong)
    time = Span(wish.start, wish.start + found.span.length)
    wanted = Wanted(found, wish.to, time)
    against = doubts(tx, wanted, policy, now)
    freely = access.may(tx, who, found.professional, Right.HAND_FREELY)
    barred = rules.bars(against, found.modality, supervisor=freely)
    if barred:
        return Refused(Why.BARRED, barred)
    if not set(against) <= wish.agreed:
        return Refused(Why.DOUBTFUL, against)
    return wanted


def doubts(tx: Tx, wanted: Wanted, policy: Policy, now: datetime) -> tuple[Doubt, ...]:
    """Say what stands against it. That the time is another one was wished for."""
    found = takers.against(tx, wanted, policy, now)
    return relevant(found, moved_only=wanted.to == wanted.appointment.professional)


#: Of her whose it is already, only this can be new.
_OF_TIME = frozenset({Doubt.HOURS, Doubt.BUSY, Doubt.PAUSE})


def relevant(found: Collection[Doubt], *, moved_only: bool) -> tuple[Doubt, ...]:
    """Leave out what is wished for, or was so before."""
    kept = _OF_TIME if moved_only else frozenset(Doubt) - {Doubt.TIME}
    return tuple(each for each in found if each in kept)


def _stands(found: Appointment, wish: Wish) -> bool:
    return (found.professional, found.span.start) == (wish.to, wish.start)


def _wrong(
    tx: Tx, who: Person, found: Appointment, wish: Wish, now: datetime
) -> Why | None:
    if not access.may(tx, who, found.professional):
        return Why.NOT_YOURS
    if found.version != wish.version:
        return Why.OUTDATED
    wrong = _not_now(found, wish.start, now)
    if wrong is not None:
        return wrong
    if wish.to not in {each.id for each in access.handed_to(tx, who, found)}:
        return Why.NOT_YOURS
    if _stands(found, wish):
        return Why.SAME
    return _out_of_reach(tx, found, wish)


def is_open(found: Appointment, now: datetime) -> bool:
    """Say whether it may still change hands at all."""
    return _not_now(found, found.span.start, now) is None


def _not_now(found: Appointment, start: datetime, now: datetime) -> Why | None:
    """What has begun may still change hands; a new time must lie ahead."""
    if not found.in_calendar or not found.occupies:
        return Why.NOT_OPEN
    if found.span.end <= now:
        return Why.OVER
    moved = start != found.span.start
    return Why.PASSED if moved and start <= now else None


def _out_of_reach(tx: Tx, found: Appointment, wish: Wish) -> Why | None:
    if wish.start != found.span.start and not is_on_grid(wish.start):
        return Why.BESIDE
    state = state_of(tx, wish.to)
    if not calendars.is_known(state):
        return Why.UNREAD
    end = wish.start + found.span.length + found.after
    beyond = state.window is not None and end > state.window.end
    return Why.TOO_FAR if beyond else None


def hand(
    tx: Tx, who: Person, wish: Wish, policy: Policy, now: datetime
) -> Appointment | Refused:
    """Hand over, move, or both at once: one change, of which the client hears once.

    Outlook was asked about it just before. Raises Overlap when the time has gone.
    """
    appointments.lock(tx, appointments.load(tx, wish.id).professional, wish.to)
    planned = plan(tx, who, wish, policy, now)
    if not isinstance(planned, Wanted):
        return planned
    before = planned.appointment
    by = access.acts_as(who, people.professional(tx, before.professional))
    soon = before.span.start - now <= GRACE * 2 or planned.time.start - now <= GRACE * 2
    order = Order(
        before,
        planned.to,
        planned.time,
        by,
        who.who,
        tell=wish.tell,
        grace=timedelta(0) if soon else GRACE,
    )
    after = _done(tx, order, now)
    if isinstance(after, Appointment):
        _remember(tx, before, after, who)
    return after


def _done(tx: Tx, order: Order, now: datetime) -> Appointment | Refused:
    before = order.appointment
    if order.to == before.professional:
        return _moved(tx, order, now)
    done = carry_out(tx, order, now)
    match done:
        case Appointment():
            return done
        case NotOpen():
            return Refused(Why.NOT_OPEN)
        case Past() | TooLong():
            return Refused(Why.OVER)


def _moved(tx: Tx, order: Order, now: datetime) -> Appointment:
    """Give it another time with the same professional."""
    before = order.appointment
    after = replace(before, span=order.time, version=before.version + 1)
    appointments.drop_lapsed(tx, order.to, now, after.guarded)
    tell = order.tell if after.span.start > now else Tell.NO
    change = Change(
        before,
        after,
        order.by,
        now,
        "move" if order.undoes is None else UNDONE,
        tell,
        order.who,
        grace=order.grace,
        undoes=order.undoes,
    )
    settle(tx, change)
    return after


# Taking it back.


@dataclass(frozen=True, slots=True)
class Made:
    """What a change made here has changed, and who made it."""

    who: str
    professional: ProfessionalId  #: Whose it was before.
    span: Span  #: When it was before.


def _key(id_: AppointmentId, version: int) -> str:
    return f"hand:{id_}:{version}"


def _remember(tx: Tx, before: Appointment, after: Appointment, who: Person) -> None:
    """Keep what stood before: beside what else a press has made, and as long."""
    kept = json.dumps([who.who, before.professional, *bounds(before.span)])
    appointments.remember_request(tx, _key(after.id, after.version), kept)


def change_of(tx: Tx, id_: AppointmentId, version: int) -> Made | None:
    """Say what the change that made this version has changed, if it was made here."""
    kept = appointments.remembered(tx, _key(id_, version))
    if kept is None:
        return None
    who, professional, start, end = json.loads(kept)
    return Made(who, ProfessionalId(professional), from_epoch(start, end))


@dataclass(frozen=True, slots=True)
class Undone:
    """It is again as it was."""

    appointment: Appointment
    unheard: bool  #: The client has heard nothing of it, and will not.


def plan_undo(
    tx: Tx, who: Person, id_: AppointmentId, version: int, now: datetime
) -> Wanted | Undone | Refused:
    """Say what is to be looked at before a change is taken back.

    Who made it may, though it is not hers any more, for as long as she could make it
    again; and whoever supervises where it is. A second press gives what the first did.
    """
    found = appointments.load(tx, id_)
    made = change_of(tx, id_, version)
    if made is None or not _may_undo(tx, who, found, version):
        return Refused(Why.NOT_YOURS)
    if found.version != version:
        repeated = _is_undone(tx, found, made, version)
        return _undone(tx, found, version) if repeated else Refused(Why.OUTDATED)
    wrong = _not_now(found, made.span.start, now)
    if wrong is not None:
        return Refused(wrong)
    return Wanted(found, made.professional, made.span)


def _is_undone(tx: Tx, found: Appointment, made: Made, version: int) -> bool:
    """Say whether the last that happened was that somebody took this back."""
    last = log.change(tx, f"appointment:{found.id}", version + 1)
    again = (found.professional, found.span) == (made.professional, made.span)
    return found.version == version + 1 and last == UNDONE and again


def _undone(tx: Tx, done: Appointment, version: int) -> Undone:
    owed = jobs.known(tx, f"tell:{done.id}:{version}")
    asked = records.last_said(tx, done.id) == unheard.NEW_TIME
    every = deliveries.of_appointment(tx, done.id)
    told = any(each.version == done.version for each in every)
    return Undone(done, unheard=not (owed or asked or told))


def undo(
    tx: Tx, who: Person, id_: AppointmentId, version: int, now: datetime
) -> Undone | Refused:
    """Take back what was done in this version, if nothing has happened since.

    Raises Overlap when the time it had is another's by now.
    """
    made = change_of(tx, id_, version)
    found = appointments.load(tx, id_)
    if made is not None:
        appointments.lock(tx, found.professional, made.professional)
    planned = plan_undo(tx, who, id_, version, now)
    if not isinstance(planned, Wanted):
        return planned
    found = planned.appointment
    key = f"tell:{id_}:{version}"
    owed = jobs.known(tx, key)
    if not _has_gone(tx, found, key):
        jobs.take_back(tx, key)
    order = Order(
        found,
        planned.to,
        planned.time,
        access.acts_as(who, people.professional(tx, planned.to)),
        who.who,
        tell=Tell.YES if owed else Tell.NO,
        undoes=version,
    )
    done = _done(tx, order, now)
    return done if isinstance(done, Refused) else _undone(tx, done, version)


def _has_gone(tx: Tx, found: Appointment, key: str) -> bool:
    """Whether a message of it may have gone out, whatever is known of it."""
    every = deliveries.of_appointment(tx, found.id)
    return any(
        each.key.startswith(f"{key}:") and each.state not in {"failed", "skipped"}
        for each in every
    )


def undoable(tx: Tx, who: Person, reference: str, version: int) -> Appointment | None:
    """Give an appointment of which somebody may take back what that version did."""
    sound = reference.isascii() and reference.isalnum()
    found = appointments.by_reference(tx, reference.upper()) if sound else None
    if found is None or not _may_undo(tx, who, found, version):
        return None
    return found


def _may_undo(tx: Tx, who: Person, found: Appointment, version: int) -> bool:
    made = change_of(tx, found.id, version)
    if made is None:
        return False
    hers = made.who == who.who and access.may(tx, who, made.professional)
    return hers or access.may(tx, who, found.professional)


def telling(tx: Tx, found: Appointment, now: datetime) -> str:
    """Say whether the client hears of it: `soon`, `now` (or has heard), or `no`."""
    key = f"tell:{found.id}:{found.version}"
    if not jobs.known(tx, key):
        return "no"
    open_ = jobs.outcomes(tx, [key]).get(key) is None
    return "soon" if open_ and not jobs.any_due(tx, [key], now) else "now"
