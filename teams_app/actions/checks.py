"""A calendar compared from end to end: mirror, bookings and Outlook.

`compare` looks and changes nothing. `mend` sets right by the ordinary ways alone: a pull
from end to end, a write owed, a question asked. Nothing is believed gone here, and
nothing is cancelled: what is missing is read by its id by the pull.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.calendar import Busy, Event, Page
from booking.differences import Difference, Kind
from booking.events import changed
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import Span
from graph_sync.doubts import emptied
from graph_sync.reconcile import (
    Opening,
    Own,
    SoFar,
    Verdict,
    apply_page,
    reconcile,
)
from teams_app.actions import pulls
from teams_app.actions.calendars import opening_of
from teams_app.actions.events import draft_for
from teams_app.actions.pulls import Pull
from teams_app.actions.questions import CHOOSING, DELETED, MOVED
from teams_app.actions.settle import owe_calendar
from teams_app.store import (
    appointments,
    calendars,
    copies,
    differences,
    health,
    jobs,
    people,
)
from teams_app.store.calendars import Link
from teams_app.store.database import Tx

#: A question about the event is open, or was answered and waits for the client.
_ASKED = frozenset({CHOOSING, DELETED, MOVED})


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a calendar at a moment."""

    mirror: dict[str, Busy]
    links: dict[str, Link]  #: By event id.
    zone: ZoneInfo


def compare(
    tx: Tx,
    pull: Pull,
    pages: Sequence[Page],
    before: Sight,
    policy: Policy,
    now: datetime,
) -> frozenset[Difference]:
    """Lay a full round beside what we keep, and tell what is not alike.

    `before`: what was known before the round was read. What has changed since then is
    no difference, nor is what is on its way already: a job owes it.
    """
    sight = look(tx, pull)
    if emptied(sight.mirror.values(), pages, full=True, now=now, zone=sight.zone):
        return frozenset({Difference(Kind.EMPTIED)})
    found = [
        *(
            set(_foreign(tx, pull, pages, before, now))
            & set(_foreign(tx, pull, pages, sight, now))
        ),
        *_of_ours(tx, pull, pages, _unchanged(before, sight), policy, now),
        *_unwritten(tx, pull, policy, now),
        *_covered(tx, pull, pages, policy, now),
        *_not_removed(tx, pull, sight, now),
    ]
    return frozenset(each for each in found if not _owed(tx, pull, each, now))


def look(tx: Tx, pull: Pull) -> Sight:
    """Take down what is known of a calendar now."""
    id_ = pull.professional
    links = calendars.links_in(tx, id_, pull.window)
    return Sight(
        {row.event_id: row for row in calendars.busy(tx, id_, None)},
        {link.event_id: link for link in links if link.event_id is not None},
        ZoneInfo(people.mailbox(tx, id_).zone),
    )


def _unchanged(before: Sight, after: Sight) -> Sight:
    links = {
        id_: one for id_, one in after.links.items() if before.links.get(id_) == one
    }
    return Sight(after.mirror, links, after.zone)


def _foreign(
    tx: Tx, pull: Pull, pages: Sequence[Page], sight: Sight, now: datetime
) -> Iterator[Difference]:
    """Lay the round over a copy of the mirror: what it would change is a difference."""
    opening = opening_of(tx, pull.professional)
    own = {
        event_id: Own(link.known.key if link.known else "", link.change_key)
        for event_id, link in sight.links.items()
    }
    so_far, rows = SoFar(full=True), dict(sight.mirror)
    for page in pages:
        applied = apply_page(rows, page, own, opening, so_far)
        so_far = applied.so_far
        for row in applied.put:
            rows[row.event_id] = row
        for event_id in applied.drop:
            rows.pop(event_id, None)
    for event_id in sorted(rows.keys() | sight.mirror.keys()):
        there, kept = rows.get(event_id), sight.mirror.get(event_id)
        if event_id in own or pulls.alike(there, kept):
            continue
        shown = there or kept
        assert shown is not None
        when = shown.span(sight.zone)
        if when.end > now:
            kind = Kind.LEFT_OVER if there is None else Kind.UNSEEN
            yield Difference(kind, when.start)


def _of_ours(
    tx: Tx,
    pull: Pull,
    pages: Sequence[Page],
    sight: Sight,
    policy: Policy,
    now: datetime,
) -> Iterator[Difference]:
    """Judge each event of ours by what stands in it, whatever its change key says."""
    events = {event.id: event for page in pages for event in page.events}
    for event_id, link in sight.links.items():
        appointment = appointments.find(tx, link.appointment)
        if not _stands(appointment, pull) or link.problem in _ASKED:
            continue
        assert appointment is not None
        if appointment.span.end <= now or link.known is None:
            continue
        found = _judged(tx, appointment, link, events.get(event_id), policy)
        if found is not None:
            yield found
    known = [
        appointments.by_reference(tx, each) for each in sorted(_seconds(pages, sight))
    ]
    for double in known:
        if double is not None and double.in_calendar and double.span.end > now:
            yield _about(Kind.DOUBLE, double)


def _seconds(pages: Sequence[Page], sight: Sight) -> set[str]:
    """Give the references that an event bears which is not the one we know by it."""
    found: set[str] = set()
    for page in pages:
        told = apply_page({}, page, _owned(sight), Opening(), SoFar(full=False))
        found |= {reference for reference, _ in told.strays}
    return found & {link.known.key for link in sight.links.values() if link.known}


def _owned(sight: Sight) -> dict[str, Own]:
    return {event_id: Own("", "") for event_id in sight.links}


def _judged(
    tx: Tx, appointment: Appointment, link: Link, theirs: Event | None, policy: Policy
) -> Difference | None:
    ours = draft_for(tx, appointment, policy)
    assert link.known is not None
    if changed(link.known, ours):
        return None  # It is still to be written, which is told by itself.
    if theirs is None:
        return _about(Kind.GONE, appointment)
    zone = ZoneInfo(people.mailbox(tx, link.professional).zone)
    judged = reconcile(link.known, theirs, ours, zone)
    if judged.deleted:
        return _about(Kind.GONE, appointment)
    if judged.moved_to is not None:
        return _about(Kind.MOVED, appointment)
    if judged.verdict is not Verdict.WRITE:
        return None
    return replace(_about(Kind.DAMAGED, appointment), lacks=tuple(judged.write))


def _unwritten(
    tx: Tx, pull: Pull, policy: Policy, now: datetime
) -> Iterator[Difference]:
    """Find appointments ahead that Outlook, as far as we know, does not show so."""
    ahead = Span(now, pull.window.end)
    for each in appointments.between(tx, [pull.professional], ahead):
        link = calendars.link(tx, each.id, pull.professional)
        if not each.in_calendar or (link is not None and link.problem in _ASKED):
            continue
        known = link.known if link is not None and link.event_id else None
        if known is None or changed(known, draft_for(tx, each, policy)):
            yield _about(Kind.UNWRITTEN, each)


def _not_removed(
    tx: Tx, pull: Pull, sight: Sight, now: datetime
) -> Iterator[Difference]:
    for link in sight.links.values():
        appointment = appointments.find(tx, link.appointment)
        if appointment is None or _stands(appointment, pull):
            continue
        kept = copies.kept_meeting(tx, link.appointment)
        if kept is None or not kept.is_in(pull.professional, now):
            yield _about(Kind.NOT_REMOVED, appointment)


def _covered(
    tx: Tx, pull: Pull, pages: Sequence[Page], policy: Policy, now: datetime
) -> Iterator[Difference]:
    """Find appointments ahead under a meeting that we and Outlook have alike.

    Then no page tells of it any more, and nobody would ever be asked.
    """
    named = {event.id for page in pages for event in page.events}
    ahead = Span(now, pull.window.end)
    for each in appointments.between(tx, [pull.professional], ahead):
        if not named.isdisjoint(pulls.unasked(tx, each, policy, now)):
            yield _about(Kind.COVERED, each)


def _stands(appointment: Appointment | None, pull: Pull) -> bool:
    return (
        appointment is not None
        and appointment.in_calendar
        and appointment.professional == pull.professional
    )


def _about(kind: Kind, appointment: Appointment) -> Difference:
    return Difference(
        kind, appointment.span.start, appointment.reference, appointment.id
    )


def _owed(tx: Tx, pull: Pull, found: Difference, now: datetime) -> bool:
    """Say whether a job sets it right now; one that is for later does not."""
    id_ = pull.professional
    writing = [f"calendar:{found.appointment}:{id_}"]
    reading = [f"pull:{id_}", f"pull_anew:{id_}"]
    only_written = found.kind in {Kind.UNWRITTEN, Kind.NOT_REMOVED}
    keys = writing if only_written else writing + reading
    return jobs.any_due(tx, keys, now)


def mend(
    tx: Tx,
    pull: Pull,
    pages: Sequence[Page],
    found: Collection[Difference],
    policy: Policy,
    now: datetime,
) -> None:
    """Set right what was found, by the ways everything else goes."""
    id_ = pull.professional
    appointments.lock(tx, id_)
    events = {event.id: event for page in pages for event in page.events}
    for each in found:
        match each.kind:
            case Kind.UNWRITTEN | Kind.NOT_REMOVED:
                assert each.appointment is not None
                if each.kind is Kind.UNWRITTEN:
                    _adopt(tx, each.appointment, id_, events, policy, now)
                owe_calendar(tx, each.appointment, id_, now)
            case Kind.MOVED | Kind.DAMAGED:
                assert each.appointment is not None
                _judge(tx, each.appointment, id_, events, policy, now)
            case Kind.UNSEEN | Kind.LEFT_OVER | Kind.GONE:
                pulls.owe(tx, [id_], now, anew=True)
            case Kind.COVERED:
                assert each.appointment is not None
                pulls.ask_about(tx, each.appointment, policy, now)
            case Kind.DOUBLE | Kind.EMPTIED:
                pass  # A person must see to it.


def _judge(
    tx: Tx,
    id_: AppointmentId,
    professional: ProfessionalId,
    events: Mapping[str, Event],
    policy: Policy,
    now: datetime,
) -> None:
    link = calendars.link(tx, id_, professional)
    theirs = events.get(link.event_id or "") if link is not None else None
    if link is not None and theirs is not None:
        pulls.our_event(tx, link, theirs, policy, now)


def _adopt(
    tx: Tx,
    id_: AppointmentId,
    professional: ProfessionalId,
    events: Mapping[str, Event],
    policy: Policy,
    now: datetime,
) -> None:
    """Know again an event of ours that we have lost, rather than make a second one."""
    appointment = appointments.find(tx, id_)
    link = calendars.link(tx, id_, professional) or Link(id_, professional)
    if appointment is None or link.event_id is not None:
        return
    wanted = draft_for(tx, appointment, policy)
    lost = [
        event
        for event in events.values()
        if not event.cancelled
        and (event.key or event.subject) in {wanted.key, wanted.subject}
    ]
    if len(lost) == 1:
        found = replace(
            link, event_id=lost[0].id, change_key="", known=wanted, problem=None
        )
        calendars.save_link(tx, found)
        pulls.our_event(tx, found, lost[0], policy, now)


def keys(pull: Pull, found: Collection[Difference]) -> list[str]:
    """Name the jobs that what was found is set right by."""
    id_ = pull.professional
    owed = {f"pull_anew:{id_}"} if any(_is_read(each) for each in found) else set()
    owed |= {
        f"calendar:{each.appointment}:{id_}"
        for each in found
        if each.appointment is not None
    }
    return sorted(owed)


def _is_read(one: Difference) -> bool:
    return one.kind in {Kind.UNSEEN, Kind.LEFT_OVER, Kind.GONE}


def done(
    tx: Tx, id_: ProfessionalId, found: Collection[Difference], now: datetime
) -> None:
    """Keep that the calendar was compared, and what was not alike."""
    health.checked(tx, id_, len(found), now)
    differences.compared(tx, id_, found, now)
