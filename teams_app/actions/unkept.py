"""What cannot be kept is seen by its professional, where no card of hers shows it.

What she booked or offered in the tab herself is announced to nobody: there would be no
card on which a failure could stand.
"""

from datetime import datetime

from booking.model import Appointment, AppointmentId, OfferId
from teams_app.store import appointments, chats, jobs, offers, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Job, Promise


def show(tx: Tx, job: Job, now: datetime) -> None:
    """Owe the card that says what became of a job, unless one stands or is coming."""
    if job.appointment is not None:
        _appointment(tx, job.appointment, now)
    else:
        _offer(tx, job.offer, now)


def _appointment(tx: Tx, id_: AppointmentId, now: datetime) -> None:
    found = appointments.find(tx, id_)
    if found is None:
        return
    coming = f"announce:{id_}:{found.version}:{found.professional}"
    if not _stands(tx, found) and not _is_open(tx, coming):
        key = f"given_up:appointment:{id_}:{found.version}"
        owed = Promise("given_up", key, due=now, appointment=id_, again=True)
        jobs.promise(tx, owed)


def _stands(tx: Tx, found: Appointment) -> bool:
    person = people.professional(tx, found.professional).object_id
    cards = chats.cards_of(tx, f"appointment:{found.id}")
    if found.offer is not None:
        cards += chats.cards_of(tx, f"offer:{found.offer}")
    return any(each.object_id == person and each.activity_id for each in cards)


def _offer(tx: Tx, id_: OfferId, now: datetime) -> None:
    cards, coming = chats.cards_of(tx, f"offer:{id_}"), showing(id_, now)
    if any(each.activity_id for each in cards) or _is_open(tx, coming.key):
        return
    if offers.find(tx, id_) is not None:
        jobs.promise(tx, coming)


def showing(id_: OfferId, now: datetime, key: str = "") -> Promise:
    """Promise the card of an offer, in the chat of her who made it."""
    return Promise(
        "show_offer",
        key or f"show_offer:{id_}",
        due=now,
        payload={"offer": id_},
        again=True,
    )


def _is_open(tx: Tx, key: str) -> bool:
    return jobs.outcomes(tx, [key]).get(key, "unknown") is None
