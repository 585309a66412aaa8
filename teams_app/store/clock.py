"""The database's own clock: the only one that leases and delays are measured with.

It is the same for every replica, and a demo that moves business time does not move it.
"""

import sqlalchemy as sa

from teams_app.store.database import Tx

_SQLITE = sa.text("SELECT (julianday('now') - 2440587.5) * 86400.0")
_POSTGRES = sa.text("SELECT CAST(EXTRACT(epoch FROM clock_timestamp()) AS float8)")


def read(tx: Tx) -> float:
    """Give real time in seconds since the epoch, as of this call."""
    return float(tx.execute(_SQLITE if tx.sqlite else _POSTGRES).scalar_one())
