"""What shows that a client was told when and where her appointment is."""

from dataclasses import replace

import pytest
import pytest_asyncio

from booking.appointments import Actor, Tell
from booking.model import Appointment, Language, Modality
from booking.views.record import Sent
from teams_app.actions import booking, handovers, sent
from teams_app.actions.handovers import Order
from teams_app.store import deliveries, jobs, people
from tests import make
from tests.support.handing import standing
from tests.support.small_world import SUPERVISOR, SmallWorld


@pytest_asyncio.fixture
async def booked(small: SmallWorld) -> Appointment:
    return await standing(small, modality=Modality.IN_PERSON)


def handed(
    small: SmallWorld, before: Appointment, tell: Tell = Tell.NO, hours: float = 24
) -> Appointment:
    small.clock.advance(minutes=1)
    to = make.BO if before.professional == make.AINO else make.AINO
    who = f"staff:{SUPERVISOR}"
    order = Order(before, to, make.span(hours), Actor.SUPERVISOR, who, tell)
    after = small.write(handovers.carry_out, order, small.now)
    assert isinstance(after, Appointment)
    return after


def proof(small: SmallWorld, found: Appointment) -> str:
    """Say of which message it is; empty: there is none."""
    gone: Sent | None = small.read(sent.of_its_time, small.appointment(found.id))
    return gone.kind if gone is not None else ""


def texts(small: SmallWorld, found: Appointment) -> list[str]:
    now = small.appointment(found.id)
    every = small.read(sent.to_client, now, small.policy, Language.FI)
    return [each.text for each in reversed(every)]


async def test_it_stays_whoever_has_the_same_time_now(
    small: SmallWorld, booked: Appointment
):
    (before,) = texts(small, booked)
    after = handed(small, booked)
    await small.settle_down()

    assert proof(small, after) == "booked"
    assert before
    assert texts(small, after) == [before]


async def test_it_stays_while_she_is_about_to_be_told_who_has_it(
    small: SmallWorld, booked: Appointment
):
    after = handed(small, booked, Tell.YES)

    assert proof(small, after) == "booked"
    await small.settle_down()
    assert proof(small, after) == "handed_over"


async def test_it_goes_with_its_time_and_comes_back_with_it(
    small: SmallWorld, booked: Appointment
):
    moved = handed(small, booked, hours=26)

    assert not proof(small, moved)
    assert texts(small, moved) == [""]
    assert proof(small, handed(small, moved, hours=24)) == "booked"


@pytest.mark.parametrize("came", ["unanswered", "given_up", "refused"])
async def test_a_message_of_another_time_that_may_have_gone_out_takes_it_away(
    small: SmallWorld, booked: Appointment, came: str
):
    moved = small.move(booked, 26, Actor.PROFESSIONAL)
    (told,) = small.read(deliveries.of_appointment, booked.id)
    moved_said = replace(
        told,
        state=deliveries.INTENDED,
        done_at=None,
        key=f"tell:{booked.id}:{moved.version}:mail",
        news="moved",
        said=deliveries.Said(moved.span, moved.professional),
        intended_at=small.now,
        version=moved.version,
    )
    small.write(deliveries.intend, moved_said)
    if came != "unanswered":
        small.write(deliveries.failed, moved_said.key, came, small.now)
    small.write(jobs.take_back, f"tell:{booked.id}:{moved.version}")
    back = small.move(moved, 24, Actor.PROFESSIONAL)

    assert proof(small, back) == ("booked" if came == "refused" else "")


@pytest.mark.parametrize(
    ("how", "kept"), [(Modality.IN_PERSON, ""), (Modality.PHONE, "booked")]
)
async def test_it_goes_with_its_place_where_there_is_one(
    small: SmallWorld, how: Modality, kept: str
):
    own = await standing(small, modality=how)
    elsewhere = make.a_unit(key="west", address="Länsikatu 2, 00200 Helsinki")
    west = small.write(people.save_unit, elsewhere)
    small.write(people.save_professional, replace(make.bo(), unit=west.id))

    assert proof(small, handed(small, own)) == kept


async def test_what_was_cancelled_since_was_told_all_the_same(
    small: SmallWorld, booked: Appointment
):
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)

    assert proof(small, booked) == "booked"


async def test_what_did_not_go_out_shows_nothing(small: SmallWorld):
    assert not proof(small, small.book(24))
