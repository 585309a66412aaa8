"""Messages that were handed over and never answered: each may have gone out.

What a client has heard decides what she is told next, so mails are looked for before
anything is decided. An SMS cannot be looked for, but handed over again.
"""

from dataclasses import dataclass

from booking.model import Appointment, Channel, Offer
from teams_app.store import appointments, deliveries, offers
from teams_app.store.database import Tx
from teams_app.store.jobs import Job


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A mail of which nobody knows whether it went out."""

    key: str
    outward: str


def outward(key: str, link: str) -> str:
    """Give the key by which the world outside knows a message.

    Ours count from one in every database, and an old one's messages may still lie in
    the same Sent Items.
    """
    return f"{key}/{link}"


def doubtful(tx: Tx, job: Job) -> list[Doubtful]:
    """Give the mails about a job's appointment or offer that may have gone out.

    Of an SMS nobody need ask: its gateway sends a repeat of our key once (`holds`).
    """
    about: Appointment | Offer | None
    if job.appointment is not None:
        about = appointments.find(tx, job.appointment)
        sent = deliveries.of_appointment(tx, job.appointment)
    else:
        about = offers.find(tx, job.offer)
        sent = deliveries.of_offer(tx, job.offer)
    if about is None:
        return []
    return [
        Doubtful(each.key, outward(each.key, about.link))
        for each in sent
        if each.state == deliveries.INTENDED and each.channel == Channel.MAIL.value
    ]


def holds(tx: Tx, now: Appointment, key: str) -> bool:
    """Say whether an SMS of this message may have gone out, and it begins then still.

    Another person or place, or another end, of which an SMS says nothing, the later
    message tells; another start it tells better alone.
    """
    sent = deliveries.find(tx, f"{key}:{Channel.SMS.value}")
    if sent is None or sent.state != deliveries.INTENDED or sent.said is None:
        return False
    return sent.said.span.start == now.span.start
