"""Outlook and the appointment change at the same time: nothing is lost, nothing wins twice.

A question that stands open when the appointment itself changes is over, and the event
follows the appointment. What she does to an event while our own write or look is on its
way is heard all the same.
"""

import pytest
import pytest_asyncio
import sqlalchemy as sa

from booking.appointments import Actor, Change
from booking.model import Appointment
from booking.views.cards import ConflictKind
from graph_sync.graph import Put, Written
from teams_app.actions import conflicts, copying, handovers, looking
from teams_app.actions.handovers import Order
from teams_app.actions.looking import Unneeded
from teams_app.actions.questions import DELETED
from teams_app.actions.settle import settle
from teams_app.store import calendars, jobs, tables
from teams_app.store import conflicts as rows
from teams_app.store.conflicts import Conflict
from teams_app.worker import Done
from tests import make
from tests.support.handing import copied
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox
BOS = make.bo().mailbox


@pytest_asyncio.fixture
async def booked(small: SmallWorld) -> Appointment:
    made = small.book(24)
    await small.settle_down()
    return made


async def asked(small: SmallWorld, kind: str) -> Conflict:
    (event,) = small.graph.ours(BOX)
    if kind == "moved":
        small.graph.change(BOX, event.id, when=make.span(26))
    elif kind == "deleted":
        small.graph.remove(BOX, event.id)
    else:
        small.graph.add(BOX, make.span(24))
    small.pull()
    await small.settle_down()
    return open_question(small)


def open_question(small: SmallWorld) -> Conflict:
    (found,) = small.read(rows.open_for, make.AINO)
    return found


def hand_over(small: SmallWorld, before: Appointment) -> Appointment:
    after = make.replace(before, professional=make.BO, version=before.version + 1)
    small.write(settle, Change(before, after, Actor.SUPERVISOR, small.now, "hand_over"))
    return after


@pytest.mark.parametrize("kind", ["moved", "deleted", "overlapped"])
async def test_a_client_who_moves_overtakes_what_stood_open(
    small: SmallWorld, booked: Appointment, kind: str
):
    question = await asked(small, kind)

    after = small.move(booked, 28)
    await small.settle_down()

    assert small.read(rows.open_of, booked.id) == []
    (event,) = small.graph.ours(BOX)
    assert event.when == after.span
    shown = [str(each.activity) for each in small.chat.posted]
    assert not any("conflict." in card for card in shown), "nothing is left to press"
    settled = small.read(rows.find, question.id)
    assert settled.settled == "overtaken"


@pytest.mark.parametrize("kind", ["moved", "deleted", "overlapped"])
async def test_an_old_answer_does_not_override_the_clients_own_move(
    small: SmallWorld, booked: Appointment, kind: str
):
    question = await asked(small, kind)
    after = small.move(booked, 28)

    for verb in ("tell", "put_back", "restore", "cancel", "propose", "keep"):
        now = small.read(rows.find, question.id)
        small.write(getattr(conflicts, verb), now, small.now)
    await small.settle_down()

    assert small.appointment(booked.id) == after
    (event,) = small.graph.ours(BOX)
    assert event.when == after.span


@pytest.mark.parametrize("kind", ["moved", "deleted", "overlapped"])
async def test_a_hand_over_overtakes_what_stood_open(
    small: SmallWorld, booked: Appointment, kind: str
):
    await asked(small, kind)

    after = hand_over(small, booked)
    await small.settle_down()

    assert small.read(rows.open_of, booked.id) == []
    assert small.graph.ours(BOX) == []
    (event,) = small.graph.ours(BOS)
    assert event.when == after.span
    assert len(small.read(calendars.links_of, booked.id)) == 1


async def test_a_meeting_over_the_new_time_too_is_still_asked_about(
    small: SmallWorld, booked: Appointment
):
    small.graph.add(BOX, make.span(24, minutes=300))
    small.pull()
    await small.settle_down()
    question = open_question(small)
    assert question.kind is ConflictKind.OVERLAPPED

    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    small.pull()
    await small.settle_down()
    moved = small.question(ConflictKind.MOVED)
    small.write(conflicts.tell, moved, small.now)
    await small.settle_down()

    assert small.appointment(booked.id).span == make.span(26)
    assert [each.id for each in small.read(rows.open_of, booked.id)] == [question.id]


@pytest.mark.usefixtures("booked")
async def test_where_she_has_moved_it_to_is_not_given_to_another_client(
    small: SmallWorld,
):
    question = await asked(small, "moved")
    assert not isinstance(small.hold(26), Appointment)
    assert not isinstance(small.hold(24), Appointment)

    small.write(conflicts.put_back, question, small.now)

    assert isinstance(small.hold(26), Appointment)


# While an answer is on its way.


async def test_moved_while_the_join_link_is_waited_for_is_asked_about(
    small: SmallWorld,
):
    """The look shows the new change key: no page would tell of the move any more."""
    small.graph.joins = False
    small.book(24)
    await small.rest(rounds=3)
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))

    small.clock.advance(seconds=3)
    await small.settle_down()
    assert "graph.event" in small.gate.calls
    small.pull()
    await small.settle_down()

    question = open_question(small)
    assert (question.kind, question.moved_to) == (ConflictKind.MOVED, make.span(26))


def interrupted(small: SmallWorld, act) -> None:
    """Let somebody act in Outlook when our next write has been carried out."""
    plain = small.graph._put

    def put(write: Put):
        small.graph._put = plain
        done = plain(write)
        assert isinstance(done, Written)
        act(done.event.id)
        now = small.graph.box(BOX).get(done.event.id, done.event)
        return make.replace(done, event=now)

    small.graph._put = put


async def test_moved_while_our_write_is_answered_is_asked_about(
    small: SmallWorld, booked: Appointment
):
    interrupted(
        small, lambda id_: small.graph.change(BOX, id_, when=make.span(29)) and None
    )

    small.move(booked, 26)
    await small.settle_down()
    small.pull()
    await small.settle_down()

    question = open_question(small)
    assert question.moved_to == make.span(29)
    assert small.appointment(booked.id).span == make.span(26)


@pytest.mark.parametrize("first", ["a copy is seen", "it is asked about"])
async def test_that_an_event_is_gone_stands_on_the_cards_whatever_it_means(
    small: SmallWorld, booked: Appointment, first: str
):
    """What it means may be seen elsewhere, and of what is over it may mean nothing."""
    if first == "a copy is seen":
        await copied(small, booked)
    else:
        small.write(conflicts.deleted, booked.id, make.AINO, small.now)
        await small.settle_down()
    before = owed_cards(small)

    small.write(conflicts.vanished, booked.id, make.AINO, small.now)

    assert owed_cards(small) > before


def owed_cards(small: SmallWorld) -> int:
    """Count how often a look at the appointment's cards was promised."""
    chosen = sa.select(tables.jobs.c.rev).where(tables.jobs.c.kind == "cards")
    found: int = small.read(lambda tx: tx.execute(chosen).scalar_one())
    return found


async def test_deleted_and_heard_of_before_our_write_was_recorded_stays_deleted(
    small: SmallWorld, booked: Appointment
):
    def deleted(id_: str) -> None:
        small.graph.remove(BOX, id_)
        small.write(conflicts.vanished, booked.id, make.AINO, small.now)

    interrupted(small, deleted)

    small.move(booked, 26)
    await small.settle_down()

    assert open_question(small).kind is ConflictKind.DELETED
    assert small.link(booked).problem == DELETED
    assert small.link(booked).event_id is None


async def test_a_copy_with_who_has_it_now_goes_once_the_appointment_is_over(
    small: SmallWorld, booked: Appointment
):
    """Until then it may be all that stands there; afterwards ours comes no more."""
    lies = await copied(small, booked, when=make.span(72))
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.carry_out, order, small.now)
    look = copying.look(make.BO, lies.id, small.now)
    small.write(jobs.promise, look)
    (job,) = small.write(
        jobs.claim, small.now, limit=9, lease_seconds=60, kinds=["copy"]
    )
    worker = small.worker()

    seen = await worker._outcome(job)

    assert isinstance(seen, Done)
    assert seen.outcome == "known"
    await worker._record(job, seen)
    (again,) = [each for each in small.owed() if each.key == look.key and each.open]
    assert again.due == booked.span.end.timestamp()
    small.clock.set(booked.span.end)
    assert small.read(looking.weigh, make.BO, lies, small.now) == Unneeded()
