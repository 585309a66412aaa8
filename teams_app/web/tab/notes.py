"""Notes of an appointment: the part of its page that is swapped by itself.

What was typed is never lost: what cannot be kept as it was sent stands in the form again,
beside how the note is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from booking import notes as rules
from booking.notes import Note, NotHers, Older, Refusal, Unfit
from booking.views.record import NoteLine, NotesPart
from teams_app.actions import access, notes
from teams_app.actions.notes import Reader
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat, number

_REQUEST_MAX = 64
_ACTS = ("change", "strike")


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a press, and the notes as they are now."""

    outcome: Note | Refusal
    part: NotesPart


def part(seat: Seat, tx: Tx, reader: Reader, request: str) -> NotesPart:
    """Draw the notes, and log the look at them."""
    here = f"/teams/appointment/{reader.appointment.reference}/notes"
    return NotesPart(
        action=here,
        request=request,
        limit=rules.TEXT_MAX,
        lines=tuple(_line(seat, tx, each, here) for each in notes.seen(tx, reader)),
    )


def _line(seat: Seat, tx: Tx, note: Note, here: str) -> NoteLine:
    author = people.professional_by_object_id(tx, note.author)
    mine = rules.may_strike(note, seat.who.object_id)
    return NoteLine(
        id=note.id,
        version=note.version,
        text=note.text,
        author=author.name if author is not None else "",
        written=note.written,
        changed=note.changed,
        struck=note.struck,
        action=f"{here}/{note.id}" if mine else "",
        changeable=rules.may_change(note, seat.who.object_id, seat.now),
    )


async def write(seat: Seat) -> web.Response:
    """Write a note; sent twice it is written once."""
    form = await seat.form()
    typed = _first(form, "text")
    request = _first(form, "request")[:_REQUEST_MAX] or seat.world.outside.ids.uuid()

    def work(tx: Tx, reader: Reader) -> Note | Refusal:
        return notes.add(tx, reader, typed, request)

    came = await _done(seat, work)
    if came is None:
        return seat.not_hers()
    if isinstance(came.outcome, Unfit):
        again = replace(
            came.part, typed=typed, problem=came.outcome.problem, request=request
        )
        return _show(seat, again, 422)
    return _show(seat, replace(came.part, said="written"))


async def change(seat: Seat) -> web.Response:
    """Change a note, or strike it out, as its author alone may."""
    form = await seat.form()
    act, typed = _first(form, "act"), _first(form, "text")
    version, id_ = number(form, "version"), _note_of(seat)
    if act not in _ACTS:
        raise web.HTTPBadRequest
    reference = seat.request.match_info["reference"]
    if not await seat.world.database.read(notes.is_hers, seat.who, reference, id_):
        return seat.not_hers()

    def work(tx: Tx, reader: Reader) -> Note | Refusal | None:
        if act == "strike":
            return notes.strike(tx, reader, id_, version)
        return notes.change(tx, reader, id_, version, typed)

    came = await _done(seat, work)
    if came is None or isinstance(came.outcome, NotHers):
        return seat.not_hers()
    if isinstance(came.outcome, Note):
        return _show(seat, replace(came.part, said=_SAID[act]))
    return _refused(seat, came, id_, typed if act == "change" else None)


_SAID = {"change": "changed", "strike": "struck"}


def _refused(seat: Seat, came: _Came, id_: int, typed: str | None) -> web.Response:
    """Show why, with what was typed beside how the note is now."""
    match came.outcome:
        case Unfit(problem):
            return _show(seat, _beside(came.part, id_, typed, problem), 422)
        case Older():
            return _show(seat, _beside(came.part, id_, typed, "older"), 409)
        case _:
            # The note stays as it is: what she typed may become one of its own.
            fixed = replace(came.part, typed=typed or "", problem="fixed")
            return _show(seat, fixed, 409)


def _beside(part: NotesPart, id_: int, typed: str | None, problem: str) -> NotesPart:
    """Put what was typed into the note's form, or that of a new one where it has none."""
    line = next(each for each in part.lines if each.id == id_)
    if typed is not None and not line.changeable:
        return replace(part, typed=typed, problem="fixed")
    changed = replace(line, typed=typed, problem=problem)
    lines = (changed if each.id == id_ else each for each in part.lines)
    return replace(part, lines=tuple(lines))


Work = Callable[[Tx, Reader], Note | Refusal | None]


async def _done(seat: Seat, work: Work) -> _Came | None:
    """Do one thing to the notes; None: she may not see them, or there is no such note."""
    fresh = seat.world.outside.ids.uuid()

    def run(tx: Tx) -> _Came | None:
        reference = seat.request.match_info["reference"]
        found = access.appointment_by_reference(tx, seat.who, reference, seat.look)
        if found is None:
            return None
        reader = Reader(seat.who, found, seat.look)
        outcome = work(tx, reader)
        if outcome is None:
            return None
        return _Came(outcome, part(seat, tx, reader, fresh))

    return await seat.world.database.write(run)


def _note_of(seat: Seat) -> int:
    return number({"note": [seat.request.match_info["note"]]}, "note")


def _first(form: dict[str, list[str]], name: str) -> str:
    found: Sequence[str] = form.get(name) or [""]
    return found[0]


def _show(seat: Seat, shown: NotesPart, status: int = 200) -> web.Response:
    return seat.show("tab/notes.html", shown, status)
