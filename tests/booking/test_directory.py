"""Who has left a group, and when that is not believed."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.directory import Doubted, Step, compare
from tests import make

NOW = make.NOW
PEOPLE = st.frozensets(st.sampled_from("abcdefgh"))


@given(PEOPLE, PEOPLE)
def test_who_is_there_never_left_and_who_left_was_there(before, there):
    step = compare(before, there, NOW, NOW - timedelta(days=2))

    assert isinstance(step, Step)
    assert step.there == there
    assert step.left == before - there


@given(PEOPLE, PEOPLE)
def test_it_is_doubted_exactly_when_more_than_half_are_missing_at_once(before, there):
    missing = len(before - there)
    step = compare(before, there, NOW, None)

    assert isinstance(step, Doubted) == (missing > 2 and 2 * missing > len(before))


def test_a_group_of_two_may_lose_both():
    assert compare("ab", "", NOW, None) == Step(frozenset(), frozenset("ab"))


def test_what_is_doubted_is_believed_after_a_day_and_not_before():
    since = NOW - timedelta(hours=23)

    assert compare("abcd", "", NOW, since) == Doubted(since, 4)
    later = compare("abcd", "", NOW + timedelta(hours=1), since)
    assert later == Step(frozenset(), frozenset("abcd"))
