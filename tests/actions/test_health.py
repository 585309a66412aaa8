"""Figures read out of the rows, and what an admin does about a job given up."""

from datetime import timedelta

import pytest

from booking.health import CalendarFacts, Facts
from booking.model import Appointment
from graph_sync.graph import (
    Forbidden,
    Gone,
    GraphError,
    Refused,
    Throttled,
    Unavailable,
)
from teams_app.actions import health
from teams_app.store import health as rows
from teams_app.store import jobs, log
from teams_app.store.jobs import Promise
from tests import make
from tests.support.small_world import MAIJA, SmallWorld

BOX = make.a_professional().mailbox
WHO = "staff:admin"


def facts(small: SmallWorld) -> Facts:
    found: Facts = small.read(health.facts, small.policy, small.now)
    return found


def ainos(small: SmallWorld) -> CalendarFacts:
    return facts(small).calendars[0]


async def dead_write(small: SmallWorld) -> Appointment:
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    booked = small.book(24)
    await small.settle_down()
    return booked


async def test_a_quiet_house_has_nothing_to_tell(small: SmallWorld):
    small.book(24)
    await small.settle_down()
    found = facts(small)

    assert found.dead == ()
    assert (found.unsent, found.unsent_since) == (0, None)
    assert ainos(small).synced == make.NOW
    assert (ainos(small).waiting, ainos(small).failing) == (0, 0)


async def test_writes_that_wait_are_counted_by_calendar(small: SmallWorld):
    small.book(24)
    small.book(26)

    assert [each.waiting for each in facts(small).calendars] == [2, 0]
    assert facts(small).unsent == 2
    assert facts(small).unsent_since == small.now


async def test_clients_who_wait_for_outlook_to_be_read_are_counted(small: SmallWorld):
    small.gate.arm(1, error=Unavailable("UnknownError"), lasting=True)
    small.confirming(24)
    small.confirming(26)
    begun = small.now
    small.clock.advance(minutes=3)
    await small.rest(rounds=4)

    found = facts(small)
    assert found.confirming == 2
    assert found.confirming_since is not None
    assert found.confirming_since - begun < timedelta(seconds=10)
    small.gate.disarm()
    await small.settle_down()
    assert facts(small).confirming_since is None


async def test_calendars_and_messages_that_do_not_get_through_are_counted(
    small: SmallWorld,
):
    begun = small.now
    small.book(24)
    small.pull()
    small.gate.arm(1, error=Unavailable("UnknownError"), lasting=True)
    assert facts(small).delayed_since is None, "nothing was tried yet"

    await small.rest(rounds=4)

    found = facts(small)
    assert (found.delayed, found.delayed_since) == (2, begun)
    small.gate.disarm()
    await small.settle_down()
    assert (facts(small).delayed, facts(small).delayed_since) == (0, None)


@pytest.mark.parametrize("error", [Throttled("TooMany"), Gone("NoBox")])
async def test_of_what_waits_for_another_reason_its_calendar_tells(
    small: SmallWorld, error: GraphError
):
    small.pull()
    small.gate.arm(1, error=error, lasting=True, only="graph.changes")
    await small.rest(rounds=2)

    assert small.owed("pull")[0].error
    assert facts(small).delayed_since is None


async def test_what_could_not_be_written_is_refused(small: SmallWorld):
    await dead_write(small)

    assert (ainos(small).refused, ainos(small).retrying) == (1, 0)
    small.clock.advance(days=3)
    assert ainos(small).refused == 0, "what is over needs no event any more"


async def test_what_is_tried_again_by_itself_is_not_refused(small: SmallWorld):
    begun = small.now
    small.gate.arm(1, error=Unavailable("UnknownError"), lasting=True, only="graph.put")
    small.book(24)
    await small.rest(rounds=4)
    small.clock.advance(minutes=20)
    small.book(26)

    tried = ainos(small)
    assert (tried.retrying, tried.refused) == (1, 0)
    assert (tried.waiting, tried.retrying_since) == (2, begun)
    small.gate.disarm()
    await small.settle_down()
    assert (ainos(small).failing, ainos(small).retrying_since) == (0, None)


async def test_what_may_not_be_written_is_told_once_and_not_as_healing(
    small: SmallWorld,
):
    small.gate.arm(1, error=Forbidden("Denied"), lasting=True, only="graph.put")
    small.book(24)
    await small.rest(rounds=4)

    assert (ainos(small).retrying, ainos(small).refused) == (0, 1)
    assert ainos(small).retrying_since is None


async def test_what_graph_wants_left_alone_is_told(small: SmallWorld):
    small.write(jobs.block_lane, f"mailbox:{make.BO}", 40.0)

    first, second = facts(small).calendars
    assert first.throttled == 0
    assert 30 < second.throttled <= 40


async def test_a_calendar_that_cannot_be_read_is_told(small: SmallWorld):
    error = Forbidden("ErrorAccessDenied")
    small.gate.arm(1, error=error, lasting=True, only="graph.changes")
    small.pull()
    await small.rest(rounds=10)

    assert (ainos(small).error, ainos(small).failing_since) == ("Forbidden", small.now)


async def test_a_job_given_up_is_told_by_reference_and_names_nobody(
    small: SmallWorld,
):
    booked = await dead_write(small)

    (dead,) = facts(small).dead
    assert (dead.kind, dead.about) == ("calendar", booked.reference)
    assert dead.why == "refused:ErrorInvalidRequest"
    assert MAIJA.name not in str(dead)
    assert BOX not in str(dead)
    assert small.aino.name not in str(dead)


async def test_a_job_without_an_appointment_is_told_by_number(small: SmallWorld):
    small.write(_owe_nonsense)
    await small.settle_down()

    (dead,) = facts(small).dead
    assert (dead.kind, dead.about) == ("nonsense", "professional:2")


def _owe_nonsense(tx) -> None:
    payload: dict[str, object] = {"professional": make.BO}
    jobs.promise(tx, Promise("nonsense", "n:1", due=make.NOW, payload=payload))


async def test_a_job_tried_again_does_what_it_should_have(small: SmallWorld):
    booked = await dead_write(small)
    small.graph.refusals.clear()
    (dead,) = facts(small).dead

    assert small.write(health.retry, dead.id, WHO, small.now)
    await small.settle_down()

    assert facts(small).dead == ()
    assert ainos(small).failing == 0
    assert small.link(booked).event_id is not None
    assert not small.write(health.retry, dead.id, WHO, small.now)


async def test_a_message_tried_again_is_sent(small: SmallWorld):
    small.gate.arm(1, error=OSError("down"), lasting=True, only="graph.send")
    small.book(24)
    await small.rest(rounds=120)
    (dead,) = facts(small).dead
    small.gate.disarm()

    assert small.write(health.retry, dead.id, WHO, small.now)
    await small.settle_down()

    assert facts(small).dead == ()
    assert len(small.graph.mails) == 1


@pytest.mark.parametrize("why", ["started", "too_late", "expired"])
def test_what_may_not_be_said_any_more_is_not_tried_again(small: SmallWorld, why: str):
    small.book(24)
    (job,) = small.write(
        jobs.claim, small.now, limit=1, lease_seconds=60, kinds=["tell"]
    )
    small.write(jobs.dead, job, why)

    assert small.read(health.is_too_late, job.id, small.now)
    assert not small.write(health.retry, job.id, WHO, small.now)


async def test_given_up_for_good_the_professional_is_told_once(small: SmallWorld):
    booked = await dead_write(small)
    before = len(small.chat.posted)
    (dead,) = facts(small).dead

    assert small.write(health.give_up, dead.id, WHO, small.now)
    await small.settle_down()
    assert not small.write(health.give_up, dead.id, WHO, small.now)
    await small.settle_down()

    assert facts(small).dead == ()
    card = str(small.chat.posted[-1].activity)
    assert len(small.chat.posted) == before + 1
    assert "Jokin jäi tekemättä" in card
    assert "Lisää se itse" in card
    said = small.read(log.entries, f"job:{dead.id}", 9)
    assert [(each.what, each.who) for each in said] == [("give_up", WHO)]
    assert small.appointment(booked.id).status == booked.status


async def test_what_was_given_up_and_fails_anew_is_told_anew(small: SmallWorld):
    booked = await dead_write(small)
    (dead,) = facts(small).dead
    small.write(health.give_up, dead.id, WHO, small.now)
    small.write(_owe_again, booked)
    await small.settle_down()

    assert [each.id for each in facts(small).dead] == [dead.id]


def _owe_again(tx, booked: Appointment) -> None:
    owed = health_keep(booked)
    jobs.promise(tx, owed)


def health_keep(booked: Appointment) -> Promise:
    return Promise(
        "calendar",
        f"calendar:{booked.id}:{booked.professional}",
        due=make.NOW,
        payload={"professional": booked.professional},
        appointment=booked.id,
        again=True,
    )


async def test_what_is_alive_can_be_neither_revived_nor_given_up(small: SmallWorld):
    small.book(24)
    for each in range(1, 6):
        assert not small.write(health.retry, each, WHO, small.now)
        assert not small.write(health.give_up, each, WHO, small.now)


async def test_when_the_worker_last_looked_is_known(small: SmallWorld):
    small.write(jobs.promise, Promise("sweep", "sweep", due=small.now, again=True))
    await small.settle_down()

    assert facts(small).swept == small.now + timedelta(minutes=1)
    small.clock.advance(hours=1)
    assert small.read(rows.due_at, "sweep") < small.now
