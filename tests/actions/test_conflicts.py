"""Questions that a change in Outlook raises, and each answer to them, given twice."""

from datetime import timedelta

import pytest
import pytest_asyncio

from booking.appointments import Actor
from booking.calendar import AllDay, ShowAs
from booking.model import Appointment, Slot, Status
from booking.views.cards import ConflictKind, Truth
from teams_app.actions import booking, conflicts, records
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.events import CHOOSING, DELETED, MOVED
from teams_app.store import calendars
from teams_app.store import conflicts as rows
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Overlap
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox


@pytest_asyncio.fixture
async def booked(small: SmallWorld) -> Appointment:
    """An appointment that stands in Outlook, its client told."""
    made = small.book(24)
    await small.settle_down()
    assert len(small.graph.ours(BOX)) == 1
    assert len(small.graph.mails) == 1
    return made


async def moved(small: SmallWorld, hours: float = 26) -> Conflict:
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(hours))
    return await asked(small)


async def deleted(small: SmallWorld) -> Conflict:
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)
    return await asked(small)


async def overlapped(small: SmallWorld) -> Conflict:
    small.graph.add(BOX, make.span(24))
    return await asked(small)


async def asked(small: SmallWorld) -> Conflict:
    small.pull()
    await small.settle_down()
    (open_,) = small.read(rows.open_for, make.AINO)
    return open_


RAISE = {"moved": moved, "deleted": deleted, "overlapped": overlapped}
ANSWERS = [
    ("moved", "tell", "told"),
    ("moved", "put_back", "put_back"),
    ("moved", "propose", "moved"),
    ("moved", "cancel", "cancelled"),
    ("deleted", "restore", "put_back"),
    ("deleted", "propose", "moved"),
    ("deleted", "cancel", "cancelled"),
    ("overlapped", "keep", "kept"),
    ("overlapped", "propose", "moved"),
    ("overlapped", "cancel", "cancelled"),
]


def answer(small: SmallWorld, verb: str, conflict: Conflict) -> conflicts.Answer:
    work = getattr(conflicts, verb)
    given: conflicts.Answer = small.write(work, conflict, small.now)
    return given


def again(small: SmallWorld, conflict: Conflict) -> Conflict:
    found = small.read(rows.find, conflict.id)
    assert found is not None
    return found


@pytest.mark.parametrize(("kind", "verb", "how"), ANSWERS)
async def test_each_question_takes_each_of_its_answers_once(
    small: SmallWorld, booked: Appointment, kind: str, verb: str, how: str
):
    conflict = await RAISE[kind](small)
    mails = len(small.graph.mails)

    first = answer(small, verb, conflict)
    await small.settle_down()
    after = len(small.graph.mails)
    second = answer(small, verb, again(small, conflict))
    await small.settle_down()

    assert isinstance(first, Conflict)
    assert first.settled == how
    assert second == again(small, conflict)
    assert after - mails == (0 if how in {"put_back", "kept"} else 1)
    assert len(small.graph.mails) == after
    assert small.read(rows.open_of, booked.id) == []
    standing = small.graph.ours(BOX)
    assert len(standing) == (0 if verb == "cancel" else 1)


async def test_telling_adopts_the_time_outlook_has(
    small: SmallWorld, booked: Appointment
):
    conflict = await moved(small)

    answer(small, "tell", conflict)
    writes = len(small.graph.puts)
    await small.settle_down()

    now = small.appointment(booked.id)
    assert now.span == make.span(26)
    assert len(small.graph.puts) == writes, "Outlook has it already"
    assert small.graph.mails[-1].to == "maija@client.example"
    assert isinstance(small.hold(24), Appointment)


async def test_putting_back_writes_only_the_time(
    small: SmallWorld, booked: Appointment
):
    conflict = await moved(small)

    answer(small, "put_back", conflict)
    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    assert event.when == booked.span
    assert small.graph.puts[-1].changed == ("span",)
    assert small.appointment(booked.id) == booked


async def test_restoring_makes_one_event_under_another_transaction(
    small: SmallWorld, booked: Appointment
):
    first = small.link(booked).transaction_id
    conflict = await deleted(small)

    answer(small, "restore", conflict)
    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    link = small.link(booked)
    assert event.when == booked.span
    assert link.event_id == event.id
    assert link.transaction_id != first
    assert link.join_url == event.join_url


async def test_while_the_client_chooses_outlook_is_left_alone(
    small: SmallWorld, booked: Appointment
):
    conflict = await moved(small)
    answer(small, "propose", conflict)
    writes = len(small.graph.puts)

    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    assert event.when == make.span(26)
    assert len(small.graph.puts) == writes
    assert small.link(booked).problem == CHOOSING


async def test_asked_to_choose_because_of_a_move_that_is_gone_its_time_is_kept(
    small: SmallWorld, booked: Appointment
):
    was_moved = await moved(small)
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)
    small.pull()
    await small.settle_down()

    answer(small, "propose", was_moved)
    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    assert event.when == booked.span
    assert small.read(rows.open_of, booked.id) == []


async def test_a_meeting_passed_over_is_asked_about_again_once_the_time_holds(
    small: SmallWorld, booked: Appointment
):
    under = await overlapped(small)
    answer(small, "propose", under)
    await small.settle_down()
    was_moved = await moved(small)
    answer(small, "propose", was_moved)
    await small.settle_down()
    assert small.read(rows.open_of, booked.id) == []

    answer(small, "hold", again(small, was_moved))
    await small.settle_down()

    (open_,) = small.read(rows.open_of, booked.id)
    assert (open_.kind, open_.event_id) == (under.kind, under.event_id)


async def test_once_the_client_has_chosen_the_event_follows_her(
    small: SmallWorld, booked: Appointment
):
    answer(small, "propose", await moved(small))
    await small.settle_down()

    small.write(
        booking.move,
        booked.id,
        Slot(make.AINO, make.at(28)),
        version=booked.version,
        by=Actor.CLIENT,
        policy=small.policy,
        now=small.now,
    )
    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    assert event.when == make.span(28)
    assert small.link(booked).problem is None


@pytest.mark.parametrize("kind", RAISE)
async def test_the_same_change_heard_twice_is_one_question(
    small: SmallWorld, booked: Appointment, kind: str
):
    conflict = await RAISE[kind](small)
    cards = len(small.chat.posted)

    small.pull(anew=True)
    await small.settle_down()

    assert small.read(rows.of_appointment, booked.id) == [conflict]
    assert len(small.chat.posted) == cards


async def test_moved_on_the_question_follows(small: SmallWorld, booked: Appointment):
    first = await moved(small, 26)
    second = await moved(small, 28)

    assert second.id == first.id
    assert second.moved_to == make.span(28)
    assert second.version == first.version + 1
    answer(small, "tell", second)
    assert small.appointment(booked.id).span == make.span(28)


async def test_nothing_is_told_and_nothing_written_before_an_answer(
    small: SmallWorld, booked: Appointment
):
    mails, writes = len(small.graph.mails), len(small.graph.puts)

    await moved(small)

    assert len(small.graph.mails) == mails
    assert len(small.graph.puts) == writes
    assert small.appointment(booked.id) == booked


async def test_what_waits_for_her_answer_has_not_failed(
    small: SmallWorld, booked: Appointment
):
    conflict = await moved(small)
    assert small.link(booked).problem == MOVED
    assert small.read(records.truths, booked).in_outlook is Truth.ASKED

    answer(small, "put_back", conflict)
    await small.settle_down()

    assert small.read(records.truths, booked).in_outlook is Truth.DONE


async def test_of_a_deleted_event_it_is_said_that_it_was_deleted(
    small: SmallWorld, booked: Appointment
):
    conflict = await deleted(small)

    assert small.link(booked).problem == DELETED
    assert small.read(records.truths, booked).in_outlook is Truth.DELETED

    answer(small, "restore", conflict)
    await small.settle_down()

    assert small.read(records.truths, booked).in_outlook is Truth.DONE


async def test_telling_a_time_that_has_begun_is_refused_and_nothing_changes(
    small: SmallWorld, booked: Appointment
):
    conflict = await moved(small, 1)
    small.clock.set(make.at(2))

    assert answer(small, "tell", conflict) == Unanswerable("past")
    assert again(small, conflict).settled is None
    assert small.appointment(booked.id) == booked


@pytest.mark.parametrize("days", [1, 2])
async def test_made_all_day_it_is_no_time_for_a_client_and_the_card_says_so(
    small: SmallWorld, booked: Appointment, days: int
):
    (event,) = small.graph.ours(BOX)
    day = booked.span.start.date()
    whole = AllDay(day, day + timedelta(days=days))
    small.graph.change(BOX, event.id, when=whole)
    conflict = await asked(small)
    card = str(small.chat.card(-1))

    assert answer(small, "tell", conflict) == Unanswerable("too_long")
    assert small.appointment(booked.id) == booked
    assert "koko päivän" in card
    assert "conflict.tell" not in card
    assert "conflict.propose" in card
    answer(small, "put_back", again(small, conflict))
    await small.settle_down()
    (back,) = small.graph.ours(BOX)
    assert back.when == booked.span


async def test_telling_leaves_the_holds_of_others_elsewhere_alone(
    small: SmallWorld, booked: Appointment
):
    slow = small.hold(28)
    small.clock.advance(minutes=20)
    conflict = await moved(small)

    answer(small, "tell", conflict)

    found = small.write(booking.renew, slow.id, Actor.CLIENT, small.policy, small.now)
    assert isinstance(found, Appointment)
    assert small.appointment(booked.id).span == make.span(26)


async def test_telling_a_time_over_another_appointment_is_refused_by_the_database(
    small: SmallWorld, booked: Appointment
):
    other = small.book(26)
    await small.settle_down()
    event_id = small.link(booked).event_id
    small.graph.change(BOX, event_id, when=make.span(26))
    small.pull()
    await small.settle_down()
    conflict = small.question(ConflictKind.MOVED)

    with pytest.raises(Overlap):
        answer(small, "tell", conflict)

    assert small.appointment(booked.id) == booked
    assert small.appointment(other.id) == other
    assert again(small, conflict).settled is None


@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind, verb, _ in ANSWERS])
async def test_of_what_was_cancelled_meanwhile_nothing_is_told(
    small: SmallWorld, booked: Appointment, kind: str, verb: str
):
    conflict = await RAISE[kind](small)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()
    mails, card = len(small.graph.mails), small.chat.card(1)

    answered = answer(small, verb, again(small, conflict))
    await small.settle_down()

    assert isinstance(answered, Conflict)
    assert answered.settled == "overtaken"
    assert len(small.graph.mails) == mails
    assert small.graph.ours(BOX) == []
    assert "conflict." not in str(card), "the question has no buttons any more"
    ended = small.appointment(booked.id)
    assert ended.status is Status.CANCELLED_BY_CLIENT


@pytest.mark.parametrize("verb", ["tell", "put_back"])
async def test_a_time_that_never_was_is_not_taken_from_a_question_without_one(
    small: SmallWorld, booked: Appointment, verb: str
):
    """The card has no such button; a forged press has."""
    conflict = await overlapped(small)

    assert answer(small, verb, conflict) == Unanswerable("overtaken")
    assert small.appointment(booked.id) == booked


async def test_restoring_what_stands_makes_no_second_event(
    small: SmallWorld, booked: Appointment
):
    """The card has no such button; a forged press has."""
    conflict = await overlapped(small)

    assert answer(small, "restore", conflict) == Unanswerable("overtaken")
    await small.settle_down()

    assert len(small.graph.ours(BOX)) == 1
    assert small.link(booked).event_id is not None


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("kind", ["moved", "deleted"])
async def test_leaving_both_is_no_answer_to_what_must_be_decided(
    small: SmallWorld, kind: str
):
    """The card has no such button; pressed all the same, the event stays held back."""
    conflict = await RAISE[kind](small)

    assert answer(small, "keep", conflict) == Unanswerable("overtaken")
    assert again(small, conflict).settled is None


async def test_a_question_about_what_has_ended_is_not_raised(
    small: SmallWorld, booked: Appointment
):
    small.clock.set(booked.span.end)
    small.graph.add(BOX, booked.span)
    small.pull()
    await small.settle_down()

    assert small.read(rows.of_appointment, booked.id) == []


async def test_what_is_shown_as_free_lies_over_nothing(
    small: SmallWorld, booked: Appointment
):
    small.graph.add(BOX, booked.span, show_as=ShowAs.FREE)
    small.pull()
    await small.settle_down()

    assert small.read(rows.of_appointment, booked.id) == []


async def test_cancelling_removes_the_event_from_where_it_was_moved(
    small: SmallWorld, booked: Appointment
):
    conflict = await moved(small)

    answer(small, "cancel", conflict)
    await small.settle_down()

    assert small.graph.ours(BOX) == []
    assert small.read(calendars.links_of, booked.id) == []
    ended = small.appointment(booked.id)
    assert ended.status is Status.CANCELLED_BY_US


@pytest.mark.parametrize("later", ["propose", "restore"])
async def test_put_back_after_it_was_deleted_too_there_is_one_event(
    small: SmallWorld, booked: Appointment, later: str
):
    """Both questions stood open; the answer to the first settles the second."""
    move = await moved(small)
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)
    small.pull()
    await small.settle_down()
    gone = small.question(ConflictKind.DELETED)

    answer(small, "put_back", move)
    await small.settle_down()
    answer(small, later, small.read(rows.find, gone.id))
    await small.settle_down()

    assert [each.when for each in small.graph.ours(BOX)] == [booked.span]
    assert small.read(rows.open_for, make.AINO) == []
