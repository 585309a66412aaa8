"""How appointments went: recorded by a person, asked for at the end, listed until then."""

from datetime import datetime, timedelta

from booking import outcomes as rules
from booking.appointments import Actor, AskOutcome, Change, NotOpen, Outdated, Tell
from booking.model import (
    Appointment,
    AppointmentId,
    ProfessionalId,
    Status,
)
from booking.policy import Policy
from booking.spans import day_span, wall
from teams_app.actions.questions import choosing
from teams_app.actions.records import OUTCOME
from teams_app.actions.settle import ask_outcome, settle
from teams_app.store import appointments, conflicts, jobs
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged

#: Whoever goes on to the next appointment first is asked again so much later.
_AGAIN = timedelta(minutes=10)


Recorded = Appointment | rules.Refusal | Outdated


def record(  # noqa: PLR0913
    tx: Tx,
    id_: AppointmentId,
    outcome: Status,
    *,
    version: int,
    by: Actor,
    who: str,
    now: datetime,
) -> Recorded:
    """Write down how an appointment went. A repeat gives it as it stands.

    `version`: of the card or page that was pressed; on an older one somebody has said
    otherwise since, and nothing changes.
    """
    before = appointments.load(tx, id_)
    after = rules.record(before, outcome, by, now)
    if not isinstance(after, Appointment) or after == before:
        return after
    if choosing(tx, id_) is not None:
        return NotOpen(before.status)  # She was told that we cannot keep it.
    if before.version != version:
        return Outdated(before.version)
    why = f"{OUTCOME}{outcome.value}"
    settle(tx, Change(before, after, by, now, why, Tell.NO, who))
    return after


def why_not(recorded: Recorded) -> str | None:
    """Name in words why it could not be recorded.

    None: it was, or the page or card that asked was an old one.
    """
    match recorded:
        case Appointment() | Outdated():
            return None
        case rules.NotBegun():
            return "outcomes.problem.not_begun"
        case rules.TooOld():
            return "outcomes.problem.too_old"
        case rules.Unfit() | NotOpen():
            return "outcomes.problem.unfit"


def possible(tx: Tx, appointment: Appointment, now: datetime) -> tuple[Status, ...]:
    """Give what may be recorded of it now."""
    given = rules.possible(appointment, now)
    return () if given and choosing(tx, appointment.id) is not None else given


def missing(
    tx: Tx, professional: ProfessionalId, first: datetime, now: datetime
) -> list[Appointment]:
    """Give what began since `first` and of which nobody has said how it went."""
    every = appointments.unrecorded(tx, professional, first, now)
    found = [each for each in every if rules.possible(each, now)]
    with unchanged(tx):
        conflicts.read_ahead(tx, [each.id for each in found])
        return [each for each in found if _took_place(tx, each)]


def _took_place(tx: Tx, appointment: Appointment) -> bool:
    return choosing(tx, appointment.id) is None


def missing_lately(
    tx: Tx, professional: ProfessionalId, now: datetime
) -> list[Appointment]:
    """Give all that may still be recorded, the oldest first."""
    return missing(tx, professional, now - rules.RECORDED_FOR, now)


def missing_before(
    tx: Tx, professional: ProfessionalId, policy: Policy, now: datetime
) -> int:
    """Count those of earlier days: the morning's list says how many."""
    today = day_span(wall(now, policy.zone).date(), policy.zone).start
    found = missing_lately(tx, professional, now)
    return sum(each.span.start < today for each in found)


def ask_later(tx: Tx, appointment: Appointment, now: datetime) -> None:
    """Ask again soon: its card has become a form before anybody said how it went."""
    if rules.is_missing(appointment, now):
        owed = AskOutcome(appointment.id, appointment.span.end)
        jobs.promise(tx, ask_outcome(owed, now + _AGAIN))
