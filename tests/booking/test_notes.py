"""Notes: what may be written, and who may change them for how long."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import notes
from booking.model import AppointmentId
from booking.notes import CHANGEABLE, TEXT_MAX, Fixed, Note, NotHers, Older, Unfit
from tests import make

AINO, BO = "oid-aino", "oid-bo"
NOTE = Note(1, 1, AppointmentId(1), AINO, "Calls on Monday", make.NOW)
LATER = make.NOW + timedelta(hours=1)


@given(st.text(max_size=3000))
def test_what_is_read_is_plain_short_and_reads_the_same_again(typed: str):
    found = notes.read(typed)

    if isinstance(found, str):
        assert notes.read(found) == found
        assert 0 < len(found) <= TEXT_MAX
        assert not set(found) & set("\r\x00\x1b\t\x7f")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("  a\r\nb\x00\n ", "a\nb"),
        (" \n\t", Unfit("empty")),
        ("x" * TEXT_MAX, "x" * TEXT_MAX),
        ("x" * (TEXT_MAX + 1), Unfit("too_long")),
    ],
)
def test_lines_stay_and_other_marks_go(typed: str, found: object):
    assert notes.read(typed) == found


def test_its_author_changes_a_note_within_a_day_and_no_longer():
    last = make.NOW + CHANGEABLE - timedelta(seconds=1)

    changed = notes.change(NOTE, AINO, 1, "Calls on Tuesday", last)

    assert changed == make.replace(
        NOTE, version=2, text="Calls on Tuesday", changed=last
    )
    too_late = make.NOW + CHANGEABLE
    assert notes.change(NOTE, AINO, 1, "Calls on Tuesday", too_late) == Fixed()


def test_nobody_else_changes_or_strikes_a_note():
    assert notes.change(NOTE, BO, 1, "Other", LATER) == NotHers()
    assert notes.strike(NOTE, BO, 1, LATER) == NotHers()
    assert not notes.may_change(NOTE, BO, LATER)
    assert not notes.may_strike(NOTE, BO)


def test_an_old_copy_changes_nothing_and_is_told_how_it_stands():
    second = make.replace(NOTE, version=2, text="Second")

    assert notes.change(second, AINO, 1, "Third", LATER) == Older(second)
    assert notes.strike(second, AINO, 1, LATER) == Older(second)


def test_what_is_struck_out_stays_readable_and_as_it_is():
    struck = notes.strike(NOTE, AINO, 1, make.NOW + 40 * CHANGEABLE)

    assert isinstance(struck, Note)
    assert struck.text == NOTE.text
    assert notes.strike(struck, AINO, 1, LATER) == struck
    assert notes.change(struck, AINO, 2, "Other", LATER) == Fixed()


def test_the_same_said_again_is_no_change():
    second = make.replace(NOTE, version=2)

    assert notes.change(second, AINO, 1, f" {NOTE.text}\r\n", LATER) == second
