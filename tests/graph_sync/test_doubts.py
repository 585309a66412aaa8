"""When what a round tells of a calendar is not believed."""

from dataclasses import replace

import pytest

from booking.calendar import Busy, Event, Page, ShowAs
from booking.spans import HELSINKI
from graph_sync.doubts import MANY, emptied
from tests import make

FULL = tuple(Busy(f"E{n}", make.span(24 + n), ShowAs.BUSY) for n in range(MANY))
PAST = tuple(Busy(f"P{n}", make.span(-24 - n), ShowAs.BUSY) for n in range(9))
IDS = tuple(row.event_id for row in FULL)
EVENT = Event(id="E9", when=make.span(48), change_key="ck", show_as=ShowAs.BUSY)


def judged(rows, *pages, full=False):
    return emptied(rows, pages, full=full, now=make.NOW, zone=HELSINKI)


def test_a_full_round_that_names_nothing_is_doubted():
    assert judged(FULL, Page((), (), None), Page((), (), "L"), full=True)


def test_removals_of_everything_ahead_are_doubted_on_however_many_pages():
    first, last = Page((), IDS[:2], None), Page((), IDS[2:], "L")

    assert judged(FULL, first, last)
    assert judged((*FULL, *PAST), first, last)


@pytest.mark.parametrize("full", [False, True])
def test_one_event_that_stands_is_enough_to_be_believed(full):
    assert not judged(FULL, Page((EVENT,), IDS, "L"), full=full)


def test_a_cancelled_one_is_not():
    gone = replace(EVENT, cancelled=True)

    assert judged(FULL, Page((gone,), IDS, "L"))


def test_one_that_is_left_out_of_the_removals_still_stands():
    assert not judged(FULL, Page((), IDS[1:], "L"))


@pytest.mark.parametrize("rows", [(), FULL[1:], PAST, (*FULL[1:], *PAST)])
def test_a_few_events_may_well_have_been_deleted(rows):
    ids = tuple(row.event_id for row in rows)

    assert not judged(rows, Page((), ids, "L"))
    assert not judged(rows, Page((), (), "L"), full=True)
