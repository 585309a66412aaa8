"""Many appointments are read by a few statements, and show what each alone would show."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from booking.appointments import Actor
from booking.model import Status
from teams_app.actions import booking, lateness, outcomes
from teams_app.actions.records import truths_of, whole, wholes
from teams_app.store import appointments
from teams_app.store.database import Tx
from tests import make
from tests.support.counting import counted
from tests.support.small_world import SmallWorld


@pytest.fixture
async def many(small: SmallWorld) -> SmallWorld:
    """Appointments booked, told, moved, cancelled, with an Outlook that has lost one."""
    made = [small.book(24 + hours) for hours in range(6)]
    await small.settle_down()
    small.write(booking.cancel, made[1].id, by=Actor.PROFESSIONAL, now=small.now)
    small.write(booking.cancel, made[2].id, by=Actor.CLIENT, now=small.now)
    small.clock.advance(minutes=1)
    small.hold(48)
    small.confirming(50)
    return small


def every(tx: Tx) -> list:
    found = tx.execute(sa.text("SELECT id FROM appointments ORDER BY id")).scalars()
    return [appointments.load(tx, id_) for id_ in found]


@pytest.mark.parametrize("way", ["read", "write"])
async def test_together_they_show_what_each_alone_would(many: SmallWorld, way: str):
    alone = many.write(lambda tx: [whole(tx, each) for each in every(tx)])

    together = getattr(many, way)(lambda tx: wholes(tx, every(tx)))

    assert len(alone) == 8
    assert len({each.truths for each in alone}) > 3
    assert together == alone


async def test_more_of_them_cost_no_more_statements(many: SmallWorld):
    def first(tx: Tx, count: int) -> list[str]:
        found = every(tx)[:count]
        with counted() as asked:
            wholes(tx, found)
        return asked

    few, all_ = many.write(first, 2), many.write(first, 8)

    assert len(all_) <= len(few) + 1  # one of them waits to be confirmed
    assert len(all_) < 16


async def test_how_far_many_have_come_is_read_by_as_many_statements_as_of_two(
    many: SmallWorld,
):
    def first(tx: Tx, count: int) -> list[str]:
        found = [one for one in every(tx) if one.status is Status.BOOKED]
        # As many as two offices have in a day; of most nothing is written.
        found += [make.booked(1000 + number) for number in range(count - len(found))]
        with counted() as asked:
            said = truths_of(tx, found)
        assert len(said) == count
        return asked

    few, all_ = many.write(first, 6), many.write(first, 1200)

    assert all_ == few
    assert len(all_) < 12


async def test_what_is_written_afterwards_is_read_anew(many: SmallWorld):
    def work(tx: Tx) -> tuple[int, int]:
        found = every(tx)
        before = wholes(tx, found)
        booking.cancel(tx, found[0].id, by=Actor.CLIENT, now=many.now)
        return before[0].appointment.version, wholes(tx, every(tx))[
            0
        ].appointment.version

    before, after = many.write(work)

    assert after == before + 1


def test_a_long_list_of_what_is_missing_costs_no_more_than_a_short_one(
    small: SmallWorld,
):
    """Of outcomes, and of whom a delay may reach."""
    for count in range(6):
        small.book(24 + count)
    asked: list[int] = []
    for hours in (25, 32):
        later = small.now + timedelta(hours=hours)

        def lists(tx: Tx, now: datetime = later) -> None:
            outcomes.missing_lately(tx, make.AINO, now)
            day = lateness.of_today(tx, make.AINO, small.policy, now)
            lateness.standing_of(tx, day, now)

        with counted() as statements:
            small.write(lists)
        asked.append(len(statements))

    few, many_ = asked
    assert many_ <= few
    assert many_ < 12
