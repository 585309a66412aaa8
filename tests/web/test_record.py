"""An appointment's page with all that stands there, and its notes through HTTP."""

import re
from html import unescape

import pytest

from booking.appointments import Actor
from booking.model import Appointment
from booking.notes import TEXT_MAX
from booking.wording import text
from teams_app.actions import booking, handovers
from teams_app.actions.handovers import Order
from teams_app.store import log, people, persons
from teams_app.store import notes as rows
from teams_app.web.app import routes
from tests import make
from tests.support.small_world import SUPERVISOR, SmallWorld, dump
from tests.web.conftest import BOTH_ENGINES, Answer, Door

AINO, BO = make.a_professional().object_id, make.bo().object_id
DESK = "00000000-0000-4000-8000-0000000000d1"
STRANGER = "00000000-0000-4000-8000-0000000000ff"


def heads(door: Door, who: str = AINO, language: str = "en") -> dict[str, str]:
    return door.staff(oid=who) | {"Accept-Language": language}


async def see(door: Door, booked: Appointment, who: str = AINO, language="en") -> str:
    path = f"/teams/appointment/{booked.reference}"
    answer = await door.get(path, headers=heads(door, who, language))
    return unescape(answer.text)


async def send(
    door: Door, booked: Appointment, rest: str = "", who: str = AINO, **fields: str
) -> Answer:
    path = f"/teams/appointment/{booked.reference}/notes{rest}"
    return await door.ask("POST", path, data=fields, headers=heads(door, who))


async def written(door: Door, booked: Appointment, said: str = "Calls on Monday"):
    answer = await send(door, booked, text=said, request=said[:20])
    assert answer.status == 200, answer.text
    return newest(door.small, booked)


def newest(small: SmallWorld, booked: Appointment):
    return small.read(rows.of_appointment, booked.id)[0]


def typed(answer: Answer) -> list[str]:
    found = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    return [unescape(each) for each in found]


# The whole page.


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_page_says_what_has_been_sent_done_and_noted(
    door: Door, language: str
):
    small, booked = door.small, door.small.book(24)
    other = small.book(48)
    await small.settle_down()
    await written(door, booked, "Soittaa <b>maanantaina</b>")

    shown = await see(door, booked, language=language)

    for key in ("history.what.book", "sent.kind.booked", "sent.state.accepted"):
        assert text(language, key) in shown, key
    assert text(language, "history.by.client") in shown
    assert "m…@client.example" in shown
    assert "Soittaa <b>maanantaina</b>" in shown
    assert f"/teams/appointment/{other.reference}" in shown
    assert text(language, "sent.link") in shown
    assert booked.link not in shown


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("actor", [Actor.RECEPTION, Actor.SUPERVISOR])
async def test_as_what_somebody_of_the_staff_did_it_stands_by_her_name(
    door: Door, language: str, actor: Actor
):
    small, booked = door.small, door.small.book(24)
    small.write(lambda tx: people.set_receptionists(tx, small.aino.unit, [DESK]))
    who = DESK if actor is Actor.RECEPTION else SUPERVISOR
    small.write(booking.cancel, booked.id, by=actor, now=small.now, who=f"staff:{who}")
    unnamed = await see(door, booked, language=language)
    small.write(persons.save, who, "Liisa Laine")

    named = await see(door, booked, language=language)

    by = f"history.by.{actor}"
    assert f" · {text(language, by)}</p>" in unnamed
    assert f" · Liisa Laine, {text(language, f'{by}.role')}</p>" in named


async def test_what_was_typed_is_text_and_no_markup(door: Door):
    booked = door.small.book(24)

    answer = await send(door, booked, text="<script>alert(1)</script>", request="r")

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_a_look_at_the_page_is_a_look_at_everything_on_it(door: Door):
    small, booked = door.small, door.small.book(24)
    other = small.book(48)
    await written(door, booked)
    before = len(small.read(log.entries, None, 100))

    await see(door, booked)

    fresh = small.read(log.entries, None, 100)[:-before]
    seen = [(each.who, each.what, each.subject, each.source) for each in fresh]
    who = f"staff:{AINO}"
    assert set(seen) == {
        (who, "view", f"appointment:{booked.id}", "tab"),
        (who, "view", f"appointments:{other.id}", "tab"),
        (who, "view", f"notes:{booked.id}", "tab"),
    }


async def test_a_supervisor_sees_it_and_writes_notes_of_her_own(door: Door):
    booked = door.small.book(24)
    note = await written(door, booked)

    answer = await send(door, booked, who=SUPERVISOR, text="Read", request="r")

    assert answer.status == 200
    assert f"/notes/{note.id}" not in answer.text
    assert text("en", "notes.somebody") in answer.text
    refused = await send(
        door, booked, f"/{note.id}", SUPERVISOR, act="strike", version="1"
    )
    assert refused.status == 403
    assert newest(door.small, booked).text == "Read"


# Notes.


async def test_a_note_is_written_changed_and_struck_out(door: Door):
    booked = door.small.book(24)
    note = await written(door, booked)

    changed = await send(
        door, booked, f"/{note.id}", act="change", version="1", text="On Tuesday"
    )
    struck = await send(door, booked, f"/{note.id}", act="strike", version="2")

    assert text("en", "notes.said.changed") in changed.text
    assert text("en", "notes.said.struck") in struck.text
    assert "<s>On Tuesday</s>" in struck.text
    assert "<html" not in struck.text
    assert struck.text.strip().startswith("<section")


@pytest.mark.parametrize(
    ("said", "problem"),
    [("", "empty"), (" \r\n ", "empty"), ("x" * (TEXT_MAX + 1), "too_long")],
)
async def test_what_is_no_note_is_refused_and_stands_there_still(
    door: Door, said: str, problem: str
):
    booked = door.small.book(24)

    answer = await send(door, booked, text=said, request="r1")

    assert answer.status == 422
    key = f"notes.problem.{problem}"
    assert text("en", key, limit=TEXT_MAX) in unescape(answer.text)
    assert typed(answer)[0] == said
    assert 'value="r1"' in answer.text
    assert not door.small.read(rows.of_appointment, booked.id)


@BOTH_ENGINES
async def test_an_old_copy_loses_neither_what_stands_nor_what_was_typed(door: Door):
    booked = door.small.book(24)
    note = await written(door, booked)
    path = f"/{note.id}"
    await send(door, booked, path, act="change", version="1", text="First window")

    answer = await send(
        door, booked, path, act="change", version="1", text="Second window"
    )

    assert answer.status == 409
    assert text("en", "notes.problem.older") in unescape(answer.text)
    assert "First window" in answer.text
    assert typed(answer)[1] == "Second window"
    assert 'name="version" value="2"' in answer.text
    assert newest(door.small, booked).text == "First window"


async def test_too_late_what_was_typed_may_become_a_note_of_its_own(door: Door):
    booked = door.small.book(72)
    note = await written(door, booked)
    door.small.clock.advance(hours=25)

    answer = await send(
        door, booked, f"/{note.id}", act="change", version="1", text="Late"
    )

    assert answer.status == 409
    assert text("en", "notes.problem.fixed") in unescape(answer.text)
    assert typed(answer) == ["Late"]
    assert newest(door.small, booked).text == note.text


@pytest.mark.parametrize("note", ["0", "99", "-1", "x", "9" * 400, "%00", "\u0661"])
async def test_a_note_that_is_none_is_403_and_says_nothing(door: Door, note: str):
    booked, other = door.small.book(24), door.small.book(48)
    await written(door, other)
    before = door.small.read(dump)["notes"]

    for act in ("change", "strike"):
        answer = await send(door, booked, f"/{note}", act=act, version="1", text="Mine")
        assert answer.status == 403, answer.text
        assert "Maija" not in answer.text
    assert door.small.read(dump)["notes"] == before


@pytest.mark.parametrize("fields", [{}, {"act": "erase"}, {"act": "change "}])
async def test_nothing_but_changing_and_striking_is_done_to_a_note(
    door: Door, fields: dict[str, str]
):
    booked = door.small.book(24)
    note = await written(door, booked)

    answer = await send(door, booked, f"/{note.id}", version="1", text="x", **fields)

    assert answer.status == 400
    assert newest(door.small, booked) == note


@pytest.mark.parametrize("version", ["", "0", "7", "-1", "x", "9" * 5000])
async def test_a_version_that_is_none_changes_nothing(door: Door, version: str):
    booked = door.small.book(24)
    note = await written(door, booked)

    for act in ("change", "strike"):
        answer = await send(
            door, booked, f"/{note.id}", act=act, version=version, text="x"
        )
        assert answer.status == 409
    assert newest(door.small, booked) == note


async def test_nobody_else_gets_to_a_note(door: Door):
    booked = door.small.book(24)
    note = await written(door, booked)
    before = door.small.read(dump)["notes"]

    for who in (BO, STRANGER):
        for rest, fields in (
            ("", {"text": "Mine", "request": "r"}),
            (f"/{note.id}", {"act": "change", "version": "1", "text": "Mine"}),
            (f"/{note.id}", {"act": "strike", "version": "1"}),
        ):
            answer = await send(door, booked, rest, who, **fields)
            assert answer.status == 403, (who, rest)
            assert "Calls" not in answer.text
    bare = await door.ask("POST", f"/teams/appointment/{booked.reference}/notes")
    assert bare.status == 401
    assert door.small.read(dump)["notes"] == before


async def test_handed_over_the_notes_go_along_and_the_former_sees_none(door: Door):
    small, booked = door.small, door.small.book(24)
    await written(door, booked)
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.carry_out, order, small.now)

    assert "Calls on Monday" in await see(door, booked, BO)
    answer = await send(door, booked, text="Mine still", request="r")
    assert answer.status == 403
    assert "Calls on Monday" not in answer.text


# The log, route by route.


def mine() -> list[tuple[str, str]]:
    """Give every route about one appointment or its meeting that a person enters."""
    about = ("{reference}/notes", "/teams/panel/", "appointment/{reference}")
    return [
        (each.method, each.path)
        for each in routes()
        if any(part in each.path for part in about) and "public" not in each.path
    ]


async def test_each_route_about_an_appointment_leaves_a_line_for_it(door: Door):
    small, booked = door.small, door.small.book(24)
    await small.settle_down()
    note = await written(door, booked)
    thread = f"19:meeting_{small.link(booked).event_id}@thread.v2"
    fields = {"text": "x", "act": "strike", "version": "1", "request": "r9"}
    # What needs a state of its own is tried line by line (tests/web/test_roles.py).
    states = ("/cancel", "/move", "/outcome", "/late", "/hand", "/undo", "/arrival")
    states += ("/keep",)
    asked = [each for each in mine() if not each[1].endswith(states)]
    assert len(asked) >= 4
    for method, path in asked:
        there = path.format(reference=booked.reference, note=note.id)
        before = len(small.read(log.entries, f"appointment:{booked.id}", 500))
        answer = await door.ask(
            method,
            there,
            headers=heads(door) | {"Vuoro-Meeting": thread},
            data=fields if method == "POST" else None,
        )
        assert answer.status == 200, (path, answer.text)
        after = small.read(log.entries, f"appointment:{booked.id}", 500)
        assert len(after) > before, path
        assert after[0].who == f"staff:{AINO}"


async def test_an_earlier_one_without_an_outcome_is_not_said_to_be_booked(door: Door):
    door.small.book(2)
    later = door.small.book(48)
    status = text("en", "others.status.booked")

    coming = (await see(door, door.small.book(72))).count(f"<span>{status}</span>")
    door.small.clock.advance(hours=24)
    shown = await see(door, later)

    assert coming == 2
    assert shown.count(f"<span>{status}</span>") == 1
    assert f"<span>{text('en', 'outcomes.unrecorded')}</span>" in shown
