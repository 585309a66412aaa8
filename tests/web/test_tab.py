"""The tab through HTTP: what is claimed, what is out of date, and what is not lost."""

import asyncio
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from booking.appointments import Actor
from booking.calendar import ShowAs
from booking.model import Modality, Question, QuestionKind, Status
from booking.wording import plural, text
from teams_app.actions import booking, offers
from teams_app.store import log, people
from tests import make
from tests.support.small_world import MAIJA
from tests.web.client import BOX, only, slot, slots_of
from tests.web.conftest import BOTH_ENGINES, ISSUER, Answer, Door

QUESTION = Question("need", QuestionKind.SHORT, make.words("Need"))
OPEN = "Action.OpenUrl"
CALLED = replace(MAIJA, phone="+358401234567")
FORM = {
    "service": "guidance",
    "modality": "remote",
    "name": "Maija Meri",
    "language": "fi",
    "email": "maija@client.example",
    "request": "r1",
    "act": "book",
}


async def see(door: Door, path: str) -> Answer:
    return await door.get(path, headers=door.staff() | {"Accept-Language": "en"})


async def press(door: Door, path: str, *slots: str, **fields: str) -> Answer:
    return await door.ask(
        "POST",
        path,
        data=[*fields.items(), *(("slot", each) for each in slots)],
        headers=door.staff() | {"Accept-Language": "en"},
    )


def ticked(answer: Answer) -> list[str]:
    return re.findall(r'value="(\d+@\d+)"[^>]* checked', answer.text)


# What is claimed.


async def test_a_time_that_still_waits_for_outlook_is_not_called_booked(door: Door):
    door.small.gate.arm(1, only="graph.view")

    answer = await press(door, "/teams/book", slot(24), **FORM)

    assert answer.status == 200
    assert only(door.small).confirming
    assert text("en", "tab.done.confirming") in answer.text
    assert f">{text('en', 'tab.done.booked')}<" not in answer.text


# What is out of date.


async def test_an_old_page_says_that_it_is_old(door: Door):
    booked = door.small.book(24)
    path = f"/teams/appointment/{booked.reference}"
    for rest, fields in (
        ("/cancel", {"version": "0", "tell": "yes"}),
        ("/move", {"version": "0", "slot": slot(26)}),
    ):
        answer = await press(door, path + rest, **fields)
        assert answer.status == 409, rest
        assert text("en", "tab.outdated") in answer.text
    assert door.small.appointment(booked.id) == booked


@pytest.mark.parametrize("rest", ["/cancel", "/move"])
async def test_what_is_over_is_not_cancelled_nor_moved(door: Door, rest: str):
    small, booked = door.small, door.small.book(2)
    small.clock.advance(hours=4)
    path = f"/teams/appointment/{booked.reference}"
    assert f"{path}/cancel" not in (await see(door, path)).text

    answer = await press(
        door, path + rest, version=str(booked.version), slot=slot(-100)
    )

    assert answer.status == 409
    assert small.appointment(booked.id).status is Status.BOOKED


async def test_her_own_appointment_is_not_in_the_way_of_its_move(door: Door):
    small, booked = door.small, door.small.book(24)
    await small.settle_down()
    path = f"/teams/appointment/{booked.reference}/move"
    page = await see(door, f"{path}?day={make.at(24).date().isoformat()}")

    moved = await press(door, path, slot(24.5), version=str(booked.version))

    assert slot(24.5) in slots_of(page)
    assert slot(24) not in slots_of(page)
    assert moved.status == 200
    assert small.appointment(booked.id).span.start == make.at(24.5)


async def test_moving_while_outlook_is_silent_changes_nothing(door: Door):
    booked = door.small.book(24)
    door.small.gate.arm(1, only="graph.view")

    answer = await press(
        door,
        f"/teams/appointment/{booked.reference}/move",
        slot(26),
        version=str(booked.version),
        day=make.at(26).date().isoformat(),
    )

    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert text("en", "tab.move.busy") in answer.text
    assert ticked(answer) == [slot(26)]
    assert door.small.appointment(booked.id) == booked


async def test_a_cancelled_one_is_not_moved(door: Door):
    small, booked = door.small, door.small.book(24)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    path = f"/teams/appointment/{booked.reference}/move"

    assert (await see(door, path)).status == 409
    answer = await press(door, path, slot(26), version=str(booked.version))
    assert answer.status == 409
    assert text("en", "tab.status.cancelled_by_client") in answer.text


# What is not lost.


async def test_a_taken_time_is_said_with_the_nearest_and_all_that_was_typed(
    door: Door,
):
    door.small.graph.add(BOX, make.span(24))

    answer = await press(door, "/teams/book", slot(24), **FORM)

    assert answer.status == 409
    assert text("en", "tab.taken") in answer.text
    assert text("en", "slots.nearest") in answer.text
    assert len(slots_of(answer)) >= 3
    assert slot(24) not in slots_of(answer)[:3]
    for value in ("Maija Meri", "maija@client.example"):
        assert value in answer.text


FAR = f"{make.AINO}@99999999999"
ODD = f"{make.AINO}@{int(make.at(24).timestamp()) + 60}"
CANNOT_BE_HAD = [(FAR, "too_far"), (ODD, "off_grid"), (slot(-1), "past")]


@pytest.mark.parametrize("act", ["book", "offer"])
@pytest.mark.parametrize(("chosen", "problem"), CANNOT_BE_HAD)
async def test_a_time_that_nobody_can_have_is_said_to_be_so(
    door: Door, chosen: str, problem: str, act: str
):
    answer = await press(door, "/teams/book", chosen, **(FORM | {"act": act}))

    assert answer.status == 409
    assert text("en", f"error.field.{problem}") in answer.text
    assert text("en", "tab.taken") not in answer.text
    assert text("en", "slots.nearest") in answer.text
    assert 'value="maija@client.example"' in answer.text
    assert door.small.owed() == []


@pytest.mark.parametrize(("chosen", "problem"), CANNOT_BE_HAD)
async def test_nothing_is_moved_to_a_time_that_nobody_can_have(
    door: Door, chosen: str, problem: str
):
    booked = door.small.book(48)
    path = f"/teams/appointment/{booked.reference}/move"

    answer = await press(door, path, chosen, version=str(booked.version))

    assert answer.status == 409
    assert text("en", f"error.field.{problem}") in answer.text
    assert text("en", "tab.taken") not in answer.text
    assert text("en", "slots.nearest") in answer.text
    assert door.small.appointment(booked.id) == booked


@pytest.mark.parametrize("hours", [24, 24 + 12])
async def test_no_offer_is_made_of_what_cannot_be_had(door: Door, hours: float):
    """Taken, or outside her hours: its client would have had nothing to choose."""
    door.small.book(24)
    before = door.small.owed()

    answer = await press(door, "/teams/book", slot(hours), **(FORM | {"act": "offer"}))

    assert answer.status == 409
    assert text("en", "tab.taken") in answer.text
    assert len(slots_of(answer)) >= 3
    assert door.small.owed() == before


async def test_a_mistake_keeps_the_chosen_day_and_time(door: Door):
    answer = await press(door, "/teams/book", slot(72), **(FORM | {"email": "maija@"}))

    assert answer.status == 422
    assert ticked(answer) == [slot(72)]
    assert 'value="maija@"' in answer.text


LANGUAGES = re.compile(r'name="language" value="(\w+)"( checked)?')


@pytest.mark.parametrize("act", ["book", "offer", "free"])
async def test_who_is_to_be_called_needs_a_number(door: Door, act: str):
    by_phone = FORM | {"modality": "phone", "act": act}

    refused = await press(door, "/teams/book", slot(24), **by_phone)
    taken = await press(
        door, "/teams/book", slot(24), **(by_phone | {"phone": "040 123 4567"})
    )

    assert refused.status == 422
    assert f'href="#f-phone">{text("en", "error.field.no_phone")}' in refused.text
    assert taken.status == 200


@pytest.mark.parametrize("act", ["book", "offer", "free"])
async def test_the_clients_language_is_asked_and_never_guessed(door: Door, act: str):
    unset = [(each, "") for each in ("fi", "sv", "en")]
    assert LANGUAGES.findall((await see(door, "/teams/book")).text) == unset
    form = {name: value for name, value in FORM.items() if name != "language"}

    refused = await press(door, "/teams/book", slot(24), **(form | {"act": act}))

    assert refused.status == 422
    label = text("en", "form.language")
    assert text("en", "error.field.required", label=label, limit=0) in refused.text
    assert LANGUAGES.findall(refused.text) == unset


async def test_faults_are_listed_in_the_order_of_the_fields(door: Door):
    wrong = {"name": "", "email": "maija@", "phone": "no", "language": ""}

    answer = await press(door, "/teams/book", **(FORM | wrong))

    listed = re.findall(r'href="#f-(\w+)"', answer.text)
    assert listed == ["name", "language", "email", "phone", "slot"]
    fields = [answer.text.index(f'id="f-{each}"') for each in listed]
    assert fields == sorted(fields)


async def test_languages_are_named_in_the_readers_own(door: Door):
    form = (await see(door, "/teams/book")).text

    assert re.findall(r"<span>(\w*ish)</span>", form) == [
        "Finnish",
        "Swedish",
        "English",
    ]


async def test_the_language_that_was_chosen_is_kept(door: Door):
    answer = await press(
        door, "/teams/book", slot(72), **(FORM | {"language": "sv", "email": "maija@"})
    )

    assert ("sv", " checked") in LANGUAGES.findall(answer.text)
    assert ("en", "") in LANGUAGES.findall(answer.text)


async def test_times_are_chosen_over_several_days(door: Door):
    first, second = slot(24), slot(72)
    asked = "/teams/book?service=guidance&modality=remote"
    day = make.at(72).date().isoformat()

    other = await see(door, f"{asked}&day={day}&slot={first}")
    assert ticked(other) == [first]
    assert text("en", "slots.chosen") in other.text
    offer = await press(door, "/teams/book", first, second, **(FORM | {"act": "offer"}))

    assert text("en", "tab.done.offered") in offer.text


async def test_open_offers_stand_under_today_until_they_are_over(door: Door):
    made = door.small.offer(26, 50)
    shown = plural("en", "tab.offers", 1)

    today = await see(door, "/teams/today")
    stand = await see(door, "/teams/stand")
    another = await see(door, f"/teams/today?day={make.at(24).date()}")

    assert shown in today.text
    assert "Tue 24 Nov, 12:00–12:45, Wed 25 Nov, 12:00–12:45" in today.text
    assert shown not in another.text
    looks = door.small.read(log.entries, f"offer:{made.id}", 50)
    assert [each.what for each in looks if each.source == "tab"] == ["view"]
    door.small.write(offers.call_off, made, door.small.now)
    assert shown not in (await see(door, "/teams/today")).text
    assert (await see(door, "/teams/stand")).text != stand.text


@pytest.mark.parametrize(
    ("act", "count", "problem"),
    [
        ("book", 0, "no_slot"),
        ("offer", 0, "no_slot"),
        ("book", 2, "one_slot"),
        ("offer", 7, "too_many_slots"),
    ],
)
async def test_how_many_times_are_needed_is_said(door: Door, act, count, problem):
    slots = [slot(24 + n) for n in range(count)]

    answer = await press(door, "/teams/book", *slots, **(FORM | {"act": act}))

    assert answer.status == 422
    assert text("en", f"error.field.{problem}", label="", limit=6) in answer.text
    if count:
        assert set(ticked(answer)) == set(slots)


async def test_an_address_in_a_link_writes_no_letter(door: Door):
    """What may stand before the @ of an address would fill in a mail in a link."""
    odd = "a?body=pay&bcc=x@client.example"
    answer = await press(door, "/teams/book", slot(24), **(FORM | {"email": odd}))

    assert answer.status == 200
    assert 'href="mailto:a%3Fbody%3Dpay%26bcc%3Dx@client.example"' in answer.text


# One form, one thing.

SAID = {
    "book": "tab.done.booked",
    "offer": "tab.done.offered",
    "free": "tab.done.offered",
}


def told(door: Door) -> list[str]:
    kinds = {"tell", "tell_offer"}
    return [each.kind for each in door.small.owed() if each.kind in kinds]


@pytest.mark.parametrize("first", SAID)
@pytest.mark.parametrize("second", SAID)
async def test_one_form_makes_one_thing_and_shows_it(door: Door, first, second):
    await press(door, "/teams/book", slot(24), **(FORM | {"act": first}))

    again = await press(door, "/teams/book", slot(26), **(FORM | {"act": second}))

    assert again.status == 200
    assert text("en", SAID[first]) in again.text
    assert len(told(door)) == 1


@BOTH_ENGINES
async def test_two_buttons_of_a_form_pressed_together_make_one_thing(door: Door):
    answers = await asyncio.gather(
        *(
            press(door, "/teams/book", slot(24), **(FORM | {"act": act}))
            for act in ("book", "offer", "book", "free")
        )
    )

    (kind,) = told(door)
    said = text("en", SAID["book" if kind == "tell" else "offer"])
    assert [each.status for each in answers] == [200] * 4
    assert [said in each.text for each in answers] == [True] * 4


async def test_what_a_form_made_and_is_over_is_not_called_booked(door: Door):
    await press(door, "/teams/book", slot(24), **FORM)
    small, booked = door.small, only(door.small)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    again = await press(door, "/teams/book", slot(26), **FORM)

    assert text("en", "tab.status.cancelled_by_client") in again.text
    assert text("en", "tab.done.booked") not in again.text


# Signing in.


async def test_consent_is_asked_for_in_a_window_of_its_own(door: Door):
    answer = await door.get("/teams/sign-in?login_hint=aino@lumivaara.example")

    assert answer.status == 303
    assert answer.location.startswith("https://login.example/authorize?client_id=")
    asked = dict(parse_qsl(urlsplit(answer.location).query))
    assert asked["redirect_uri"] == "https://aika.example/teams/signed-in"
    assert asked["scope"].endswith("/access_as_user")
    assert asked["login_hint"] == "aino@lumivaara.example"


async def test_a_hint_changes_nothing_but_the_hint(door: Door):
    answer = await door.get("/teams/sign-in?login_hint=x%26redirect_uri%3Dhttps://evil")

    assert answer.location.count("redirect_uri=") == 1
    assert "evil" in answer.location.partition("login_hint=")[2]


async def test_the_end_of_the_window_believes_nothing(door: Door):
    answer = await door.get("/teams/signed-in?code=<script>x</script>&error=y")

    assert answer.status == 200
    assert "<script>x" not in answer.text
    assert ISSUER not in answer.text


async def test_an_offer_made_in_the_tab_gets_a_card_to_follow_it_by(door: Door):
    await press(door, "/teams/book", slot(24), slot(26), **(FORM | {"act": "offer"}))

    await door.small.settle_down()

    assert "offer.withdraw" in str(door.small.chat.card())
    assert len(door.small.chat.posted) == 1


async def test_what_is_cancelled_is_not_called_booked(door: Door):
    booked = door.small.book(24)
    await door.small.settle_down()
    door.small.clock.advance(minutes=1)
    door.small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=door.small.now)
    await door.small.settle_down()

    shown = (await see(door, f"/teams/appointment/{booked.reference}")).text

    for name in ("cancelled", "removed", "told"):
        done, at = text("en", f"cards.truth.{name}.done"), "Mon 23 Nov at 10:01</time>"
        assert re.search(f"{done}</span>[^/]*{at}", shown), name
    assert text("en", "cards.truth.in_outlook.done") not in shown


async def test_who_books_or_moves_a_call_sees_the_number_beforehand(door: Door):
    called = text("en", "tab.book.called", phone="+358401234567")
    by_phone = {"modality": "phone", "phone": "+358401234567"}

    form = await press(door, "/teams/book", **(FORM | by_phone | {"name": ""}))
    assert form.status == 422
    assert called in form.text

    booked = door.small.book(24, modality=Modality.PHONE, details=CALLED)
    here = door.small.book(26, details=CALLED)
    path = "/teams/appointment/{}/move"
    assert called in (await see(door, path.format(booked.reference))).text
    assert called not in (await see(door, path.format(here.reference))).text


async def test_what_a_service_does_not_ask_is_not_called_unanswered(door: Door):
    small = door.small
    path = f"/teams/appointment/{small.book(24).reference}"
    none = text("en", "tab.appointment.no_answers")
    assert not small.service.questions
    assert none not in (await see(door, path)).text

    asking = replace(small.service, questions=(QUESTION,))
    small.write(people.save_service, asking)
    assert none in (await see(door, path)).text


async def test_what_takes_time_in_outlook_is_not_said_to_be_missing_from_it(door: Door):
    away = text("fi", "tab.show_as.oof")
    door.small.graph.add(BOX, make.span(24), show_as=ShowAs.OOF)
    door.small.pull()
    await door.small.settle_down()

    path = f"/teams/today?day={make.at(24).date()}"
    answer = await door.get(path, headers=door.staff() | {"Accept-Language": "fi"})

    said = re.sub(r"<[^>]+>", "", answer.text)
    assert f"{away} · Outlook" in said


async def test_a_link_followed_from_a_message_leads_into_teams_and_says_nothing(
    door: Door,
):
    booked = door.small.book(24)
    follows = {"Sec-Fetch-Mode": "navigate"}
    policy = door.small.policy

    for reference in (booked.reference, "ZZZZZZ"):
        path = f"/teams/appointment/{reference}"
        led = await door.ask("GET", path, headers=follows)
        assert (led.status, led.location) == (302, policy.staff_url(reference))
    odd = "/teams/appointment/%22%2C%22x%22%3A%22"
    assert (await door.ask("GET", odd, headers=follows)).status == 401
    path = f"/teams/appointment/{booked.reference}"
    assert (await door.ask("GET", path)).status == 401
    shown = await door.ask("GET", path, headers=follows | door.staff())
    assert shown.status == 200
