"""Messages that no channel was tried for: those that lead to the client were off."""

from collections.abc import Collection

from booking.model import Channel, Client, Offer
from booking.views.cards import Truth
from teams_app.actions.records import Whole, message_owed, reminders
from teams_app.store import deliveries, people, promises
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery
from teams_app.store.promises import GivenUp

#: How a job is given up that had no channel to try, as `prepared.Never` has it.
NO_CHANNEL = "no_channel"


def of_appointment(tx: Tx, found: Whole) -> str:
    """Name what was off when something was to be said of it: mail, sms or both.

    Empty: all that was not said was tried, or came too late.
    """
    if found.client is None:
        return ""
    if found.truths.told is Truth.FAILED:
        keys = [message_owed(tx, found.appointment)]
    else:
        keys = reminders(found.appointment, found.service)
    every = deliveries.of_appointment(tx, found.appointment.id)
    return what(found.client) if _untried(tx, keys, every) else ""


def of_offer(tx: Tx, offer: Offer) -> str:
    """Name what was off when an offer was to be sent; empty: it was tried."""
    every = deliveries.of_offer(tx, offer.id)
    untried = _untried(tx, [f"offer:{offer.id}"], every)
    return what(people.client(tx, offer.client)) if untried else ""


def _untried(tx: Tx, keys: Collection[str], every: Collection[Delivery]) -> bool:
    return any(each.error == NO_CHANNEL for each in given_up(tx, keys, every))


def given_up(
    tx: Tx, keys: Collection[str], every: Collection[Delivery]
) -> list[GivenUp]:
    """Give what should have been said, and of which no message was ever made."""
    tried = {each.key.rpartition(":")[0] for each in every}
    return promises.given_up(tx, [key for key in keys if key not in tried])


def what(client: Client) -> str:
    """Name the channels that lead to a client: mail, sms or both."""
    if len(client.channels) == len(Channel):
        return "both"
    return next((each.value for each in client.channels), "both")
