"""Offers: proposed to one client, one expiry, one winner."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import offers
from booking.model import OfferStatus, Slot
from booking.offers import NotOffered, OfferOver
from booking.spans import HELSINKI
from tests.make import AINO, BO, NOW, an_offer, at, booked

FIRST = Slot(AINO, at(24))


def test_one_of_the_times_offered_may_be_chosen():
    offer = an_offer()

    assert all(offers.choose(offer, slot, NOW) == slot for slot in offer.slots)


@pytest.mark.parametrize("other", [Slot(AINO, at(25)), Slot(BO, at(24))])
def test_a_time_that_was_not_offered_may_not(other):
    assert offers.choose(an_offer(), other, NOW) == NotOffered()


def test_with_free_choice_any_time_of_the_same_professional_may_be_chosen():
    free = an_offer(free_choice=True, slots=())

    assert offers.choose(free, Slot(AINO, at(25)), NOW) == Slot(AINO, at(25))
    assert offers.choose(free, Slot(BO, at(25)), NOW) == NotOffered()


def test_an_offer_can_be_chosen_from_until_it_expires():
    offer = an_offer(expires=at(1))

    assert offers.choose(offer, FIRST, at(1) - timedelta(seconds=1)) == FIRST
    assert offers.choose(offer, FIRST, at(1)) == OfferOver("expired")


def test_a_taken_offer_says_what_came_of_it_even_after_it_expired():
    taken = offers.take(an_offer(), booked(7))

    over = OfferOver("taken", booked(7).id)
    assert offers.choose(taken, FIRST, NOW) == over
    assert offers.ended(taken, at(days=30)) == over
    assert taken.version == an_offer().version + 1


def test_a_withdrawn_offer_is_over():
    withdrawn = offers.withdraw(an_offer())

    assert offers.choose(withdrawn, FIRST, NOW) == OfferOver("withdrawn")
    assert withdrawn.version == an_offer().version + 1


@given(st.lists(st.integers(-100, 400), max_size=5))
def test_an_offer_ends_with_its_last_time_or_after_a_week(hours):
    slots = tuple(Slot(AINO, at(hour)) for hour in hours)

    ends = offers.expiry(slots, 7, NOW)

    assert ends <= at(days=7)
    assert not slots or ends <= max(slot.start for slot in slots)
    assert ends == at(days=7) or any(ends == slot.start for slot in slots)


@given(
    st.lists(st.integers(0, 96 * 3), unique=True).map(sorted),
    st.sampled_from([15, 45, 60]),
    st.integers(1, 6),
    st.integers(1, 3),
)
def test_what_is_proposed_is_spread_over_the_days(quarters, minutes, count, a_day):
    free = [Slot(AINO, at(quarter / 4)) for quarter in quarters]
    length = timedelta(minutes=minutes)

    found = offers.spread(free, length, HELSINKI, count=count, a_day=a_day)

    assert [slot for slot in free if slot in found] == found
    assert len(found) <= count
    days = Counter(slot.start.astimezone(HELSINKI).date() for slot in found)
    assert max(days.values(), default=0) <= a_day
    assert all(two.start - one.start >= length for one, two in pairwise(found))
    if len(found) < count:
        left = [slot for slot in free if slot not in found]
        assert all(
            days[slot.start.astimezone(HELSINKI).date()] == a_day
            or any(abs(slot.start - one.start) < length for one in found)
            for slot in left
        )


@given(st.sampled_from(OfferStatus), st.booleans(), st.integers(-50, 250))
def test_what_may_be_chosen_is_exactly_what_has_not_ended(status, free, hours):
    offer = replace(an_offer(free_choice=free), status=status)

    chosen = offers.choose(offer, FIRST, at(hours))

    assert (chosen == FIRST) == (offers.ended(offer, at(hours)) is None)
