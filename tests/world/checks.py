"""What must always hold. Each check gives its complaints; none asks the product.

They read the database, the tenant and the record of what was sent, and know nothing of
the storm. What must hold once all is calm again stands in `afterwards`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from booking.links import LinkKind, Links
from booking.messages import Facts, Kind, compose
from booking.model import Channel, Language, Modality
from booking.spans import Span
from booking.wording import dates
from teams_app.store import tables
from tests.world.evidence import Evidence, State, Told, clock, moment
from tests.world.scene import PUBLIC

#: What there was no point in any more: a person sees it, and it is nobody's fault.
TOO_LATE = ("started", "expired", "too_late")
OCCUPYING = {"held", "booked", "arrived"}
CANCELLED = {"cancelled_by_client", "cancelled_by_us"}
#: Who may cancel, as the log has it, beside whoever of the staff it names.
_PEOPLE = {"client", "professional", "supervisor"}
#: What tells somebody of an appointment that stands when and with whom it is.
KNOWN = (
    Kind.BOOKED,
    Kind.MOVED,
    Kind.MOVED_BY_CLIENT,
    Kind.HANDED_OVER,
    Kind.HANDED_BACK,
    Kind.HANDED_NEW_MEETING,
    Kind.NEW_TIME,
    Kind.CHOOSE,
    Kind.TIME_HOLDS,
)
#: Messages whose link leads to where another time is chosen.
_CHOOSING = {Kind.NEW_TIME, Kind.CHOOSE}
#: How long what was true when it went may be on its way to a client: the slowest Graph
#: of the storm takes 20 seconds to carry out what it was handed (`weather.bad_graph`).
ON_ITS_WAY = timedelta(seconds=22)

_LINKS = Links(b"a key of the tests, long enough", PUBLIC)


def overlaps(seen: Evidence) -> Iterator[str]:
    """No two live appointments or holds of a professional overlap, buffers included."""
    by_worker = defaultdict(list)
    for row in seen.appointments:
        if row.status in OCCUPYING and not _lapsed(row, seen.now):
            by_worker[row.professional_id].append(row)
    for rows in by_worker.values():
        rows.sort(key=lambda row: row.guard_start)
        for one, other in pairwise(rows):
            if other.guard_start < one.guard_end:
                yield f"{one.reference} and {other.reference} overlap"


def _lapsed(row: Any, now: datetime) -> bool:
    over = row.hold_ends is not None and moment(row.hold_ends) <= now
    return row.status == "held" and over


def one_event(seen: Evidence) -> Iterator[str]:
    """There is at most one event an appointment in a calendar.

    While it is handed over, the old and the new one stand in two calendars.
    """
    counted = Counter((lying.reference, lying.professional) for lying in seen.ours())
    for (reference, professional), count in counted.items():
        if count > 1:
            yield f"{reference} has {count} events with {professional}"


def cancelled_by_people(seen: Evidence) -> Iterator[str]:
    """Nothing is cancelled but by somebody: an emptied calendar deletes nothing.

    A time that nobody was ever promised may be taken back.
    """
    acts = defaultdict(set)
    for entry in seen.rows(tables.access_log):
        acts[entry.subject].add((entry.who, entry.what))
    for row in seen.appointments:
        if row.status not in CANCELLED:
            continue
        done = acts[f"appointment:{row.id}"]
        by_person = any(
            what == "cancel" and (who in _PEOPLE or who.startswith("staff:"))
            for who, what in done
        )
        states = seen.records.appointments[row.id]
        promised = any(state.row.status == "booked" for state in states)
        if promised and not by_person:
            yield f"{row.reference} was cancelled by nobody"


def true_when_told(seen: Evidence) -> Iterator[str]:
    """Nothing was told to a client that was not true when it was told."""
    for told in seen.records.told:
        if not any(told.text.strip() == text.strip() for text in _truths(seen, told)):
            subject = f"{told.kind}/{told.half}"
            yield f"untrue at {clock(told.at)} to {told.to} of {subject}: {told.text}"


def _truths(seen: Evidence, told: Told) -> Iterator[str]:
    """Give all that could truly be said at that moment."""
    if told.kind == "o":
        yield from _of_offer(seen, told)
        return
    row = _by_link(seen.rows(tables.appointments), told.half)
    states = seen.records.appointments[row.id] if row is not None else []
    for state in _around(states, told.at):
        for kind in _kinds(state.row, told.at):
            yield from texts(seen, told, state.row, kind)
        yield from _of_delay(seen, told, state.row)


def texts(seen: Evidence, told: Told, row: Any, kind: Kind) -> Iterator[str]:
    """Give how an appointment is told; a new time may name the one she heard last."""
    start = moment(row.starts_at)
    yield _text(seen, told, row, kind, start)
    if kind is Kind.MOVED and told.channel != "sms":
        for was in _last_heard(seen, told, row):
            yield _text(seen, told, row, kind, start, was=was)
    if kind is Kind.NEW_TIME:  # The one she knows, if she was not told of this one yet.
        for was in _last_heard(seen, told, row, own=False):
            yield _text(seen, told, row, kind, was.start)


def _last_heard(seen: Evidence, told: Told, row: Any, *, own: bool = True) -> set[Span]:
    """Give which other time of it the messages that reached her before named last.

    Several, where that one said only when it begins. `own`: after which this one may
    have been named, too.
    """
    this = _span(row)
    spans = {_span(each.row) for each in seen.records.appointments[row.id]}
    # In the order in which they went out: several may in one second.
    earlier = list(takewhile(lambda one: one is not told, seen.records.told))
    for one in reversed(earlier):
        if one.half == told.half:
            named = _named(one, spans, seen.policy.zone)
            if named - {this} or (named and not own):
                return named - {this}
    return set()


def _span(row: Any) -> Span:
    return Span(moment(row.starts_at), moment(row.ends_at))


def _named(told: Told, spans: set[Span], zone: ZoneInfo) -> set[Span]:
    """Give which of these a message tells: what it names first, as exactly as it does."""
    said = told.text.replace("–", "-")
    found = defaultdict(set)
    for span in spans:
        for each in Language:
            for when in (
                dates.when_range(each, span.start, span.end, zone).replace("–", "-"),
                dates.when_short(each, span.start, zone),
            ):
                if when in said:
                    found[-said.index(when), len(when)].add(span)
    return found[max(found)] if found else set()


def _of_delay(seen: Evidence, told: Told, row: Any) -> Iterator[str]:
    """Give what was said of how late it begins, as long as it begins then."""
    for state in _around(seen.records.delays[row.id], told.at):
        if row.status == "booked" and state.row.starts_at == row.starts_at:
            kind = Kind.RUNNING_LATE if state.row.minutes else Kind.ON_TIME
            start = moment(row.starts_at)
            yield _text(seen, told, row, kind, start, minutes=state.row.minutes)


def _of_offer(seen: Evidence, told: Told) -> Iterator[str]:
    row = _by_link(seen.rows(tables.offers), told.half)
    states = seen.records.offers[row.id] if row is not None else []
    for state in _around(states, told.at):
        ends = moment(state.row.expires_at) + ON_ITS_WAY
        if state.row.status == "open" and ends > told.at:
            kind = Kind.OFFER_FREE if state.row.free_choice else Kind.OFFER
            yield _text(seen, told, state.row, kind, None)


def _by_link(rows: list[Any], half: str) -> Any:
    return next((row for row in rows if row.link == half), None)


def _around(states: list[State], at: datetime) -> Iterator[State]:
    """Give the states that held at a moment, or until shortly before it."""
    for number, state in enumerate(states):
        ended = states[number + 1].at if number + 1 < len(states) else None
        if state.at <= at and (ended is None or ended + ON_ITS_WAY >= at):
            yield state


def _kinds(row: Any, at: datetime) -> tuple[Kind, ...]:
    if row.status == "booked":
        if moment(row.starts_at) + ON_ITS_WAY <= at:
            return (Kind.NEW_MEETING,) if moment(row.ends_at) > at else ()
        return (*KNOWN, Kind.NEW_MEETING, Kind.REMINDER)
    if row.status == "cancelled_by_client":
        return (Kind.CANCELLED_BY_CLIENT,)
    if row.status == "cancelled_by_us":
        return (Kind.CANCELLED_BY_US, Kind.TAKEN_BACK)
    return ()


def _text(
    seen: Evidence,
    told: Told,
    row: Any,
    kind: Kind,
    start: datetime | None,
    **more: Any,
) -> str:
    client = next(c for c in seen.rows(tables.clients) if c.id == row.client_id)
    unit = seen.rows(tables.units)[0]
    link = LinkKind.APPOINTMENT if told.kind == "a" else LinkKind.OFFER
    facts = Facts(
        kind=kind,
        language=Language(client.language),
        modality=Modality(row.modality),
        url=_LINKS.url(link, row.link, row.generation)
        + ("/move" if kind in _CHOOSING else ""),
        help_phone=unit.phone,
        start=start,
        end=moment(row.ends_at) if start is not None else None,
        zone=seen.policy.zone,
        **more,
    )
    made = compose(facts, Channel(told.channel))
    return made.text if told.channel == "sms" else made.html


#: What tells her that it stands, and so with whom.
_WITH_WHOM = frozenset(KNOWN) - {Kind.NEW_TIME, Kind.CHOOSE}


def met_by_another(seen: Evidence) -> Iterator[str]:
    """Who reads that another meets her is met by another than when she last read of it."""
    before: dict[tuple[str, str], set[int]] = {}
    for told in seen.records.told:
        row = _by_link(seen.rows(tables.appointments), told.half)
        if told.kind == "o" or row is None:
            continue
        with_whom: dict[Kind, set[int]] = defaultdict(set)
        for state in _around(seen.records.appointments[row.id], told.at):
            for kind in _WITH_WHOM.intersection(_kinds(state.row, told.at)):
                if told.text in texts(seen, told, state.row, kind):
                    with_whom[kind].add(state.row.professional_id)
        if not with_whom:
            continue
        now = set().union(*with_whom.values())
        was = before.get((told.to, told.half), set())
        if Kind.HANDED_OVER in with_whom and len(now | was) == 1:
            yield f"{told.to} of {row.reference}, {clock(told.at)}: nobody else"
        before[told.to, told.half] = now


def told_once(seen: Evidence) -> Iterator[str]:
    """Nobody is told the same thing twice, but for what she has done herself again.

    Of a time to which her appointment was moved meanwhile she may have heard nothing
    yet: back at the time before, she is owed an answer all the same. Who may be waiting
    in a meeting hears of each other one, however often it is handed over.
    """
    by_thing: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for told in seen.records.told:
        by_thing[told.to, told.half].append(told)
    for (to, half), all_of_it in by_thing.items():
        row = _by_link(seen.appointments, half)
        reminders = _reminders(seen, row, all_of_it)
        news = [told for told in all_of_it if told.text not in reminders]
        acts = _own_acts(seen, row)
        for one, other in pairwise(news):
            own = any(one.at < act <= other.at for act in acts)
            if one.text == other.text and not (
                own or _elsewhere(seen, row, one, other)
            ):
                yield f"{to} was told twice, {clock(one.at)} and {clock(other.at)}: {one.text}"
        for text, times in reminders.items():
            most = len(_service(seen, row).reminder_hours)
            if times > most:
                yield f"{to} was reminded {times} times: {text}"


def _elsewhere(seen: Evidence, row: Any, one: Told, other: Told) -> bool:
    """Say whether both told of another meeting, and it went to another in between."""
    if row is None:
        return False
    states = seen.records.appointments[row.id]
    handed = any(
        one.at - ON_ITS_WAY < now.at <= other.at
        and was.row.professional_id != now.row.professional_id
        for was, now in pairwise(states)
    )
    return handed and any(
        other.text in texts(seen, other, state.row, Kind.HANDED_NEW_MEETING)
        for state in _around(states, other.at)
        if state.row.client_id is not None
    )


def _own_acts(seen: Evidence, row: Any) -> list[datetime]:
    """Give when the client herself moved her appointment."""
    if row is None:
        return []
    about = f"appointment:{row.id}"
    return [
        moment(entry.at)
        for entry in seen.rows(tables.access_log)
        if (entry.subject, entry.who, entry.what) == (about, "client", "move")
    ]


def _reminders(seen: Evidence, row: Any, told: list[Told]) -> Counter[str]:
    """Count the reminders among what was told, by their text."""
    if row is None:
        return Counter()
    texts = {
        _text(seen, told[0], state.row, Kind.REMINDER, moment(state.row.starts_at))
        for state in seen.records.appointments[row.id]
        if state.row.client_id is not None
    }
    return Counter(each.text for each in told if each.text in texts)


def _service(seen: Evidence, row: Any) -> Any:
    return next(s for s in seen.rows(tables.services) if s.id == row.service_id)


def nothing_went_wrong(seen: Evidence) -> Iterator[str]:
    """The product's own log has no mistake in it, only other people's."""
    for alarm in seen.records.alarms:
        too_late = any(f"'why': '{why}" in alarm for why in TOO_LATE)
        if not too_late and not alarm.startswith("emptied"):
            yield alarm


ALWAYS = (
    overlaps,
    one_event,
    cancelled_by_people,
    nothing_went_wrong,
)
#: Dear, and no less true at the end: what was said stays said.
OF_ALL_THAT_WAS_SAID = (true_when_told, told_once, met_by_another)


def complaints(seen: Evidence, checks: Any = ALWAYS) -> list[str]:
    return [f"{check.__name__}: {said}" for check in checks for said in check(seen)]
