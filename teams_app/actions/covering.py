"""Asking a unit's desk who can take appointments, and taking them.

Asked by her whose they are or by who supervises her unit. The taking is the ordinary
hand-over (`handovers.carry_out`): the same lock, the same message to the client, the
same calendars, cards and log. What is asked here stays with whom it is until somebody
has taken it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking import cover as rules
from booking.appointments import Actor
from booking.cover import Bar, Cover, Line, State, Why
from booking.model import (
    Appointment,
    AppointmentId,
    Professional,
    ProfessionalId,
    UnitId,
)
from booking.policy import Policy
from booking.spans import Span
from teams_app.actions import access, takers
from teams_app.actions.access import Look, Person
from teams_app.actions.handovers import Order, carry_out
from teams_app.actions.takers import Wanted
from teams_app.store import appointments, covers, desks, jobs, log, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise
from teams_app.store.rows import unchanged


class NotAsked(StrEnum):
    """Why a desk was not asked: `desk.not_asked.<why>`."""

    NOT_YOURS = "not_yours"
    NO_DESK = "no_desk"  #: The unit has none.
    NOTHING = "nothing"  #: Nothing of it can be taken by anybody any more.
    ASKED = "asked"  #: It has been asked already.


@dataclass(frozen=True, slots=True)
class Asked:
    """The desk is asked about so many appointments."""

    count: int


@dataclass(frozen=True, slots=True)
class Asks:
    """A question that stands, and what of it can still be taken."""

    cover: Cover
    open: list[Line]


def has_desk(tx: Tx, unit: UnitId) -> bool:
    return desks.of_unit(tx, unit) is not None


def ask(
    tx: Tx, who: Person, ids: Sequence[AppointmentId], why: Why, look: Look
) -> Asked | NotAsked:
    """Ask the desk of each unit about its appointments; those asked about are left out.

    Where one of them is not hers to ask about, nothing is asked.
    """
    found = [appointments.find(tx, id_) for id_ in dict.fromkeys(ids)]
    mine = [each for each in found if each and access.may(tx, who, each.professional)]
    if len(mine) != len(found):
        return NotAsked.NOT_YOURS
    appointments.lock(tx, *(each.professional for each in mine))
    standing = [appointments.load(tx, each.id) for each in mine]
    open_ = [each for each in standing if rules.may_be_asked(each, look.at)]
    if not open_:
        return NotAsked.NOTHING
    heard = [each for each in open_ if has_desk(tx, _unit(tx, each))]
    if not heard:
        return NotAsked.NO_DESK
    fresh = [each for each in heard if not is_asked(tx, each, look.at)]
    if not fresh:
        return NotAsked.ASKED
    for unit in sorted({_unit(tx, each) for each in fresh}):
        lines = [_line(each) for each in fresh if _unit(tx, each) == unit]
        for group in rules.grouped(lines):
            _put(tx, covers.add(tx, unit, why, group, who.who, look.at))
    _log(tx, who, fresh, why, look)
    return Asked(len(fresh))


def _unit(tx: Tx, found: Appointment) -> UnitId:
    return people.professional(tx, found.professional).unit


def _line(found: Appointment) -> Line:
    return Line(found.id, found.professional, found.span.start)


def _log(
    tx: Tx, who: Person, asked: Sequence[Appointment], why: Why, look: Look
) -> None:
    for each in asked:
        log.record(
            tx,
            at=look.at,
            who=who.who,
            what="ask_desk",
            subject=f"appointment:{each.id}",
            source=f"{look.source}:{why.value}",
        )


def _put(tx: Tx, made: Cover) -> None:
    """Owe the card, its looks when a line is urgent, and the word to the supervisors."""
    last = made.lines[-1].starts
    named: dict[str, object] = {"cover": made.id}
    jobs.promise(
        tx,
        Promise(
            "cover", f"cover:{made.id}", due=made.asked, payload=named, expires=last
        ),
    )
    jobs.promise(
        tx,
        Promise(
            "cover_unclaimed",
            f"cover_unclaimed:{made.id}",
            due=rules.unclaimed_at(made.asked, made.lines),
            payload=named,
            expires=last,
        ),
    )
    soon = {each.starts - rules.URGENT for each in made.lines}
    starts = {each.starts for each in made.lines}
    for at in sorted(each for each in soon | starts if each > made.asked):
        key = f"cover_cards:{made.id}:{int(at.timestamp())}"
        jobs.promise(tx, Promise("cover_cards", key, due=at, payload=named))


def keep_cards(cover: int, due: datetime) -> Promise:
    """Promise that every card of a question shows how it stands."""
    named: dict[str, object] = {"cover": cover}
    key = f"cover_cards:{cover}"
    return Promise("cover_cards", key, due=due, payload=named, again=True)


def is_here(tx: Tx, giver: ProfessionalId, away: Sequence[Span], now: datetime) -> None:
    """Stop looking for takers of what an absence of hers no longer touches.

    `away`: when she still is. Under her lock; what was asked otherwise stays asked, and
    what is not open any more says what became of it.
    """
    for cover, line in covers.open_because_of(tx, Why.ABSENCE, giver, now):
        found = appointments.load(tx, line.appointment)
        touched = any(each.overlaps(found.span) for each in away)
        if not touched and rules.state(line, found, now) is State.OPEN:
            covers.withdraw(tx, cover, found.id, now)
            jobs.promise(tx, keep_cards(cover, now))


def is_asked(tx: Tx, found: Appointment, now: datetime) -> bool:
    """Say whether a desk is looking for a taker of this appointment."""
    for each in covers.of_appointment(tx, found.id):
        line = each.line(found.id)
        if line is not None and rules.state(line, found, now) is State.OPEN:
            return True
    return False


def open_of(tx: Tx, cover: Cover, now: datetime) -> list[Line]:
    """Give what of a question can still be taken, the soonest first."""
    return [
        each
        for each in cover.lines
        if rules.state(each, appointments.load(tx, each.appointment), now) is State.OPEN
    ]


def asked_in(tx: Tx, units: Iterable[UnitId], now: datetime) -> list[Asks]:
    """Give what units are asked, as far as it can still be taken, the soonest first."""
    with unchanged(tx):
        found = covers.asked_in(tx, units, now)
        lines = [line.appointment for each in found for line in each.lines]
        appointments.read_ahead(tx, lines)
        asks = [Asks(each, open_of(tx, each, now)) for each in found]
    return sorted(
        (each for each in asks if each.open),
        key=lambda each: (each.open[0].starts, each.cover.id),
    )


def read_ahead(tx: Tx, found: Sequence[Appointment]) -> None:
    """Read at once what `desk_of` will ask of each of them; within `unchanged`."""
    covers.read_ahead(tx, [each.id for each in found])


def desk_of(tx: Tx, found: Sequence[Appointment], now: datetime) -> str:
    """Say whether the desk may be asked about these of one professional.

    `ask`; `asked`, where it has been about all that can be taken; empty: there is no
    desk, or nothing to take.
    """
    open_ = [each for each in found if rules.may_be_asked(each, now)]
    if not open_ or not has_desk(
        tx, people.professional(tx, open_[0].professional).unit
    ):
        return ""
    return "asked" if all(is_asked(tx, each, now) for each in open_) else "ask"


# Taking.


@dataclass(frozen=True, slots=True)
class Claim:
    """One line, and the colleague who takes it."""

    cover: int
    appointment: AppointmentId
    taker: Professional
    who: str  #: For the log.


@dataclass(frozen=True, slots=True)
class Barred:
    """She has it not; `first`: the colleague who has."""

    why: Bar
    first: str = ""


def may_read(who: Person, cover: Cover) -> bool:
    """Say whether a question is somebody's to see: she is of its unit."""
    return cover.unit in access.of_desk(who)


def bar_of(
    tx: Tx, cover: Cover, line: Line, taker: Professional, policy: Policy, now: datetime
) -> Bar | None:
    """Say why a colleague cannot take a line, by what is known of it here."""
    found = appointments.load(tx, line.appointment)
    if line.taker is None and found.professional == taker.id:
        return Bar.OWN
    stands = rules.state(line, found, now)
    if stands is not State.OPEN:
        return Bar(stands.value)
    if taker.unit != cover.unit:
        return Bar.UNIT
    wanted = Wanted(found, taker.id, found.span)
    doubts = takers.against(tx, wanted, policy, now)
    return rules.bar(doubts, full=takers.is_day_full(tx, wanted, policy))


def plan(
    tx: Tx, claim: Claim, policy: Policy, now: datetime
) -> Wanted | Appointment | Barred:
    """Say what is to be looked at in her calendar. What she has taken is given again.

    Where it has gone on to somebody else since, it is settled.
    """
    cover = covers.find(tx, claim.cover)
    line = cover.line(claim.appointment) if cover is not None else None
    if cover is None or line is None:
        return Barred(Bar.SETTLED)
    found = appointments.load(tx, line.appointment)
    if line.taker == claim.taker.id and found.professional == claim.taker.id:
        return found
    why = bar_of(tx, cover, line, claim.taker, policy, now)
    if why is not None and line.taker == claim.taker.id:
        return Barred(Bar.SETTLED)
    if why is not None:
        first = people.professional(tx, line.taker).name if line.taker else ""
        return Barred(why, first)
    return Wanted(found, claim.taker.id, found.span)


def take(
    tx: Tx, claim: Claim, looked: Wanted, policy: Policy, now: datetime
) -> Appointment | Barred:
    """Hand it to her, if nobody was before her. Raises Overlap when her time has gone.

    `looked`: what was just found free in her Outlook.
    """
    appointments.lock(tx, looked.appointment.professional, claim.taker.id)
    planned = plan(tx, claim, policy, now)
    if not isinstance(planned, Wanted):
        return planned
    if planned.time != looked.time:
        return Barred(Bar.CHANGED)
    order = Order(
        planned.appointment, planned.to, planned.time, Actor.PROFESSIONAL, claim.who
    )
    done = carry_out(tx, order, now)
    if not isinstance(done, Appointment):
        return Barred(Bar.SETTLED)
    covers.take(tx, claim.cover, claim.appointment, claim.taker.id, now)
    return done
