"""A line of a desk's question that is taken once the taker's calendar can be read.

Who presses is answered within five seconds. Where her Outlook does not say by then
whether she is free, her own view of the question says that it is being confirmed, and
the look is promised (`answering` does the same for a question of her own).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.cover import Cover, Line
from booking.model import AppointmentId, ProfessionalId
from teams_app.actions.answering import TRIED_FOR, stands
from teams_app.actions.covering import Claim
from teams_app.store import jobs, people
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


@dataclass(frozen=True, slots=True)
class Later:
    """A line still to be taken, until when it is tried."""

    claim: Claim
    until: datetime


def owe(tx: Tx, claim: Claim, now: datetime) -> None:
    """Promise to take it for her once her calendar can be read. Said again, once."""
    payload: dict[str, object] = {
        "cover": claim.cover,
        "appointment": claim.appointment,
        "taker": claim.taker.id,
        "who": claim.who,
        "until": seconds(now + TRIED_FOR),
    }
    key = _key(claim.cover, claim.appointment, claim.taker.id)
    jobs.promise(tx, Promise("take_again", key, due=now, payload=payload, again=True))


def _key(cover: int, appointment: AppointmentId, taker: ProfessionalId) -> str:
    return f"take_again:{cover}:{appointment}:{taker}"


def read(tx: Tx, payload: dict[str, object]) -> Later:
    """Read what was promised."""
    cover, appointment, taker, until = (
        int(str(payload[name])) for name in ("cover", "appointment", "taker", "until")
    )
    owner = people.professional(tx, ProfessionalId(taker))
    claim = Claim(cover, AppointmentId(appointment), owner, str(payload["who"]))
    return Later(claim, moment(until))


def read_ahead(tx: Tx, found: Sequence[Cover], taker: ProfessionalId) -> None:
    """Read at once what `said` will be asked of each line; within `unchanged`."""
    keys = [
        _key(each.id, line.appointment, taker) for each in found for line in each.lines
    ]
    jobs.outcomes(tx, keys)


def said(tx: Tx, cover: Cover, line: Line, taker: ProfessionalId) -> str:
    """Say where it stands that she takes this line: `confirming`, why not, or nothing."""
    key = _key(cover.id, line.appointment, taker)
    came_to = jobs.outcomes(tx, [key])
    return stands(came_to[key]) if key in came_to else ""
