"""What a client reports of a binding appointment, where nobody is there to hear of it.

Its professional has left, and nobody supervises her unit, or is not reached: the admins
are told that there is such a report, as of an outage, and health says so until somebody
has heard.
"""

from dataclasses import replace
from typing import Any

import pytest

from booking.appointments import Actor
from booking.arrivals import Arrival, Came
from booking.health import Level, judge
from booking.model import Appointment, BookedBy, Language
from booking.views.health import line
from graph_sync.graph import Member
from teams_app.actions import alarms, booking, health, leaving, obstacles
from teams_app.outside import ChatError
from teams_app.store import arrivals, bindings, jobs, people
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise
from tests import make
from tests.booking.test_binding import BINDING
from tests.bot.talk import said, title
from tests.support.small_world import MAIJA, SUPERVISOR, SmallWorld

ADMIN = "00000000-0000-4000-8000-0000000000ad"
GROUP = "00000000-0000-4000-8000-0000000000c0"
UNHEARD, OVER = said("alarms.unheard.title"), said("alarms.unheard.over.title")
WORD = said("cards.notice.obstacle.title")
WHY = "Juna ei kulje."


@pytest.fixture
async def booked(small: SmallWorld) -> Appointment:
    """Give a binding one, whose professional has left."""
    found = await agreed(small)
    leaves(small)
    return found


async def agreed(small: SmallWorld) -> Appointment:
    made = replace(small.service, binding=BINDING, booked_by=BookedBy.INVITED)
    small.write(people.save_service, made)
    found = small.book(48, by=Actor.PROFESSIONAL)
    await small.settle_down()
    return found


def leaves(small: SmallWorld) -> None:
    aino = Member(make.a_professional().object_id, "Aino", enabled=True)
    others = [replace(aino, id=each) for each in (make.bo().object_id, SUPERVISOR)]
    policy = replace(small.policy, professionals_group=GROUP)
    small.policy = replace(policy, admins=frozenset({ADMIN}))
    small.write(leaving.learn, GROUP, [aino, *others], small.now)
    small.write(leaving.learn, GROUP, others, small.now)
    small.write(leaving.conclude, small.policy, small.now)


def supervised_by(small: SmallWorld, *people_: str) -> None:
    small.write(people.set_supervisors, small.aino.unit, list(people_))


async def reports(small: SmallWorld, booked: Appointment, why: str = WHY) -> None:
    assert small.write(obstacles.report, booked.id, why, small.now)
    await sweep(small)


async def sweep(small: SmallWorld, minutes: int = 1) -> None:
    small.clock.advance(minutes=minutes)
    small.write(alarms.look, small.policy, small.now)
    await small.rest(rounds=12)


def answers(small: SmallWorld, booked: Appointment) -> None:
    at = seconds(small.read(bindings.find, booked.id).obstacle)
    assert small.write(obstacles.keep, booked.id, at, "staff:x", small.now) == booked


def titles_of(small: SmallWorld, person: str) -> list[str]:
    return [
        title(each.activity["attachments"][0]["content"])
        for each in small.chat.posted
        if each.to.conversation_id == f"a:{person}"
    ]


def signs(small: SmallWorld) -> dict[str, Any]:
    facts = small.read(health.facts, small.policy, small.now)
    return {each.name: each for each in judge(facts).signs}


async def test_with_nobody_in_the_role_the_admins_are_told_and_health_says_it(
    small: SmallWorld, booked: Appointment
):
    supervised_by(small)

    await reports(small, booked)
    await sweep(small)

    assert titles_of(small, ADMIN) == [UNHEARD]
    card = str(small.chat.posted[-1].activity)
    for each in (MAIJA.name, booked.reference, WHY):
        assert each not in card
    sign = signs(small)["unheard"]
    assert (sign.level, sign.values["n"]) == (Level.BAD, 1)
    unit = small.read(people.unit, small.aino.unit)
    assert sign.units == (unit.name,)
    for each in Language:
        assert unit.name.in_(each) in line(each, sign, small.policy.zone).said


async def test_who_supervises_from_then_on_is_told_and_the_alarm_is_over(
    small: SmallWorld, booked: Appointment
):
    supervised_by(small)
    await reports(small, booked)

    supervised_by(small, SUPERVISOR)
    for _ in range(2):
        await sweep(small)

    assert titles_of(small, SUPERVISOR) == [WORD]
    assert titles_of(small, ADMIN) == [OVER]
    assert "unheard" not in signs(small)


async def test_a_supervisor_who_is_not_reached_is_waited_for_ten_minutes(
    small: SmallWorld, booked: Appointment, monkeypatch: pytest.MonkeyPatch
):
    send = small.chat.send

    async def refused(to: Any, said: Any) -> str:
        if SUPERVISOR in to.conversation_id:
            raise ChatError(500)
        return await send(to, said)

    monkeypatch.setattr(small.chat, "send", refused)
    await reports(small, booked)
    await sweep(small, minutes=5)
    assert titles_of(small, ADMIN) == []

    await sweep(small, minutes=6)

    assert titles_of(small, ADMIN) == [UNHEARD]


async def test_where_somebody_was_told_there_is_no_alarm(
    small: SmallWorld, booked: Appointment
):
    await reports(small, booked)
    await sweep(small, minutes=30)

    assert titles_of(small, SUPERVISOR) == [WORD]
    assert titles_of(small, ADMIN) == []
    assert "unheard" not in signs(small)


async def test_what_is_called_off_need_not_be_heard_any_more(
    small: SmallWorld, booked: Appointment
):
    supervised_by(small)
    await reports(small, booked)

    small.write(booking.cancel, booked.id, by=Actor.SUPERVISOR, now=small.now)
    await sweep(small)

    assert titles_of(small, ADMIN) == [OVER]
    assert "unheard" not in signs(small)


async def test_a_report_after_an_answer_is_heard_anew_and_one_that_is_changed_is_not(
    small: SmallWorld, booked: Appointment
):
    heard = []

    for answered, why in ((False, "a"), (True, "b"), (False, "c"), (True, "d")):
        if answered:
            answers(small, booked)
        await reports(small, booked, why)
        await sweep(small, minutes=30)
        heard.append(len(titles_of(small, SUPERVISOR)))

    assert heard == [1, 2, 2, 3]
    assert titles_of(small, ADMIN) == []


async def test_a_report_of_a_time_that_was_moved_back_to_is_heard_anew(
    small: SmallWorld, booked: Appointment
):
    for hours in (48, 72, 48):
        now = small.appointment(booked.id)
        if now.span.start != make.at(hours):
            small.move(now, hours, Actor.PROFESSIONAL)
        await reports(small, booked, "")

    assert titles_of(small, SUPERVISOR).count(WORD) == 3


@pytest.mark.parametrize("left", [False, True])
async def test_of_a_report_after_an_answer_that_nobody_hears_the_admins_are_told(
    small: SmallWorld, *, left: bool
):
    booked = await agreed(small)
    if left:
        leaves(small)
    await reports(small, booked)
    answers(small, booked)
    if not left:
        leaves(small)
    supervised_by(small)
    await sweep(small, minutes=30)
    assert titles_of(small, ADMIN) == []

    await reports(small, booked)
    await sweep(small)

    assert titles_of(small, ADMIN) == [UNHEARD]


async def test_what_was_heard_before_its_moment_was_kept_is_not_heard_anew(
    small: SmallWorld, booked: Appointment
):
    start = seconds(booked.span.start)

    def as_before(tx: Tx) -> None:
        bindings.reported(tx, booked.id, "a", small.now, None)
        at = Arrival(booked.id, Came.OBSTACLE, booked.span.start, small.now)
        arrivals.save(tx, at, booked.professional)
        key = f"obstacle_word:{booked.id}:{start}:obstacle:{SUPERVISOR}"
        said: dict[str, object] = {"person": SUPERVISOR, "said": "obstacle"}
        owed = Promise("obstacle_word", key, small.now, payload=said)
        jobs.promise(tx, replace(owed, appointment=booked.id))

    small.write(as_before)
    for why in ("b", "c"):
        small.write(obstacles.owe_word, booked, small.now)
        await sweep(small)
        await reports(small, booked, why)

    assert titles_of(small, SUPERVISOR) == [WORD]
    assert titles_of(small, ADMIN) == []
