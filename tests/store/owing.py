"""How tests owe jobs, claim them, and let real time pass without waiting."""

import sqlalchemy as sa

from teams_app.store import jobs
from teams_app.store.jobs import Promise
from teams_app.store.tables import jobs as jobs_table
from teams_app.store.tables import lanes
from tests import make

LEASE = 60.0


def owe(database, key="a", **changes):
    plain = {"kind": "do", "due": make.NOW}
    database.write_here(jobs.promise, Promise(key=key, **plain | changes))


def claim(database, now=make.NOW, limit=10, **how):
    return database.write_here(
        lambda tx: jobs.claim(tx, now, limit=limit, lease_seconds=LEASE, **how)
    )


def keys(claimed):
    return [job.key for job in claimed]


def one(database, now=make.NOW):
    (job,) = claim(database, now)
    return job


def real_time_passes(database, seconds):
    """Move everything that real time is compared with into the past."""
    moved = (
        (jobs_table, "lease_until"),
        (jobs_table, "not_before"),
        (lanes, "blocked_until"),
    )
    for table, name in moved:
        changed = sa.update(table).values({name: table.c[name] - seconds})
        database.write_here(lambda tx, s=changed: tx.execute(s))
