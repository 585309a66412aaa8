"""What is written to the bot, through its door: each command, in each language."""

from typing import Any

import pytest

from booking.model import Language, Slot
from booking.saying import Command, understand
from booking.spans import HELSINKI
from booking.wording import plural
from cards import verbs
from cards.notices import TAUGHT
from teams_app.bot import commands
from tests import make
from tests.bot.talk import (
    Talk,
    looks,
    nodes,
    pressable,
    said,
    speaks,
    texts,
    title,
)
from tests.support.small_world import SmallWorld

FI, SV, EN = Language.FI, Language.SV, Language.EN


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


# Words.

WORDS = {
    "book": [
        *("varaa", "Varaa", "VARAA", " varaa ", "varaa.", "Varaa!", "varaa?", "/varaa"),
        *("varaa aika", "Varaa aika Maijalle", "ajanvaraus", '"varaa"', "*varaa*"),
        *("boka", "Boka tid", "tidsbokning", "book", "Book a time", "booking"),
        *("<at>Vuoro</at> varaa", "varaa <at>Vuoro</at>", "<p>varaa</p>"),
        *("<at id='1'>Vuoro</at>\nvaraa\n", "&nbsp;varaa", "vara\u200ba", "varaa\0"),
    ],
    "day": [
        *("tänään", "Tänään", "ta\u0308na\u0308a\u0308n", "t&auml;n&auml;&auml;n"),
        *("i dag", "I dag.", "idag", "today", "Today?", "päivän ajat", "dagens tider"),
    ],
    "help": ["ohje", "Apua!", "hjälp", "help", "hei", "moi", "Hello", ""],
    None: ["Mitä kuuluu?", "varaamo", "x" * 20_000, "1", "åäö"],
}


@pytest.mark.parametrize(
    ("meant", "word"),
    [(meant, word) for meant, words in WORDS.items() for word in words],
)
def test_a_word_is_understood_however_it_is_written(meant: str | None, word: str):
    spoken = commands.plain_text({"text": word})

    found = understand(spoken, FI, make.NOW, HELSINKI)

    assert (found.verb if isinstance(found, Command) else found) == meant


@pytest.mark.parametrize("word", [None, 5, {"a": 1}, ["varaa"]])
def test_a_text_that_is_no_text_is_nothing(word: Any):
    assert commands.plain_text({"text": word}) == ""


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("sentence", ["Mitä kuuluu?", "ohje"])
async def test_the_help_teaches_every_command(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)

    card = await aino.ask(sentence)

    known = sentence == "ohje"
    head = said("cards.help.title", language, name=aino.small.aino.name)
    assert title(card) == (head if known else said("cards.help.unknown", language))
    shown = texts(card)
    day, short, date = {
        FI: ("keskiviikko", "ke", "25.11."),
        SV: ("onsdag", "on", "25.11"),
        EN: ("Wednesday", "Wed", "25 Nov"),
    }[language]
    for one in TAUGHT:
        assert said(f"cards.help.{one}.word", language) in shown
        assert said(f"cards.help.{one}", language, day=day, date=date) in shown
    assert said("cards.help.when", language, date=f"{short} {date}") in shown
    # What is done elsewhere, with the way there.
    assert said("cards.help.tab", language) == shown[-1]
    ways = [each["url"] for each in nodes(card) if each.get("type") == "Action.OpenUrl"]
    assert ways == [aino.small.policy.tab_url]


@pytest.mark.parametrize("language", Language)
async def test_the_days_that_the_help_names_lie_ahead(aino: Talk, language: Language):
    speaks(aino.small, language)
    aino.small.clock.advance(days=7)

    help_ = " ".join(texts(await aino.ask("help")))
    asked = " ".join(
        texts(await aino.ask("31.2.2027")) + texts(await aino.ask("45.13."))
    )

    date = {FI: "2.12.", SV: "2.12", EN: "2 Dec"}[language]
    short = {FI: "ke", SV: "on", EN: "Wed"}[language]
    assert f"{short} {date}" in help_
    assert said("cards.ask.again", language, date=date) in asked
    assert not [each for each in ("24.11", "24 Nov") if each in help_ + asked]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("one", TAUGHT)
async def test_each_word_that_the_help_teaches_is_answered(
    aino: Talk, language: Language, one: str
):
    speaks(aino.small, language)
    keys = {
        "book": "book.title",
        "offer": "book.title_offer",
        "free": "times.title",
        "next": "notice.no_next.title",
        "find": "ask.title_whom",
        "move": "ask.title_move",
    }
    others = {
        "late": "lateness.title.nobody",
        "outcome": "outcomes.list.title_none",
        "away": "absence.ask.title",
        "settings": "own.title",
    }

    card = await aino.ask(said(f"cards.help.{one}.word", language))

    expected = {
        "today": {FI: "Maanantai 23. marraskuuta", SV: "Måndag 23 november"},
        "tomorrow": {FI: "Tiistai 24. marraskuuta", SV: "Tisdag 24 november"},
        "week": {FI: "Viikko 48", SV: "Vecka 48", EN: "Week 48"},
    }
    expected["today"][EN] = "Monday 23 November"
    expected["tomorrow"][EN] = "Tuesday 24 November"
    if one == "help":
        assert title(card) == said(
            "cards.help.title", language, name=aino.small.aino.name
        )
    elif one in expected:
        assert title(card) == expected[one][language]
    elif one in others:
        assert title(card) == said(others[one], language)
    else:
        assert title(card) == said(f"cards.{keys[one]}", language)
    assert card["lang"] == language


@pytest.mark.parametrize(
    ("language", "sentence"), [(FI, "kiitos"), (SV, "tack"), (EN, "Thanks!")]
)
async def test_thanks_are_answered_kindly(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)

    card = await aino.ask(sentence)

    assert title(card) == said("cards.notice.thanks.title", language)


@pytest.mark.parametrize(
    ("language", "sentence"), [(FI, "peru"), (SV, "avboka"), (EN, "cancel")]
)
async def test_who_writes_cancel_alone_is_told_how(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)

    card = await aino.ask(sentence)

    assert title(card) == said("cards.ask.title_cancel", language)
    assert said("cards.do.cancel", language) in " ".join(texts(card))


async def test_whose_time_is_to_be_cancelled_is_found_and_can_be(aino: Talk):
    booked = aino.small.book(26)

    for whom in ("Maija", booked.reference):
        card = await aino.ask(f"peru {whom}")

        assert booked.reference in str(card)
        assert pressable(card, verbs.APPOINTMENT_CANCEL)


# Days and weeks.


async def test_the_day_is_listed_and_the_look_at_it_logged(aino: Talk):
    booked = aino.small.book(2)
    aino.small.book(26)

    card = await aino.ask("tänään")

    assert "1 aika tänään" in str(card)
    assert booked.reference in str(card)
    (look,) = looks(aino.small)
    assert f'"subject": "appointments:{booked.id}"' in look
    assert "Maija" not in str(aino.posted[0].activity["summary"])


@pytest.mark.parametrize("sentence", ["huomenna", "i morgon", "Tue", "24.11.", "ti"])
async def test_another_day_is_listed_as_that_day(aino: Talk, sentence: str):
    aino.small.book(2)
    booked = aino.small.book(26)

    card = await aino.ask(sentence)

    assert title(card) == "Tiistai 24. marraskuuta"
    assert "1 aika" in str(card)
    assert booked.reference in str(card)
    (look,) = looks(aino.small)
    assert f'"subject": "appointments:{booked.id}"' in look


@pytest.mark.parametrize("language", Language)
async def test_a_week_is_listed_day_by_day_and_logged(aino: Talk, language: Language):
    speaks(aino.small, language)
    booked = [aino.small.book(hours) for hours in (26, 2, 7 * 24)]
    words = {FI: "viikko", SV: "veckan", EN: "this week"}

    card = await aino.ask(words[language])

    assert plural(language, "cards.week.count", 2) in str(card)
    text = str(card)
    days = {FI: "Tiistai 24. marr", SV: "Tisdag 24 nov", EN: "Tuesday 24 Nov"}
    assert text.index("23") < text.index(days[language])
    (look,) = looks(aino.small)
    assert f'"subject": "appointments:{booked[1].id},{booked[0].id}"' in look
    summary = str(aino.posted[0].activity["summary"])
    assert summary == said("cards.summary.week", language)


async def test_a_colleagues_appointments_are_in_none_of_her_lists(aino: Talk):
    aino.small.book(26, slot=Slot(make.BO, make.at(26)))

    for sentence in ("huomenna", "viikko", "seuraava", "hae Maija"):
        card = await aino.ask(sentence)

        assert "Maija Meri" not in str(card)
    assert not [each for each in looks(aino.small) if "appointment" in each]


# The next appointment.


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(FI, "seuraava"), (SV, "nästa"), (EN, "next"), (FI, "mikä on seuraava aika")],
)
async def test_the_next_appointment_is_the_first_that_has_not_begun(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)
    aino.small.book(2)
    coming = aino.small.book(3)
    aino.small.book(26)
    aino.small.clock.advance(hours=2, minutes=5)

    card = await aino.ask(sentence)

    assert title(card) == said("cards.appointment.standing", language)
    assert coming.reference in str(card)
    (look,) = looks(aino.small)
    assert f'"subject": "appointment:{coming.id}"' in look


async def test_a_card_that_was_asked_for_follows_its_appointment(aino: Talk):
    booked = aino.small.book(26)
    await aino.small.settle_down()
    posted = len(aino.posted)

    await aino.say("seuraava")
    answered = aino.posted[posted]
    aino.small.move(booked, 28)
    aino.small.clock.advance(minutes=1)
    await aino.small.settle_down()

    card = answered.activity["attachments"][0]["content"]
    shown = texts(card)
    assert any("klo 14.00" in one for one in shown)
    assert said("cards.older.newer") in shown
