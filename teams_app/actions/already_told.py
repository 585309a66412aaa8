"""Whether a client is sent nothing of a change, for she has heard of it before.

That is decided when the message is due (`messages`); who of the staff made the change, or
is about to, is told by the same decision what happens.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from booking.appointments import Actor, news_of
from booking.model import Appointment, Modality, ProfessionalId
from booking.spans import Span
from booking.views.cards import Choice, Known
from teams_app.actions import lost_meetings, records, unheard
from teams_app.actions.prepared import Skip
from teams_app.store import appointments, deliveries, jobs
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged

_HEARD = Skip(records.HEARD_BEFORE)


def settled(tx: Tx, conflict: Conflict, now: datetime) -> Known | None:
    """Say why she was not told what the answer to a question has come to."""
    handed = conflict.settled == "handed_over"
    found = appointments.load(tx, conflict.appointment)
    return known(tx, found, now) if handed else None


def known(tx: Tx, found: Appointment, now: datetime) -> Known | None:
    """Say why she is not told how it stands, or was not; None: she is, or nobody tells."""
    about = records.as_told(tx, found)
    key = f"tell:{about.id}:{about.version}"
    payload = jobs.payload(tx, key)
    if payload is None:
        return None
    came_to = jobs.outcomes(tx, [key]).get(key)
    if came_to is None:
        by_this = _has_gone(
            tx, about, key
        )  # Its end is written down after it has gone.
        heard = not by_this and unheard.to_say(tx, about, payload, now) == _HEARD
    else:
        heard = came_to == records.SKIPPED + records.HEARD_BEFORE
    return _how(tx, about) if heard else None


def _has_gone(tx: Tx, about: Appointment, key: str) -> bool:
    return any(
        each.key.startswith(f"{key}:") and each.state == deliveries.ACCEPTED
        for each in deliveries.of_appointment(tx, about.id)
    )


def if_handed(
    tx: Tx, found: Appointment, to: ProfessionalId, time: Span, now: datetime
) -> Known | None:
    """Say why she would not be told if it went to somebody, then."""
    after = replace(found, professional=to, span=time, version=found.version + 1)
    news = news_of(found, after)
    if news is None or found.client is None:
        return None
    if lost_meetings.stays(tx, found, time, now):
        # Nothing is lost where her meeting is kept, as where she meets in none.
        after = replace(after, modality=Modality.PHONE)
    payload: dict[str, object] = {"version": after.version, "news": news.value}
    payload["by"] = Actor.SUPERVISOR.value
    heard = unheard.to_say(tx, after, payload, now) == _HEARD
    return _how(tx, found) if heard else None


def if_taken(
    tx: Tx, found: Appointment, able: Sequence[Choice], now: datetime
) -> Known | None:
    """Say so of a hand-over at its time to one of these, or that it depends on whom."""
    with unchanged(tx):
        each_one = {
            if_handed(tx, found, ProfessionalId(int(each.value)), found.span, now)
            for each in able
        }
    return each_one.pop() if len(each_one) == 1 else Known.DEPENDS if able else None


def _how(tx: Tx, found: Appointment) -> Known:
    another = unheard.knows_of_another(tx, found.id)
    return Known.OTHER if another else Known.SAME
