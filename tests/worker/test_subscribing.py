"""A subscription a mailbox, however many mailboxes: each is a small job of its own."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from booking.calendar import Subscription
from booking.model import ProfessionalId
from graph_sync.graph import Forbidden, GraphError, Refused, Throttled, Unavailable
from teams_app.actions import setup, subscribing
from teams_app.store import calendars, jobs, people
from teams_app.store.jobs import Job, Promise
from teams_app.worker import TASK_SHARE, Again, Done, Outcome, Worker
from teams_app.worker.keepers import KEEPERS, buried
from tests import make
from tests.support.small_world import Owed, SmallWorld

HOOK = "https://aika.example/hooks/graph"
AINO = make.a_professional().mailbox


@pytest.fixture(autouse=True)
def _with_notices(small: SmallWorld) -> None:
    small.policy = replace(small.policy, notice_url=HOOK)


def look(small: SmallWorld) -> None:
    small.write(subscribing.owe_look, small.now)


def claimed(small: SmallWorld, kind: str) -> list[Job]:
    found: list[Job] = small.write(
        jobs.claim, small.now, limit=9, lease_seconds=60, kinds=[kind]
    )
    return found


async def kept(small: SmallWorld, job: Job) -> Outcome:
    return await small.worker()._outcome(job)


async def planned(small: SmallWorld) -> list[Owed]:
    """Look at all subscriptions; give what is owed because of it."""
    look(small)
    (job,) = claimed(small, "subscribe")
    done = await kept(small, job)
    assert isinstance(done, Done), done
    small.write(jobs.finish, job, done.outcome)
    return [each for each in small.owed() if each.open]


def held(small: SmallWorld, id_: int = make.AINO) -> calendars.CalendarState:
    state: calendars.CalendarState = small.read(calendars.state, id_)
    return state


def many(tx, count: int) -> None:
    for number in range(count):
        one = make.a_professional(
            id=ProfessionalId(100 + number),
            object_id=f"00000000-0000-4000-9000-{number:012}",
            mailbox=f"p{number}@lumivaara.example",
        )
        people.save_professional(tx, one)


async def test_of_a_thousand_mailboxes_each_is_a_job_of_its_own(small: SmallWorld):
    small.write(many, 998)

    owed = await planned(small)

    watching = [each for each in owed if each.kind == "watch"]
    assert len({each.key for each in watching}) == len(watching) == 1000
    assert {each.lane for each in watching} == {
        jobs.mailbox_lane(each.id) for each in small.read(people.professionals)
    }
    in_a_second = Counter(each.due for each in watching)
    assert max(in_a_second.values()) == subscribing.PER_SECOND
    assert max(in_a_second) - small.now.timestamp() < 300
    assert "graph.subscribe" not in small.gate.calls


async def test_together_they_may_take_longer_than_a_job_may(small: SmallWorld):
    small.write(many, 20)
    plain = small.graph.subscribe

    async def slow(*given):
        await asyncio.sleep(0.1)  # noqa: TID251
        return await plain(*given)

    small.graph.subscribe = slow
    worker = Worker(small.world, KEEPERS, buried, lease_seconds=1 / TASK_SHARE)
    look(small)
    (job,) = claimed(small, "subscribe")
    assert await worker._outcome(job) == Done("steps:22")

    small.clock.advance(seconds=10)
    while found := claimed(small, "watch"):
        outcomes = await asyncio.gather(*map(worker._outcome, found))
        assert set(outcomes) == {Done("subscribed")}
    assert len(small.graph.subscribed) == 22


async def test_all_are_subscribed_in_the_end_and_nothing_is_left_to_do(
    small: SmallWorld,
):
    small.write(many, 20)
    look(small)
    await small.settle_down()
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert len(small.graph.subscribed) == 22
    assert await planned(small) == []


async def test_one_that_is_throttled_waits_alone_and_as_told(small: SmallWorld):
    await planned(small)
    first, second = claimed(small, "watch")
    error = Throttled("TooManyRequests")
    error.retry_after = 77.0
    small.gate.arm(1, error=error)

    assert await kept(small, first) == Again(77.0, why="throttled", counts=False)
    assert await kept(small, second) == Done("subscribed")


@pytest.mark.parametrize(
    "error", [Refused("ValidationError"), Forbidden("403"), Unavailable("503")]
)
async def test_one_that_fails_is_tried_again_alone(
    small: SmallWorld, error: GraphError
):
    await planned(small)
    first, second = claimed(small, "watch")
    small.gate.arm(1, error=error)

    assert isinstance(await kept(small, first), Again)
    assert await kept(small, second) == Done("subscribed")


async def test_one_made_by_a_try_that_was_cut_off_is_found_and_dropped(
    small: SmallWorld,
):
    small.gate.arm(1, after=True, only="graph.subscribe")
    look(small)
    await small.settle_down()
    assert len(small.graph.subscribed) == 3

    small.clock.advance(minutes=1)
    await small.settle_down()

    ids = {held(small, id_).subscription_id for id_ in (make.AINO, make.BO)}
    assert small.graph.subscribed.keys() == ids


async def test_one_that_is_just_being_made_is_nobodys_orphan(small: SmallWorld):
    """Graph lists it already, and it is not written down yet."""
    await planned(small)
    job, *_ = claimed(small, "watch")
    made = await small.graph.subscribe(AINO, HOOK, "secret", small.now)
    small.graph.subscribed[made.id] = replace(
        made, expires=small.now + timedelta(days=2)
    )

    owed = await planned(small)
    assert [each.key for each in owed if each.kind == "unwatch"] == []

    small.write(jobs.finish, job, "cut off")
    owed = await planned(small)
    assert [each.key for each in owed if each.kind == "unwatch"] == [
        f"unwatch:{made.id}"
    ]


async def test_a_subscription_made_meanwhile_is_not_made_twice(small: SmallWorld):
    await planned(small)
    jobs_ = claimed(small, "watch")
    for job in jobs_:
        await kept(small, job)
    assert await kept(small, jobs_[0]) == Done("not_wanted")

    assert len(small.graph.subscribed) == 2


async def test_who_takes_no_bookings_any_more_is_not_watched(small: SmallWorld):
    await planned(small)
    small.write(people.save_professional, make.a_professional(bookable=False))

    for job in claimed(small, "watch"):
        await kept(small, job)

    assert [each.resource for each in small.graph.subscribed.values()] == [
        f"users/{make.bo().mailbox}/events"
    ]


async def test_one_nobody_needs_is_ended(small: SmallWorld):
    leaver = Subscription(
        "S9", "users/leaver@lumivaara.example/events", HOOK, make.at(99)
    )
    small.graph.subscribed["S9"] = leaver

    look(small)
    await small.settle_down()

    assert "S9" not in small.graph.subscribed


def never_read(small: SmallWorld) -> None:
    fresh = replace(held(small), delta_link=None, window=None, synced=None)
    small.write(calendars.save_state, fresh)


async def test_a_calendar_is_watched_before_it_is_read_for_the_first_time(
    small: SmallWorld,
):
    """What changes while it is read is told: there is no need to read it once more."""
    never_read(small)
    small.gate.arm(0)
    small.pull()
    await small.settle_down()

    about = {"graph.subscribe", "graph.changes"}
    calls = [each for each in small.gate.calls if each in about]
    assert calls == ["graph.subscribe", "graph.changes"]
    assert held(small).subscription_id is not None

    small.pull()
    await small.settle_down()
    assert small.gate.calls.count("graph.subscribe") == 1


async def test_where_it_cannot_be_watched_it_is_read_all_the_same(small: SmallWorld):
    never_read(small)
    refused = Refused("ValidationError", "our address was not reached")
    small.gate.arm(1, lasting=True, only="graph.subscribe", error=refused)
    small.pull()
    await small.settle_down()

    assert held(small).synced is not None
    assert held(small).subscription_id is None


async def test_with_polling_alone_nothing_is_watched(small: SmallWorld):
    small.policy = replace(small.policy, notice_url="")
    never_read(small)
    small.gate.arm(0)
    small.pull()
    await small.settle_down()

    assert "graph.subscribe" not in small.gate.calls


async def test_a_look_leaves_alone_what_is_just_being_read_for_the_first_time(
    small: SmallWorld,
):
    """It is subscribed to on the way; two would be one too many."""
    never_read(small)
    small.pull()
    (reading,) = claimed(small, "pull")

    watched = [each.key for each in await planned(small) if each.kind == "watch"]

    assert reading.professional == make.AINO
    assert watched == [f"watch:{make.BO}"]


def is_taken(small: SmallWorld, hours: float) -> bool:
    wanted = make.span(hours)
    return any(
        each.span(small.policy.zone).overlaps(wanted)
        for each in small.read(calendars.busy, make.AINO, wanted)
    )


async def test_what_ended_while_we_were_down_is_made_anew_and_what_was_missed_is_read(
    small: SmallWorld,
):
    look(small)
    await small.settle_down()
    before = held(small).subscription_id
    small.clock.advance(days=4)
    small.graph.subscribed.clear()  # as Graph does by itself
    missed = 4 * 24 + 30
    small.graph.add(AINO, make.span(missed))

    small.write(jobs.promise, Promise("sweep", "sweep", due=small.now, again=True))
    for _ in range(3):  # sweeping owes itself again
        await small.rest(rounds=30)
        small.clock.advance(seconds=1)

    boxes = [each.resource for each in small.graph.subscribed.values()]
    assert len(boxes) == len(set(boxes)) == 2
    assert held(small).subscription_id not in {before, None}
    assert is_taken(small, missed)


async def test_a_mailbox_under_another_address_is_watched_and_read_there(
    small: SmallWorld,
):
    look(small)
    await small.settle_down()
    small.graph.add("uusi@lumivaara.example", make.span(30))
    known = small.graph.told["uusi@lumivaara.example"]
    assert not is_taken(small, 30)

    renamed = make.a_professional(mailbox="uusi@lumivaara.example")
    small.write(setup.put_professional, renamed, small.now)
    await small.settle_down()

    assert known
    assert is_taken(small, 30)
    assert sorted(each.resource for each in small.graph.subscribed.values()) == [
        f"users/{make.bo().mailbox}/events",
        "users/uusi@lumivaara.example/events",
    ]
