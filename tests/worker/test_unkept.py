"""What cannot be kept is seen by its professional, though no card showed it before."""

from datetime import timedelta

from booking.appointments import Actor
from booking.model import Appointment
from graph_sync.graph import Refused
from teams_app.actions import health
from teams_app.outside import ChatError
from teams_app.store import health as rows
from teams_app.store import jobs
from tests import make
from tests.support.small_world import MAIJA, SmallWorld

BOX = make.a_professional().mailbox
WHO = "staff:admin"
NOT_SENT = NOT_TOLD = "Viesti ei mennyt perille"


def unreachable(small: SmallWorld) -> None:
    small.graph.refusals[str(MAIJA.email)] = Refused("ErrorInvalidRecipients")


def in_the_tab(small: SmallWorld, hours: float = 24) -> Appointment:
    """Book as a professional does in the tab, where no card says so."""
    return small.book(hours, by=Actor.PROFESSIONAL)


def cards(small: SmallWorld) -> list[str]:
    return [str(each.activity) for each in small.chat.posted]


async def test_her_own_booking_that_its_client_could_not_be_told_of(small: SmallWorld):
    unreachable(small)
    booked = in_the_tab(small)

    await small.settle_down()

    (card,) = cards(small)
    assert NOT_TOLD in card
    assert booked.reference in card


async def test_her_own_booking_that_outlook_did_not_take(small: SmallWorld):
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    in_the_tab(small)

    await small.settle_down()

    (card,) = cards(small)
    assert "Jokin jäi tekemättä" in card
    assert "Lisää se itse" in card


async def test_of_two_failures_there_is_one_card(small: SmallWorld):
    unreachable(small)
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    in_the_tab(small)

    await small.settle_down()

    assert len(small.read(jobs.dead_jobs)) == 2
    assert len(cards(small)) == 1


async def test_a_card_that_stands_or_is_coming_shows_it_alone(small: SmallWorld):
    unreachable(small)
    small.chat.refusal = ChatError(403)
    small.book(24)
    await small.rest(rounds=20)
    assert len(small.read(jobs.dead_jobs)) == 1

    small.chat.refusal = None
    await small.settle_down()

    (card,) = cards(small)
    assert NOT_TOLD in card


async def test_what_goes_by_the_next_channel_is_no_failure(small: SmallWorld):
    unreachable(small)
    both = make.replace(MAIJA, phone="+358400000001")
    small.book(24, by=Actor.PROFESSIONAL, details=both)

    await small.settle_down()

    assert len(small.sms.sent) == 1
    assert cards(small) == []


async def test_an_offer_of_the_tab_that_could_not_be_sent_says_so(small: SmallWorld):
    unreachable(small)
    small.offer(24, 26, wants_card=True)

    await small.settle_down()

    (card,) = cards(small)
    assert NOT_SENT in card


async def test_an_offer_without_a_card_gets_one(small: SmallWorld):
    unreachable(small)
    small.offer(24, 26)

    await small.settle_down()

    (card,) = cards(small)
    assert NOT_SENT in card


async def test_an_offer_given_up_is_told(small: SmallWorld):
    unreachable(small)
    small.offer(24, 26)
    await small.settle_down()
    (dead,) = small.read(rows.dead)

    assert small.write(health.give_up, dead.id, WHO, small.now)
    await small.settle_down()

    assert len(cards(small)) == 2
    assert NOT_SENT in cards(small)[-1]


async def test_a_reminder_that_was_not_sent_is_told_of_her_own_booking(
    small: SmallWorld,
):
    booked = in_the_tab(small, 48)
    await small.settle_down()
    assert cards(small) == []
    small.gate.arm(1, lasting=True, only="graph.send")
    small.clock.set(booked.span.start - timedelta(hours=24))
    await small.rest(rounds=6)
    small.clock.set(booked.span.start - timedelta(hours=3))

    await small.settle_down()

    assert len(cards(small)) == 1
    assert NOT_TOLD in cards(small)[0]
