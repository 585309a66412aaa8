"""Suggesting times once more: to a client who has some, or whose times are all gone."""

import pytest

from cards import verbs
from tests.bot.talk import FORM, Talk, button, said, slots, texts, title, values
from tests.support.small_world import MAIJA, SmallWorld


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


async def test_a_second_suggestion_to_a_client_says_so_and_ticks_other_times(
    aino: Talk,
):
    times = await aino.card(verbs.BOOK_TIMES, FORM)
    first = values(times)[verbs.SLOTS]
    assert said("cards.times.has_offer") not in str(times)
    offer = button(times, verbs.BOOK_OFFER) | {"slots": first}
    await aino.card(verbs.BOOK_OFFER, offer)

    again = await aino.card(verbs.BOOK_TIMES, FORM | {"request": "another"})

    assert said("cards.times.has_offer") in str(again)
    assert said("cards.times.not_ticked") in str(again)
    ticked = values(again)[verbs.SLOTS].split(",")
    assert len(ticked) == len(first.split(","))
    assert not {*ticked} & {*first.split(",")}
    assert {*first.split(",")} < {*slots(again)}, "she may still choose them"
    stranger = FORM | {"request": "third", "client_email": "other@client.example"}
    other = await aino.card(verbs.BOOK_TIMES, stranger)
    assert said("cards.times.has_offer") not in str(other)


async def test_two_clients_in_a_row_are_not_offered_the_same_times(aino: Talk):
    times = await aino.card(verbs.BOOK_TIMES, FORM)
    first = values(times)[verbs.SLOTS]
    mark = said("cards.times.awaited", time="").strip()
    assert mark not in str(times)
    offer = button(times, verbs.BOOK_OFFER) | {"slots": first}
    await aino.card(verbs.BOOK_OFFER, offer)

    other = FORM | {"request": "2", "client_name": "Liisa Laine"}
    other |= {"client_email": "liisa@client.example"}
    card = await aino.card(verbs.BOOK_TIMES, other)

    assert str(card).count(mark) == 2 * len(first.split(",")), "in both lists"
    second = values(card)[verbs.SLOTS]
    assert len(second.split(",")) == len(first.split(","))
    assert not {*second.split(",")} & {*first.split(",")}
    await aino.card(
        verbs.BOOK_OFFER, button(card, verbs.BOOK_OFFER) | {"slots": second}
    )

    third = FORM | {"request": "3", "client_name": "Olli Ora"}
    third |= {"client_email": "olli@client.example"}
    scarce = await aino.card(verbs.BOOK_TIMES, third)
    assert len(values(scarce)[verbs.SLOTS].split(",")) == len(first.split(","))
    ticked = {*values(scarce)[verbs.SLOTS].split(",")}
    assert ticked <= {*slots(scarce)}, "where no others are left, they are ticked still"


async def test_of_a_suggestion_of_any_time_none_is_said_to_be_left_out(aino: Talk):
    aino.small.offer(request="free")
    hers = {"client_name": MAIJA.name, "client_email": MAIJA.email}

    times = await aino.card(verbs.BOOK_TIMES, FORM | hers)

    assert said("cards.times.has_offer") in str(times)
    assert said("cards.times.not_ticked") not in str(times)


@pytest.mark.parametrize(("tongue", "hinted"), [("sv", True), ("en", False)])
async def test_that_she_does_not_speak_the_clients_language_is_a_hint(
    aino: Talk, tongue: str, *, hinted: bool
):
    form = FORM | {"client_language": tongue}

    times = await aino.card(verbs.BOOK_TIMES, form)

    said_so = said("cards.times.unspoken", tongue=said("cards.language.sv"))
    assert (said_so in texts(times)) is hinted
    assert button(times, verbs.BOOK_NOW)


async def test_where_all_have_gone_the_card_leads_to_suggesting_others(aino: Talk):
    aino.small.offer(26, name="Liisa Laine")
    aino.small.book(26)
    card = await aino.ask("hae Liisa")

    form = await aino.card(verbs.BOOK_AGAIN, button(card, verbs.BOOK_AGAIN))

    assert title(form) == said("cards.book.title_offer")
