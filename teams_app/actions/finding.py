"""Looking for an appointment or a client, by a reference or by her name.

By name an offer is found too, while its client may choose; where there is neither, what
was cancelled. Only among those that the searcher may see; a search is logged, and so is
every appointment and offer that it shows. Who is somebody else's is not told from nobody.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from booking.model import (
    CANCELLED,
    Appointment,
    Client,
    ClientId,
    Offer,
    OfferId,
)
from booking.saying import as_reference, called
from booking.spans import Span, span
from teams_app.actions import access
from teams_app.actions.access import Look, Person, Right
from teams_app.store import appointments, offers, people
from teams_app.store.appointments import Visits, Whose
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


def find(
    tx: Tx, who: Person, whom: str, look: Look, right: Right = Right.READ
) -> Found:
    """Look for a reference, and where it is none, for a name."""
    access.searched(tx, who, look)
    known = _referred(tx, who, whom, look, right)
    if known is not None:
        return Found((known,))
    among = access.may_search(tx, who, right)
    offering = access.may_search(tx, who, Right.OFFER)
    coming = appointments.visits(tx, Whose(among), _around(look))
    offered = offers.open_for(tx, offering, look.at) if offering else []
    for names in _meant(whom, coming, offered):
        ids = [id_ for id_, name in offered if name in names]
        if names:
            return replace(
                _shown(tx, who, Whose(among), coming, names, look),
                offers=tuple(_seen(tx, who, ids[:OFFERS_MAX], look)),
                more_offers=max(0, len(ids) - OFFERS_MAX),
            )
    return _by_name(tx, who, whom, look, Whose(among, CANCELLED))


def find_own(tx: Tx, who: Person, whom: str, look: Look) -> Found:
    """Look for a reference, or for a name among her own clients alone.

    Where others may see her screen, in a chat with them, a supervisor is not shown the
    clients of her units.
    """
    among = access.may_search(tx, access.alone(who), Right.READ)
    return _found(tx, who, whom, look, Right.READ, [Whose(among)])


def _found(
    tx: Tx,
    who: Person,
    whom: str,
    look: Look,
    right: Right,
    whose: Sequence[Whose],
) -> Found:
    """Look for a reference, and where it is none, for a name among these in turn."""
    access.searched(tx, who, look)
    known = _referred(tx, who, whom, look, right)
    if known is not None:
        return Found((known,))
    tried = (_by_name(tx, who, whom, look, each) for each in whose)
    return next((each for each in tried if each.appointments), Found())


def _by_name(tx: Tx, who: Person, whom: str, look: Look, whose: Whose) -> Found:
    """Look for a name among the clients of such appointments."""
    coming = appointments.visits(tx, whose, _around(look))
    for names in _meant(whom, coming):
        if names:
            return _shown(tx, who, whose, coming, names, look)
    return Found()


@dataclass(frozen=True, slots=True)
class Known:
    """A client found to book for again, and the appointment she was found by."""

    client: Client
    appointment: Appointment


def find_clients(
    tx: Tx, who: Person, whom: str, look: Look
) -> tuple[tuple[Known, ...], int]:
    """Look for a client by her name or a reference; give her once, by what is nearest.

    And how many appointments more there are by that name. Whoever may see who comes may
    see how she is reached, and needs no more to book for her.
    """
    among = access.may_search(tx, who, Right.SEE)
    # Who has cancelled is looked for to be booked anew.
    whose = [Whose(among), Whose(among, CANCELLED)]
    found = _found(tx, who, whom, look, Right.SEE, whose)
    clients: dict[ClientId, Known] = {}
    for each in found.appointments:
        if each.client is not None and each.client not in clients:
            clients[each.client] = Known(people.client(tx, each.client), each)
    return tuple(clients.values()), found.more


def _referred(
    tx: Tx, who: Person, whom: str, look: Look, right: Right
) -> Appointment | None:
    reference = as_reference(whom)
    if reference is None:
        return None
    return access.appointment_by_reference(tx, who, reference, look, right)


def _around(look: Look) -> Span:
    return Span(look.at - BACK, look.at + AHEAD)


def _meant(
    whom: str, coming: Visits, offered: Sequence[tuple[OfferId, str]] = ()
) -> Iterator[set[str]]:
    """Give the names meant: as it is written; then as in *hae Virtasen aika*."""
    names = {*coming.names, *(name for _, name in offered)}
    yield called(names, whom)
    yield called(names, whom, bent=True)


def _shown(
    tx: Tx,
    who: Person,
    whose: Whose,
    coming: Visits,
    names: Collection[str],
    look: Look,
) -> Found:
    """Give the first of their visits that a card shows, and log the look at these."""
    meant = [n for n, name in enumerate(coming.names) if name in names]
    ids, now = [coming.clients[n] for n in meant], look.at
    visits = partial(appointments.of_clients, tx, ids, whose)
    found = visits(span(now, AHEAD), SHOWN_MAX)
    if len(found) < SHOWN_MAX:
        left = SHOWN_MAX - len(found)
        been = span(now - BACK, BACK)
        found += visits(been, left, latest=True)
    access.listed(tx, who, [each.id for each in found], look)
    every = sum(coming.times[n] for n in meant)
    return Found(tuple(found), more=every - len(found))


def _seen(tx: Tx, who: Person, ids: Sequence[OfferId], look: Look) -> Iterator[Offer]:
    for each in ids:
        found = access.offer(tx, who, each, look)
        if found is not None:
            yield found
