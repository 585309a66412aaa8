"""Suggested times of which some are gone when the client opens them."""

import re
from dataclasses import replace

import pytest

from booking.links import LinkKind
from booking.model import BookedBy, Language, Offer
from booking.wording import plural, text
from teams_app.actions import offers
from teams_app.actions.calendars import FORBIDDEN
from teams_app.store import calendars, services
from tests import make
from tests.bot.talk import title
from tests.web.client import slot
from tests.web.conftest import Door
from tests.web.test_services_admin import post

TONGUES = pytest.mark.parametrize("language", Language)


def path(door: Door, offer: Offer, language: str = "en") -> str:
    token = door.small.links.token(LinkKind.OFFER, offer.link, 0)
    return f"/o/{token}?lang={language}"


@TONGUES
@pytest.mark.parametrize("left", [1, 2])
async def test_what_is_no_longer_free_is_said_and_not_by_whom(
    door: Door, language: Language, left: int
):
    offer = door.small.offer(24, 26, *((28,) if left == 2 else ()))
    before = await door.get(path(door, offer, language))
    other = door.small.book(24)

    page = await door.get(path(door, offer, language))

    said = plural(language, "page.offer.fewer", left)
    assert said in page.text
    assert said not in before.text
    assert slot(24) not in page.text
    assert slot(26) in page.text
    assert other.reference not in page.text


async def test_what_is_over_is_not_said_to_have_been_taken(door: Door):
    offer = door.small.offer(24, 26)
    door.small.clock.advance(hours=25)

    page = await door.get(path(door, offer))

    assert slot(26) in page.text
    assert plural("en", "page.offer.fewer", 1) not in page.text


async def test_what_she_holds_herself_is_still_hers(door: Door):
    offer = door.small.offer(24, 26)
    first = await door.get(path(door, offer))
    await door.post(path(door, offer), form_token=first.token, slot=slot(24))

    page = await door.get(path(door, offer))

    assert slot(24) in page.text
    assert plural("en", "page.offer.fewer", 2) not in page.text


@pytest.mark.parametrize(("hours", "key"), [((24,), "taken"), ((24, 26), "all_gone")])
async def test_where_none_is_left_the_page_speaks_of_as_many_as_there_were(
    door: Door, hours: tuple[int, ...], key: str
):
    small = door.small
    offer = small.offer(*hours)
    for each in hours:
        small.book(each)
    invited = replace(small.service, booked_by=BookedBy.INVITED)
    small.write(services.save_service, invited)

    page = await door.get(path(door, offer))

    assert page.status == 200
    assert text("en", f"page.offer.{key}.title") in page.text
    assert plural("en", "page.offer.only_these", len(hours)) in page.text
    assert text("en", "page.offer.taken.none") not in page.text, "she has plenty"
    # There is nothing to say of it that it does not suit; the way on stands open.
    assert plural("en", "slots.none_suits", len(hours)) not in page.text
    assert text("en", "slots.none_suits.call") in page.text
    assert "<details" not in page.text
    title = page.text.partition("<title>")[2]
    assert title.startswith(text("en", f"page.offer.{key}.title"))


async def test_where_none_is_left_the_nearest_free_ones_are_hers(door: Door):
    small = door.small
    offer = small.offer(24, 26)
    early = await door.get(path(door, offer))
    for each in (24, 26):
        small.book(each)

    page = await door.get(path(door, offer))

    assert text("en", "page.offer.all_gone.title") in page.text
    assert text("en", "page.offer.taken.others") in page.text
    shown = re.findall(r'value="(\d+@\d+)"', page.text)
    assert len(shown) == 3
    assert {each.partition("@")[0] for each in shown} == {str(make.AINO)}
    lost = await door.post(path(door, offer), form_token=early.token, slot=slot(24))
    assert lost.status == 409
    assert shown[0] in lost.text
    chosen = await door.post(path(door, offer), form_token=page.token, slot=shown[0])
    assert chosen.status == 303
    again = await door.get(path(door, offer))
    assert text("en", "slots.held.go") in again.text


@TONGUES
@pytest.mark.parametrize("hours", [(24, 26), ()])
@pytest.mark.parametrize("booked_by", BookedBy)
async def test_of_a_calendar_that_cannot_be_read_no_time_is_said_to_be_gone(
    door: Door, language: Language, hours: tuple[int, ...], booked_by: BookedBy
):
    small = door.small
    small.write(services.save_service, replace(small.service, booked_by=booked_by))
    offer = small.offer(*hours)
    early = await door.get(path(door, offer))
    known = small.read(calendars.state, make.AINO)
    small.write(
        calendars.save_state,
        replace(known, failing_since=small.now, last_error=FORBIDDEN),
    )

    page = await door.get(path(door, offer, language))
    chosen = await door.post(path(door, offer), form_token=early.token, slot=slot(24))

    assert page.status == 200
    for shown, tongue in ((page, language), (chosen, Language.EN)):
        assert text(tongue, "page.offer.unread.title") in shown.text
        assert text(tongue, "page.offer.unread.text") in shown.text
        assert text(tongue, "slots.none_suits.call") in shown.text
        assert make.a_unit().phone in shown.text
        assert plural(tongue, "page.offer.only_these", 2) not in shown.text
    assert chosen.status == 409


async def test_while_one_is_left_no_other_is_to_be_had(door: Door):
    offer = door.small.offer(24, 26)
    door.small.book(24)
    page = await door.get(path(door, offer))

    other = await door.post(path(door, offer), form_token=page.token, slot=slot(28))

    assert other.status == 409
    assert slot(26) in other.text
    assert slot(28) not in other.text


@pytest.mark.parametrize("over", ["expired", "withdrawn"])
async def test_of_what_is_over_the_title_says_so_and_of_one_as_of_one(
    door: Door, over: str
):
    offer = door.small.offer(24)
    if over == "withdrawn":
        door.small.write(offers.call_off, offer, door.small.now)
    else:
        door.small.clock.advance(days=9)

    page = await door.get(path(door, offer))

    assert page.status == 410
    said = text("en", f"page.offer.{over}.title")
    assert page.text.partition("<title>")[2].startswith(said)
    assert f"<h1>{said}</h1>" in page.text
    assert not re.search(r"\b(times|[Tt]hese|suggestions)\b", page.text)


async def test_the_card_of_what_was_offered_follows_the_ways_of_meeting(door: Door):
    small = door.small
    offer = small.offer(24, 26, wants_card=True)
    await small.settle_down()
    lost = plural("fi", "cards.offer.none_left_title", 2)

    await post(door, modalities=["phone"], usual="phone")
    await small.settle_down()

    assert {title(small.chat.card(at)) for at in range(2)} == {lost}
    page = await door.get(path(door, offer, "fi"))
    assert plural("fi", "page.offer.only_these", 2) in page.text
    assert text("fi", "cards.offer.any_free") not in str(small.chat.card())


async def test_the_card_of_what_was_offered_follows_who_may_book_the_service(
    door: Door,
):
    small = door.small
    small.offer(24, wants_card=True)
    small.book(24)
    await small.settle_down()

    def cards() -> list[str]:
        return [
            str(each.activity)
            for each in small.chat.posted
            if "offer.withdraw" in str(each.activity)
        ]

    assert all(text("fi", "cards.offer.any_free") in each for each in cards())

    await post(door, act="paused")
    await small.settle_down()

    assert all(text("fi", "cards.offer.none_left") in each for each in cards())
