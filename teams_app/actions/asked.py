"""A question about a change in Outlook, answered by whoever has the appointment in hand.

A button on a card and a form in the tab come here alike: who may answer, whether it
still stands as she has seen it, and what her answer does, is the same for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from booking.cover import Why
from booking.policy import Policy
from booking.views.cards import ConflictKind
from teams_app.actions import access, conflicts, covering, handovers, pulls
from teams_app.actions.access import Look, Person
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.covering import NotAsked
from teams_app.actions.questions import is_over
from teams_app.actions.settle import keep_cards
from teams_app.store import appointments, jobs
from teams_app.store import conflicts as rows
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx

#: To hand it to a colleague needs a look at her calendar, so it is no deed of these.
HAND, DESK, TELL = "hand", "desk", "tell"
_DOES: Mapping[str, Callable[[Tx, Conflict, datetime], Answer]] = {
    TELL: conflicts.tell,
    "put_back": conflicts.put_back,
    "propose": conflicts.propose,
    "cancel": conflicts.cancel,
    "keep": conflicts.keep,
    "restore": conflicts.restore,
    "hold": conflicts.hold,
}
NAMES = frozenset({*_DOES, HAND, DESK})


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to the question about an appointment: which, by whom, seen in which state."""

    conflict: int
    version: int
    name: str  #: One of `NAMES`, as the verb of its button ends.
    who: Person
    look: Look


def asked(tx: Tx, given: Given) -> Conflict | Unanswerable | None:
    """Give the question of hers that she answers, and log that she has seen it.

    None: it is not hers, or there is none.
    """
    found = rows.find(tx, given.conflict)
    if found is None or found.kind is ConflictKind.COPIED:
        return None
    about = access.appointment(tx, given.who, found.appointment, given.look)
    if about is None:
        return None
    if found.settled is None and found.version != given.version:
        # The event was moved again: she answers about a time she has not seen.
        return Unanswerable("outdated")
    if is_over(found, about, given.look.at):
        return Unanswerable("over")
    return found


def answer(tx: Tx, given: Given, policy: Policy) -> Answer | None:
    """Do what she answers. None: it is not hers to answer. Raises Overlap."""
    found = asked(tx, given)
    if not isinstance(found, Conflict):
        return found
    if given.name == DESK:
        return _ask_desk(tx, found, given)
    done = _DOES[given.name](tx, found, given.look.at)
    if isinstance(done, Conflict) and done.settled != found.settled:
        access.answered(tx, given.who, done.appointment, given.name, given.look)
    if given.name == TELL and isinstance(done, Conflict):
        # Something else may lie where it was moved to.
        pulls.ask_about(tx, done.appointment, policy, given.look.at)
    return done


def _ask_desk(tx: Tx, found: Conflict, given: Given) -> Answer:
    """Ask the unit's desk who can take it; the question stays open until somebody has."""
    if found.settled is not None:
        return found
    look = given.look
    said = covering.ask(tx, given.who, [found.appointment], Why.OUTLOOK, look)
    jobs.promise(tx, keep_cards(found.appointment, look.at))
    refused = isinstance(said, NotAsked) and said is not NotAsked.ASKED
    return Unanswerable("desk") if refused else found


def may_answer(tx: Tx, who: Person, found: Conflict) -> bool:
    """Say whether a question is somebody's to answer, as it now stands."""
    if found.kind is ConflictKind.COPIED:
        return handovers.may_answer(tx, found, who.object_id)
    whose = appointments.load(tx, found.appointment).professional
    return access.may(tx, who, whose)
