"""Messages that were handed over and never answered: each may have gone out.

What a client has heard decides what she is told next, so mails are looked for before
anything is decided. An SMS cannot be looked for, but handed over again.
"""

from dataclasses import dataclass

from booking.messages import WITH_END, Kind
from booking.model import Appointment, Channel, Offer, ProfessionalId
from booking.policy import Policy
from teams_app.store import appointments, deliveries, offers, people
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery, Said
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


def holds(tx: Tx, now: Appointment, key: str, policy: Policy) -> Kind | None:
    """Give as what an SMS of this message may have gone out, where it is true still.

    What it says nothing of (another person or, of a booking, another end) the later
    message tells; another time that one tells better alone.
    """
    sent = deliveries.find(tx, f"{key}:{Channel.SMS.value}")
    if sent is None or sent.state != deliveries.INTENDED or sent.said is None:
        return None
    ways = policy.ways.intersection(people.client(tx, sent.client).channels)
    by_mail = deliveries.find(tx, f"{key}:{Channel.MAIL.value}")
    if Channel.MAIL in ways and by_mail is None:
        return None  # It was off: now it would go by that, and be another message.
    return Kind(sent.news) if _is_true(tx, sent, sent.said, now) else None


def is_settled(tx: Tx, now: Appointment, key: str, policy: Policy) -> bool:
    """Say whether nothing more comes of an SMS of this message, whatever came of it.

    Of a change: what else was to be said is tried again for as long as it is owed.
    """
    if not key.startswith("tell:"):
        return False
    sent = deliveries.find(tx, f"{key}:{Channel.SMS.value}")
    unknown = sent is not None and sent.state == deliveries.INTENDED
    return unknown and holds(tx, now, key, policy) is None


#: Where a message has got that has not reached her, unless it was given up: what was
#: never answered may have gone out all the same.
_NOT_GONE = frozenset({deliveries.FAILED, deliveries.SKIPPED})
_GIVEN_UP = "given_up"


def has_not_gone(given: Delivery) -> bool:
    return given.state in _NOT_GONE and given.why != _GIVEN_UP


#: *Another meets you than before.*
OF_ANOTHER = frozenset({Kind.HANDED_OVER, Kind.HANDED_NEW_MEETING})


def _is_true(tx: Tx, sent: Delivery, said: Said, now: Appointment) -> bool:
    if not now.in_calendar or said.span.start != now.span.start:
        return False
    if sent.news in WITH_END:
        return said.span == now.span
    if sent.news in OF_ANOTHER:
        before = _met_by(tx, now, sent.version)
        return before != now.professional if before else _is_hers(said, now)
    if sent.news == Kind.HANDED_BACK:
        return _is_hers(said, now)
    return sent.news == Kind.BOOKED


def _is_hers(said: Said, now: Appointment) -> bool:
    return said.professional == now.professional


def _met_by(tx: Tx, now: Appointment, version: int) -> ProfessionalId | None:
    """Give by whom she was met, by what she had last heard before this version."""
    heard = deliveries.newest(
        each
        for each in deliveries.of_appointment(tx, now.id)
        if each.state == deliveries.ACCEPTED
        and each.version < version
        and each.said is not None
    )
    return heard.said.professional if heard is not None and heard.said else None
