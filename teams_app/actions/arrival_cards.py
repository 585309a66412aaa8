"""The card that tells a professional how her client's coming stands."""

from datetime import datetime

from booking.arrivals import Came
from booking.model import AppointmentId
from booking.own_settings import Wanted
from booking.policy import Policy
from teams_app.actions import giving, obstacles, postings, staff_views
from teams_app.actions.postings import Posting
from teams_app.actions.records import whole
from teams_app.store import appointments
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
    its own, or she wants no such cards. That somebody could not join, or reports an obstacle, each is told of.
    """
    found, how = appointments.find(tx, id_), Came(str(payload["how"]))
    if found is None or found.professional != payload["professional"]:
        return None
    if how is Came.OBSTACLE and obstacles.goes_by_word(tx, key, found, payload, now):
        obstacles.owe_word(tx, found, now)
        return None
    stands = whole(tx, found).came(now)
    if stands is None or stands.how not in {how, _SINCE.get(how)}:
        return None
    if int(stands.start.timestamp()) != payload["start"]:
        return None
    is_wanted = giving.wants(tx, found.professional, Wanted.ARRIVAL)
    if how not in _TOLD_ANYHOW and not is_wanted:
        return None
    view = staff_views.appointment_card(tx, found, policy, now)
    subject = postings.subject_of(id_)
    return postings.new(tx, key, found.professional, subject, view, now)
