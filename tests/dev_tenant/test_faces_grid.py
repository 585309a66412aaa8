"""Where events stand on the grid of the small Outlook."""

from datetime import date

import pytest

from dev_tenant.faces.grid import Column, Hours, fill, hours_of

TUESDAY = date(2027, 3, 2)


def an_event(start, end, **more):
    """Make an event of the Tuesday; `end` may be a whole moment of another day."""
    day = "2027-03-02T"
    last = end if "T" in end else day + end
    return {"start": day + start, "end": last, "all_day": False, "id": start, **more}


def laid(*events, hours=None):
    column = Column("aino", TUESDAY, "ti")
    fill(column, events, hours or Hours(8, 18))
    return column


def test_an_event_stands_at_its_hours():
    (block,) = laid(an_event("09:00", "10:00")).blocks

    assert (block.top, block.height, block.left, block.width) == (10, 10, 0, 100)


def test_events_at_the_same_time_share_the_width_and_others_do_not():
    column = laid(
        an_event("09:00", "11:00", id="a"),
        an_event("10:00", "12:00", id="b"),
        an_event("11:00", "12:00", id="c"),
        an_event("13:00", "14:00", id="d"),
    )

    places = {b.event["id"]: (b.left, b.width) for b in column.blocks}
    assert places == {"a": (0, 50), "b": (50, 50), "c": (0, 50), "d": (0, 100)}


def test_an_event_over_midnight_stands_in_both_days_and_shows_the_whole_day():
    late = an_event("22:00", "2027-03-03T02:00")
    hours = hours_of([late])
    (first,) = laid(late, hours=hours).blocks
    column = Column("aino", date(2027, 3, 3), "ke")
    fill(column, [late], hours)

    assert hours == Hours(0, 24)
    assert (round(first.top), round(first.height)) == (92, 8)
    assert (column.blocks[0].top, column.blocks[0].goes_on) == (0, True)


@pytest.mark.parametrize(
    ("events", "hours"),
    [
        ([], Hours(7, 18)),
        ([an_event("05:30", "06:00")], Hours(5, 18)),
        ([an_event("17:00", "19:15")], Hours(7, 20)),
        ([an_event("20:00", "2027-03-03T00:00")], Hours(7, 24)),
        ([an_event("00:00", "2027-03-03T00:00", all_day=True)], Hours(7, 18)),
    ],
)
def test_hours_stretch_so_that_nothing_hides(events, hours):
    assert hours_of(events) == hours


def test_whole_days_stand_above_and_other_days_elsewhere():
    whole = an_event("00:00", "2027-03-03T00:00", all_day=True)
    other = {**whole, "start": "2027-03-04T00:00", "end": "2027-03-05T00:00"}
    column = laid(whole, other)

    assert column.whole_days == [whole]
    assert column.blocks == []


def test_the_shortest_event_can_still_be_hit():
    (block,) = laid(an_event("09:00", "09:00")).blocks

    assert block.height > 3
