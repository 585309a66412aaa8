"""A channel becomes a unit's desk, and shows its day."""

from dataclasses import replace

import pytest

from booking.spans import Span
from booking.wording import text
from cards import verbs
from teams_app.actions import desk_postings
from teams_app.store import absences, desks, log
from tests import make
from tests.bot.at_the_desk import (
    CHANNEL,
    TEAM,
    InChannel,
    ask,
    in_channel,
    leaves,
    made,
    shown,
    texts,
    titles,
)
from tests.bot.talk import AINO, BO, STRANGER, said
from tests.support.small_world import SUPERVISOR, SmallWorld

# Choosing.


async def test_a_supervisor_makes_a_channel_her_units_desk_and_lets_it_go(
    small: SmallWorld,
):
    boss = InChannel(small, SUPERVISOR)
    await boss.say("<at>Vuoro</at> päivystys")
    assert said("desk.do.here") in titles(small.chat.card())

    card = await boss.card(verbs.DESK_HERE, {"unit": "1"}, on="M1")
    desk = small.read(desks.of_unit, make.a_unit().id)
    assert (desk.channel, desk.team) == (CHANNEL, TEAM)
    assert small.chat.card() == card, "everybody sees that it is one now"
    again = await boss.card(verbs.DESK_HERE, {"unit": "1"}, on="M1")
    assert again == card

    await boss.card(verbs.DESK_LEAVE, {}, on="M1")
    assert small.read(desks.every) == []
    logged = [each.what for each in small.read(log.entries, "unit:1", 9)]
    assert logged == ["let_desk_go", "choose_desk"]


@pytest.mark.parametrize("who", [AINO, BO, STRANGER])
@pytest.mark.parametrize("verb", [verbs.DESK_HERE, verbs.DESK_LEAVE])
async def test_who_does_not_supervise_the_unit_chooses_nothing(
    small: SmallWorld, who: str, verb: str
):
    await made(small)
    before = small.read(desks.every)

    body = await InChannel(small, who).press(
        verb, {"unit": "1"}, channel="19:other@thread.tacv2"
    )

    language = "sv" if who == BO else "fi"
    assert said("cards.notice.desk_not_yours.title", language) in body["value"]
    assert small.read(desks.every) == before


@pytest.mark.parametrize("unit", ["2", "-1", "", "1' or 1=1", "99999999999999999"])
async def test_a_unit_that_is_not_hers_or_none_is_no_choice(
    small: SmallWorld, unit: str
):
    await InChannel(small, SUPERVISOR).press(verbs.DESK_HERE, {"unit": unit})

    assert small.read(desks.every) == []


async def test_who_looks_after_vuoro_chooses_for_any_unit(small: SmallWorld):
    small.policy = replace(small.policy, admins=frozenset({STRANGER}))

    await InChannel(small, STRANGER).press(verbs.DESK_HERE, {"unit": "2"})

    assert [each.unit for each in small.read(desks.every)] == [2]


async def test_a_channel_is_reached_where_it_was_last_heard_of(small: SmallWorld):
    await made(small)

    await InChannel(small, AINO).say("ohje", serviceUrl="http://127.0.0.1:2/")

    (desk,) = small.read(desks.every)
    assert desk.conversation["service_url"] == "http://127.0.0.1:2/"


async def test_who_looked_after_vuoro_and_has_left_chooses_nothing(small: SmallWorld):
    small.policy = replace(small.policy, admins=frozenset({STRANGER}))
    leaves(small, STRANGER)

    await InChannel(small, STRANGER).press(verbs.DESK_HERE, {"unit": "2"})

    assert small.read(desks.every) == []


async def test_a_desk_moves_and_a_channel_that_is_gone_is_forgotten(small: SmallWorld):
    await made(small)
    await made(small, "19:toinen@thread.tacv2")
    assert [each.channel for each in small.read(desks.every)] == [
        "19:toinen@thread.tacv2"
    ]

    boss = InChannel(small, SUPERVISOR)
    event = boss.activity("conversationUpdate", channel="19:toinen@thread.tacv2")
    event["channelData"]["eventType"] = "channelDeleted"
    await boss.hear(event)
    assert small.read(desks.every) == []

    await made(small)
    await boss.hear(boss.activity("installationUpdate", action="remove"))
    assert small.read(desks.every) == []


async def test_in_a_channel_nothing_is_said_of_clients_whatever_is_asked(
    small: SmallWorld,
):
    own = small.book()
    talk = InChannel(small, AINO)

    for one in ("hae Maija", "viikko", own.reference, "varaa Maija Meri", "moi"):
        await talk.say(one)
    body = await talk.press(verbs.APPOINTMENT_CANCEL, {"appointment": f"{own.id}"})

    answers = str([each.activity for each in small.chat.posted]) + str(body)
    assert "Meri" not in answers
    assert own.reference not in answers
    assert said("cards.notice.desk_help.title") in answers


# The day.


async def test_each_working_morning_the_day_stands_once_and_follows(small: SmallWorld):
    await made(small)
    own = small.book(24 + 2)
    small.write(absences.add, make.BO, Span(make.at(20), make.at(34)))
    small.clock.set(make.at(22))  # eight in the morning
    await swept(small)

    (posted,) = in_channel(small)
    card = texts(shown(small))
    assert said("desk.presence.away") in card
    assert "1 aika" in card
    assert "Meri" not in card
    await swept(small)
    assert len(in_channel(small)) == 1

    ask(small, own)
    await small.settle_down()
    await swept(small)
    day = next(each for each in in_channel(small) if each.id == posted.id).activity[
        "attachments"
    ][0]["content"]
    assert text("fi", "desk.day.waiting.none") not in texts(day)


async def swept(small: SmallWorld) -> None:
    small.write(desk_postings.owe_days, small.policy, small.now)
    await small.settle_down()


async def test_on_a_day_off_no_day_is_shown(small: SmallWorld):
    await made(small)
    small.clock.set(make.at(22, days=4))  # Saturday
    await swept(small)
    await InChannel(small, AINO).say("tänään")

    assert in_channel(small) == []
    assert said("cards.notice.desk_closed.title") in str(small.chat.posted)


@pytest.mark.parametrize("word", ["tänään", "@Vuoro idag", "Today", "päivän tilanne?"])
async def test_the_day_is_shown_when_asked_for_and_never_doubled(
    small: SmallWorld, word: str
):
    await made(small)
    for _ in range(2):
        await InChannel(small, AINO).say(word)
        await small.settle_down()
    await swept(small)

    assert len(in_channel(small)) == 1
