"""However a promise dies, a person sees it, and what can be done is done."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.appointments import Actor
from booking.messages import Kind
from booking.model import Appointment, Status
from booking.spans import Span
from booking.views.cards import Truth
from graph_sync.graph import Forbidden, Mail, Refused, Throttled
from teams_app.actions import booking, polling, pulls, records, staff_views
from teams_app.actions.settle import keep_cards
from teams_app.outside import ChatError
from teams_app.store import appointments, chats, deliveries, jobs, offers, tables
from teams_app.store.database import Tx
from teams_app.store.jobs import ATTEMPTS_MAX, Job, Promise
from teams_app.worker import (
    UNANSWERED_SECONDS,
    Again,
    Done,
    Outcome,
    Worker,
    after_failure,
    keepers,
)
from tests import make
from tests.support.small_world import MAIJA, SmallWorld

BOX = make.a_professional().mailbox
BOTH_WAYS = make.replace(MAIJA, phone="+358400000001")


def begun_too_often(tx: Tx, kind: str) -> None:
    """Leave a job as one is that has killed its worker every time."""
    table = tables.jobs
    spent = sa.update(table).where(table.c.kind == kind)
    tx.execute(spent.values(attempt=ATTEMPTS_MAX))


def problem(small: SmallWorld, id_: int) -> str | None:
    found = small.appointment(id_)
    return small.read(lambda tx: staff_views.problem_of(tx, records.whole(tx, found)))


def last_card(small: SmallWorld) -> str:
    return str(small.chat.posted[-1].activity)


def told(small: SmallWorld, booked: Appointment) -> Truth:
    return small.read(records.truths, small.appointment(booked.id)).told


async def unread(small: SmallWorld, hours: float = 24, **how) -> Appointment:
    """Somebody books while Outlook cannot be read: *we are confirming*."""
    waiting = small.confirming(hours, **how)
    small.gate.arm(1, lasting=True, only="graph.view")
    return waiting


@pytest.mark.parametrize(
    ("kind", "key"),
    [("calendar", "cards.problem.calendar"), ("tell", "cards.problem.not_told")],
)
async def test_what_kills_its_worker_every_time_is_seen_on_the_card(
    small: SmallWorld, kind: str, key: str
):
    booked = small.book()
    small.write(begun_too_often, kind)

    await small.settle_down()

    (dead,) = small.read(jobs.dead_jobs)
    assert dead.error == "never_ended"
    assert problem(small, booked.id) == key
    assert small.gate.calls.count("graph.put") == (0 if kind == "calendar" else 1)


async def test_a_job_is_not_dead_before_it_can_be_seen(small: SmallWorld):
    """Burying and showing are one: what fails between them is done again."""
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    failures: list[Job] = []

    def flaky(tx: Tx, job: Job, now) -> None:
        if not failures:
            failures.append(job)
            raise OSError("the database went away")
        keepers.buried(tx, job, now)

    booked = small.book()
    worker = Worker(small.world, keepers.KEEPERS, flaky)
    (job,) = [
        each
        for each in small.write(jobs.claim, small.now, limit=9, lease_seconds=60)
        if each.kind == "calendar"
    ]

    await worker._keep(job)
    assert small.read(jobs.dead_jobs) == []
    await worker._keep(job)

    assert len(small.read(jobs.dead_jobs)) == 1
    assert problem(small, booked.id) == "cards.problem.calendar"


async def test_sweeping_outlives_more_failures_than_a_job_has_tries(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    fails = True

    async def flaky(work, *args, **named):
        if fails and work.__name__ == "owe_stale":
            raise OSError("the database is away")
        return await plain(work, *args, **named)

    plain = small.database.write
    small.write(jobs.promise, Promise("sweep", "sweep", due=small.now, again=True))
    monkeypatch.setattr(small.database, "write", flaky)
    for _ in range(ATTEMPTS_MAX + 5):
        fails = not fails
        await small.rest(rounds=6)
        small.clock.advance(minutes=2)
    assert small.read(jobs.dead_jobs) == []
    for _ in range(3 * ATTEMPTS_MAX):
        await small.rest(rounds=2)
    fails = False
    small.clock.advance(minutes=20)
    await small.settle_down()

    (sweep,) = small.owed("sweep")
    assert sweep.open
    assert sweep.due > small.now.timestamp()


# Messages.


async def test_a_sender_out_of_reach_for_good_is_followed_by_an_sms(small: SmallWorld):
    small.gate.arm(1, lasting=True, only="graph.send", error=Forbidden("Denied"))
    booked = small.book(details=BOTH_WAYS)

    await small.settle_down()

    assert len(small.sms.sent) == 1
    assert told(small, booked) is Truth.DONE
    assert small.read(jobs.dead_jobs) == []


async def test_what_another_database_sent_by_the_same_key_is_not_taken_for_ours(
    small: SmallWorld,
):
    """A database that begins anew counts from one, and Sent Items are as they were."""
    booked = small.book()
    small.graph.mails.append(_of_another_database(f"tell:{booked.id}:2:mail"))
    small.gate.arm(1, only="graph.send")

    await small.settle_down()

    assert len(small.graph.mails) == 2


def _of_another_database(key: str) -> Mail:
    sender = "aika@lumivaara.example"
    return Mail(key, sender, "m@client.example", "Varattu", "", "", "fi")


async def test_a_reminder_tried_in_vain_until_too_late_is_seen(small: SmallWorld):
    booked = small.book(48)
    await small.settle_down()
    small.gate.arm(1, lasting=True, only="graph.send")
    small.clock.set(booked.span.start - timedelta(hours=24))
    await small.rest(rounds=6)
    assert problem(small, booked.id) is None

    small.clock.set(booked.span.start - timedelta(hours=3))
    await small.settle_down()

    assert problem(small, booked.id) == "cards.problem.not_told"
    assert told(small, booked) is Truth.DONE, "of the booking itself she knows"
    assert "Viesti ei mennyt perille" in last_card(small)


async def test_a_reminder_found_late_is_dropped_and_nobody_is_troubled(
    small: SmallWorld,
):
    booked = small.book(48)
    await small.settle_down()
    small.clock.set(booked.span.start - timedelta(minutes=10))

    await small.settle_down()

    outcomes = {each.outcome for each in small.owed("remind")}
    assert outcomes == {"expired"}
    assert problem(small, booked.id) is None


async def test_what_the_night_makes_too_late_is_said_to_the_professional_at_once(
    small: SmallWorld,
):
    """Nobody is woken; but she can still see it before the client is on her way."""
    booked = small.book(48)
    await small.settle_down()
    small.clock.set(booked.span.start.replace(hour=3, minute=30))
    early = make.replace(
        booked,
        span=Span(small.now + timedelta(hours=1), small.now + timedelta(hours=2)),
        version=booked.version + 1,
    )
    small.write(appointments.save, early)
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    mails = len(small.graph.mails)

    await small.settle_down()

    assert len(small.graph.mails) == mails
    assert told(small, booked) is Truth.FAILED
    assert [each.error for each in small.read(jobs.dead_jobs)] == ["too_late"]


async def test_an_offer_that_could_not_be_sent_in_time_has_failed(small: SmallWorld):
    small.gate.arm(1, lasting=True, only="graph.send")
    offer = small.offer(2, 3)
    await small.rest(rounds=4)

    small.clock.set(make.at(4))
    await small.settle_down()

    found = small.read(offers.load, offer.id)
    view = small.read(
        staff_views.offer_card,
        found,
        small.policy,
        small.aino.language,
        small.now,
    )
    assert view.sent is Truth.FAILED


async def test_what_was_accepted_stays_so_whatever_a_late_worker_says(
    small: SmallWorld,
):
    booked = small.book()
    await small.settle_down()
    (sent,) = small.read(deliveries.of_appointment, booked.id)

    small.write(deliveries.failed, sent.key, "422", small.now)

    assert told(small, booked) is Truth.DONE


# *We are confirming*.


async def test_what_outlook_never_answers_to_is_taken_back_within_the_hour(
    small: SmallWorld,
):
    waiting = await unread(small)
    await small.rest(rounds=6)
    small.clock.advance(minutes=59)
    await small.rest(rounds=6)
    assert small.appointment(waiting.id).confirming
    assert small.graph.mails == []

    small.clock.advance(minutes=1)
    await small.settle_down()

    ended = small.appointment(waiting.id)
    assert ended.status is Status.CANCELLED_BY_US
    assert len(small.graph.mails) == 1
    (sent,) = small.read(deliveries.of_appointment, waiting.id)
    assert sent.news == Kind.TAKEN_BACK
    assert "ei voitu lukea" in last_card(small)
    assert isinstance(small.hold(24), Appointment), "the time is free again"


async def test_nobody_comes_to_an_appointment_that_was_never_confirmed(
    small: SmallWorld,
):
    waiting = await unread(small, 0.5, by=Actor.PROFESSIONAL)
    small.clock.advance(minutes=20)

    await small.settle_down()

    assert small.appointment(waiting.id).status is Status.CANCELLED_BY_US
    assert len(small.graph.mails) == 1
    assert "ei voitu lukea" in last_card(small), "and she herself hears of it"


async def test_outlook_that_is_away_is_asked_ever_more_seldom(small: SmallWorld):
    waiting = await unread(small)
    waits = []
    for minutes in (0, 1, 5, 30):
        small.clock.set(make.at(0) + timedelta(minutes=minutes))
        waits.append(small.write(booking.wait_on, waiting.id, small.now))

    assert waits == [2.0, 15.0, 60.0, 60.0]


async def test_a_client_who_cancels_while_we_confirm_hears_that_she_cancelled(
    small: SmallWorld,
):
    waiting = await unread(small)
    small.write(booking.cancel, waiting.id, by=Actor.CLIENT, now=small.now)

    await small.settle_down()

    (sent,) = small.read(deliveries.of_appointment, waiting.id)
    assert sent.news == Kind.CANCELLED_BY_CLIENT
    assert small.owed("announce") == [], "she never heard of it as booked"


# Lanes and cards.


async def test_what_graph_holds_up_holds_up_its_whole_lane(small: SmallWorld):
    throttled = Throttled("429")
    throttled.retry_after = 30

    async def keeper(_world, job: Job) -> Outcome:
        if job.key == "first":
            raise throttled
        return Done()

    worker = Worker(small.world, {"test": keeper}, keepers.buried)
    for key, lane in (("first", "mailbox:1"), ("a", "mailbox:1"), ("b", "mailbox:2")):
        owed = Promise("test", key, due=small.now, lane=lane)
        small.write(jobs.promise, owed)
    claimed = small.write(jobs.claim, small.now, limit=1, lease_seconds=60)
    await worker._keep(claimed[0])

    left = small.write(jobs.claim, small.now, limit=9, lease_seconds=60)

    assert [job.key for job in left] == ["b"]


async def test_a_card_that_cannot_be_changed_holds_up_no_other(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    booked = small.book()
    await small.settle_down()
    first = small.chat.posted[0]
    small.write(_second_card, booked)
    second = await small.chat.send(first.to, first.activity)
    small.write(chats.card_posted, "second", second, 0, small.now)
    plain = small.chat.update

    async def refusing(to, id_, activity):
        if id_ == first.id:
            raise ChatError(500)
        await plain(to, id_, activity)

    monkeypatch.setattr(small.chat, "update", refusing)
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.rest(rounds=10)

    shown = {each.id: str(each.activity) for each in small.chat.posted}
    assert "appointment.cancel" not in shown[second]
    assert "appointment.cancel" in shown[first.id]


def _second_card(tx: Tx, booked: Appointment) -> None:
    whose = make.a_professional().object_id
    chats.intend_card(tx, "second", whose, f"appointment:{booked.id}", make.NOW)


async def test_cards_of_somebody_who_took_the_app_away_are_left_alone(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    booked = small.book()
    await small.settle_down()

    async def blocked(_to, _id, _activity):
        raise ChatError(403)

    with monkeypatch.context() as away:
        away.setattr(small.chat, "update", blocked)
        small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
        await small.settle_down()
    assert "appointment.cancel" in str(small.chat.posted[0].activity)

    small.write(jobs.promise, keep_cards(booked.id, small.now))
    await small.settle_down()

    assert "appointment.cancel" not in str(small.chat.posted[0].activity)


async def test_a_question_teams_would_not_take_is_asked_again_later(
    small: SmallWorld,
):
    booked = small.book()
    await small.settle_down()
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    small.gate.arm(1, lasting=True, only="chat.send", error=ChatError(400))
    small.pull()
    await small.settle_down()
    assert len(small.chat.posted) == 1

    small.gate.disarm()
    small.clock.advance(hours=1)
    await small.settle_down()

    assert booked.reference in last_card(small)
    assert "conflict.tell" in last_card(small)


# A secret that has ended.


async def test_what_waits_for_a_token_is_owed_however_long_it_takes(small: SmallWorld):
    small.gate.arm(1, lasting=True, error=Forbidden("TokenRefused"))
    booked = small.book()
    small.pull()
    await small.rest(rounds=4 * ATTEMPTS_MAX)
    assert small.read(jobs.dead_jobs) == []

    small.gate.disarm()
    await small.settle_down()

    assert told(small, booked) is Truth.DONE
    assert len(small.graph.ours(BOX)) == 1


async def test_the_first_answer_with_a_token_lets_everything_go_at_once(
    small: SmallWorld,
):
    refused = Forbidden("TokenRefused")
    small.book()
    small.write(pulls.unreadable, make.AINO, refused, small.now)
    for job in small.write(jobs.claim, small.now, limit=9, lease_seconds=60):
        waits = after_failure(refused, job.attempt)
        assert isinstance(waits, Again)
        small.write(
            jobs.retry, job, after_seconds=waits.seconds, error=waits.why, counts=False
        )
    assert small.write(jobs.claim, small.now, limit=9, lease_seconds=60) == []

    planned = small.read(pulls.plan, make.AINO, small.now)
    small.write(
        polling.finished, planned, "delta:1", small.policy, small.now, news=False
    )

    assert len(small.write(jobs.claim, small.now, limit=9, lease_seconds=60)) > 1


# A job cut off by its own time.


async def test_a_mail_cut_off_while_it_is_sent_is_looked_for_when_it_has_arrived(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    """Graph takes the mail and answers later than the job may take."""
    send = small.graph.send

    async def slowly(mail: Mail) -> None:
        await send(mail)
        await asyncio.Event().wait()

    monkeypatch.setattr(small.graph, "send", slowly)
    small.book()
    (job,) = small.write(
        jobs.claim, small.now, limit=1, lease_seconds=60, kinds=["tell"]
    )
    worker = Worker(small.world, keepers.KEEPERS, keepers.buried, lease_seconds=2)

    outcome = await worker._outcome(job)

    assert outcome == Again(UNANSWERED_SECONDS, why="unanswered")
    assert len(small.graph.mails) == 1


async def test_that_something_was_left_undone_is_said_for_as_long_as_it_is(
    small: SmallWorld,
):
    """Whoever looks at the card anew finds it as it was posted."""
    booked = small.book(by=Actor.PROFESSIONAL)
    small.write(begun_too_often, "tell")
    await small.settle_down()
    posted = last_card(small)
    assert "Jokin jäi tekemättä" in posted

    small.write(jobs.promise, keep_cards(booked.id, small.now))
    await small.settle_down()

    assert last_card(small) == posted
