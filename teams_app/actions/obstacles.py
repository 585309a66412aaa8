"""What keeps a client from a binding appointment: reported by her, told to a person.

Nothing of the appointment changes by it, and nobody is called anything for it: whoever
says how the appointment went has her explanation beside it. Somebody hears of it in
every case: by the appointment's own card before its end; by a word of its own after
that, or where who was to meet her has left.
"""

from dataclasses import replace
from datetime import datetime

from booking import binding as rules
from booking.appointments import Actor
from booking.arrivals import Arrival, Came, is_said
from booking.model import Appointment, AppointmentId
from booking.policy import Policy
from booking.views.cards import Notice
from teams_app.actions import access, handover_views
from teams_app.actions.postings import Posting
from teams_app.actions.settle import keep_cards, say_came
from teams_app.store import (
    appointments,
    arrivals,
    bindings,
    chats,
    directory,
    jobs,
    log,
    people,
    reach,
)
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: Names the words of it, and what they are about.
WORD = "obstacle_word"


def report(tx: Tx, id_: AppointmentId, explanation: str, now: datetime) -> bool:
    """Keep what she reports; her professional gets a card that says that she has.

    False: it is not binding, was called off, or is long over. The same, or nothing,
    reported again of the same start, nothing more happens; something else takes its
    place. What she said of another start she has not said of this one.
    """
    appointments.lock(tx, appointments.load(tx, id_).professional)
    found, bound = appointments.load(tx, id_), bindings.find(tx, id_)
    if bound is None or not rules.may_report(found, now):
        return False
    is_known = is_said(arrivals.of_appointment(tx, id_), found, Came.OBSTACLE)
    if is_known and explanation in {"", bound.explanation}:
        return True
    bindings.reported(tx, id_, explanation, now)
    at = Arrival(id_, Came.OBSTACLE, found.span.start, now)
    arrivals.save(tx, at, found.professional)
    if found.span.end <= now:
        owe_word(tx, found, now)
    elif not is_known:
        jobs.promise(tx, _card(found, now))
    jobs.promise(tx, keep_cards(id_, now))
    log.record(
        tx,
        at=now,
        who=Actor.CLIENT.value,
        what="obstacle",
        subject=f"appointment:{id_}",
        source="link",
    )
    return True


def _card(found: Appointment, now: datetime) -> Promise:
    """Promise the card of one report; of the same start, moved back to, another.

    It waits beyond the end of the appointment, and is then a word of its own.
    """
    who, span = found.professional, found.span
    plain = say_came(found.id, who, Came.OBSTACLE, span, now)
    key = f"came:{found.id}:{seconds(now)}:{who}:{Came.OBSTACLE}"
    return replace(plain, key=key, expires=span.end + rules.REPORTED_WITHIN)


def goes_by_word(
    tx: Tx, key: str, found: Appointment, payload: dict[str, object], now: datetime
) -> bool:
    """Say whether the card of a report comes too late, or to nobody, and was not seen."""
    owner = people.professional(tx, found.professional).object_id
    if not (found.span.end <= now or directory.has_left(tx, owner)):
        return False
    if seconds(found.span.start) != payload["start"]:
        return False
    return rules.may_report(found, now) and not _is_told(tx, key, found.id)


def _is_told(tx: Tx, key: str, id_: AppointmentId) -> bool:
    stands = any(
        each.key == key and each.activity_id is not None
        for each in chats.cards_of(tx, f"appointment:{id_}")
    )
    otherwise = reach.find(tx, key)
    return stands or (otherwise is not None and otherwise.state == reach.TOLD)


def owe_word(tx: Tx, found: Appointment, now: datetime) -> None:
    """Owe a word of it to her professional; where she has left, to who supervises.

    Each hears once that something was reported, and once that it was afterwards.
    """
    said = "explained" if found.span.end <= now else "obstacle"
    for person in _hearers(tx, found):
        key = f"{WORD}:{found.id}:{seconds(found.span.start)}:{said}:{person}"
        payload: dict[str, object] = {"person": person, "said": said}
        owed = Promise(WORD, key, due=now, payload=payload, appointment=found.id)
        jobs.promise(tx, owed)


def _hearers(tx: Tx, found: Appointment) -> list[str]:
    owner = people.professional(tx, found.professional)
    if not directory.has_left(tx, owner.object_id):
        return [owner.object_id]
    return [
        each
        for each in people.supervisors(tx, owner.unit)
        if not directory.has_left(tx, each)
    ]


def word(
    tx: Tx,
    key: str,
    id_: AppointmentId,
    payload: dict[str, object],
    policy: Policy,
    now: datetime,
) -> Posting | None:
    """Give the card that says so and leads to the report; None: it is not hers to read."""
    found, person = appointments.find(tx, id_), str(payload["person"])
    if found is None or directory.has_left(tx, person):
        return None
    if not access.concerns(tx, person, people.professional(tx, found.professional)):
        return None
    card = chats.intend_card(tx, key, person, f"{WORD}:{id_}", now)
    view = Notice(
        handover_views.language_of(tx, person),
        str(payload["said"]),
        {"reference": found.reference},
        "details",
        policy.staff_url(found.reference),
    )
    return Posting(card, chats.conversation(tx, person), view)
