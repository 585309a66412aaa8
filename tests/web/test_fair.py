"""Nobody holds all the times, and nobody honest is shut out."""

import ipaddress
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from booking.links import LinkKind
from booking.model import AppointmentId, Status
from teams_app.settings import BadSettings, read
from teams_app.store import appointments
from teams_app.web.fair import FAIR, MOVES, Fair, What, address_of, networks
from tests import make
from tests.web.client import (
    BOX,
    choose,
    confirm,
    fill_in,
    is_a_page_that_helps,
    move,
    slot,
)
from tests.web.conftest import Answer, Door

PROXY = networks("127.0.0.1, 10.0.0.0/8, ::1")


@dataclass
class Peer:
    """A connection from somewhere."""

    host: str

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.host, 1) if name == "peername" else default


@dataclass
class Ticking:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def asked(peer: str, *forwarded: str) -> web.Request:
    headers = aiohttp.typedefs.CIMultiDict(
        [("X-Forwarded-For", each) for each in forwarded]
    )
    return make_mocked_request("POST", "/b", headers, transport=Peer(peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("1.1.1.1, 198.51.100.1, 10.0.0.9",), "198.51.100.1"),
        ("127.0.0.1", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("127.0.0.1", ("198.51.100.1:4711",), "198.51.100.1"),
        ("127.0.0.1", ("[2001:db8:1:2::9]:4711",), "2001:db8:1:2::/64"),
        ("::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", (), "203.0.113.7"),
        ("127.0.0.1", ("unknown",), "127.0.0.1"),
        ("127.0.0.1", ("10.0.0.8, 10.0.0.9",), "10.0.0.8"),
        ("", (), ""),
    ],
)
def test_the_address_is_what_a_trusted_proxy_says(peer, forwarded, found):
    assert address_of(asked(peer, *forwarded), PROXY) == found


def test_twenty_at_once_and_sixty_in_an_hour_are_enough():
    clock = Ticking()
    fair = Fair(clock)
    phone = asked("203.0.113.7")
    for _ in range(60):
        _, earlier = fair.enter(phone)
        assert fair.wait(earlier, still_held=19) == 0
        clock.now += 10

    assert fair.wait([], still_held=20) > 0
    _, earlier = fair.enter(phone)
    assert fair.wait(earlier, still_held=0) == 3000
    _, others = fair.enter(asked("203.0.113.8"))
    assert others == []
    clock.now += 3600
    _, earlier = fair.enter(phone)
    assert earlier == []


def test_what_is_old_is_forgotten_and_the_memory_ends():
    clock = Ticking()
    fair = Fair(clock, kept=100)
    for n in range(150):
        fair.enter(asked(str(ipaddress.IPv4Address(n + 1))))
    assert len(fair._tries) <= 101
    clock.now += 3601
    for _ in range(60):
        fair.enter(asked("203.0.113.7"))

    assert len(fair._tries) == 1


def test_nought_is_no_limit():
    fair = Fair(Ticking(), at_once=0)
    tries = [fair.enter(asked("203.0.113.7"))[0] for _ in range(100)]

    assert fair.wait(tries, still_held=100) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "10.0.0.0/40"),
        ("HOLDS_PER_ADDRESS", "-1"),
        ("BOOKINGS_PER_ADDRESS", "-1"),
    ],
)
def test_a_setting_that_is_none_stops_the_start(name: str, value: str):
    with pytest.raises(BadSettings, match=name):
        read({f"VUORO_{name}": value})


def test_thirty_booked_in_an_hour_are_enough_and_one_pressed_twice_is_one():
    clock = Ticking()
    fair = Fair(clock)
    library = asked("203.0.113.7")
    for n in range(30):
        mine, earlier = fair.enter(library, What.BOOKING)
        assert fair.wait_to_book(earlier, AppointmentId(n)) == 0
        mine.held = AppointmentId(n)
        clock.now += 10

    assert fair.wait_to_book(fair.booked(library)) == 3300
    assert fair.wait_to_book(fair.booked(library), AppointmentId(29)) == 0
    assert fair.booked(asked("203.0.113.8")) == []
    assert fair.enter(library)[1] == []
    clock.now += 3300
    assert fair.wait_to_book(fair.booked(library)) == 0
    fair.bookings = 0
    assert fair.wait_to_book(fair.booked(library)) == 0


# Through HTTP.


async def try_to_hold(door: Door, count: int, of: str = "") -> list[Answer]:
    """Hold one time after another, as a script would."""
    door_fair(door).trusted = PROXY
    page = await door.get("/b/guidance?lang=sv")
    answers = []
    for n in range(count):
        # Aino and Bo, every hour of three working days.
        days, place = divmod(n, 12)
        who = (make.AINO, make.BO)[place % 2]
        hours = 24 * (days + 1) + place // 2
        answers.append(
            await door.ask(
                "POST",
                "/b/guidance?lang=sv",
                data={"form_token": page.token, "slot": slot(hours, who)},
                headers={"X-Forwarded-For": of} if of else {},
            )
        )
    return answers


def door_fair(door: Door) -> Fair:
    server = door._server
    fair: Fair = server.app[FAIR]
    return fair


async def test_a_script_cannot_hold_all_the_times(door: Door):
    answers = await try_to_hold(door, 24)

    assert [each.status for each in answers] == [303] * 20 + [429] * 4
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert is_a_page_that_helps(answers[-1], "sv")
    assert 'href="/b/guidance?lang=sv"' in answers[-1].text
    found = door.small.read(
        appointments.between, [make.AINO, make.BO], make.Span(make.at(0), make.at(999))
    )
    assert sum(each.status is Status.HELD for each in found) == 20


async def test_another_address_is_not_shut_out_with_it(door: Door):
    await try_to_hold(door, 21, "198.51.100.1")

    page = await door.get("/b/guidance")
    answer = await door.ask(
        "POST",
        "/b/guidance",
        data={"form_token": page.token, "slot": slot(24 * 3)},
        headers={"X-Forwarded-For": "198.51.100.2"},
    )
    assert answer.status == 303


async def test_what_is_booked_or_lapsed_gives_its_place_back(door: Door):
    first = await choose(door, 24 * 4)
    check = (await fill_in(door, first)).location
    await try_to_hold(door, 19)
    page = await door.get("/b/guidance?lang=en")
    fields = {"form_token": page.token, "slot": slot(24 * 4 + 2)}
    assert (await door.post("/b/guidance?lang=en", **fields)).status == 429

    assert (await confirm(door, check)).status == 303
    assert (await door.post("/b/guidance?lang=en", **fields)).status == 303
    fields["slot"] = slot(24 * 4 + 4)
    assert (await door.post("/b/guidance?lang=en", **fields)).status == 429
    door.small.clock.advance(minutes=11)
    assert (await door.post("/b/guidance?lang=en", **fields)).status == 303


async def test_a_script_cannot_book_for_any_number_of_strangers(door: Door):
    """Also what it held before, and let lapse meanwhile."""
    door_fair(door).bookings = 2
    checks = [
        (await fill_in(door, await choose(door, hours), email=f"{hours}@b.example"))
        for hours in (24, 25, 26)
    ]
    door.small.clock.advance(minutes=11)

    first, second, third = [await confirm(door, each.location) for each in checks]
    again = await confirm(door, checks[2].location)
    page = await door.get("/b/guidance?lang=sv")
    fields = {"form_token": page.token, "slot": slot(48)}
    chosen = await door.post("/b/guidance?lang=sv", **fields)

    assert (first.status, second.status) == (303, 303)
    for answer, language in ((third, "en"), (again, "en"), (chosen, "sv")):
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 3000
        assert is_a_page_that_helps(answer, language)
    assert len(door.small.owed("tell")) == 2
    door_fair(door).bookings = 3
    assert (await confirm(door, checks[2].location)).status == 303


async def test_what_came_to_nothing_or_was_offered_is_no_booking_counted(door: Door):
    small, fair = door.small, door_fair(door)
    fair.bookings = 1
    check = (await fill_in(door, await choose(door, 24))).location
    busy = small.graph.add(BOX, make.span(24))
    assert (await confirm(door, check)).status == 409
    small.graph.remove(BOX, busy.id)
    await small.settle_down()

    check = (await fill_in(door, await choose(door, 26))).location
    assert (await confirm(door, check)).status == 303
    offer = small.offer(48)
    link = f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=en"
    page = await door.get(link)
    held = await door.post(link, form_token=page.token, slot=slot(48))
    assert (await confirm(door, held.location)).status == 303


async def test_a_time_that_cannot_be_had_counts_for_nothing(door: Door):
    door.small.hold(24)
    door_fair(door).at_once = 2
    page = await door.get("/b/guidance?lang=en")
    fields = {"form_token": page.token, "slot": slot(24)}

    statuses = {
        (await door.post("/b/guidance?lang=en", **fields)).status for _ in range(8)
    }

    assert statuses == {409}


async def test_a_link_does_not_move_its_appointment_without_end(door: Door):
    """Each time its client would be mailed, and her professional's calendar changed."""
    small = door.small
    booked = small.book(24)
    page = door.path(booked, "/move?lang=en")

    answers = [await move(door, page, slot(26 + n % 2 * 2)) for n in range(MOVES + 1)]

    assert [each.status for each in answers] == [303] * MOVES + [429]
    assert int(answers[-1].headers["Retry-After"]) > 3000
    assert is_a_page_that_helps(answers[-1], "en")
    assert small.appointment(booked.id).version == booked.version + MOVES
    other = small.book(72)
    done = await move(door, door.path(other, "/move?lang=en"), slot(74))
    assert done.status == 303
    door_fair(door).bookings = 0
    assert (await move(door, page, slot(26))).status == 303
