"""Coming back to a time: let go, lapsed, or held by her own half-made booking."""

import asyncio
import re
from html import unescape

from booking.appointments import Actor
from booking.links import LinkKind
from booking.model import Modality, Question, QuestionKind, Status
from booking.wording import text
from booking.wording.dates import clock, when_short
from teams_app.actions import booking
from teams_app.store import appointments, people
from tests import make
from tests.web.client import (
    FORM,
    choose,
    confirm,
    fill_in,
    hidden,
    is_a_page_that_helps,
    only,
    slot,
    slots_of,
)
from tests.web.conftest import BOTH_ENGINES, Answer, Door

LET_GO = text("en", "slots.let_go")
NOT_FREE = text("en", "slots.taken")


async def let_go(door: Door, check: str) -> Answer:
    """Give the check page of a time, and let the time go by its smaller button."""
    page = await door.get(check)
    away = await door.post(check.replace("/check", "/release"), form_token=page.token)
    assert away.status == 200
    return page


async def all_of(door: Door, page: Answer, path: str) -> Answer:
    """Press the first button of a page that was left open."""
    return await door.post(path, **hidden(page))


def offers_path(door: Door, offer) -> str:
    return f"/o/{door.small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=en"


async def half_made(door: Door, path: str, hours: float = 26) -> str:
    """Choose by an offer's link and go no further; gives the path of the check page."""
    page = await door.get(path)
    held = await door.post(path, form_token=page.token, slot=slot(hours))
    assert held.status == 303
    return held.location


# A time she let go herself.


@BOTH_ENGINES
async def test_who_lets_a_time_go_and_goes_back_still_books_it(door: Door):
    check = (await fill_in(door, await choose(door))).location
    page = await let_go(door, check)

    booked = await all_of(door, page, check.replace("/check", "/confirm"))

    assert booked.status == 303
    made = only(door.small)
    assert (made.status, made.span.start) == (Status.BOOKED, make.at(24))
    shown = await door.get(booked.location)
    assert shown.status == 200
    assert made.reference in shown.text


@BOTH_ENGINES
async def test_pressed_twice_at_once_it_is_booked_once_and_said_so_twice(door: Door):
    check = (await fill_in(door, await choose(door))).location
    page = await let_go(door, check)
    path = check.replace("/check", "/confirm")

    answers = await asyncio.gather(*(all_of(door, page, path) for _ in range(4)))
    late = await all_of(door, page, path)

    assert {each.status for each in (*answers, late)} == {303}
    assert only(door.small).status is Status.BOOKED


async def test_the_details_of_a_time_let_go_are_kept_with_it(door: Door):
    details = await choose(door)
    page = await door.get(details)
    door.small.write(booking.release, only(door.small).id, Actor.CLIENT, door.small.now)

    kept = await door.post(details, form_token=page.token, **FORM)

    assert kept.status == 303
    assert "/check" in kept.location
    assert FORM["name"] in (await door.get(kept.location)).text


async def test_from_the_details_there_is_a_way_back_to_the_times(door: Door):
    """What stands there goes along, also changed; what does not is no mistake yet."""
    details = await choose(door)
    await fill_in(door, details)
    page = await door.get(details)
    (way,) = re.findall(r'formaction="([^"]+)"', page.text)
    typed = {"form_token": page.token, "language": "fi", "name": "Maija Salo"}

    times = await door.post(unescape(way), **typed, email="")
    held_anew = await door.post("/b/guidance?lang=en", slot=slot(26), **hidden(times))

    assert times.status == 200
    assert text("en", "page.times.title") in times.text
    assert held_anew.status == 200
    assert 'value="Maija Salo"' in held_anew.text
    assert 'id="errors"' not in held_anew.text
    assert only(door.small).span.start == make.at(26)


async def test_from_the_questions_of_an_offer_there_is_a_way_back_to_its_times(
    door: Door,
):
    small, offer = door.small, door.small.offer(24, 26)
    asked = (Question("need", QuestionKind.SHORT, make.words("Need")),)
    small.write(people.save_service, make.replace(small.service, questions=asked))
    details = await half_made(door, offers_path(door, offer))
    page = await door.get(details)
    (way,) = re.findall(r'formaction="([^"]+)"', page.text)

    times = await door.post(unescape(way), form_token=page.token, q_need="Work")

    assert "/details" in details
    assert {slot(24), slot(26)} <= {*slots_of(times)}
    assert hidden(times)["q_need"] == "Work"
    assert not held(door)


async def test_the_address_of_a_time_let_go_offers_it_first(door: Door):
    check = (await fill_in(door, await choose(door))).location
    await let_go(door, check)

    away = await door.get(check)
    page = await door.get(away.location)

    assert page.status == 200
    assert LET_GO in page.text
    assert NOT_FREE not in page.text
    assert slots_of(page)[0] == slot(24)
    assert only_first_is_named(page)


def only_first_is_named(page: Answer) -> bool:
    """*First available* is not shown beside a time that stands first already."""
    return text("en", "slots.first") not in page.text


async def test_a_time_let_go_that_another_holds_is_said_not_to_be_free(door: Door):
    check = (await fill_in(door, await choose(door))).location
    page = await let_go(door, check)
    door.small.hold(24)

    opened = await door.get((await door.get(check)).location)
    sent = await all_of(door, page, check.replace("/check", "/confirm"))

    for answer in (opened, sent):
        assert answer.status == 409
        assert NOT_FREE in answer.text
        assert "ooked this time" not in answer.text
        assert is_a_page_that_helps(answer)
        assert only_first_is_named(answer)


async def test_what_outlook_has_taken_is_not_offered_once_more(door: Door):
    check = (await fill_in(door, await choose(door))).location
    page = await let_go(door, check)
    door.small.graph.add(make.a_professional().mailbox, make.span(24))

    sent = await all_of(door, page, check.replace("/check", "/confirm"))

    assert sent.status == 409
    assert slot(24) not in slots_of(sent)


async def test_a_forged_form_of_a_time_let_go_holds_nothing(door: Door):
    check = (await fill_in(door, await choose(door))).location
    await let_go(door, check)

    sent = await door.post(
        check.replace("/check", "/confirm"), form_token="1.AAAA", **FORM
    )

    assert sent.status == 403
    assert not held(door)


def held(door: Door) -> list:
    ahead = make.Span(make.at(0), make.at(999))
    return list(door.small.read(appointments.between, [make.AINO, make.BO], ahead))


@BOTH_ENGINES
async def test_an_offered_time_let_go_is_booked_or_offered_first(door: Door):
    offer = door.small.offer(24, 26, 28)
    path = offers_path(door, offer)
    check = await half_made(door, path)
    page = await let_go(door, check)

    shown = await door.get((await door.get(check)).location)
    booked = await all_of(door, page, check.replace("/check", "/confirm"))

    assert (shown.status, booked.status) == (200, 303)
    assert LET_GO in shown.text
    assert slots_of(shown) == [slot(26), slot(24), slot(28)]
    assert only(door.small).span.start == make.at(26)
    assert only(door.small).status is Status.BOOKED


# Her own hold.


async def test_a_free_choice_shows_what_is_chosen_and_the_way_on(door: Door):
    offer = door.small.offer()
    path = offers_path(door, offer)
    check = await half_made(door, path)

    page = await door.get(path)

    mine = only(door.small)
    said = text(
        "en",
        "slots.held",
        when=when_short("en", make.at(26)),
        clock=clock("en", mine.hold_ends),
    )
    assert said in page.text
    (way,) = re.findall(r'href="(/a/[^"?]+)', page.text)
    assert check.startswith(way)
    on = await door.get(f"{way}?lang=en")
    assert (on.status, "/check" in on.location) == (303, True)


async def test_her_own_hold_hides_no_time_of_a_free_choice(door: Door):
    offer = door.small.offer()
    path = offers_path(door, offer)
    day = make.at(26).date().isoformat()
    before = slots_of(await door.get(f"{path}&day={day}"))
    check = await half_made(door, path)

    after = slots_of(await door.get(f"{path}&day={day}"))
    page = await door.get(path)
    near = slot(26.25)
    assert near in before
    moved = await door.post(path, form_token=page.token, slot=near)

    assert after == before
    assert moved.status == 303
    assert not moved.location.startswith(check.partition("/check")[0])
    assert only(door.small).span.start == make.at(26.25)


async def test_a_lapsed_choice_is_not_said_to_be_kept(door: Door):
    offer = door.small.offer()
    path = offers_path(door, offer)
    check = await half_made(door, path)
    door.small.clock.advance(minutes=11)

    assert "We are keeping it" not in (await door.get(path)).text
    page = await door.get(check)
    assert text("en", "page.held.lapsed") in page.text
    assert "We are keeping this time" not in page.text
    assert (await confirm(door, check)).status == 303


async def test_details_of_a_lapsed_time_do_not_say_it_is_kept(door: Door):
    details = await choose(door)
    door.small.clock.advance(minutes=11)

    page = await door.get(details)

    assert text("en", "page.held.lapsed") in page.text


# The deadline of an offer.


async def test_the_deadline_is_no_later_than_the_last_time_still_free(door: Door):
    offer = door.small.offer(24, 26, 48)
    door.small.hold(48)

    page = await door.get(offers_path(door, offer))

    last = when_short("en", make.at(26))
    assert text("en", "page.offer.expires", when=last) in page.text


async def test_one_time_left_is_not_spoken_of_as_many(door: Door):
    offer = door.small.offer(24, 26)
    path = offers_path(door, offer)
    many = await door.get(path)
    door.small.hold(26)

    one = await door.get(path)

    assert "We suggest these times." in many.text
    assert "We suggest this time." in one.text


# The way into a meeting.


async def test_the_way_into_a_cancelled_meeting_helps_nobody_in(door: Door):
    small, mine = door.small, door.small.book(24)
    path = door.path(mine).replace("/a/", "/j/") + "?lang=en"
    small.write(booking.cancel, mine.id, by=Actor.CLIENT, now=small.now)

    page = await door.get(path)

    assert text("en", "page.join.cancelled") in page.text
    for key in ("page.join.trouble", "page.join.help", "page.join.manage"):
        assert text("en", key) not in page.text
    assert f'href="{door.path(mine)}' in page.text


async def test_the_way_into_a_past_meeting_helps_nobody_in(door: Door):
    mine = door.small.book(24)
    door.small.clock.set(make.at(25))

    page = await door.get(door.path(mine).replace("/a/", "/j/") + "?lang=en")

    assert text("en", "page.join.over") in page.text
    for key in ("page.join.trouble", "page.join.help", "page.join.manage"):
        assert text("en", key) not in page.text


async def test_what_has_begun_is_joined_but_not_moved(door: Door):
    mine = door.small.book(24)
    assert mine.modality is Modality.REMOTE
    path = door.path(mine).replace("/a/", "/j/") + "?lang=en"
    assert text("en", "page.join.manage") in (await door.get(path)).text
    door.small.clock.set(make.at(24.1))

    page = await door.get(path)

    assert text("en", "page.join.trouble") in page.text
    assert text("en", "page.join.manage") not in page.text


async def test_a_time_that_has_begun_is_said_to_be_over_and_not_taken(door: Door):
    """On the page of times, after a hold, in an offer, and where one is moved."""
    small, booked, offer = door.small, door.small.book(72), door.small.offer(4, 26)
    of = offers_path(door, offer)
    move = door.path(booked, f"/move/check?lang=en&slot={slot(4)}")
    forms = {
        path: hidden(await door.get(path)) for path in ("/b/guidance?lang=en", of, move)
    }
    check = (await fill_in(door, await choose(door, 4))).location
    press = check.replace("/check", "/confirm"), (await door.get(check)).token
    small.clock.advance(hours=4)

    sent = [
        await door.post(path, slot=slot(4), **fields) for path, fields in forms.items()
    ]
    sent.append(await door.post(press[0], form_token=press[1]))

    over = "error.field.past", "page.offer.past.title"
    for answer in sent:
        assert answer.status == 409
        assert any(text("en", each) in answer.text for each in over)
        assert text("en", "page.offer.taken.others") in answer.text
        assert slots_of(answer)
        for taken in ("slots.taken", "page.offer.taken.title"):
            assert text("en", taken) not in answer.text
    assert small.appointment(booked.id) == booked


async def test_another_choice_of_an_offer_that_is_used_is_said_not_to_count(door: Door):
    path = offers_path(door, door.small.offer(24, 26))
    second = await door.get(path)
    await all_of(door, *await _checked(door, path))

    other = await door.post(path, form_token=second.token, slot=slot(24))
    same = await door.post(path, form_token=second.token, slot=slot(26))

    assert (other.status, same.status) == (303, 303)
    said = text("en", "page.appointment.done.not_used")
    assert said in (await door.get(other.location)).text
    assert said not in (await door.get(same.location)).text
    assert only(door.small).span.start == make.at(26)


async def _checked(door: Door, path: str) -> tuple[Answer, str]:
    check = await half_made(door, path)
    return await door.get(check), check.replace("/check", "/confirm")
