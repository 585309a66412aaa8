"""Running late: who is told, and what has been said so far.

What is said last holds. Each client is owed one message about it, which is composed when
it is sent, and every card and page that shows the appointment says the same.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking import lateness as rules
from booking.lateness import Delay, Reached
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import day_span, wall
from teams_app.actions.questions import choosing
from teams_app.actions.settle import keep_cards, look_when_past
from teams_app.actions.unanswered import has_not_gone
from teams_app.store import appointments, conflicts, delays, deliveries, jobs, log
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery
from teams_app.store.jobs import Promise
from teams_app.store.rows import unchanged


@dataclass(frozen=True, slots=True)
class Said:
    """Who says it, as the log has it, and when."""

    who: str
    at: datetime
    policy: Policy


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody waits who could be told: the time has been, or is too far ahead."""


@dataclass(frozen=True, slots=True)
class Others:
    """Not those whom the card named would be told any more."""


def of_today(
    tx: Tx, professional: ProfessionalId, policy: Policy, now: datetime
) -> list[Appointment]:
    """Give whom a delay may reach: who was asked to choose another time comes not."""
    today = day_span(wall(now, policy.zone).date(), policy.zone)
    found = appointments.between(tx, [professional], today)
    kept = [each for each in found if each.in_calendar]
    with unchanged(tx):
        conflicts.read_ahead(tx, [each.id for each in kept])
        coming = [each for each in kept if choosing(tx, each.id) is None]
    return sorted(coming, key=lambda each: each.span.start)


def say(
    tx: Tx,
    first: Appointment,
    minutes: int,
    said: Said,
    whom: Collection[AppointmentId] | None = None,
) -> tuple[Reached, ...] | Nobody | Others:
    """Say that an appointment and those behind it begin late; the clients are told.

    Said again it tells nobody anything. `whom`: those whom a card named; if others would
    be told by now, nobody is.
    """
    assert minutes in rules.MINUTES, minutes
    professional = first.professional
    appointments.lock(tx, professional)
    day = of_today(tx, professional, said.policy, said.at)
    found = rules.reached(day, minutes, said.at, first.id)
    if not found:
        return Nobody()
    if whom is not None and set(whom) != {each.appointment.id for each in found}:
        return Others()
    for each in found:
        _say(tx, each.appointment, each.minutes, said)
    reached = {each.appointment.id for each in found}
    for delay in delays.standing(tx, professional, said.at):
        if delay.start > first.span.start and delay.appointment not in reached:
            _take_back(tx, delay, said)
    return found


def on_time(tx: Tx, professional: ProfessionalId, said: Said) -> int:
    """Take everything back that was said of her; gives of how many appointments."""
    appointments.lock(tx, professional)
    found = delays.standing(tx, professional, said.at)
    return sum(_take_back(tx, each, said) for each in found)


def _take_back(tx: Tx, delay: Delay, said: Said) -> bool:
    found = appointments.load(tx, delay.appointment)
    return delay.holds(found, said.at) and _say(tx, found, 0, said)


def _say(tx: Tx, appointment: Appointment, minutes: int, said: Said) -> bool:
    """Write down what holds now, and owe its client the word; False: it held already."""
    id_, start = appointment.id, appointment.span.start
    known = delays.find(tx, id_)
    holds = known.minutes if known is not None and known.start == start else 0
    if holds == minutes:
        return False
    revision = known.revision + 1 if known is not None else 1
    delay = Delay(id_, start, minutes, revision, said.at, said.who)
    delays.save(tx, delay, appointment.professional)
    jobs.promise(tx, _tell(delay, appointment))
    jobs.promise(tx, keep_cards(id_, said.at))
    if minutes:
        jobs.promise(tx, look_when_past(id_, delay.begins))
    log.record(
        tx,
        at=said.at,
        who=said.who,
        what="running_late" if minutes else "on_time",
        subject=f"appointment:{id_}",
        source=f"minutes:{minutes}",
    )
    return True


def key_of(delay: Delay) -> str:
    """Name the message that tells it; its last part is what it tells."""
    start = seconds(delay.start)
    return f"late:{delay.appointment}:{start}:{delay.revision}:{delay.minutes}"


def last_told(tx: Tx, id_: AppointmentId, start: datetime) -> int:
    """Give how late the client last heard that it begins; none: on time."""
    said = [
        (revision, minutes)
        for revision, minutes, each in _said(tx, id_, start)
        if each.state == deliveries.ACCEPTED
    ]
    return max(said)[1] if said else 0


def may_have_read(tx: Tx, delay: Delay) -> bool:
    """Say whether the last that she may have read before is another than this."""
    said = [
        (revision, minutes)
        for revision, minutes, each in _said(tx, delay.appointment, delay.start)
        if revision < delay.revision and not has_not_gone(each)
    ]
    return bool(said) and max(said)[1] != delay.minutes


def _said(
    tx: Tx, id_: AppointmentId, start: datetime
) -> Iterator[tuple[int, int, Delivery]]:
    """Give of each message about its lateness its number, and what it told."""
    begins = f"late:{id_}:{seconds(start)}:"
    for each in deliveries.of_appointment(tx, id_):
        if each.key.startswith(begins):
            revision, minutes, *_ = each.key.removeprefix(begins).split(":")
            yield int(revision), int(minutes), each


def _tell(delay: Delay, appointment: Appointment) -> Promise:
    return Promise(
        kind="tell_late",
        key=key_of(delay),
        due=delay.said_at,
        lane="sender:client",
        payload={"revision": delay.revision},
        appointment=delay.appointment,
        expires=appointment.span.end,
    )


def standing_of(
    tx: Tx, day: Sequence[Appointment], now: datetime
) -> dict[AppointmentId, Delay]:
    """Give what holds now of these appointments."""
    with unchanged(tx):
        delays.read_ahead(tx, [each.id for each in day])
        found = {each.id: delays.find(tx, each.id) for each in day}
    return {
        each.id: delay
        for each in day
        if (delay := found[each.id]) is not None and delay.holds(each, now)
    }
