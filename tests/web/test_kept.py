"""A report answered with *Keep the time*: what the page says before, then, and later."""

import re
from html import unescape

import pytest

from booking.appointments import Actor
from booking.arrivals import Came
from booking.model import Appointment, Language
from booking.wording import text
from teams_app.actions import arrivals, booking
from teams_app.actions.arrivals import By
from teams_app.store import arrivals as rows
from teams_app.store import bindings
from tests.support.handing import asked_anew
from tests.web.conftest import Door
from tests.web.test_binding import agreed, report, seen


async def press(door: Door, booked: Appointment, language: str = "en"):
    """Press *Keep the time* of what was reported last."""
    at = door.small.read(bindings.find, booked.id).obstacle
    path = f"/teams/appointment/{booked.reference}/keep"
    headers = door.staff() | {"Accept-Language": language}
    fields = {"reported": f"{int(at.timestamp())}"}
    answer = await door.ask("POST", path, data=fields, headers=headers)
    return answer.status, unescape(answer.text)


async def reported(door: Door) -> Appointment:
    booked = agreed(door)
    await door.small.settle_down()
    await report(door, booked)
    return booked


def is_answered(door: Door, booked: Appointment) -> bool:
    every = door.small.read(rows.of_appointment, booked.id)
    return any(each.how is Came.KEPT for each in every)


def told(door: Door) -> int:
    sent = [*door.small.graph.mails, *door.small.sms.sent]
    return sum(each.key.startswith("time_stands:") for each in sent)


async def test_while_she_chooses_another_time_hers_cannot_be_kept(door: Door):
    booked = await reported(door)
    before = await seen(door, booked)
    asked_anew(door.small, booked)

    page = await seen(door, booked)
    status, answer = await press(door, booked)

    button = text("en", "binding.staff.keep")
    why = text("en", "binding.staff.choosing")
    assert (button in before, why in before) == (True, False)
    assert (button in page, why in page) == (False, True)
    assert status == 409
    assert text("en", "tab.outdated") in answer
    assert not is_answered(door, booked)


@pytest.mark.parametrize("language", Language)
async def test_a_message_is_promised_by_the_button_only_where_one_is_sent(
    door: Door, language: Language
):
    booked = await reported(door)
    before = await seen(door, booked)
    door.small.clock.advance(hours=24, minutes=5)
    await door.small.settle_down()

    page = await seen(door, booked)
    status, answer = await press(door, booked, language)
    await door.small.settle_down()

    tells, shows = (f"binding.staff.keep.{each}" for each in ("tells", "seen"))
    assert (text("en", tells) in before, text("en", shows) in before) == (True, False)
    assert (text("en", tells) in page, text("en", shows) in page) == (False, True)
    assert status == 200
    assert text(language, "tab.done.kept_seen") in answer
    assert text(language, "tab.done.kept") not in answer
    assert told(door) == 0
    hers = await door.get(door.path(booked, f"?lang={language}"))
    assert text(language, "binding.kept") in hers.text


async def test_pressed_again_of_a_time_called_off_it_is_not_said_to_stand(door: Door):
    booked = await reported(door)
    assert (await press(door, booked))[0] == 200
    small = door.small
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)

    status, answer = await press(door, booked)

    assert status == 409
    assert text("en", "tab.done.kept") not in answer


@pytest.mark.parametrize("then", ["over", "choosing", "arrived"])
@pytest.mark.parametrize("language", Language)
async def test_what_was_answered_is_not_shown_as_unread_once_its_time_is_no_more(
    door: Door, then: str, language: Language
):
    booked = await reported(door)
    await press(door, booked)
    small = door.small
    if then == "choosing":
        asked_anew(door.small, booked)
    if then == "arrived":
        small.clock.advance(hours=23)
        by = By(Actor.PROFESSIONAL, "staff:x", small.now)
        small.write(arrivals.arrive, booked.id, by)
    if then != "choosing":
        small.clock.advance(hours=26)

    page = await door.get(door.path(booked, f"?lang={language}"))

    top = page.text.partition("<main")[2].partition("<h1")[0]
    assert text(language, "binding.read") in top
    for each in ("receipt", "receipt.when", "receipt.next", "kept", "kept.text"):
        assert text(language, f"binding.{each}", when="|").partition("|")[0] not in top


async def test_what_she_is_sent_of_it_is_looked_at_once_more(door: Door):
    booked = await reported(door)
    before = await seen(door, booked)

    _, answer = await press(door, booked)

    again = re.compile(r'id="truths" hx-get="[^"]+" hx-trigger="load')
    assert again.search(before) is None
    assert again.search(answer) is not None
    assert 'hx-select-oob="#messages,#events,#binding"' in answer
