"""What has happened to an appointment: when, and by whom as far as that is known.

Drawn from what `settle` and its kin write into the log, and from the questions that
changes in Outlook raised. Who looked is no part of it: reading that is a right of its own.
"""

from collections.abc import Collection
from datetime import datetime

from booking.appointments import Actor
from booking.model import Appointment, AppointmentId, ProfessionalId
from booking.views.record import Event
from booking.wording import has
from teams_app.actions import access, log_lines
from teams_app.actions.settle import UNDONE
from teams_app.store import conflicts, log, people
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.log import Entry

#: So much of an appointment's life is shown, the newest of it.
LINES_MAX = 200
#: Who looked; and the steps of a client who was still choosing.
_UNTOLD = frozenset({"view", "search", "hold", "hold_again", "details"})
_HANDED = ("hand_over", "hand_over_in_outlook", "hand_over_refused", UNDONE)
#: Each version that came of these has a line, and where a line names both, that one more.
_TWICE = ("hand_over", UNDONE)
#: So begins a source that names professionals.
_NAMING = "professional:"
_STAFF = access.named("")


def of(tx: Tx, appointment: Appointment) -> tuple[Event, ...]:
    """Give the history, the newest first."""
    told = log.told(tx, f"appointment:{appointment.id}", _UNTOLD, LINES_MAX)
    twice = {each.at for each in told if _names_both(each)}
    found = [
        _event(tx, appointment, each)
        for each in told
        if _names_both(each) or not _is_told_beside(each, twice)
    ]
    for each in conflicts.of_appointment(tx, appointment.id):
        found += _asked(each)
    found.sort(key=lambda each: each.at, reverse=True)
    return tuple(found[:LINES_MAX])


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
    what = entry.what if has("fi", f"history.what.{entry.what}") else "other"
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


def _asked(conflict: Conflict) -> list[Event]:
    """Give what somebody did in Outlook, and what was answered to the question."""
    moved = conflict.moved_to.start if conflict.moved_to is not None else None
    kind = f"asked_{conflict.kind.value}"
    found = [Event(conflict.raised, kind, Actor.OUTLOOK.value, when=moved)]
    if conflict.settled is not None:
        how = f"answered_{conflict.settled}"
        known = has("fi", f"history.what.{how}")
        at: datetime = conflict.settled_at or conflict.raised
        found.append(Event(at, how if known else "answered_other"))
    return found
