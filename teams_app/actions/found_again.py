"""An event of ours is known by another id than before, and goes on being ours."""

from dataclasses import replace
from datetime import datetime

from booking.calendar import Event
from booking.model import ProfessionalId
from booking.policy import Policy
from graph_sync.reconcile import recognise, row_of
from teams_app.actions import conflicts, pulls
from teams_app.actions.calendars import opening_of
from teams_app.actions.questions import DELETED
from teams_app.actions.settle import owe_calendar
from teams_app.store import appointments, calendars, copies
from teams_app.store.database import Tx


def taken_up(
    tx: Tx,
    id_: ProfessionalId,
    event: Event,
    was: str | None,
    policy: Policy,
    now: datetime,
) -> None:
    """Know an event of ours by another id: the one it `was` is gone.

    None: it had been deleted, and she was asked about that, and now it stands again.
    """
    appointments.lock(tx, id_)
    seen = recognise(event)
    about = appointments.by_reference(tx, seen.reference) if seen else None
    link = calendars.link(tx, about.id, id_) if about is not None else None
    if about is None or link is None or link.known is None:
        return
    if link.event_id != was and link.problem != DELETED:
        return  # Something else has come of it meanwhile.
    if was is not None:
        calendars.drop_busy(tx, id_, was)
    problem = None if link.problem == DELETED else link.problem
    found = replace(link, event_id=event.id, change_key="", problem=problem)
    calendars.save_link(tx, found)
    row = row_of(event, opening_of(tx, id_), link.known.key)
    if row is not None:
        calendars.put_busy(tx, id_, row)
    copies.drop(tx, id_, event.id)
    conflicts.cleared(tx, id_, event.id, now)
    conflicts.came_back(tx, about.id, now)
    pulls.our_event(tx, found, event, policy, now)
    owe_calendar(tx, about.id, id_, now)
