"""Who can take these: the desk is asked, and the first of the unit has it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.absence import Absence
from booking.model import Appointment, Language, Modality
from booking.spans import Span
from booking.wording import text
from cards import verbs
from teams_app.actions import absences as deeds
from teams_app.actions import pulls
from teams_app.actions.absences import By
from teams_app.actions.covering import NotAsked
from teams_app.outside import ChatError
from teams_app.store import absences, covers, log, people
from tests import make
from tests.bot.at_the_desk import (
    CHANNEL,
    InChannel,
    ask,
    asked,
    in_channel,
    leaves,
    made,
    person,
    shown,
    take,
    texts,
    titles,
)
from tests.bot.talk import AINO, BO, STRANGER, Talk, said
from tests.support.small_world import SUPERVISOR, SmallWorld

# Asking and taking.


async def test_the_desk_is_asked_by_one_card_without_a_client(small: SmallWorld):
    one, two = await asked(small, 24, 26)

    (posted,) = in_channel(small)
    card = shown(small)
    assert posted.to.conversation_id == CHANNEL
    for each in (one, two):
        assert each.reference in texts(card)
    assert "Meri" not in str(posted.activity)
    assert "Aino" not in str(posted.activity), "whose it is, is nobody's affair"
    assert titles(card) == [said("desk.do.look")]
    assert ask(small, one) is NotAsked.ASKED
    assert len(in_channel(small)) == 1


async def test_a_channel_that_refuses_is_told_by_no_other_way_and_asked_later(
    small: SmallWorld,
):
    await made(small)
    own = small.book(24, modality=Modality.REMOTE)
    await small.settle_down()
    mails = len(small.graph.mails)
    small.chat.refusal = ChatError(403)
    ask(small, own)
    await small.rest(rounds=20)
    assert len(small.graph.mails) == mails

    small.chat.refusal = None
    await small.settle_down()

    assert own.reference in texts(shown(small))


async def test_the_first_has_it_the_others_see_who_and_the_client_is_told_once(
    small: SmallWorld,
):
    (own,) = await asked(small, 24)
    before = len(small.graph.mails)

    body = await take(small, own)
    again = await take(small, own)
    await small.settle_down()

    for each in (body, again):
        assert text("sv", "desk.line.hers") in texts(each["value"])
    assert small.appointment(own.id).professional == make.BO
    assert said("desk.line.taken", taker="Bo Berg") in texts(shown(small))
    assert len(in_channel(small)) == 1, "in place"
    assert len(small.graph.mails) == before + 1
    handed = [
        each
        for each in small.read(log.entries, f"appointment:{own.id}", 50)
        if each.what == "hand_over"
    ]
    assert [each.who for each in handed if each.source == "professional:1>2"] == [
        f"staff:{BO}"
    ]


def third(small: SmallWorld, number: int = 3) -> str:
    """Let there be one more colleague who can take it."""
    object_id = f"00000000-0000-4000-8000-0000000001{number:02x}"
    more = make.a_professional(
        object_id=object_id, mailbox=f"c{number}@vuoro.example", name=f"Cai {number}"
    )

    def add(tx: Any) -> None:
        found = people.save_professional(tx, more)
        able = [make.AINO, make.BO, found.id]
        people.set_service_professionals(tx, small.service.id, able)
        pulls.finished(tx, pulls.plan(tx, found.id, small.now), "delta:0", small.now)

    small.write(add)
    return object_id


async def test_who_comes_too_late_is_told_kindly_who_was_first(small: SmallWorld):
    late = third(small)
    (own,) = await asked(small, 24)

    await take(small, own)
    body = await take(small, own, late)

    assert said("desk.bar.first", first="Bo Berg") in texts(body["value"])
    assert small.appointment(own.id).professional == make.BO


async def test_of_many_who_press_at_once_one_has_it(small: SmallWorld):
    others = [BO, *(third(small, number) for number in (3,))]
    (own,) = await asked(small, 24)

    bodies = await asyncio.gather(*(take(small, own, each) for each in others * 2))

    taker = small.appointment(own.id).professional
    (cover,) = small.read(covers.of_appointment, own.id)
    assert cover.lines[0].taker == taker != make.AINO
    hers = [
        each
        for each in bodies
        if said("desk.line.hers") in texts(each["value"])
        or text("sv", "desk.line.hers") in texts(each["value"])
    ]
    assert len(hers) == 2, "the winner's two presses, and nobody else's"


async def test_several_are_taken_the_soonest_first_and_no_more(small: SmallWorld):
    one, two, three = await asked(small, 28, 24, 26)

    card = await InChannel(small, BO).card(
        verbs.COVER_SEVERAL, {"cover": "1", "most": "2"}
    )

    owners = [small.appointment(each.id).professional for each in (two, three, one)]
    assert owners == [make.BO, make.BO, make.AINO]
    assert "2 tider är nu dina." in texts(card)


CASES = {
    "busy": lambda small: small.book(
        24, slot=replace(small.wanted(24).slot, professional=make.BO)
    ),
    "service": lambda small: small.write(
        people.set_service_professionals, small.service.id, [make.AINO]
    ),
    "language": lambda small: small.write(
        people.save_professional, replace(make.bo(), languages=(Language.SV,))
    ),
    "hours": lambda small: small.write(
        absences.add, make.BO, Span(make.at(20), make.at(30))
    ),
    "full": lambda small: small.write(people.save_rules, make.BO, {"daily_limit": 0}),
    "closed": lambda small: small.write(
        people.save_professional, replace(make.bo(), bookable=False)
    ),
}


@pytest.mark.parametrize("why", CASES)
async def test_who_cannot_take_it_sees_no_button_and_why(small: SmallWorld, why: str):
    (own,) = await asked(small, 24)
    CASES[why](small)

    view = await InChannel(small, BO).card(verbs.COVER_LOOK, {"cover": "1"})
    pressed = await take(small, own)

    reason = text("sv", f"desk.bar.{why}")
    assert reason in texts(view)
    assert not titles(view)
    assert reason in texts(pressed["value"])
    assert small.appointment(own.id).professional == make.AINO


async def test_her_calendar_is_looked_at_when_she_takes_it(small: SmallWorld):
    (own,) = await asked(small, 24)
    small.graph.add(make.bo().mailbox, own.span)

    body = await take(small, own)

    assert text("sv", "desk.bar.busy") in texts(body["value"])
    assert small.appointment(own.id).professional == make.AINO


@pytest.mark.parametrize(
    "data",
    [{}, {"cover": "x"}, {"cover": "9"}, {"cover": "1", "appointment": "9"}],
)
async def test_ids_that_are_nobodys_take_nothing(
    small: SmallWorld, data: dict[str, str]
):
    (own,) = await asked(small, 24)

    await InChannel(small, BO).press(verbs.COVER_TAKE, data)

    assert small.appointment(own.id).professional == make.AINO


@pytest.mark.parametrize("who", [STRANGER, "elsewhere"])
async def test_of_another_unit_or_a_stranger_sees_and_takes_nothing(
    small: SmallWorld, who: str
):
    (own,) = await asked(small, 24)
    if who == "elsewhere":
        who = third(small)
        small.write(
            people.save_professional,
            replace(
                make.a_professional(), object_id=who, mailbox="c@x.example", unit=2
            ),
        )

    for verb in (verbs.COVER_LOOK, verbs.COVER_TAKE, verbs.COVER_SEVERAL):
        data = {"cover": "1", "appointment": f"{own.id}", "most": "1"}
        body = await InChannel(small, who).press(verb, data)
        assert own.reference not in str(body)

    assert small.appointment(own.id).professional == make.AINO


async def test_by_an_older_teams_it_is_taken_and_the_shared_card_stays_everybodys(
    small: SmallWorld,
):
    (own,) = await asked(small, 24)
    card = in_channel(small)[0]

    await InChannel(small, BO).submit(
        {"verb": verbs.COVER_TAKE, "cover": "1", "appointment": f"{own.id}"},
        replyToId=card.id,
    )
    assert text("sv", "desk.line.hers") not in str(card.activity)
    await small.settle_down()

    assert small.appointment(own.id).professional == make.BO
    assert len(in_channel(small)) == 1
    assert text("sv", "desk.line.hers") not in str(small.chat.posted)


async def test_the_card_shows_itself_to_each_of_the_unit_as_her_own(small: SmallWorld):
    await Talk(small, BO).say("ohje")
    await asked(small, 24)

    refresh = shown(small)["refresh"]
    assert refresh["userIds"] == [f"29:{BO}"]
    card = await InChannel(small, BO).card(
        refresh["action"]["verb"], refresh["action"]["data"]
    )

    assert text("sv", "desk.do.take", clock="10.00") in titles(card)
    seen = small.read(log.entries, None, 1)[0]
    assert (seen.who, seen.what, seen.source) == (f"staff:{BO}", "view", "channel")


# How it ends.


async def test_what_is_settled_otherwise_or_begins_is_no_longer_asked(
    small: SmallWorld,
):
    moved, begins = await asked(small, 24, 28)

    small.move(moved, 50)
    await small.settle_down()
    assert said("desk.line.settled") in texts(shown(small))
    body = await take(small, moved)
    assert text("sv", "desk.bar.settled") in texts(body["value"])

    small.clock.set(begins.span.start + timedelta(minutes=1))
    await small.settle_down()
    card = shown(small)
    assert said("desk.line.begun") in texts(card)
    assert said("desk.cover.done") in texts(card)
    assert not titles(card)
    assert "refresh" not in card


async def test_what_nobody_takes_the_supervisor_hears_of_in_time_and_once(
    small: SmallWorld,
):
    await Talk(small, SUPERVISOR).say("hei")
    (own,) = await asked(small, 5)
    before = len(small.chat.posted)

    small.clock.set(small.now + timedelta(hours=2, minutes=1))
    await small.settle_down()
    await small.settle_down()

    mine = [
        each
        for each in small.chat.posted[before:]
        if each.to.conversation_id == f"a:{SUPERVISOR}"
    ]
    assert len(mine) == 1
    card = mine[0].activity["attachments"][0]["content"]
    assert text("fi", "desk.news.lead") in texts(card)
    assert own.reference in texts(card)

    await take(small, own)
    await small.settle_down()
    card = mine[0].activity["attachments"][0]["content"]
    assert said("desk.line.taken", taker="Bo Berg") in texts(card)


async def test_a_supervisor_who_has_left_hears_of_nothing(small: SmallWorld):
    await asked(small, 5)
    leaves(small, SUPERVISOR)
    before = len(small.chat.posted)

    small.clock.set(small.now + timedelta(hours=3))
    await small.settle_down()

    assert text("fi", "desk.news.lead") not in str(small.chat.posted[before:])


async def test_what_is_taken_in_time_the_supervisor_does_not_hear_of(small: SmallWorld):
    (own,) = await asked(small, 24)
    await take(small, own)
    await small.settle_down()
    before = len(small.chat.posted)

    small.clock.set(small.now + timedelta(hours=3))
    await small.settle_down()

    news = [each for each in small.chat.posted[before:] if "desk.news" in str(each)]
    assert not news
    assert text("fi", "desk.news.lead") not in str(small.chat.posted)


# Who asks.


async def test_without_a_desk_or_a_right_nothing_is_asked(small: SmallWorld):
    own = small.book(24)
    assert ask(small, own) is NotAsked.NO_DESK
    await made(small)
    assert ask(small, own, who=BO) is NotAsked.NOT_YOURS
    small.clock.set(own.span.start + timedelta(minutes=1))
    assert ask(small, own) is NotAsked.NOTHING
    assert small.read(covers.of_appointment, own.id) == []


async def away(small: SmallWorld) -> tuple[Absence, Appointment]:
    await made(small)
    own = small.book(24)
    absence = small.write(absences.add, make.AINO, Span(make.at(20), make.at(30)))
    return absence, own


@pytest.mark.parametrize("who", [AINO, SUPERVISOR])
async def test_who_is_away_and_her_supervisor_ask_about_all_that_it_touches(
    small: SmallWorld, who: str
):
    absence, own = await away(small)

    data = {"absence": f"{absence.id}"}
    card = await Talk(small, who).card(verbs.AWAY_DESK, data, on="A1")
    again = await Talk(small, who).card(verbs.AWAY_DESK, data, on="A1")
    await small.settle_down()

    assert said("desk.asked.already") in texts(card)
    assert texts(again) == texts(card)
    assert len(in_channel(small)) == 1
    assert own.reference in texts(shown(small))


@pytest.mark.parametrize("who", [BO, STRANGER])
async def test_of_somebody_elses_absence_nobody_is_asked(small: SmallWorld, who: str):
    absence, _ = await away(small)

    await Talk(small, who).press(verbs.AWAY_DESK, {"absence": f"{absence.id}"})

    assert small.read(covers.asked_in, [1], small.now) == []


async def closed(small: SmallWorld, own: Appointment) -> None:
    """See that the desk looks for nobody, and that nobody is told it does."""
    assert said("desk.line.withdrawn") in texts(shown(small))
    assert said("desk.cover.done") in texts(shown(small))
    small.clock.set(own.span.start - timedelta(hours=1))
    await small.settle_down()
    told = [each for each in small.chat.posted if SUPERVISOR in str(each.to)]
    assert said("desk.news.lead") not in str([each.activity for each in told])


@pytest.mark.parametrize("left", [None, Span(make.at(20), make.at(23))])
async def test_an_absence_called_off_or_shortened_closes_what_it_asked(
    small: SmallWorld, left: Span | None
):
    absence, own = await away(small)
    data = {"absence": f"{absence.id}"}
    await Talk(small).card(verbs.AWAY_DESK, data, on="A1")
    await small.settle_down()
    by = By(person(small), small.now, "bot")

    if left is None:
        small.write(deeds.finish, by, absence.id, absence.version)
    else:
        small.write(deeds.change, by, absence.id, absence.version, left)
    await small.settle_down()
    body = await take(small, own)

    assert small.appointment(own.id).professional == make.AINO
    assert said("desk.bar.withdrawn", Language.SV) in texts(body["value"])
    (cover,) = small.read(covers.of_appointment, own.id)
    assert cover.lines[0].withdrawn
    await closed(small, own)


async def test_an_absence_called_off_leaves_open_what_it_did_not_ask(
    small: SmallWorld,
):
    absence, own = await away(small)
    ask(small, own)
    by = By(person(small), small.now, "bot")

    small.write(deeds.finish, by, absence.id, absence.version)

    assert ask(small, own) is NotAsked.ASKED


async def test_away_after_all_the_desk_is_asked_anew(small: SmallWorld):
    absence, own = await away(small)
    data = {"absence": f"{absence.id}"}
    await Talk(small).card(verbs.AWAY_DESK, data, on="A1")
    await small.settle_down()
    by = By(person(small), small.now, "bot")
    small.write(deeds.finish, by, absence.id, absence.version)
    await small.settle_down()
    again = small.write(absences.add, make.AINO, absence.span)

    data = {"absence": f"{again.id}"}
    await Talk(small).card(verbs.AWAY_DESK, data, on="A2")
    await small.settle_down()

    assert len(in_channel(small)) == 2
    assert len(small.read(covers.of_appointment, own.id)) == 2


@pytest.mark.parametrize("became", ["begun", "settled"])
async def test_a_later_absence_leaves_alone_what_was_once_asked(
    small: SmallWorld, became: str
):
    absence, own = await away(small)
    data = {"absence": f"{absence.id}"}
    await Talk(small).card(verbs.AWAY_DESK, data, on="A1")
    await small.settle_down()
    if became == "begun":
        small.clock.advance(timedelta(days=90))
    else:
        small.move(own, 50)
    await small.settle_down()
    line = "desk.line.begun" if became == "begun" else "desk.line.settled"
    assert said(line) in texts(shown(small))

    by = By(person(small), small.now, "bot")
    later = Span(small.now + timedelta(days=30), small.now + timedelta(days=40))
    small.write(deeds.record, by, make.AINO, later, "r1")
    if became == "settled":
        small.write(deeds.finish, by, absence.id, absence.version)
    await small.settle_down()

    assert said(line) in texts(shown(small))
    (cover,) = small.read(covers.of_appointment, own.id)
    assert cover.lines[0].withdrawn is None
