"""Comparing whole calendars: each thing that may differ is found, and set right."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from booking.calendar import Busy, Mailbox, ShowAs, WorkingHours
from booking.differences import Kind
from booking.model import Appointment, Status
from booking.spans import HELSINKI
from booking.views.cards import ConflictKind
from graph_sync.graph import Forbidden, Gone
from teams_app.actions import conflicts as actions
from teams_app.actions import doubts, nights
from teams_app.actions.nights import BEGINS, SPREAD
from teams_app.store import (
    appointments,
    calendars,
    conflicts,
    copies,
    jobs,
    people,
    tables,
)
from teams_app.store.copies import Copy
from teams_app.worker import checking
from teams_app.worker.checking import Compared
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox


async def standing(small: SmallWorld, hours: float = 24) -> Appointment:
    booked = small.book(hours)
    await small.settle_down()
    return booked


async def compared(small: SmallWorld) -> Compared:
    return await checking.compared(small.world, make.AINO)


async def kinds(small: SmallWorld) -> list[Kind]:
    return sorted(each.kind for each in (await compared(small)).found)


async def mended(small: SmallWorld) -> list[Kind]:
    """Set right what is found, and give what is left."""
    await checking.mend(small.world, await compared(small))
    await small.settle_down()
    return await kinds(small)


def state(small: SmallWorld) -> calendars.CalendarState:
    found: calendars.CalendarState = small.read(calendars.state, make.AINO)
    return found


def unheard(small: SmallWorld, event_id: str) -> None:
    """Let what happened to an event be told by no round of changes any more."""
    small.graph.told[BOX] = []
    found = state(small)
    small.write(calendars.save_state, replace(found, delta_link="delta:0"))
    assert event_id


async def test_what_is_alike_is_no_difference(small: SmallWorld):
    await standing(small)
    small.graph.add(BOX, make.span(48))
    small.pull()
    await small.settle_down()

    assert await kinds(small) == []


async def test_a_busy_time_the_mirror_lacks_is_found_and_taken(small: SmallWorld):
    event = small.graph.add(BOX, make.span(48))
    unheard(small, event.id)

    (found,) = (await compared(small)).found
    assert (found.kind, found.starts) == (Kind.UNSEEN, make.at(48))
    assert await mended(small) == []
    assert not isinstance(small.hold(48), Appointment)


async def test_a_busy_time_that_is_no_more_is_found_and_given_back(small: SmallWorld):
    row = Busy("E99", make.span(48), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, row)

    assert await kinds(small) == [Kind.LEFT_OVER]
    assert await mended(small) == []
    assert isinstance(small.hold(48), Appointment)


async def test_what_is_over_makes_no_difference(small: SmallWorld):
    row = Busy("E99", make.span(-24), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, row)

    assert await kinds(small) == []


@pytest.mark.parametrize("days", [1, 20])
async def test_what_lies_beyond_the_mirrors_window_is_no_difference(
    small: SmallWorld, days: int
):
    """A series without an end goes on behind it; each day a further one is in reach."""
    for day in range(1, 130):
        small.graph.add(BOX, make.span(24 * day, 30), series="S")
    small.pull(anew=True)
    await small.settle_down()
    small.clock.advance(days=days)

    assert await kinds(small) == []


async def test_within_the_mirrors_window_it_is_found_however_old_the_window_is(
    small: SmallWorld,
):
    small.clock.advance(days=20)
    event = small.graph.add(BOX, make.span(24 * 90))
    unheard(small, event.id)

    assert await kinds(small) == [Kind.UNSEEN]


async def test_where_the_mirror_covers_nothing_ahead_all_is_lacking(
    small: SmallWorld,
):
    small.clock.advance(days=120)
    small.graph.add(BOX, make.span(24 * 130))

    assert await kinds(small) == [Kind.UNSEEN]


async def test_our_event_moved_unheard_becomes_a_question(small: SmallWorld):
    booked = await standing(small)
    id_ = small.link(booked).event_id
    moved = small.graph.change(BOX, id_, when=make.span(26))
    link = replace(small.link(booked), change_key=moved.change_key)
    small.write(calendars.save_link, link)
    unheard(small, id_)

    found = (await compared(small)).found
    assert [(each.kind, each.reference) for each in found] == [
        (Kind.MOVED, booked.reference)
    ]
    assert await mended(small) == []
    (question,) = small.read(conflicts.open_for, make.AINO)
    assert question.kind is ConflictKind.MOVED
    assert small.appointment(booked.id).span == booked.span


async def test_what_our_event_lives_by_is_written_again(small: SmallWorld):
    booked = await standing(small)
    id_ = small.link(booked).event_id
    small.graph.change(BOX, id_, subject="Lounas")
    unheard(small, id_)

    (found,) = (await compared(small)).found
    assert (found.kind, found.lacks) == (Kind.DAMAGED, ("subject",))
    assert await mended(small) == []
    assert booked.reference in (small.graph.box(BOX)[id_].subject or "")


async def test_a_category_of_her_own_is_no_difference(small: SmallWorld):
    booked = await standing(small)
    small.graph.change(BOX, small.link(booked).event_id, categories=("Oma",))

    assert await kinds(small) == []


async def test_our_event_deleted_unheard_is_asked_about_not_cancelled(
    small: SmallWorld,
):
    booked = await standing(small)
    id_ = small.link(booked).event_id
    small.graph.remove(BOX, id_)
    unheard(small, id_)

    assert await kinds(small) == [Kind.GONE]
    assert await mended(small) == []
    (question,) = small.read(conflicts.open_for, make.AINO)
    assert question.kind is ConflictKind.DELETED
    assert small.appointment(booked.id).status is Status.BOOKED


async def test_a_copy_is_named_and_left_to_a_person(small: SmallWorld):
    booked = await standing(small)
    event = small.graph.box(BOX)[small.link(booked).event_id]
    small.graph.add(BOX, make.span(48), subject=f"Kopio: {event.subject}")
    small.pull()
    await small.settle_down()

    assert Kind.DOUBLE in await kinds(small)


async def test_a_write_that_was_lost_is_owed_again(small: SmallWorld):
    booked = small.book(24)
    small.write(_forget, booked)

    assert await kinds(small) == [Kind.UNWRITTEN]
    assert await mended(small) == []
    assert len(small.graph.ours(BOX)) == 1


def _forget(tx, booked: Appointment) -> None:
    jobs.withdraw(tx, booked.id, kinds=["calendar"])


@pytest.mark.parametrize("keyed", [True, False])
async def test_an_event_we_have_lost_is_known_again_and_not_made_twice(
    small: SmallWorld, *, keyed: bool
):
    booked = await standing(small)
    id_ = small.link(booked).event_id
    if not keyed:
        small.graph.box(BOX)[id_] = replace(small.graph.box(BOX)[id_], key=None)
    lost = replace(small.link(booked), event_id=None, transaction_id="", known=None)
    small.write(calendars.save_link, lost)

    assert await kinds(small) == [Kind.UNWRITTEN]
    assert await mended(small) == []
    assert list(small.graph.box(BOX)) == [id_]
    assert small.link(booked).event_id == id_


async def test_an_event_of_what_is_cancelled_is_removed(small: SmallWorld):
    booked = await standing(small)
    small.write(_cancelled_behind_our_back, booked)

    assert await kinds(small) == [Kind.NOT_REMOVED]
    assert await mended(small) == []
    assert small.graph.ours(BOX) == []


def _cancelled_behind_our_back(tx, booked: Appointment) -> None:
    status = Status.CANCELLED_BY_CLIENT
    appointments.save(tx, replace(booked, status=status, version=booked.version + 1))


async def test_a_meeting_over_an_appointment_that_nobody_was_asked_about_is_asked_about(
    small: SmallWorld,
):
    booked = await standing(small)
    small.graph.add(BOX, make.span(24))
    small.pull()
    await small.settle_down()
    (asked,) = small.read(conflicts.open_for, make.AINO)
    assert await kinds(small) == []
    small.write(_never_asked)

    found = (await compared(small)).found
    assert [(each.kind, each.reference) for each in found] == [
        (Kind.COVERED, booked.reference)
    ]
    assert await mended(small) == []
    (again,) = small.read(conflicts.open_for, make.AINO)
    assert (again.kind, again.event_id) == (ConflictKind.OVERLAPPED, asked.event_id)


def _never_asked(tx) -> None:
    tx.execute(sa.delete(tables.conflicts))


async def test_what_was_left_so_is_no_difference(small: SmallWorld):
    await standing(small)
    small.graph.add(BOX, make.span(24))
    small.pull()
    await small.settle_down()
    (asked,) = small.read(conflicts.open_for, make.AINO)
    small.write(actions.keep, asked, small.now)

    assert await kinds(small) == []


async def test_a_copy_of_an_appointment_lies_over_none(small: SmallWorld):
    booked = await standing(small)
    event = small.graph.add(BOX, make.span(24))
    small.pull()
    await small.settle_down()
    small.write(_never_asked)
    copy = Copy(
        make.AINO, event.id, booked.id, make.span(24), invited=False, seen=small.now
    )
    small.write(copies.save, copy)

    assert await kinds(small) == []


async def test_what_is_on_its_way_is_no_difference(small: SmallWorld):
    small.book(24)

    assert await kinds(small) == []


async def test_what_changes_while_we_read_is_no_difference(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    plain = small.graph.changes

    async def slow(*asked):
        async for page in plain(*asked):
            small.write(calendars.put_busy, make.AINO, late)
            yield page

    late = Busy("E99", make.span(48), ShowAs.BUSY)
    monkeypatch.setattr(small.graph, "changes", slow)

    assert await kinds(small) == []


# What is not believed.


async def test_an_emptied_calendar_raises_the_alarm_and_nothing_else(
    small: SmallWorld,
):
    booked = [await standing(small, hours) for hours in (24, 25, 26, 48, 49)]
    for each in booked:
        small.graph.remove(BOX, small.link(each).event_id)
    before = small.read(calendars.busy, make.AINO, None)
    seen = await compared(small)
    await checking.mend(small.world, seen)
    await small.rest(rounds=12)

    assert [each.kind for each in seen.found] == [Kind.EMPTIED]
    assert small.read(calendars.busy, make.AINO, None) == before
    assert small.read(conflicts.open_for, make.AINO) == []
    assert state(small).last_error == doubts.EMPTIED


@pytest.mark.parametrize("error", [Forbidden("ErrorAccessDenied"), Gone("NotFound")])
async def test_a_calendar_that_cannot_be_read_changes_nothing(
    small: SmallWorld, error: Exception
):
    booked = await standing(small)
    before = small.read(calendars.busy, make.AINO, None)
    small.gate.arm(1, error=error, lasting=True, only="graph.changes")
    seen = await compared(small)
    await checking.mend(small.world, seen)

    assert (seen.found, seen.error) == (frozenset(), error)
    assert small.read(calendars.busy, make.AINO, None) == before
    assert small.appointment(booked.id).status is Status.BOOKED
    assert state(small).failing_since == small.now


# By night.


def at_night(small: SmallWorld, **more: float) -> datetime:
    night = datetime.combine(small.now.date() + timedelta(days=1), BEGINS, HELSINKI)
    small.clock.advance(seconds=(night + timedelta(**more) - small.now).total_seconds())
    return small.now


async def test_by_night_each_calendar_is_compared_once_and_put_right(
    small: SmallWorld,
):
    row = Busy("E99", make.span(72), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, row)
    at_night(small, minutes=1)
    for _ in range(2):
        small.write(nights.owe_nightly, small.policy, small.now)
        await small.settle_down()
    at_once = len(small.owed("check"))
    small.clock.advance(seconds=SPREAD.total_seconds())
    await small.settle_down()

    assert at_once == 2
    assert [each.outcome for each in small.owed("check")][:2] == [
        "differences:1",
        "differences:0",
    ]
    assert state(small).differing == 1
    assert await kinds(small) == []


async def test_by_night_a_calendar_that_cannot_be_read_counts_as_no_difference(
    small: SmallWorld,
):
    denied = Forbidden("ErrorAccessDenied")
    small.gate.arm(1, error=denied, lasting=True, only="graph.changes")
    at_night(small, minutes=1)
    small.write(nights.owe_nightly, small.policy, small.now)
    small.clock.advance(seconds=SPREAD.total_seconds())
    await small.settle_down()

    assert {each.outcome for each in small.owed("check")} == {"unread"}
    assert (state(small).checked, state(small).differing) == (None, None)
    assert state(small).failing_since is not None


async def test_by_night_hours_changed_in_outlook_are_learned(small: SmallWorld):
    afternoons = Mailbox(WorkingHours(start=time(12), end=time(18)))
    small.graph.settings[BOX] = afternoons
    was = small.read(people.mailbox, make.AINO)
    at_night(small, minutes=1)
    small.write(nights.owe_nightly, small.policy, small.now)
    small.clock.advance(seconds=SPREAD.total_seconds())
    await small.settle_down()

    assert was != afternoons
    assert small.read(people.mailbox, make.AINO) == afternoons


async def test_by_night_hours_that_cannot_be_read_stay(small: SmallWorld):
    was = small.read(people.mailbox, make.AINO)
    at_night(small, minutes=1)
    small.write(nights.owe_nightly, small.policy, small.now)
    denied = Forbidden("ErrorAccessDenied")
    small.gate.arm(1, error=denied, lasting=True, only="graph.mailbox")
    small.clock.advance(seconds=SPREAD.total_seconds())
    await small.settle_down()

    assert small.read(people.mailbox, make.AINO) == was
    assert all(each.outcome for each in small.owed("check"))


def test_calendars_take_their_turns_over_the_night():
    shares = [nights.share(make.ProfessionalId(n)) for n in range(1, 401)]
    quarter = SPREAD / 4

    for part in range(4):
        count = sum(part * quarter <= each < (part + 1) * quarter for each in shares)
        assert 60 <= count <= 140


@pytest.mark.parametrize("hours", [-1, 5, 12])
async def test_by_day_nothing_is_compared(small: SmallWorld, hours: float):
    at_night(small, hours=hours)
    small.write(nights.owe_nightly, small.policy, small.now)

    assert small.owed("check_all") == []
