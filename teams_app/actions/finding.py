"""Looking for an appointment by its reference, or by the name of its client.

By name an offer is found too, while its client may choose. Only among those that the
searcher may see; a search is logged, and so is every appointment and offer that it
shows. Who is somebody else's is not told from nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking.model import Appointment, AppointmentId, Offer, OfferId
from booking.saying import as_reference, is_called
from booking.spans import span
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.store import appointments, offers
from teams_app.store.database import Tx

#: How far a name is looked for: three months back, and as far ahead as one books.
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
#: A card shows so many; who is looked for among more writes more of the name.
SHOWN_MAX, OFFERS_MAX = 10, 4


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the next first, then the latest of those that have been."""

    appointments: tuple[Appointment, ...] = ()
    offers: tuple[Offer, ...] = ()  #: The first to end first.
    more: int = 0
    more_offers: int = 0


def find(tx: Tx, who: Person, whom: str, look: Look) -> Found:
    """Look for a reference, and where it is none, for a name."""
    access.searched(tx, who, look)
    reference = as_reference(whom)
    if reference is not None:
        known = access.appointment_by_reference(tx, who, reference, look)
        if known is not None:
            return Found((known,))
    found = _called(tx, who, whom, look)
    shown = found[:SHOWN_MAX]
    access.listed(tx, who, shown, look)
    offered = _offered(tx, who, whom, look)
    return Found(
        tuple(appointments.load(tx, each) for each in shown),
        tuple(_seen(tx, who, offered[:OFFERS_MAX], look)),
        len(found) - len(shown),
        max(0, len(offered) - OFFERS_MAX),
    )


def _offered(tx: Tx, who: Person, whom: str, look: Look) -> Sequence[OfferId]:
    every = offers.open_for(tx, access.may_search(tx, who), look.at)
    return [id_ for id_, name in every if is_called(name, whom)]


def _seen(tx: Tx, who: Person, ids: Sequence[OfferId], look: Look) -> Iterator[Offer]:
    for each in ids:
        found = access.offer(tx, who, each, look)
        if found is not None:
            yield found


def _called(tx: Tx, who: Person, whom: str, look: Look) -> Sequence[AppointmentId]:
    among = access.may_search(tx, who)
    coming = appointments.named(tx, among, span(look.at, AHEAD))
    been = appointments.named(tx, among, span(look.at - BACK, BACK))
    every = [*coming, *reversed(been)]
    return [id_ for id_, name in every if is_called(name, whom)]
