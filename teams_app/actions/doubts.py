"""A calendar that has emptied all at once is not believed, until a person says it is so.

Nothing is freed and nobody is asked about it meanwhile: the mirror stays as it was, and
the health page says what to do. What has stood so for a day is believed by itself; even
then nothing is cancelled, for each appointment becomes a question of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.calendar import Page
from booking.model import ProfessionalId
from graph_sync.doubts import emptied
from teams_app.actions import pulls
from teams_app.actions.pulls import Pull
from teams_app.store import calendars, people
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx

#: Kept as the calendar's last error.
EMPTIED = "Emptied"
BELIEVED = "Believed"

BELIEVED_AFTER = timedelta(hours=24)
#: Real seconds until it is looked at again.
LOOKED_AGAIN = 900.0


def doubted(tx: Tx, pull: Pull, pages: Sequence[Page], now: datetime) -> bool:
    """Judge a round that was read to its end; raise the alarm where it is not believed.

    `pages`: all of the round, none of which has been laid over the mirror yet.
    """
    id_ = pull.professional
    zone = ZoneInfo(people.mailbox(tx, id_).zone)
    rows = calendars.busy(tx, id_, None)
    if not emptied(rows, pages, full=pull.full, now=now, zone=zone):
        return False
    state = calendars.state(tx, id_)
    if _believed(state, now):
        return False
    if state.last_error != EMPTIED:
        calendars.save_state(tx, replace(state, failing_since=None))
    pulls.failing(tx, id_, EMPTIED, now)
    return True


def _believed(state: CalendarState, now: datetime) -> bool:
    if state.last_error == BELIEVED:
        return True
    since = state.failing_since
    long = since is not None and since + BELIEVED_AFTER <= now
    return state.last_error == EMPTIED and long


def believe(tx: Tx, id_: ProfessionalId, now: datetime) -> bool:
    """Take a person's word that a calendar is as empty as it looks; read it anew.

    False: nobody doubted it.
    """
    state = calendars.state(tx, id_)
    if state.last_error != EMPTIED:
        return False
    calendars.save_state(tx, replace(state, last_error=BELIEVED))
    pulls.owe(tx, [id_], now, anew=True)
    return True
