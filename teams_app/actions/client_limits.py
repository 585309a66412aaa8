"""Whether a client's link still changes her appointment, as the tenant has decided."""

from datetime import datetime

from booking import client_limits
from booking.appointments import Actor
from booking.client_limits import Barred
from booking.model import Appointment, AppointmentId
from booking.policy import Policy
from teams_app.actions.questions import CHOSEN, choosing
from teams_app.store import bindings, conflicts, log
from teams_app.store.database import Tx


def moves(tx: Tx, id_: AppointmentId, policy: Policy) -> int:
    """Count how often its client has moved it; 0 where nobody asks.

    What she chose because we could not keep her time is none of them.
    """
    if policy.client_moves is None:
        return 0
    every = log.times(tx, f"appointment:{id_}", "move", Actor.CLIENT.value)
    asked = conflicts.of_appointment(tx, id_)
    return every - sum(each.settled == CHOSEN for each in asked)


def to_move(
    tx: Tx, appointment: Appointment, policy: Policy, now: datetime
) -> Barred | None:
    """Say why she may not move it; None: she may."""
    if choosing(tx, appointment.id) is not None:
        return None
    moved, bound = moves(tx, appointment.id, policy), bindings.find(tx, appointment.id)
    return client_limits.to_move(appointment.span.start, moved, policy, now, bound)


def leads_too_far(
    tx: Tx, appointment: Appointment, start: datetime, policy: Policy
) -> bool:
    """Say whether her link may not move it there, as what is binding is moved.

    Who was asked to choose another time chooses any.
    """
    bound = bindings.find(tx, appointment.id)
    if bound is None or choosing(tx, appointment.id) is not None:
        return False
    return not bound.allows(start, policy.zone)


def to_cancel(
    tx: Tx, appointment: Appointment, policy: Policy, now: datetime
) -> Barred | None:
    """Say why she may not cancel it; None: she may."""
    bound = bindings.find(tx, appointment.id)
    if bound is None and choosing(tx, appointment.id) is not None:
        return None
    return client_limits.to_cancel(appointment.span.start, policy, now, bound)
