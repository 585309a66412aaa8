"""The worker's loop with the real store: waits, gives up, and says so."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from booking.appointments import Actor
from booking.views.cards import Truth
from booking.wording import text
from graph_sync.graph import Forbidden, Refused, Throttled, Unanswered, Unavailable
from graph_sync.microsoft import Limits
from teams_app import worker as worker_module
from teams_app.actions import booking, records
from teams_app.errands import World
from teams_app.outside import ChatError, SmsError
from teams_app.store import jobs
from teams_app.store.jobs import Job, Promise
from teams_app.worker import (
    UNANSWERED,
    UNANSWERED_SECONDS,
    Again,
    Dead,
    Done,
    Outcome,
    Worker,
    after_failure,
)
from teams_app.worker.keepers import buried
from teams_app.worker.messages import tell
from tests import make
from tests.support.small_world import MAIJA, SmallWorld, nobody_waits
from tests.support.waiting import until

BOX = make.a_professional().mailbox


def promise(small: SmallWorld, key: str, **more) -> None:
    owed = Promise("test", key, due=small.now, **more)
    small.write(jobs.promise, owed)


@dataclass
class Keeper:
    """Keeps what it was given, and answers or raises what it was told."""

    says: list[Outcome | Exception]

    def __post_init__(self) -> None:
        self.kept: list[Job] = []
        self.begun: list[float] = []  #: When each was begun, in real seconds.
        self.at_once = 0
        self.most = 0

    async def __call__(self, _world: World, job: Job) -> Outcome:
        self.kept.append(job)
        self.begun.append(asyncio.get_running_loop().time())
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0.01)  # noqa: TID251  others may begin meanwhile
        self.at_once -= 1
        said = self.says.pop(0) if self.says else Done()
        if isinstance(said, Exception):
            raise said
        return said


async def run(
    small: SmallWorld, keeper: Keeper, done: Callable[[], bool] | None = None
) -> None:
    """Let the worker work until it is so; unless told, until nothing is owed any more."""

    def nothing_is_owed() -> bool:
        return not any(each.open for each in small.owed())

    worker = Worker(small.world, {"test": keeper}, buried)
    running = asyncio.create_task(worker.run())
    try:
        await until(done or nothing_is_owed)
    finally:
        worker.stop()
        await running


async def for_a_moment(small: SmallWorld, keeper: Keeper) -> None:
    """Let the worker work where there is nothing that it should do."""
    worker = Worker(small.world, {"test": keeper}, buried)
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)  # noqa: TID251
    worker.stop()
    await running


async def test_a_promise_is_kept_once(small: SmallWorld):
    keeper = Keeper([])
    promise(small, "a")

    await run(small, keeper)

    assert [job.key for job in keeper.kept] == ["a"]
    assert [each.outcome for each in small.owed()] == ["done"]


async def test_a_promise_for_later_waits_for_business_time(small: SmallWorld):
    keeper = Keeper([])
    later = Promise("test", "a", due=make.at(1))
    small.write(jobs.promise, later)
    await for_a_moment(small, keeper)
    assert keeper.kept == []

    small.clock.advance(hours=1)
    await run(small, keeper)

    assert len(keeper.kept) == 1


async def test_what_has_expired_is_not_done(small: SmallWorld):
    keeper = Keeper([])
    promise(small, "a", expires=small.now)

    await run(small, keeper)

    assert keeper.kept == []
    assert [each.outcome for each in small.owed()] == ["expired"]


async def test_a_lane_is_never_wider_than_it_is(small: SmallWorld):
    keeper = Keeper([])
    for number in range(9):
        promise(small, f"a{number}", lane="mailbox:1")

    await run(small, keeper)

    assert len(keeper.kept) == 9
    assert 1 < keeper.most <= jobs.LANE_WIDTH["mailbox"]


async def test_lanes_do_not_wait_for_one_another(small: SmallWorld):
    keeper = Keeper([])
    for number in range(6):
        promise(small, f"a{number}", lane=f"mailbox:{number}")

    await run(small, keeper)

    assert keeper.most > jobs.LANE_WIDTH["mailbox"]


async def test_retry_after_is_waited_for_and_uses_up_no_try(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.05)
    throttled = Throttled("429")
    throttled.retry_after = 0.2
    keeper = Keeper([throttled, throttled])
    promise(small, "a")

    await run(small, keeper)

    assert [job.attempt for job in keeper.kept] == [1, 1, 1]
    waited = [after - before for before, after in pairwise(keeper.begun)]
    assert min(waited) >= throttled.retry_after


async def test_poison_is_given_up_and_others_go_on(small: SmallWorld):
    class Poison(Keeper):
        async def __call__(self, world: World, job: Job) -> Outcome:
            outcome = await super().__call__(world, job)
            if job.key == "poison":
                raise RuntimeError("poison")
            return outcome

    keeper = Poison([])
    promise(small, "poison")
    worker = Worker(small.world, {"test": keeper}, buried)
    running = asyncio.create_task(worker.run())

    def is_given_up() -> bool:
        small.write(nobody_waits)
        worker.wake()
        return bool(small.read(jobs.dead_jobs))

    await until(is_given_up)
    promise(small, "wholesome")
    worker.wake()
    await until(lambda: keeper.kept[-1].key == "wholesome")
    worker.stop()
    await running

    (dead,) = small.read(jobs.dead_jobs)
    assert (dead.key, dead.error) == ("poison", "RuntimeError")
    tries = [job for job in keeper.kept if job.key == "poison"]
    assert len(tries) == jobs.ATTEMPTS_MAX
    assert keeper.kept[-1].key == "wholesome"


async def test_a_kind_nobody_keeps_is_dead_at_once(small: SmallWorld):
    small.write(jobs.promise, Promise("nobodys", "a", due=small.now))

    await run(small, Keeper([]))

    (dead,) = small.read(jobs.dead_jobs)
    assert dead.error == "unknown_kind"


async def test_the_worker_survives_a_database_that_is_away_for_a_while(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    """Claiming fails, and lengthening the leases of what runs fails."""
    plain = small.database.write
    failed: list[str] = []

    async def flaky(work, *args, **named):
        name = work.__name__
        if name in {"claim", "renew"} and failed.count(name) < 1 and busy:
            failed.append(name)
            raise OSError("the database is away")
        return await plain(work, *args, **named)

    class Slow(Keeper):
        async def __call__(self, world: World, job: Job) -> Outcome:
            busy.append(job)
            await asyncio.sleep(0.5)  # noqa: TID251
            return await super().__call__(world, job)

    busy: list[Job] = []
    keeper = Slow([])
    promise(small, "a")
    monkeypatch.setattr(small.database, "write", flaky)
    worker = Worker(small.world, {"test": keeper}, buried, lease_seconds=1.2)
    running = asyncio.create_task(worker.run())
    await until(lambda: bool(keeper.kept))
    promise(small, "b")
    worker.wake()
    await until(lambda: {job.key for job in keeper.kept} == {"a", "b"})
    worker.stop()
    await running

    assert set(failed) == {"claim", "renew"}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Refused("BadRequest"), Dead("refused:BadRequest")),
        (ChatError(403), Again(300.0, why="app_not_installed", counts=False)),
        (ChatError(429, 7.0), Again(7.0, why="throttled", counts=False)),
        (Forbidden("Denied"), Again(60.0, why="forbidden:Denied")),
        (
            Forbidden("TokenRefused"),
            Again(300.0, why="TokenRefused", counts=False),
        ),
        (Unavailable("503"), Again(4.0, why="Unavailable")),
        (SmsError(0, final=False), Again(4.0, why=UNANSWERED)),
        (TimeoutError(), Again(4.0, why="TimeoutError")),
        (ValueError("a bug"), Again(4.0, why="ValueError")),
    ],
)
def test_each_failure_has_its_answer(error: Exception, outcome: Outcome):
    assert after_failure(error, 3) == outcome


@pytest.mark.parametrize(
    ("error", "first"),
    [(ValueError(), [1, 2, 4, 8]), (Forbidden("Denied"), [60, 60, 60, 60])],
)
def test_waits_grow_to_an_hour_and_outlive_an_outage(
    error: Exception, first: list[float]
):
    tries = range(1, jobs.ATTEMPTS_MAX)
    waits = [after_failure(error, attempt) for attempt in tries]

    seconds = [each.seconds for each in waits if isinstance(each, Again)]
    assert seconds[:4] == first
    assert max(seconds) == 3600
    assert 8 < sum(seconds) / 3600 < 12, "a working day's outage is outlived"


# Given up, and seen by a person.


async def test_an_event_that_graph_refuses_is_seen_on_the_card(small: SmallWorld):
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    booked = small.book()

    await small.settle_down()

    truths = small.read(records.truths, booked)
    assert truths.in_outlook is Truth.FAILED
    assert truths.told is Truth.DONE
    assert len(small.read(jobs.dead_jobs)) == 1
    failed = text("fi", "cards.truth.in_outlook.failed")
    assert failed in json.dumps(small.chat.posted[-1].activity, ensure_ascii=False)


async def test_an_outlook_out_of_reach_for_good_is_seen_on_the_card(
    small: SmallWorld,
):
    small.gate.arm(1, lasting=True, only="graph.put")
    booked = small.book()

    await small.settle_down()

    assert small.read(records.truths, booked).in_outlook is Truth.FAILED
    assert small.gate.failed == ["graph.put"] * jobs.ATTEMPTS_MAX


async def test_a_mail_that_never_gets_out_is_seen_on_the_card(small: SmallWorld):
    small.gate.arm(1, lasting=True, only="graph.send")
    booked = small.book()

    await small.settle_down()

    truths = small.read(records.truths, booked)
    assert (truths.told, truths.in_outlook) == (Truth.FAILED, Truth.DONE)


async def test_an_address_refused_for_good_is_followed_by_an_sms(small: SmallWorld):
    small.graph.refusals[MAIJA.email or ""] = Refused("ErrorInvalidRecipients")
    booked = small.book(details=make.replace(MAIJA, phone="+358400000001"))

    await small.settle_down()

    assert len(small.sms.sent) == 1
    assert small.read(records.truths, booked).told is Truth.DONE


async def test_a_number_refused_for_good_is_failed_and_not_tried_for_ever(
    small: SmallWorld,
):
    small.sms.refusal = SmsError(422, final=True)
    only_phone = make.replace(MAIJA, email=None, phone="+358400000001")
    booked = small.book(details=only_phone)

    await small.settle_down()

    assert small.read(records.truths, booked).told is Truth.FAILED
    assert small.gate.calls.count("sms.send") == 1


async def test_a_professional_without_the_app_is_waited_for(small: SmallWorld):
    small.chat.refusal = ChatError(403)
    small.book()
    await small.rest(rounds=8)
    assert small.read(jobs.dead_jobs) == []

    small.chat.refusal = None
    await small.settle_down()

    assert len(small.chat.posted) == 1


async def test_a_card_somebody_removed_is_not_tried_again(small: SmallWorld):
    booked = small.book()
    await small.settle_down()
    small.chat.posted.clear()

    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    assert small.read(jobs.dead_jobs) == []
    assert len(small.chat.posted) == 1, "the card that says: cancelled"


async def test_a_mail_without_an_answer_is_looked_for_when_it_must_have_arrived(
    small: SmallWorld,
):
    """Sent Items asked at once would know nothing of a mail that is under way."""
    small.book()
    small.gate.arm(1, only="graph.send", error=Unanswered("NoAnswer"))
    (job,) = small.write(
        jobs.claim, small.now, limit=1, lease_seconds=60, kinds=["tell"]
    )

    outcome = await tell(small.world, job)

    assert outcome == Again(UNANSWERED_SECONDS, why="unanswered")
    assert Limits().timeout < UNANSWERED_SECONDS
