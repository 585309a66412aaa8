"""What a message says of an appointment or an offer, before it is put into words.

Sent messages and their preview in the tab are made of the same.
"""

from datetime import datetime

from booking.links import LinkKind, Links
from booking.messages import SPEAK_OF_ANOTHER, SPEAK_OF_CHANGE, Facts, Kind
from booking.model import Appointment, BookedBy, Client, Language, Offer
from booking.policy import Policy
from teams_app.actions import client_limits
from teams_app.store import people
from teams_app.store.database import Tx

#: Who is to choose another time is led straight to the times.
_TO_TIMES = {Kind.NEW_TIME, Kind.CHOOSE}


def of_appointment(
    found: Appointment,
    kind: Kind,
    client: Client,
    *,
    phone: str,
    links: Links,
    policy: Policy,
) -> Facts:
    """Give what is said; `phone` is the number that helps."""
    where = "/move" if kind in _TO_TIMES else ""
    return Facts(
        kind=kind,
        language=client.language,
        modality=found.modality,
        url=links.url(LinkKind.APPOINTMENT, found.link, found.generation) + where,
        help_phone=phone,
        start=found.span.start,
        end=found.span.end,
        zone=policy.zone,
        organisation=whose(client, policy),
        greeting=policy.lines.greeting(client.language),
        closing=policy.lines.closing(client.language),
    )


def of_offer(
    offer: Offer, client: Client, *, phone: str, links: Links, policy: Policy
) -> Facts:
    return Facts(
        kind=Kind.OFFER_FREE if offer.free_choice else Kind.OFFER,
        language=client.language,
        modality=offer.modality,
        url=links.url(LinkKind.OFFER, offer.link, offer.generation),
        help_phone=phone,
        zone=policy.zone,
        organisation=whose(client, policy),
        greeting=policy.lines.greeting(client.language),
        closing=policy.lines.closing(client.language),
    )


def whose(client: Client, policy: Policy) -> str:
    return whose_in(client.language, policy)


def whose_in(language: Language, policy: Policy) -> str:
    """Name the organisation, where the tenant wants its messages to."""
    return policy.organisation.in_(language) if policy.names_organisation else ""


def closed(
    tx: Tx, found: Appointment, kind: Kind, policy: Policy, now: datetime
) -> bool:
    """Say whether the link does not do what a message of this kind speaks of."""
    if kind in SPEAK_OF_ANOTHER:
        service = people.service(tx, found.service)
        anyone = service.open and service.booked_by is BookedBy.ANYONE
        return not anyone or not policy.self_booking
    if kind in SPEAK_OF_CHANGE:
        return client_limits.to_cancel(tx, found, policy, now) is not None
    return False


def fixed(
    tx: Tx, found: Appointment, kind: Kind, policy: Policy, now: datetime
) -> bool:
    """Say whether the link does not move what a message of this kind may speak of."""
    speaks = kind in SPEAK_OF_CHANGE
    return speaks and client_limits.to_move(tx, found, policy, now) is not None
