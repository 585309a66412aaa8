"""A number for each professional that rises when her free time may have changed.

Replicas that keep an index of free time read these (`calendars.versions`), and read
anew what has risen.
"""

from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from booking.model import ProfessionalId
from teams_app.store.tables import calendar_versions as table
from teams_app.store.upserts import insert_into


def raise_(connection: sa.Connection, touched: Iterable[ProfessionalId]) -> None:
    """Raise the versions of the professionals a transaction touched, at its end."""
    # In order, so that two transactions never wait for each other.
    for id_ in sorted(touched):
        raising = _raising(sqlite=connection.dialect.name == "sqlite")
        connection.execute(raising, {"professional_id": id_, "version": 1})


@cache
def _raising(*, sqlite: bool) -> Insert:
    return insert_into(table, sqlite=sqlite).on_conflict_do_update(
        index_elements=["professional_id"], set_={"version": table.c.version + 1}
    )
