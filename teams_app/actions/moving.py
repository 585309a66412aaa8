"""Another time for an appointment, proposed to its professional where she asks the bot.

A time that she presses is looked at in her Outlook first. Where that does not answer in
time, her card says that it is being confirmed, and the move is promised: it is made once
Outlook can be read, unless the appointment has changed meanwhile.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.appointments import Actor
from booking.availability import Search, another_time
from booking.model import Appointment, AppointmentId, ProfessionalId, Slot
from booking.policy import Policy
from booking.spans import Span
from teams_app.actions import calendars, client_limits
from teams_app.actions.answering import CONFIRMING, TRIED_FOR, UNREAD, stands
from teams_app.actions.calendars import Ask
from teams_app.actions.questions import choosing
from teams_app.store import appointments, bindings, jobs, people
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

PROPOSED = 3
TAKEN = "taken"
OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Limits:
    """Within what another time is looked for. `bound`: because it is binding."""

    search: Search
    bound: bool
    closed: bool = False  #: Nothing is left within it.


def limits(tx: Tx, own: Appointment, policy: Policy, now: datetime) -> Limits:
    """Say what is looked for: of a binding one, only what its client might choose too."""
    search = another_time(own, people.service(tx, own.service), now, staff=True)
    bound = bindings.find(tx, own.id)
    if bound is None or choosing(tx, own.id) is not None:
        return Limits(search, bound=False)
    left = bound.window(now, policy.zone)
    within = left or Span(now, now + timedelta(seconds=1))
    return Limits(replace(search, within=within), bound=True, closed=left is None)


def is_beyond(tx: Tx, own: Appointment, slot: Slot, policy: Policy) -> bool:
    """Say whether a binding one is moved there in the tab alone."""
    return client_limits.leads_too_far(tx, own, slot.start, policy)


def free_of(
    tx: Tx,
    own: Appointment,
    search: Search,
    likely: Collection[Slot],
    policy: Policy,
) -> list[Slot]:
    """Give the first of these that are free by fresh rows and do not overlap each other."""
    found: list[Slot] = []
    for slot in likely:
        near = any(
            abs(slot.start - each.start) < search.service.length for each in found
        )
        ask = Ask(slot, search.service, search.modality, search.staff, ignoring=own)
        if not near and calendars.has_room(tx, ask, policy, search.now):
            found.append(slot)
        if len(found) == PROPOSED:
            break
    return found


# What waits for Outlook.


@dataclass(frozen=True, slots=True)
class Later:
    """A move still to be made, of what the card showed, until when it is tried."""

    appointment: AppointmentId
    version: int
    slot: Slot
    by: Actor
    who: str  #: As the log names her.
    until: datetime


def until(now: datetime) -> datetime:
    return now + TRIED_FOR


def owe(tx: Tx, later: Later, now: datetime) -> None:
    """Promise the move. Another time chosen meanwhile takes its place."""
    payload: dict[str, object] = {
        "version": later.version,
        "professional": later.slot.professional,
        "start": seconds(later.slot.start),
        "by": later.by.value,
        "who": later.who,
        "until": seconds(later.until),
    }
    _promise(tx, later.appointment, payload, now)


def leave(tx: Tx, id_: AppointmentId, now: datetime) -> None:
    """Take back a move that waits: somebody has said that the time it has is kept."""
    key = _key(id_)
    waits = jobs.outcomes(tx, [key]).get(key, "") is None
    promised = jobs.payload(tx, key) if waits else None
    if promised is not None:
        # It may be looking right now: what it reads next is of a version that never was.
        _promise(tx, id_, {**promised, "version": 0}, now)


def _promise(
    tx: Tx, id_: AppointmentId, payload: dict[str, object], now: datetime
) -> None:
    again = Promise(
        "move_again", _key(id_), due=now, payload=payload, appointment=id_, again=True
    )
    jobs.promise(tx, again)


def _key(id_: AppointmentId) -> str:
    return f"move_again:{id_}"


def read(id_: AppointmentId, payload: dict[str, object]) -> Later:
    """Read what was promised."""
    version, professional, start, ends = (
        int(str(payload[name]))
        for name in ("version", "professional", "start", "until")
    )
    return Later(
        id_,
        version,
        Slot(ProfessionalId(professional), moment(start)),
        Actor(str(payload["by"])),
        str(payload["who"]),
        moment(ends),
    )


def asked(tx: Tx, later: Later) -> Appointment | None:
    """Give the appointment that is still to be moved; None: it has changed since."""
    found = appointments.find(tx, later.appointment)
    return found if found is not None and found.version == later.version else None


#: What the card says of a move that waits, or came to nothing.
_SAID = frozenset({CONFIRMING, UNREAD, TAKEN})


def said(tx: Tx, found: Appointment) -> str | None:
    """Give the text key of what a move that waited has come to; it is said until the next."""
    key = _key(found.id)
    came_to = jobs.outcomes(tx, [key])
    promised = jobs.payload(tx, key) if key in came_to else None
    if promised is None or promised["version"] != found.version:
        return None
    how = stands(came_to[key])
    return f"cards.problem.move.{how}" if how in _SAID else None
