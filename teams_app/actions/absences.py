"""A professional is away: recorded, changed, ended, withdrawn. Each is one transaction.

Only that she is away is kept, never why, and neither clients nor her calendar are told:
her free times are gone, her unit's supervisors get a card, and what happens to the
appointments she has is for people to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.absence import Absence, finished, in_force, joined
from booking.model import Appointment, ProfessionalId
from booking.spans import Span
from teams_app.actions import access, covering
from teams_app.actions.access import Person
from teams_app.actions.settle import redraw_ahead
from teams_app.store import absences, appointments, jobs, log, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise
from teams_app.store.rows import unchanged


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, when, and from what."""

    who: Person
    at: datetime
    source: str  #: bot, tab


@dataclass(frozen=True, slots=True)
class Planned:
    """What recording an absence would mean, before it is done."""

    span: Span  #: With what it would join.
    touched: int  #: Appointments of hers that fall into it.
    joins: bool = False
    known: Absence | None = None  #: All of it is recorded already, by this one.


@dataclass(frozen=True, slots=True)
class Outdated:
    """What was pressed no longer fits: this is how it stands."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class NotYours:
    """There is no such absence, or it is not the asker's to touch."""


def may_touch(tx: Tx, who: Person, professional: ProfessionalId) -> bool:
    """Her own, and those of the professionals of units she supervises."""
    return access.may(tx, who, professional)


def standing(tx: Tx, id_: ProfessionalId, now: datetime) -> list[Absence]:
    """Give the absences that go on or are to come, the first to begin first."""
    return in_force(absences.of(tx, id_), now)


def touched(
    tx: Tx, id_: ProfessionalId, span: Span, now: datetime
) -> list[Appointment]:
    """Give her appointments that fall into a time and are not over, in order."""
    return _falling_into(span, appointments.between(tx, [id_], span), now)


def touched_by(
    tx: Tx, found: Sequence[Absence], now: datetime
) -> dict[int, list[Appointment]]:
    """Give what `touched` gives for each of some absences, read at once."""
    ids = absences.touched(tx, [each.id for each in found])
    with unchanged(tx):
        appointments.read_ahead(tx, [id_ for each in ids.values() for id_ in each])
        booked = {
            each: [appointments.load(tx, id_) for id_ in of] for each, of in ids.items()
        }
    return {each.id: _falling_into(each.span, booked[each.id], now) for each in found}


def _falling_into(
    span: Span, found: Sequence[Appointment], now: datetime
) -> list[Appointment]:
    left = [
        each
        for each in found
        if each.in_calendar and each.span.overlaps(span) and each.span.end > now
    ]
    return sorted(left, key=lambda each: each.span.start)


def plan(tx: Tx, id_: ProfessionalId, wanted: Span, now: datetime) -> Planned:
    """Say what recording this time would mean."""
    whole, parts = joined(wanted, standing(tx, id_, now))
    count = len(touched(tx, id_, whole, now))
    known = next((each for each in parts if each.span.contains(wanted)), None)
    return Planned(whole, count, bool(parts), known)


def record(
    tx: Tx, by: By, id_: ProfessionalId, wanted: Span, request: str
) -> Absence | NotYours:
    """Record an absence; pressed again, or in a copy, it gives what the first one made.

    Those it touches become one with it: the first of them, made longer.
    """
    if not may_touch(tx, by.who, id_):
        return NotYours()
    appointments.lock(tx, id_)
    key = f"absence:{id_}:{request}"
    made = appointments.remembered(tx, key)
    earlier = absences.find(tx, int(made)) if made else None
    if earlier is not None:
        return earlier
    whole, parts = joined(wanted, standing(tx, id_, by.at))
    if parts and parts[0].span == whole:
        found = parts[0]
    elif parts:
        found = _lengthened(tx, by, parts, whole)
    else:
        found = absences.add(tx, id_, whole)
        _logged(tx, by, found, "away")
        _tell(tx, by, found)
    appointments.remember_request(tx, key, str(found.id))
    return found


def _lengthened(tx: Tx, by: By, parts: Sequence[Absence], whole: Span) -> Absence:
    kept, *others = parts
    found = replace(kept, version=kept.version + 1, span=whole)
    absences.save(tx, found, by.at)
    for each in others:
        absences.join(tx, each, found)
    _logged(tx, by, found, "away_changed")
    _tell(tx, by, found)
    return found


def finish(tx: Tx, by: By, number: int, version: int) -> Absence | Outdated | NotYours:
    """End what has begun, or withdraw what has not; what is over stays as it is."""
    found = _hers(tx, by.who, number)
    if isinstance(found, NotYours) or found.is_over(by.at):
        return found
    if found.version != version:
        return Outdated(found)
    after = finished(found, by.at)
    absences.save(tx, after, by.at)
    _logged(tx, by, after, "away_withdrawn" if after.withdrawn else "away_ended")
    _tell(tx, by, after)
    return after


def change(
    tx: Tx, by: By, number: int, version: int, wanted: Span
) -> Absence | Outdated | NotYours:
    """Give an absence other times; what has been of it stays."""
    found = _hers(tx, by.who, number)
    if isinstance(found, NotYours):
        return found
    if found.version != version or found.is_over(by.at):
        return Outdated(found)
    if found.has_begun(by.at):
        wanted = Span(found.span.start, wanted.end)
    others = [
        each for each in standing(tx, found.professional, by.at) if each.id != found.id
    ]
    whole, parts = joined(wanted, others)
    if whole == found.span and not parts:
        return found
    return _lengthened(tx, by, [found, *parts], whole)


def _hers(tx: Tx, who: Person, number: int) -> Absence | NotYours:
    """Give the absence as it is, once nobody else can change it."""
    found = absences.find(tx, number)
    if found is None or not may_touch(tx, who, found.professional):
        return NotYours()
    appointments.lock(tx, found.professional)
    return absences.find(tx, number) or NotYours()


def _logged(tx: Tx, by: By, found: Absence, what: str) -> None:
    log.record(
        tx,
        at=by.at,
        who=by.who.who,
        what=what,
        subject=f"absence:{found.id}",
        source=by.source,
    )


# Who is told.


def _tell(tx: Tx, by: By, found: Absence) -> None:
    """Owe a card to each who is to know, and a look at the cards that stand.

    A desk that was asked because of it is asked no more about what it leaves alone.
    """
    left = [each.span for each in standing(tx, found.professional, by.at)]
    covering.is_here(tx, found.professional, left, by.at)
    redraw_ahead(tx, found.professional, by.at)
    owner = people.professional(tx, found.professional)
    chiefs = people.supervisors(tx, owner.unit)
    for person in dict.fromkeys((owner.object_id, *chiefs)):
        if person != by.who.object_id:
            _owe_card(tx, found, person, by.at)
    for due in (by.at, found.span.start, found.span.end):
        if due >= by.at:
            jobs.promise(tx, keep_cards(found.id, due))


def _owe_card(tx: Tx, found: Absence, person: str, now: datetime) -> None:
    """Owe one card a person: promised again it is the same card, brought up to date."""
    key = f"tell_away:{found.id}:{person}"
    payload: dict[str, object] = {"absence": found.id, "person": person}
    owed = Promise("tell_away", key, due=now, payload=payload, again=True)
    jobs.promise(tx, owed)


def keep_cards(id_: int, due: datetime) -> Promise:
    """Promise a look at the cards that show an absence, which begins and ends."""
    key = f"away_cards:{id_}:{int(due.timestamp())}"
    payload: dict[str, object] = {"absence": id_}
    return Promise("away_cards", key, due=due, payload=payload, again=True)
