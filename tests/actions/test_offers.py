"""Offers: one expiry, one winner, and every bad way of choosing from one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor, Past, Taken
from booking.model import Appointment, BookedBy, Modality, OfferStatus, Slot, Status
from booking.offers import NotOffered, OfferOver
from teams_app.actions import booking, giving, messages, offers, setup
from teams_app.actions.booking import Closed, Found
from teams_app.actions.calendars import FORBIDDEN
from teams_app.actions.prepared import Ready, Skip
from teams_app.actions.setup import OwnRules
from teams_app.store import appointments, calendars, services
from teams_app.store import offers as offer_rows
from tests import make
from tests.support.counting import counted
from tests.support.small_world import MAIJA, SmallWorld


def choose(small: SmallWorld, offer, hours: float, who: int = make.AINO):
    slot = Slot(who, make.at(hours))
    return small.write(offers.hold, offer, slot, small.ids, small.policy, small.now)


def book(small: SmallWorld, held: Appointment) -> Appointment:
    return small.write(
        booking.book,
        held.id,
        Found.FREE,
        details=small.read(booking.details_of, held),
        by=Actor.CLIENT,
        now=small.now,
    )


def fresh(small: SmallWorld, offer):
    return small.read(offer_rows.load, offer.id)


def test_an_offer_owes_its_client_one_message(small: SmallWorld):
    offer = small.offer(24, 26, 48)

    assert [each.key for each in small.owed("tell_offer")] == [f"offer:{offer.id}"]
    assert offer.expires == make.at(48)


def test_a_service_that_was_paused_meanwhile_is_offered_no_more(small: SmallWorld):
    small.write(services.save_service, replace(small.service, open=False))

    assert small.offer(24) is Closed.NOT_GIVEN
    assert small.offer(slots=(), request="any") is Closed.NOT_GIVEN
    assert small.owed("tell_offer") == []


def test_a_repeated_request_makes_one_offer(small: SmallWorld):
    offer = small.offer(24, request="same")

    assert small.offer(26, request="same") == offer
    assert len(small.owed("tell_offer")) == 1
    assert small.offer(26, request="another").id != offer.id


def test_a_request_that_made_an_appointment_makes_no_offer(small: SmallWorld):
    booked = small.book(24)
    small.write(appointments.remember_request, "same", f"appointment:{booked.id}")

    assert small.offer(26, request="same") == booked
    assert small.owed("tell_offer") == []


def test_a_time_that_a_request_only_holds_is_let_go_for_its_offer(small: SmallWorld):
    held = small.hold(24)
    small.write(appointments.remember_request, "same", f"appointment:{held.id}")

    offer = small.offer(24, request="same")

    assert offer.status is OfferStatus.OPEN
    assert small.appointment(held.id) is None
    assert small.offer(24, request="same") == offer


def test_what_cannot_be_had_is_not_offered(small: SmallWorld):
    small.book(24)

    some = small.offer(-1, 24, 24 + 12, 26)
    none = small.offer(-1, 24, request="none")
    past = small.offer(-1, request="past")

    assert [slot.start for slot in some.slots] == [make.at(26)]
    assert none == Taken()
    assert past == Past(make.at(-1))
    assert len(small.owed("tell_offer")) == 1


def test_a_held_time_is_kept_where_another_cannot_be_met_so_any_more(
    small: SmallWorld,
):
    offer = small.offer(24, 26)
    held = choose(small, offer, 24)
    in_person = replace(small.service, modalities=(Modality.IN_PERSON,))
    assert offer.modality is not Modality.IN_PERSON
    small.write(services.save_service, in_person)

    assert choose(small, offer, 26) == Taken()
    assert small.appointment(held.id) == held
    assert book(small, held).status is Status.BOOKED


def test_offered_times_are_not_held(small: SmallWorld):
    small.offer(24)

    assert isinstance(small.hold(24), Appointment)


def test_choosing_holds_the_time_for_the_offers_client(small: SmallWorld):
    offer = small.offer(24, 26)

    held = choose(small, offer, 24)

    assert (held.client, held.offer) == (offer.client, offer.id)


def test_choosing_again_lets_the_first_choice_go(small: SmallWorld):
    offer = small.offer(24, 26)
    first = choose(small, offer, 24)

    second = choose(small, offer, 26)

    assert second.span.start == make.at(26)
    assert small.appointment(first.id) is None


def test_choosing_the_same_time_twice_is_one_hold(small: SmallWorld):
    offer = small.offer(24)

    assert choose(small, offer, 24) == choose(small, offer, 24)


def test_a_time_that_was_not_offered_is_not_held(small: SmallWorld):
    offer = small.offer(24)

    assert choose(small, offer, 25) == NotOffered()
    assert choose(small, offer, 24, make.BO) == NotOffered()


def test_with_a_free_choice_any_free_time_of_hers_is_held_and_nobody_elses(
    small: SmallWorld,
):
    offer = small.offer()

    assert choose(small, offer, 24, make.BO) == NotOffered()
    assert isinstance(choose(small, offer, 25), Appointment)


def test_a_free_choice_keeps_to_what_clients_may_choose(small: SmallWorld):
    offer = small.offer()

    assert choose(small, offer, 1) == Taken()


@pytest.mark.parametrize("hours", [24, 23])
def test_a_lapsed_hold_keeps_to_the_days_limit_unless_its_time_was_proposed(
    small: SmallWorld, hours: float
):
    offer = small.offer(24)
    booked = small.book(24)
    if hours == 24:
        small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    held = choose(small, offer, hours)
    small.clock.advance(minutes=11)
    small.book(28)
    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=1), small.now)

    renewed = small.write(booking.renew, held.id, Actor.CLIENT, small.policy, small.now)

    assert isinstance(renewed, Appointment if hours == 24 else Taken)


def test_of_two_offers_of_one_time_the_first_to_choose_wins(small: SmallWorld):
    first, second = small.offer(24, request="a"), small.offer(24, 26, request="b")

    choose(small, first, 24)

    assert choose(small, second, 24) == Taken()


def test_losing_a_time_does_not_lose_the_choice_made_before(small: SmallWorld):
    """Let go first, ask after, and she would have nothing."""
    offer = small.offer(24, 26)
    kept = choose(small, offer, 24)
    small.book(26)

    assert choose(small, offer, 26) == Taken()
    assert small.appointment(kept.id) == kept


def test_an_expired_offer_is_over(small: SmallWorld):
    offer = small.offer(24, 26)
    small.clock.set(make.at(26))

    assert choose(small, offer, 26) == OfferOver("expired")


def test_an_offer_without_times_lives_a_week(small: SmallWorld):
    assert small.offer().expires == small.now + timedelta(days=7)


def test_a_booked_hold_takes_the_offer(small: SmallWorld):
    offer = small.offer(24, 26)

    booked = book(small, choose(small, offer, 24))

    taken = fresh(small, offer)
    assert (taken.status, taken.appointment) == (OfferStatus.TAKEN, booked.id)
    assert [each.key for each in small.owed("offer_cards")] == [
        f"offer_cards:{offer.id}"
    ]


def test_a_page_opened_before_cannot_take_the_offer_twice(small: SmallWorld):
    """The offer is handed in as an old page knew it: still open."""
    old = small.offer(24, 26)
    booked = book(small, choose(small, old, 24))

    assert choose(small, old, 26) == OfferOver("taken", booked.id)


def test_a_page_opened_before_cannot_choose_from_a_withdrawn_offer(
    small: SmallWorld,
):
    old = small.offer(24, 26)
    small.write(offers.call_off, old, small.now)

    assert choose(small, old, 26) == OfferOver("withdrawn")


def test_withdrawing_lets_the_hold_go(small: SmallWorld):
    offer = small.offer(24)
    held = choose(small, offer, 24)

    gone = small.write(offers.call_off, offer, small.now)

    assert gone.status is OfferStatus.WITHDRAWN
    assert small.appointment(held.id) is None


def test_withdrawing_twice_is_withdrawing_once(small: SmallWorld):
    old = small.offer(24)
    first = small.write(offers.call_off, old, small.now)

    assert small.write(offers.call_off, old, small.now) == first


def test_an_offer_that_was_taken_is_not_withdrawn(small: SmallWorld):
    old = small.offer(24)
    booked = book(small, choose(small, old, 24))

    shown = small.write(offers.call_off, old, small.now)

    assert (shown.status, shown.appointment) == (OfferStatus.TAKEN, booked.id)
    assert small.appointment(booked.id) == booked


def test_a_lapsed_choice_is_let_go_like_any_hold(small: SmallWorld):
    offer = small.offer(24)
    choose(small, offer, 24)
    small.clock.advance(minutes=11)

    assert isinstance(small.hold(24), Appointment)


def test_the_offers_client_is_booked_whatever_name_comes_with_it(small: SmallWorld):
    offer = small.offer(24)
    held = choose(small, offer, 24)
    stranger = make.replace(MAIJA, name="Joku Muu", email="joku@muu.example")

    booked = small.write(
        booking.book,
        held.id,
        Found.FREE,
        details=stranger,
        by=Actor.CLIENT,
        now=small.now,
    )

    assert booked.client == offer.client


@pytest.mark.parametrize("meanwhile", ["invited", "anyone", "held", "unread", "one"])
def test_an_offer_of_which_nothing_is_left_in_the_morning_is_not_sent(
    small: SmallWorld, meanwhile: str
):
    small.clock.advance(hours=11)
    offer = small.offer(48, 50)
    small.clock.advance(hours=10)
    small.book(48)
    if meanwhile == "held":
        small.hold(50)
    elif meanwhile != "one":
        small.book(50)
    if meanwhile == "unread":
        known = small.read(calendars.state, make.AINO)
        barred = replace(known, failing_since=small.now, last_error=FORBIDDEN)
        small.write(calendars.save_state, barred)
    if meanwhile != "anyone":
        invited = replace(small.service, booked_by=BookedBy.INVITED)
        small.write(services.save_service, invited)

    prepared = small.write(
        messages.prepare_offer,
        offer.id,
        links=small.links,
        policy=small.policy,
        now=small.now,
    )

    assert isinstance(prepared, Skip if meanwhile == "invited" else Ready)
    assert meanwhile != "invited" or prepared == Skip("none_left")


def test_who_gives_a_service_is_asked_once_for_all_its_times(small: SmallWorld):
    offer = small.offer(*range(24, 32))
    service = small.read(giving.service_of, offer.service, make.AINO)

    with counted() as statements:
        args = offer.slots, service, offer, small.policy, small.now
        free = small.read(booking.open_of, *args)

    assert free == list(offer.slots)
    givers = [each for each in statements if "service_professionals" in each]
    assert len(givers) == 1
