"""A binding appointment at the client's page, in the tab, and in administration."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from booking.appointments import Actor, Tell
from booking.model import Appointment, Binding, BookedBy, Language
from booking.spans import wall
from booking.wording import dates, text
from booking.wording.dates import day_long
from teams_app.actions import handovers, obstacles
from teams_app.actions.handovers import Order
from teams_app.store import bindings, people
from tests import make
from tests.booking.test_binding import BINDING
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.client import move, slot
from tests.web.conftest import Door
from tests.web.test_services_admin import ONE, post, see

WHY = "Juna ei kulje."


def binding(small: SmallWorld) -> None:
    made = replace(small.service, binding=BINDING, booked_by=BookedBy.INVITED)
    small.write(people.save_service, made)


def agreed(door: Door, hours: float = 24) -> Appointment:
    binding(door.small)
    return door.small.book(hours, by=Actor.PROFESSIONAL)


def form_of(location: str) -> str:
    """Give the address of the page as her link has it."""
    return location.replace("&done=reported", "")


def when_short(language: Language, door: Door) -> str:
    return dates.when_short(language, wall(door.small.now, door.small.policy.zone))


def moved_by_staff(door: Door, booked: Appointment, hours: float) -> None:
    door.small.move(booked, hours, Actor.PROFESSIONAL)


async def report(door: Door, booked: Appointment, why: str = WHY):
    path = door.path(booked, "/obstacle?lang=en")
    page = await door.get(path)
    return await door.post(path, form_token=page.token, explanation=why)


@pytest.mark.parametrize("language", Language)
async def test_its_page_states_duty_consequence_deadline_and_what_to_do(
    door: Door, language: Language
):
    booked = agreed(door)

    page = await door.get(door.path(booked, f"?lang={language}"))

    for words in (BINDING.duty, BINDING.consequence, BINDING.obstacle):
        assert words.in_(language) in page.text
    last = day_long(language, date(2026, 12, 7))
    assert text(language, "binding.deadline", day=last) in page.text
    moves = day_long(language, date(2026, 11, 29))
    assert text(language, "binding.moves_until", day=moves) in page.text
    assert text(language, "binding.moves_later") in page.text
    assert "/cancel?" not in page.text
    assert "/obstacle?" in page.text


async def test_what_binds_nobody_says_nothing_of_it(door: Door):
    booked = door.small.book()

    page = await door.get(door.path(booked, "?lang=en"))
    away = await door.get(door.path(booked, "/obstacle?lang=en"))

    assert text("en", "binding.title") not in page.text
    assert "/cancel?" in page.text
    assert away.status == 303


async def test_its_duty_is_stated_before_it_is_agreed_on(door: Door):
    binding(door.small)
    offer = door.small.offer(24)
    held = door.small.hold(24, offer=offer.id, client=offer.client)

    page = await door.get(door.path(held, "/check?lang=en"))

    assert BINDING.duty.en in page.text


async def test_its_link_cancels_nothing_even_if_the_form_is_sent(door: Door):
    booked = agreed(door)
    page = await door.get(door.path(booked, "/obstacle?lang=en"))

    answer = await door.post(door.path(booked, "/cancel"), form_token=page.token)

    assert (await door.get(door.path(booked, "/cancel"))).status == 303
    assert answer.status == 409
    assert door.small.appointment(booked.id) == booked


async def test_times_are_shown_and_taken_within_the_window_only(door: Door):
    booked = agreed(door)
    path = door.path(booked, "/move?lang=en")

    shown = await door.get(f"{path}&day=2026-11-24")
    beyond = await door.get(f"{path}&day=2026-12-01")
    forged = await door.post(path, form_token=shown.token, slot=slot(24 * 8))
    check = await door.get(forged.location)
    confirmed = await door.post(
        forged.location,
        form_token=shown.token,
        **{"from": str(int(booked.span.start.timestamp()))},
    )

    assert slot(25) in shown.text
    assert slot(24 * 8) not in beyond.text
    assert (check.status, confirmed.status) == (409, 409)
    assert door.small.appointment(booked.id).span == booked.span
    assert (await move(door, path, slot(26))).status == 303
    assert door.small.appointment(booked.id).span.start == make.at(26)


async def test_an_obstacle_is_reported_by_form_and_cancels_nothing(door: Door):
    booked = agreed(door)

    done = await report(door, booked)
    page = await door.get(door.path(booked, "?lang=en"))

    assert done.status == 303
    assert text("en", "binding.report.more") in page.text
    kept = door.small.read(bindings.find, booked.id)
    assert kept.explanation == WHY
    assert door.small.appointment(booked.id) == booked
    assert (await report(door, booked, "x" * 1001)).status == 422
    assert door.small.read(bindings.find, booked.id) == kept


@pytest.mark.parametrize("language", Language)
async def test_a_report_has_a_receipt_that_says_what_happens_next(
    door: Door, language: Language
):
    booked = agreed(door)
    path = door.path(booked, f"/obstacle?lang={language}")
    form = await door.get(path)
    before = await door.get(door.path(booked, f"?lang={language}"))

    done = await door.post(path, form_token=form.token, explanation=WHY)
    pages = [await door.get(done.location), await door.get(form_of(done.location))]

    phone = make.a_unit().phone
    said = [
        text(language, "binding.receipt"),
        text(language, "binding.receipt.when", when=when_short(language, door)),
        text(language, "binding.receipt.next"),
        text(language, "binding.receipt.stands"),
        text(language, "binding.receipt.call"),
        f'href="tel:{phone.replace(" ", "")}"',
    ]
    for page in pages:
        top = page.text.partition("<main")[2].partition("<h1")[0]
        assert [each for each in said if each not in top] == []
    assert said[0] not in before.text
    # Who does not see the page hears it first of all; later the page is itself again.
    titles = [page.text.partition("<title>")[2] for page in pages]
    assert [each.startswith(said[0]) for each in titles] == [True, False]


@pytest.mark.parametrize("language", Language)
async def test_that_her_time_stands_is_said_on_her_page(door: Door, language: Language):
    booked = agreed(door)
    await report(door, booked)
    button = text("en", "binding.staff.keep")
    before = await seen(door, booked)
    at = door.small.read(bindings.find, booked.id).obstacle
    door.small.write(
        obstacles.keep, booked.id, int(at.timestamp()), "staff:x", door.small.now
    )

    page = await door.get(door.path(booked, f"?lang={language}&done=reported"))
    after = await seen(door, booked)

    assert button in before
    assert button not in after
    assert text("en", "binding.staff.answered", when="|").partition("|")[0] in after
    assert text(language, "binding.kept") in page.text
    assert text(language, "binding.receipt") not in page.text
    assert text(language, "binding.receipt.stands") not in page.text


async def test_reported_after_the_end_nothing_is_said_to_stand(door: Door):
    booked = agreed(door)
    door.small.clock.advance(hours=26)

    done = await report(door, booked)
    page = await door.get(done.location)

    assert text("en", "binding.receipt") in page.text
    assert text("en", "binding.receipt.stands") not in page.text


async def test_an_address_alone_makes_no_receipt(door: Door):
    booked = agreed(door)

    page = await door.get(door.path(booked, "?lang=en&done=reported"))

    assert page.status == 200
    assert text("en", "binding.receipt") not in page.text


async def test_who_holds_the_link_reads_no_reason_and_nothing_written_keeps_it(
    door: Door,
):
    booked = agreed(door)
    path = door.path(booked, "/obstacle?lang=en")
    first = await door.get(path)
    await report(door, booked)

    pages = [await door.get(each) for each in (path, door.path(booked, "?lang=en"))]
    await report(door, booked, "")

    again = text("en", "binding.explanation.again")
    assert not any("Juna" in each.text for each in pages)
    assert again in pages[0].text
    assert again not in first.text
    assert door.small.read(bindings.find, booked.id).explanation == WHY


async def test_what_she_reported_of_another_time_is_not_said_of_this_one(door: Door):
    booked = agreed(door)
    await report(door, booked)
    more, again = (
        text("en", f"binding.{each}") for each in ("report.more", "explanation.again")
    )
    assert more in (await door.get(door.path(booked, "?lang=en"))).text

    moved_by_staff(door, booked, 48)

    page = await door.get(door.path(booked, "?lang=en"))
    assert text("en", "binding.report") in page.text
    assert more not in page.text
    assert again not in (await door.get(door.path(booked, "/obstacle?lang=en"))).text


async def test_that_her_link_moves_it_is_said_only_while_it_does(door: Door):
    booked = agreed(door)
    path = door.path(booked, "?lang=en")
    said = text("en", "binding.moves_until", day="|").partition("|")[0]
    pages = [(await door.get(path)).text]

    door.decide(client_notice_hours=48)
    pages.append((await door.get(path)).text)
    door.decide(client_notice_hours=0)
    door.small.clock.advance(hours=25)
    pages.append((await door.get(path)).text)

    assert [said in each for each in pages] == [True, False, False]


async def test_past_its_deadline_her_page_does_not_contradict_its_time(door: Door):
    booked = agreed(door)
    said = text("en", "binding.deadline", day="|").partition("|")[0]
    moved_by_staff(door, booked, 24 * 15)

    page = await door.get(door.path(booked, "?lang=en"))

    assert said not in page.text
    assert BINDING.duty.en in page.text


@pytest.mark.parametrize(
    "then",
    [None, replace(BINDING, duty=make.words("May"), obstacle=make.words("Wait"))],
)
async def test_what_she_was_told_stays_when_the_service_says_something_else(
    door: Door, then: Binding | None
):
    booked = agreed(door)
    door.small.write(people.save_service, replace(door.small.service, binding=then))

    hers = (await door.get(door.path(booked, "?lang=en"))).text
    form = (await door.get(door.path(booked, "/obstacle?lang=en"))).text
    staff = await seen(door, booked)

    for words in (BINDING.duty, BINDING.consequence, BINDING.obstacle):
        assert words.en in hers
        assert words.fi in staff  # As it was told in her own language.
    assert BINDING.obstacle.en in form


async def test_that_her_page_was_opened_proves_little_and_says_so(door: Door):
    booked = agreed(door)
    before = await seen(door, booked)
    await door.get(door.path(booked))

    doubt = text("en", "binding.staff.opened.by")
    assert doubt not in before
    assert doubt in await seen(door, booked)


async def test_without_the_form_s_token_nothing_is_reported(door: Door):
    booked = agreed(door)

    answer = await door.post(door.path(booked, "/obstacle"), explanation=WHY)

    assert answer.status == 403
    assert door.small.read(bindings.find, booked.id).obstacle is None


async def test_a_look_at_her_page_is_noted_and_a_program_s_is_not(door: Door):
    booked = agreed(door)
    path = door.path(booked)

    await door.ask("HEAD", path)
    await door.get(path, headers={"Sec-Purpose": "prefetch"})
    unopened = door.small.read(bindings.find, booked.id).opened
    await door.get(path)

    assert unopened is None
    assert door.small.read(bindings.find, booked.id).opened == door.small.now


async def seen(door: Door, booked: Appointment, **who: object) -> str:
    path = f"/teams/appointment/{booked.reference}"
    headers = door.staff(**who) | {"Accept-Language": "en"}
    return unescape((await door.get(path, headers=headers)).text)


async def test_staff_read_what_she_reported_and_what_shows_that_she_was_told(
    door: Door,
):
    booked = agreed(door)
    before = await seen(door, booked)
    await door.small.settle_down()
    await report(door, booked)

    page = await seen(door, booked)

    assert text("en", "binding.staff.not_told") in before
    assert text("en", "binding.staff.unopened") in before
    assert text("en", "binding.staff.not_told") not in page
    assert "m•••@" in page or "@client.example" in page
    assert WHY in page
    assert text("en", "binding.staff.late") not in page


@pytest.mark.parametrize("then", ["moved", "over"])
async def test_what_she_reported_is_history_once_it_is_decided(door: Door, then: str):
    booked = agreed(door)
    await report(door, booked)
    decide = text("en", "binding.staff.decide")
    before = await seen(door, booked)

    if then == "moved":
        moved_by_staff(door, booked, 48)
    else:
        door.small.clock.advance(hours=26)
    page = await seen(door, booked)

    assert decide in before
    assert decide not in page
    assert WHY in page


async def test_reception_reads_no_explanation(door: Door):
    booked = agreed(door)
    await report(door, booked)
    desk = "00000000-0000-4000-8000-0000000000d1"

    page = await seen(door, booked, oid=desk, roles=["Vuoro.Reception"])

    assert booked.reference in page
    title = text("en", "binding.staff.title")
    hers = await seen(door, booked)
    assert (WHY in hers, title in hers) == (True, True)
    assert (WHY in page, title in page) == (False, False)


async def test_a_time_after_the_deadline_is_marked_for_staff(door: Door):
    agreed(door)
    late = door.small.book(24 * 15, by=Actor.PROFESSIONAL)

    assert text("en", "binding.staff.late") in await seen(door, late)


async def test_an_admin_makes_a_service_binding_and_sees_the_client_s_page(door: Door):
    fields = {
        "binding": "yes",
        "duty_fi": "Sinun on tultava.",
        "consequence_fi": "Muuten voi seurata jotakin.",
        "obstacle_fi": "Kerro esteestä.",
        "deadline": "14",
        "moves": "5",
    }

    refused = await post(door, **fields)
    await post(door, **fields, booked_by="invited")
    page = await see(door, ONE)

    label = text("en", "admin.service.booked_by")
    assert refused.status == 422
    assert text("en", "error.field.binding_invites", label=label) in refused.text
    made = door.small.service.binding
    assert (made.deadline_days, made.move_days) == (14, 5)
    assert made.duty.fi == "Sinun on tultava."
    assert text("en", "admin.preview.binding") in unescape(page.text)
    assert text("en", "admin.lacks.sv") in (await see(door)).text


@pytest.mark.parametrize(
    "lacks", ["duty_fi", "consequence_fi", "obstacle_fi", "deadline"]
)
async def test_a_binding_service_says_all_of_it(door: Door, lacks: str):
    fields = {
        "binding": "yes",
        "booked_by": "invited",
        "duty_fi": "a",
        "consequence_fi": "b",
        "obstacle_fi": "c",
        "deadline": "14",
        "moves": "5",
    }

    page = await post(door, **(fields | {lacks: ""}))

    assert page.status == 422
    assert f"#f-{lacks}" in page.text
    assert door.small.service.binding is None


async def test_it_is_made_free_again_by_taking_the_tick_away(door: Door):
    binding(door.small)

    await post(door, binding="")

    assert door.small.service.binding is None


async def test_what_went_out_of_an_older_time_shows_nothing(door: Door):
    booked = agreed(door)
    await door.small.settle_down()
    told = await seen(door, booked)

    moved_by_staff(door, booked, 48)
    page = await seen(door, booked)

    assert text("en", "binding.staff.not_told") not in told
    assert text("en", "binding.staff.not_told") in page


async def test_what_went_out_shows_it_whoever_has_the_same_time_now(door: Door):
    booked = agreed(door)
    await door.small.settle_down()
    who = f"staff:{SUPERVISOR}"
    order = Order(booked, make.BO, booked.span, Actor.SUPERVISOR, who, Tell.NO)
    door.small.write(handovers.carry_out, order, door.small.now)

    page = await seen(door, booked, oid=SUPERVISOR)

    assert text("en", "binding.staff.evidence") in page
    assert text("en", "binding.staff.not_told") not in page
    assert text("en", "sent.not_kept") not in page
