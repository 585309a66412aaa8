"""What keeps a client from a binding appointment: reported by her, told to a person.

Nothing of the appointment changes by it, and nobody is called anything for it. Somebody
moves it, calls it off, or answers that it stands; whoever says how the appointment went
has her explanation beside it. Somebody hears of it in every case: by the appointment's
own card before its end; by a word of its own after that, or where who was to meet her
has left. Where nobody supervises her unit either, or is not reached, the admins are told
that there is such a report (`alarms`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from booking import binding as rules
from booking.alarms import UNANSWERED
from booking.appointments import Actor
from booking.arrivals import Arrival, Came, is_said
from booking.binding import Bound
from booking.model import Appointment, AppointmentId, UnitId
from booking.views.cards import Kept
from teams_app.actions import log_lines
from teams_app.actions.access import named
from teams_app.actions.questions import choosing
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
from teams_app.store.database import Stale, Tx
from teams_app.store.jobs import Promise

#: Names the words of it, and what they are about.
WORD = "obstacle_word"


def report(tx: Tx, id_: AppointmentId, explanation: str, now: datetime) -> bool:
    """Keep what she reports; her professional gets a card that says that she has.

    False: it is not binding, was called off, or is long over. The same, or nothing,
    reported again of the same start, nothing more happens; something else takes its
    place. What she said of another start she has not said of this one.
    """
    found, bound = _locked(tx, id_)
    if bound is None or not rules.may_report(found, now):
        return False
    every = arrivals.of_appointment(tx, id_)
    is_answered = is_said(every, found, Came.KEPT)
    is_known = is_said(every, found, Came.OBSTACLE)
    explanation = explanation or (bound.explanation if is_known else "")
    is_known = is_known and not is_answered
    if is_known and explanation == bound.explanation:
        return True
    arrivals.forget(tx, id_, Came.KEPT)
    since = bound.since if is_known else now
    bindings.reported(tx, id_, explanation, now, since)
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


def _locked(tx: Tx, id_: AppointmentId) -> tuple[Appointment, Bound | None]:
    """Read it alone: who reports and who answers at once do not pass each other by.

    Raises Stale where it was handed on before the lock was taken: it was another's.
    """
    appointments.lock(tx, appointments.load(tx, id_).professional)
    found, bound = appointments.load(tx, id_), bindings.find(tx, id_)
    if found.professional not in tx.locked:
        raise Stale
    return found, bound


@dataclass(frozen=True, slots=True)
class Outdated:
    """It is not about what she has reported last, or her time does not stand any more."""


def keep(
    tx: Tx, id_: AppointmentId, reported: int, who: str, now: datetime
) -> Appointment | Outdated:
    """Answer her that the time stands; she is told so once, if it has not begun.

    `reported`: when she did, in seconds, as the page that was pressed had it. Answered
    again, nothing more happens. Where it no longer stands, or she is asked to choose
    another time, it is not answered.
    """
    found, bound = _locked(tx, id_)
    every = arrivals.of_appointment(tx, id_)
    if bound is None or bound.obstacle is None or seconds(bound.obstacle) != reported:
        return Outdated()
    if choosing(tx, id_) is not None:
        return Outdated()
    if _holding(every, Came.KEPT, found, now) is not None:
        return found
    if not is_open(every, found, now):
        return Outdated()
    arrivals.save(
        tx, Arrival(id_, Came.KEPT, found.span.start, now), found.professional
    )
    if tells(found, now):
        jobs.promise(tx, _tell_kept(found, now))
    jobs.promise(tx, keep_cards(id_, now))
    log.record(
        tx,
        at=now,
        who=who,
        what="obstacle_answered",
        subject=f"appointment:{id_}",
        source="tab",
    )
    return found


def is_open(every: Collection[Arrival], found: Appointment, now: datetime) -> bool:
    """Say whether she waits for an answer to what she reported of the time it has."""
    if is_said(every, found, Came.KEPT):
        return False
    return _holding(every, Came.OBSTACLE, found, now) is not None


def _holding(
    every: Collection[Arrival], how: Came, found: Appointment, now: datetime
) -> Arrival | None:
    """Give what was said so, where it holds of the appointment as it is now."""
    said = (each for each in every if each.how is how and each.holds(found, now))
    return next(said, None)


def tells(found: Appointment, now: datetime) -> bool:
    """Say whether a message tells her of an answer given now; else her page alone does."""
    return found.client is not None and now < found.span.start


def answered_at(tx: Tx, found: Appointment) -> datetime | None:
    """Say when what she has reported of the time it has was answered, if it is."""
    every = arrivals.of_appointment(tx, found.id)
    return next((each.at for each in every if is_said([each], found, Came.KEPT)), None)


def answered(
    tx: Tx, found: Appointment, every: Collection[Arrival], now: datetime
) -> Kept | None:
    """Say when it was answered that her time stands, and by whom where another did.

    None: it was not, or does not hold any more.
    """
    held = _holding(every, Came.KEPT, found, now)
    if held is None:
        return None
    line = log.newest(tx, f"appointment:{found.id}", "obstacle_answered")
    owner = people.professional(tx, found.professional)
    if line is None or line.who == named(owner.object_id):
        return Kept(held.at)
    return Kept(held.at, log_lines.name(tx, line.who))


def _tell_kept(found: Appointment, now: datetime) -> Promise:
    return Promise(
        kind=TELL_KEPT,
        key=key_of(found.id, now),
        due=now,
        lane="sender:client",
        payload={"at": seconds(now)},
        appointment=found.id,
        expires=found.span.start,
    )


#: Tells her that the time stands, whatever she has reported.
TELL_KEPT = "time_stands"


def key_of(id_: AppointmentId, at: datetime) -> str:
    """Name the message that tells her so."""
    return f"{TELL_KEPT}:{id_}:{seconds(at)}"


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
    if is_said(arrivals.of_appointment(tx, found.id), found, Came.KEPT):
        return False
    return rules.may_report(found, now) and not _is_told(tx, key, found.id)


def _is_told(tx: Tx, key: str, id_: AppointmentId) -> bool:
    stands = any(
        each.key == key and each.activity_id is not None
        for subject in ("appointment", WORD)
        for each in chats.cards_of(tx, f"{subject}:{id_}")
    )
    otherwise = reach.find(tx, key)
    return stands or (otherwise is not None and otherwise.state == reach.TOLD)


def owe_word(tx: Tx, found: Appointment, now: datetime) -> None:
    """Owe a word of it to her professional; where she has left, to who supervises.

    Each hears once of a report that something was reported, and once that it was
    afterwards. One that comes after an answer, or of another time, is another report.
    """
    said = "explained" if found.span.end <= now else "obstacle"
    words = _words_of(found, _since(tx, found.id))
    for person in _hearers(tx, found):
        key = f"{words}{said}:{person}"
        payload: dict[str, object] = {"person": person, "said": said}
        owed = Promise(WORD, key, due=now, payload=payload, appointment=found.id)
        jobs.promise(tx, owed)


def _words_of(found: Appointment, since: datetime | None) -> str:
    """Give how the keys of the words of a report begin.

    One made before its moment was kept has the keys that it had then, so that nobody
    hears of it anew.
    """
    own = "" if since is None else f"{seconds(since)}:"
    return f"{WORD}:{found.id}:{seconds(found.span.start)}:{own}"


def _since(tx: Tx, id_: AppointmentId) -> datetime | None:
    bound = bindings.find(tx, id_)
    return None if bound is None else bound.since


def _hearers(tx: Tx, found: Appointment) -> list[str]:
    owner = people.professional(tx, found.professional)
    if not directory.has_left(tx, owner.object_id):
        return [owner.object_id]
    return [
        each
        for each in people.supervisors(tx, owner.unit)
        if not directory.has_left(tx, each)
    ]


# What reaches nobody.


@dataclass(frozen=True, slots=True)
class Unheard:
    """A report of which nobody was told, and the unit in which nobody could be."""

    at: datetime
    unit: UnitId


def owe_words(tx: Tx, now: datetime) -> None:
    """Owe a word of what was told nobody to whoever supervises by now."""
    for found, _ in _untold(tx, now):
        words = _words_of(found, _since(tx, found.id))
        said = [f"{words}{each}:" for each in ("obstacle", "explained")]
        every = _hearers(tx, found)
        if not any(jobs.known(tx, f"{key}{who}") for key in said for who in every):
            owe_word(tx, found, now)


def unheard(tx: Tx, now: datetime) -> list[Unheard]:
    """Give what nobody was told of: nobody supervises there, or is not reached in time."""
    return [
        Unheard(at, people.professional(tx, found.professional).unit)
        for found, at in _untold(tx, now)
        if at + UNANSWERED <= now or not _hearers(tx, found)
    ]


def _untold(tx: Tx, now: datetime) -> Iterator[tuple[Appointment, datetime]]:
    """Give the reports about appointments of who has left that were told nobody, and when."""
    ended = now - rules.REPORTED_WITHIN
    for id_ in bindings.reported_to_who_left(tx, ended):
        found, bound = appointments.load(tx, id_), bindings.find(tx, id_)
        if bound is None or bound.obstacle is None or not rules.may_report(found, now):
            continue
        every = arrivals.of_appointment(tx, id_)
        if not is_said(every, found, Came.OBSTACLE) or is_said(every, found, Came.KEPT):
            continue
        if not _is_heard(tx, found, bound.since):
            yield found, bound.obstacle


def _is_heard(tx: Tx, found: Appointment, since: datetime | None) -> bool:
    """Say whether a card or a word of this report was seen, or told otherwise."""
    words = _words_of(found, since)
    keys = [
        each.key
        for each in chats.cards_of(tx, f"appointment:{found.id}")
        if _is_its_card(tx, each.key, found, since)
    ] + [
        each.key
        for each in chats.cards_of(tx, f"{WORD}:{found.id}")
        if each.key.startswith(words)
    ]
    return any(_is_told(tx, key, found.id) for key in keys)


def _is_its_card(tx: Tx, key: str, found: Appointment, since: datetime | None) -> bool:
    if not (key.startswith("came:") and key.endswith(f":{Came.OBSTACLE}")):
        return False
    if since is not None:
        return key.startswith(f"came:{found.id}:{seconds(since)}:")
    # Reported before its moment was kept: of this start is all there is to go by.
    start = (jobs.payload(tx, key) or {}).get("start")
    return start == seconds(found.span.start)
