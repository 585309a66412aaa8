"""How a group in Entra was read: believed, doubted for a day, or not read at all."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from booking.directory import Doubted, Step, compare
from teams_app.store import directory
from teams_app.store.database import Tx


def step(
    tx: Tx, key: str, before: Collection[str], there: Collection[str], now: datetime
) -> Step | Doubted:
    """Compare who is in a group with who was, and note whether that is believed.

    `key`: under what its readings are kept. In doubt nothing is to be concluded.
    """
    state = directory.reading(tx, key)
    found = compare(before, there, now, state.doubted)
    if isinstance(found, Doubted):
        fresh = replace(state, failing=None, doubted=found.since)
    else:
        fresh = replace(state, read=now, failing=None, doubted=None)
    directory.save_reading(tx, fresh)
    return found


def unread(tx: Tx, key: str, now: datetime) -> None:
    """Note that a group could not be read; what was known stays so."""
    state = directory.reading(tx, key)
    directory.save_reading(tx, replace(state, failing=state.failing or now))
