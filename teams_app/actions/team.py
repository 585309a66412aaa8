"""A day of some units as their supervisor sees it, and who of them fits best.

Everything is read for all at once: as many queries for thirty people as for three.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking import handover as rules
from booking.availability import Calendar, Guarded, Rules, clashes, is_open, openings
from booking.calendar import Busy
from booking.handover import Doubt, Taker
from booking.model import (
    Appointment,
    AppointmentId,
    Professional,
    ProfessionalId,
    Service,
    ServiceId,
    Unit,
    UnitId,
)
from booking.own_settings import as_given, rules_with
from booking.policy import Policy
from booking.skills import has_what_it_takes
from booking.spans import Span
from booking.views.cards import ConflictKind, Truths
from teams_app.actions import access, calendars, handing, takers
from teams_app.actions.access import Look, Person
from teams_app.actions.records import truths_of
from teams_app.actions.takers import Wanted
from teams_app.store import appointments, people, teams
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx
from teams_app.store.teams import Member

#: Nobody compares more people than these in one view; a unit is chosen then.
SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One professional and what stands in her time."""

    member: Member
    calendar: Calendar
    mine: tuple[Appointment, ...]  #: What takes her time, holds among it, in order.
    open: tuple[Span, ...]  #: When she may be booked, absences left aside.
    known: bool  #: Her calendar has been read, and may be.

    def away(self, now: datetime) -> tuple[Span, ...]:
        """Give when she is away: what of it is over is no news of the day."""
        return tuple(each for each in self.calendar.absences if each.end > now)

    @property
    def foreign(self) -> tuple[Busy, ...]:
        """What else stands in her Outlook."""
        return tuple(each for each in self.calendar.busy if each.ours is None)


@dataclass(frozen=True, slots=True)
class Day:
    """Everybody of the units looked at, by name."""

    columns: tuple[Column, ...]
    services: dict[ServiceId, Service]
    asked: dict[AppointmentId, list[ConflictKind]]  #: What stands open, of which kinds.
    truths: dict[AppointmentId, Truths]  #: Of what stands in their calendars.
    more: bool  #: There are more people than these.


def units(tx: Tx, who: Person) -> list[Unit]:
    """Give the units somebody supervises."""
    return [each for each in people.units(tx) if access.leads(who, each.id)]


def day(
    tx: Tx,
    who: Person,
    of: Collection[UnitId],
    within: Span,
    look: Look,
    policy: Policy,
) -> Day:
    """Read what stands in the time of everybody in these units, and log the look."""
    assert set(of) <= access.led(who), of
    found = columns(tx, of, within, policy, SHOWN_MAX + 1, look.at)
    shown = found[:SHOWN_MAX]
    every = [each for column in shown for each in column.mine]
    ids = [each.id for each in every]
    access.listed(tx, who, ids, look)
    return Day(
        tuple(shown),
        {each.id: each for each in people.services(tx)},
        teams.asked(tx, ids),
        truths_of(tx, [each for each in every if each.in_calendar]),
        more=len(found) > SHOWN_MAX,
    )


def columns(
    tx: Tx,
    of: Collection[UnitId],
    within: Span,
    policy: Policy,
    limit: int,
    now: datetime,
) -> list[Column]:
    """Read everybody's time within a span."""
    members = teams.members(tx, of, limit)
    ids = [each.id for each in members]
    mine: dict[ProfessionalId, list[Appointment]] = {id_: [] for id_ in ids}
    for one in appointments.between(tx, ids, within, occupying_only=False):
        if one.in_calendar or _is_held(one, now):
            mine[one.professional].append(one)
    busy, away = teams.busy(tx, ids, within), teams.absences(tx, ids, within)
    states = teams.states(tx, ids)
    made = []
    for each in members:
        replies = each.mailbox.replies
        calendar = Calendar(
            mailbox=each.mailbox,
            rules=rules_with(_rules(policy, each), each.own),
            busy=tuple(busy.get(each.id, ())),
            absences=(*away.get(each.id, ()), *([replies] if replies else [])),
            appointments=tuple(Guarded.of(a) for a in mine[each.id] if a.occupies),
        )
        known = calendars.is_known(states.get(each.id) or CalendarState(each.id))
        open_ = _open(calendar, within, policy)
        made.append(Column(each, calendar, tuple(mine[each.id]), open_, known))
    return made


def _rules(policy: Policy, member: Member) -> Rules:
    return calendars.rules_as_set(policy, member.rules).at(member.opening)


def _is_held(found: Appointment, now: datetime) -> bool:
    until = Guarded.of(found).until
    return found.occupies and (until is None or until > now)


def _open(calendar: Calendar, within: Span, policy: Policy) -> tuple[Span, ...]:
    found = openings(
        calendar.mailbox, calendar.rules, (), within, policy.zone, calendar.busy
    )
    return tuple(found)


# To whom an appointment would best be handed.


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody it may be handed to, and what stands against it."""

    professional: Professional
    doubts: tuple[Doubt, ...]
    own: bool  #: It is hers now.
    open: tuple[Span, ...]  #: When she may be booked, the days about that time.


_DAY = timedelta(days=1)


def fits(
    tx: Tx,
    who: Person,
    wanted: Wanted,
    policy: Policy,
    now: datetime,
) -> list[Fit]:
    """Give to whom it may be handed at a time, who fits best first.

    `wanted.to` is nobody's concern here. The rows decide; Outlook is asked about the
    one who is chosen.
    """
    found, time = wanted.appointment, wanted.time
    able = {each.id: each for each in access.handed_to(tx, who, found)}
    near = columns(
        tx,
        {each.unit for each in able.values()},
        time.widened(_DAY, _DAY),
        policy,
        SHOWN_MAX * 4,
        now,
    )
    unit = people.professional(tx, found.professional).unit
    made = []
    for column in near:
        if column.member.id not in able:
            continue
        own = column.member.id == found.professional
        against = rules.doubts(
            found,
            unit,
            _taker(tx, column, replace(wanted, to=column.member.id), policy),
            time,
        )
        kept = handing.relevant(against, moved_only=own)
        made.append(Fit(able[column.member.id], kept, own, column.open))
    return sorted(made, key=lambda each: (rules.fit(each.doubts), each.own))


def _taker(tx: Tx, column: Column, wanted: Wanted, policy: Policy) -> Taker:
    found, time = wanted.appointment, wanted.time
    ignored = takers.ignoring(tx, wanted)
    calendar = replace(
        column.calendar,
        absences=(),
        busy=tuple(b for b in column.calendar.busy if b.event_id not in ignored),
    )
    bare = Guarded(found.id, time)
    spans = tuple(
        replace(each, before=timedelta(0), after=timedelta(0))
        for each in calendar.appointments
    )
    service = people.service(tx, found.service)
    given = as_given(service, column.member.own)
    return Taker(
        professional=column.member.professional,
        gives=found.service in column.member.services and bool(given.modalities),
        skilled=has_what_it_takes(column.member.professional, service),
        in_this_way=not given.modalities or found.modality in given.modalities,
        online=column.member.mailbox.online_meetings,
        open=is_open(column.calendar, time, policy.zone),
        free=not clashes(replace(calendar, appointments=spans), bare),
        apart=not clashes(calendar, Guarded(found.id, time, found.before, found.after)),
    )
