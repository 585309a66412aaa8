"""Messages that no channel was tried for: those that lead to the client were off."""

from collections.abc import Collection

from booking.model import Channel, Client, Offer
from booking.views.cards import Truth
from teams_app.actions.records import Whole, message_owed
from teams_app.store import deliveries, people, promises
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery

#: How a job is given up that had no channel to try, as `prepared.Never` has it.
NO_CHANNEL = "no_channel"


def of_appointment(tx: Tx, found: Whole) -> str:
    """Name what was off when something was to be said of it: mail, sms or both.

    Empty: all that was not said was tried, or came too late.
    """
    id_, start = found.appointment.id, int(found.appointment.span.start.timestamp())
    if found.client is None:
        return ""
    if found.truths.told is Truth.FAILED:
        keys = [message_owed(tx, found.appointment)]
    else:
        hours = found.service.reminder_hours
        keys = [f"remind:{id_}:{start}:{each}h" for each in hours]
    every = deliveries.of_appointment(tx, id_)
    return what(found.client) if _untried(tx, keys, every) else ""


def of_offer(tx: Tx, offer: Offer) -> str:
    """Name what was off when an offer was to be sent; empty: it was tried."""
    every = deliveries.of_offer(tx, offer.id)
    untried = _untried(tx, [f"offer:{offer.id}"], every)
    return what(people.client(tx, offer.client)) if untried else ""


def _untried(tx: Tx, keys: Collection[str], every: Collection[Delivery]) -> bool:
    tried = {each.key.rpartition(":")[0] for each in every}
    given_up = promises.given_up(tx, keys)
    return any(each.error == NO_CHANNEL and each.key not in tried for each in given_up)


def what(client: Client) -> str:
    """Name the channels that lead to a client: mail, sms or both."""
    if len(client.channels) == len(Channel):
        return "both"
    return next((each.value for each in client.channels), "both")
