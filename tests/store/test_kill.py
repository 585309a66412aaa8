"""Workers are killed while they work, and nothing that was promised is lost.

Three worker processes; an independent recorder does what they ask and counts what runs
at once in each lane. Every kill hits a worker that is at work. What it had in hand is
done again when its lease has run out, and nothing else is.
"""

import sqlalchemy as sa

from tests.support import killing
from tests.support.kill_worker import AT_ONCE

SEED = 4711
#: How many may run at once in each lane that the runs use.
WIDTHS = {"mailbox:1": 3, "mailbox:2": 3, "sender:client": 2, "other:1": 1}


def check(result: killing.Run) -> None:
    assert result.figures["open"] == 0
    assert result.figures["dead"] == 0
    assert result.figures["done"] == len(result.promised)
    assert set(result.done) == set(result.promised), "jobs were lost"
    # The last promise of a key is the one that was kept last.
    assert {key: result.last_n[key] for key in killing.AGAIN} == {
        key: result.promised[key] for key in killing.AGAIN
    }
    for lane, width in WIDTHS.items():
        assert result.peaks[lane] <= width, (lane, result.peaks[lane])


def test_killed_workers_lose_nothing_and_overrun_no_lane(database, database_url, full):
    kills = 20 if full else 4

    result = killing.run(database, database_url, kills=kills, seed=SEED)

    check(result)
    assert result.kills == kills
    assert result.repeated <= kills * AT_ONCE
    # More than one ran at once, so the widths were put to the test.
    assert max(result.peaks["mailbox:1"], result.peaks["mailbox:2"]) > 1
    if database.embedded:
        assert database.read_here(_integrity) == "ok"


def _integrity(tx):
    return tx.execute(sa.text("PRAGMA integrity_check")).scalar()


def test_without_kills_every_job_is_done_once(database, database_url):
    result = killing.run(database, database_url, kills=0, seed=SEED)

    check(result)
    assert result.repeated == 0
