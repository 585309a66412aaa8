"""Once an hour the worker forgets what is past its use."""

from datetime import timedelta

import sqlalchemy as sa

from teams_app.store import jobs, purging, tables
from teams_app.store.jobs import Promise
from tests import make
from tests.support.small_world import SmallWorld


def strangers(tx, some: int) -> None:
    rows = [
        {
            "name": f"Someone {number}",
            "language": "fi",
            "email": "someone@client.example",
            "phone": None,
            "created_at": int(make.NOW.timestamp()),
        }
        for number in range(some)
    ]
    tx.execute(sa.insert(tables.clients), rows)


def clients(tx) -> int:
    found = tx.execute(sa.select(sa.func.count()).select_from(tables.clients))
    return int(found.scalar_one())


async def test_sweeping_promises_to_tidy_up_once_an_hour(small: SmallWorld):
    """And to read who is still in the professionals' group, and to keep listening."""
    small.write(jobs.promise, Promise("sweep", "sweep", due=small.now, again=True))
    for _ in range(3):
        await small.settle_down()
        small.clock.advance(minutes=2)
    assert len(small.owed("tidy")) == 1

    small.clock.advance(hours=1)
    await small.settle_down()

    assert [each.outcome for each in small.owed("tidy")] == ["gone:0", "gone:0"]
    assert len(small.owed("group")) == len(small.owed("subscribe")) == 2


async def test_more_than_a_batch_is_forgotten_in_one_go(small: SmallWorld, monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 3)
    hold = small.hold()
    small.write(strangers, 10)
    small.clock.advance(days=8)
    small.write(jobs.promise, Promise("tidy", "tidy:1", due=small.now))

    await small.settle_down()

    assert small.read(clients) == 0
    assert small.appointment(hold.id) is None
    (tidy,) = small.owed("tidy")
    assert tidy.outcome == "gone:12", "ten strangers, the furnished client, the hold"


async def test_what_a_professional_sees_survives_the_tidying(small: SmallWorld):
    booked = small.book(48)
    await small.settle_down()
    small.clock.advance(days=1)
    small.write(jobs.promise, Promise("tidy", "tidy:1", due=small.now))

    await small.settle_down()
    small.clock.set(booked.span.start + timedelta(days=30))
    small.write(jobs.promise, Promise("tidy", "tidy:2", due=small.now))
    await small.settle_down()

    assert small.appointment(booked.id) == booked
    assert small.link(booked).event_id is not None
