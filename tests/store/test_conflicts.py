"""One open question of a kind, and one answer to it."""

from dataclasses import replace

import pytest

from booking.views.cards import ConflictKind
from teams_app.store import appointments, conflicts
from teams_app.store.database import Stale
from tests import make

ID = make.booked(1).id


@pytest.fixture
def raised(database):
    database.write_here(appointments.save, make.booked(1))
    return database.write_here(raise_)


def raise_(tx, kind=ConflictKind.MOVED, **changes):
    plain = {"moved_to": make.span(30), "event_id": "EV1", "now": make.NOW}
    return conflicts.raise_(
        tx, appointment=ID, professional=make.AINO, kind=kind, **plain | changes
    )


def answered(conflict):
    return replace(
        conflict,
        settled="told",
        settled_at=make.at(1),
        version=conflict.version + 1,
    )


def test_a_question_comes_back_whole(database, raised):
    assert (raised.version, raised.moved_to, raised.raised) == (
        1,
        make.span(30),
        make.NOW,
    )
    assert database.read_here(conflicts.find, raised.id) == raised
    assert database.read_here(conflicts.find, raised.id + 1) is None


def test_raised_again_it_is_the_same_question_changed(database, raised):
    again = database.write_here(lambda tx: raise_(tx, moved_to=make.span(40)))
    other = database.write_here(
        lambda tx: raise_(tx, ConflictKind.DELETED, moved_to=None, event_id=None)
    )

    assert (again.id, again.version, again.moved_to) == (raised.id, 2, make.span(40))
    assert database.read_here(conflicts.open_of, ID) == [again, other]
    assert database.read_here(conflicts.open_for, make.AINO) == [again, other]
    assert database.read_here(conflicts.open_for, make.BO) == []


def test_answered_it_is_no_longer_open_and_can_be_raised_anew(database, raised):
    done = answered(raised)
    database.write_here(conflicts.settle, done)

    assert database.read_here(conflicts.open_of, ID) == []
    anew = database.write_here(raise_)
    assert anew.id != raised.id
    assert database.read_here(conflicts.of_appointment, ID) == [done, anew]


def test_of_two_answers_the_second_is_stale(database, raised):
    database.write_here(conflicts.settle, answered(raised))

    with pytest.raises(Stale):
        database.write_here(conflicts.settle, answered(raised))
    with pytest.raises(Stale):
        database.write_here(conflicts.settle, answered(answered(raised)))


def test_an_answer_to_an_older_question_is_stale(database, raised):
    database.write_here(raise_)

    with pytest.raises(Stale):
        database.write_here(conflicts.settle, answered(raised))
