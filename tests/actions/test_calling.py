"""Who meets her client by phone has the number on every card of hers, and only then."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from booking.appointments import News
from booking.model import Appointment, Modality
from teams_app.actions import staff_views
from tests import make
from tests.support.small_world import MAIJA, SmallWorld

NUMBER = "+358401234567"
CALLED = replace(MAIJA, phone=NUMBER)


def book(small: SmallWorld, modality: Modality) -> Appointment:
    return small.book(24, details=CALLED, modality=modality)


def card(small: SmallWorld, booked: Appointment, **how: Any) -> str:
    view = small.read(
        staff_views.appointment_card, booked, small.policy, small.now, **how
    )
    return str(view.phone)


@pytest.mark.parametrize(
    "how",
    [{}, {"news": News.BOOKED}, {"news": News.HANDED_OVER}, {"heading": "reminder"}],
    ids=["standing", "booked", "handed_over", "reminder"],
)
def test_the_card_of_a_call_has_the_number_to_call(
    small: SmallWorld, how: dict[str, Any]
):
    booked = book(small, Modality.PHONE)

    assert card(small, booked, **how) == NUMBER


def test_the_day_has_the_number_too(small: SmallWorld):
    book(small, Modality.PHONE)

    day = small.read(
        staff_views.morning, make.AINO, date(2026, 11, 24), small.policy, small.now
    )

    assert [line.phone for line in day.lines] == [NUMBER]


def test_where_nobody_is_called_no_number_is_shown(small: SmallWorld):
    assert card(small, book(small, Modality.REMOTE)) == ""
