"""Keys drawn before their rows are made, so that a record can be whole from the start.

A number is used once, whatever it was drawn for, and numbers may be missing.
"""

import sqlalchemy as sa

from teams_app.store.database import Tx
from teams_app.store.tables import numbers as table


def draw(tx: Tx, drawn_for: str) -> int:
    """Give the next number. Nobody waits for the transaction that drew the last."""
    drawn = tx.execute(
        sa.insert(table).values(drawn_for=drawn_for).returning(table.c.id)
    ).scalar_one()
    # The engine remembers the highest number without the row.
    tx.execute(sa.delete(table).where(table.c.id == drawn))
    return int(drawn)
