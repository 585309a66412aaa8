"""What has happened to an appointment: when, and by whom as far as that is known.

Drawn from what `settle` and its kin write into the log, and from the questions that
changes in Outlook raised. What was answered to one is in the log, with who did: the
question itself keeps only how it ended. Who looked is no part of it: reading that is a
right of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from booking.appointments import Actor
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.views.cards import ConflictKind
from booking.views.record import Event
from booking.wording import has
from teams_app.actions import access, log_lines
from teams_app.actions.questions import ASKED, CHOSEN, HOLDS, KEPT
from teams_app.actions.settle import UNDONE
from teams_app.store import conflicts, log, people
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.log import Entry

#: So much of an appointment's life is shown, the newest of it.
LINES_MAX = 200
#: Who looked; and the steps of a client who was still choosing.
UNTOLD = frozenset({"view", "search", "hold", "hold_again", "details"})
_HANDED = ("hand_over", "hand_over_in_outlook", "hand_over_refused", UNDONE)
#: Each version that came of these has a line, and where a line names both, that one more.
_TWICE = ("hand_over", UNDONE)
#: So begins a source that names professionals.
_NAMING = "professional:"
_STAFF = access.named("")
_ANSWER = "answer"
#: What each answer is called, as the log has them: by its deed (`asked`).
ANSWERS = {
    "tell": "told",
    "put_back": "put_back",
    "restore": "put_back",
    "propose": "moved",
    "cancel": "cancel",
    "keep": "kept",
    "hold": "holds",
}
_LAPSED = "overtaken"
#: How a question may end that was answered so: these are not the last word.
_THEN = {
    "keep": frozenset({KEPT, _LAPSED}),
    "propose": frozenset({ASKED, CHOSEN, HOLDS, _LAPSED}),
}


def of(tx: Tx, appointment: Appointment) -> tuple[Event, ...]:
    """Give the history, the newest first."""
    told = log.told(tx, f"appointment:{appointment.id}", UNTOLD, LINES_MAX)
    told = _by_who_answered(told)
    twice = {each.at for each in told if _names_both(each)}
    found = [
        _event(tx, appointment, each)
        for each in told
        if _names_both(each) or not _is_told_beside(each, twice)
    ]
    every = conflicts.of_appointment(tx, appointment.id)
    found += [_asked(each) for each in every]
    found += _ended(tx, appointment, every, told)
    found.sort(key=lambda each: each.at, reverse=True)
    return tuple(found[:LINES_MAX])


def _by_who_answered(told: Sequence[Entry]) -> list[Entry]:
    """Let what an answer did at once be hers who gave it.

    The log has such a change as the professional's, for it follows her calendar.
    """
    who = {each.at: each.who for each in told if each.what == _ANSWER}
    unnamed = Actor.PROFESSIONAL.value
    return [
        replace(each, who=who.get(each.at, unnamed)) if each.who == unnamed else each
        for each in told
    ]


def _is_told_beside(entry: Entry, twice: Collection[datetime]) -> bool:
    """Whether the same act has another line: of who has it now, or of a new version."""
    both = entry.what in _TWICE and entry.at in twice
    return both or entry.source.startswith("times:")


def _names_both(entry: Entry) -> bool:
    """Whether it says from whom to whom: beside it stands another of the same act."""
    return entry.what in _HANDED and entry.source.startswith(_NAMING)


def first_had_by(tx: Tx, id_: AppointmentId, since: datetime) -> ProfessionalId | None:
    """Say whose it was when a hand-over of it was first decided on since a moment.

    None: none has been, so it is still hers whose it was then.
    """
    line = log.first_since(tx, f"appointment:{id_}", _HANDED, _NAMING, since)
    whose = log_lines.professionals(line.source) if line is not None else ()
    return whose[0] if whose else None


def _event(tx: Tx, appointment: Appointment, entry: Entry) -> Event:
    what = _answered(entry) if entry.what == _ANSWER else entry.what
    what = what if has("fi", f"history.what.{what}") else "other"
    by, name = _by(tx, appointment, entry.who)
    was, to = _whose(tx, entry.source)
    if entry.what in _HANDED and entry.what != UNDONE and not was:
        what = "hand_over_once"
    return Event(entry.at, what, by, name, was=was, to=to)


def _by(tx: Tx, appointment: Appointment, who: str) -> tuple[str, str]:
    """Say as what somebody did it, and her name where we have it."""
    if not who.startswith(_STAFF):
        actor = who.partition(":")[0]  # `outlook:actor_unknown` is as it says.
        return (actor if actor in {each.value for each in Actor} else ""), ""
    object_id = who.removeprefix(_STAFF)
    found = people.professional_by_object_id(tx, object_id)
    owner = people.professional(tx, appointment.professional)
    name = log_lines.name(tx, who)
    if found is None or found.id != owner.id:
        if object_id in people.supervisors(tx, owner.unit):
            return Actor.SUPERVISOR.value, name
        if object_id in people.receptionists(tx, owner.unit):
            return Actor.RECEPTION.value, name
    return Actor.PROFESSIONAL.value, name


def _whose(tx: Tx, source: str) -> tuple[str, str]:
    """Read whose it was and became, `professional:1>2`, or whose calendar it was in."""
    was, to = [*log_lines.professionals(source), None, None][:2]
    return _name(tx, was), _name(tx, to)


def _name(tx: Tx, id_: ProfessionalId | None) -> str:
    if id_ is None:
        return ""
    try:
        return people.professional(tx, id_).name
    except KeyError:
        return ""


def _answered(entry: Entry) -> str:
    return f"answered_{ANSWERS.get(_deed(entry), 'other')}"


def _deed(entry: Entry) -> str:
    """Read which answer was given, `tab:keep`."""
    return entry.source.rpartition(":")[2]


def _asked(conflict: Conflict) -> Event:
    """Give what somebody did in Outlook."""
    moved = conflict.moved_to.start if conflict.moved_to is not None else None
    kind = f"asked_{conflict.kind.value}"
    return Event(conflict.raised, kind, Actor.OUTLOOK.value, when=moved)


def _ended(
    tx: Tx,
    appointment: Appointment,
    every: Sequence[Conflict],
    told: Sequence[Entry],
) -> list[Event]:
    """Give how questions ended of which no line of the log says it.

    One answer may end two of them: it is one line.
    """
    answers = [each for each in told if each.what == _ANSWER]
    said = {each.at for each in answers}
    said |= {each.at for each in told if each.what == "hand_over_refused"}
    handed = {each.at: each.who for each in told if each.what in _HANDED}
    answered = _answered_before(every, answers)
    found: dict[tuple[datetime, str], Event] = {}
    for each in every:
        if each.settled is None or each.id in answered:
            continue
        at = each.settled_at or each.raised
        if at in said and each.settled != _LAPSED:
            continue
        how = f"answered_{each.settled}"
        how = how if has("fi", f"history.what.{how}") else "answered_other"
        who = handed.get(at, "") if each.settled == "handed_over" else ""
        by, name = _by(tx, appointment, who) if who.startswith(_STAFF) else ("", "")
        found[at, how] = Event(at, how, by, name)
    return list(found.values())


def _answered_before(every: Sequence[Conflict], answers: Sequence[Entry]) -> set[int]:
    """Give the questions that were overtaken only when somebody had answered them.

    No answer names its question: it is the newest then open that it can be of.
    """
    taken: set[int] = set()
    for answer in sorted(answers, key=lambda each: each.at):
        ends = _THEN.get(_deed(answer), frozenset())
        fits = [each for each in every if _may_be_of(answer, each, ends)]
        fits = [each for each in fits if each.id not in taken]
        fits.sort(key=lambda each: each.settled != _LAPSED)
        taken.update(each.id for each in fits[-1:])
    return {each.id for each in every if each.settled == _LAPSED} & taken


def _may_be_of(answer: Entry, asked: Conflict, ends: Collection[str]) -> bool:
    if asked.settled not in ends or asked.settled_at is None:
        return False
    if _deed(answer) == "keep" and asked.kind is not ConflictKind.OVERLAPPED:
        return False
    if asked.settled == _LAPSED:
        return asked.raised <= answer.at < asked.settled_at
    return asked.raised <= answer.at <= asked.settled_at
