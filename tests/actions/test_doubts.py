"""An emptied calendar is not believed; how often one is read follows the notices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.model import Appointment, Slot, Status
from booking.views.cards import ConflictKind
from graph_sync.graph import Forbidden, Gone
from graph_sync.subscriptions import Notice
from teams_app.actions import calendars as times
from teams_app.actions import doubts, notices, polling
from teams_app.store import calendars, conflicts
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox
URL = "https://aika.example/hooks/graph"


async def full_calendar(small: SmallWorld) -> list[Appointment]:
    """Two appointments of ours, and four meetings of hers."""
    booked = [small.book(24), small.book(26)]
    for hours in (48, 49, 50, 51):
        small.graph.add(BOX, make.span(hours))
    small.pull()
    await small.settle_down()
    return booked


def state(small: SmallWorld) -> calendars.CalendarState:
    found: calendars.CalendarState = small.read(calendars.state, make.AINO)
    return found


def mirror(small: SmallWorld) -> set[str]:
    rows = small.read(calendars.busy, make.AINO, None)
    return {row.event_id for row in rows}


def questions(small: SmallWorld) -> list[conflicts.Conflict]:
    found: list[conflicts.Conflict] = small.read(conflicts.open_for, make.AINO)
    return found


async def look(small: SmallWorld, *, anew: bool = False) -> None:
    small.pull(anew=anew)
    # What is not believed is looked at again for as long as the worker runs.
    await small.rest(rounds=12)


def empty(small: SmallWorld) -> None:
    for id_ in list(small.graph.box(BOX)):
        small.graph.remove(BOX, id_)


@pytest.mark.parametrize("anew", [False, True])
async def test_an_emptied_calendar_frees_nothing_and_asks_nobody(
    small: SmallWorld, *, anew: bool
):
    booked = await full_calendar(small)
    before = mirror(small)
    empty(small)

    await look(small, anew=anew)

    assert mirror(small) == before
    assert questions(small) == []
    assert [small.appointment(each.id).status for each in booked] == [Status.BOOKED] * 2
    assert state(small).last_error == doubts.EMPTIED
    assert state(small).failing_since == small.now
    assert not isinstance(small.hold(48), Appointment)


async def test_a_person_says_that_it_is_so(small: SmallWorld):
    await full_calendar(small)
    empty(small)
    await look(small)

    assert small.write(doubts.believe, make.AINO, small.now)
    await small.settle_down()

    assert mirror(small) == set()
    assert [each.kind for each in questions(small)] == [ConflictKind.DELETED] * 2
    assert state(small).last_error is None


async def test_nobody_is_taken_at_her_word_about_what_nobody_doubts(small: SmallWorld):
    await full_calendar(small)

    assert not small.write(doubts.believe, make.AINO, small.now)


async def test_a_day_later_it_is_believed_and_still_nothing_is_cancelled(
    small: SmallWorld,
):
    booked = await full_calendar(small)
    small.graph.add(BOX, make.span(240))
    await look(small)
    empty(small)
    await look(small)
    small.clock.advance(hours=23)
    await look(small)
    assert len(mirror(small)) == 7
    small.clock.advance(hours=1)

    await small.settle_down()

    assert mirror(small) == set()
    statuses = {small.appointment(each.id).status for each in booked}
    assert statuses == {Status.BOOKED}


async def test_what_comes_back_ends_the_alarm(small: SmallWorld):
    await full_calendar(small)
    kept = dict(small.graph.box(BOX))
    empty(small)
    await look(small)
    for event in kept.values():
        small.graph._keep(BOX, event)

    await small.settle_down()

    assert mirror(small) == set(kept)
    assert state(small).failing_since is None
    assert questions(small) == []


async def test_one_by_one_she_may_delete_what_she_likes(small: SmallWorld):
    await full_calendar(small)
    for id_ in list(small.graph.box(BOX)):
        small.graph.remove(BOX, id_)
        small.pull()
        await small.settle_down()

    assert mirror(small) == set()
    assert state(small).last_error is None


# What may not be read.


@pytest.mark.parametrize("error", [Forbidden("ErrorAccessDenied"), Gone("NotFound")])
async def test_a_calendar_that_may_not_be_read_is_not_offered_and_others_are(
    small: SmallWorld, error: Exception
):
    booked = small.book(24)
    await small.settle_down()
    before = mirror(small)
    small.graph.closed[BOX] = error
    await look(small)
    assert not isinstance(small.hold(48), Appointment)
    assert small.read(times.kept, make.AINO, small.policy, small.now) is None
    assert isinstance(small.hold(48, slot=Slot(make.BO, make.at(48))), Appointment)
    assert mirror(small) == before
    assert small.appointment(booked.id).status is Status.BOOKED

    small.graph.closed.clear()
    await small.settle_down()
    assert isinstance(small.hold(48), Appointment)


# How often it is read.


def watched(small: SmallWorld) -> None:
    small.policy = replace(small.policy, notice_url=URL)
    found = state(small)
    small.write(
        calendars.save_state,
        replace(
            found,
            subscription_id="S1",
            subscription_secret="secret",
            subscription_expires=small.now + timedelta(days=5),
        ),
    )


def told(small: SmallWorld, event: str = "E1", key: str = "secret") -> None:
    small.write(notices.take, [Notice("S1", key, event, "ck")], small.now)


def every(small: SmallWorld) -> timedelta:
    found: timedelta = polling.interval(state(small), small.policy, small.now)
    return found


async def test_where_notices_come_a_calendar_is_read_less_often(small: SmallWorld):
    watched(small)
    usual = every(small)
    event = small.graph.add(BOX, make.span(24))
    told(small, event.id)
    await small.settle_down()

    assert state(small).heard == small.now
    assert every(small) == 2 * usual
    small.clock.advance(seconds=usual.total_seconds())
    small.write(polling.owe_stale, small.policy, small.now)
    open_ = {each.key for each in small.owed("pull") if each.open}
    assert f"pull:{make.AINO}" not in open_


async def test_a_change_nobody_told_of_has_it_read_each_minute(small: SmallWorld):
    watched(small)
    small.clock.advance(minutes=5)
    small.graph.add(BOX, make.span(24))
    small.write(polling.owe_stale, small.policy, small.now)
    await small.settle_down()

    assert every(small) == timedelta(minutes=1)


async def test_our_own_writes_are_no_news(small: SmallWorld):
    watched(small)
    small.book(24)
    await small.settle_down()
    small.clock.advance(minutes=5)
    small.write(polling.owe_stale, small.policy, small.now)
    await small.settle_down()

    assert every(small) == timedelta(minutes=5)


async def test_a_subscription_that_ran_out_has_it_read_each_minute(small: SmallWorld):
    watched(small)
    small.clock.advance(days=6)

    assert every(small) == timedelta(minutes=1)


async def test_a_forged_notice_is_not_heard(small: SmallWorld):
    watched(small)
    told(small, key="guessed")

    assert state(small).heard is None


async def test_polling_alone_keeps_to_the_setting(small: SmallWorld):
    small.policy = replace(small.policy, poll_seconds=30)

    assert every(small) == timedelta(seconds=30)


async def test_a_round_under_way_does_not_put_back_when_it_was_heard(
    small: SmallWorld,
):
    watched(small)
    before = state(small)
    told(small)

    small.write(calendars.save_state, replace(before, synced=small.now))

    assert state(small).heard == small.now
