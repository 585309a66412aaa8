"""An open offer none of whose times is left: she who made it hears of it, once.

Its card follows by itself, but lies further up in her chat, and the client waits.
"""

from datetime import datetime

from booking.model import Language, OfferId
from booking.offers import ended
from booking.policy import Policy
from booking.views.cards import OfferCard
from teams_app.actions import offers, staff_views, unkept
from teams_app.actions.records import SKIPPED
from teams_app.store import chats, jobs
from teams_app.store import offers as rows
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


def key_of(id_: OfferId) -> str:
    """Give the key of the card that says so, and of the job that posts it.

    A first card that says so already has this key too, and is not followed by another.
    """
    return f"show_offer:{id_}:none_left"


def says(view: OfferCard) -> bool:
    return view.state == "open" and view.none_left


def key_for(key: str, view: OfferCard) -> str:
    """Give the key of the card for which a job of this key posts an offer as it is now.

    Empty: it was to say that none is left, and the card that stands says what is instead.
    """
    told = key_of(OfferId(view.offer))
    if says(view):
        return told
    return "" if key == told else key


def owed(tx: Tx, id_: OfferId, policy: Policy, now: datetime) -> list[Promise]:
    """Give what is owed now of an offer whose times may have gone, or come back."""
    if _is_news(tx, id_, policy, now):
        return [unkept.showing(id_, now, key_of(id_))]
    if _is_to_be_sent(tx, id_, policy, now):
        return [offers.telling(id_, now)]
    return []


def _is_news(tx: Tx, id_: OfferId, policy: Policy, now: datetime) -> bool:
    """Say whether none of its times is left for good, and nobody has been told.

    What somebody only holds may be free in ten minutes: another look is promised then.
    """
    cards = chats.cards_of(tx, f"offer:{id_}")
    stand = {each.key for each in cards if each.activity_id is not None}
    first = unkept.showing(id_, now).key
    coming = first not in stand and jobs.outcomes(tx, [first]).get(first, "") is None
    if key_of(id_) in stand or coming:
        return False  # Told; or its first card is on its way, and says so.
    offer = rows.load(tx, id_)
    view = staff_views.offer_card(tx, offer, policy, Language.FI, now)
    return says(view) and not offers.is_held(tx, offer, now)


def _is_to_be_sent(tx: Tx, id_: OfferId, policy: Policy, now: datetime) -> bool:
    """Say whether its client was not written to for want of a time, and there is one."""
    key = offers.telling(id_, now).key
    if jobs.outcomes(tx, [key]).get(key) != SKIPPED + offers.NONE_LEFT:
        return False
    offer = rows.load(tx, id_)
    return ended(offer, now) is None and not offers.is_lost(tx, offer, policy, now)
