"""A number for each professional that rises when her free time may have changed.

Replicas that keep an index of free time read these (`calendars.versions`), and read
anew what has risen.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from booking.model import ProfessionalId
from teams_app.store.tables import calendar_versions as table
from teams_app.store.upserts import insert


def raise_(connection: sa.Connection, touched: Iterable[ProfessionalId]) -> None:
    """Raise the versions of the professionals a transaction touched, at its end."""
    # In order, so that two transactions never wait for each other.
    for id_ in sorted(touched):
        statement = insert(connection, table).values(professional_id=id_, version=1)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["professional_id"],
                set_={"version": table.c.version + 1},
            )
        )
