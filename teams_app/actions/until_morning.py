"""When a message that is owed leaves, where quiet hours keep it until the morning.

What is shown of it says what the worker will do: a message of the client's own act, and
one that may not wait, go at night too (`messages`), and of these nothing is said here.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from booking.appointments import Actor
from booking.lateness import ABOUT_TO_BEGIN
from booking.messages import Kind
from booking.model import Appointment, Offer
from booking.policy import Policy
from booking.reminders import may_send_at
from booking.views.cards import Truth, Truths
from teams_app.actions import records, unheard
from teams_app.store import jobs
from teams_app.store.database import Tx

#: What leaves within this is said to leave soon.
_SOON = timedelta(minutes=2)


def with_morning(
    tx: Tx, found: Appointment, truths: Truths, policy: Policy, now: datetime
) -> Truths:
    """Add when its client is told how it stands, where that waits for the morning."""
    if truths.told is not Truth.WAITING or found.confirming:
        return truths
    when = of_appointment(tx, found, policy, now)
    in_time = when is not None and when < found.span.start
    return replace(truths, told_due=when if in_time else None)


def of_appointment(
    tx: Tx, found: Appointment, policy: Policy, now: datetime
) -> datetime | None:
    """Say when its client is told how it stands; None: at once, or nothing is owed.

    A morning that comes after the start is too late: she is not told at all.
    """
    key = records.message_owed(tx, found)
    when = _leaves(tx, key, policy, now)
    return None if when is None or _may_not_wait(tx, key, found, now) else when


def of_offer(tx: Tx, offer: Offer, policy: Policy, now: datetime) -> datetime | None:
    """Say when an offer is sent; None: at once, or never."""
    when = _leaves(tx, f"offer:{offer.id}", policy, now)
    return when if when is not None and when < offer.expires else None


def _leaves(tx: Tx, key: str, policy: Policy, now: datetime) -> datetime | None:
    due, payload = jobs.due_of(tx, key), jobs.payload(tx, key) or {}
    if due is None or payload.get("by") == Actor.CLIENT.value:
        return None
    when = may_send_at(max(due, now), policy.quiet)
    return when if when - now > _SOON else None


def _may_not_wait(tx: Tx, key: str, found: Appointment, now: datetime) -> bool:
    """Whether she may be waiting in a meeting that was lost, as `messages` has it."""
    if found.span.start - now > ABOUT_TO_BEGIN or not key.startswith("tell:"):
        return False
    payload = jobs.payload(tx, key) or {}
    said = unheard.to_say(tx, records.as_told(tx, found), payload, now)
    return said is Kind.HANDED_NEW_MEETING
