"""Notes about an appointment: who may, what is logged, what two at once leave behind."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.model import Appointment
from booking.notes import CHANGEABLE, Fixed, Note, NotHers, Older
from teams_app.actions import access, notes
from teams_app.actions.access import Claims, Look
from teams_app.actions.notes import Reader
from teams_app.store import log, tables
from teams_app.store import notes as rows
from teams_app.store.database import Tx
from tests import make
from tests.actions.test_at_once import at_once
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld, dump

AINO, BO = make.a_professional().object_id, make.bo().object_id
SECRET = "Dreams of becoming a welder"


def reader(small: SmallWorld, found: Appointment, who: str = AINO) -> Reader:
    person = small.read(access.person, Claims(TENANT, who))
    return Reader(person, found, Look(small.now, "tab"))


def written(
    small: SmallWorld, found: Appointment, text: str = SECRET, request: str = "r1"
) -> Note:
    made = small.write(notes.add, reader(small, found), text, request)
    assert isinstance(made, Note)
    return made


def texts(small: SmallWorld, found: Appointment) -> list[str]:
    return [each.text for each in small.read(rows.of_appointment, found.id)]


def logged(small: SmallWorld, found: Appointment) -> list[tuple[str, str, str]]:
    """Give who did what from where with the notes, the first first."""
    entries = small.read(log.entries, f"notes:{found.id}", 100)
    return [(each.who, each.what, each.source) for each in entries][::-1]


def test_every_look_and_every_change_leaves_a_line(small: SmallWorld):
    booked = small.book(24)
    at = reader(small, booked)
    small.write(notes.seen, at)
    note = written(small, booked)
    small.write(notes.change, at, note.id, 1, "Another")
    small.write(notes.strike, at, note.id, 2)
    small.write(notes.seen, reader(small, booked, SUPERVISOR))

    assert logged(small, booked) == [
        (f"staff:{AINO}", "note_written", f"tab:{note.id}"),
        (f"staff:{AINO}", "note_changed", f"tab:{note.id}"),
        (f"staff:{AINO}", "note_struck", f"tab:{note.id}"),
        (f"staff:{SUPERVISOR}", "view", "tab"),
    ]


def test_who_may_not_see_the_appointment_gets_to_none_of_its_notes(small: SmallWorld):
    booked = small.book(24)
    note = written(small, booked)
    at = reader(small, booked, BO)
    before = small.read(dump)

    for work, rest in (
        (notes.seen, ()),
        (notes.add, ("Mine", "r2")),
        (notes.change, (note.id, 1, "Mine")),
        (notes.strike, (note.id, 1)),
    ):
        with pytest.raises(AssertionError):
            small.write(work, at, *rest)
    assert small.read(dump) == before


def test_a_supervisor_reads_and_adds_but_changes_nobodys(small: SmallWorld):
    booked = small.book(24)
    note = written(small, booked)
    boss = reader(small, booked, SUPERVISOR)

    assert small.write(notes.change, boss, note.id, 1, "Mine") == NotHers()
    assert small.write(notes.strike, boss, note.id, 1) == NotHers()
    small.write(notes.add, boss, "Seen by me", "r1")
    assert texts(small, booked) == ["Seen by me", SECRET]


def test_a_note_of_another_appointment_is_none_of_this(small: SmallWorld):
    one, other = small.book(24), small.book(26)
    note = written(small, one)

    at = reader(small, other)

    assert small.write(notes.change, at, note.id, 1, "x") is None
    assert small.write(notes.strike, at, 99, 1) is None
    assert texts(small, one) == [SECRET]


def test_the_same_form_twice_writes_one_note(small: SmallWorld):
    booked = small.book(24)

    first, again = written(small, booked), written(small, booked, "Other words")
    another = written(small, booked, request="r2")

    assert first == again
    assert another.id != first.id
    assert texts(small, booked) == [SECRET, SECRET]


def test_the_same_form_twice_at_once_writes_one_note(small: SmallWorld):
    booked = small.book(24)
    at, made = reader(small, booked), []

    def press() -> None:
        made.append(small.write(notes.add, at, SECRET, "r1"))

    pressed = [threading.Thread(target=press) for _ in range(4)]
    for each in pressed:
        each.start()
    for each in pressed:
        each.join()

    assert len({each.id for each in made}) == 1
    assert texts(small, booked) == [SECRET]


def test_of_two_windows_at_once_one_is_kept_and_the_other_told(small: SmallWorld):
    booked = small.book(24)
    note = written(small, booked)
    at, came = reader(small, booked), {}

    def save(said: str) -> Callable[[Tx], None]:
        def work(tx: Tx) -> None:
            came[said] = notes.change(tx, at, note.id, 1, said)

        return work

    at_once(small, save("First"), save("Second"))

    assert texts(small, booked) == ["First"]
    assert isinstance(came["First"], Note)
    assert came["Second"] == Older(newest(small, booked))


def newest(small: SmallWorld, found: Appointment) -> Note:
    kept: list[Note] = small.read(rows.of_appointment, found.id)
    return kept[0]


def test_after_a_day_it_is_struck_out_and_still_read(small: SmallWorld):
    booked = small.book(72)
    note = written(small, booked)
    small.clock.advance(seconds=CHANGEABLE / timedelta(seconds=1))
    at = reader(small, booked)

    assert small.write(notes.change, at, note.id, 1, "Late") == Fixed()
    struck = small.write(notes.strike, at, note.id, 1)

    assert struck.struck == small.now
    assert texts(small, booked) == [SECRET]


async def test_a_note_goes_nowhere_else(small: SmallWorld):
    """Not to Outlook, mail, cards or logs, nor into any other row."""
    booked = small.book(24)
    note = written(small, booked)
    small.write(notes.change, reader(small, booked), note.id, 1, f"{SECRET}, really")
    await small.settle_down()

    assert SECRET in str(small.read(dump)["notes"])
    small.write(lambda tx: tx.execute(sa.update(tables.notes).values(text="")))
    outside = (small.graph.boxes, small.graph.mails, small.sms.sent, small.chat.posted)
    assert SECRET not in str(small.read(dump))
    assert SECRET not in str(outside)
    assert small.graph.mails
    assert small.graph.puts


def test_the_notes_go_when_the_appointment_goes(small: SmallWorld):
    booked = small.book(24)
    written(small, booked)
    table = tables.appointments

    small.write(lambda tx: tx.execute(sa.delete(table).where(table.c.id == booked.id)))

    assert texts(small, booked) == []
