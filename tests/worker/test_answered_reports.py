"""What the card of a report says once somebody has answered that the time stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.appointments import Actor
from booking.model import Appointment, BookedBy, Language
from booking.wording import text
from booking.wording.dates import when_short
from teams_app.actions import obstacles
from teams_app.store import bindings, groups, people, persons
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from tests import make
from tests.actions.test_handing import hand, wish
from tests.booking.test_binding import BINDING
from tests.bot.talk import said, texts, title
from tests.cards import samples
from tests.support.handing import BO, asked_anew
from tests.support.small_world import SUPERVISOR, SmallWorld

KEPT = said("cards.appointment.kept")
REPORTED = said("cards.appointment.obstacle")
KAARINA = "Kaarina Holmberg"


@pytest.fixture
async def booked(small: SmallWorld) -> Appointment:
    """Give a binding one, of which an obstacle is reported."""
    found = await invited(small)
    await report(small, found)
    return found


async def invited(small: SmallWorld) -> Appointment:
    made = replace(small.service, binding=BINDING, booked_by=BookedBy.INVITED)
    small.write(people.save_service, made)
    found = small.book(24, by=Actor.PROFESSIONAL)
    await small.settle_down()
    small.clock.advance(minutes=1)
    return found


async def report(small: SmallWorld, found: Appointment, why: str = "") -> None:
    assert small.write(obstacles.report, found.id, why, small.now)
    await small.settle_down()


async def answer(small: SmallWorld, found: Appointment, who: str) -> None:
    small.clock.advance(minutes=1)
    reported = small.read(bindings.find, found.id).obstacle
    small.write(obstacles.keep, found.id, seconds(reported), f"staff:{who}", small.now)
    await small.settle_down()


def kept_on(card: dict[str, Any], stands: str = KEPT) -> list[str]:
    """Give what a card says below its heading of a report that was answered."""
    (callout,) = [each for each in card["body"][1:] if stands in texts(each)]
    return texts(callout)


def in_a_group(tx: Tx) -> None:
    groups.add_member(tx, "g", SUPERVISOR, KAARINA)


def in_the_list(tx: Tx) -> None:
    persons.save(tx, SUPERVISOR, KAARINA)


@pytest.mark.parametrize("known", [in_the_list, in_a_group])
async def test_it_says_that_the_time_stands_and_who_answered(
    small: SmallWorld, booked: Appointment, known
):
    small.write(known)
    assert title(small.chat.card()) == REPORTED

    await answer(small, booked, SUPERVISOR)

    card, at = small.chat.card(), when_short("fi", small.now)
    assert title(card) == KEPT
    assert said("cards.appointment.kept.by", name=KAARINA, when=at) in texts(card)


@pytest.mark.parametrize("who", [make.a_professional().object_id, "unknown"])
async def test_her_own_answer_and_one_of_nobody_known_names_nobody(
    small: SmallWorld, booked: Appointment, who: str
):
    await answer(small, booked, who)

    card, at = small.chat.card(), when_short("fi", small.now)
    assert title(card) == KEPT
    assert said("cards.appointment.kept.at", when=at) in texts(card)


@pytest.mark.parametrize("who", [make.a_professional().object_id, SUPERVISOR])
async def test_the_reminder_says_so_too(
    small: SmallWorld, booked: Appointment, who: str
):
    await answer(small, booked, who)
    at = when_short("fi", small.now)

    small.clock.set(booked.span.start - timedelta(minutes=14))
    await small.settle_down()

    card = small.chat.card()
    assert title(card) == said("cards.appointment.reminder")
    assert [KEPT, said("cards.appointment.kept.at", when=at)] == kept_on(card)


async def test_so_does_the_card_of_who_gets_it_after(
    small: SmallWorld, booked: Appointment
):
    await answer(small, booked, make.a_professional().object_id)
    at = when_short("sv", small.now)
    small.clock.advance(minutes=1)

    await hand(small, wish(small.appointment(booked.id)))
    await small.settle_down()

    to = [each.to.conversation_id for each in small.chat.posted]
    card = small.chat.card(next(at for at, who in enumerate(to) if who.endswith(BO)))
    assert title(card) == text("sv", "cards.appointment.handed_over")
    stands = text("sv", "cards.appointment.kept")
    by = text("sv", "cards.appointment.kept.by", name="Aino Aalto", when=at)
    assert [stands, by] == kept_on(card, stands)


async def test_she_hears_of_it_too_where_another_answers_before_her_card_is_out(
    small: SmallWorld,
):
    found = await invited(small)
    small.write(in_the_list)
    before = len(small.chat.posted)
    assert small.write(obstacles.report, found.id, "", small.now)

    await answer(small, found, SUPERVISOR)

    assert len(small.chat.posted) == before + 1
    card, at = small.chat.card(), when_short("fi", small.now)
    assert title(card) == KEPT
    assert said("cards.appointment.kept.by", name=KAARINA, when=at) in texts(card)


async def test_what_she_answers_before_her_card_is_out_has_none(small: SmallWorld):
    found = await invited(small)
    before = len(small.chat.posted)
    assert small.write(obstacles.report, found.id, "", small.now)

    await answer(small, found, make.a_professional().object_id)

    assert len(small.chat.posted) == before


async def test_while_she_chooses_another_time_this_one_is_not_said_to_be_kept(
    small: SmallWorld, booked: Appointment
):
    await answer(small, booked, SUPERVISOR)
    small.clock.advance(minutes=1)

    asked_anew(small, booked)
    await small.settle_down()

    assert KEPT not in texts(small.chat.card())


async def test_a_later_report_is_said_instead(small: SmallWorld, booked: Appointment):
    await answer(small, booked, SUPERVISOR)
    small.clock.advance(minutes=1)

    await report(small, booked, "Juna ei kulje.")

    assert title(small.chat.card()) == REPORTED


def test_what_was_reported_is_said_once():
    card = samples.card("arrival.obstacle", Language.FI)

    (head, *_) = card["body"]
    assert [each["text"] for each in head["items"]] == [
        REPORTED,
        said("arrivals.way.obstacle"),
    ]
