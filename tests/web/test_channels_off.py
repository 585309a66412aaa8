"""While a channel is off, a client is told that no message comes, and what to keep."""

import re

import pytest

from booking.appointments import Actor
from booking.model import Channel, Language
from booking.wording import text
from graph_sync.graph import Refused
from tests import make
from tests.support.small_world import MAIJA
from tests.web.client import choose, confirm, fill_in, read
from tests.web.conftest import Door
from tests.web.test_team import see

MAIL, SMS = frozenset({Channel.MAIL}), frozenset({Channel.SMS})
NUMBER = "040 765 4321"


@pytest.mark.parametrize(
    ("off", "only"), [(MAIL, "sms"), (SMS, "mail"), (MAIL | SMS, "none")]
)
async def test_the_form_says_by_what_alone_a_message_comes(
    door: Door, off: frozenset[Channel], only: str
):
    door.decide(channels_off=off)

    page = read(await door.get(await choose(door)))

    assert text("en", f"page.details.only.{only}") in page
    where = text("en", "page.details.contact")
    assert (where in page) is (only != "none")
    assert (text("en", "form.language.hint") in page) is (only != "none")


async def test_with_every_channel_on_nothing_is_said_of_it(door: Door):
    page = read(await door.get(await choose(door)))

    for only in ("sms", "mail", "none"):
        assert text("en", f"page.details.only.{only}") not in page


async def test_a_gateway_that_is_not_there_sends_nothing_either(door: Door):
    door.decide(has_sms=False)

    page = read(await door.get(await choose(door)))

    assert text("en", "page.details.only.mail") in page


@pytest.mark.parametrize(("phone", "untold"), [("", True), (NUMBER, False)])
async def test_whom_nothing_reaches_is_told_so_before_and_after(
    door: Door, phone: str, *, untold: bool
):
    door.decide(channels_off=MAIL)
    check = (await fill_in(door, await choose(door), phone=phone)).location

    before = read(await door.get(check))
    booked = await confirm(door, check)
    after = read(await door.get(booked.location))

    reference = re.search(r'class="reference">(\w+)<', after)
    assert reference is not None
    said = text(
        "en",
        "page.appointment.untold",
        reference=reference[1],
        phone=make.a_unit().phone,
    )
    assert (text("en", "page.check.untold") in before) is untold
    assert (said in after) is untold
    assert (text("en", "page.appointment.told.sms") in after) is not untold


async def test_while_we_confirm_no_message_is_promised_her(door: Door):
    door.decide(channels_off=MAIL)
    waiting = door.small.confirming(24)

    page = read(await door.get(door.path(waiting, "?lang=en")))
    details = read(await door.get(door.path(waiting, "?lang=en&details=1")))

    for key in ("page.confirming.text", "page.confirming.leave"):
        assert text("en", f"{key}.untold") in page
        assert text("en", key) not in page
    assert text("en", "page.confirming.text") not in details


async def test_of_a_time_that_is_over_there_is_nothing_to_keep(door: Door):
    door.decide(channels_off=MAIL)
    booked = door.small.book(24)
    door.small.clock.advance(hours=30)

    page = read(await door.get(door.path(booked, "?lang=en")))

    assert (
        text("en", "page.appointment.untold", reference="", phone="")[:30] not in page
    )


@pytest.mark.parametrize(("phone", "what"), [(None, "mail"), (NUMBER, "both")])
async def test_staff_read_that_it_was_off_and_not_that_an_address_is_wrong(
    door: Door, phone: str | None, what: str
):
    small = door.small
    door.decide(channels_off=MAIL | SMS)
    details = make.replace(MAIJA, phone=phone, language=Language.EN)
    booked = small.book(24, by=Actor.PROFESSIONAL, details=details)
    await small.settle_down()

    page = read(await see(door, f"/teams/appointment/{booked.reference}"))

    assert text("en", f"cards.problem.off.{what}") in page
    assert text("en", f"sent.why.off.{what}") in page
    assert text("en", "cards.problem.not_told") not in page


async def test_an_address_that_refused_is_no_channel_that_was_off(door: Door):
    small = door.small
    booked = small.book(24, by=Actor.PROFESSIONAL)
    small.graph.refusals[str(MAIJA.email)] = Refused("ErrorInvalidRecipients")
    await small.settle_down()

    page = read(await see(door, f"/teams/appointment/{booked.reference}"))

    assert text("en", "cards.problem.not_told") in page
