"""What Outlook says has changed, taken into the mirror, page by page.

Our own writes come back and are recognised; other people's changes of our events become
questions; what is said to be gone is looked for before it is believed (`gone`,
`still_there`). A full read never deletes what it merely failed to name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.calendar import Busy, Event, Page
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import Span
from booking.views.cards import ConflictKind
from graph_sync.graph import Forbidden, Gone
from graph_sync.reconcile import (
    Applied,
    SoFar,
    Verdict,
    apply_page,
    as_seen,
    overlaps,
    reconcile,
    row_of,
)
from teams_app.actions import conflicts, copying, meanwhile
from teams_app.actions.calendars import (
    BARRING,
    FORBIDDEN,
    barring,
    followed,
    is_barred,
    opening_of,
    rules_of,
    window,
    zone_of,
)
from teams_app.actions.events import draft_for, overtake
from teams_app.actions.meanwhile import Seen
from teams_app.actions.questions import DELETED, HOLDS, KEPT
from teams_app.actions.records import NO_JOIN_LINK
from teams_app.actions.settle import keep_cards, owe_calendar, redraw_around
from teams_app.store import appointments, calendars, copies, jobs, people
from teams_app.store import conflicts as questions
from teams_app.store.calendars import Link
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise, mailbox_lane

#: A window with less than this ahead is read anew from end to end.
_AHEAD = timedelta(days=63)


@dataclass(frozen=True, slots=True)
class Pull:
    """One round to be read: from where on, or anew."""

    professional: ProfessionalId
    mailbox: str
    window: Span
    link: str | None
    #: Our events by id, each with the change key known before anything was asked.
    own: Mapping[str, str]

    @property
    def full(self) -> bool:
        return self.link is None


def plan(tx: Tx, id_: ProfessionalId, now: datetime, *, anew: bool = False) -> Pull:
    """Say what to read. The window rolls when too little of it lies ahead."""
    state = calendars.state(tx, id_)
    short = state.window is None or state.window.end - now < _AHEAD
    if anew or short or state.delta_link is None or state.window is None:
        return _pull(tx, id_, window(now), None)
    return _pull(tx, id_, state.window, state.delta_link)


def whole(tx: Tx, id_: ProfessionalId, now: datetime) -> Pull:
    """Say what to read from end to end to compare it with the mirror.

    That is what the mirror covers: it was read on an earlier day, and what lies beyond
    its end comes when it rolls. Where it covers nothing ahead, all of it is lacking.
    """
    state = calendars.state(tx, id_)
    covered = state.window
    if covered is None or covered.end <= now:
        covered = window(now)
    return _pull(tx, id_, covered, None)


def _pull(tx: Tx, id_: ProfessionalId, within: Span, link: str | None) -> Pull:
    mailbox = people.professional(tx, id_).mailbox
    return Pull(id_, mailbox, within, link, meanwhile.known(tx, id_, within))


class Elsewhere(Exception):
    """Her mailbox has another address than when the round was planned."""


def _must_be_hers(tx: Tx, pull: Pull) -> None:
    """Raise Elsewhere where a round tells of what is not her mailbox any more."""
    if people.professional(tx, pull.professional).mailbox != pull.mailbox:
        raise Elsewhere


def apply(
    tx: Tx, pull: Pull, page: Page, so_far: SoFar, policy: Policy, now: datetime
) -> Applied:
    """Lay one page over the mirror, and raise what it means for our events.

    Under the professional's lock: whoever takes a time at this moment either sees what
    is laid here, or what she takes is seen here.
    """
    id_ = pull.professional
    appointments.lock(tx, id_)
    _must_be_hers(tx, pull)
    known = calendars.links_in(tx, id_, pull.window)
    links = {link.event_id: link for link in known if link.event_id is not None}
    mirror = {row.event_id: row for row in calendars.busy(tx, id_, None)}
    own = {event_id: meanwhile.own(link) for event_id, link in links.items()}
    news, late = meanwhile.parted(page, pull.own, links)
    applied = apply_page(mirror, news, own, opening_of(tx, id_), so_far)
    applied = replace(applied, verify=tuple(sorted(late.union(applied.verify))))
    expected = _expected(tx, id_, applied)
    for link in known:
        seen = link.known is not None and link.known.key in expected.values()
        asked = link.event_id is None and link.transaction_id
        if asked and not seen and link.problem != DELETED:
            overtake(tx, link, now)
    copied = copying.noticed(
        tx, id_, applied, mirror=mirror, ours=expected, full=pull.full, now=now
    )
    _lay(tx, id_, applied, expected)
    for event in applied.changed:
        our_event(tx, links[event.id], event, policy, now)
    foreign = [each for each in applied.put if each.event_id not in expected]
    another = [one for one in foreign if not alike(one, mirror.get(one.event_id))]
    told = _Told(
        [row for row in foreign if row.event_id not in copied],
        applied.drop,
        {row.event_id for row in foreign} - {row.event_id for row in another},
    )
    _collisions(tx, id_, told, policy, now)
    gone_or_left = [*applied.drop, *(row.event_id for row in another)]
    redraw_around(tx, id_, [*another, *map(mirror.get, gone_or_left)], now)
    return applied


def _lay(
    tx: Tx, id_: ProfessionalId, applied: Applied, expected: Mapping[str, str]
) -> None:
    rows = (
        replace(row, ours=expected.get(row.event_id, row.ours)) for row in applied.put
    )
    calendars.put_busy(tx, id_, *rows)
    for event_id in applied.drop:
        calendars.drop_busy(tx, id_, event_id)


def alike(one: Busy | None, other: Busy | None) -> bool:
    """Compare what takes time; a change key alone takes none."""
    if one is None or other is None:
        return one is other
    return (one.when, one.show_as, one.bookable) == (
        other.when,
        other.show_as,
        other.bookable,
    )


def _expected(tx: Tx, id_: ProfessionalId, applied: Applied) -> dict[str, str]:
    """Find events of ours whose write has not been recorded yet, by their reference.

    Or was a moment ago, after this transaction had read what we know of our events.
    """
    found = {}
    for reference, event in applied.strays:
        appointment = appointments.by_reference(tx, reference)
        if appointment is None or appointment.professional != id_:
            continue
        link = calendars.link(tx, appointment.id, id_)
        if link is None:
            continue
        # One that was deleted had been answered: this is somebody's copy of it.
        was_there = link.event_id is not None or link.problem == DELETED
        unanswered = bool(link.transaction_id) and not was_there
        copied = copies.find(tx, id_, event.id) is not None
        if (unanswered and not copied) or link.event_id == event.id:
            found[event.id] = reference
    return found


def our_event(tx: Tx, link: Link, theirs: Event, policy: Policy, now: datetime) -> None:
    """Judge one of our events that somebody changed in Outlook."""
    # A page may name an event twice, so what is known of it is read anew.
    known = calendars.link(tx, link.appointment, link.professional)
    if known is not None and known.event_id == theirs.id:
        _judge(tx, known, theirs, policy, now)


def _judge(tx: Tx, link: Link, theirs: Event, policy: Policy, now: datetime) -> None:
    appointment = appointments.find(tx, link.appointment)
    here = (
        appointment is not None
        and appointment.in_calendar
        and appointment.professional == link.professional
    )
    if appointment is None or not here or link.known is None:
        return
    ours = draft_for(tx, appointment, policy)
    zone = zone_of(tx, link.professional)
    judged = reconcile(link.known, theirs, ours, zone)
    seen = as_seen(link.known, theirs, zone, judged.left)
    if judged.moved_to is not None:
        if judged.write:
            # What is damaged is put right once she has answered about the time.
            link = replace(link, known=replace(seen, span=link.known.span))
        conflicts.moved(tx, link, judged.moved_to, theirs.change_key, now)
        return
    if judged.deleted:
        conflicts.vanished(tx, link.appointment, link.professional, now)
        return
    conflicts.moved_back(tx, link, theirs.span(zone), theirs.change_key, now)
    fresh = calendars.link(tx, link.appointment, link.professional)
    assert fresh is not None
    fresh = replace(
        fresh,
        change_key=theirs.change_key,
        join_url=theirs.join_url or fresh.join_url,
    )
    if judged.verdict is Verdict.WRITE:
        fresh = replace(fresh, known=seen)
        owe_calendar(tx, link.appointment, link.professional, now)
    if fresh.join_url is not None and link.join_url is None:
        # Teams gave the join address late, and the notice was quicker than our look.
        found = fresh.problem == NO_JOIN_LINK
        fresh = replace(fresh, problem=None if found else fresh.problem)
        jobs.promise(tx, keep_cards(link.appointment, now))
    calendars.save_link(tx, fresh)


def answered(
    tx: Tx,
    id_: ProfessionalId,
    event: Event,
    policy: Policy,
    now: datetime,
    *,
    but: Collection[str],
) -> None:
    """Judge one of our events as an answer to us showed it.

    Its change key is known now, so no page will tell of it any more: if it stands at
    another time than we know, or has lost something, this is where that is heard.
    `but`: fields of the draft that say nothing now, such as those just written.
    """
    link = calendars.link_by_event(tx, id_, event.id)
    if link is None or link.known is None:
        return
    moved = event.span(zone_of(tx, id_)) != link.known.span
    if moved or _lost(tx, link, event, policy) - set(but):
        our_event(tx, link, event, policy, now)


def _lost(tx: Tx, link: Link, theirs: Event, policy: Policy) -> set[str]:
    """Name what the event of an appointment that stands no longer has."""
    appointment = appointments.find(tx, link.appointment)
    if appointment is None or not appointment.in_calendar:
        return set()
    ours = draft_for(tx, appointment, policy)
    return set(
        reconcile(link.known, theirs, ours, zone_of(tx, link.professional)).write
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a page tells of events that do not stand for an appointment."""

    put: Sequence[Busy]
    drop: Collection[str]
    as_before: Collection[str]  #: Of those put: they take the same time as before.


def _collisions(
    tx: Tx, id_: ProfessionalId, told: _Told, policy: Policy, now: datetime
) -> None:
    """Ask about what was put over an appointment; drop questions that are over.

    Of two that she has left so, no more is asked until one of them takes other time.
    """
    zone = zone_of(tx, id_)
    blocking = rules_of(tx, id_, policy).blocking
    clashing = set()
    booked = _booked_around(tx, id_, [row.span(zone) for row in told.put], now)
    for row in told.put:
        for clash in overlaps([row], booked, blocking, zone):
            clashing.add(clash.event_id)
            left_so = row.event_id in told.as_before and conflicts.answered(
                tx, clash.appointment.id, clash.event_id
            ) in {KEPT, HOLDS}
            if not left_so:
                conflicts.overlapped(tx, clash.appointment, clash.event_id, now)
    over = {row.event_id for row in told.put} - clashing | set(told.drop)
    asked = [
        each
        for each in questions.open_for(tx, id_)
        if each.kind is ConflictKind.OVERLAPPED and each.event_id in over
    ]
    for event_id in sorted({each.event_id for each in asked if each.event_id}):
        conflicts.cleared(tx, id_, event_id, now)
    for each in asked:
        # Only one question about it was open: what else lies there was not asked.
        ask_about(tx, each.appointment, policy, now)


def collided(
    tx: Tx, id_: ProfessionalId, event_id: str, policy: Policy, now: datetime
) -> None:
    """Ask about an event of the mirror that was taken for a copy until now.

    Or for our own, while the answer to its making was on its way.
    """
    rows = [row for row in calendars.busy(tx, id_, None) if row.event_id == event_id]
    if not rows or _is_ours(tx, id_, rows[0]):
        return
    theirs = replace(rows[0], ours=None)
    if theirs != rows[0]:
        calendars.put_busy(tx, id_, theirs)
    _collisions(tx, id_, _Told([theirs], (), ()), policy, now)


def _is_ours(tx: Tx, id_: ProfessionalId, row: Busy) -> bool:
    """Whether the event is the one we know, or may yet turn out to be."""
    about = appointments.by_reference(tx, row.ours) if row.ours is not None else None
    link = calendars.link(tx, about.id, id_) if about is not None else None
    return link is not None and link.event_id in {None, row.event_id}


def _booked_around(
    tx: Tx, id_: ProfessionalId, spans: Sequence[Span], now: datetime
) -> list[Appointment]:
    """Give her appointments that are not over, from the first of the times to the last."""
    if not spans:
        return []
    whole = Span(min(each.start for each in spans), max(each.end for each in spans))
    return [
        each for each in appointments.between(tx, [id_], whole) if each.span.end > now
    ]


def ask_about(tx: Tx, id_: AppointmentId, policy: Policy, now: datetime) -> None:
    """Ask about what lies over an appointment, where nobody was asked yet."""
    appointment = appointments.load(tx, id_)
    for event_id in unasked(tx, appointment, policy, now)[:1]:
        conflicts.overlapped(tx, appointment, event_id, now)


def unasked(
    tx: Tx, appointment: Appointment, policy: Policy, now: datetime
) -> list[str]:
    """Give the events of the mirror over an appointment that are nobody's to answer.

    None while a question is open: there is one at a time, and then comes the next.
    """
    if appointment.span.end <= now:
        return []
    id_ = appointment.professional
    about = [
        each
        for each in questions.of_appointment(tx, appointment.id)
        if each.kind is ConflictKind.OVERLAPPED
    ]
    if any(each.settled is None for each in about):
        return []
    known = {each.event_id for each in about if each.settled != "overtaken"}
    clashes = overlaps(
        calendars.busy(tx, id_, appointment.span),
        [appointment],
        rules_of(tx, id_, policy).blocking,
        zone_of(tx, id_),
    )
    return [
        each.event_id
        for each in clashes
        if each.event_id not in known and copies.find(tx, id_, each.event_id) is None
    ]


def finished(tx: Tx, pull: Pull, link: str, now: datetime) -> None:
    """Keep the link of a round read to its end: only now is it believed."""
    _must_be_hers(tx, pull)
    state = calendars.state(tx, pull.professional)
    calendars.save_state(
        tx,
        replace(
            state,
            delta_link=link,
            window=pull.window,
            synced=now,
            failing_since=None,
            last_error=None,
        ),
    )
    tx.touched.add(pull.professional)


def failing(tx: Tx, id_: ProfessionalId, error: str, now: datetime) -> None:
    """Note that a calendar cannot be read, since when and why.

    That it may not be read at all stays noted until it has been: whatever else goes
    wrong afterwards, nobody knows what stands in it.
    """
    state = calendars.state(tx, id_)
    since = state.failing_since or now
    if is_barred(state) and error not in BARRING:
        error = state.last_error or error
    calendars.save_state(tx, replace(state, failing_since=since, last_error=error))
    tx.touched.add(id_)


def unreadable(
    tx: Tx, id_: ProfessionalId, error: Forbidden | Gone, now: datetime
) -> None:
    """Note that Graph gives nothing of a calendar: nothing in it is offered now.

    Whether it is about her or about us, another calendar tells: it is read next.
    """
    before = calendars.state(tx, id_).failing_since
    failing(tx, id_, barring(error), now)
    if before is None and barring(error) == FORBIDDEN:
        owe(tx, _another(tx, id_, now), now)


def _another(tx: Tx, id_: ProfessionalId, now: datetime) -> list[ProfessionalId]:
    """Give one calendar of those that are thought open: the next, so that all come by."""
    open_ = [each.id for each, state in followed(tx, now) if not state.failing_since]
    return sorted(open_, key=lambda each: (each < id_, each))[:1]


def gone(
    tx: Tx, pull: Pull, event_id: str, now: datetime, left: Event | None = None
) -> None:
    """An event was looked for, by its id and in the calendar, and is not there.

    `left`: to what its id leads all the same: it is in another calendar, or deleted.
    """
    _must_be_hers(tx, pull)
    id_ = pull.professional
    link = calendars.link_by_event(tx, id_, event_id)
    if link is None:
        redraw_around(tx, id_, [calendars.drop_busy(tx, id_, event_id)], now)
        conflicts.cleared(tx, id_, event_id, now)
        if copies.find(tx, id_, event_id) is not None:
            jobs.promise(tx, copying.look(id_, event_id, now))
        return
    conflicts.vanished(tx, link.appointment, id_, now)
    if left is not None:
        copying.set_aside(tx, id_, left, zone_of(tx, id_), now)


def still_there(
    tx: Tx, seen: Seen, id_: ProfessionalId, policy: Policy, now: datetime
) -> None:
    """An event was looked for and stands. What we wrote since then is read anew."""
    appointments.lock(tx, id_)
    event, link = seen.event, calendars.link_by_event(tx, id_, seen.event.id)
    if seen.is_past(link):
        owe(tx, [id_], now)
        return
    ours = link.known.key if link is not None and link.known is not None else None
    row = row_of(event, opening_of(tx, id_), ours)
    if row is not None:
        was = calendars.drop_busy(tx, id_, event.id)
        calendars.put_busy(tx, id_, row)
        redraw_around(tx, id_, [was, row], now)
    if link is not None:
        our_event(tx, link, event, policy, now)


def owe(
    tx: Tx, ids: Collection[ProfessionalId], now: datetime, *, anew: bool = False
) -> None:
    """Promise one pull a calendar, however many notices came."""
    for id_ in ids:
        jobs.promise(
            tx,
            Promise(
                "pull_anew" if anew else "pull",
                f"pull{'_anew' if anew else ''}:{id_}",
                due=now,
                lane=mailbox_lane(id_),
                payload={"professional": id_},
                again=True,
            ),
        )
