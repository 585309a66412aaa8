"""What is shaded in a team's day, and how much of it is worked."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from booking.views.team import minutes, without
from tests.booking.strategies import spans

DAY = date(2026, 11, 23)


@given(spans(DAY), st.lists(spans(DAY)))
def test_what_is_left_and_what_is_taken_make_the_whole(whole, taken):
    left = without(whole, taken)

    assert left == sorted(left)
    assert all(whole.contains(each) for each in left)
    assert not any(each.overlaps(other) for each in left for other in taken)
    inside = without(whole, left)
    assert minutes(left) + minutes(inside) <= minutes([whole]) + len(left) + len(inside)
    assert all(any(each.overlaps(other) for other in taken) for each in inside)
