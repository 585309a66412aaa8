"""Why a time is not offered: the rules and events that hide it, one by one.

For staff. Of what stands in Outlook it knows no more than the search does: from when to
when, and how it is shown. It gives no reason exactly when the time is offered; a test
holds it to the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.availability import cells
from booking.availability.calendars import (
    Calendar,
    Guarded,
    is_day_full,
    is_on_grid,
    is_on_step,
    openings,
    outside,
)
from booking.availability.rules import Mode, Rules
from booking.calendar import ShowAs
from booking.model import Hours
from booking.spans import Span, day_span


class Rule(StrEnum):
    PAST = "past"
    MODALITY = "modality"  #: The service is not given in this way.
    FAR = "far"  #: Her calendar is not read so far ahead.
    GRID = "grid"  #: Nothing begins but at whole five minutes.
    CLOSED = "closed"  #: A holiday, or an office's own day.
    OFFICE = "office"  #: The unit is shut at that hour.
    HOURS = "hours"  #: Outside her working hours.
    OWN_HOURS = "own_hours"  #: Within them, but she does not keep it for bookings.
    BLOCKS = "blocks"  #: Outside what she has opened herself.
    ABSENT = "absent"
    BUSY = "busy"  #: Something of Outlook's own.
    TAKEN = "taken"  #: Another appointment.
    HELD = "held"  #: Somebody is choosing just now.
    LEAD = "lead"  #: Too soon for clients.
    HORIZON = "horizon"  #: Too far ahead for clients.
    FULL = "full"  #: No more may begin on that day for clients.
    STEP = "step"  #: Clients are offered starts on steps.


#: These hide a time from clients and not from staff.
FOR_CLIENTS = frozenset({Rule.LEAD, Rule.HORIZON, Rule.FULL, Rule.STEP})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that hides a time."""

    rule: Rule
    span: Span | None = None  #: Of what stands in the way.
    show_as: ShowAs | None = None
    #: Only the time needed before or after touches it, not the appointment itself.
    beside: bool = False
    number: int = 0  #: What the rule allows: minutes, days, appointments.


@dataclass(frozen=True, slots=True)
class Asked:
    """One start that somebody misses."""

    wanted: Guarded
    now: datetime
    zone: ZoneInfo  #: The tenant's.
    lead_minutes: int = 0
    horizon_days: int = 60
    possible: bool = True  #: The service is given in this way.
    read_until: datetime | None = None  #: How far ahead her calendar is read.

    @property
    def start(self) -> datetime:
        return self.wanted.span.start


def why_not(calendar: Calendar, asked: Asked) -> tuple[Reason, ...]:
    """Give every reason, what hides it from everybody first. None: it is offered.

    Of what is over nothing else is said.
    """
    if asked.start <= asked.now:
        return (Reason(Rule.PAST),)
    calendar = calendar.at(asked.now).without(asked.wanted.id)
    return (
        *_never(asked),
        *_shut(calendar, asked),
        *_in_the_way(calendar, asked),
        *_for_clients(calendar, asked),
    )


def _never(asked: Asked) -> Iterator[Reason]:
    if not asked.possible:
        yield Reason(Rule.MODALITY)
    if asked.read_until is not None and asked.wanted.whole.end > asked.read_until:
        yield Reason(Rule.FAR)
    if not is_on_grid(asked.start):
        yield Reason(Rule.GRID)


def _shut(calendar: Calendar, asked: Asked) -> Iterator[Reason]:
    rules, promised = calendar.rules, asked.wanted.span
    day = asked.start.astimezone(asked.zone).date()
    last = promised.end.astimezone(asked.zone).date()
    while day <= last:
        shut = day_span(day, asked.zone)
        if rules.is_closed(day) and shut.overlaps(promised):
            yield Reason(Rule.CLOSED, shut)
        day += timedelta(days=1)
    always = replace(
        rules,
        holidays=False,
        eves=False,
        closed=frozenset(),
        opened=frozenset(),
        office=(),
    )
    if _is_shut_at(rules.office, asked):
        yield Reason(Rule.OFFICE)
    if _opens(calendar, always, asked):
        return
    if rules.mode is Mode.OPENED_BLOCKS:
        yield Reason(Rule.BLOCKS)
    else:
        works = _opens(calendar, replace(always, hours=()), asked)
        yield Reason(Rule.OWN_HOURS if works else Rule.HOURS)


def _is_shut_at(office: tuple[Hours, ...], asked: Asked) -> bool:
    if not office:
        return False
    window = cells.seconds(asked.wanted.span)
    shut = outside(office, window, asked.zone)
    return any(start < window[1] and window[0] < end for start, end in shut)


def _opens(calendar: Calendar, rules: Rules, asked: Asked) -> bool:
    """Say whether the time lies in one opening, by these rules alone."""
    promised = asked.wanted.span
    near = promised.widened(timedelta(hours=1), timedelta(hours=1))
    opened = openings(
        calendar.mailbox, rules, (), near, asked.zone, blocks=calendar.busy
    )
    return any(each.contains(promised) for each in opened)


def _in_the_way(calendar: Calendar, asked: Asked) -> Iterator[Reason]:
    promised, whole = asked.wanted.span, asked.wanted.whole
    zone = ZoneInfo(calendar.mailbox.zone)
    for absence in calendar.absences:
        if absence.overlaps(whole):
            yield Reason(Rule.ABSENT, absence, beside=not absence.overlaps(promised))
    for row in calendar.busy:
        when = row.span(zone)
        blocks = row.show_as in calendar.rules.blocking and row.ours is None
        if blocks and when.overlaps(whole):
            beside = not when.overlaps(promised)
            yield Reason(Rule.BUSY, when, row.show_as, beside)
    for one in calendar.appointments:
        if one.whole.overlaps(whole):
            rule = Rule.TAKEN if one.until is None else Rule.HELD
            yield Reason(rule, one.span, beside=not one.span.overlaps(promised))


def _for_clients(calendar: Calendar, asked: Asked) -> Iterator[Reason]:
    rules, local = calendar.rules, asked.start.astimezone(asked.zone)
    if asked.start < asked.now + timedelta(minutes=asked.lead_minutes):
        yield Reason(Rule.LEAD, number=asked.lead_minutes)
    ahead = min(asked.horizon_days, rules.horizon_days)
    today = asked.now.astimezone(asked.zone).date()
    if local.date() > today + timedelta(days=ahead):
        yield Reason(Rule.HORIZON, number=ahead)
    if is_day_full(calendar, asked.wanted, asked.zone):
        assert rules.daily_limit is not None
        yield Reason(Rule.FULL, number=rules.daily_limit)
    if not is_on_step(calendar, asked.start, asked.zone):
        yield Reason(Rule.STEP, number=rules.step_minutes)
