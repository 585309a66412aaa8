"""Who could take an appointment over, as far as is known, and who is asked whether."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from booking import availability
from booking.availability import Guarded, is_open
from booking.calendar import Event
from booking.handover import Doubt, Taker, doubts
from booking.model import Appointment, Professional, ProfessionalId, UnitId
from booking.policy import Policy
from booking.skills import has_what_it_takes
from booking.spans import Span
from teams_app.actions import calendars as times
from teams_app.actions import giving
from teams_app.store import (
    appointments,
    calendars,
    copies,
    directory,
    people,
    services,
)
from teams_app.store.database import Tx

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An appointment, whose it may become, and when it would then be."""

    appointment: Appointment
    to: ProfessionalId
    time: Span

    @property
    def guarded(self) -> Span:
        return self.time.widened(self.appointment.before, self.appointment.after)


def against(
    tx: Tx,
    wanted: Wanted,
    policy: Policy,
    now: datetime,
    around: Sequence[Event] | None = None,
) -> tuple[Doubt, ...]:
    """Say what stands against it. `around`: her Outlook then, if it was just read."""
    unit = people.professional(tx, wanted.appointment.professional).unit
    taker = _taker(tx, wanted, policy, now, around)
    return doubts(wanted.appointment, unit, taker, wanted.time)


def _taker(
    tx: Tx,
    wanted: Wanted,
    policy: Policy,
    now: datetime,
    around: Sequence[Event] | None,
) -> Taker:
    day = wanted.time.widened(_DAY, _DAY)
    calendar = times.calendar_of(tx, wanted.to, policy, day)
    appointment = wanted.appointment
    professional = people.professional(tx, wanted.to)
    service = people.service(tx, appointment.service)
    given = giving.service_of(tx, appointment.service, wanted.to)
    named = wanted.to in services.givers(tx, appointment.service)
    room = _room(tx, wanted, policy, now, around)
    return Taker(
        professional=professional,
        gives=named and bool(given.modalities),
        skilled=has_what_it_takes(professional, service),
        in_this_way=not (named and given.modalities)
        or appointment.modality in given.modalities,
        online=people.mailbox(tx, wanted.to).online_meetings,
        open=is_open(calendar, wanted.time, policy.zone),
        free=room.free,
        apart=room.apart,
    )


class _Room(NamedTuple):
    """What of a time is to be had in a calendar."""

    free: bool  #: Nothing else stands then.
    apart: bool  #: Nor in the pauses that belong to it, or to what is next to it.


def _room(
    tx: Tx,
    wanted: Wanted,
    policy: Policy,
    now: datetime,
    around: Sequence[Event] | None = None,
) -> _Room:
    near = beside(tx, wanted, now)
    if any(each.span.overlaps(wanted.time) for each in near):
        return _Room(free=False, apart=False)
    if around is None:
        foreign = _foreign(tx, wanted, policy)
        over = any(each.overlaps(wanted.time) for each in foreign)
        return _Room(free=not over, apart=not near and not foreign)
    free, apart = (
        not times.clashing(
            tx, wanted.to, within, around, policy, ignoring=ignoring(tx, wanted)
        )
        for within in (wanted.time, wanted.guarded)
    )
    return _Room(free=free, apart=apart and not near)


def beside(tx: Tx, wanted: Wanted, now: datetime) -> list[Appointment]:
    """Give what of ours is in its way with her, pauses included."""
    return [
        each
        for each in appointments.between(tx, [wanted.to], wanted.guarded)
        if each.id != wanted.appointment.id and _stands(each, now)
    ]


def _foreign(tx: Tx, wanted: Wanted, policy: Policy) -> list[Span]:
    """Give what else stands then in her Outlook, as far as the mirror knows."""
    ignored = ignoring(tx, wanted)
    zone = times.zone_of(tx, wanted.to)
    blocking = times.rules_of(tx, wanted.to, policy).blocking
    found = [
        row.span(zone)
        for row in calendars.busy(tx, wanted.to, wanted.guarded)
        if row.show_as in blocking and row.ours is None and row.event_id not in ignored
    ]
    return [each for each in found if each.overlaps(wanted.guarded)]


def is_busy(tx: Tx, wanted: Wanted, policy: Policy, now: datetime) -> bool:
    """Say whether something is known to stand at the very time, pauses left aside."""
    return not _room(tx, wanted, policy, now).free


def is_day_full(tx: Tx, wanted: Wanted, policy: Policy) -> bool:
    """Say whether the limit of her day is reached without it."""
    calendar = times.calendar_of(tx, wanted.to, policy, wanted.time.widened(_DAY, _DAY))
    return availability.is_day_full(
        calendar, Guarded(wanted.appointment.id, wanted.time), policy.zone
    )


def pause(tx: Tx, wanted: Wanted, policy: Policy, now: datetime) -> int:
    """Give how many minutes there should be between it and what comes too near."""
    own, none = wanted.appointment, timedelta(0)
    near = [(each.span, each.before, each.after) for each in beside(tx, wanted, now)]
    near += [(each, none, none) for each in _foreign(tx, wanted, policy)]
    wished = [
        own.after + before if span.start >= wanted.time.end else own.before + after
        for span, before, after in near
    ]
    return max(wished, default=max(own.before, own.after)) // timedelta(minutes=1)


def _stands(appointment: Appointment, now: datetime) -> bool:
    """Say whether it takes its time: a hold that has lapsed gives way to anybody."""
    until = Guarded.of(appointment).until
    return until is None or until > now


def ignoring(tx: Tx, wanted: Wanted) -> Collection[str]:
    """Give the events in her calendar that only stand for this very appointment."""
    return {
        each.event_id
        for each in copies.of_appointment(tx, wanted.appointment.id)
        if each.professional == wanted.to
    }


def colleagues(
    tx: Tx, appointment: Appointment, policy: Policy, now: datetime
) -> list[Professional]:
    """Give who of the unit could take it over just as it is."""
    unit = people.professional(tx, appointment.professional).unit
    return [
        each
        for each in people.professionals_for(tx, appointment.service)
        if each.unit == unit
        and each.id != appointment.professional
        and not against(tx, Wanted(appointment, each.id, appointment.span), policy, now)
    ]


def asked(tx: Tx, found: Appointment, to: ProfessionalId) -> list[str]:
    """Give who is asked, and may answer: object ids.

    A colleague of the same unit may say so herself; over the border of a unit it is
    for the supervisors of the one that has the appointment. Where there is nobody, or
    nobody any more, the professional herself is asked.
    """
    giver, taker = people.professional(tx, found.professional), None
    colleague = people.professional(tx, to)
    here = not directory.has_left(tx, colleague.object_id)
    if colleague.unit == giver.unit and here:
        taker = colleague.object_id
    everybody = [*([taker] if taker else []), *desk(tx, giver.unit)]
    return list(dict.fromkeys(everybody)) or [giver.object_id]


def desk(tx: Tx, unit: UnitId) -> list[str]:
    """Give the supervisors of a unit who are still here."""
    every = people.supervisors(tx, unit)
    return [each for each in every if not directory.has_left(tx, each)]
