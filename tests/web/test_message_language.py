"""The language of a client's messages: asked, offered where she reads another, hers."""

import re
from html import unescape

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Channel, Language, Status
from booking.wording import text
from teams_app.store import log, people
from tests.support.small_world import MAIJA
from tests.web.conftest import Answer, Door
from tests.web.test_binding import agreed, report

ASKED = MAIJA.language
OTHERS = [each for each in Language if each is not ASKED]


def written_in(door: Door, booked: Appointment) -> Language:
    client = door.small.appointment(booked.id).client
    assert client is not None
    return door.small.read(people.client, client).language


def offered(page: Answer) -> bool:
    return "/language?" in page.text


async def token(door: Door, booked: Appointment) -> str:
    """Give what every form of her pages brings back."""
    return (await door.get(door.path(booked, "/cancel"))).token


async def ask(door: Door, booked: Appointment, language: str, token: str) -> Answer:
    path = door.path(booked, f"/language?lang={language}")
    return await door.post(path, form_token=token)


@pytest.mark.parametrize("language", OTHERS)
async def test_a_page_in_another_language_offers_it_for_messages(
    door: Door, language: Language
):
    booked = door.small.book(24)

    page = await door.get(door.path(booked, f"?lang={language}"))
    own = await door.get(door.path(booked))

    assert text(language, f"page.messages_in.{ASKED}") in page.text
    assert text(language, "page.messages_in.go") in page.text
    assert not offered(own)


@pytest.mark.parametrize("language", OTHERS)
async def test_later_messages_are_in_the_language_asked_for(
    door: Door, language: Language
):
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    before = len(small.graph.mails)

    done = await ask(door, booked, language, await token(door, booked))
    page = await door.get(done.location)
    small.move(booked, 26, Actor.PROFESSIONAL)
    await small.settle_down()

    said = text(language, "page.appointment.done.language")
    assert said in page.text
    # Who does not see the page hears it first of all.
    assert page.text.partition("<title>")[2].startswith(said.rstrip("."))
    assert text(language, "page.appointment.told.mail") not in page.text
    assert not offered(page)
    (mail,) = small.graph.mails[before:]
    assert text(language, "messages.moved.subject") in str(mail)
    # The language in which she is met is as it was booked.
    assert small.appointment(booked.id).language is booked.language


async def test_reading_in_another_language_changes_nothing(door: Door):
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    for language in Language:
        await door.get(door.path(booked, f"?lang={language}"))
    small.move(booked, 26, Actor.PROFESSIONAL)
    await small.settle_down()

    assert text(ASKED, "messages.moved.subject") in str(small.graph.mails[-1])


async def test_asked_twice_it_is_told_once_and_by_whom(door: Door):
    booked = door.small.book(24)

    form = await token(door, booked)
    for _ in range(2):
        assert (await ask(door, booked, "sv", form)).status == 303

    lines = door.small.read(log.entries, f"appointment:{booked.id}", 50)
    told = [each for each in lines if each.what == "message_language"]
    assert [(each.who, each.source) for each in told] == [("client", "link:sv")]


async def test_staff_who_have_the_appointment_open_see_that_it_has_changed(door: Door):
    booked = door.small.book(24)
    form = await token(door, booked)
    stands = []

    for language in (ASKED.value, "sv"):
        await ask(door, booked, language, form)
        stands.append((await door.get("/teams/stand", headers=door.staff())).text)

    assert stands[0] != stands[1]


async def test_staff_see_in_which_language_she_is_met_and_in_which_written_to(
    door: Door,
):
    booked = door.small.book(24)
    path = f"/teams/appointment/{booked.reference}"
    english = door.staff() | {"Accept-Language": "en"}
    said = [
        f"<dt>{text('en', key)}</dt><dd>{text('en', f'cards.language.{language}')}</dd>"
        for key, language in (
            ("form.language", ASKED.value),
            ("tab.appointment.written", "sv"),
        )
    ]
    before = (await door.get(path, headers=english)).text
    assert [each in before for each in said] == [True, False]

    await ask(door, booked, "sv", await token(door, booked))

    after = (await door.get(path, headers=english)).text
    assert [each in after for each in said] == [True, True]


async def test_where_nothing_is_written_any_more_nothing_is_offered(door: Door):
    small = door.small
    over, gone, unreached = small.book(2), small.book(24), small.book(26)
    forms = [(each, await token(door, each)) for each in (over, gone)]
    await door.post(door.path(gone, "/cancel"), form_token=forms[1][1])
    small.clock.advance(hours=5)
    assert small.appointment(gone.id).status is Status.CANCELLED_BY_CLIENT

    for each, form in forms:
        assert not offered(await door.get(door.path(each, "?lang=sv")))
        assert (await ask(door, each, "sv", form)).status == 409
    door.decide(channels_off=frozenset(Channel))
    assert not offered(await door.get(door.path(unreached, "?lang=sv")))


async def test_without_the_forms_token_nothing_is_taken(door: Door):
    booked = door.small.book(24)

    answer = await door.post(door.path(booked, "/language?lang=sv"), form_token="x")

    assert answer.status == 403
    assert written_in(door, booked) is ASKED


async def test_who_is_too_late_may_still_read_the_answer_in_another(door: Door):
    booked = door.small.book(2)
    form = await token(door, booked)
    door.small.clock.advance(hours=5)

    answer = await ask(door, booked, "sv", form)

    nav = answer.text.partition('class="languages"')[2].partition("</nav>")[0]
    links = [unescape(each) for each in re.findall(r'href="([^"]+)"', nav)]
    assert len(links) >= len(OTHERS)
    assert {(await door.get(each)).status for each in links} == {200}


async def test_an_address_alone_does_not_say_that_anything_has_changed(door: Door):
    booked = door.small.book(24)

    page = await door.get(door.path(booked, "?lang=sv&done=language"))

    assert text("sv", "page.appointment.done.language") not in page.text
    assert offered(page)


async def test_beside_the_receipt_of_a_report_it_is_told_what_has_changed(door: Door):
    booked = agreed(door)
    await report(door, booked)

    offer = await door.get(door.path(booked, "?lang=sv"))
    done = await ask(door, booked, "sv", offer.token)
    page = await door.get(done.location)

    assert text("sv", "page.appointment.done.language") in page.text
    assert text("sv", "binding.receipt") in page.text
