"""Notes about an appointment: only who may see the appointment sees, or writes, them.

Every look and every change leaves a line in the log, which never says what a note says.
A note goes nowhere else: not into Outlook, not to the client, not on a card.
"""

from dataclasses import dataclass

from booking import notes as rules
from booking.model import Appointment
from booking.notes import Note, Refusal, Unfit
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.store import appointments, log
from teams_app.store import notes as rows
from teams_app.store.database import Stale, Tx


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody at the notes of an appointment that `access` has given her."""

    who: Person
    appointment: Appointment
    look: Look


def seen(tx: Tx, reader: Reader) -> list[Note]:
    """Give the notes, the newest first."""
    _check(tx, reader)
    found = rows.of_appointment(tx, reader.appointment.id)
    if found:
        about = f"notes:{reader.appointment.id}"
        if not access.is_told(tx, reader.who.who, reader.look, about):
            _logged(tx, reader, "view")
    return found


def add(tx: Tx, reader: Reader, typed: str, request: str) -> Note | Unfit:
    """Write a note. A repeat of the same request gives the first one's."""
    _check(tx, reader)
    text = rules.read(typed)
    if isinstance(text, Unfit):
        return text
    key = f"note:{reader.appointment.id}:{reader.who.object_id}:{request}"
    earlier = appointments.remembered(tx, key)
    before = rows.find(tx, int(earlier)) if earlier is not None else None
    if before is not None:
        return before
    author = reader.who.object_id
    made = rows.add(tx, reader.appointment.id, author, text, reader.look.at)
    if appointments.remember_request(tx, key, str(made.id)) is not None:
        raise Stale  # Pressed twice at once: begun anew, it finds the other's.
    _logged(tx, reader, "note_written", made)
    return made


def is_hers(tx: Tx, who: Person, reference: str, id_: int) -> bool:
    """Say whether somebody has written this note, about this appointment.

    Nothing of it is shown by that, so no look is logged.
    """
    note = rows.find(tx, id_)
    if note is None or note.author != who.object_id:
        return False
    return appointments.load(tx, note.appointment).reference == reference.upper()


def change(
    tx: Tx, reader: Reader, id_: int, version: int, typed: str
) -> Note | Refusal | None:
    """Let its author say something else in a note; None: there is no such note here."""
    note = _of(tx, reader, id_)
    if note is None:
        return None
    by, at = reader.who.object_id, reader.look.at
    after = rules.change(note, by, version, typed, at)
    return _saved(tx, reader, note, after, "note_changed")


def strike(tx: Tx, reader: Reader, id_: int, version: int) -> Note | Refusal | None:
    """Let its author strike a note out; None: there is no such note here."""
    note = _of(tx, reader, id_)
    if note is None:
        return None
    after = rules.strike(note, reader.who.object_id, version, reader.look.at)
    return _saved(tx, reader, note, after, "note_struck")


def _check(tx: Tx, reader: Reader) -> None:
    assert access.may(tx, reader.who, reader.appointment.professional)


def _of(tx: Tx, reader: Reader, id_: int) -> Note | None:
    _check(tx, reader)
    note = rows.find(tx, id_)
    here = note is not None and note.appointment == reader.appointment.id
    return note if here else None


def _saved(
    tx: Tx, reader: Reader, before: Note, after: Note | Refusal, what: str
) -> Note | Refusal:
    if isinstance(after, Note) and after != before:
        rows.save(tx, after)
        _logged(tx, reader, what, after)
    return after


def _logged(tx: Tx, reader: Reader, what: str, note: Note | None = None) -> None:
    which = f":{note.id}" if note is not None else ""
    log.record(
        tx,
        at=reader.look.at,
        who=reader.who.who,
        what=what,
        subject=f"notes:{reader.appointment.id}",
        source=f"{reader.look.source}{which}",
    )
