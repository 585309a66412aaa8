"""What a client does through HTTP: the flows, too late, twice and at once."""

import asyncio
import re
from html import unescape

import pytest

from booking.appointments import Actor
from booking.links import LinkKind
from booking.model import BookedBy, Language, Modality, Question, QuestionKind, Status
from booking.wording import plural, text
from teams_app.actions import booking, offers
from teams_app.store import people
from tests import make
from tests.support.outside import MEETINGS
from tests.web.client import (
    BOX,
    FORM,
    choose,
    confirm,
    fill_in,
    hidden,
    is_a_page_that_helps,
    move,
    only,
    read,
    slot,
    slots_of,
)
from tests.web.conftest import BOTH_ENGINES, Door

#: Of most appointments here.
DAY = make.at(24).date().isoformat()


# The flows.


@BOTH_ENGINES
async def test_booking_from_the_first_page_to_the_last(door: Door):
    small = door.small
    details = await choose(door)
    filled = await fill_in(door, details)
    booked = await confirm(door, filled.location)
    page = await door.get(booked.location)
    await small.settle_down()

    assert (filled.status, booked.status, page.status) == (303, 303, 200)
    made = only(small)
    assert made.status is Status.BOOKED
    assert made.reference in page.text
    assert len(small.graph.ours(BOX)) == 1
    assert len(small.graph.mails) == 1


async def test_an_offer_is_chosen_from_and_booked(door: Door):
    small, offer = door.small, door.small.offer(24, 26)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}"
    page = await door.get(path)
    held = await door.post(path, form_token=page.token, slot=slot(26))
    booked = await confirm(door, held.location)
    again = await door.get(path)

    assert (held.status, booked.status, again.status) == (303, 303, 303)
    assert only(small).span.start == make.at(26)
    assert again.location.startswith(door.path(only(small)))


async def test_moving_and_cancelling_by_the_link(door: Door):
    small, booked = door.small, door.small.book(24)
    moved = await move(door, door.path(booked, "/move"), slot(26))
    assert moved.status == 303
    assert small.appointment(booked.id).span.start == make.at(26)

    page = await door.get(door.path(booked, "/cancel"))
    gone = await door.post(door.path(booked, "/cancel"), form_token=page.token)
    assert gone.status == 303
    assert small.appointment(booked.id).status is Status.CANCELLED_BY_CLIENT


async def test_joining_leads_to_the_meeting_that_is_current(door: Door):
    small, booked = door.small, door.small.book(24)
    early = await door.get(door.path(booked).replace("/a/", "/j/"))
    await small.settle_down()
    ready = await door.get(door.path(booked).replace("/a/", "/j/"))

    (event,) = small.graph.ours(BOX)
    assert str(event.join_url) in ready.text
    assert MEETINGS not in early.text


async def test_the_calendar_file_names_no_matter(door: Door):
    booked = door.small.book(24)

    answer = await door.get(door.path(booked, "/calendar.ics"))

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text
    assert "Guidance" not in answer.text
    assert "Maija" not in answer.text


async def test_no_number_is_promised_to_be_the_one_that_calls(door: Door):
    booked = door.small.book(24, modality=Modality.PHONE)

    page = read(await door.get(door.path(booked) + "?lang=en"))

    unit = make.a_unit().phone
    assert f"If you need to reach us: {unit}" in page
    assert f"from {unit}" not in page


async def test_booking_anew_keeps_the_service_and_how_to_meet(door: Door):
    small = door.small
    door.decide(names_service=True)
    booked = small.book(24, modality=Modality.IN_PERSON)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    page = await door.get(door.path(booked, "?lang=en"))
    (again,) = re.findall(r'href="(/b/[^"]+)"', page.text)
    times = await door.get(unescape(again))

    assert again.startswith("/b/guidance?")
    marked = text("en", "modality.in_person")
    (summary,) = re.findall(r"<dl>.*?</dl>", times.text, re.DOTALL)
    assert marked in summary


async def test_booking_anew_names_no_service_where_the_page_does_not(door: Door):
    small, booked = door.small, door.small.book(24)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    page = await door.get(door.path(booked, "?lang=en"))

    assert 'href="/b?lang=en&amp;modality=remote"' in page.text.partition("<main")[2]
    assert "guidance" not in page.text.lower()


@pytest.mark.parametrize("how", Modality)
async def test_where_she_is_to_come_stands_where_she_chooses_a_time(
    door: Door, how: Modality
):
    offer = door.small.offer(24, 26, modality=how)
    link = f"/o/{door.small.links.token(LinkKind.OFFER, offer.link, 0)}"

    for path in (link, f"/b/guidance?modality={how.value}"):
        page = await door.get(path)
        assert (make.a_unit().address in page.text) == (how is Modality.IN_PERSON)


# Too late, twice, at once.


async def test_a_second_confirmation_shows_the_first(door: Door):
    details = await choose(door)
    check = (await fill_in(door, details)).location
    page = await door.get(check)
    path = check.replace("/check", "/confirm")

    first = await door.post(path, form_token=page.token)
    second = await door.post(path, form_token=page.token)
    await door.small.settle_down()

    assert first.location.partition("&done")[0] == second.location
    assert len(door.small.graph.mails) == 1


@BOTH_ENGINES
async def test_eight_presses_at_once_book_once(door: Door):
    details = await choose(door)
    check = (await fill_in(door, details)).location
    page = await door.get(check)
    path = check.replace("/check", "/confirm")

    answers = await asyncio.gather(
        *(door.post(path, form_token=page.token) for _ in range(8))
    )
    await door.small.settle_down()

    assert {each.status for each in answers} == {303}
    assert len(door.small.graph.ours(BOX)) == 1
    assert len(door.small.graph.mails) == 1


@BOTH_ENGINES
async def test_of_two_clients_at_one_slot_the_other_sees_the_nearest_three(
    door: Door,
):
    page = await door.get("/b/guidance?lang=en")
    fields = {"form_token": page.token, "slot": slot(24)}

    answers = await asyncio.gather(
        *(door.post("/b/guidance?lang=en", **fields) for _ in range(2))
    )

    assert sorted(each.status for each in answers) == [303, 409]
    lost = next(each for each in answers if each.status == 409)
    near = set(re.findall(r'value="(\d+@\d+)"', lost.text))
    assert len(near) >= 3
    assert slot(24) not in near


async def test_a_time_taken_before_the_last_step_is_said_with_others_to_choose(
    door: Door,
):
    details = await choose(door)
    check = (await fill_in(door, details)).location
    door.small.graph.add(BOX, make.span(24))

    answer = await confirm(door, check)

    assert answer.status == 409
    assert is_a_page_that_helps(answer)
    assert text("en", "slots.taken") in answer.text
    near = slots_of(answer)
    assert len(near) >= 3
    assert slot(24) not in near


async def test_nothing_typed_is_lost_with_the_time(door: Door):
    """Confirming too late; the next time is held, and nothing is asked again."""
    details = await choose(door)
    check = (await fill_in(door, details)).location
    door.small.graph.add(BOX, make.span(24))
    lost = await confirm(door, check)
    assert text("en", "slots.taken.typed") in lost.text

    held = await door.post("/b/guidance?lang=en", slot=slot(26), **hidden(lost))
    shown = await door.get(held.location)
    booked = await confirm(door, held.location)

    assert "/check" in held.location
    assert FORM["name"] in shown.text
    assert booked.status == 303
    assert only(door.small).span.start == make.at(26)


async def test_a_slow_writer_whose_time_went_loses_nothing(door: Door):
    """Her hold lapsed and another holds the time, while she filled in the details."""
    details = await choose(door)
    page = await door.get(details)
    door.small.clock.advance(minutes=11)
    other = door.small.hold(24)
    assert other.status is Status.HELD

    wrong = FORM | {"email": "maija@", "form_token": page.token}
    lost = await door.post(details, **wrong)
    again = await door.post("/b/guidance?lang=en", slot=slot(26), **hidden(lost))

    assert lost.status == 409
    assert is_a_page_that_helps(lost)
    assert 'href="/b/guidance?lang=sv&amp;modality=remote"' in lost.text
    assert again.status == 422
    assert FORM["name"] in again.text
    assert 'value="maija@"' in again.text


async def test_choosing_another_time_keeps_what_was_typed(door: Door):
    details = await choose(door)
    check = (await fill_in(door, details)).location
    page = await door.get(check)

    released = await door.post(
        check.replace("/check", "/release"), form_token=page.token
    )
    held = await door.post("/b/guidance?lang=en", slot=slot(24), **hidden(released))

    assert released.status == 200
    assert text("en", "slots.taken") not in released.text
    assert "/check" in held.location
    assert FORM["email"] in (await door.get(held.location)).text


async def test_a_forged_form_of_a_lost_time_is_none(door: Door):
    details = await choose(door)
    door.small.clock.advance(minutes=11)
    door.small.hold(24)

    answer = await door.post(details, form_token="1.AAAA", **FORM)

    assert answer.status == 403
    assert FORM["name"] not in answer.text


async def test_answers_to_an_offer_survive_the_loss_of_its_time(door: Door):
    small = door.small
    question = Question("matter", QuestionKind.SHORT, make.words("Matter"))
    small.write(people.save_service, make.replace(small.service, questions=(question,)))
    offer = small.offer(24, 26)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=en"
    page = await door.get(path)
    held = await door.post(path, form_token=page.token, slot=slot(24))
    details = await door.get(held.location)
    small.clock.advance(minutes=11)
    small.hold(24)

    lost = await door.post(
        held.location, form_token=details.token, q_matter="A new start"
    )
    again = await door.post(path, slot=slot(26), **hidden(lost))

    assert lost.status == 409
    assert text("en", "page.offer.taken.title") in lost.text
    assert "/check" in again.location
    assert "A new start" in (await door.get(again.location)).text
    assert "Maija" not in lost.text


async def test_while_outlook_is_silent_the_page_says_so_and_not_booked(door: Door):
    details = await choose(door)
    check = (await fill_in(door, details)).location
    door.small.gate.arm(1, only="graph.view")

    answer = await confirm(door, check)
    page = await door.get(answer.location)

    assert only(door.small).confirming
    assert "done=" not in answer.location
    assert page.status == 200
    assert only(door.small).reference not in page.text


async def test_what_has_begun_is_neither_moved_nor_cancelled(door: Door):
    small, booked = door.small, door.small.book(2)
    page = await door.get(door.path(booked, "/cancel"))
    small.clock.advance(hours=2, minutes=1)

    for rest in ("/move", "/cancel"):
        answer = await door.post(
            door.path(booked, rest), form_token=page.token, slot=slot(26)
        )
        assert answer.status == 409
        assert is_a_page_that_helps(answer, "fi")
    assert small.appointment(booked.id) == booked


async def test_what_is_cancelled_or_booked_is_no_step_of_a_booking(door: Door):
    """Forms of pages left open: each is refused, and shows how it stands now."""
    details = await choose(door)
    check = (await fill_in(door, details)).location
    page = await door.get(check)
    assert (await confirm(door, check)).status == 303
    made = only(door.small)
    for rest in ("/details", "/release"):
        answer = await door.post(
            check.replace("/check", rest), form_token=page.token, **FORM
        )
        assert answer.status == 409, rest
        assert made.reference in answer.text
    door.small.write(booking.cancel, made.id, by=Actor.CLIENT, now=door.small.now)
    answer = await door.post(check.replace("/check", "/confirm"), form_token=page.token)

    assert answer.status == 409
    assert text("en", "page.appointment.cancelled_by_client.title") in answer.text


@pytest.mark.parametrize("rest", ["/confirm", "/release"])
async def test_the_address_of_a_press_opened_anew_leads_to_the_page(
    door: Door, rest: str
):
    """As after a reload, or another language, on the page that answered a press."""
    details = await choose(door)
    answer = await door.get(details.partition("/details")[0] + rest + "?lang=sv")

    assert answer.status == 303
    assert "/details?lang=sv" in answer.location


async def test_an_invited_service_is_not_booked_from_the_public_page(door: Door):
    service = make.replace(door.small.service, booked_by=BookedBy.INVITED)
    token = (await door.get("/b/guidance")).token
    door.small.write(people.save_service, service)

    assert (await door.get("/b/guidance")).status == 404
    answer = await door.post("/b/guidance", form_token=token, slot=slot())
    assert answer.status == 404
    listed = await door.get("/b?lang=en")
    assert "/b/guidance" not in listed.text


async def test_an_offer_withdrawn_meanwhile_is_said_to_be(door: Door):
    small, offer = door.small, door.small.offer(24)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=en"
    page = await door.get(path)
    small.write(offers.call_off, offer, small.now)

    answer = await door.post(path, form_token=page.token, slot=slot(24))

    assert answer.status == 410
    assert is_a_page_that_helps(answer)
    assert (await door.get(path)).status == 410
    assert small.read(booking.held_of_offer, offer, small.now) is None


async def test_an_offer_past_its_time_is_gone(door: Door):
    small, offer = door.small, door.small.offer(24)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=en"
    small.clock.advance(hours=25)

    answer = await door.get(path)

    assert answer.status == 410
    assert text("en", "page.offer.expired.title") in answer.text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("hours", "other"), [((24,), 2), ((24, 26), 1)])
async def test_of_one_time_its_page_speaks_as_of_one(
    door: Door, language: Language, hours: tuple[int, ...], other: int
):
    small, offer = door.small, door.small.offer(*hours)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang={language}"
    keys = {"open": ["slots.none_suits", "page.offer.times"]}
    keys["expired"] = ["page.offer.expired.text"]

    for state, said in keys.items():
        shown = re.split(r'[<>"]', (await door.get(path)).text)
        for key in said:
            found = {n: plural(language, key, n) in shown for n in (len(hours), other)}
            assert found == {len(hours): True, other: False}, (state, key)
        small.clock.advance(days=9)


async def test_what_is_no_time_of_an_offer_is_said_on_its_page(door: Door):
    small, offer = door.small, door.small.offer(24)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=en"
    page = await door.get(path)

    answer = await door.post(path, form_token=page.token, slot="x@y")

    assert answer.status == 422
    assert text("en", "error.field.no_slot") in answer.text
    assert slots_of(answer) == [slot(24)]


async def test_what_is_required_is_asked_before_it_is_booked(door: Door):
    """Pressing confirm without the details page: a form of another step, replayed."""
    small = door.small
    question = Question(
        "matter", QuestionKind.SHORT, make.words("Matter"), required=True
    )
    small.write(people.save_service, make.replace(small.service, questions=(question,)))
    offer = small.offer(24)
    path = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}"
    page = await door.get(path)
    held = await door.post(path, form_token=page.token, slot=slot(24))
    details = await door.get(held.location)

    answer = await door.post(
        held.location.replace("/details", "/confirm"), form_token=details.token
    )

    assert answer.status == 422
    assert 'id="f-q_matter"' in answer.text
    assert only(small).status is Status.HELD


async def test_the_first_free_time_is_with_whom_the_day_has_it(door: Door):
    page = await door.get("/b/guidance?lang=fi")
    first = re.findall(r'name="slot" value="(\d+)@(\d+)"', page.text)[0]
    hours = (int(first[1]) - make.NOW.timestamp()) / 3600
    door.small.book(hours + 3)  # Aino has more that day than Bo has.

    page = await door.get("/b/guidance?lang=fi")

    offered = re.findall(r'<button[^>]*value="(\d+@\d+)"', page.text)
    radios = re.findall(r'<input type="radio" name="slot" value="(\d+@\d+)"', page.text)
    assert offered[0].endswith(f"@{first[1]}")
    assert offered[0] == radios[0]
    assert offered[0].startswith(f"{make.BO}@")
