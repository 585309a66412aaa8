"""Offers: a set of times proposed to one client, one expiry, one winner.

Offered times are not held. Choosing one holds it; the hold that is confirmed takes the
offer, and every older copy of it shows what came of it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.model import Appointment, AppointmentId, Offer, OfferStatus, Slot
from booking.spans import wall


@dataclass(frozen=True, slots=True)
class OfferOver:
    """The offer can no longer be chosen from."""

    reason: str  #: expired, taken or withdrawn
    appointment: AppointmentId | None = None


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The time is not one of those offered."""


def expiry(slots: tuple[Slot, ...], days: int, now: datetime) -> datetime:
    """Give when an offer ends: with the last time offered, or after so many days."""
    latest = now + timedelta(days=days)
    return min(latest, max(slot.start for slot in slots)) if slots else latest


def count_of(offer: Offer) -> int:
    """Count the times offered; who may choose freely is offered many."""
    return 2 if offer.free_choice else len(offer.slots)


def choose(offer: Offer, slot: Slot, now: datetime) -> Slot | OfferOver | NotOffered:
    """Check that the client may hold this time. Nothing changes yet."""
    over = ended(offer, now)
    if over is not None:
        return over
    free = offer.free_choice and slot.professional == offer.professional
    if not free and slot not in offer.slots:
        return NotOffered()
    return slot


def ended(offer: Offer, now: datetime) -> OfferOver | None:
    match offer.status:
        case OfferStatus.TAKEN:
            return OfferOver("taken", offer.appointment)
        case OfferStatus.WITHDRAWN:
            return OfferOver("withdrawn")
        case OfferStatus.OPEN:
            return OfferOver("expired") if offer.expires <= now else None


def take(offer: Offer, booked: Appointment) -> Offer:
    """Close the offer with the appointment that came of it."""
    return replace(
        offer,
        status=OfferStatus.TAKEN,
        appointment=booked.id,
        version=offer.version + 1,
    )


def withdraw(offer: Offer) -> Offer:
    return replace(offer, status=OfferStatus.WITHDRAWN, version=offer.version + 1)


def spread(
    free: Iterable[Slot],
    length: timedelta,
    zone: ZoneInfo,
    *,
    count: int = 6,
    a_day: int = 3,
) -> list[Slot]:
    """Pick the first free times worth proposing: none overlap, some a day.

    `free` comes in order of time. A client who is offered 8.00, 8.15 and 8.30 has been
    offered one time.
    """
    chosen: list[Slot] = []
    taken: Counter[date] = Counter()
    for slot in free:
        day = wall(slot.start, zone).date()
        if taken[day] >= a_day:
            continue
        if chosen and slot.start < chosen[-1].start + length:
            continue
        chosen.append(slot)
        taken[day] += 1
        if len(chosen) == count:
            break
    return chosen
