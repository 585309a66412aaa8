"""Everything said and pressed in the channel that is a unit's desk (see `driving`)."""

from typing import Any

from booking.model import Appointment, Modality
from booking.saying.desk import DeskVerb
from booking.wording import plural
from booking.wording.dates import day_heading
from cards import verbs
from teams_app.store import covers, desks
from tests import make
from tests.bot.at_the_desk import ask, shown
from tests.bot.driving import Answered, Scene, capital, drives
from tests.bot.talk import button, pressable

AT_DESK: dict[DeskVerb, dict[str, str]] = {
    DeskVerb.DESK: {"fi": "päivystys", "sv": "jour", "en": "desk"},
    DeskVerb.TODAY: {"fi": "tänään", "sv": "i dag", "en": "today"},
    DeskVerb.HELP: {"fi": "ohje", "sv": "hjälp", "en": "help"},
}


def at_desk(at: Scene, verb: DeskVerb) -> str:
    return f"<at>Vuoro</at> {AT_DESK[verb][at.language]}"


@drives("channel desk")
async def _desk(at: Scene) -> Answered:
    card = await at.boss_at_desk.ask(at_desk(at, DeskVerb.DESK))
    assert pressable(card, verbs.DESK_HERE)
    return card, at.said("desk.channel.none.title")


@drives("channel today")
async def _today(at: Scene) -> Answered:
    await at.makes_desk()
    card = await at.bo_at_desk.ask(at_desk(at, DeskVerb.TODAY))
    await at.small.settle_down()
    day = shown(at.small)
    assert day["lang"] == at.language, "it is read by all of the unit"
    assert capital(day_heading(at.language, make.NOW.date())) in str(day)
    return card, at.said("cards.notice.desk_day.title")


@drives("channel help")
async def _desk_help(at: Scene) -> Answered:
    card = await at.bo_at_desk.ask(at_desk(at, DeskVerb.HELP))
    return card, at.said("cards.notice.desk_help.title")


# What is pressed there.


@drives("press channel.here")
async def _here(at: Scene) -> Answered:
    asked = await at.boss_at_desk.ask(at_desk(at, DeskVerb.DESK))
    on, data = at.small.chat.posted[-1].id, button(asked, verbs.DESK_HERE)
    card = await at.boss_at_desk.card(verbs.DESK_HERE, data | {verbs.UNIT: "1"}, on=on)
    made = at.small.read(desks.of_unit, make.a_unit().id)
    assert made.language is at.language
    assert at.small.chat.card() == card, "everybody sees that it is one now"
    return card, at.said("desk.channel.is.title")


@drives("press channel.leave")
async def _leave(at: Scene) -> Answered:
    await at.makes_desk()
    asked = await at.boss_at_desk.ask(at_desk(at, DeskVerb.DESK))
    data = button(asked, verbs.DESK_LEAVE)
    card = await at.boss_at_desk.card(verbs.DESK_LEAVE, data)
    assert at.small.read(desks.every) == []
    return card, at.said("desk.channel.none.title")


# Who can take these?


async def asked(at: Scene) -> tuple[list[Appointment], dict[str, Any]]:
    """Let Aino ask the desk about two of hers; gives the card in the channel."""
    await at.makes_desk()
    booked = [at.small.book(hours, modality=Modality.REMOTE) for hours in (26, 50)]
    await at.small.settle_down()
    ask(at.small, *booked)
    await at.small.settle_down()
    card = shown(at.small)
    assert (card["lang"], at.small.read(taken)) == (at.language, [])
    return booked, card


def taken(tx: Any) -> list[int]:
    """Give whose have been taken of what the desk was asked about."""
    found = covers.find(tx, 1)
    assert found is not None
    return [each.appointment for each in found.lines if each.taker is not None]


@drives("press cover.look")
async def _look(at: Scene) -> Answered:
    _, card = await asked(at)
    data = button(card, verbs.COVER_LOOK)
    hers = await at.bo_at_desk.card(verbs.COVER_LOOK, data)
    assert pressable(hers, verbs.COVER_TAKE)
    return hers, plural(at.language, "desk.cover.title", 2)


@drives("press cover.take")
async def _take(at: Scene) -> Answered:
    (first, second), card = await asked(at)
    hers = await at.bo_at_desk.card(verbs.COVER_LOOK, button(card, verbs.COVER_LOOK))
    data = button(hers, verbs.COVER_TAKE)
    now = await at.bo_at_desk.card(verbs.COVER_TAKE, data)
    assert at.small.appointment(first.id).professional == make.BO
    assert at.small.appointment(second.id).professional == make.AINO
    return now, plural(at.language, "desk.cover.title", 1)


@drives("press cover.several")
async def _several(at: Scene) -> Answered:
    booked, card = await asked(at)
    hers = await at.bo_at_desk.card(verbs.COVER_LOOK, button(card, verbs.COVER_LOOK))
    data = button(hers, verbs.COVER_SEVERAL) | {verbs.MOST: "2"}
    now = await at.bo_at_desk.card(verbs.COVER_SEVERAL, data)
    for each in booked:
        assert at.small.appointment(each.id).professional == make.BO
    return now, at.said("desk.cover.done")
