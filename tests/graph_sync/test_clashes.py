"""Which foreign events stand over an appointment, and which leave it its time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.calendar import AllDay, Busy, ShowAs
from booking.model import Status
from booking.spans import HELSINKI, Span, span
from graph_sync.reconcile import Clash, overlaps
from tests.make import booked, held
from tests.support.moments import START

TIMES = [
    span(START + timedelta(hours=hours), timedelta(minutes=45)) for hours in range(2)
]


def busy(when: Span | AllDay = TIMES[0], **changes: object) -> Busy:
    return replace(
        Busy("E", when, ShowAs.BUSY),
        **changes,  # type: ignore[arg-type]
    )


BLOCKING = frozenset({ShowAs.BUSY, ShowAs.OOF, ShowAs.UNKNOWN})


def test_a_meeting_put_over_an_appointment_is_found():
    agreed = booked(span=TIMES[0])

    assert overlaps([busy()], [agreed], BLOCKING, HELSINKI) == (Clash("E", agreed),)


@pytest.mark.parametrize(
    "row",
    [
        busy(TIMES[1]),
        busy(Span(TIMES[0].end, TIMES[0].end + timedelta(hours=1))),
        busy(show_as=ShowAs.FREE),
        busy(ours="K7Q2FM"),
    ],
)
def test_what_leaves_the_appointment_its_time_is_no_clash(row):
    assert overlaps([row], [booked(span=TIMES[0])], BLOCKING, HELSINKI) == ()


def test_a_meeting_in_the_buffer_is_tight_but_no_clash():
    agreed = booked(span=TIMES[0], after=timedelta(minutes=30))
    close = Span(TIMES[0].end, TIMES[0].end + timedelta(minutes=30))

    assert overlaps([busy(close)], [agreed], BLOCKING, HELSINKI) == ()


def test_an_absence_of_a_whole_day_clashes_with_the_appointments_of_that_day():
    day = AllDay(date(2026, 11, 23), date(2026, 11, 24))
    away = busy(day, show_as=ShowAs.OOF)
    agreed = booked(span=TIMES[0])

    assert overlaps([away], [agreed], BLOCKING, HELSINKI) == (Clash("E", agreed),)


def test_what_is_not_in_the_calendar_cannot_clash():
    over = booked(span=TIMES[0], status=Status.CANCELLED_BY_CLIENT)

    assert overlaps([busy()], [over, held(span=TIMES[0])], BLOCKING, HELSINKI) == ()
