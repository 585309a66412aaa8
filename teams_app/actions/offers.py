"""Offering times to a client: made by a professional, chosen from by link."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from booking.appointments import Actor, Past, Taken
from booking.ids import Ids
from booking.model import (
    Appointment,
    BookedBy,
    Client,
    Language,
    Modality,
    Offer,
    OfferId,
    OfferStatus,
    Professional,
    ProfessionalId,
    ServiceId,
    Slot,
    Status,
)
from booking.offers import (
    NotOffered,
    OfferOver,
    choose,
    ended,
    expiry,
    withdraw,
)
from booking.policy import Policy
from booking.spans import Span, span
from teams_app.actions import access, booking, calendars, giving, pressed, unkept
from teams_app.actions.booking import Closed, Details, Wanted
from teams_app.actions.calendars import Ask
from teams_app.actions.offer_looks import keep_offer_cards
from teams_app.store import appointments, jobs, log, offers, people
from teams_app.store.calendars import state
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: Why its message was not sent: its client could have chosen nothing.
NONE_LEFT = "none_left"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a professional offers: to whom, what, and when."""

    professional: Professional
    service: ServiceId
    modality: Modality
    name: str
    language: Language
    email: str | None
    phone: str | None
    slots: tuple[Slot, ...]  #: Empty: the client chooses any free time of hers.
    #: Made where no card shows it: it gets one in her chat, to be followed there.
    wants_card: bool = False


def make(
    tx: Tx,
    invitation: Invitation,
    ids: Ids,
    *,
    request: str,
    policy: Policy,
    now: datetime,
) -> Offer | Appointment | Taken | Past | Closed:
    """Make an offer of the times that can still be had; owe the client one message.

    Where none is left, it says why. A repeated request gives what it made before, be it
    an appointment. A time that it only holds, because a booking was not finished or is
    still under way, is let go.
    """
    appointments.lock(tx, invitation.professional.id)
    earlier = pressed.made(tx, request)
    if earlier is not None:
        return earlier
    _start_anew(tx, request, access.named(invitation.professional.object_id), now)
    left = _left(tx, invitation, policy, now)
    if not isinstance(left, tuple):
        return left
    made = _offer(tx, invitation, left, ids, policy.offer_days, now)
    appointments.remember_request(tx, request, f"offer:{made.id}")
    offers.save(tx, made)
    jobs.promise(tx, telling(made.id, now))
    for look in _looks(made):
        jobs.promise(tx, look)
    if invitation.wants_card:
        jobs.promise(tx, unkept.showing(made.id, now))
    _logged(tx, made, "offer", access.named(invitation.professional.object_id), now)
    return made


def _left(
    tx: Tx, invitation: Invitation, policy: Policy, now: datetime
) -> tuple[Slot, ...] | Taken | Past | Closed:
    """Leave out what cannot be had any more; where that is all, say why."""
    service = giving.service_of(tx, invitation.service, invitation.professional.id)
    if not service.open:
        return Closed.NOT_GIVEN
    missing: dict[Slot, Taken | Past | Closed | None] = {}
    for slot in sorted(invitation.slots, key=lambda slot: slot.start):
        ask = Ask(slot, service, invitation.modality, staff=True)
        missing[slot] = booking.why_not(tx, ask, policy, now)
    left = tuple(slot for slot, why in missing.items() if why is None)
    whys = [why for why in missing.values() if why is not None]
    if left or not whys:
        return left
    return Taken() if Taken() in whys else whys[0]


def _offer(
    tx: Tx,
    invitation: Invitation,
    slots: tuple[Slot, ...],
    ids: Ids,
    days: int,
    now: datetime,
) -> Offer:
    client = _client(tx, invitation, now)
    return Offer(
        id=offers.next_id(tx),
        version=1,
        status=OfferStatus.OPEN,
        professional=invitation.professional.id,
        service=invitation.service,
        client=client.id,
        modality=invitation.modality,
        slots=slots,
        free_choice=not slots,
        expires=expiry(slots, days, now),
        link=ids.link(),
    )


def telling(id_: OfferId, now: datetime) -> Promise:
    """Promise its client's message; again, where it found nothing to choose before."""
    payload: dict[str, object] = {"offer": id_}
    key, lane = f"offer:{id_}", "sender:client"
    return Promise("tell_offer", key, now, lane, payload, again=True)


def _looks(made: Offer) -> list[Promise]:
    """Promise that its cards say when one of its times has passed, and when it is over."""
    dues = {slot.start for slot in made.slots if slot.start < made.expires}
    return [
        Promise(
            "offer_over",
            f"offer_over:{made.id}:{int(due.timestamp())}",
            due=due,
            payload={"offer": made.id},
        )
        for due in sorted(dues | {made.expires})
    ]


def _start_anew(tx: Tx, request: str, who: str, now: datetime) -> None:
    held = pressed.standing(tx, request)
    if isinstance(held, Appointment):
        booking.release(tx, held.id, Actor.PROFESSIONAL, now, who)
    appointments.forget_request(tx, request)


def _client(tx: Tx, invitation: Invitation, now: datetime) -> Client:
    known = people.find_client(tx, invitation.name, invitation.email, invitation.phone)
    if known is not None and known.language == invitation.language:
        return known
    return people.add_client(
        tx,
        invitation.name,
        invitation.language,
        invitation.email,
        invitation.phone,
        now,
    )


def open_to(
    tx: Tx, professional: ProfessionalId, details: Details, now: datetime
) -> list[Offer]:
    """Give her open offers to the client whom these details name exactly."""
    known = people.find_client(tx, details.name, details.email, details.phone)
    if known is None:
        return []
    return offers.open_with(tx, professional, known.id, now)


def awaited(
    tx: Tx, professional: ProfessionalId, but: Collection[OfferId], now: datetime
) -> list[datetime]:
    """Give the times of her open offers `but` for some: when clients may yet choose."""
    return [
        start
        for id_, starts in offers.open_times(tx, professional, now)
        if id_ not in but
        for start in starts
    ]


def choice_in(tx: Tx, offer: Offer, policy: Policy, now: datetime) -> Offer:
    """Give an offer as its client may choose from it by now.

    Where none of the times is left, and the service is one that anybody books by herself,
    any free time of the same professional is hers: she would find it without us too. Of a
    calendar that cannot be read nobody knows what is left.
    """
    known = calendars.is_known(state(tx, offer.professional))
    if offer.free_choice or ended(offer, now) is not None or not known:
        return offer
    if not _books_by_herself(tx, offer, policy) or _free_of(tx, offer, policy, now):
        return offer
    return replace(offer, free_choice=True)


def _books_by_herself(tx: Tx, offer: Offer, policy: Policy) -> bool:
    """Say whether the offer's client would find its service without it too."""
    service = giving.service_of(tx, offer.service, offer.professional)
    gives = giving.gives(tx, service, offer.professional, offer.modality)
    anyone = service.open and service.booked_by is BookedBy.ANYONE
    return gives and anyone and policy.self_booking


def _free_of(tx: Tx, offer: Offer, policy: Policy, now: datetime) -> list[Slot]:
    service = giving.service_of(tx, offer.service, offer.professional)
    return booking.open_of(tx, offer.slots, service, offer, policy, now)


def is_lost(tx: Tx, offer: Offer, policy: Policy, now: datetime) -> bool:
    """Say whether an open offer's client may choose nothing by its link any more."""
    known = calendars.is_known(state(tx, offer.professional))
    if offer.free_choice or not known or _free_of(tx, offer, policy, now):
        return False
    return not (_books_by_herself(tx, offer, policy) or is_held(tx, offer, now))


def is_held(tx: Tx, offer: Offer, now: datetime) -> bool:
    """Say whether one of its times is in the way of a hold that has yet to end.

    It may be free in ten minutes.
    """
    service = giving.service_of(tx, offer.service, offer.professional)
    pauses = service.buffer(offer.modality)
    times = [span(each.start, service.length).widened(*pauses) for each in offer.slots]
    whole = Span(min(each.start for each in times), max(each.end for each in times))
    return any(
        other.status is Status.HELD
        and other.hold_ends is not None
        and other.hold_ends > now
        and any(other.guarded.overlaps(time) for time in times)
        for other in appointments.between(tx, [offer.professional], whole)
    )


def hold(
    tx: Tx, offer: Offer, slot: Slot, ids: Ids, policy: Policy, now: datetime
) -> Appointment | OfferOver | NotOffered | Taken | Past | Closed:
    """Hold one of the offered times; an earlier choice of the same client is let go.

    `offer` may be as an old page knew it: what is chosen from is the offer as it is now.
    """
    # All at once: who takes them one after the other may wait in a circle.
    appointments.lock(tx, offer.professional, slot.professional)
    offer = choice_in(tx, offers.load(tx, offer.id), policy, now)
    chosen = choose(offer, slot, now)
    if not isinstance(chosen, Slot):
        return chosen
    standing = booking.held_of_offer(tx, offer, now)
    if standing is not None:
        if standing.span.start == slot.start or standing.confirming:
            return standing
        service = giving.service_of(tx, offer.service, offer.professional)
        if not booking.is_open(tx, slot, service, offer, policy, now):
            return Taken()
        booking.release(tx, standing.id, Actor.CLIENT, now)
    client = people.client(tx, offer.client)
    wanted = Wanted(
        service=offer.service,
        modality=offer.modality,
        language=client.language,
        slot=slot,
        by=Actor.CLIENT,
        client=client.id,
        offer=offer.id,
        offered=not offer.free_choice,
    )
    return booking.hold(tx, wanted, ids, policy, now)


def call_off(tx: Tx, offer: Offer, now: datetime, who: str = "") -> Offer:
    """Withdraw an offer. One that is over stays as it is; a hold of it is let go.

    `who`: which member of staff, for the log.
    """
    appointments.lock(tx, offer.professional)
    offer = offers.load(tx, offer.id)
    if offer.status is not OfferStatus.OPEN:
        return offer
    standing = booking.held_of_offer(tx, offer, now)
    if standing is not None:
        booking.release(tx, standing.id, Actor.PROFESSIONAL, now, who)
    gone = withdraw(offer)
    offers.save(tx, gone)
    jobs.promise(tx, keep_offer_cards(offer.id, now))
    _logged(tx, gone, "withdraw", who, now)
    return gone


def _logged(tx: Tx, offer: Offer, what: str, who: str, now: datetime) -> None:
    log.record(
        tx,
        at=now,
        who=who or Actor.PROFESSIONAL.value,
        what=what,
        subject=f"offer:{offer.id}",
        source=f"v{offer.version}",
    )
