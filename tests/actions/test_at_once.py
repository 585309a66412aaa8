"""What one does while another is done but not committed yet: nothing of either is lost.

On SQLite the second waits for the first anyway; on PostgreSQL it has read by then.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.appointments import Actor
from booking.calendar import Page
from booking.model import Appointment, Language, Slot, UnitId
from booking.spans import Span
from booking.views.cards import ConflictKind
from graph_sync.reconcile import SoFar
from teams_app.actions import absence_desk, access, booking, events, pulls
from teams_app.actions import absences as deeds
from teams_app.actions.absences import By
from teams_app.actions.access import Claims
from teams_app.actions.events import Look, Plan
from teams_app.store import absences, calendars, conflicts, covers, desks
from teams_app.store.database import Tx
from teams_app.store.desks import Desk
from tests import make
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

BOX = make.a_professional().mailbox

Work = Callable[[Tx], Any]


def at_once(small: SmallWorld, first: Work, second: Work) -> None:
    """Begin the second when the first has done everything but commit."""
    other = threading.Thread(target=small.write, args=(second,))

    def begun(tx: Tx) -> None:
        first(tx)
        other.start()
        other.join(0.5)

    small.write(begun)
    other.join()


async def standing(small: SmallWorld, hours: float = 24) -> Appointment:
    booked = small.book(hours)
    await small.settle_down()
    return booked


def laid(small: SmallWorld, *told: Any) -> Work:
    """Give what lays a page with these events over the mirror."""
    pull = small.read(pulls.plan, make.AINO, small.now)
    page = Page(told, (), "delta:9")
    return lambda tx: pulls.apply(
        tx, pull, page, SoFar(full=False), small.policy, small.now
    )


def written(small: SmallWorld, booked: Appointment) -> Work:
    """Give what records an answer of Graph's about the event as it stands now."""
    (event,) = small.graph.ours(BOX)
    look = Look(BOX, event.id, booked.reference)
    plan = Plan(booked.id, make.AINO, booked.version, look)
    return lambda tx: events.written(tx, plan, event, small.now)


def moved(small: SmallWorld, booked: Appointment, hours: float) -> Work:
    slot = Slot(make.AINO, make.at(hours))
    return lambda tx: booking.move(
        tx,
        booked.id,
        slot,
        version=booked.version,
        by=Actor.CLIENT,
        policy=small.policy,
        now=small.now,
    )


def kinds(small: SmallWorld) -> list[ConflictKind]:
    return [each.kind for each in small.read(conflicts.open_for, make.AINO)]


def swapped(first: Work, second: Work, *, other_way: bool) -> tuple[Work, Work]:
    return (second, first) if other_way else (first, second)


@pytest.mark.parametrize("other_way", [False, True])
async def test_a_move_in_outlook_is_heard_while_an_answer_is_recorded(
    small: SmallWorld, *, other_way: bool
):
    booked = await standing(small)
    recorded = written(small, booked)
    (event,) = small.graph.ours(BOX)
    dragged = small.graph.change(BOX, event.id, when=make.span(26))

    at_once(small, *swapped(laid(small, dragged), recorded, other_way=other_way))

    assert small.link(booked).problem == "moved_in_outlook"
    assert kinds(small) == [ConflictKind.MOVED]


@pytest.mark.parametrize("other_way", [False, True])
async def test_a_new_subscription_and_the_end_of_a_round_are_both_kept(
    small: SmallWorld, *, other_way: bool
):
    def subscribed(tx: Tx) -> None:
        found = calendars.state(tx, make.AINO)
        new = {"subscription_id": "S1", "subscription_secret": "a secret"}
        calendars.save_state(tx, replace(found, **new))

    pull = small.read(pulls.plan, make.AINO, small.now)
    later = small.now + timedelta(minutes=1)

    def ended(tx: Tx) -> None:
        pulls.finished(tx, pull, "delta:77", later)

    at_once(small, *swapped(subscribed, ended, other_way=other_way))

    state = small.read(calendars.state, make.AINO)
    assert (state.subscription_id, state.subscription_secret) == ("S1", "a secret")
    assert (state.delta_link, state.synced) == ("delta:77", later)


@pytest.mark.parametrize("other_way", [False, True])
async def test_a_meeting_laid_while_an_appointment_moves_there_is_asked_about(
    small: SmallWorld, *, other_way: bool
):
    booked = await standing(small)
    meeting = small.graph.add(BOX, make.span(28))
    moving, laying = moved(small, booked, 28), laid(small, meeting)

    at_once(small, *swapped(moving, laying, other_way=other_way))

    # Heard of first, it keeps the appointment from going there.
    stays = small.appointment(booked.id).span == booked.span
    assert stays == other_way
    assert kinds(small) == ([] if stays else [ConflictKind.OVERLAPPED])


@pytest.mark.parametrize("other_way", [False, True])
def test_the_desk_looks_for_nobody_because_of_an_absence_that_just_ends(
    small: SmallWorld, *, other_way: bool
):
    own = small.book(24)
    absence = small.write(absences.add, make.AINO, Span(make.at(20), make.at(30)))
    desk = Desk(UnitId(1), "19:desk", "19:team", {}, Language.FI)
    small.write(desks.save, desk, "staff:x", small.now)
    aino, boss = (
        small.read(access.person, Claims(TENANT, each))
        for each in (make.a_professional().object_id, SUPERVISOR)
    )

    def here_again(tx: Tx) -> None:
        by = By(aino, small.now, "bot")
        deeds.finish(tx, by, absence.id, absence.version)

    def asked(tx: Tx) -> None:
        absence_desk.ask(tx, boss, absence.id, access.Look(small.now, "tab"))

    at_once(small, *swapped(here_again, asked, other_way=other_way))

    found = [each.lines[0] for each in small.read(covers.of_appointment, own.id)]
    assert [each.withdrawn for each in found] == ([small.now] if other_way else [])
