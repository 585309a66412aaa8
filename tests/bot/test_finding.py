"""Looking for a client in the chat, and being asked what was meant."""

from typing import Any

import pytest

from booking.appointments import Actor, Taken
from booking.model import Appointment, Language, Slot
from booking.wording import plural, text
from cards import verbs
from teams_app.actions import finding, offers
from teams_app.actions.booking import Details, cancel
from teams_app.store import people
from tests import make
from tests.bot.talk import (
    AINO,
    BO,
    Talk,
    button,
    looks,
    nodes,
    pressable,
    said,
    speaks,
    texts,
    title,
)
from tests.support.small_world import TENANT, SmallWorld, dump

FI, SV, EN = Language.FI, Language.SV, Language.EN
WISH = "2026-11-24T10:00"
VIRTANEN = Details("Veikko Virtanen", FI, "veikko@client.example", None, {})


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


# Finding.


def virtanen(small: SmallWorld, hours: float, **changes: Any) -> Appointment:
    return small.book(hours, details=VIRTANEN, **changes)


@pytest.mark.parametrize(
    "sentence", ["{}", "hae {}", "sök {}", "find {}", "missä on {}?", "Aika · {} (ti)"]
)
async def test_a_reference_anywhere_in_the_text_finds_its_appointment(
    aino: Talk, sentence: str
):
    booked = virtanen(aino.small, 26)

    for reference in (booked.reference, booked.reference.lower()):
        card = await aino.ask(sentence.format(reference))

        assert title(card) == said("cards.appointment.standing")
        assert "Veikko Virtanen" in str(card)
    subject = f'"subject": "appointment:{booked.id}"'
    assert len([each for each in looks(aino.small) if subject in each]) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        *("hae Virtanen", "hae virtanen", "sök Virtanen", "find Virtanen"),
        *("etsi asiakas Veikko Virtanen", "hae virt", "hae Virtanen, Veikko"),
    ],
)
async def test_a_client_is_found_by_name_and_the_look_logged(aino: Talk, sentence: str):
    aino.small.book(2)
    booked = virtanen(aino.small, 26)

    card = await aino.ask(sentence)

    assert title(card) == said("cards.appointment.standing")
    assert booked.reference in str(card)
    searched, look = looks(aino.small)
    assert '"what": "search"' in searched
    assert f'"subject": "appointments:{booked.id}"' in look
    assert "irtanen" not in searched + look
    assert "Virtanen" not in str(aino.posted[-1].activity["summary"])


@pytest.mark.parametrize("language", Language)
async def test_of_several_the_next_comes_first_and_all_are_logged(
    aino: Talk, language: Language
):
    speaks(aino.small, language)
    been = virtanen(aino.small, 2)
    aino.small.clock.advance(hours=4)
    later, sooner = virtanen(aino.small, 50), virtanen(aino.small, 26)

    card = await aino.ask("find Virtanen")

    assert title(card) == plural(language, "cards.found.title", 3)
    opened = [
        one["selectAction"]["url"][-6:] for one in nodes(card) if "selectAction" in one
    ]
    assert opened == [each.reference for each in (sooner, later, been)]
    look = looks(aino.small)[-1]
    numbers = f"{sooner.id},{later.id},{been.id}"
    assert f'"subject": "appointments:{numbers}"' in look


async def test_where_nothing_stands_any_more_what_was_cancelled_is_found(aino: Talk):
    gone = [virtanen(aino.small, hours) for hours in (24, 26)]
    for each in gone:
        aino.small.write(cancel, each.id, by=Actor.PROFESSIONAL, now=aino.small.now)

    card = await aino.ask("hae Virtanen")

    assert title(card) == plural("fi", "cards.found.title", 2)
    assert str(card).count(text("fi", "tab.status.cancelled_by_us")) == 2
    stands = virtanen(aino.small, 28)
    card = await aino.ask("hae Virtanen")
    assert title(card) == said("cards.appointment.standing")
    assert stands.reference in str(card)


async def test_a_long_list_says_how_many_more_there_are_and_logs_what_it_showed(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(finding, "SHOWN_MAX", 2)
    shown = [virtanen(aino.small, hours) for hours in (24, 25, 26)][:2]

    card = await aino.ask("hae Virtanen")

    assert "ja 1 aika lisää" in str(card)
    numbers = ",".join(str(each.id) for each in shown)
    assert f'"subject": "appointments:{numbers}"' in looks(aino.small)[-1]


@pytest.mark.parametrize("sentence", ["hae Virtanen", "{}"])
async def test_what_is_a_colleagues_is_not_told_from_nothing(aino: Talk, sentence: str):
    booked = virtanen(aino.small, 26, slot=Slot(make.BO, make.at(26)))

    card = await aino.ask(sentence.format(booked.reference))

    assert title(card) == said("cards.notice.not_found.title")
    assert booked.reference not in str(card) or sentence == "{}"
    (searched,) = looks(aino.small)
    assert '"what": "search"' in searched


async def test_a_supervisor_who_meets_clients_finds_those_of_her_unit(aino: Talk):
    aino.small.write(people.set_supervisors, make.a_unit().id, [AINO])
    booked = virtanen(aino.small, 26, slot=Slot(make.BO, make.at(26)))

    for sentence in ("hae Virtanen", booked.reference):
        card = await aino.ask(sentence)

        assert booked.reference in str(card)
    bo = await Talk(aino.small, BO).ask("sök Virtanen")
    assert booked.reference in str(bo)


async def test_a_name_as_it_is_written_in_a_sentence_finds_her(aino: Talk):
    booked = virtanen(aino.small, 26)
    offered = aino.small.offer(29, name="Matti Meri")
    assert not isinstance(offered, Taken)

    for sentence in ("hae Virtasen aika", "hae Veikon aika", "find Virtanen's time"):
        assert booked.reference in str(await aino.ask(sentence))
    assert "Matti Meri" in str(await aino.ask("hae Matin"))
    shown = await aino.ask("hae Matilda")
    assert title(shown) == said("cards.notice.not_found.title")


async def test_nobody_is_found_by_a_letter_or_by_a_wild_card(aino: Talk):
    virtanen(aino.small, 26)

    for whom in ("V", "%", "_", "V%", "*", "' OR 1=1"):
        card = await aino.ask(f"hae {whom}")

        assert "Veikko" not in str(card)


async def test_what_a_supervisor_has_found_goes_on_in_her_own_language(
    small: SmallWorld,
):
    small.write(people.set_supervisors, make.a_unit().id, [BO])
    booked, _ = virtanen(small, 24), small.offer(28, name="Liisa Laine")
    bo = Talk(small, BO)
    for said_ in (booked.reference, "hae Liisa"):
        assert (await bo.ask(said_))["lang"] == SV
    hers = small.chat.posted[-2:]

    small.move(booked, 26)
    small.book(28)
    small.clock.advance(seconds=5)
    await small.settle_down()

    assert all(each.updates for each in hers)
    shown = [each.activity["attachments"][0]["content"]["lang"] for each in hers]
    assert shown == [SV, SV]


# What was suggested, and not chosen yet.


async def test_an_open_offer_is_found_by_the_name_of_its_client(aino: Talk):
    made = aino.small.offer(26, 28, name="Liisa Laine")

    card = await aino.ask("hae Liisa")

    assert title(card) == "Aikoja on ehdotettu"
    shown = " ".join(texts(card))
    for each in ("Liisa Laine", "klo 12.00", "klo 14.00", said("cards.fact.expires")):
        assert each in shown
    assert button(card, verbs.OFFER_WITHDRAW)["offer"] == made.id
    assert f'"subject": "offer:{made.id}"' in looks(aino.small)[-1]
    aino.small.write(offers.call_off, made, aino.small.now)
    await aino.small.settle_down()
    (posted,) = aino.posted
    assert "Ehdotus on peruttu" in str(posted.activity), "the card follows the offer"
    assert title(await aino.ask("hae Liisa")) == said("cards.notice.not_found.title")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("hours", [(26,), (26, 28)])
async def test_of_one_time_that_is_gone_its_card_speaks_as_of_one(
    aino: Talk, language: Language, hours: tuple[int, ...]
):
    speaks(aino.small, language)
    aino.small.offer(*hours, name="Liisa Laine")
    for each in hours:
        aino.small.book(each)

    card = await aino.ask("hae Liisa")

    count = len(hours)
    assert title(card) == plural(language, "cards.offer.none_left_title", count)
    assert text(language, "cards.offer.any_free") in texts(card)


async def test_open_offers_stand_below_the_appointments_found(aino: Talk):
    aino.small.book(50)
    made = [aino.small.offer(24 + n, request=f"r{n}") for n in range(6)]

    card = await aino.ask("hae Maija")

    assert title(card) == "Löysin 1 ajan"
    shown = texts(card)
    assert "Löysin 6 avointa ehdotusta" in shown
    assert "ja 2 ehdotusta lisää" in shown
    withdraws = [one["data"]["offer"] for one in pressable(card, verbs.OFFER_WITHDRAW)]
    assert withdraws == [each.id for each in made[:4]]


async def test_an_offer_that_has_ended_or_is_a_colleagues_is_not_found(aino: Talk):
    aino.small.offer(2, name="Liisa Laine")
    bo = aino.small.read(people.professional, make.BO)
    aino.small.offer(26, name="Liisa Laine", professional=bo, request="r2", slots=())
    aino.small.clock.advance(hours=4)

    card = await aino.ask("hae Liisa")

    assert title(card) == said("cards.notice.not_found.title")
    found = await Talk(aino.small, BO).ask("sök Liisa")
    assert said("cards.do.withdraw", "sv") in str(found)


def readings(card: dict[str, Any]) -> list[str]:
    """Give what the buttons of a question say."""
    return [each["title"] for each in pressable(card, verbs.SAY)]


# What is unclear is asked.


@pytest.mark.parametrize(
    ("language", "sentence", "why", "first"),
    [
        (FI, "huomenna klo 10", "what", "Varaa aika"),
        (SV, "i morgon kl 10", "what", "Boka tid"),
        (EN, "tomorrow at 10", "what", "Book a time"),
        (FI, "varaa 31.2.", "no_such_day", "su 28.2.2027"),
        (SV, "boka måndag", "several", "må 23.11"),
        (EN, "next Friday", "several", "Fri 27 Nov"),
        (FI, "varaa tänään klo 8", "past", "ma 23.11."),
        (EN, "book at 9", "which_day", "Tue 24 Nov at 09:00"),
        (SV, "lediga tider före fredag", "strange", "fr 27.11"),
    ],
)
async def test_what_is_unclear_is_asked_with_a_button_for_each_reading(
    aino: Talk, language: Language, sentence: str, why: str, first: str
):
    speaks(aino.small, language)
    before = aino.small.read(dump)

    card = await aino.ask(sentence)

    assert title(card) == said("cards.ask.title", language)
    key = f"cards.ask.why.{why}"
    expected = (
        said(key, language, said="före") if why == "strange" else said(key, language)
    )
    assert expected in str(card)
    assert readings(card)[0] == first
    after = aino.small.read(dump)
    assert {name for name in after if after[name] != before[name]} <= {
        *("conversations", "requests")
    }
    summary = str(aino.posted[-1].activity["summary"])
    assert summary == said("cards.summary.ask", language)


async def test_a_reading_that_is_pressed_is_done_on_the_same_card(aino: Talk):
    booked = aino.small.book(26)
    card = await aino.ask("huomenna klo 10")
    book, free, day = [one["data"] for one in pressable(card, verbs.SAY)]

    form = await aino.card(verbs.SAY, book)
    times = await aino.card(verbs.SAY, free)
    listed = await aino.card(verbs.SAY, day)

    assert button(form, verbs.BOOK_TIMES)["wish"] == WISH
    assert "ti 24.11. klo 10.00–10.45" in str(times)
    assert booked.reference in str(listed)
    assert len(looks(aino.small)) == 1


async def test_where_somebody_is_named_beside_a_day_either_may_be_meant(aino: Talk):
    booked = virtanen(aino.small, 26)
    card = await aino.ask("hae Virtanen huomenna")

    shown = await aino.card(verbs.SAY, button(card, verbs.SAY))

    assert booked.reference in str(shown)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"say": "everything"},
        {"say": "day", "when": "soon"},
        {"say": "find", "whom": ""},
        {"say": ["day"], "when": {"a": 1}},
    ],
)
async def test_a_reading_that_is_not_ours_does_nothing(aino: Talk, data: Any):
    card = await aino.card(verbs.SAY, data)

    assert title(card) == said("cards.notice.bad_press.title")


async def test_a_search_in_a_group_is_not_answered_there(aino: Talk):
    virtanen(aino.small, 26)
    group = {"conversationType": "groupChat", "id": "19:g@thread.v2"}

    card = await aino.ask("hae Virtanen", conversation=group | {"tenantId": TENANT})

    assert title(card) == said("cards.notice.personal_only.title")
    assert looks(aino.small) == []


async def test_what_was_asked_for_is_no_news_where_anybody_may_see_it(
    small: SmallWorld,
):
    own = small.book(24)
    await small.settle_down()

    for asked in ("seuraava", own.reference):
        await Talk(small).ask(asked)
        summary = small.chat.posted[-1].activity["summary"]
        assert summary == said("cards.summary.shown")
