"""Automatic replies that are scheduled close a professional's times: she is told, once."""

from dataclasses import replace

import pytest

from booking.calendar import Mailbox
from booking.model import Language
from teams_app.actions import away
from teams_app.store import people
from tests import make
from tests.support.handing import HERS, standing
from tests.support.small_world import SmallWorld

AWAY = make.span(20, 28 * 60)


async def read_anew(small: SmallWorld, replies) -> None:
    small.graph.settings[HERS] = Mailbox(replies=replies)
    small.pull(anew=True)
    await small.settle_down()


def told(small: SmallWorld) -> list[str]:
    found = [str(each.activity) for each in small.chat.posted]
    return [each for each in found if "automaattinen vastaus" in each]


async def test_she_is_told_once_and_what_is_booked_stands(small: SmallWorld):
    booked = await standing(small)

    await read_anew(small, AWAY)
    await read_anew(small, AWAY)

    (card,) = told(small)
    assert "niitä on tänä aikana 1." in card
    assert "ti 24.11." in card
    assert small.appointment(booked.id) == booked
    assert small.read(people.mailbox, make.AINO).replies == AWAY


async def test_of_other_days_she_is_told_anew(small: SmallWorld):
    await read_anew(small, AWAY)
    await read_anew(small, make.span(90, 28 * 60))

    assert len(told(small)) == 2


@pytest.mark.parametrize("replies", [None, make.span(-48, 24 * 60)])
async def test_of_none_and_of_what_is_over_nobody_is_told(small: SmallWorld, replies):
    await read_anew(small, replies)

    assert told(small) == []


async def test_taken_back_before_the_card_went_out_nothing_is_said(small: SmallWorld):
    for replies in (AWAY, None):
        there = Mailbox(replies=replies)
        small.write(away.learned, make.AINO, there, small.now)

    await small.settle_down()

    assert small.owed("away")
    assert told(small) == []


async def test_in_her_own_language(small: SmallWorld):
    hers = replace(make.a_professional(), language=Language.SV)
    small.write(people.save_professional, hers)

    await read_anew(small, AWAY)

    (card,) = [str(each.activity) for each in small.chat.posted]
    assert "Dina tider erbjuds inte medan du är borta" in card


async def test_taken_back_and_set_again_she_is_told_again(small: SmallWorld):
    await read_anew(small, AWAY)
    await read_anew(small, None)
    small.clock.advance(minutes=1)
    await read_anew(small, AWAY)

    assert len(told(small)) == 2


async def test_of_other_hours_while_she_is_away_nothing_is_said(small: SmallWorld):
    await read_anew(small, AWAY)
    small.graph.settings[HERS] = Mailbox(replies=AWAY, zone="Europe/Stockholm")
    small.pull(anew=True)
    await small.settle_down()

    assert len(told(small)) == 1


async def test_who_takes_no_bookings_has_none_to_close(small: SmallWorld):
    await standing(small)
    small.write(people.save_professional, make.a_professional(bookable=False))

    await read_anew(small, AWAY)

    assert told(small) == []


async def test_what_is_over_is_not_counted(small: SmallWorld):
    await standing(small)
    small.clock.advance(hours=40)

    await read_anew(small, AWAY)

    (card,) = told(small)
    assert "niitä on tänä aikana 0." in card
