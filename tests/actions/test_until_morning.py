"""What is said of a message that quiet hours keep until the morning: when it leaves."""

from dataclasses import replace
from datetime import timedelta

from booking.appointments import Actor, Change, Tell
from booking.model import Appointment, Language, ProfessionalId
from booking.views.cards import Truth
from booking.wording import text
from booking.wording.dates import when_short
from cards.appointments import appointment as drawn
from cards.offers import offer as drawn_offer
from teams_app.actions.settle import settle
from teams_app.actions.staff_views import appointment_card, offer_card
from tests import make
from tests.support.handing import asked_anew
from tests.support.small_world import SmallWorld

STAFF = Actor.PROFESSIONAL
NIGHT, MORNING = make.at(12), make.at(21)
LEAVES = when_short("fi", MORNING)


def read(card: object) -> str:
    """Give what stands on a card, where no line breaks or any."""
    return str(card).replace("\\xa0", " ")


def moved_to(
    small: SmallWorld, before: Appointment, hours: float, whose: int = make.AINO
) -> Appointment:
    """Give it another time, however early, or another to meet."""
    after = replace(
        before,
        span=make.span(hours),
        professional=ProfessionalId(whose),
        version=before.version + 1,
    )
    why = "move" if whose == before.professional else "hand_over"
    change = Change(before, after, STAFF, small.now, why, Tell.YES, "staff:x")
    small.write(settle, change)
    return after


def card(small: SmallWorld, booked: Appointment) -> str:
    now = small.appointment(booked.id)
    view = small.read(appointment_card, now, small.policy, small.now)
    return read(drawn(view))


def due(small: SmallWorld, booked: Appointment) -> object:
    now = small.appointment(booked.id)
    return small.read(appointment_card, now, small.policy, small.now).truths.told_due


async def test_a_card_says_when_its_message_leaves(small: SmallWorld):
    small.clock.set(NIGHT)
    booked = small.book(48, by=Actor.COLLEAGUE)
    said = text("fi", "cards.truth.told.due", when=LEAVES)

    assert said in card(small, booked)
    await small.settle_down()
    assert said in read(small.chat.card(0))
    assert text("fi", "cards.truth.told.waiting") not in card(small, booked)

    small.clock.set(MORNING)
    assert due(small, booked) is None
    await small.settle_down()
    assert text("fi", "cards.truth.told.done") in read(small.chat.card(0))


def test_by_day_a_message_leaves_soon(small: SmallWorld):
    booked = small.book(48, by=STAFF)

    assert due(small, booked) is None
    assert text("fi", "cards.truth.told.waiting") in card(small, booked)


def test_what_she_did_herself_she_hears_of_at_night_too(small: SmallWorld):
    small.clock.set(NIGHT)

    assert due(small, small.book(48)) is None


def test_what_would_come_too_late_is_not_said_to_leave(small: SmallWorld):
    small.clock.set(MORNING - timedelta(hours=3))
    booked = small.book(24, by=STAFF)
    moved = moved_to(small, booked, 20.75)

    assert moved.span.start < MORNING
    assert due(small, moved) is None


async def test_who_may_wait_in_a_lost_meeting_is_told_at_night_too(small: SmallWorld):
    told = moved_to(small, small.book(48), 21.25)
    await small.settle_down()
    small.clock.set(told.span.start - timedelta(minutes=18))

    there = moved_to(small, told, 21.25, make.BO)

    assert small.now < MORNING < there.span.start
    assert due(small, there) is None


async def test_a_request_to_choose_another_time_waits_as_any(small: SmallWorld):
    booked = small.book(48)
    await small.settle_down()
    small.clock.set(NIGHT)
    asked_anew(small, booked)

    assert due(small, booked) == MORNING


async def test_an_offers_card_says_when_it_leaves(small: SmallWorld):
    small.clock.set(NIGHT)
    offer = small.offer(48, 50)

    view = small.read(offer_card, offer, small.policy, Language.FI, small.now)

    assert text("fi", "cards.offer.sent.due", when=LEAVES) in read(drawn_offer(view))
    small.clock.set(MORNING)
    await small.settle_down()
    view = small.read(offer_card, offer, small.policy, Language.FI, small.now)
    assert (view.sent, view.sent_due) == (Truth.DONE, None)
