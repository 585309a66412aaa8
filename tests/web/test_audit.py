"""What docs/audit.md says of a client's own pages and of the doors for programs, tried.

Each line is done as a client does it, and leaves in the log what the page says: no more,
no less, and under her name. What the staff leave `test_roles.py` tries.
"""

from collections.abc import Awaitable, Callable, Mapping

import pytest

from booking.appointments import Actor
from booking.links import LinkKind
from booking.model import Appointment, Modality
from booking.wording import catalogue
from teams_app.web import app, staff
from tests.support import audit_table, audited
from tests.support.small_world import SmallWorld
from tests.web import client
from tests.web.client import FORM, choose, fill_in, hidden, slot
from tests.web.conftest import Answer, Door
from tests.web.test_binding import WHY, agreed
from tests.web.test_every_route import notice, places

PAGES = audit_table.under("A client's own pages")
DOORS = audit_table.under("Doors for programs")
Act = Callable[[], Awaitable[Answer]]


def test_every_route_of_a_client_and_for_programs_has_its_line():
    """Those of the staff have theirs by `test_roles.py`."""
    of_staff = {(each.method, each.path) for each in staff.routes()}
    every = {(each.method, each.path) for each in app.routes()} - of_staff
    told = {each.partition(" (")[0] for each in PAGES | DOORS}

    assert told == {f"{method} {path}" for method, path in every}


def test_every_word_of_the_log_is_explained_and_no_other():
    words = audit_table.words()
    begin = "admin.log.what."
    known = {
        each.removeprefix(begin) for each in catalogue("en")._catalog if begin in each
    }

    assert words == known - {"any"}
    done = {each.split()[0] for line in audit_table.every().values() for each in line}
    assert done <= words


# The steps. What comes before the last one is done; the last one is given.


def offered(door: Door) -> str:
    made = door.small.offer(24, 26)
    return f"/o/{door.small.links.token(LinkKind.OFFER, made.link, 0)}"


async def choose_time(door: Door) -> Act:
    page = await door.get("/b/guidance?lang=en")
    return lambda: door.post("/b/guidance?lang=en", form_token=page.token, slot=slot())


async def choose_offered(door: Door) -> Act:
    path = offered(door)
    page = await door.get(path)
    return lambda: door.post(path, form_token=page.token, slot=slot(26))


async def choose_another(door: Door) -> Act:
    path = offered(door)
    page = await door.get(path)
    held = await door.post(path, form_token=page.token, slot=slot(26))
    assert held.status == 303
    return lambda: door.post(path, form_token=page.token, slot=slot(24))


async def give_details(door: Door) -> Act:
    path = await choose(door)
    page = await door.get(path)
    return lambda: door.post(path, form_token=page.token, **FORM)


async def confirm(door: Door) -> Act:
    check = (await fill_in(door, await choose(door))).location
    return lambda: client.confirm(door, check)


async def confirm_unheard(door: Door) -> Act:
    act = await confirm(door)
    door.small.gate.arm(1, only="graph.view")
    return act


async def release(door: Door) -> Act:
    path = await choose(door)
    page = await door.get(path)
    away = path.replace("/details", "/release")
    return lambda: door.post(away, form_token=page.token)


async def choose_to_move(door: Door) -> Act:
    page = door.path(door.small.book(24), "/move")
    times = await door.get(page)
    return lambda: door.post(page, form_token=times.token, slot=slot(26))


async def move(door: Door) -> Act:
    chosen = await (await choose_to_move(door))()
    check = await door.get(chosen.location)
    return lambda: door.post(chosen.location, **hidden(check))


async def cancel(door: Door) -> Act:
    path = door.path(door.small.book(24), "/cancel")
    page = await door.get(path)
    return lambda: door.post(path, form_token=page.token)


async def report(door: Door) -> Act:
    path = door.path(agreed(door), "/obstacle?lang=en")
    page = await door.get(path)
    return lambda: door.post(path, form_token=page.token, explanation=WHY)


async def ask_for_another_language(door: Door) -> Act:
    booked = door.small.book(24)
    page = await door.get(door.path(booked, "?lang=en"))
    path = door.path(booked, "/language?lang=sv")
    return lambda: door.post(path, form_token=page.token)


def near(door: Door) -> str:
    booked = door.small.book(24, modality=Modality.REMOTE)
    door.small.clock.set(
        booked.span.start.replace(hour=booked.span.start.hour - 1, minute=55)
    )
    return door.path(booked).replace("/a/", "/j/")


async def wait(door: Door) -> Act:
    path = near(door)
    return lambda: door.get(path)


async def be_stuck(door: Door) -> Act:
    path = near(door)
    page = await door.get(path)
    return lambda: door.post(path, form_token=page.token)


async def try_again(door: Door) -> Act:
    path = near(door)
    page = await door.get(path)
    await door.post(path, form_token=page.token)
    return lambda: door.post(f"{path}/again", form_token=page.token)


async def tell_of_a_change(door: Door) -> Act:
    value = {"value": [notice(door.small)]}
    return lambda: door.ask("POST", "/hooks/graph", json=value)


STEPS: Mapping[str, Callable[[Door], Awaitable[Act]]] = {
    "POST /b/{service}": choose_time,
    "POST /o/{token}": choose_offered,
    "POST /o/{token} (another)": choose_another,
    "POST /a/{token}/details": give_details,
    "POST /a/{token}/confirm": confirm,
    "POST /a/{token}/confirm (Outlook is silent)": confirm_unheard,
    "POST /a/{token}/release": release,
    "POST /a/{token}/move": choose_to_move,
    "POST /a/{token}/move/check": move,
    "POST /a/{token}/cancel": cancel,
    "POST /a/{token}/obstacle": report,
    "POST /a/{token}/language": ask_for_another_language,
    "GET /j/{token} (near the start)": wait,
    "POST /j/{token}": be_stuck,
    "POST /j/{token}/again": try_again,
    "POST /hooks/graph": tell_of_a_change,
}


async def left(small: SmallWorld, act: Act) -> set[str]:
    """Do it; give what it has left, all of it by the client."""
    before = small.read(audited.before)
    answer = await act()
    assert answer.status < 400, answer.text
    lines = small.read(audited.since, before)
    assert {each.who for each in lines} <= {Actor.CLIENT.value}, lines
    return {audit_table.token(each) for each in lines}


@pytest.mark.parametrize("row", STEPS)
async def test_what_a_client_does_leaves_what_the_page_says(door: Door, row: str):
    act = await STEPS[row](door)

    assert await left(door.small, act) == (PAGES | DOORS)[row]


LOOKS = sorted((PAGES | DOORS).keys() - STEPS.keys())


@pytest.mark.parametrize("row", LOOKS)
async def test_what_a_client_only_looks_at_leaves_nothing(door: Door, row: str):
    """In each state that an appointment or an offer may be in."""
    small = door.small
    method, path = row.split(" ")
    assert method == "GET"
    assert (PAGES | DOORS)[row] == set()
    found = places(small)
    kind = "o" if path.startswith("/o/") else "a"
    tokens = found[kind] if "{token}" in path else [""]
    before = small.read(audited.before)

    for token in tokens:
        there = path.replace("{token}", token).replace("{service}", "guidance")
        answer = await door.get(there)
        assert answer.status < 500, there

    assert small.read(audited.since, before) == []


# That what the watch at the doors looks for is found.


def faults(small: SmallWorld, who: str, said: str, status: int = 200, typed: str = ""):
    before = small.read(audited.before)
    heard = audited.Heard(who, said, typed, status)
    return small.read(audited.faults, before, heard)


def test_who_is_shown_a_client_and_stands_nowhere_is_found(small: SmallWorld):
    booked = small.book(24)
    (fault,) = faults(small, "staff:x", f"<b>{booked.reference}</b>")
    named = faults(small, "staff:x", "Maija Meri, maija@client.example")

    assert booked.reference in fault
    assert len(named) == 2
    assert faults(small, "staff:x", "nobody at all") == []
    assert faults(small, "staff:x", "Maija Meri", typed="name=Maija+Meri") == []
    assert faults(small, "", "Maija Meri") == []


def test_a_line_of_somebody_else_or_about_another_does_not_count(small: SmallWorld):
    booked, other = small.book(24), small.book(26)

    def of(who: str, about: Appointment, status: int = 200) -> list[str]:
        before = small.read(audited.before)
        small.write(audited.looked, who, about.id, small.now)
        heard = audited.Heard("staff:x", booked.reference, "", status)
        found: list[str] = small.read(audited.faults, before, heard)
        return found

    assert of("staff:x", booked) == []
    assert len(of("staff:y", booked)) == 1
    assert len(of("staff:x", other)) == 1
    assert any("refused" in each for each in of("staff:x", other, 403))


def test_what_is_changed_without_a_line_is_found(small: SmallWorld):
    booked = small.book(24)
    before = small.read(audited.before)
    small.write(audited.tampered, booked.id)

    (fault,) = small.read(audited.unsaid, before)

    assert f"appointments of appointment:{booked.id}" in fault
