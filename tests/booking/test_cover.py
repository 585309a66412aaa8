"""When a line stands open, who may take it, and when the supervisors hear of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.cover import (
    LINES_MAX,
    Bar,
    Line,
    State,
    bar,
    grouped,
    is_urgent,
    state,
    unclaimed_at,
)
from booking.handover import Doubt
from booking.model import AppointmentId, Status
from tests import make

OWN = make.booked()
LINE = Line(OWN.id, make.AINO, OWN.span.start)


@pytest.mark.parametrize(
    ("found", "now", "stands"),
    [
        (OWN, make.at(), State.OPEN),
        (OWN, OWN.span.start, State.BEGUN),
        (replace(OWN, professional=make.BO), make.at(), State.SETTLED),
        (replace(OWN, span=make.span(30)), make.at(), State.SETTLED),
        (replace(OWN, status=Status.CANCELLED_BY_CLIENT), make.at(), State.SETTLED),
        (replace(OWN, status=Status.NO_SHOW), OWN.span.end, State.SETTLED),
    ],
)
def test_a_line_is_open_while_the_appointment_is_where_it_was(found, now, stands):
    assert state(LINE, found, now) is stands
    assert state(replace(LINE, taker=make.BO), found, now) is State.TAKEN
    withdrawn = replace(LINE, withdrawn=make.at())
    assert state(withdrawn, found, now) is State.WITHDRAWN


def test_what_began_without_a_taker_cannot_be_withdrawn_afterwards():
    late = replace(LINE, withdrawn=LINE.starts + timedelta(days=180))

    assert state(late, OWN, late.withdrawn) is State.BEGUN


@given(st.sets(st.sampled_from(Doubt)), st.booleans())
def test_she_may_take_it_only_when_nothing_stands_against_it(doubts, full):
    against = doubts - {Doubt.TIME}

    assert (bar(doubts, full=full) is None) == (not against and not full)


def test_the_weightiest_reason_is_the_one_she_reads():
    assert bar({Doubt.BUSY, Doubt.SERVICE}, full=True) is Bar.SERVICE
    assert bar({Doubt.BUSY}, full=True) is Bar.BUSY
    assert bar((), full=True) is Bar.FULL


lines = st.lists(
    st.builds(
        Line,
        st.integers(1, 99).map(AppointmentId),
        st.just(make.AINO),
        st.integers(1, 99).map(make.at),
    ),
    min_size=1,
    unique_by=lambda each: each.appointment,
)


@given(lines)
def test_every_line_stands_on_one_card_the_soonest_first(found):
    cards = grouped(found)

    flat = [each for card in cards for each in card]
    assert sorted(flat, key=lambda each: each.starts) == flat
    assert set(flat) == set(found)
    assert all(1 <= len(card) <= LINES_MAX for card in cards)


@given(lines)
def test_supervisors_hear_in_time_to_do_something(found):
    told, first = unclaimed_at(make.at(), found), min(each.starts for each in found)

    assert make.at() < told <= make.at() + (first - make.at()) / 2
    assert told - make.at() <= timedelta(hours=2)


def test_what_begins_soon_is_urgent():
    assert is_urgent(make.at(3), make.at())
    assert not is_urgent(make.at(5), make.at())
