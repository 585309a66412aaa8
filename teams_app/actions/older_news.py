"""Cards about one appointment in one chat: which speaks, and what is left of the rest.

Each piece of news is a card of its own, because only a new card is noticed in Teams.
Were the older ones redrawn as if they were new, a client who moves and then cancels
would leave three cards that all say *the client cancelled*, each with buttons. So the
newest card that stands shows the appointment whole, with everything that can be done,
and each older one keeps the heading it came with, says in a line how things stand now,
offers nothing to press and says that a newer one stands. No card says what is not so,
and nothing is on the older that is not on the newer: what failed, and all three truths,
belong to the appointment and not to the news.

A question about a change in Outlook that was answered so that the appointment stands is
one of these cards from then on: it came last, and what it asked is over.

Which is the newest follows from what stands: when that card goes (its message was used
for a form, or removed from the chat), the next older one speaks again.
"""

from collections.abc import Iterable
from datetime import datetime

from booking.appointments import News
from booking.handover import GRACE
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.spans import Span, from_epoch
from teams_app.actions.questions import STANDS
from teams_app.store import appointments, chats, conflicts, jobs, log, offers
from teams_app.store.chats import PostedCard
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx


def is_overtaken(tx: Tx, card: PostedCard, about: Appointment) -> bool:
    """Say whether a newer card about the appointment stands in the same chat."""
    return has_newer(card, _standing(tx, about))


def has_newer(card: PostedCard, among: Iterable[PostedCard]) -> bool:
    """Say whether one of these stands in the same chat, and is newer."""
    return any(
        _age(each) > _age(card)
        for each in among
        if each.object_id == card.object_id and each.activity_id is not None
    )


def acts(tx: Tx, conflict: Conflict, card: PostedCard) -> bool:
    """Say whether the card of an answered question is its appointment's newest."""
    if conflict.settled not in STANDS:
        return False
    about = appointments.load(tx, conflict.appointment)
    return not is_overtaken(tx, card, about)


def acts_at(tx: Tx, conflict: Conflict, person: str, activity: str) -> bool:
    """Say so of the card that stands in one message of somebody's chat."""
    here = (
        each
        for each in chats.cards_of(tx, f"conflict:{conflict.id}")
        if (each.object_id, each.activity_id) == (person, activity)
    )
    return any(acts(tx, conflict, each) for each in here)


def _standing(tx: Tx, about: Appointment) -> list[PostedCard]:
    found = chats.cards_of(tx, f"appointment:{about.id}")
    for each in conflicts.of_appointment(tx, about.id):
        if each.settled in STANDS:
            found += chats.cards_of(tx, f"conflict:{each.id}")
    if about.offer is not None and offers.load(tx, about.offer).appointment == about.id:
        found += chats.cards_of(tx, f"offer:{about.offer}")
    return [each for each in found if each.activity_id is not None]


def _age(card: PostedCard) -> tuple[datetime, int]:
    return card.posted or card.intended, card.id


def heading_of(tx: Tx, card: PostedCard) -> str:
    """Name what a card was posted to say: `cards.appointment.<it>`."""
    kind, _, _ = card.key.partition(":")
    if kind == "came":
        return card.key.rpartition(":")[2]
    if kind != "announce":
        return _HEADINGS.get(kind, "standing")
    said = jobs.payload(tx, card.key) or {}
    news, by_client = said.get("news", "standing"), said.get("by") == "client"
    if news == News.CANCELLED:
        return "cancelled_by_client" if by_client else "cancelled_by_us"
    if by_client and news in {News.BOOKED, News.MOVED}:
        return f"{news}_by_client"
    return str(news)


#: Cards that bring no news of a change, by the beginning of their keys.
_HEADINGS = {
    "remind_professional": "reminder",
    "given_up": "unfinished",
    "ended": "outcome",
}


def moved_from(
    tx: Tx, about: Appointment, professional: ProfessionalId
) -> tuple[datetime, datetime] | None:
    """Say when the appointment was before its last move, as she last heard of it.

    A move that was overtaken before its card was posted lies between, and is skipped.
    """
    posted = {each.key for each in chats.cards_of(tx, f"appointment:{about.id}")}
    was: Span | None = None
    version = about.version
    while version > 0:
        key = f"announce:{about.id}:{version}:{professional}"
        undone = _undone_at_once(tx, about.id, version, professional)
        if undone is not None:
            version = undone - 1
            continue
        said = (jobs.payload(tx, key) or {}).get("was")
        if not isinstance(said, list) or (was is not None and key in posted):
            break
        was = from_epoch(*said)
        version -= 1
    return (was.start, was.end) if was is not None else None


def is_as_before(
    tx: Tx, id_: AppointmentId, version: int, professional: ProfessionalId
) -> bool:
    """Say whether a version only took back, at once, what she need not hear of.

    Where the card of what was taken back stands it shows the present state by itself.
    Where she may have been told of it by another way, which nothing brings up to date,
    she is told of this too.
    """
    undone = _undone_at_once(tx, id_, version, professional)
    if undone is None:
        return False
    key = f"announce:{id_}:{undone}:{professional}"
    told = [
        each for each in chats.cards_of(tx, f"appointment:{id_}") if each.key == key
    ]
    return all(each.activity_id is not None for each in told)


def _undone_at_once(
    tx: Tx, id_: AppointmentId, version: int, professional: ProfessionalId
) -> int | None:
    """Give the version that this one took back while no client had heard of it yet."""
    said = jobs.payload(tx, f"announce:{id_}:{version}:{professional}") or {}
    undone = said.get("undoes")
    if not isinstance(undone, int):
        return None
    subject = f"appointment:{id_}"
    done, back = (log.changed_to(tx, subject, each) for each in (undone, version))
    at_once = done is not None and back is not None and back - done <= GRACE
    return undone if at_once else None
