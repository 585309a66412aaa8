"""A deleted event that its id still leads to, in Deleted Items, is gone all the same."""

from dataclasses import replace

import pytest

from booking.calendar import Event
from booking.model import Appointment
from booking.views.cards import ConflictKind
from teams_app.actions import conflicts as answers
from teams_app.store import calendars, conflicts, copies
from teams_app.store.conflicts import Conflict
from teams_app.worker import standing
from tests import make
from tests.support.handing import (
    HERS,
    HIS,
    copied,
    copy,
    deleted,
    heard,
    is_handed_over,
    original,
    questions,
    trust,
)
from tests.support.handing import (
    standing as stands,
)
from tests.support.small_world import SmallWorld


@pytest.fixture(autouse=True)
def _kept_in_deleted_items(small: SmallWorld) -> None:
    small.graph.keeps_deleted = True


def asked(small: SmallWorld) -> list[Conflict]:
    found: list[Conflict] = small.read(conflicts.open_for, make.AINO)
    return found


async def read_anew(small: SmallWorld) -> None:
    small.pull(anew=True)
    await small.settle_down()


@pytest.mark.parametrize("anew", [False, True])
async def test_its_deletion_is_asked_about(small: SmallWorld, *, anew: bool):
    booked = await stands(small)
    event = original(small, booked)
    small.graph.remove(HERS, event.id)

    small.pull(anew=anew)
    await small.settle_down()

    assert [each.kind for each in asked(small)] == [ConflictKind.DELETED]
    rows = small.read(calendars.busy, make.AINO, None)
    assert event.id not in {each.event_id for each in rows}


async def test_put_back_it_is_a_new_event_and_not_one_in_deleted_items(
    small: SmallWorld,
):
    booked = await stands(small)
    before = original(small, booked)
    await deleted(small, booked)
    (question,) = asked(small)

    small.write(answers.restore, question, small.now)
    await small.settle_down()
    await read_anew(small)

    assert original(small, booked).id != before.id
    assert small.link(booked).event_id == original(small, booked).id
    assert asked(small) == []
    assert small.graph.puts[-1].event_id is None


async def test_moved_and_then_deleted_it_is_made_anew_by_either_answer(
    small: SmallWorld,
):
    booked = await stands(small)
    before = original(small, booked)
    small.graph.change(HERS, before.id, when=make.span(30))
    await heard(small, make.AINO)
    small.graph.remove(HERS, before.id)
    await heard(small, make.AINO)
    moved = next(each for each in asked(small) if each.kind is ConflictKind.MOVED)

    small.write(answers.put_back, moved, small.now)
    await small.settle_down()

    event = original(small, booked)
    assert event.id != before.id
    assert event.when == booked.span


async def test_a_change_written_into_deleted_items_is_noticed(small: SmallWorld):
    booked = await stands(small)
    small.graph.remove(HERS, original(small, booked).id)
    small.move(booked, 26)
    await small.settle_down()

    await heard(small, make.AINO)

    assert [each.kind for each in asked(small)] == [ConflictKind.DELETED]


async def test_what_has_left_the_window_and_stands_is_not_gone(small: SmallWorld):
    booked = await stands(small)
    event = original(small, booked)
    far = make.span(24 * 200)
    moved = small.graph.change(HERS, event.id, when=far)
    _forgets(small, event)

    await heard(small, make.AINO)

    assert [each.moved_to for each in asked(small)] == [far]
    assert small.link(booked).event_id == moved.id


def _forgets(small: SmallWorld, event: Event) -> None:
    """Let rounds say, as Graph does of what left the window, that it is removed."""
    plain = small.graph.changes

    async def changes(mailbox, window, link):
        async for page in plain(mailbox, window, link):
            kept = tuple(each for each in page.events if each.id != event.id)
            yield replace(page, events=kept, removed=(event.id,))

    small.graph.changes = changes


async def test_a_series_stands_while_one_occurrence_does(small: SmallWorld):
    series = small.graph.add(HERS, make.span(24), type="seriesMaster")
    small.graph.box(HERS).pop(series.id)
    small.graph.deleted[series.id] = series

    async def read() -> Event | None:
        return await standing.read(small.world, make.AINO, HERS, series.id)

    assert await read() is None
    small.graph.add(HERS, make.span(24 * 8), series=series.id, type="occurrence")
    assert await read() == series


async def test_what_moves_while_it_is_looked_for_is_looked_for_again(
    small: SmallWorld,
):
    booked = await stands(small)
    event = original(small, booked)
    _forgets(small, event)
    plain = small.graph.view

    async def view(asks):
        small.graph.change(HERS, event.id, when=make.span(30))
        small.graph.view = plain
        return await plain(asks)

    small.graph.view = view

    await heard(small, make.AINO)

    assert [each.kind for each in asked(small)] == [ConflictKind.MOVED]


async def test_dragged_to_a_colleague_it_is_handed_over(small: SmallWorld):
    trust(small)
    booked = await stands(small)
    copy(small, original(small, booked))
    small.graph.remove(HERS, original(small, booked).id)

    await heard(small, make.BO)

    is_handed_over(small, booked)


async def test_a_copy_deleted_again_answers_its_question(small: SmallWorld):
    booked = await stands(small)
    made = await copied(small, booked)
    small.graph.remove(HIS, made.id)

    await heard(small, make.BO)

    assert questions(small, booked) == [("copied", "overtaken")]
    assert small.read(copies.of_appointment, booked.id) == []


async def test_a_settled_copy_deleted_again_is_forgotten(small: SmallWorld):
    booked = await stands(small)
    made = await copied(small, booked)
    small.write(_stays, booked)
    small.graph.remove(HIS, made.id)

    await heard(small, make.BO)

    assert small.read(copies.of_appointment, booked.id) == []


def _stays(tx, booked: Appointment) -> None:
    for each in copies.of_appointment(tx, booked.id):
        copies.save(tx, replace(each, settled="stays"))
