"""Asking a unit's desk who can take what an absence leaves, on a card or in the tab."""

from booking.cover import Why
from teams_app.actions import absences, covering
from teams_app.actions.access import Look, Person
from teams_app.actions.covering import Asked, NotAsked
from teams_app.store import absences as rows
from teams_app.store import appointments, jobs
from teams_app.store.database import Tx


def ask(tx: Tx, who: Person, number: int, look: Look) -> Asked | NotAsked:
    """Ask about all that an absence touches. What has been asked is not asked twice."""
    found = rows.find(tx, number)
    if found is None or not absences.may_touch(tx, who, found.professional):
        return NotAsked.NOT_YOURS
    appointments.lock(tx, found.professional)
    found = rows.find(tx, number)  # It may have ended while somebody else had the lock.
    if found is None or found.withdrawn:
        return NotAsked.NOTHING
    left = absences.touched(tx, found.professional, found.span, look.at)
    said = covering.ask(tx, who, [each.id for each in left], Why.ABSENCE, look)
    jobs.promise(tx, absences.keep_cards(found.id, look.at))
    return Asked(0) if said is NotAsked.ASKED else said
