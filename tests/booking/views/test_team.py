"""What is shaded in a team's day, and how much of it is worked."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from booking.spans import HELSINKI, Span, day_span
from booking.views.team import Band, bands, minutes, without
from tests.booking.strategies import spans
from tests.make import at

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


def test_bands_are_cut_to_the_hours_that_are_shown():
    whole = day_span(DAY, HELSINKI)
    open_ = Span(at(-1), at(5))  # nine to three

    shut = bands(without(whole, [open_]), DAY, HELSINKI, (8, 16))

    assert shut == (Band(8, 0, 12), Band(15, 0, 12))
    assert bands([whole], DAY, HELSINKI, (8, 16)) == (Band(8, 0, 96),)
    assert bands([Span(at(24), at(25))], DAY, HELSINKI, (8, 16)) == ()
