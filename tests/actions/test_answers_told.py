"""The history says what was answered to each question, once, and who did."""

import ast
from pathlib import Path

import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.cover import Why
from booking.model import Appointment, Language
from booking.own_settings import Section
from booking.views.record import Event
from booking.wording import catalogue, has
from teams_app.actions import (
    access,
    asked,
    conflicts,
    covering,
    handovers,
    history,
    questions,
)
from teams_app.actions.access import Claims, Look
from teams_app.actions.asked import Given
from teams_app.errands import take_over
from teams_app.store import conflicts as rows
from teams_app.store import desks
from teams_app.store.conflicts import Conflict
from teams_app.store.desks import Desk
from tests import make
from tests.actions.test_choosing import move, question
from tests.support import handing
from tests.support.small_world import TENANT, SmallWorld

AINO = make.a_professional().object_id
HERS, BOS = ("professional", "Aino Aalto"), ("professional", "Bo Berg")
NOBODY = ("", "")


@pytest_asyncio.fixture
async def booked(small: SmallWorld) -> Appointment:
    return await handing.standing(small, 48)


def answer(small: SmallWorld, found: Conflict, name: str) -> None:
    """Press a button of her card, a minute later."""
    small.clock.advance(minutes=1)
    who = small.read(access.person, Claims(TENANT, AINO))
    look = Look(small.now, "bot")
    given = Given(found.id, found.version, name, who, look)
    done = small.write(asked.answer, given, small.policy)
    assert isinstance(done, Conflict), done


def told(small: SmallWorld, about: Appointment) -> list[Event]:
    """Give the history after the booking and the question, the first first."""
    every: tuple[Event, ...] = small.read(history.of, small.appointment(about.id))
    return [
        each
        for each in reversed(every)
        if each.what != "book" and not each.what.startswith("asked_")
    ]


def lines(small: SmallWorld, about: Appointment) -> list[tuple[str, tuple[str, str]]]:
    return [(each.what, (each.by, each.name)) for each in told(small, about)]


ANSWERS = [
    ("moved", "tell", ["answered_told", "adopt"]),
    ("moved", "put_back", ["answered_put_back"]),
    ("moved", "propose", ["answered_moved"]),
    ("deleted", "restore", ["answered_put_back"]),
    ("deleted", "cancel", ["answered_cancel", "cancel"]),
    ("overlapped", "keep", ["answered_kept"]),
]


@pytest.mark.parametrize(("kind", "name", "whats"), ANSWERS)
async def test_an_answer_is_one_line_and_hers_who_gave_it(
    small: SmallWorld, booked: Appointment, kind: str, name: str, whats: list[str]
):
    answer(small, await question(small, kind), name)

    assert sorted(lines(small, booked)) == sorted((each, HERS) for each in whats)


async def test_an_answer_that_another_took_the_place_of_is_not_forgotten(
    small: SmallWorld, booked: Appointment
):
    found = await question(small, "overlapped")
    answer(small, found, "propose")
    standing = small.read(questions.choosing, booked.id)
    answer(small, standing, "hold")

    assert lines(small, booked) == [("answered_moved", HERS), ("answered_holds", HERS)]


@pytest.mark.parametrize(
    ("name", "what"), [("keep", "answered_kept"), ("propose", "answered_moved")]
)
async def test_what_was_answered_has_not_lapsed_when_things_change_later(
    small: SmallWorld, booked: Appointment, name: str, what: str
):
    answer(small, await question(small, "overlapped"), name)
    small.clock.advance(minutes=1)
    move(small, booked, Actor.RECEPTION)

    assert lines(small, booked) == [(what, HERS), ("move", ("reception", ""))]


async def test_a_question_that_nobody_answered_has(
    small: SmallWorld, booked: Appointment
):
    """Another was answered beside it, of the same event."""
    moved = await question(small, "moved")
    handing.overlapped(small, booked)
    answer(small, moved, "propose")
    standing = small.read(questions.choosing, booked.id)
    answer(small, standing, "hold")
    small.clock.advance(minutes=1)
    move(small, booked, Actor.RECEPTION)

    assert ("answered_overtaken", NOBODY) in lines(small, booked)


async def test_what_she_did_by_hand_in_outlook_is_nobodys_answer(
    small: SmallWorld, booked: Appointment
):
    found = await question(small, "deleted")
    small.write(conflicts.came_back, booked.id, small.now)

    assert small.read(rows.find, found.id).settled == "put_back"
    assert lines(small, booked) == [("answered_put_back", NOBODY)]


async def test_a_hand_over_answers_two_questions_with_one_line(
    small: SmallWorld, booked: Appointment
):
    await handing.copied(small, booked)
    await handing.deleted(small, booked)
    small.clock.advance(minutes=1)
    await take_over(small.world, handing.reply(small, booked, agreed=True))

    assert sorted(lines(small, booked)) == [
        ("answered_handed_over", BOS),
        ("hand_over", BOS),
    ]


async def test_a_hand_over_refused_is_told_by_its_own_line(
    small: SmallWorld, booked: Appointment
):
    await handing.copied(small, booked)
    await handing.deleted(small, booked)
    small.clock.advance(minutes=1)
    small.write(handovers.leave, handing.reply(small, booked, agreed=False), small.now)

    assert [each for each, _ in lines(small, booked)] == ["hand_over_refused"]


async def test_that_the_desk_was_asked_says_so(small: SmallWorld, booked: Appointment):
    who = small.read(access.person, Claims(TENANT, AINO))
    desk = Desk(small.aino.unit, "19:desk", "19:team", {}, Language.FI)
    small.write(desks.save, desk, "staff:x", small.now)
    small.write(covering.ask, who, [booked.id], Why.ASKED, Look(small.now, "bot"))

    assert lines(small, booked) == [("ask_desk", HERS)]


#: What the log says of other things than one appointment that stands.
_OF_OTHER_THINGS = {
    *("any", "export", "offer", "withdraw", "release", "lapsed", "hold_forgotten"),
    *("forgotten", "answers_forgotten", "note_written", "note_changed", "note_struck"),
    *("away", "away_changed", "away_ended", "away_withdrawn"),
    *("add", "set_up", "left", "returned", "role_given", "role_lost"),
    *("trial", "trial_ended", "unit_opened", "unit_closed"),
    *("service_open", "service_paused", "service_retired"),
    *("retry", "give_up", "believe", "check", "choose_desk", "let_desk_go"),
    *(f"{did}{each.value}" for did in ("set_", "unset_") for each in Section),
}


def _written() -> set[str]:
    """Give the words that the log is handed in so many letters."""
    calls = [
        node
        for path in Path(history.__file__).parents[1].rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    given = [
        each
        for call in calls
        if ast.unparse(call.func) in {"log.record", "log.record_list"}
        for each in call.keywords
        if each.arg == "what"
    ]
    given += [
        each
        for call in calls
        if ast.unparse(call.func) == "Change"
        for each in call.args
    ]
    return {
        each.value
        for one in given
        for each in ast.walk(one)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_whatever_the_log_says_of_appointments_the_history_has_words_for():
    begin = "admin.log.what."
    words = {
        each.removeprefix(begin) for each in catalogue("en")._catalog if begin in each
    }
    unsaid = {each for each in words if not has("fi", f"history.what.{each}")}

    assert unsaid - history.UNTOLD - _OF_OTHER_THINGS == {"answer"}
    assert (
        {"answer", "ask_desk", "book", "on_time"}
        <= _written()
        <= words | {"set_", "unset_"}
    )
    assert set(history.ANSWERS) == asked.NAMES - {asked.HAND, asked.DESK}
    for how in history.ANSWERS.values():
        assert has("fi", f"history.what.answered_{how}")
