"""A professional's time as the rows know it: for the search and for the last check.

The mirror is Outlook's busy time as of the last pull; appointments and holds block by
themselves. `room` is asked again with fresh rows whenever something is booked.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking import availability
from booking.availability import Calendar, Guarded, Mode, Rules
from booking.availability.calendars import is_on_grid
from booking.calendar import Event
from booking.model import (
    Appointment,
    AppointmentId,
    Modality,
    Professional,
    ProfessionalId,
    Service,
    Slot,
)
from booking.own_settings import Opens, Section, rules_with
from booking.policy import Policy
from booking.spans import Span, span, wall
from graph_sync.graph import REFUSED_BY_ENTRA, Forbidden, Gone, NoMailbox
from graph_sync.reconcile import Opening, row_of
from teams_app.actions import giving
from teams_app.store import absences, appointments, calendars, conflicts, people
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx

#: How far ahead calendars are mirrored. A delta link has its window baked in, so the
#: window is longer than the search looks, and rolled only when it gets too short.
WINDOW_DAYS = 95


@dataclass(frozen=True, slots=True)
class Kept:
    """What the slot index keeps of a professional."""

    professional: ProfessionalId
    calendar: Calendar
    services: tuple[Service, ...]


#: Why a calendar may not be read, as its last error says it.
FORBIDDEN = "Forbidden"
GONE = "Gone"
#: Errors after which nobody knows what stands in a calendar. The last one is kept in
#: rows written before a mailbox that is not there was called GONE.
BARRING = frozenset({FORBIDDEN, REFUSED_BY_ENTRA, GONE, "NoMailbox"})


def followed(tx: Tx, now: datetime) -> list[tuple[Professional, CalendarState]]:
    """Give everybody whose calendar is followed, with what is known of it."""
    known = {state.professional: state for state in calendars.states(tx)}
    return [
        (each, known.get(each.id) or CalendarState(each.id))
        for each in people.followed(tx, now)
    ]


def barring(error: Forbidden | Gone) -> str:
    """Name the error that bars a calendar, whichever kind of it Graph's answer is."""
    if error.code == REFUSED_BY_ENTRA:
        return REFUSED_BY_ENTRA
    return GONE if isinstance(error, Gone | NoMailbox) else FORBIDDEN


def is_barred(state: CalendarState) -> bool:
    """Say whether the calendar could not be read at all, and has not been since."""
    return state.failing_since is not None and state.last_error in BARRING


def is_known(state: CalendarState) -> bool:
    """Say whether a calendar has been read, and may be; of others nothing is offered."""
    return state.synced is not None and not is_barred(state)


def window(now: datetime) -> Span:
    """Give the time a full read of a calendar asks for."""
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
    return span(start, timedelta(days=WINDOW_DAYS))


def kept(tx: Tx, id_: ProfessionalId, policy: Policy, now: datetime) -> Kept | None:
    """Read what the slot index needs; None: she takes no bookings."""
    professional = people.professional(tx, id_)
    if not professional.bookable or not is_known(calendars.state(tx, id_)):
        return None
    services = tuple(giving.open_services(tx, professional))
    return Kept(id_, calendar_of(tx, id_, policy, window(now)), services)


def calendar_of(tx: Tx, id_: ProfessionalId, policy: Policy, within: Span) -> Calendar:
    """Read a professional's calendar within a time."""
    occupying = appointments.between(tx, [id_], within)
    mailbox = people.mailbox(tx, id_)
    away = (mailbox.replies,) if mailbox.replies is not None else ()
    return Calendar(
        mailbox=mailbox,
        rules=rules_of(tx, id_, policy),
        busy=tuple(calendars.busy(tx, id_, within)),
        absences=(*_away(tx, id_, within), *away),
        appointments=(
            *(Guarded.of(each) for each in occupying),
            *_moved_in_outlook(tx, id_, within),
        ),
    )


def _away(tx: Tx, id_: ProfessionalId, within: Span) -> list[Span]:
    spans = [each.span for each in absences.of(tx, id_)]
    return [each for each in spans if each.overlaps(within)]


def is_away(tx: Tx, id_: ProfessionalId, promised: Span) -> bool:
    """Say whether an absence is recorded over a time."""
    return bool(_away(tx, id_, promised))


def _moved_in_outlook(tx: Tx, id_: ProfessionalId, within: Span) -> Iterator[Guarded]:
    """Give where she has moved appointments to without having said yet what it means.

    Both times are kept until she has: the one the client knows, and her own.
    """
    for each in conflicts.open_for(tx, id_):
        if each.moved_to is not None and each.moved_to.overlaps(within):
            yield Guarded(each.appointment, each.moved_to)


def rules_of(tx: Tx, id_: ProfessionalId, policy: Policy) -> Rules:
    """Give the tenant's rules with what this professional has of her own.

    What she has set herself comes before what the organisation has set for her.
    """
    return rules_with(rules_set_for(tx, id_, policy), giving.own_of(tx, id_))


def rules_set_for(tx: Tx, id_: ProfessionalId, policy: Policy) -> Rules:
    """Give the tenant's rules with what the organisation has set for her."""
    set_ = rules_as_set(policy, people.rules(tx, id_))
    return set_.at(people.opening_for(tx, id_))


def rules_as_set(policy: Policy, kept: dict[str, Any] | None) -> Rules:
    """Give the tenant's rules with what the organisation has set, as it is kept."""
    own = kept or {}
    changes: dict[str, object] = {}
    if "mode" in own:
        changes["mode"] = Mode(str(own["mode"]))
    if "daily_limit" in own:
        changes["daily_limit"] = own["daily_limit"]
    if not changes:
        return policy.rules
    return replace(policy.rules, **changes)  # type: ignore[arg-type]


def opening_of(tx: Tx, id_: ProfessionalId) -> Opening:
    """Give how this professional marks time she opens for booking."""
    opens = opens_of(tx, id_)
    return Opening(opens.category, opens.prefix)


def opens_of(tx: Tx, id_: ProfessionalId) -> Opens:
    """Give whether she opens the times herself, and how she marks them."""
    own = giving.own_of(tx, id_)
    return own.opens if own.has(Section.OPENS) else opens_set_for(tx, id_)


def opens_set_for(tx: Tx, id_: ProfessionalId) -> Opens:
    """Give what the organisation has set for her of it."""
    own = people.rules(tx, id_) or {}
    mode = Mode(str(own.get("mode", Mode.WORKING_HOURS)))
    return Opens(mode, str(own.get("category", "")), str(own.get("prefix", "")))


@dataclass(frozen=True, slots=True)
class Ask:
    """One time somebody wants, and how strictly it is looked at.

    `staff`: no lead time, horizon, step or daily limit; a professional knows better.
    What is not mirrored, and what begins beside the grid, is nobody's to take.
    """

    slot: Slot
    service: Service
    modality: Modality
    staff: bool
    ignoring: Appointment | None = None
    again: bool = False  #: Held before: lead time, horizon and step were looked at.

    @property
    def guarded(self) -> Guarded:
        before, after = self.service.buffer(self.modality)
        length = self.service.length
        if self.ignoring is not None:
            before, after = self.ignoring.before, self.ignoring.after
            length = self.ignoring.span.length
        id_ = self.ignoring.id if self.ignoring is not None else AppointmentId(-1)
        return Guarded(id_, span(self.slot.start, length), before, after)


def zone_of(tx: Tx, id_: ProfessionalId) -> ZoneInfo:
    """Give the zone of her mailbox: an all-day event covers days of it."""
    return ZoneInfo(people.mailbox(tx, id_).zone)


def has_room(tx: Tx, ask: Ask, policy: Policy, now: datetime) -> bool:
    """Check one time against fresh rows."""
    given = giving.service_of(tx, ask.service.id, ask.slot.professional)
    if ask.ignoring is None and ask.modality not in given.modalities:
        return False
    ask = replace(ask, service=given)
    known = ask.staff or ask.again
    if ask.slot.start <= now or not (known or _in_reach(ask, policy, now)):
        return False
    state = calendars.state(tx, ask.slot.professional)
    if not is_known(state) or is_beyond(state, ask) or not is_on_grid(ask.slot.start):
        return False
    around = ask.guarded.whole.widened(timedelta(days=1), timedelta(days=1))
    calendar = calendar_of(tx, ask.slot.professional, policy, around).at(now)
    on_step = availability.is_on_step(calendar, ask.slot.start, policy.zone)
    return (known or on_step) and availability.has_room(
        calendar, ask.guarded, policy.zone, limited=not ask.staff
    )


def is_beyond(state: CalendarState, ask: Ask) -> bool:
    """Say whether it ends where nobody reads her calendar yet, nor hears of changes."""
    return state.window is not None and ask.guarded.whole.end > state.window.end


def fits(calendar: Calendar, wanted: Guarded, policy: Policy) -> bool:
    """Say whether a time is open and clear in a calendar, limits left aside."""
    return availability.has_room(calendar, wanted, policy.zone, limited=False)


def _in_reach(ask: Ask, policy: Policy, now: datetime) -> bool:
    """Whether a client may ask for this time at all."""
    local = wall(ask.slot.start, policy.zone)
    ahead = min(ask.service.days_ahead, policy.rules.horizon_days)
    last = wall(now, policy.zone).date() + timedelta(days=ahead)
    soonest = now + timedelta(minutes=ask.service.lead_minutes)
    return ask.slot.start >= soonest and local.date() <= last


def clashing(
    tx: Tx,
    id_: ProfessionalId,
    guarded: Span,
    events: Sequence[Event],
    policy: Policy,
    *,
    ignoring: Collection[str] = (),
) -> bool:
    """Say whether Outlook, as just read, has something else in this time.

    Our own events do not count: their appointments are guarded by the database.
    """
    zone = zone_of(tx, id_)
    blocking = rules_of(tx, id_, policy).blocking
    for event in events:
        shown = event.show_as
        if event.cancelled or shown is None or shown not in blocking:
            continue
        if event.id in ignoring:
            continue
        if calendars.link_by_event(tx, id_, event.id) is not None:
            continue
        if event.span(zone).overlaps(guarded):
            return True
    return False


def is_shut(
    tx: Tx, id_: ProfessionalId, promised: Span, events: Sequence[Event], policy: Policy
) -> bool:
    """Say whether she opens blocks herself and none opens this time, as just read.

    What the mirror knew of them may have gone from Outlook a moment ago.
    """
    rules = rules_of(tx, id_, policy)
    if rules.mode is not Mode.OPENED_BLOCKS:
        return False
    opening = opening_of(tx, id_)
    rows = [
        row_of(event, opening, None)
        for event in events
        if calendars.link_by_event(tx, id_, event.id) is None
    ]
    blocks = tuple(row for row in rows if row is not None)
    live = Calendar(people.mailbox(tx, id_), rules, blocks)
    return not availability.is_open(live, promised, policy.zone)
