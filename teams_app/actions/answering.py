"""An answer that waits for a colleague's calendar: given once Outlook can be read.

Whoever presses a button is answered within five seconds. Where her answer needs a look at
somebody's calendar, and that takes longer, the card says that it is being confirmed; the
look is promised, and what comes of it is shown on the same card.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.model import ProfessionalId
from teams_app.actions.handovers import Reply
from teams_app.actions.settle import keep_cards
from teams_app.store import conflicts, jobs
from teams_app.store.columns import moment, seconds
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

UNREAD = "unread"
#: What a card says meanwhile.
CONFIRMING = "confirming"
#: How the promise ends of an answer that was not taken, before why.
NOT_TAKEN = "refused:"
#: So long it is tried; then the card says that nothing was changed.
TRIED_FOR = timedelta(minutes=15)

#: What the card of a question says when an answer was not taken.
REFUSED = {
    "past": "too_late",
    "too_long": "too_long",
    "over": "over",
    "overtaken": "overtaken",
    "outdated": "outdated",
    "overlap": "overlap",
    UNREAD: UNREAD,
    CONFIRMING: CONFIRMING,
    "no_colleague": "no_colleague",
    "desk": "desk_refused",
}
#: The same of a question about a hand-over.
WRONG = {
    "past": "too_late",
    "too_long": "too_long",
    "overtaken": "overtaken",
    "not_yours": "not_yours",
    "overlap": "overlap",
    "pause": "pause",
    UNREAD: UNREAD,
    CONFIRMING: CONFIRMING,
}


@dataclass(frozen=True, slots=True)
class Later:
    """An answer still to be given. `to`: the colleague chosen; None: she who copied."""

    reply: Reply
    who: str  #: As the log names her.
    until: datetime
    to: ProfessionalId | None = None


def owe(
    tx: Tx, reply: Reply, who: str, now: datetime, to: ProfessionalId | None = None
) -> None:
    """Promise to give an answer once the calendar it needs can be read.

    Another answer of hers to the same question takes its place.
    """
    payload: dict[str, object] = {
        "conflict": reply.conflict,
        "version": reply.version,
        "person": reply.person,
        "agreed": reply.agreed,
        "who": who,
        "until": seconds(now + TRIED_FOR),
        "to": to,
    }
    key = _key(reply.conflict, reply.person)
    jobs.promise(tx, Promise("answer_again", key, due=now, payload=payload, again=True))


def _key(conflict: int, person: str) -> str:
    return f"answer_again:{conflict}:{person}"


def read(payload: dict[str, object]) -> Later:
    """Read what was promised."""
    to = payload["to"]
    reply = Reply(
        int(str(payload["conflict"])),
        int(str(payload["version"])),
        str(payload["person"]),
        agreed=bool(payload["agreed"]),
    )
    until = moment(int(str(payload["until"])))
    chosen = None if to is None else ProfessionalId(int(str(to)))
    return Later(reply, str(payload["who"]), until, chosen)


def asked(tx: Tx, later: Later) -> Conflict | None:
    """Give the question that waits for this answer. None: it does not any more."""
    found = conflicts.find(tx, later.reply.conflict)
    if found is None or found.settled is not None:
        return None
    return found if found.version == later.reply.version else None


def said(tx: Tx, found: Conflict, person: str) -> str:
    """Give what somebody's card says of an answer of hers that waited; empty: nothing.

    It stands until the question changes, or is answered.
    """
    key = _key(found.id, person)
    came_to = jobs.outcomes(tx, [key])
    promised = jobs.payload(tx, key) if key in came_to else None
    if promised is None or promised["version"] != found.version or found.settled:
        return ""
    return stands(came_to[key])


def stands(outcome: str | None) -> str:
    """Say how a kept answer stands by what its promise came to; empty: it was taken."""
    if outcome is None:
        return CONFIRMING
    return outcome.removeprefix(NOT_TAKEN) if outcome.startswith(NOT_TAKEN) else ""


def look(tx: Tx, later: Later, now: datetime) -> Promise | None:
    """Promise that her card says what came of it."""
    found = conflicts.find(tx, later.reply.conflict)
    return None if found is None else keep_cards(found.appointment, now)
