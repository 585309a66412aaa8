"""A change of the evening, and a request to choose another time before it was told."""

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Language
from booking.views.cards import Truth
from booking.wording import text
from teams_app.actions import conflicts, handovers, records, sent
from teams_app.actions.handovers import Order
from teams_app.store import conflicts as rows
from teams_app.store import jobs
from teams_app.store.conflicts import Conflict
from tests import make
from tests.actions.test_choosing import (
    ASKED,
    BOX,
    HOLDS,
    OLD,
    booked,
    held,
    move,
    subjects,
)
from tests.support.small_world import SmallWorld
from tests.worker.test_messages_in_turn import claimed

__all__ = ["booked"]

NIGHT = make.NOW.replace(hour=20, minute=30)


async def asked_by_night(small: SmallWorld, booked: Appointment) -> Conflict:
    """Move it, and ask for another time than that; nothing of it is told by night."""
    small.clock.set(NIGHT)
    move(small, booked, Actor.PROFESSIONAL, 50)
    await small.settle_down()
    small.graph.add(BOX, make.span(50))
    small.pull()
    await small.settle_down()
    (open_,) = small.read(rows.open_for, make.AINO)
    asked: Conflict = small.write(conflicts.propose, open_, small.now)
    return asked


@pytest.mark.parametrize("then", ["she chooses", "it holds", "it held before morning"])
async def test_a_change_of_the_evening_gives_way_to_the_request_to_choose(
    small: SmallWorld, booked: Appointment, then: str
):
    """By night both wait: in the morning only what is still so is said."""
    asked = await asked_by_night(small, booked)
    await small.settle_down()
    assert subjects(small) == [OLD], "not by night"
    if then == "it held before morning":
        await held(small, asked)

    small.clock.advance(hours=10)
    await small.settle_down()
    small.clock.advance(minutes=1)
    await small.settle_down()

    if then == "it held before morning":
        assert subjects(small) == [OLD, "Aikasi on muuttunut"]
        return
    assert subjects(small) == [OLD, ASKED]
    known, other = "klo 10.00", "klo 12.00"
    assert known in small.graph.mails[-1].text, "she knows of no other"
    assert other not in small.graph.mails[-1].text
    read_again, *_ = small.read(
        sent.to_client, small.appointment(booked.id), small.policy, Language.FI
    )
    assert known in read_again.text, "as it went"
    assert other not in read_again.text
    if then == "it holds":
        await held(small, asked)
        assert subjects(small) == [OLD, ASKED, "Aikasi on muuttunut"]
        assert known in small.graph.mails[-1].text
        assert other in small.graph.mails[-1].text
        truths = small.read(records.truths, small.appointment(booked.id))
        assert truths.told is Truth.DONE
    else:
        move(small, small.appointment(booked.id))
        await small.settle_down()
        assert subjects(small) == [OLD, ASKED, "Vaihdoit aikasi"]


async def test_where_nobody_can_ask_her_the_change_is_told(
    small: SmallWorld, booked: Appointment
):
    asked = await asked_by_night(small, booked)
    (job,) = claimed(small, "ask_new_time")
    assert job.key == f"ask_new_time:{asked.id}"
    small.write(jobs.dead, job, "refused")

    small.clock.advance(hours=10)
    await small.settle_down()

    assert subjects(small) == [OLD, "Aikasi on muuttunut"]


async def test_a_hand_over_gives_way_to_nothing(small: SmallWorld, booked: Appointment):
    small.clock.set(NIGHT)
    order = Order(booked, make.BO, booked.span, Actor.SUPERVISOR, "staff:x")
    small.write(handovers.carry_out, order, small.now)
    await small.settle_down()
    small.graph.add(make.bo().mailbox, booked.span)
    small.pull(make.BO)
    await small.settle_down()
    (open_,) = small.read(rows.open_for, make.BO)
    asked = small.write(conflicts.propose, open_, small.now)

    small.clock.advance(hours=10)
    await small.settle_down()
    await held(small, asked)

    another = text("fi", "messages.handed_over.subject")
    assert subjects(small) == [OLD, another, ASKED, HOLDS]
