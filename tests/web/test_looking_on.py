"""A view that stands open is drawn anew by itself: what the log says of that.

One line for a person, a thing and an hour. Who opens it herself leaves a line each time,
and what she had not before her leaves one however it came to be shown.
"""

import pytest

from booking.spans import wall
from teams_app.actions import drafts
from teams_app.store import log
from teams_app.web.tab.seat import AGAIN
from tests import make
from tests.support.small_world import POLICY, SUPERVISOR
from tests.web.conftest import Answer, Door

AINO = make.a_professional().object_id
DAY = wall(make.at(24), POLICY.zone).date()
TODAY = f"/teams/today?day={DAY}"


async def see(door: Door, path: str, *, who: str = AINO, again: bool = False) -> Answer:
    headers = door.staff(oid=who)
    page = await door.get(path, headers=headers | ({AGAIN: "1"} if again else {}))
    assert page.status == 200
    return page


def views(door: Door, who: str = AINO) -> list[str]:
    """Give what the lines say that somebody has seen, the oldest first."""
    lines = door.small.read(log.entries, None, 200)
    of_hers = [each for each in lines if each.who == f"staff:{who}"]
    return [each.subject for each in reversed(of_hers) if each.what == "view"]


async def test_a_list_that_follows_says_only_what_it_had_not_shown(door: Door):
    first = door.small.book(24)
    await see(door, TODAY)
    assert views(door) == [f"appointments:{first.id}"]

    second = door.small.book(26)
    door.small.clock.advance(minutes=1)
    for _ in range(5):
        page = await see(door, TODAY, again=True)
        assert second.reference in page.text

    assert views(door) == [f"appointments:{first.id}", f"appointments:{second.id}"]


async def test_after_an_hour_it_says_again_that_she_has_it_before_her(door: Door):
    first = door.small.book(24)
    await see(door, TODAY)

    for _ in range(13):  # Two hours and ten minutes.
        door.small.clock.advance(minutes=10)
        await see(door, TODAY, again=True)

    assert views(door) == [f"appointments:{first.id}"] * 3


async def test_who_opens_it_herself_leaves_a_line_each_time(door: Door):
    first = door.small.book(24)

    await see(door, TODAY)
    await see(door, TODAY)

    assert views(door) == [f"appointments:{first.id}"] * 2


async def test_an_appointment_and_its_notes_are_one_line_each(door: Door):
    one = door.small.book(24)
    path = f"/teams/appointment/{one.reference}"
    said = {"text": "Puhelin mukaan.", "request": "n1"}
    await door.ask("POST", f"{path}/notes", headers=door.staff(), data=said)
    before = len(views(door))

    await see(door, path)
    opened = views(door)[before:]
    for _ in range(3):
        door.small.clock.advance(minutes=5)
        await see(door, path, again=True)

    assert {f"appointment:{one.id}", f"notes:{one.id}"} <= set(opened)
    assert views(door)[before:] == opened


@pytest.mark.parametrize("path", [TODAY, "one", "/teams/waiting"])
async def test_nothing_is_hidden_by_saying_that_it_was_drawn_anew(
    door: Door, path: str
):
    """What nobody has opened leaves a line, whatever the request says of itself."""
    one = door.small.book(24)
    door.small.graph.add(make.a_professional().mailbox, make.span(24))
    door.small.pull()
    await door.small.settle_down()
    who = SUPERVISOR if path == "/teams/waiting" else AINO
    there = f"/teams/appointment/{one.reference}" if path == "one" else path

    page = await see(door, there, who=who, again=True)

    assert one.reference in page.text
    assert any(str(one.id) in each for each in views(door, who))


async def test_a_list_does_not_stand_for_the_page_of_one(door: Door):
    """On its own page there is more: her answers, and what was said to her."""
    one = door.small.book(24)
    await see(door, TODAY)

    await see(door, f"/teams/appointment/{one.reference}", again=True)

    assert f"appointment:{one.id}" in views(door)


async def test_nobody_looks_on_for_another(door: Door):
    one = door.small.book(24)
    await see(door, f"/teams/appointment/{one.reference}")

    await see(door, f"/teams/appointment/{one.reference}", who=SUPERVISOR, again=True)

    assert f"appointment:{one.id}" in views(door, SUPERVISOR)


async def test_one_form_does_not_stand_for_another(door: Door):
    """What she typed of one client says nothing of the next: their line is the same."""
    for request in ("r1", "r2"):
        typed = {"client_name": f"Maija {request}"}
        door.small.write(drafts.keep, make.AINO, request, typed)

    for request in ("r1", "r2"):
        path = f"/teams/book?form={request}"
        assert f"Maija {request}" in (await see(door, path, again=True)).text

    assert views(door) == ["draft"] * 2
