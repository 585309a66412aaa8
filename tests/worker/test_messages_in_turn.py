"""What one client is told of one appointment reaches her in the order it happened."""

import pytest

from booking.appointments import Actor
from teams_app.actions import booking
from teams_app.store import jobs
from teams_app.store.jobs import Job
from teams_app.worker import UNANSWERED, Again, Done
from teams_app.worker.messages import IN_TURN_SECONDS
from tests.support.small_world import SmallWorld


def claimed(small: SmallWorld) -> list[Job]:
    found: list[Job] = small.write(
        jobs.claim, small.now, limit=5, lease_seconds=60, kinds=["tell"]
    )
    return found


@pytest.mark.parametrize("earlier", ["is on its way", "may have gone"])
async def test_news_wait_for_what_was_said_before(small: SmallWorld, earlier: str):
    booked = small.book()
    (first,) = claimed(small)
    if earlier == "may have gone":
        small.write(jobs.retry, first, after_seconds=120, error=UNANSWERED)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    (second,) = claimed(small)

    outcome = await small.worker()._outcome(second)

    assert outcome == Again(IN_TURN_SECONDS, why="in_turn", counts=False)
    assert small.graph.mails == []


async def test_and_go_once_it_is_known_what_came_of_that(small: SmallWorld):
    booked = small.book()
    (first,) = claimed(small)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    (second,) = claimed(small)
    small.write(jobs.finish, first, "sent")

    assert await small.worker()._outcome(second) == Done("sent")


async def test_what_failed_for_another_reason_holds_up_nothing(small: SmallWorld):
    booked = small.book()
    (first,) = claimed(small)
    small.write(jobs.retry, first, after_seconds=600, error="throttled")
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    (second,) = claimed(small)

    assert await small.worker()._outcome(second) == Done("sent")


async def test_another_clients_news_are_another_matter(small: SmallWorld):
    small.book()
    claimed(small)
    small.book(28)
    (other,) = claimed(small)

    assert await small.worker()._outcome(other) == Done("sent")
