"""What a client has not heard yet when something is to be told.

A change may have been left to a later one to tell, or taken back before she heard of it.
Both are decided when a message is sent, from what has gone out until then.
"""

from booking.appointments import News
from booking.model import Appointment, AppointmentId
from teams_app.actions.records import SKIPPED, last_said
from teams_app.store import deliveries, jobs
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery

#: How a message ends that a later change was to tell.
SUPERSEDED = "superseded"
#: What she last heard where she was asked to choose another time.
NEW_TIME = "new_time"
#: Of what ended otherwise she has heard, or need not hear.
_LEFT = (None, f"{SKIPPED}{SUPERSEDED}", jobs.DEAD)
#: Where a message has got that may have reached her.
_NOT_GONE = frozenset({"failed", "skipped"})


def news(tx: Tx, found: Appointment, payload: dict[str, object]) -> News | None:
    """Say what a `tell` job has to tell by now; None: she has heard how it stands.

    What takes back a change she never heard of brings her no news, unless an earlier
    one had been left to that change, or she was asked to choose another time, which
    now holds. Handed over by one who had moved it just before, it is told as moved.
    """
    version, said = int(str(payload["version"])), News(str(payload["news"]))
    every = deliveries.of_appointment(tx, found.id)
    left = _left(tx, found.id, every, version)
    undone = payload.get("undoes")
    holds = last_said(tx, found.id) != NEW_TIME
    if (
        undone is not None
        and holds
        and not _may_have_heard(every, int(str(undone)), said)
    ):
        return _worst(left) if left else None
    return News.MOVED if said is News.HANDED_OVER and News.MOVED in left else said


def _worst(left: list[News]) -> News:
    return News.MOVED if News.MOVED in left else left[-1]


def _may_have_heard(every: list[Delivery], version: int, said: News) -> bool:
    """Whether anything may have gone out that was true of this version only.

    A reminder says when, and not with whom.
    """
    return any(
        each.version >= version
        and each.state not in _NOT_GONE
        and (said is News.MOVED or each.news != "reminder")
        for each in every
    )


def _left(
    tx: Tx, id_: AppointmentId, every: list[Delivery], version: int
) -> list[News]:
    """Give what earlier changes owed her that nothing has told since."""
    heard = max((each.version for each in every if each.state == "accepted"), default=0)
    keys = [f"tell:{id_}:{each}" for each in range(heard + 1, version)]
    came_to = jobs.outcomes(tx, keys)
    owed = [jobs.payload(tx, key) or {} for key in keys if key in came_to]
    undone = {each.get("undoes") for each in owed}
    return [
        News(str(each["news"]))
        for each in owed
        if "undoes" not in each
        and each["version"] not in undone
        and came_to[f"tell:{id_}:{each['version']}"] in _LEFT
    ]
