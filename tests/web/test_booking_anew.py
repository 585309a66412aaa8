"""Where a client books anew: her time given back, or called off; the service paused."""

import re
from dataclasses import replace
from html import unescape

import pytest

from booking.appointments import Actor
from booking.availability import Index
from booking.model import BookedBy, Language, Modality
from booking.wording import text
from teams_app.actions import booking
from teams_app.store import people, services
from tests import make
from tests.support.small_world import hours_of
from tests.web.client import choose, confirm, fill_in, read, slot, slots_of
from tests.web.conftest import BOTH_ENGINES, Answer, Door
from tests.web.test_client_again import half_made, offers_path

DAY = make.at(24).date().isoformat()


def index_of(door: Door) -> Index:
    small = door.small
    found: Index = small.read(hours_of, small.policy, small.now)
    return found


async def given_back(door: Door, check: str, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Let a time go where the index has not heard of it by the time the page is drawn."""
    page, behind = await door.get(check), index_of(door)
    monkeypatch.setattr("tests.support.small_world.hours_of", lambda *_: behind)
    return await door.post(
        check.replace("/check", "/release"), form_token=page.token, day=DAY
    )


@BOTH_ENGINES
async def test_a_time_given_back_stands_among_the_times_at_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    before = slots_of(await door.get("/b/guidance?lang=en"))
    first = min(float(each.partition("@")[2]) for each in before)
    hours = (first - make.NOW.timestamp()) / 3600
    check = (await fill_in(door, await choose(door, hours))).location

    after = slots_of(await given_back(door, check, monkeypatch))

    assert after == before


async def test_of_a_free_choice_too(door: Door, monkeypatch: pytest.MonkeyPatch):
    path = offers_path(door, door.small.offer())
    before = slots_of(await door.get(path))
    first = min(float(each.partition("@")[2]) for each in before)
    hours = (first - make.NOW.timestamp()) / 3600
    check = await half_made(door, path, hours)

    after = slots_of(await given_back(door, check, monkeypatch))

    assert after == before


# A service that is paused.


def paused(door: Door, **changes: object) -> None:
    shut = replace(door.small.service, open=False, **changes)
    door.small.write(services.save_service, shut)


@BOTH_ENGINES
@pytest.mark.parametrize("language", Language)
async def test_of_a_paused_service_its_page_says_whom_to_call(
    door: Door, language: Language
):
    paused(door)

    page = await door.get(f"/b/guidance?lang={language}")

    assert page.status == 404
    assert text(language, "page.paused.title") in page.text
    assert make.a_unit().phone in page.text.partition("</main>")[0]
    assert text(language, "page.paused.others") not in page.text, "there are none"


async def test_and_where_others_can_be_booked_it_leads_there(door: Door):
    another = replace(door.small.service, key="other", open=True)
    door.small.write(services.save_service, another)
    held_before = await door.get("/b/guidance?lang=en")
    paused(door)

    pages = [
        await door.get("/b/guidance?lang=en"),
        await door.post("/b/guidance?lang=en", form_token=held_before.token),
    ]

    for page in pages:
        assert page.status == 404
        assert text("en", "page.paused.others") in page.text
        assert 'href="/b?lang=en"' in page.text.partition("<main")[2]


async def test_who_lets_a_time_go_of_what_was_paused_meanwhile_hears_it(door: Door):
    check = (await fill_in(door, await choose(door))).location
    page = await door.get(check)
    paused(door)

    away = await door.post(check.replace("/check", "/release"), form_token=page.token)

    assert text("en", "page.paused.title") in away.text


async def test_of_what_is_being_prepared_nobody_hears(door: Door):
    new = replace(door.small.service, key="prepared", open=False)
    door.small.write(services.save_service, new)

    page = await door.get("/b/prepared?lang=en")

    assert page.status == 404
    assert text("en", "page.error.not_found.title") in page.text


async def test_where_nobody_books_by_herself_any_more_she_reads_whom_to_call(
    door: Door,
):
    check = (await fill_in(door, await choose(door))).location
    page = await door.get(check)
    door.decide(self_booking=False)

    away = await door.post(check.replace("/check", "/release"), form_token=page.token)

    assert (away.status, away.location.partition("?")[0]) == (303, "/b")


async def test_what_was_confirmed_in_the_moment_it_was_let_go_is_hers(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    """Another page of hers confirms between the look and the letting go."""
    check = (await fill_in(door, await choose(door))).location
    page = await door.get(check)
    await confirm(door, check)
    monkeypatch.setattr("teams_app.web.public.steps._is_held", lambda _now: True)

    kept = await door.post(check.replace("/check", "/release"), form_token=page.token)

    assert kept.status == 409
    assert text("en", "page.appointment.booked.title") in kept.text


async def test_what_was_public_and_is_by_invitation_now_says_whom_to_call(door: Door):
    invited = replace(door.small.service, booked_by=BookedBy.INVITED)
    door.small.write(services.save_service, invited)

    page = await door.get("/b/guidance?lang=en")

    assert page.status == 404
    assert text("en", "page.paused.title.invited") in page.text
    assert text("en", "page.paused.title") not in page.text


@pytest.mark.parametrize("way", ["retired", "invited"])
async def test_what_nobody_may_book_by_herself_is_no_page(door: Door, way: str):
    paused(door, retired=True)
    private = replace(door.small.service, key="private", booked_by=BookedBy.INVITED)
    door.small.write(services.save_service, private)

    path = "/b/guidance" if way == "retired" else "/b/private"
    page = await door.get(f"{path}?lang=en")

    assert page.status == 404
    assert text("en", "page.error.not_found.title") in page.text


# Her time is called off.


async def called_off(door: Door, by: Actor, **how: object) -> Answer:
    booked = door.small.book(24, Actor.PROFESSIONAL, **how)
    door.small.write(booking.cancel, booked.id, by=by, now=door.small.now)
    return await door.get(door.path(booked, "?lang=en"))


@BOTH_ENGINES
async def test_booking_anew_keeps_how_to_meet_where_the_service_is_not_named(
    door: Door,
):
    page = await called_off(door, Actor.CLIENT, modality=Modality.PHONE)

    (again,) = re.findall(r'href="(/b\?[^"]+modality[^"]+)"', page.text)
    services_ = await door.get(unescape(again))
    assert times_of(services_) == ["/b/guidance?lang=en&modality=phone"]
    unknown = await door.get("/b?lang=en&modality=none")
    assert times_of(unknown) == ["/b/guidance?lang=en"]


def times_of(page: Answer) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/b/[^"]+)"', page.text)]


@BOTH_ENGINES
@pytest.mark.parametrize("by", [Actor.CLIENT, Actor.PROFESSIONAL])
async def test_what_she_cannot_book_by_herself_is_had_by_phone(door: Door, by: Actor):
    invited = replace(door.small.service, booked_by=BookedBy.INVITED)
    door.small.write(people.save_service, invited)

    page = await called_off(door, by)

    phone = make.a_unit().phone
    said = text("en", "page.appointment.again.call", phone=phone)
    assert said in read(page)
    assert text("en", "page.appointment.again") not in page.text
    assert text("en", "page.appointment.cancelled_by_us.text") not in page.text


async def test_where_she_can_no_number_stands_beside_the_button(door: Door):
    page = await called_off(door, Actor.PROFESSIONAL)

    assert text("en", "page.appointment.again") in page.text
    assert text("en", "page.appointment.again.call", phone="")[:-1] not in page.text


async def test_that_it_is_cancelled_is_said_once(door: Door):
    booked = door.small.book(24)
    page = await door.get(door.path(booked, "/cancel?lang=fi"))
    done = await door.post(door.path(booked, "/cancel?lang=fi"), form_token=page.token)

    shown = (await door.get(done.location)).text.partition("<main")[2]

    assert shown.count("Aikasi on peruttu") == 1
    assert text("fi", "page.appointment.told.mail") in shown.partition("</h1>")[2]


@pytest.mark.parametrize("done", ["booked", "moved", "not_used", "cancelled"])
@pytest.mark.parametrize("by", [Actor.CLIENT, Actor.PROFESSIONAL])
async def test_an_address_kept_open_says_nothing_that_is_no_longer_so(
    door: Door, by: Actor, done: str
):
    """A phone reloads by itself the page that her booking has led to."""
    booked = door.small.book(24)
    path = f"{door.path(booked)}?lang=en&done={done}"
    said = text("en", f"page.appointment.done.{done}") if done != "cancelled" else ""
    before = await door.get(path)
    assert (said in before.text) if said else ("is cancelled" not in before.text)

    door.small.write(booking.cancel, booked.id, by=by, now=door.small.now)
    after = await door.get(path)

    shown = after.text.partition("<main")[2]
    assert not said or said not in shown
    told = text("en", "page.appointment.told.mail") in shown
    assert told is (done == "cancelled" and by is Actor.CLIENT)


# Times that reach into hers.


async def test_the_client_is_told_which_times_reach_into_hers(door: Door):
    booked = door.small.book(2.25)

    page = await door.get(door.path(booked, "/move?lang=en"))

    apart, _, below = page.text.partition(text("en", "slots.crossing_yours"))
    assert slot(2) in below
    assert slot(2) not in apart
    assert slot(3) in apart
