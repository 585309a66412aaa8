"""Everything that can be written to the bot, in each language's own words (`driving`)."""

from functools import partial

from booking.model import Appointment, Status
from booking.saying import Verb
from booking.wording import plural
from booking.wording.dates import day_heading
from cards import verbs
from teams_app.store import delays
from tests import make
from tests.bot.drives_of_cards import (
    AWAY,
    LATE,
    ended,
    late,
    recorded,
    shows_times,
    soon,
)
from tests.bot.driving import Answered, Scene, capital, drives
from tests.bot.talk import button, looks, pressable


def seen(at: Scene, *booked: Appointment) -> None:
    """Check that she was shown them, and that the log says so."""
    for each in booked:
        assert [line for line in looks(at.small) if f"{each.id}" in line]


WORDS: dict[Verb, dict[str, str]] = {
    Verb.BOOK: {"fi": "varaa", "sv": "boka", "en": "book"},
    Verb.OFFER: {"fi": "tarjoa", "sv": "erbjud", "en": "offer"},
    Verb.DAY: {"fi": "huomenna", "sv": "i morgon", "en": "tomorrow"},
    Verb.WEEK: {"fi": "viikko", "sv": "veckan", "en": "this week"},
    Verb.FREE: {"fi": "vapaat", "sv": "lediga", "en": "free"},
    Verb.NEXT: {"fi": "seuraava", "sv": "nästa", "en": "next"},
    Verb.FIND: {"fi": "hae Maija", "sv": "sök Maija", "en": "find Maija"},
    Verb.MOVE: {"fi": "siirrä Maija", "sv": "flytta Maija", "en": "move Maija"},
    Verb.AWAY: AWAY,
    Verb.BACK: {"fi": "olen takaisin", "sv": "jag är tillbaka", "en": "I'm back"},
    Verb.SETTINGS: {"fi": "asetukset", "sv": "inställningar", "en": "settings"},
    Verb.OUTCOME: {"fi": "tulos", "sv": "resultat", "en": "outcome"},
    Verb.LATE: LATE,
    Verb.ON_TIME: {"fi": "ajoissa sittenkin", "sv": "i tid ändå"}
    | {"en": "on time after all"},
    Verb.HELP: {"fi": "ohje", "sv": "hjälp", "en": "help"},
    Verb.THANKS: {"fi": "kiitos", "sv": "tack", "en": "thanks"},
}


def words(at: Scene, verb: Verb) -> str:
    return WORDS[verb][at.language]


async def _form(at: Scene, *, verb: Verb, says: str) -> Answered:
    card = await at.aino.ask(words(at, verb))
    assert button(card, verbs.BOOK_TIMES)["request"]
    return card, at.said(says)


drives("say book")(partial(_form, verb=Verb.BOOK, says="cards.book.title"))
drives("say offer")(partial(_form, verb=Verb.OFFER, says="cards.book.title_offer"))


@drives("say day")
async def _day(at: Scene) -> Answered:
    booked = at.small.book(26)
    card = await at.aino.ask(words(at, Verb.DAY))
    seen(at, booked)
    assert booked.reference in str(card)
    return card, capital(day_heading(at.language, make.at(26).date()))


@drives("say week")
async def _week(at: Scene) -> Answered:
    booked = [at.small.book(26), at.small.book(50)]
    card = await at.aino.ask(words(at, Verb.WEEK))
    seen(at, *booked)
    assert plural(at.language, "cards.week.count", 2) in str(card)
    return card, at.said("cards.week.title", number=48)


@drives("say free")
async def _free(at: Scene) -> Answered:
    card = await at.aino.ask(words(at, Verb.FREE))
    shows_times(at, card)
    return card, at.said("cards.times.title")


async def _one(at: Scene, *, verb: Verb) -> Answered:
    booked = at.small.book(26)
    card = await at.aino.ask(words(at, verb))
    seen(at, booked)
    assert booked.reference in str(card)
    return card, at.said("cards.appointment.standing")


drives("say next")(partial(_one, verb=Verb.NEXT))
drives("say find")(partial(_one, verb=Verb.FIND))


@drives("say move")
async def _move(at: Scene) -> Answered:
    booked = at.small.book(26)
    card = await at.aino.ask(words(at, Verb.MOVE))
    seen(at, booked)
    assert len(pressable(card, verbs.APPOINTMENT_MOVE)) == 3
    assert at.small.appointment(booked.id) == booked
    return card, at.said("cards.do.move")


TO_WHEN = {
    "fi": "siirrä {reference} ylihuomenna klo 10",
    "sv": "flytta {reference} till i övermorgon kl. 10",
    "en": "move {reference} to the day after tomorrow at 10",
}


@drives("say move (to when)")
async def _move_to(at: Scene) -> Answered:
    booked = at.small.book(26)
    said = TO_WHEN[at.language].format(reference=booked.reference)
    card = await at.aino.ask(said)
    first, *_ = pressable(card, verbs.APPOINTMENT_MOVE)
    await at.aino.card(
        verbs.APPOINTMENT_MOVE, first["data"], on=at.in_chat_of(at.aino)[0]
    )
    assert at.small.appointment(booked.id).span.start == make.at(48)
    return card, at.said("cards.do.move")


@drives("say away")
async def _away(at: Scene) -> Answered:
    booked = at.small.book(26)
    card = await at.aino.ask(words(at, Verb.AWAY))
    seen(at, booked)
    assert button(card, verbs.AWAY_YES)["request"]
    return card, at.said("absence.title.asked")


@drives("say back")
async def _back(at: Scene) -> Answered:
    await recorded(at)
    card = await at.aino.ask(words(at, Verb.BACK))
    assert button(card, verbs.AWAY_FINISH)
    return card, at.said("absence.title.coming")


@drives("say settings")
async def _settings(at: Scene) -> Answered:
    card = await at.aino.ask(words(at, Verb.SETTINGS))
    return card, at.said("own.title")


@drives("say outcome")
async def _outcome(at: Scene) -> Answered:
    booked, *_ = await ended(at)
    card = await at.aino.ask(words(at, Verb.OUTCOME))
    seen(at, booked)
    ways = [each["data"] for each in pressable(card, verbs.OUTCOME_RECORD)]
    assert {each[verbs.OUTCOME] for each in ways} > {Status.COMPLETED, Status.NO_SHOW}
    return card, plural(at.language, "outcomes.list.title", 1)


OF_ONE = {
    "fi": "kirjaa {reference} toteutui",
    "sv": "resultat {reference} kom",
    "en": "outcome {reference} attended",
}


@drives("say outcome (of one)")
async def _outcome_of_one(at: Scene) -> Answered:
    booked, *_ = await ended(at)
    said = OF_ONE[at.language].format(reference=booked.reference)
    card = await at.aino.ask(said)
    assert at.small.appointment(booked.id).status is Status.COMPLETED
    return card, at.said("cards.appointment.completed")


@drives("say late")
async def _late(at: Scene) -> Answered:
    booked = await soon(at)
    card = await at.aino.ask(words(at, Verb.LATE))
    seen(at, booked)
    assert pressable(card, verbs.LATE_TELL)
    assert at.small.read(delays.standing, make.AINO, at.small.now) == []
    return card, at.said("lateness.title.asked", minutes=10)


@drives("say on_time")
async def _on_time(at: Scene) -> Answered:
    await late(at)
    assert at.small.read(delays.standing, make.AINO, at.small.now)
    card = await at.aino.ask(words(at, Verb.ON_TIME))
    assert at.small.read(delays.standing, make.AINO, at.small.now) == []
    return card, at.said("lateness.title.taken_back")


@drives("say help")
async def _help(at: Scene) -> Answered:
    card = await at.aino.ask(words(at, Verb.HELP))
    return card, at.said("cards.help.title", name=at.small.aino.name)


@drives("say thanks")
async def _thanks(at: Scene) -> Answered:
    card = await at.aino.ask(words(at, Verb.THANKS))
    return card, at.said("cards.notice.thanks.title")
