from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.spans import HELSINKI, Span, day_span
from booking.views import week
from booking.views.tab import Band, BusyEntry, Placed
from booking.views.team import without
from booking.views.week import bands
from tests.make import at

DAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)


def busy(start: int, end: int) -> BusyEntry:
    """From and to in minutes after Tuesday's midnight in Helsinki."""
    return BusyEntry(
        MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=end), "busy"
    )


def first_step(placed: Placed) -> int:
    return placed.hour * 12 + placed.minute // 5


def placed(*entries: BusyEntry) -> tuple[Placed, ...]:
    return week.place(entries, DAY, HELSINKI)


@st.composite
def days(draw: st.DrawFn) -> list[BusyEntry]:
    starts = draw(st.lists(st.integers(-600, 2000), max_size=12))
    return [busy(start, start + draw(st.integers(1, 400))) for start in starts]


@given(days())
def test_no_two_entries_lie_on_each_other(entries: list[BusyEntry]):
    found = placed(*entries)

    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            if one.lane == other.lane:
                assert first_step(one) + one.steps <= first_step(other)


@given(days())
def test_every_entry_stands_within_the_day_and_its_lanes(entries: list[BusyEntry]):
    for one in placed(*entries):
        assert 0 <= one.lane < one.lanes
        assert one.steps >= week.SHORTEST_STEPS
        assert first_step(one) >= 0
        assert first_step(one) + one.steps <= 24 * 12


@given(days())
def test_lanes_are_as_many_as_are_needed_at_once(entries: list[BusyEntry]):
    found = placed(*entries)

    for one in found:
        group = [each for each in found if each.lanes >= one.lanes]
        most = max(
            sum(
                first_step(each) <= step < first_step(each) + each.steps
                for each in found
            )
            for step in range(24 * 12)
        )
        assert one.lanes <= most
        assert group


def test_an_entry_is_drawn_where_the_clock_says():
    (one,) = placed(busy(9 * 60 + 32, 10 * 60 + 1))

    assert (one.hour, one.minute, one.steps) == (9, 30, 7)


def test_entries_that_only_touch_share_a_lane():
    one, other = placed(busy(540, 570), busy(570, 600))

    assert (one.lane, one.lanes) == (other.lane, other.lanes) == (0, 1)


def test_entries_over_midnight_are_cut_at_it():
    early, late = placed(busy(-60, 60), busy(23 * 60, 25 * 60))

    assert (early.hour, early.minute, early.steps) == (0, 0, 12)
    assert (late.hour, late.minute, late.steps) == (23, 0, 12)


def test_what_is_on_another_day_is_not_drawn():
    assert placed(busy(-120, 0), busy(24 * 60, 25 * 60)) == ()


def test_a_moment_is_drawn_as_a_quarter():
    (one,) = placed(busy(600, 600))

    assert (one.hour, one.minute, one.steps) == (10, 0, 3)


def test_the_hour_that_comes_twice_is_drawn_by_the_clock():
    # 25 October 2026: at 4.00 summer time the clock goes back to 3.00.
    night = date(2026, 10, 25)
    starts = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 3.30, the first time
    entry = BusyEntry(starts, starts + timedelta(minutes=40), "busy")  # to 3.10

    (one,) = week.place([entry], night, HELSINKI)

    assert (one.hour, one.minute, one.steps) == (3, 30, 3)


def test_the_hours_shown_hold_every_entry():
    columns = [placed(busy(7 * 60, 8 * 60)), placed(busy(16 * 60, 17 * 60 + 5))]

    assert week.hours(columns) == (7, 18)
    assert week.hours([]) == (8, 16)


def test_bands_are_cut_to_the_hours_that_are_shown():
    monday = date(2026, 11, 23)
    whole = day_span(monday, HELSINKI)
    open_ = Span(at(-1), at(5))  # nine to three

    shut = bands(without(whole, [open_]), monday, HELSINKI, (8, 16))

    assert shut == (Band(8, 0, 12), Band(15, 0, 12))
    assert bands([whole], monday, HELSINKI, (8, 16)) == (Band(8, 0, 96),)
    assert bands([Span(at(24), at(25))], monday, HELSINKI, (8, 16)) == ()
