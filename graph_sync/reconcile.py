"""Outlook and us: what each side changed, and what follows. Nothing is sent or stored.

`reconcile` merges one event of ours three ways: `known` is the draft as we last wrote
it, `theirs` is Outlook now, `ours` is what should stand there. A professional's
calendar is her own, so what she adds to an event stays; only what the appointment lives
by is put right, and a time is never overwritten: a person is asked.

`apply_page` lays a page of a delta round over the mirror. Of foreign events only times,
show-as and whether they open time for booking are kept; the texts end here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from booking.calendar import Busy, Event, EventDraft, Page, ShowAs
from booking.events import body_is_lost, changed, reference_in, reference_in_body
from booking.model import Appointment
from booking.spans import Span


class Verdict(Enum):
    AGREED = auto()  #: Nothing to do.
    CREATE = auto()  #: The event is owed and was never made.
    WRITE = auto()  #: Send the fields in `write`.
    REMOVE = auto()  #: The event stands and should not.
    ADOPT = auto()  #: Only Outlook changed, and that is her own affair.
    ASK = auto()  #: Only Outlook changed, and a person decides what it means.
    CONFLICT = auto()  #: Both changed, differently: a person decides.


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done about an event of ours."""

    verdict: Verdict
    write: tuple[str, ...] = ()  #: Fields of the draft; never one that is asked about.
    moved_to: Span | None = None  #: Asked: the time at which Outlook has it.
    deleted: bool = False  #: Asked: it is gone from Outlook, or cancelled there.
    left: tuple[str, ...] = ()  #: What she changed and keeps.


def reconcile(
    known: EventDraft | None,
    theirs: Event | None,
    ours: EventDraft | None,
    zone: ZoneInfo,
) -> Judged:
    """Compare. `zone` is hers: in it an event made all-day covers its days.

    `theirs` is None only when a read by id has said so; a page of changes that no
    longer names the event is no proof.
    """
    present = theirs is not None and not theirs.cancelled
    if ours is None:
        return Judged(Verdict.REMOVE if present else Verdict.AGREED)
    if theirs is None or not present:
        return _without_theirs(known, ours)
    return _compared(known, theirs, ours, zone)


def _without_theirs(known: EventDraft | None, ours: EventDraft) -> Judged:
    if known is None:
        return Judged(Verdict.CREATE)
    both = bool(changed(known, ours))
    return Judged(Verdict.CONFLICT if both else Verdict.ASK, deleted=True)


def _compared(
    known: EventDraft | None, theirs: Event, ours: EventDraft, zone: ZoneInfo
) -> Judged:
    """Settle field by field; the time last, for it outweighs the rest."""
    base = known if known is not None else ours
    by_us = changed(base, ours)
    write = _lost(theirs, ours)
    write += [name for name in by_us if name != "span" and name not in write]
    write = [name for name in write if not _stands(name, theirs, ours)]
    left = tuple(name for name in _own_touches(base, theirs, ours) if name not in write)
    stands_at = theirs.span(zone)
    moved_by_them = stands_at != base.span
    if stands_at == ours.span:
        asked, conflict = None, False
    elif moved_by_them:
        asked, conflict = stands_at, "span" in by_us
    else:
        asked, conflict = None, False
        write.append("span")
    return Judged(
        _verdict(asked, write, left, conflict=conflict), tuple(write), asked, left=left
    )


def _verdict(
    asked: Span | None, write: Collection[str], left: Collection[str], *, conflict: bool
) -> Verdict:
    if conflict:
        return Verdict.CONFLICT
    if asked is not None:
        return Verdict.ASK
    if write:
        return Verdict.WRITE
    return Verdict.ADOPT if left else Verdict.AGREED


def _lost(theirs: Event, ours: EventDraft) -> list[str]:
    """Name what the appointment cannot be without and Outlook no longer has.

    It is one event: the days of a series made of it would speak of it where it is not.
    """
    lost = []
    if theirs.subject is not None and reference_in(theirs.subject) != ours.key:
        lost.append("subject")
    if ours.sensitivity == "private" and theirs.sensitivity in {"normal", "personal"}:
        lost.append("sensitivity")
    if theirs.type == "seriesMaster":
        lost.append("repeats")
    if ours.online and not theirs.online:
        lost.append("online")
    if _body_is_lost(theirs, ours):
        lost.append("body")
    return lost


def _body_is_lost(theirs: Event, ours: EventDraft) -> bool:
    return theirs.body is not None and body_is_lost(
        theirs.body, ours, online=theirs.online, join_url=theirs.join_url
    )


def _own_touches(base: EventDraft, theirs: Event, ours: EventDraft) -> list[str]:
    """Name what she did to our event that is hers to do."""
    touched = [
        name
        for name, now in (
            ("subject", theirs.subject),
            ("location", theirs.location),
            ("sensitivity", theirs.sensitivity),
        )
        if now is not None and now not in {getattr(base, name), getattr(ours, name)}
    ]
    if theirs.show_as not in {None, ShowAs.BUSY}:
        touched.append("show_as")
    if theirs.online and not base.online and not ours.online:
        touched.append("online")
    if set(theirs.categories) - {base.category, ours.category}:
        touched.append("category")
    return touched


def _stands(name: str, theirs: Event, ours: EventDraft) -> bool:
    """Say whether Outlook already holds what we would write."""
    match name:
        case "subject":
            return theirs.subject == ours.subject
        case "location":
            return theirs.location == ours.location
        case "sensitivity":
            return theirs.sensitivity == ours.sensitivity
        case "online":
            return theirs.online
        case "repeats":
            return theirs.type != "seriesMaster"
        case _:
            return False


def as_seen(
    known: EventDraft, theirs: Event, zone: ZoneInfo, left: Collection[str] = ()
) -> EventDraft:
    """Give the draft with what Outlook holds in its place, but for what is `left`.

    To be remembered as known once a person has answered: whatever still differs from
    what should stand there is then written, and nothing else. A body that is lost is
    known to be empty.
    """
    seen: dict[str, Any] = {
        "subject": theirs.subject,
        "location": theirs.location,
        "sensitivity": theirs.sensitivity,
        "online": theirs.online,
        "repeats": theirs.type == "seriesMaster",
        "body": "" if _body_is_lost(theirs, known) else None,
    }
    said = {n: it for n, it in seen.items() if it is not None and n not in left}
    return replace(known, span=theirs.span(zone), **said)


class Trace(Enum):
    """By what an event is seen to stand for an appointment."""

    PROPERTY = auto()
    SUBJECT = auto()
    BODY = auto()


@dataclass(frozen=True, slots=True)
class Recognised:
    reference: str
    by: Trace


def recognise(event: Event) -> Recognised | None:
    """Say which appointment an event stands for, copies too.

    What survives a copy differs by client: first our property counts, then the subject,
    whatever was put before it (`Copy:`, `Kopio:`), then our words in the body.
    """
    for reference, by in (
        (event.key, Trace.PROPERTY),
        (reference_in(event.subject), Trace.SUBJECT),
        (reference_in_body(event.body), Trace.BODY),
    ):
        if reference:
            return Recognised(reference, by)
    return None


@dataclass(frozen=True, slots=True)
class Opening:
    """How a professional marks time that she opens for booking. Empty: not at all."""

    category: str = ""
    prefix: str = ""  #: Of the subject.

    def marks(self, event: Event) -> bool:
        """Say so from the texts; whether it is shown as free is the search's to ask."""
        named = {category.casefold() for category in event.categories}
        subject = (event.subject or "").strip().casefold()
        return bool(
            (self.category and self.category.casefold() in named)
            or (self.prefix and subject.startswith(self.prefix.casefold()))
        )


@dataclass(frozen=True, slots=True)
class Own:
    """An event of ours as our last write left it."""

    reference: str
    change_key: str


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a round has told on its earlier pages."""

    full: bool  #: The round began without a link, so what it never names is gone.
    named: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()  #: Series it told of from end to end.


@dataclass(frozen=True, slots=True)
class Applied:
    """What a page means for the mirror and for our events."""

    put: tuple[Busy, ...] = ()
    drop: tuple[str, ...] = ()
    #: Events of ours that somebody else changed, as Outlook has them now.
    changed: tuple[Event, ...] = ()
    #: Events with a reference of ours that are not the event we know by it: a copy, or
    #: what came of a write that was never answered.
    strays: tuple[tuple[str, Event], ...] = ()
    #: Ids to be read one by one before they are believed to be gone.
    verify: tuple[str, ...] = ()
    so_far: SoFar = field(default_factory=lambda: SoFar(full=False))


def apply_page(
    mirror: Mapping[str, Busy],
    page: Page,
    own: Mapping[str, Own],
    opening: Opening,
    so_far: SoFar,
) -> Applied:
    """Lay a page over the mirror (rows by event id, as the pages before left it).

    `own` has our events of this mailbox by id, as far as they lie in the window. A row
    that is not ours and is said to be removed goes at once: it is out of the window,
    whatever became of it. One of ours stays until it has been read by id.
    """
    put: list[Busy] = []
    drop: list[str] = []
    touched: list[Event] = []
    strays: list[tuple[str, Event]] = []
    for event in page.events:
        mine = own.get(event.id)
        if mine is not None and mine.change_key != event.change_key:
            touched.append(event)
        if event.series in own:
            continue  # A day of what somebody made a series of: it becomes one again.
        seen = None if mine or event.repeats else recognise(event)
        if seen is not None:
            strays.append((seen.reference, event))
        row = row_of(event, opening, mine.reference if mine else None)
        if row is None:
            drop += [event.id] if event.id in mirror and mine is None else []
        elif row != mirror.get(event.id):
            put.append(row)
    drop += [id_ for id_ in page.removed if id_ in mirror and id_ not in own]
    verify = {id_ for id_ in page.removed if id_ in own}
    now_known = _further(so_far, page)
    if page.link is not None:
        gone, doubtful = _unnamed(mirror, own, now_known)
        drop += [id_ for id_ in gone if id_ not in drop]
        verify |= doubtful
    return Applied(
        tuple(put),
        tuple(drop),
        tuple(touched),
        tuple(strays),
        tuple(sorted(verify)),
        now_known,
    )


def row_of(event: Event, opening: Opening, reference: str | None) -> Busy | None:
    """Make the mirror's row of an event; none for what takes no time of its own.

    A master stands for its occurrences, which come by themselves; a cancelled meeting
    stands in a calendar only until somebody removes it.
    """
    if event.type == "seriesMaster" or event.cancelled:
        return None
    return Busy(
        event_id=event.id,
        when=event.when,
        show_as=event.show_as or ShowAs.UNKNOWN,
        series=event.series,
        change_key=event.change_key,
        bookable=reference is None and opening.marks(event),
        ours=reference,
    )


def _further(so_far: SoFar, page: Page) -> SoFar:
    # What is a single event now may have been a series, whose days are gone then.
    masters = {each.id for each in page.events if each.series is None}
    # A master from before the window is not given; its occurrences tell of it.
    told = {each.series for each in page.events if each.type == "occurrence"}
    removed = set(page.removed)  # A series may be removed by its master's id alone.
    return SoFar(
        so_far.full,
        so_far.named | {event.id for event in page.events} | removed,
        so_far.series | masters | removed | {each for each in told if each is not None},
    )


def _unnamed(
    mirror: Mapping[str, Busy], own: Mapping[str, Own], told: SoFar
) -> tuple[list[str], set[str]]:
    """Find rows that a finished round should have named: surely gone, and doubtful.

    A full round names everything in its window. A later one that tells of a
    series tells of all its occurrences; a deleted one it may just leave out.
    """
    gone: list[str] = []
    doubtful: set[str] = set()
    for id_, row in mirror.items():
        if id_ in told.named:
            continue
        if told.full and id_ not in own:
            gone.append(id_)
        elif told.full or row.series in told.series:
            doubtful.add(id_)
    if told.full:
        doubtful |= own.keys() - told.named
    return gone, doubtful


@dataclass(frozen=True, slots=True)
class Clash:
    """Something of Outlook's lies over an appointment."""

    event_id: str
    appointment: Appointment


def overlaps(
    rows: Iterable[Busy],
    appointments: Collection[Appointment],
    blocking: Collection[ShowAs],
    zone: ZoneInfo,
) -> tuple[Clash, ...]:
    """Find foreign events that take the time of an appointment itself.

    Buffers do not count: a meeting put there is tight, not a collision.
    """
    return tuple(
        Clash(row.event_id, appointment)
        for row in rows
        if row.ours is None and row.show_as in blocking
        for appointment in appointments
        if appointment.in_calendar and row.span(zone).overlaps(appointment.span)
    )
