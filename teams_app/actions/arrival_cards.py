"""The card that tells a professional how her client's coming stands; a word of a report."""

from datetime import datetime

from booking.arrivals import Came
from booking.model import AppointmentId
from booking.own_settings import Wanted
from booking.policy import Policy
from booking.views.cards import AppointmentCard, Notice
from teams_app.actions import (
    access,
    giving,
    handover_views,
    obstacles,
    postings,
    staff_views,
)
from teams_app.actions.postings import Posting
from teams_app.store import appointments, chats, directory, people
from teams_app.store.columns import seconds
from teams_app.store.database import Tx

#: Of these a person must know, whatever cards she wants.
_TOLD_ANYHOW = frozenset({Came.COULD_NOT_JOIN, Came.OBSTACLE})

#: Who tries again waits too, and she may have been stuck before anybody was told.
_SINCE = {Came.WAITING: Came.TRYING}


def came(
    tx: Tx,
    key: str,
    id_: AppointmentId,
    payload: dict[str, object],
    policy: Policy,
    now: datetime,
) -> Posting | None:
    """Give the card, if it is still so when it is posted.

    None: it was taken back, moved or handed on meanwhile, something newer has a card of
    its own, or she wants no such cards. That somebody could not join, or reports an
    obstacle, each is told of; of a report that was answered before, unless she has
    answered it herself.
    """
    found, how = appointments.find(tx, id_), Came(str(payload["how"]))
    if found is None or found.professional != payload["professional"]:
        return None
    if how is Came.OBSTACLE and obstacles.goes_by_word(tx, key, found, payload, now):
        obstacles.owe_word(tx, found, now)
        return None
    view = staff_views.appointment_card(tx, found, policy, now)
    if seconds(found.span.start) != payload["start"] or not _is_so(view, how):
        return None
    is_wanted = giving.wants(tx, found.professional, Wanted.ARRIVAL)
    if how not in _TOLD_ANYHOW and not is_wanted:
        return None
    subject = postings.subject_of(id_)
    return postings.new(tx, key, found.professional, subject, view, now)


def _is_so(view: AppointmentCard, how: Came) -> bool:
    """Say whether it is so yet; or was reported, and another has answered meanwhile."""
    came, kept = view.came, view.kept
    if came is not None and came.how in {how, _SINCE.get(how)}:
        return True
    return how is Came.OBSTACLE and kept is not None and kept.by is not None


def word(
    tx: Tx,
    key: str,
    id_: AppointmentId,
    payload: dict[str, object],
    policy: Policy,
    now: datetime,
) -> Posting | None:
    """Give the card that says so and leads to the report; None: it is not hers to read."""
    found, person = appointments.find(tx, id_), str(payload["person"])
    if found is None or directory.has_left(tx, person):
        return None
    if not access.concerns(tx, person, people.professional(tx, found.professional)):
        return None
    card = chats.intend_card(tx, key, person, f"{obstacles.WORD}:{id_}", now)
    view = Notice(
        handover_views.language_of(tx, person),
        str(payload["said"]),
        {"reference": found.reference},
        "details",
        policy.staff_url(found.reference),
    )
    return Posting(card, chats.conversation(tx, person), view)
