"""What must hold once the storm is over and nothing is owed any more.

Like `checks`: complaints in words, from the database, the tenant and what was sent.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.availability import Index, Search
from booking.messages import Kind
from booking.reminders import may_send_at
from booking.spans import Span
from booking.views.cards import OfferCard
from dev_tenant.connector.chats import cards
from dev_tenant.connector.pressing import actions
from teams_app.actions import calendars, postings
from teams_app.actions.questions import ASKED
from teams_app.store import people, tables
from teams_app.store.database import Tx
from teams_app.worker.cards import draw
from tests.world.checks import CANCELLED, KNOWN, TOO_LATE, _text, texts
from tests.world.evidence import Evidence, Lying, clock, moment
from tests.world.outlook import NOTE
from tests.world.scene import PEOPLE, WORKERS


def nothing_waits(seen: Evidence) -> Iterator[str]:
    """No job waits that is due, and none was given up.

    What has come due since the worker last looked does not wait: it looks each second.
    """
    looked = seen.now.timestamp() - 1
    for job in seen.rows(tables.jobs):
        is_open = job.done_at is None and job.kind not in {"sweep", "live"}
        if is_open and job.due_at <= looked:
            yield f"{job.key} waits since {clock(moment(job.due_at))}: {job.error}"
        if job.outcome == "dead" and str(job.error).split(":")[0] not in TOO_LATE:
            yield f"{job.key} was given up: {job.error}"


def mirror_is_outlook(seen: Evidence) -> Iterator[str]:
    """What we keep of each calendar from now on is what lies there."""
    for calendar in seen.rows(tables.calendars):
        who = calendar.professional_id
        if calendar.failing_since is not None:
            yield f"{who} cannot be read: {calendar.last_error}"
        end = moment(calendar.window_end)
        there = {
            lying.id: _as_row(lying)
            for lying in seen.lying(who, seen.now, end)
            if not lying.one.props.get("isCancelled")
        }
        kept = {
            row.event_id: _kept(row)
            for row in seen.rows(tables.busy)
            if row.professional_id == who and _ahead(row, seen, end)
        }
        for id_ in sorted(there.keys() | kept.keys()):
            if there.get(id_) != kept.get(id_):
                yield f"{who}: Outlook has {there.get(id_)}, the mirror {kept.get(id_)}"


def _as_row(lying: Lying) -> tuple[Any, ...]:
    return (*_times(lying), lying.shown, lying.reference)


def _times(lying: Lying) -> tuple[str, str]:
    if lying.one.all_day:
        return lying.one.start.date().isoformat(), lying.one.end.date().isoformat()
    return clock(lying.span.start), clock(lying.span.end)


def _kept(row: Any) -> tuple[Any, ...]:
    if row.first_day:
        return row.first_day, row.after_last_day, row.show_as, row.ours
    return (
        clock(moment(row.starts_at)),
        clock(moment(row.ends_at)),
        row.show_as,
        row.ours,
    )


def _ahead(row: Any, seen: Evidence, end: datetime) -> bool:
    if row.first_day:
        zone = seen.policy.zone
        first, last = (
            date.fromisoformat(d) for d in (row.first_day, row.after_last_day)
        )
        starts = datetime(first.year, first.month, first.day, tzinfo=zone)
        ends = datetime(last.year, last.month, last.day, tzinfo=zone)
        return ends > seen.now and starts < end
    return moment(row.ends_at) > seen.now and moment(row.starts_at) < end


def _standing(seen: Evidence) -> list[Any]:
    """Give the appointments that are booked and ahead."""
    return [
        row
        for row in seen.appointments
        if row.status == "booked" and moment(row.starts_at) > seen.now
    ]


def _span(row: Any) -> Span:
    return Span(moment(row.starts_at), moment(row.ends_at))


def events_are_right(seen: Evidence) -> Iterator[str]:
    """Each appointment ahead has its event, at its time, with a link that works.

    Unless a question about it is open, or the client has been asked to choose.
    """
    asked, kept = _asked(seen), {row.appointment_id for row in _kept_meetings(seen)}
    for row, lying, link in _with_events(seen):
        waits = link is not None and link.problem == "client_is_choosing"
        if lying is None:
            # Gone from here, it may stand with a colleague, who is asked.
            if not {(row.id, "deleted"), (row.id, "copied")} & asked:
                yield f"{row.reference} has no event"
            continue
        if lying.span != _span(row) and (row.id, "moved") not in asked and not waits:
            yield f"{row.reference} is at {_span(row)}, its event at {lying.span}"
        # What is damaged is put right once she has answered about the time.
        waits = waits or (row.id, "moved") in asked
        if row.modality == "remote" and row.id not in kept and not waits:
            yield from _link_works(row, lying, link)


def _with_events(seen: Evidence) -> Iterator[tuple[Any, Lying | None, Any]]:
    """Give the appointments ahead, each with its event and what we know of it."""
    links = {
        (row.appointment_id, row.professional_id): row
        for row in seen.rows(tables.calendar_links)
    }
    ours = {(lying.reference, lying.professional): lying for lying in seen.ours()}
    for row in _standing(seen):
        whose = row.professional_id
        yield row, ours.get((row.reference, whose)), links.get((row.id, whose))


def _copies(seen: Evidence) -> set[tuple[int, str]]:
    """Give the events seen to stand for an appointment without being ours."""
    return {
        (row.professional_id, row.event_id) for row in seen.rows(tables.event_copies)
    }


def _kept_meetings(seen: Evidence) -> list[Any]:
    """Give the meetings that go on in a mailbox without the appointment: late ones."""
    return seen.rows(tables.kept_meetings)


def _link_works(row: Any, lying: Lying, link: Any) -> Iterator[str]:
    if lying.meeting is None:
        yield f"{row.reference} has no meeting in Teams"
    elif link is None or link.join_url != lying.meeting:
        known = link.join_url if link else None
        yield f"{row.reference} has the link {known}, its meeting is {lying.meeting}"


def bodies_are_whole(seen: Evidence) -> Iterator[str]:
    """The event of each appointment ahead says which it is, or what she wrote there.

    Unless a question about it is open, or the client has been asked to choose.
    """
    waiting = {id_ for id_, _ in _asked(seen)}
    for row, lying, link in _with_events(seen):
        choosing = link is not None and link.problem == "client_is_choosing"
        if lying is None or row.id in waiting or choosing:
            continue
        body = str(lying.one.props["body"])
        if row.reference not in body and NOTE not in body:
            yield f"the body of {row.reference} says nothing"


def no_orphans(seen: Evidence) -> Iterator[str]:
    """There is no event of ours without an appointment that owns it."""
    booked = {
        (row.reference, row.professional_id)
        for row in seen.appointments
        if row.status not in CANCELLED and row.status != "held"
    }
    references = {row.id: row.reference for row in seen.appointments}
    booked |= {
        (references[row.appointment_id], row.professional_id)
        for row in _kept_meetings(seen)
    }
    for lying in seen.ours():
        if (lying.reference, lying.professional) not in booked:
            yield f"{lying.professional} has an event of {lying.reference}, which has no right to it"


def copies_are_settled(seen: Evidence) -> Iterator[str]:
    """What somebody copied of our events is asked about, stays at a person's word, or is gone.

    One with a colleague that says whose appointment it is has been noticed. Days of a
    series that somebody made of one are meetings like any other.
    """
    asked = {
        row.appointment_id
        for row in seen.rows(tables.conflicts)
        if row.settled is None and row.kind == "copied"
    }
    lying = {
        (who.id, each.id): each
        for who in WORKERS
        for each in seen.lying(who.id, seen.now, seen.now + timedelta(days=40))
        if each.span.start > seen.now
        and each.reference is None
        and not each.one.props.get("isCancelled")
    }
    known = {
        (row.professional_id, row.event_id): row
        for row in seen.rows(tables.event_copies)
    }
    for where in sorted(lying.keys() & known.keys()):
        row = known[where]
        if row.settled != "stays" and row.appointment_id not in asked:
            yield f"a copy of {row.appointment_id} lies in {where}, and nobody is asked"
    for row in _standing(seen):
        for where, each in lying.items():
            named = str(each.one.props["subject"]).endswith(f"· {row.reference}")
            hers = where[0] in _owners(seen, row, each.one.event.created)
            repeats = each.one.day is not None
            if named and not hers and not repeats and where not in known:
                yield f"a copy of {row.reference} lies in {where}, unnoticed"


def _owners(seen: Evidence, row: Any, since: datetime) -> set[int]:
    """Give whose an appointment was when an event was made, and since.

    What lies in its own professional's calendar is a meeting of hers like any other.
    """
    states = seen.records.appointments[row.id]
    before = [state for state in states if state.at <= since][-1:]
    after = [state for state in states if state.at > since]
    return {state.row.professional_id for state in (*before, *after)}


def _asked(seen: Evidence) -> set[tuple[int, str]]:
    return {
        (row.appointment_id, row.kind)
        for row in seen.rows(tables.conflicts)
        if row.settled is None
    }


def clients_know(seen: Evidence) -> Iterator[str]:
    """Every client has been told the last state, where there was time to tell it."""
    for row in seen.appointments:
        states = seen.records.appointments[row.id]
        was_booked = any(state.row.status == "booked" for state in states)
        if not was_booked or moment(row.starts_at) <= seen.now:
            continue
        if row.status == "booked":
            kinds: tuple[Kind, ...] = KNOWN
        else:
            kinds = (Kind.CANCELLED_BY_CLIENT, Kind.CANCELLED_BY_US)
        told_from = may_send_at(_since(states), seen.policy.quiet)
        if told_from >= moment(row.starts_at) or told_from > seen.now:
            continue
        told = [t for t in seen.records.told if t.half == row.link]
        if not told:
            yield f"the client of {row.reference} heard nothing"
            continue
        reminder = _text(seen, told[-1], row, Kind.REMINDER, moment(row.starts_at))
        last = [t for t in told if t.text != reminder][-1:]
        known = {
            each for t in last for kind in kinds for each in texts(seen, t, row, kind)
        }
        if not last or last[0].text not in known:
            said = last[0].text if last else None
            yield f"the client of {row.reference} ({row.status} {clock(moment(row.starts_at))}) last heard: {said}"


def _since(states: list[Any]) -> datetime:
    """Give since when an appointment has been as its client should know it."""
    last = states[-1]
    for state in reversed(states):
        same = (state.row.status, state.row.starts_at) == (
            last.row.status,
            last.row.starts_at,
        )
        if not same:
            break
        last = state
    at: datetime = last.at
    return at


def conflicts_are_asked(seen: Evidence) -> Iterator[str]:
    """Every conflict is on somebody's card, with its answers."""
    on_cards = {
        (who, str(action.action.get("data", {}).get("conflict")))
        for who in PEOPLE
        for message in seen.messages(who)
        for card in cards(message["activity"])
        for action in actions(card)
        if str(action.action.get("verb", "")).startswith(("conflict.", "handover."))
    }
    of_worker = {each.id: each.object_id for each in WORKERS}
    anybodys = {number for _, number in on_cards}
    rows = {row.id: row for row in seen.appointments}
    for row in seen.rows(tables.conflicts):
        over = _span(rows[row.appointment_id]).end <= seen.now
        asked = (of_worker[row.professional_id], str(row.id)) in on_cards
        if row.kind == "copied":
            # Whether the receiver is asked too, is the product's to say.
            asked = str(row.id) in anybodys
        if row.settled is None and not over and not asked:
            yield f"conflict {row.id} ({row.kind}) of {row.appointment_id} is on no card"


def collisions_are_known(seen: Evidence) -> Iterator[str]:
    """What lies over an appointment ahead is asked about, or somebody answered.

    Whose client is to choose another time, for whatever reason, is asked about nothing.
    """
    known = {
        row.appointment_id
        for row in seen.rows(tables.conflicts)
        if (row.kind == "overlapped" and row.settled != "overtaken")
        or row.settled == ASKED
    }
    copies = _copies(seen)
    for row in _standing(seen):
        time = _span(row)
        day = timedelta(days=1)
        for lying in seen.lying(row.professional_id, time.start - day, time.end + day):
            over = _covered(lying, seen).overlaps(time)
            is_copy = (lying.professional, lying.id) in copies
            foreign = lying.reference is None and lying.takes_time and not is_copy
            if foreign and over and row.id not in known:
                key = lying.one.event.key
                yield f"{row.reference} at {time} lies under {key}, unasked"


def _covered(lying: Lying, seen: Evidence) -> Span:
    if not lying.one.all_day:
        return lying.span
    zone = seen.policy.zone
    start, end = (
        each.replace(tzinfo=zone).astimezone(UTC)
        for each in (lying.one.start, lying.one.end)
    )
    return Span(start, end)


def index_is_new(seen: Evidence) -> Iterator[str]:
    """The slot index kept up to date is the one that would be built anew."""
    index = seen.life.index.rolled(seen.now)
    anew, services = seen.database.read_here(_built, seen)
    for service in services:
        for modality in service.modalities:
            for staff in (False, True):
                search = Search(service, modality, seen.now, staff=staff)
                kept, built = set(index.free(search)), set(anew.free(search))
                if kept != built:
                    only = sorted(str(s) for s in kept ^ built)[:3]
                    yield f"{service.key} {modality.value}: {len(kept)} kept, {len(built)} anew, e.g. {only}"


def _built(tx: Tx, seen: Evidence) -> Any:
    index = Index.empty(seen.now, seen.policy.zone)
    for each in people.professionals(tx, bookable_only=True):
        kept = calendars.kept(tx, each.id, seen.policy, seen.now)
        if kept is not None:
            index = index.with_professional(each.id, kept.calendar, kept.services)
    return index.rolled(seen.now), people.services(tx)


def cards_are_true(seen: Evidence) -> Iterator[str]:
    """Every card that stands shows its matter as it is now."""
    for _, posting, shown in seen.database.read_here(_cards, seen):
        wanted = draw(posting.view)
        if shown is not None and wanted not in shown:
            yield f"the card {posting.card.key} is out of date"


def one_card_speaks(seen: Evidence) -> Iterator[str]:
    """Of the cards that show an appointment in one chat, one at most offers to act."""
    speaking: dict[tuple[int, str], list[str]] = defaultdict(list)
    for id_, posting, shown in seen.database.read_here(_cards, seen):
        card, view = posting.card, posting.view
        asks = card.subject.startswith("conflict:")
        offers = isinstance(view, OfferCard) and view.appointment is None
        pressable = [one for each in shown or () for one in actions(each)]
        if pressable and not asks and not offers:
            speaking[id_, card.object_id].append(card.key)
    for (id_, who), keys in speaking.items():
        if len(keys) > 1:
            yield f"{who} can act on {id_} on several cards: {keys}"


def _cards(tx: Tx, seen: Evidence) -> list[Any]:
    standing = {
        (who, message["id"]): cards(message["activity"])
        for who in PEOPLE
        for message in seen.messages(who)
    }
    found = []
    appointments = tables.appointments.c
    for id_ in tx.execute(sa.select(appointments.id)).scalars():
        for posting in postings.of_appointment(tx, id_, seen.policy, seen.now):
            card = posting.card
            if card.shown_version == 0:
                continue  # it says why an answer was refused, which stays to be read
            found.append(
                (id_, posting, standing.get((card.object_id, card.activity_id or "")))
            )
    return found


AFTERWARDS = (
    nothing_waits,
    mirror_is_outlook,
    events_are_right,
    bodies_are_whole,
    no_orphans,
    copies_are_settled,
    clients_know,
    conflicts_are_asked,
    collisions_are_known,
    index_is_new,
    cards_are_true,
    one_card_speaks,
)
