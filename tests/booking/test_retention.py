"""How long things are kept: bounds, and that nothing is shortened at once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import retention
from booking.retention import BOUNDS, GRACE, Class
from tests.make import NOW

USUAL = {
    each.value: "" if bounds.usual is None else str(bounds.usual)
    for each, bounds in BOUNDS.items()
}
SOME = st.none() | st.integers(14, 4000)


def test_nothing_decided_is_kept_as_usual():
    found, errors = retention.read(USUAL)

    assert errors == ()
    assert found == retention.usual()
    assert retention.of({}).kept == found


@pytest.mark.parametrize("what", list(Class))
def test_the_bounds_are_held_to(what: Class):
    bounds = BOUNDS[what]
    for wrong in (bounds.least - 1, bounds.most + 1, "x", "-1", "\u0661", "9" * 999):
        _, errors = retention.read(USUAL | {what.value: str(wrong)})
        assert [each.field for each in errors] == [what.value]
    _, empty = retention.read(USUAL | {what.value: ""})
    assert bool(empty) is not bounds.for_good


def test_answers_do_not_outlive_their_appointment():
    sent = USUAL | {"appointments": "400", "answers": "401"}
    _, errors = retention.read(sent)

    assert [(each.field, each.problem) for each in errors] == [("answers", "outlives")]


@given(SOME, SOME)
def test_what_is_shorter_takes_effect_a_day_later_and_what_is_longer_at_once(was, days):
    before, after = retention.usual(), retention.usual()
    before[Class.APPOINTMENTS], after[Class.APPOINTMENTS] = was, days
    written = retention.written(before, after, NOW)
    found = retention.of(written)

    at_once = found.at(NOW, Class.APPOINTMENTS)
    assert at_once == retention.longer(was, days)
    assert found.at(NOW + GRACE, Class.APPOINTMENTS) == days
    shorter = retention.shortened(before, after)
    assert (shorter == (Class.APPOINTMENTS,)) is (at_once != days)


def test_what_ended_before_is_past_its_time():
    decided = {"kept": {"appointments": 400}}
    found = retention.of(decided)

    assert found.end(NOW, Class.APPOINTMENTS) == NOW - timedelta(days=400)
    assert found.end(NOW, Class.OFFERS) is None
