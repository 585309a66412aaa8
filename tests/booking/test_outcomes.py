"""How an appointment went: what may be said of it, when, and by whom."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.appointments import Actor, Change, KeepCards, NotOpen, Tell, consequences
from booking.model import Appointment, Modality, Status
from booking.outcomes import (
    OUTCOMES,
    RECORDED_FOR,
    NotBegun,
    TooOld,
    Unfit,
    is_missing,
    possible,
    record,
)
from tests.make import a_service, at, booked

BEGUN, OVER = at(24.25), at(25)
HERS = Actor.PROFESSIONAL


@pytest.mark.parametrize("by", [Actor.PROFESSIONAL, Actor.SUPERVISOR])
@pytest.mark.parametrize("was", [Status.BOOKED, Status.ARRIVED])
def test_once_it_has_begun_a_person_says_how_it_went(by: Actor, was: Status):
    after = record(booked(status=was), Status.COMPLETED, by, BEGUN)

    assert isinstance(after, Appointment)
    assert (after.status, after.version) == (Status.COMPLETED, 2)


@pytest.mark.parametrize("by", [Actor.CLIENT, Actor.OUTLOOK, Actor.SYSTEM])
def test_nobody_but_a_person_ever_does(by: Actor):
    with pytest.raises(AssertionError):
        record(booked(), Status.NO_SHOW, by, OVER)


def test_before_it_begins_nobody_knows():
    assert record(booked(), Status.NO_SHOW, HERS, at(23.9)) == NotBegun(at(24))
    assert possible(booked(), at(23.9)) == ()


@pytest.mark.parametrize(
    "status", sorted({*Status} - {Status.BOOKED, Status.ARRIVED, *OUTCOMES})
)
def test_what_did_not_stand_has_no_outcome(status: Status):
    assert record(booked(status=status), Status.NO_SHOW, HERS, OVER) == NotOpen(status)


def test_it_may_be_corrected_for_two_weeks_after_its_end():
    was = booked(status=Status.NO_SHOW)
    until = was.span.end + RECORDED_FOR
    second = timedelta(seconds=1)

    corrected = record(was, Status.LATE, HERS, until - second)

    assert isinstance(corrected, Appointment)
    assert record(was, Status.LATE, HERS, until) == TooOld(until)
    assert record(was, Status.NO_SHOW, HERS, until) is was
    assert possible(was, until) == ()


def test_an_unanswered_call_is_no_absence_and_who_is_met_is_not_reached_nowhere():
    phone, here = booked(modality=Modality.PHONE), booked(modality=Modality.IN_PERSON)

    assert record(phone, Status.NO_SHOW, HERS, OVER) == Unfit(Status.NO_SHOW)
    assert record(here, Status.NOT_REACHED, HERS, OVER) == Unfit(Status.NOT_REACHED)
    assert Status.NOT_REACHED in possible(booked(), OVER)


@given(
    status=st.sampled_from(Status),
    outcome=st.sampled_from(OUTCOMES),
    modality=st.sampled_from(Modality),
    hours=st.integers(-30, 24 * 20),
)
def test_what_is_offered_is_what_can_be_recorded(status, outcome, modality, hours):
    before, now = booked(status=status, modality=modality), at(24 + hours)

    after = record(before, outcome, HERS, now)

    changed = isinstance(after, Appointment) and after != before
    assert changed == (outcome in possible(before, now))
    if is_missing(after if changed else before, now):
        assert status in {Status.BOOKED, Status.ARRIVED}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_it_owes_the_cards_a_look_and_nobody_a_word(outcome: Status):
    before = booked()
    after = record(before, outcome, Actor.SUPERVISOR, OVER)
    assert isinstance(after, Appointment)

    change = Change(before, after, Actor.SUPERVISOR, OVER, "outcome", Tell.NO)

    assert consequences(change, a_service()) == [KeepCards(after.id)]
