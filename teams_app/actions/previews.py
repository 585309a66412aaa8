"""Every message as a client gets it, shown before any client does.

Made of a made-up client and appointment, on the way that real ones go.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from booking.links import LINK_BYTES, Links, encode
from booking.messages import SPEAK_OF_ANOTHER, Composed, Facts, Kind, compose
from booking.model import (
    Appointment,
    AppointmentId,
    Channel,
    Client,
    ClientId,
    Language,
    Modality,
    Offer,
    OfferId,
    OfferStatus,
    ProfessionalId,
    ServiceId,
    Slot,
    Status,
)
from booking.policy import Policy
from booking.sms_length import Length, length
from booking.spans import instant, span, wall
from teams_app.actions.facts import of_appointment, of_offer

#: No appointment has it, so the links of a preview open nothing.
_LINK = encode(bytes(LINK_BYTES))
_LATE_MINUTES = 15
_A_DAY_BEFORE = 24
_OFFERS = {Kind.OFFER, Kind.OFFER_FREE}


@dataclass(frozen=True, slots=True)
class Preview:
    kind: Kind
    mail: Composed
    sms: Composed
    length: Length


def every(
    language: Language,
    modality: Modality,
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Iterator[Preview]:
    """Give each message about a meeting held so, in one language."""
    client = Client(ClientId(0), "Maija Mallikas", language, "maija@example.fi")
    when = instant(
        wall(now, policy.zone).date() + timedelta(days=7), time(10, 30), policy.zone
    )
    phone = policy.help_phone
    for kind in Kind:
        facts: Facts
        if kind in _OFFERS:
            offer = _offer(modality, when, free=kind is Kind.OFFER_FREE)
            facts = of_offer(offer, client, phone=phone, links=links, policy=policy)
        else:
            booked = _appointment(language, modality, when)
            facts = of_appointment(
                booked, kind, client, phone=phone, links=links, policy=policy
            )
            shut = _closed(kind, policy)
            fixed = _fixed(kind, policy)
            facts = replace(
                facts,
                minutes=_LATE_MINUTES,
                was=span(when - timedelta(days=1), booked.span.length),
                closed=shut,
                fixed=fixed,
            )
        sms = compose(facts, Channel.SMS)
        yield Preview(kind, compose(facts, Channel.MAIL), sms, length(sms.text))


def _closed(kind: Kind, policy: Policy) -> bool:
    """Say whether the link does what the message speaks of, a day before for reminders."""
    if kind in SPEAK_OF_ANOTHER:
        return not policy.self_booking
    return kind is Kind.REMINDER and policy.client_notice_hours >= _A_DAY_BEFORE


def _fixed(kind: Kind, policy: Policy) -> bool:
    """Say whether the link moves no more, once she has moved what she says she has."""
    moves = 1 if kind is Kind.MOVED_BY_CLIENT else 0
    return policy.client_moves is not None and moves >= policy.client_moves


def _appointment(language: Language, modality: Modality, when: datetime) -> Appointment:
    return Appointment(
        id=AppointmentId(0),
        reference="",
        version=1,
        status=Status.BOOKED,
        professional=ProfessionalId(0),
        service=ServiceId(0),
        client=ClientId(0),
        span=span(when, timedelta(minutes=45)),
        before=timedelta(0),
        after=timedelta(0),
        modality=modality,
        language=language,
        link=_LINK,
    )


def _offer(modality: Modality, when: datetime, *, free: bool) -> Offer:
    return Offer(
        id=OfferId(0),
        version=1,
        status=OfferStatus.OPEN,
        professional=ProfessionalId(0),
        service=ServiceId(0),
        client=ClientId(0),
        modality=modality,
        slots=() if free else (Slot(ProfessionalId(0), when),),
        free_choice=free,
        expires=when,
        link=_LINK,
    )
