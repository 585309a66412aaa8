"""A card with a question shows what is true now, whoever's calendar has changed."""

import json
from dataclasses import replace
from datetime import time, timedelta

import pytest_asyncio

from booking.appointments import Actor
from booking.model import Appointment, Slot
from cards import verbs
from teams_app.actions import absences, access, away, booking
from teams_app.actions.absences import By
from teams_app.actions.access import Claims
from teams_app.store import people
from tests import make
from tests.support.handing import copy, original
from tests.support.outside import Posted
from tests.support.small_world import TENANT, SmallWorld

BOX = make.a_professional().mailbox
BOS, BO = make.bo().mailbox, make.bo().object_id


@pytest_asyncio.fixture
async def booked(small: SmallWorld) -> Appointment:
    made = small.book(24)
    await small.settle_down()
    return made


async def read(small: SmallWorld) -> None:
    for each in (make.AINO, make.BO):
        small.pull(each)
    await small.settle_down()


async def overlapped(small: SmallWorld) -> Posted:
    """Put a meeting over her appointment; give the card that asks about it."""
    small.graph.add(BOX, make.span(24, 30))
    await read(small)
    return small.chat.posted[-1]


def offers(card: Posted, verb: str) -> bool:
    return f'"{verb}"' in json.dumps(card.activity)


async def test_moved_later_it_is_closed_when_that_time_has_been(
    small: SmallWorld, booked: Appointment
):
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    await read(small)
    card = small.chat.posted[-1]

    small.clock.set(booked.span.end)
    await small.settle_down()
    assert offers(card, verbs.CONFLICT_PUT_BACK)

    small.clock.set(make.span(26).end)
    await small.settle_down()
    assert not offers(card, verbs.CONFLICT_PUT_BACK)


async def test_a_colleague_is_named_once_her_meeting_is_gone_and_not_under_another(
    small: SmallWorld, booked: Appointment
):
    meeting = small.graph.add(BOS, booked.span)
    card = await overlapped(small)
    assert not offers(card, verbs.CONFLICT_HAND)

    small.graph.change(BOS, meeting.id, when=make.span(26))
    await read(small)
    assert offers(card, verbs.CONFLICT_HAND)

    small.graph.change(BOS, meeting.id, when=booked.span)
    await read(small)
    assert not offers(card, verbs.CONFLICT_HAND)

    small.graph.remove(BOS, meeting.id)
    await read(small)
    assert offers(card, verbs.CONFLICT_HAND)


async def test_a_colleague_is_named_once_her_client_has_cancelled(
    small: SmallWorld, booked: Appointment
):
    slot = Slot(make.BO, booked.span.start)
    card = await overlapped(small)
    assert offers(card, verbs.CONFLICT_HAND)

    hers = small.book(24, slot=slot)
    await small.settle_down()
    assert not offers(card, verbs.CONFLICT_HAND)

    small.write(booking.cancel, hers.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()
    assert offers(card, verbs.CONFLICT_HAND)


async def test_a_colleague_is_named_once_a_hold_of_her_time_has_lapsed(
    small: SmallWorld, booked: Appointment
):
    card = await overlapped(small)
    held = small.hold(24, slot=Slot(make.BO, booked.span.start))
    assert isinstance(held, Appointment)
    await small.settle_down()
    assert not offers(card, verbs.CONFLICT_HAND)

    assert held.hold_ends is not None
    small.clock.set(held.hold_ends + timedelta(seconds=1))
    await small.settle_down()
    assert offers(card, verbs.CONFLICT_HAND)


async def test_it_says_when_the_meeting_over_it_is_now(
    small: SmallWorld, booked: Appointment
):
    meeting = small.graph.add(BOX, make.span(24, 30))
    await read(small)
    card = small.chat.posted[-1]
    before = json.dumps(card.activity)

    small.graph.change(BOX, meeting.id, when=make.span(24.25, 30))
    await read(small)

    assert json.dumps(card.activity) != before
    assert offers(card, verbs.CONFLICT_KEEP)
    assert small.appointment(booked.id) == booked


async def test_what_touches_no_question_costs_no_look(
    small: SmallWorld, booked: Appointment
):
    await overlapped(small)
    looks = small.owed("cards")

    small.graph.add(BOS, make.span(22))
    small.graph.add(BOS, make.span(26))
    await read(small)

    assert small.owed("cards") == looks
    assert booked.span == small.appointment(booked.id).span


async def test_a_copy_in_a_colleagues_calendar_takes_her_time_too(
    small: SmallWorld, booked: Appointment
):
    other = small.book(27)
    await small.settle_down()
    card = await overlapped(small)
    copied = copy(small, original(small, other))
    await read(small)
    assert offers(card, verbs.CONFLICT_HAND)

    small.graph.change(BOS, copied.id, when=booked.span)
    await read(small)

    assert not offers(card, verbs.CONFLICT_HAND)


async def test_a_hold_that_lapses_frees_a_colleague_for_a_question_asked_meanwhile(
    small: SmallWorld, booked: Appointment
):
    held = small.hold(24, slot=Slot(make.BO, booked.span.start))
    assert isinstance(held, Appointment)
    card = await overlapped(small)
    assert not offers(card, verbs.CONFLICT_HAND)

    small.clock.advance(minutes=11)
    await small.settle_down()

    assert offers(card, verbs.CONFLICT_HAND)


async def test_a_copy_we_remove_ourselves_frees_its_time_on_the_cards_too(
    small: SmallWorld, booked: Appointment
):
    other = small.book(27)
    await small.settle_down()
    card = await overlapped(small)
    copy(small, original(small, other), when=booked.span)
    await read(small)
    assert not offers(card, verbs.CONFLICT_HAND)

    small.write(booking.cancel, other.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    assert small.graph.box(BOS) == {}
    assert offers(card, verbs.CONFLICT_HAND)


async def test_a_colleague_is_named_only_while_she_is_to_be_had(
    small: SmallWorld, booked: Appointment
):
    """By her hours in Outlook, and by her absence."""
    card = await overlapped(small)
    assert offers(card, verbs.CONFLICT_HAND)
    usual = small.read(people.mailbox, make.BO)
    night = replace(usual, hours=replace(usual.hours, start=time(21), end=time(23)))

    for mailbox, named in ((night, False), (usual, True)):
        small.write(away.learned, make.BO, mailbox, small.now)
        await small.settle_down()
        assert offers(card, verbs.CONFLICT_HAND) == named

    bo = By(small.read(access.person, Claims(TENANT, BO)), small.now, "bot")
    gone = small.write(absences.record, bo, make.BO, booked.span, "r1")
    await small.settle_down()
    assert not offers(card, verbs.CONFLICT_HAND)
    small.write(absences.finish, bo, gone.id, gone.version)
    await small.settle_down()
    assert offers(card, verbs.CONFLICT_HAND)
