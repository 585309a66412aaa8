"""A Teams meeting leads to its appointment, for who may see that and nobody else."""

import base64
from typing import Any

import pytest

from booking.appointments import Actor
from booking.meetings import thread_of
from booking.model import Appointment, Slot
from teams_app.actions import access, booking, handovers, meetings
from teams_app.actions.access import Claims, Look
from teams_app.actions.handovers import Order
from teams_app.store import copies, log
from tests import make
from tests.support.handing import standing
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

AINO, BO = make.a_professional().object_id, make.bo().object_id


def thread(small: SmallWorld, booked: Appointment) -> str:
    found = thread_of(small.link(booked).join_url)
    assert found is not None
    return found


def led(small: SmallWorld, said: str, who: str = AINO) -> Any:
    person = small.read(access.person, Claims(TENANT, who))
    return small.write(meetings.appointment_of, person, said, Look(small.now, "panel"))


def looks(small: SmallWorld) -> int:
    return sum(each.what == "view" for each in small.read(log.entries, None, 99))


async def test_by_the_chat_and_by_the_meeting_it_is_the_same(small: SmallWorld):
    booked = await standing(small)
    await standing(small, 26)
    chat = thread(small, booked)
    wrapped = base64.b64encode(f"0#{chat}#0".encode()).decode()

    assert led(small, chat) == led(small, wrapped) == small.appointment(booked.id)
    (last, *_) = small.read(log.entries, f"appointment:{booked.id}", 1)
    assert (last.what, last.source) == ("view", "panel")
    assert led(small, chat, SUPERVISOR) is not None


@pytest.mark.parametrize("said", ["", "none", "19:meeting_unknown@thread.v2", "x"])
async def test_another_meeting_leads_nowhere(small: SmallWorld, said: str):
    await standing(small)

    assert led(small, said) is None
    assert looks(small) == 0


async def test_somebody_elses_meeting_leads_nowhere_and_says_nothing(
    small: SmallWorld,
):
    booked = await standing(small)

    assert led(small, thread(small, booked), BO) is None
    assert looks(small) == 0


async def test_handed_over_with_a_new_meeting_the_old_one_leads_nowhere(
    small: SmallWorld,
):
    booked = await standing(small, 48)
    old = thread(small, booked)
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.carry_out, order, small.now)
    for who in (AINO, BO):
        assert led(small, old, who) is None  # Outlook has yet to follow.
    await small.settle_down()

    new = thread(small, small.appointment(booked.id))

    assert new != old
    assert led(small, new, BO) == small.appointment(booked.id)
    for said, who in ((new, AINO), (old, AINO), (old, BO)):
        assert led(small, said, who) is None


async def test_a_meeting_that_is_kept_leads_to_whose_the_appointment_is_now(
    small: SmallWorld,
):
    booked = await standing(small, 2)
    old = thread(small, booked)
    small.write(copies.join_opened, booked.id, small.now)
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.carry_out, order, small.now)
    await small.settle_down()

    assert small.read(copies.kept_meeting, booked.id) is not None
    assert led(small, old, BO) == small.appointment(booked.id)
    assert led(small, old, AINO) is None


async def test_cancelled_and_gone_from_outlook_it_leads_nowhere(small: SmallWorld):
    booked = await standing(small)
    said = thread(small, booked)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    assert led(small, said) is None


async def test_a_time_moved_keeps_its_meeting(small: SmallWorld):
    booked = await standing(small)
    said = thread(small, booked)
    small.write(
        booking.move,
        booked.id,
        Slot(make.AINO, make.at(30)),
        version=booked.version,
        by=Actor.CLIENT,
        policy=small.policy,
        now=small.now,
    )
    await small.settle_down()

    assert led(small, said) == small.appointment(booked.id)
