"""Removing Vuoro from a tenant, the part that is written down."""

from datetime import datetime

from booking.appointments import Actor
from booking.model import Appointment
from teams_app.actions import booking
from teams_app.actions.messages import KINDS
from teams_app.actions.obstacles import TELL_KEPT
from teams_app.store import clock, marks, removal
from teams_app.store.database import Tx

#: What is waited for before everything ends: Outlook and clients.
_WAITED_FOR = frozenset({"calendar", *KINDS})
#: Cards are tried once; whoever does not have the app any more keeps up nothing.
_TRIED = frozenset({"announce", "cards"})
OWED = _WAITED_FOR | _TRIED
#: What a client is still to hear; reminders need not be waited for.
SAID = frozenset({"tell", "tell_offer", "ask_new_time", "time_holds", TELL_KEPT})


def cancel_all(tx: Tx, now: datetime) -> int:
    """Cancel every coming appointment as we cancel one; its client is told.

    What was cancelled before is left as it is, so that this may be repeated.
    """
    done = 0
    for each in removal.coming(tx, now):
        ended = booking.cancel(tx, each.id, by=Actor.SYSTEM, now=now, who="admin")
        done += isinstance(ended, Appointment)
    return done


def coming(tx: Tx, now: datetime) -> int:
    """Count the appointments that have not begun."""
    return len(removal.coming(tx, now))


def offered(tx: Tx, now: datetime) -> int:
    """Count the clients who hold an open offer: its link opens no more."""
    return removal.offered(tx, now)


def due(tx: Tx, now: datetime) -> int:
    """Count what is owed now and may still be done."""
    waited = removal.open_jobs(tx, _WAITED_FOR, now)
    return len([*waited, *removal.open_jobs(tx, _TRIED, now, untried=True)])


def unsaid(tx: Tx) -> list[datetime]:
    """Give when clients are to hear what they have not heard, the soonest first."""
    return removal.open_jobs(tx, SAID)


def busy(tx: Tx) -> bool:
    """Say whether somebody is still at a job that was claimed before the freeze."""
    return marks.leases(tx, clock.read(tx)) > 0
