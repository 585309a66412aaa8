"""When the cards of an open offer are looked at: a time of it may be taken or free now.

Offered times are not held. Whatever else comes into her calendar, or leaves it, may take
the last of them, and a card that stands would go on waiting for the client to choose.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from booking.model import OfferId, ProfessionalId
from booking.spans import Span
from teams_app.store import jobs, offers
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: Longer than any appointment with its pauses: a look too many costs one reading.
_REACH = timedelta(days=1)


def keep_offer_cards(id_: OfferId, now: datetime) -> Promise:
    """Promise that every card of the offer shows it as it is."""
    return Promise(
        "offer_cards", f"offer_cards:{id_}", due=now, payload={"offer": id_}, again=True
    )


def keep_once_free(id_: OfferId, ends: datetime) -> Promise:
    """Promise a look when a hold ends: it frees its time, and no commit says so."""
    key = f"offer_cards:{id_}:{int(ends.timestamp())}"
    return Promise("offer_cards", key, due=ends, payload={"offer": id_})


#: By then every process has heard what was decided, and draws by it.
_HEARD = timedelta(seconds=10)
#: So many cards are owed a look at once; the next so much later.
PORTION = 20
_NEXT = timedelta(seconds=2)


def keep_all_once_heard(tx: Tx, now: datetime) -> None:
    """Promise a look at every open offer: another rule decides what is left of it.

    Apart from the looks that are owed by then: they may be taken before it was heard.
    """
    jobs.promise(tx, _some(f"{now.timestamp()}", 0, now + _HEARD))


def _some(decided: str, after: int, due: datetime) -> Promise:
    payload: dict[str, object] = {"decided": decided, "after": after}
    key = f"open_offers:{decided}:{after}"
    return Promise("open_offers", key, due=due, payload=payload, again=True)


def keep_some(tx: Tx, payload: dict[str, object], now: datetime) -> int:
    """Promise a look at the next open offers, and at those after them in a moment."""
    after = int(str(payload["after"]))
    found = offers.open_ids(tx, now, after=OfferId(after), limit=PORTION)
    for id_ in found:
        jobs.promise(tx, keep_offer_cards(id_, now))
    if len(found) == PORTION:
        jobs.promise(tx, _some(str(payload["decided"]), found[-1], now + _NEXT))
    return len(found)


def near(
    tx: Tx, professional: ProfessionalId, spans: Collection[Span], now: datetime
) -> list[OfferId]:
    """Give the open offers with a time that such a span of hers may take or free."""
    if not spans:
        return []
    wide = [each.widened(_REACH, timedelta()) for each in spans]
    return [
        id_
        for id_, starts in offers.open_times(tx, professional, now)
        if any(each.start <= start < each.end for start in starts for each in wide)
    ]
