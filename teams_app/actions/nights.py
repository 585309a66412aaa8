"""What calendars are read for beside their changes, each at its own moment.

By night, or now, it is compared as a whole; once an hour its mailbox is asked what it
says of itself: hours, zone and automatic replies, of which Graph sends no notice.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zlib import crc32

from booking.model import ProfessionalId
from booking.policy import Policy
from booking.spans import instant, wall
from teams_app.store import jobs, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise, mailbox_lane

#: When the night's comparisons begin, and over how long they are spread.
BEGINS = time(1, 0)
SPREAD = timedelta(hours=4)
#: So much later what was found must have been set right.
SET_RIGHT_IN = timedelta(minutes=10)
HOUR = timedelta(hours=1)
#: One that the night had no time for waits for the next.
_TOO_LATE = timedelta(hours=12)


def owe_nightly(tx: Tx, policy: Policy, now: datetime) -> None:
    """Promise tonight's comparisons, once the night has come."""
    local = wall(now, policy.zone)
    begins = instant(local.date(), BEGINS, policy.zone)
    if not begins <= now < begins + SPREAD:
        return
    tonight = f"check:{local.date().isoformat()}"
    jobs.promise(tx, Promise("check_all", tonight, due=now))


def owe_each(tx: Tx, day: date, policy: Policy, now: datetime) -> int:
    """Promise a comparison of every calendar, spread over the night."""
    begins = instant(day, BEGINS, policy.zone)
    found = people.followed(tx, now)
    for each in found:
        _promise(
            tx, f"check:{day.isoformat()}:{each.id}", each.id, begins + share(each.id)
        )
    return len(found)


def owe_now(tx: Tx, now: datetime) -> int:
    """Promise a comparison of every calendar at once; a second wish is the same one."""
    found = people.followed(tx, now)
    for each in found:
        _promise(tx, f"check_now:{each.id}", each.id, now, again=True)
    return len(found)


def once_more(id_: ProfessionalId, now: datetime) -> Promise:
    """Give the look that says whether what was found has been set right."""
    found = _check(f"check_again:{id_}", id_, now + SET_RIGHT_IN, again=True)
    return replace(found, payload={"professional": id_, "again": True})


def _promise(
    tx: Tx, key: str, id_: ProfessionalId, due: datetime, *, again: bool = False
) -> None:
    jobs.promise(tx, _check(key, id_, due, again=again))


def _check(key: str, id_: ProfessionalId, due: datetime, *, again: bool) -> Promise:
    return Promise(
        "check",
        key,
        due=due,
        lane=mailbox_lane(id_),
        payload={"professional": id_},
        expires=due + _TOO_LATE,
        again=again,
    )


def owe_asking(tx: Tx, hour: datetime, now: datetime) -> int:
    """Promise that every mailbox is asked of itself in this hour, spread over it."""
    found = people.followed(tx, now)
    for each in found:
        jobs.promise(
            tx,
            Promise(
                "ask_mailbox",
                f"ask_mailbox:{each.id}",
                due=hour + share(each.id, HOUR),
                lane=mailbox_lane(each.id),
                payload={"professional": each.id},
                again=True,
            ),
        )
    return len(found)


def share(id_: ProfessionalId, spread: timedelta = SPREAD) -> timedelta:
    """Give a calendar its moment: the same each night, or hour, and evenly spread."""
    part = crc32(f"check:{id_}".encode()) / 2**32
    return timedelta(seconds=int(spread.total_seconds() * part))
