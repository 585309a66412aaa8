"""A channel tried by an admin, with a message to herself; no client has a part in it.

Where it goes is not kept: the log has who tried which channel, and what came of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from booking.model import Channel
from teams_app.store import appointments, decisions, log
from teams_app.store.database import Tx

#: An SMS costs money, and a number that is typed may be anybody's.
HOURLY: Final = 5
TRIED: Final = "trial"


class Came(StrEnum):
    """What came of it: `tenant.trial.<came>`."""

    TAKEN = "taken"  #: The channel took it.
    REFUSED = "refused"
    UNANSWERED = "unanswered"  #: It may still arrive.
    AGAIN = "again"  #: It was pressed before; nothing is sent a second time.
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Begun:
    """It may be sent. `key` is how the world outside knows it."""

    key: str


def begin(
    tx: Tx, channel: Channel, request: str, who: str, now: datetime
) -> Begun | Came:
    """Write down that it will be sent, before it is."""
    decisions.lock(tx)  # of several at once only one is the first
    key = f"trial:{who}:{request}"
    if appointments.remembered(tx, key) is not None:
        return Came.AGAIN
    if log.since(tx, TRIED, who, now - timedelta(hours=1)) >= HOURLY:
        return Came.TOO_OFTEN
    appointments.remember_request(tx, key, f"channel:{channel}")
    log.record(
        tx, at=now, who=who, what=TRIED, subject=f"channel:{channel}", source="tab"
    )
    return Begun(key)


def ended(
    tx: Tx, channel: Channel, came: Came, code: str, *, who: str, now: datetime
) -> None:
    """Write down what came of it."""
    said = f"tab:{came}" + (f":{code}" if code else "")
    log.record(
        tx,
        at=now,
        who=who,
        what="trial_ended",
        subject=f"channel:{channel}",
        source=said,
    )
