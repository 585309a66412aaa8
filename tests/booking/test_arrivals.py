"""Who is said to have come, who waits, and how long it holds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking import appointments as life
from booking.appointments import Actor, NotOpen, Past
from booking.arrivals import (
    EARLY,
    NEAR,
    Arrival,
    Came,
    NotHere,
    TooEarly,
    arrive,
    is_near,
    is_news,
    may_arrive,
    standing,
    take_back,
)
from booking.handover import hand_over
from booking.model import AGREED, Appointment, Modality, Slot, Status
from booking.outcomes import record
from tests.make import BO, NOW, at, booked, span

MINUTE = timedelta(minutes=1)


def in_person(**changes) -> Appointment:
    return booked(modality=Modality.IN_PERSON, **changes)


def here(**changes) -> Appointment:
    return in_person(status=Status.ARRIVED, **changes)


BEGINS, ENDS = in_person().span.start, in_person().span.end


def test_she_may_have_come_from_two_hours_before_until_the_end():
    before = in_person()

    for moment in (BEGINS - EARLY, BEGINS, ENDS - MINUTE):
        came = arrive(before, moment)
        assert isinstance(came, Appointment)
        assert (came.status, came.version) == (Status.ARRIVED, before.version + 1)
        assert may_arrive(before, moment)
    assert arrive(before, BEGINS - EARLY - MINUTE) == TooEarly(BEGINS - EARLY)
    assert arrive(before, ENDS) == Past(BEGINS)
    assert not may_arrive(before, BEGINS - EARLY - MINUTE)
    assert not may_arrive(before, ENDS)


def test_said_again_nothing_changes():
    assert arrive(here(), BEGINS) == here()
    assert not may_arrive(here(), BEGINS)
    assert take_back(in_person(), BEGINS) == in_person()


@pytest.mark.parametrize("modality", [Modality.REMOTE, Modality.PHONE])
def test_nobody_comes_to_a_place_where_she_is_met_otherwise(modality):
    assert arrive(booked(modality=modality), BEGINS) == NotHere(modality)


@pytest.mark.parametrize("status", sorted(set(Status) - AGREED))
def test_only_who_is_expected_comes(status):
    other = in_person(status=status)

    assert arrive(other, BEGINS) == NotOpen(status)
    assert take_back(other, BEGINS) == NotOpen(status)


def test_it_is_taken_back_until_the_end():
    back = take_back(here(), ENDS - MINUTE)

    assert isinstance(back, Appointment)
    assert (back.status, back.version) == (Status.BOOKED, here().version + 1)
    assert take_back(here(), ENDS) == Past(BEGINS)


def test_who_has_come_may_still_be_moved_cancelled_handed_over_and_recorded():
    moved = life.move(here(), Slot(BO, at(30)), NOW, Actor.PROFESSIONAL)
    adopted = life.adopt(here(), span(30), NOW)
    cancelled = life.cancel(here(), Actor.SUPERVISOR, NOW)
    handed = hand_over(here(), BO, here().span, NOW)
    went = record(here(), Status.COMPLETED, Actor.PROFESSIONAL, BEGINS)

    found = [each.status for each in (moved, adopted, cancelled, handed, went)]
    assert found == [
        Status.BOOKED,  # at another time she is to come again
        Status.BOOKED,
        Status.CANCELLED_BY_US,
        Status.ARRIVED,
        Status.COMPLETED,
    ]


def test_she_waits_from_a_quarter_of_an_hour_before_until_the_end():
    remote = booked()

    near = [is_near(remote, each) for each in (BEGINS - NEAR, BEGINS, ENDS - MINUTE)]
    far = [is_near(remote, each) for each in (BEGINS - NEAR - MINUTE, ENDS)]
    others = [in_person(), *(booked(status=each) for each in set(Status) - AGREED)]

    assert near == [True] * 3
    assert far == [False] * 2
    assert not any(is_near(each, BEGINS) for each in others)


def said(how: Came, start=BEGINS, said_at=BEGINS) -> Arrival:
    return Arrival(booked().id, how, start, said_at)


def test_what_says_the_most_is_what_stands():
    remote, every = booked(), [said(each) for each in reversed(Came)]

    assert standing(every, remote, BEGINS) == said(Came.COULD_NOT_JOIN)
    assert standing([said(Came.WAITING)], remote, BEGINS) == said(Came.WAITING)
    assert standing(every, here(), BEGINS) == said(Came.ARRIVED)
    assert standing([], remote, BEGINS) is None


@pytest.mark.parametrize("how", [Came.WAITING, Came.COULD_NOT_JOIN])
def test_an_obstacle_and_what_is_said_at_the_door_follow_each_other(how: Came):
    obstacle, door = said(Came.OBSTACLE), said(how)
    later = BEGINS + timedelta(seconds=30)

    for last in (obstacle, door):
        then = replace(last, at=later)
        every = [then if each is last else each for each in (obstacle, door)]
        assert standing(every, booked(), BEGINS) == then


def test_an_obstacle_that_is_answered_stands_no_more_and_says_nothing_itself():
    every = [said(Came.OBSTACLE), said(Came.KEPT)]

    assert standing(every, booked(), BEGINS) is None
    assert standing([*every, said(Came.WAITING)], booked(), BEGINS) == said(
        Came.WAITING
    )
    elsewhere = said(Came.KEPT, start=ENDS)
    assert standing([every[0], elsewhere], booked(), BEGINS) == every[0]


def test_nothing_stands_of_another_time_nor_once_it_is_over_or_recorded():
    every = [said(each) for each in Came]

    assert standing(every, booked(span=span(30)), BEGINS) is None
    assert standing(every, booked(), ENDS) is None
    assert standing(every, booked(status=Status.COMPLETED), BEGINS) is None
    assert standing([said(Came.ARRIVED)], in_person(), BEGINS) is None


def test_that_she_could_not_join_stands_until_she_tries_again_and_anew_if_she_says_so():
    remote = booked()
    stuck = said(Came.COULD_NOT_JOIN, said_at=BEGINS + MINUTE)
    tries = said(Came.TRYING, said_at=BEGINS + 2 * MINUTE)
    stuck_again = said(Came.COULD_NOT_JOIN, said_at=BEGINS + 3 * MINUTE)
    waits = said(Came.WAITING)

    assert standing([waits, stuck, tries], remote, BEGINS) == tries
    assert standing([waits, stuck_again, tries], remote, BEGINS) == stuck_again
    at_once = said(Came.TRYING, said_at=stuck.at)
    assert standing([waits, stuck, at_once], remote, BEGINS) == stuck


def test_said_again_is_no_news_and_trying_again_is_none_of_who_was_not_stuck():
    remote, waits = booked(), said(Came.WAITING)
    stuck = said(Came.COULD_NOT_JOIN)
    tries = said(Came.TRYING, said_at=BEGINS + MINUTE)

    def news(*found: Arrival) -> list[Came]:
        every = (Came.WAITING, Came.COULD_NOT_JOIN, Came.TRYING)
        return [each for each in every if is_news(found, remote, each, BEGINS)]

    assert news() == [Came.WAITING, Came.COULD_NOT_JOIN]
    assert news(waits) == [Came.COULD_NOT_JOIN]
    assert news(waits, stuck) == [Came.TRYING]
    assert news(waits, stuck, tries) == [Came.COULD_NOT_JOIN]
    assert news(said(Came.WAITING, start=at(30))) == [Came.WAITING, Came.COULD_NOT_JOIN]
