"""A client comes: written down once, and her professional is told by a card.

That she is there in person changes the appointment, which goes by `settle` as every
change does. That she waits for a remote meeting, could not get into it, or tries again,
is noted beside it, and nothing of the appointment changes.
"""

from dataclasses import dataclass
from datetime import datetime

from booking import arrivals as rules
from booking.appointments import Actor, Change, NotOpen, Outdated, Past, Tell
from booking.arrivals import Arrival, Came
from booking.model import Appointment, AppointmentId
from teams_app.actions.questions import choosing
from teams_app.actions.settle import keep_cards, say_came, settle
from teams_app.store import appointments, arrivals, jobs, log
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class By:
    """Who says it: as what, and as the log has it; and when."""

    actor: Actor
    who: str
    at: datetime


Said = Appointment | rules.Refusal | Outdated


def arrive(tx: Tx, id_: AppointmentId, by: By, version: int | None = None) -> Said:
    """Say that a client has come in person. Said again, nothing more happens.

    `version`: of the page that was pressed, where it is this alone that it was about.
    """
    before = _locked(tx, id_)
    after = rules.arrive(before, by.at)
    said = _said(tx, before, after, version)
    if isinstance(said, Appointment) and said != before:
        at = Arrival(id_, Came.ARRIVED, said.span.start, by.at)
        arrivals.save(tx, at, said.professional)
        settle(tx, Change(before, said, by.actor, by.at, "arrived", Tell.NO, by.who))
    return said


def take_back(tx: Tx, id_: AppointmentId, by: By, version: int | None = None) -> Said:
    """Say that she has not come after all. Said again, nothing more happens."""
    before = _locked(tx, id_)
    after = rules.take_back(before, by.at)
    said = _said(tx, before, after, version)
    if isinstance(said, Appointment) and said != before:
        why = "not_arrived"
        settle(tx, Change(before, said, by.actor, by.at, why, Tell.NO, by.who))
    return said


def _locked(tx: Tx, id_: AppointmentId) -> Appointment:
    """Read it alone: of two who say the same at once, the second finds it said."""
    appointments.lock(tx, appointments.load(tx, id_).professional)
    return appointments.load(tx, id_)


def _said(
    tx: Tx,
    before: Appointment,
    after: Appointment | rules.Refusal,
    version: int | None,
) -> Said:
    if not isinstance(after, Appointment) or after == before:
        return after
    if version not in {None, before.version}:
        return Outdated(before.version)
    if choosing(tx, before.id) is not None:
        return NotOpen(before.status)  # She was told that we cannot keep it.
    return after


def why_not(said: Said) -> str:
    """Name in words why it was not written down; empty: it was, or the page was old."""
    match said:
        case Appointment() | Outdated():
            return ""
        case rules.TooEarly():
            return "arrivals.problem.too_early"
        case Past():
            return "arrivals.problem.over"
        case NotOpen() | rules.NotHere():
            return "arrivals.problem.unfit"


def note(tx: Tx, id_: AppointmentId, how: Came, now: datetime) -> bool:
    """Note that a client waits for her meeting, could not get into it, or tries again.

    False: it is too early, over, or was called off. Noted again, nothing more happens.
    That she tries again has no card of its own: the one that stands says so.
    """
    found = _locked(tx, id_)
    if not rules.is_near(found, now) or choosing(tx, id_) is not None:
        return False
    if not rules.is_news(arrivals.of_appointment(tx, id_), found, how, now):
        return True
    at = Arrival(id_, how, found.span.start, now)
    arrivals.save(tx, at, found.professional)
    if how is not Came.TRYING:
        jobs.promise(tx, say_came(id_, found.professional, how, found.span, now))
    jobs.promise(tx, keep_cards(id_, now))
    log.record(
        tx,
        at=now,
        who=Actor.CLIENT.value,
        what=how.value,
        subject=f"appointment:{id_}",
        source="link",
    )
    return True
