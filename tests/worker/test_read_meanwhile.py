"""What we write ourselves while a calendar is being read: the page is older than that."""

from collections.abc import AsyncIterator, Sequence

from booking.appointments import Actor
from booking.calendar import Event, Page
from booking.spans import Span
from booking.views.cards import ConflictKind
from graph_sync.graph import GraphError, View
from teams_app.actions import booking
from teams_app.store import calendars, conflicts, jobs
from tests import make
from tests.support.agreeing import BOX, agree, mirror_is_outlook
from tests.support.handing import original, standing
from tests.support.small_world import SmallWorld


async def keep(small: SmallWorld, kind: str) -> None:
    """Keep the one promise of a kind that is due."""
    (job,) = small.write(jobs.claim, small.now, limit=9, lease_seconds=60, kinds=[kind])
    await small.worker()._keep(job)


async def read_while_we_write(small: SmallWorld) -> None:
    """Read her calendar; before the page is laid, what is owed to it is written."""
    plain = small.graph.changes

    async def changes(
        mailbox: str, window: Span, link: str | None
    ) -> AsyncIterator[Page]:
        async for page in plain(mailbox, window, link):
            await keep(small, "calendar")
            yield page

    small.graph.changes = changes
    small.pull()
    await keep(small, "pull")
    small.graph.changes = plain
    await small.settle_down()


async def test_what_we_remove_meanwhile_takes_no_time_of_hers(small: SmallWorld):
    """Its notice is our own echo, and brings no other reading."""
    booked = await standing(small)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    await read_while_we_write(small)

    assert small.graph.box(BOX) == {}
    assert small.read(calendars.busy, make.AINO, None) == []
    agree(small, booked)


async def test_what_we_move_meanwhile_was_moved_by_nobody_else(small: SmallWorld):
    booked = await standing(small)
    small.move(booked, 26)

    await read_while_we_write(small)

    assert small.read(conflicts.of_appointment, booked.id) == []
    mirror_is_outlook(small)
    agree(small, booked)


async def test_what_she_moves_after_our_writing_is_hers_and_stands_where_it_is(
    small: SmallWorld,
):
    """She moves it before the page is given: it tells of her move, and of ours by that."""
    booked = await standing(small)
    small.move(booked, 26)
    plain = small.graph.changes

    async def changes(
        mailbox: str, window: Span, link: str | None
    ) -> AsyncIterator[Page]:
        await keep(small, "calendar")
        small.graph.change(BOX, original(small, booked).id, when=make.span(28))
        async for page in plain(mailbox, window, link):
            yield page

    small.graph.changes = changes
    small.pull()
    await keep(small, "pull")
    small.graph.changes = plain
    await small.settle_down()

    (asked,) = small.read(conflicts.open_of, booked.id)
    assert asked.kind is ConflictKind.MOVED
    mirror_is_outlook(small)


async def test_what_we_move_while_it_is_read_by_its_id_neither(small: SmallWorld):
    booked = await standing(small)
    moved = small.move(booked, 26)
    plain = small.graph.view

    async def view(asks: Sequence[View]) -> list[tuple[Event, ...] | GraphError]:
        small.graph.view = plain
        seen = await plain(asks)
        small.move(moved, 28)
        await keep(small, "calendar")
        return seen

    small.graph.view = view
    await read_while_we_write(small)

    assert small.appointment(booked.id).span.start == make.at(28)
    assert small.read(conflicts.of_appointment, booked.id) == []
    mirror_is_outlook(small)
    agree(small, booked)
