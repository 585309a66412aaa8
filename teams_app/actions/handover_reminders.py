"""A hand-over nobody has answered is asked about again, while there is time.

The event is gone from one calendar and takes time in another, and the client comes: so
those who may say are reminded by a card of its own. Whom it is for is decided when it is
due, and in quiet hours nobody is reminded.
"""

from datetime import datetime

from booking import handover as rules
from booking.model import Appointment
from booking.policy import Policy
from booking.reminders import may_send_at
from teams_app.actions import deciding, takers
from teams_app.actions.settle import look_when_past
from teams_app.store import appointments, conflicts, jobs, people
from teams_app.store.columns import seconds
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: Names the cards that remind, for as long as they stand.
AGAIN = "ask_again:"


def promise(tx: Tx, conflict: Conflict, found: Appointment, asked: datetime) -> None:
    """Owe the reminders of a question that is put at a moment, each of them once."""
    start = _start(conflict, found, asked)
    if start is None:
        return
    late = start - deciding.late(tx)
    if late > asked:
        # From then on its cards say that the client may be waiting.
        jobs.promise(tx, look_when_past(found.id, late))
    for due in rules.reminders(start, asked):
        last = rules.is_last_call(start, due)
        at = seconds(start)
        jobs.promise(
            tx,
            Promise(
                "remind_handover",
                f"remind_handover:{conflict.id}:{at}:{_which(last=last)}",
                due=due,
                payload={"conflict": conflict.id, "start": at, "last": last},
                appointment=found.id,
                expires=start,
            ),
        )


def _start(conflict: Conflict, found: Appointment, now: datetime) -> datetime | None:
    """Give the first start ahead, of the time agreed and of the one it was moved to."""
    spans = (found.span, conflict.moved_to)
    ahead = [each.start for each in spans if each is not None and each.start > now]
    return min(ahead, default=None)


def _which(*, last: bool) -> str:
    return "last" if last else "first"


def ask_again(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> int | datetime:
    """Owe a reminder to each who may still answer; gives how many.

    A moment: it is night, and nobody is reminded before that.
    """
    later = may_send_at(now, policy.quiet)
    if later > now:
        return later
    conflict = conflicts.find(tx, int(str(payload["conflict"])))
    if conflict is None or conflict.settled is not None:
        return 0
    found = appointments.load(tx, conflict.appointment)
    start = _start(conflict, found, now)
    if start is None or seconds(start) != payload["start"]:
        return 0
    last = bool(payload["last"])
    late = rules.is_last_call(start, now)
    people_ = _reminded(tx, conflict, found, last=last, late=late)
    for person in people_:
        key = f"{AGAIN}{conflict.id}:{seconds(start)}:{_which(last=last)}:{person}"
        jobs.promise(
            tx,
            Promise(
                "ask_handover",
                key,
                due=now,
                payload={"conflict": conflict.id, "person": person},
                appointment=found.id,
                expires=start,
            ),
        )
    return len(people_)


def _reminded(
    tx: Tx, conflict: Conflict, found: Appointment, *, last: bool, late: bool
) -> list[str]:
    """Give whom a reminder is for: the last one for the supervisors, if there are any.

    `late`: the night has put it off until the last one is due too; nobody gets both.
    """
    asked = takers.asked(tx, found, conflict.professional)
    unit = people.professional(tx, found.professional).unit
    desk = takers.desk(tx, unit) or asked
    if last:
        return desk
    return [each for each in asked if not late or each not in desk]
