"""The three truths in every view of the tab: what holds, and since when; nothing else."""

import re
from datetime import timedelta
from html import unescape

import pytest

from booking.model import Appointment, UnitId
from booking.spans import Span, wall
from booking.wording import text
from graph_sync.graph import Member
from teams_app.actions import leaving
from teams_app.store import appointments, people
from tests import make
from tests.support.small_world import POLICY, SUPERVISOR
from tests.web.conftest import Answer, Door
from tests.web.test_panel import opened, thread

AINO = make.a_professional().object_id
RECEPTION = "00000000-0000-4000-8000-00000000000c"
DAY = wall(make.at(24), POLICY.zone).date()
#: In a line of its own, and where there is room for plain text alone.
BOOKED, IN_OUTLOOK, TOLD = "Booked 10:00", "In Outlook 10:02", "Client told 10:02"
HOLDS = [BOOKED, IN_OUTLOOK, TOLD]
VIEWS = (
    *("today", "list", "found", "week", "team", "team-list"),
    *("waiting", "hand", "panel", "reception", "reception-found"),
)
#: Where they are said by title and description only.
GRIDS = ("week", "team")


async def standing(door: Door) -> Appointment:
    """Booked at ten; in Outlook, and told to the client, two minutes later."""
    booked = door.small.book(24)
    door.small.clock.advance(minutes=2)
    await door.small.settle_down()
    return booked


async def see(door: Door, view: str, booked: Appointment) -> Answer:
    if view == "panel":
        return await opened(door, thread(door, booked))
    if view.startswith("reception"):
        return await at_reception(door, booked, looked_for=view.endswith("found"))
    if view == "found":
        headers = door.staff(oid=AINO) | {"Accept-Language": "en"}
        whom = {"whom": booked.reference}
        return await door.ask("POST", "/teams/list", headers=headers, data=whom)
    paths = {
        "today": f"/teams/today?day={DAY}",
        "list": "/teams/list",
        "week": f"/teams/week?day={DAY}",
        "team": f"/teams/team?day={DAY}",
        "team-list": f"/teams/team?day={DAY}&view=list",
        "waiting": "/teams/waiting",
        "hand": f"/teams/appointment/{booked.reference}/hand",
    }
    of_unit = view in {"team", "team-list", "waiting", "hand"}
    who = SUPERVISOR if of_unit else AINO
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(paths[view], headers=headers)


async def at_reception(door: Door, booked: Appointment, *, looked_for: bool) -> Answer:
    door.small.write(people.set_receptionists, UnitId(1), [RECEPTION])
    headers = door.staff(oid=RECEPTION) | {"Accept-Language": "en"}
    if not looked_for:
        return await door.get(f"/teams/reception?day={DAY}", headers=headers)
    whom = {"whom": booked.reference}
    return await door.ask("POST", "/teams/reception", headers=headers, data=whom)


def lines(page: str) -> list[list[str]]:
    """Give what each line of truths says, as it is read."""
    found = re.findall(r'<p class="stands">(.*?)</p>', page, re.DOTALL)
    title = f"{text('en', 'truth.title')}:"
    plain = [unescape(re.sub(r"<[^>]+>", "", each)) for each in found]
    said = [" ".join(each.split()).removeprefix(title) for each in plain]
    return [[part.strip() for part in each.split(".") if part] for each in said]


def told(page: str) -> list[str]:
    """Give the descriptions of entries of a grid, on the pointer and read aloud."""
    titles = re.findall(r'class="inside" title="([^"]*)"', page)
    return [unescape(each) for each in titles]


async def questioned(door: Door) -> None:
    """Let something lie over the appointment, so that it waits for an answer."""
    door.small.graph.add(make.a_professional().mailbox, make.span(24))
    door.small.pull()
    await door.small.settle_down()


@pytest.mark.parametrize("view", VIEWS)
async def test_each_view_says_what_holds_and_since_when(door: Door, view: str):
    booked = await standing(door)
    if view == "waiting":
        await questioned(door)

    page = (await see(door, view, booked)).text

    if view in GRIDS:
        said = ", ".join(HOLDS)
        assert told(page) == [said]
        assert page.count(said) == 2, "it is read aloud too"
    else:
        assert lines(page) == [HOLDS]


@pytest.mark.parametrize("view", VIEWS)
async def test_what_does_not_hold_is_not_said_to(door: Door, view: str):
    """Mail goes nowhere: the client has not been told, whatever else is done."""
    door.small.gate.arm(1, lasting=True, only="graph.send")
    booked = door.small.book(24)
    door.small.clock.advance(minutes=2)
    await door.small.rest(rounds=6)
    if view == "waiting":
        door.small.graph.add(make.a_professional().mailbox, make.span(24))
        door.small.pull()
        await door.small.rest(rounds=8)

    page = unescape((await see(door, view, booked)).text)

    assert "Client told" not in page
    assert "In Outlook" in page
    waits = text("en", "cards.truth.told.waiting")
    known = {text("en", "truth.told.waiting"), waits}
    assert any(each in page for each in known)


async def test_of_who_has_left_it_is_said_how_each_of_hers_stands(door: Door):
    booked = await standing(door)
    for members in ([Member(AINO, "Aino", enabled=True)], []):
        door.small.write(leaving.learn, "group", members, door.small.now)
        door.small.write(leaving.conclude, door.small.policy, door.small.now)

    page = (await see(door, "waiting", booked)).text

    assert text("en", "waiting.left.title") in page
    assert lines(page) == [HOLDS]


async def test_of_another_day_the_date_is_said(door: Door):
    booked = await standing(door)
    door.small.clock.advance(hours=12)

    (line,) = lines((await see(door, "list", booked)).text)

    assert line[0] == "Booked 10:00"
    door.small.clock.advance(hours=12)
    (line,) = lines((await see(door, "today", booked)).text)
    assert line[0] == "Booked 23 Nov 10:00"


async def test_of_however_many_side_by_side_each_says_it(door: Door):
    """A supervisor of a whole office has hundreds before her."""
    for number in range(120):
        starts = make.at(24) + timedelta(minutes=5 * number)
        five = Span(starts, starts + timedelta(minutes=5))
        door.small.write(appointments.save, make.booked(500 + number, span=five))

    page = (await see(door, "team", make.booked(500))).text

    said = told(page)
    assert len(said) == page.count("event own") == 120
    assert {each.split(",")[0] for each in said} == {"Booked"}


async def test_side_by_side_marks_are_seen_and_what_is_owed_is_read(door: Door):
    booked = await standing(door)
    door.small.gate.arm(1, lasting=True, only="graph.send")
    door.small.book(26)
    await door.small.rest(rounds=6)

    page = unescape((await see(door, "team", booked)).text)

    marks = re.findall(r'class="marks" aria-hidden="true">([^<]*)<', page)
    assert marks == ["✓✓✓", "✓✓…"]
    waits = text("en", "truth.told.waiting")
    assert page.count(f'<span class="service" aria-hidden="true">{waits}</span>') == 1
