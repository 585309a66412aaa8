"""A page about a unit's service, offer or appointment gives the number its messages do."""

from dataclasses import replace

import pytest

from booking.appointments import Actor
from booking.model import BookedBy, Modality, UnitId
from teams_app.actions import booking
from teams_app.store import people, services
from tests import make
from tests.support.small_world import MAIJA, SmallWorld
from tests.web.client import choose
from tests.web.conftest import Door
from tests.web.test_offered_times import path as offered

UNIT, OURS = make.a_unit().phone, "029 123 4500"


def called(number: str) -> str:
    return f'href="tel:{number.replace(" ", "")}"'


async def addresses(door: Door) -> dict[str, str]:
    small = door.small
    booked = small.book(24)
    cancelled = small.book(26)
    small.write(booking.cancel, cancelled.id, by=Actor.CLIENT, now=small.now)
    return {
        "times": "/b/guidance?lang=en",
        "details": await choose(door, 28),
        "appointment": door.path(booked, "?lang=en"),
        "cancelled": door.path(cancelled, "?lang=en"),
        "move": door.path(booked, "/move?lang=en"),
        "cancel": door.path(booked, "/cancel?lang=en"),
        "offer": offered(door, small.offer(48)),
    }


async def test_it_is_the_units_in_the_footer_and_everywhere(door: Door):
    assert door.small.policy.help_phone == OURS
    for what, address in (await addresses(door)).items():
        page = (await door.get(address)).text

        assert called(UNIT) in page.partition("<footer")[2], what
        assert OURS not in page, what
        assert door.small.policy.help_hours.en not in page, what


async def test_a_unit_without_one_gives_the_organisations(door: Door):
    door.small.write(people.save_unit, make.a_unit(phone=""))
    for what, address in (await addresses(door)).items():
        page = (await door.get(address)).text

        assert called(OURS) in page.partition("<footer")[2], what


def invited(small: SmallWorld) -> None:
    changed = replace(small.service, booked_by=BookedBy.INVITED)
    small.write(people.save_service, changed)


async def test_in_a_sentence_it_is_called_by_a_press(door: Door):
    invited(door.small)
    booked = door.small.book(26, by=Actor.PROFESSIONAL)
    door.small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=door.small.now)

    main = (await door.get(door.path(booked, "?lang=en"))).text.partition("<footer")[0]

    assert f"<a {called(UNIT)}>{UNIT}</a>." in main


@pytest.mark.parametrize("why", ["moves", "call"])
async def test_so_it_is_where_it_says_why_not_or_how(door: Door, why: str):
    if why == "moves":
        door.decide(client_notice_hours=72)
        booked = door.small.book(24)
    else:
        known = replace(door.small.service, modalities=(Modality.PHONE,))
        door.small.write(services.save_service, known)
        details = replace(MAIJA, phone="+358407654321")
        booked = door.small.book(24, modality=Modality.PHONE, details=details)

    main = (await door.get(door.path(booked, "?lang=en"))).text.partition("<footer")[0]

    assert f"<a {called(UNIT)}>{UNIT}</a>" in main


async def test_of_units_with_numbers_of_their_own_it_is_the_organisations(door: Door):
    other = make.a_unit(id=UnitId(2), key="other", phone="029 123 4700")
    unit = door.small.write(people.save_unit, other)
    door.small.write(people.save_professional, make.bo(unit=unit.id))

    page = (await door.get("/b/guidance?lang=en")).text

    assert called(OURS) in page
    assert UNIT not in page
