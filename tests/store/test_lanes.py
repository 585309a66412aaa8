"""Lanes: so many at a time, whoever claims them, and no line holds up another."""

import pytest

from teams_app.store import jobs
from tests import make
from tests.store.owing import LEASE, claim, keys, owe, real_time_passes


@pytest.mark.parametrize(
    ("lane", "width"), [("mailbox:1", 3), ("sender:client", 2), ("other:1", 1)]
)
def test_no_more_than_its_width_runs_in_a_lane(database, lane, width):
    for number in range(5):
        owe(database, f"k{number}", lane=lane)

    first = claim(database)
    assert len(first) == width
    assert claim(database) == []
    database.write_here(jobs.finish, first[0], "done")
    assert len(claim(database)) == 1


def test_a_dead_workers_place_in_a_lane_is_kept_until_its_lease_ends(database):
    owe(database, "a", lane="other:1")
    owe(database, "b", lane="other:1")
    claim(database)

    assert claim(database, make.at(days=1)) == []
    real_time_passes(database, LEASE + 1)
    assert len(claim(database)) == 1


def test_a_long_line_in_one_lane_holds_up_no_other(database):
    for number in range(30):
        owe(database, f"a{number}", lane="mailbox:1", due=make.at(-9))
    owe(database, "b", lane="mailbox:2")
    owe(database, "c")

    assert keys(claim(database, limit=6))[3:] == ["b", "c"]


def test_nothing_is_claimed_in_a_blocked_lane(database):
    owe(database, "a", lane="mailbox:1")
    owe(database, "b", lane="mailbox:2")
    database.write_here(jobs.block_lane, "mailbox:1", 30)
    database.write_here(jobs.block_lane, "mailbox:1", 5)

    assert keys(claim(database, make.at(days=1))) == ["b"]
    real_time_passes(database, 20)
    assert claim(database) == []
    real_time_passes(database, 11)
    assert keys(claim(database)) == ["a"]


def test_a_blocked_lane_can_be_blocked_for_longer(database):
    owe(database, lane="mailbox:1")
    database.write_here(jobs.block_lane, "mailbox:1", 5)
    database.write_here(jobs.block_lane, "mailbox:1", 30)
    real_time_passes(database, 20)

    assert claim(database) == []


def test_an_interactive_call_has_a_place_of_its_own(database):
    for number in range(3):
        owe(database, f"k{number}", lane="mailbox:1")
    assert len(claim(database)) == 3

    lease = database.write_here(jobs.borrow, "live:1", 10)
    assert lease is not None
    assert database.write_here(jobs.borrow, "live:1", 10) is None
    assert database.write_here(jobs.borrow, "live:2", 10) is not None
    database.write_here(jobs.give_back, lease)
    assert database.write_here(jobs.borrow, "live:1", 10) is not None


def test_a_borrowed_place_comes_back_by_itself(database):
    late = database.write_here(jobs.borrow, "live:1", 10)
    real_time_passes(database, 11)

    lease = database.write_here(jobs.borrow, "live:1", 10)
    assert lease is not None
    database.write_here(jobs.give_back, late)
    assert database.write_here(jobs.borrow, "live:1", 10) is None


def test_a_borrowed_place_is_never_a_job(database):
    database.write_here(jobs.borrow, "live:1", 10)
    real_time_passes(database, 11)

    assert claim(database, make.at(days=4000)) == []
    assert database.read_here(jobs.figures)["open"] == 0


def test_borrowing_takes_a_place_from_jobs_of_the_same_lane(database):
    for number in range(4):
        owe(database, f"k{number}", lane="mailbox:1")

    first, second = (
        database.write_here(jobs.borrow, "mailbox:1", 10) for _ in range(2)
    )
    assert {None} != {first, second}
    assert len(claim(database)) == 1
    assert database.write_here(jobs.borrow, "mailbox:1", 10) is None


def test_a_lane_tells_whether_a_kind_runs_in_it(database):
    owe(database, kind="pull", lane="mailbox:1")

    def runs(kind):
        return database.read_here(jobs.leased_in_lane, "mailbox:1", kind)

    assert not runs("pull")
    claim(database)
    assert runs("pull")
    assert not runs("calendar")
    real_time_passes(database, LEASE + 1)
    assert not runs("pull")


def test_the_lanes_in_which_a_kind_runs(database):
    owe(database, "a", kind="watch", lane="mailbox:1")
    owe(database, "b", kind="watch")
    owe(database, "c", kind="pull", lane="mailbox:2")
    assert database.read_here(jobs.lanes_running, "watch") == set()

    claim(database)
    assert database.read_here(jobs.lanes_running, "watch") == {"mailbox:1"}
    real_time_passes(database, LEASE + 1)
    assert database.read_here(jobs.lanes_running, "watch") == set()
