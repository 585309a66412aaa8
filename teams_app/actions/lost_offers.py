"""An open offer none of whose times is left: she who made it hears of it, once.

Its card follows by itself, but lies further up in her chat, and the client waits.
"""

from datetime import datetime

from booking.model import Language, Offer, OfferId, Status
from booking.policy import Policy
from booking.spans import Span, span
from booking.views.cards import OfferCard
from teams_app.actions import staff_views, unkept
from teams_app.store import appointments, chats, jobs, offers, people
from teams_app.store.database import Tx


def key_of(id_: OfferId) -> str:
    """Give the key of the card that says so, and of the job that posts it.

    A first card that says so already has this key too, and is not followed by another.
    """
    return f"show_offer:{id_}:none_left"


def says(view: OfferCard) -> bool:
    return view.state == "open" and view.none_left


def is_due(tx: Tx, id_: OfferId, policy: Policy, now: datetime) -> bool:
    """Say whether none of its times is left for good, and nobody has been told.

    What somebody only holds may be free in ten minutes: another look is promised then.
    """
    cards = chats.cards_of(tx, f"offer:{id_}")
    stand = {each.key for each in cards if each.activity_id is not None}
    first = unkept.showing(id_, now).key
    coming = first not in stand and jobs.outcomes(tx, [first]).get(first, "") is None
    if key_of(id_) in stand or coming:
        return False  # Told; or its first card is on its way, and says so.
    offer = offers.load(tx, id_)
    view = staff_views.offer_card(tx, offer, policy, Language.FI, now)
    return says(view) and not _is_held(tx, offer, now)


def _is_held(tx: Tx, offer: Offer, now: datetime) -> bool:
    """Say whether one of its times is in the way of a hold that has yet to end."""
    service = people.service(tx, offer.service)
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


def owe(tx: Tx, id_: OfferId, now: datetime) -> None:
    """Owe her the card that says so; again, where it found nothing to say before."""
    jobs.promise(tx, unkept.showing(id_, now, key_of(id_)))
