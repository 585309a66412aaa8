"""Free times, and the form that begins where somebody wished: what was written, kept."""

from dataclasses import replace

import pytest

from booking.model import Language, Modality
from cards import verbs
from teams_app.actions import drafts
from teams_app.store import people
from tests import make
from tests.bot.talk import (
    FORM,
    Talk,
    button,
    looks,
    pressable,
    said,
    slots,
    speaks,
    texts,
    title,
    values,
)
from tests.support.small_world import SmallWorld

FI, SV, EN = Language.FI, Language.SV, Language.EN
WISH = "2026-11-24T10:00"
WISHED = f"{make.AINO}@{int(make.at(24).timestamp())}"
SOONEST = f"{make.AINO}@{int(make.at(0.25).timestamp())}"


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


# Free times.


@pytest.mark.parametrize(
    ("language", "sentence", "first"),
    [
        (FI, "vapaat huomenna", "ti 24.11. klo 8.00–8.45"),
        (SV, "lediga tider fredag", "fr 27.11 kl. 8.00–8.45"),
        (EN, "free tomorrow", "Tue 24 Nov 08:00–08:45"),
        (EN, "free tomorrow from 1pm", "Tue 24 Nov 13:00–13:45"),
        (FI, "vapaat ensi viikolla", "ma 30.11. klo 8.00–8.45"),
        (FI, "vapaat", "ma 23.11. klo 10.15–11.00"),
    ],
)
async def test_her_first_free_times_are_shown_on_the_days_asked_about(
    aino: Talk, language: Language, sentence: str, first: str
):
    speaks(aino.small, language)

    card = await aino.ask(sentence)

    shown = texts(card)
    times = [one for one in shown if "–" in one]
    assert times[0] == first
    counts = {"free tomorrow from 1pm": 4, "vapaat ensi viikolla": 5}
    assert len(times) == counts.get(sentence, 6)
    day = first.rpartition(" ")[0].removesuffix(" klo").removesuffix(" kl.")
    spread = sentence in {"vapaat", "vapaat ensi viikolla"}
    assert all(one.startswith(day) for one in times) is not spread
    days = {one.partition(" klo")[0] for one in times}
    assert len(days) == 5 or "viikolla" not in sentence, "each day of the week has one"
    assert looks(aino.small) == []
    summary = str(aino.posted[0].activity["summary"])
    assert summary == said("cards.summary.times", language)


async def test_a_day_without_free_times_says_so_and_leads_to_the_first(aino: Talk):
    card = await aino.ask("vapaat sunnuntaina")
    assert said("cards.free.none_then") in str(card)

    (_, soonest) = [one["data"] for one in pressable(card, verbs.SAY)]
    card = await aino.card(verbs.SAY, soonest)

    assert "ma 23.11. klo 10.15–11.00" in str(card)


async def test_from_free_times_the_form_opens_with_the_day_wished_for(aino: Talk):
    card = await aino.ask("vapaat perjantaina")

    form = await aino.card(verbs.SAY, button(card, verbs.SAY))
    times = await aino.card(verbs.BOOK_TIMES, FORM | button(form, verbs.BOOK_TIMES))

    assert said("cards.times.wish", when="pe 27.11.") in str(form)
    assert slots(times)[0].endswith(f"@{int(make.at(94).timestamp())}")


async def test_who_gives_no_service_is_told_whom_to_ask(aino: Talk):
    aino.small.write(people.set_service_professionals, make.a_service().id, [])

    for sentence in ("varaa", "vapaat"):
        card = await aino.ask(sentence)

        assert title(card) == said("cards.notice.no_services.title")


# A wish goes with the form.


@pytest.mark.parametrize(
    ("language", "sentence", "shown"),
    [
        (FI, "varaa huomenna klo 10", "Toivottu aika: ti 24.11. klo 10.00"),
        (SV, "boka i morgon kl 10", "Önskad tid: ti 24.11 kl. 10.00"),
        (EN, "book tomorrow at 10", "Requested time: Tue 24 Nov at 10:00"),
    ],
)
async def test_the_times_proposed_begin_with_the_time_wished_for(
    aino: Talk, language: Language, sentence: str, shown: str
):
    speaks(aino.small, language)

    form = await aino.ask(sentence)
    sent = FORM | button(form, verbs.BOOK_TIMES)
    times = await aino.card(verbs.BOOK_TIMES, sent)

    assert shown in str(form)
    assert shown in str(times)
    assert slots(times)[0] == WISHED
    assert said("cards.times.wish_missed", language) not in str(times)
    assert said("cards.field.slot_from", language) in str(times)
    booked = await aino.card(
        verbs.BOOK_NOW, button(times, verbs.BOOK_NOW) | {"slot": slots(times)[0]}
    )
    assert title(booked) == said("cards.appointment.standing", language)
    assert aino.small.appointment(1).span.start == make.at(24)


async def test_a_time_wished_for_that_is_taken_is_said_and_the_next_are_shown(
    aino: Talk,
):
    aino.small.book(24)

    times = await aino.card(verbs.BOOK_TIMES, FORM | {"wish": WISH})

    assert said("cards.times.wish_missed") in str(times)
    assert slots(times)[0].endswith(f"@{int(make.at(24.75).timestamp())}")


async def test_a_wish_survives_a_mistake_and_the_way_back(aino: Talk):
    wrong = FORM | {"wish": WISH, "client_email": "maija@"}

    form = await aino.card(verbs.BOOK_TIMES, wrong)
    times = await aino.card(verbs.BOOK_TIMES, FORM | button(form, verbs.BOOK_TIMES))
    back = await aino.card(verbs.BOOK_BACK, button(times, verbs.BOOK_BACK))

    for card in (form, back):
        assert button(card, verbs.BOOK_TIMES)["wish"] == WISH
    assert values(back)["client_name"] == FORM["client_name"]
    assert slots(times)[0] == WISHED


async def test_from_a_wish_there_is_a_way_to_the_first_times_of_all(aino: Talk):
    times = await aino.card(verbs.BOOK_TIMES, FORM | {"wish": "2027-06-01"})
    assert said("cards.times.none_from") in str(times)

    first = await aino.card(verbs.BOOK_TIMES, button(times, verbs.BOOK_TIMES))

    assert slots(first)[0] == SOONEST
    assert "wish" not in button(first, verbs.BOOK_NOW)


async def test_a_wish_that_has_passed_proposes_what_is_left(aino: Talk):
    times = await aino.card(verbs.BOOK_TIMES, FORM | {"wish": "2026-11-23T08:00"})

    assert slots(times)[0] == SOONEST


@pytest.mark.parametrize("wish", ["soon", "2026-13-01", "9999-12-31", "x" * 900])
async def test_a_wish_that_is_none_is_let_go(aino: Talk, wish: str):
    times = await aino.card(verbs.BOOK_TIMES, FORM | {"wish": wish})

    assert "wish" not in button(times, verbs.BOOK_NOW)
    assert slots(times)


async def test_a_wish_goes_with_the_form_into_the_tab(aino: Talk):
    await aino.card(verbs.BOOK_TIMES, FORM | {"wish": WISH})

    kept = aino.small.read(drafts.of, make.AINO, FORM["request"])

    assert kept["wish"] == WISH


async def test_each_service_is_shown_in_each_of_its_ways(aino: Talk):
    second = replace(
        make.a_service(),
        key="second",
        minutes=30,
        modalities=(Modality.PHONE, Modality.IN_PERSON),
        buffers={Modality.IN_PERSON: (15, 0)},
    )
    saved = aino.small.write(people.save_service, second)
    aino.small.write(people.set_service_professionals, saved.id, [make.AINO])
    aino.small.book(23)

    shown = texts(await aino.ask("vapaat huomenna"))
    by_phone = texts(await aino.ask("vapaat puhelimella huomenna"))

    phone, in_person, remote = (
        said(f"cards.modality.{each}") for each in ("phone", "in_person", "remote")
    )
    alike = shown.index(f"{remote} · {in_person} · {phone}")
    assert shown[alike + 1] == "ti 24.11. klo 8.00–8.45"
    assert shown[shown.index(phone) + 3] == "ti 24.11. klo 9.45–10.15"
    assert shown[shown.index(in_person) + 3] == "ti 24.11. klo 10.00–10.30"
    assert len([one for one in shown if "–" in one]) == 9
    assert by_phone.count(phone) == 2
    assert not [one for one in by_phone if in_person in one or remote in one]


async def test_a_time_that_begins_in_a_moment_is_not_chosen_already(aino: Talk):
    aino.small.clock.advance(minutes=13)

    card = await aino.card(verbs.BOOK_TIMES, FORM)

    shown = slots(card)
    assert shown[0] == SOONEST
    assert values(card)["slot"] == shown[1]
    assert SOONEST not in values(card)["slots"].split(",")
