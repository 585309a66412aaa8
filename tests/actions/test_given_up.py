"""Messages given up: what was tried has failed, and what is left is tried."""

from dataclasses import replace

from booking.model import Channel
from teams_app.actions import messages
from teams_app.actions.prepared import Ready
from teams_app.store import deliveries, jobs
from teams_app.store.jobs import Job
from tests.support.handing import asked_anew
from tests.support.small_world import MAIJA, SmallWorld

BOTH_WAYS = replace(MAIJA, phone="+358400000001")
PREPARE = {
    "tell": messages.prepare_news,
    "ask_new_time": messages.prepare_new_time,
}


def prepared(small: SmallWorld, kind: str, id_: int = 1) -> Ready:
    job = small.owed(kind)[-1]
    ready = small.write(
        PREPARE[kind],
        id_,
        job.payload,
        links=small.links,
        policy=small.policy,
        now=small.now,
    )
    assert isinstance(ready, Ready), ready
    return ready


def claimed(small: SmallWorld, kind: str) -> Job:
    how = {"limit": 1, "lease_seconds": 60, "kinds": [kind]}
    (job,) = small.write(jobs.claim, small.now, **how)
    return job


def test_what_was_given_up_is_failed_and_seen(small: SmallWorld):
    booked = small.book()
    ready = prepared(small, "tell")

    small.write(messages.given_up, claimed(small, "tell"), small.now)

    assert small.read(deliveries.find, ready.key).state == "failed"
    assert [each.key for each in small.owed("cards")] == [f"cards:{booked.id}"]


def test_what_was_given_up_by_mail_goes_by_sms(small: SmallWorld):
    small.book(details=BOTH_WAYS)
    ready, job = prepared(small, "tell"), claimed(small, "tell")
    small.write(jobs.dead, job, "OSError")

    small.write(messages.given_up, job, small.now)

    assert small.read(deliveries.find, ready.key).state == "failed"
    assert [each.open for each in small.owed("tell")] == [True]
    assert prepared(small, "tell").message.channel is Channel.SMS


def test_what_never_came_to_be_tried_is_not_tried_for_ever(small: SmallWorld):
    """It is no channel's fault, so the next one would do no better."""
    small.book(details=BOTH_WAYS)
    job = claimed(small, "tell")
    small.write(jobs.dead, job, "never_ended")

    small.write(messages.given_up, job, small.now)

    assert [each.outcome for each in small.owed("tell")] == [jobs.DEAD]


def test_a_request_given_up_is_found_by_the_key_of_its_job(small: SmallWorld):
    """The job's key and the message's must be one, or nobody would see the failure."""
    booked = small.book(48)
    asked_anew(small, booked)
    ready = prepared(small, "ask_new_time", booked.id)

    small.write(messages.given_up, claimed(small, "ask_new_time"), small.now)

    assert small.read(deliveries.find, ready.key).state == "failed"
