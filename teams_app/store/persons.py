"""Who is no professional and yet known by name: her object id, and her name.

She stands for a unit, looks after Vuoro or reads its log. So that a list and the log
say a name. Nothing is concluded from it.
"""

from teams_app.store.database import Tx
from teams_app.store.rows import row, rows
from teams_app.store.tables import persons as table
from teams_app.store.upserts import upsert


def save(tx: Tx, object_id: str, name: str) -> None:
    values = {"object_id": object_id, "name": name}
    upsert(tx.connection, table, ["object_id"], values)


def names(tx: Tx) -> dict[str, str]:
    """Give the names by object id."""
    return {each.object_id: each.name for each in rows(tx, table, "object_id")}


def name(tx: Tx, object_id: str) -> str:
    """Give somebody's name; empty: it is not known."""
    found = row(tx, table, object_id=object_id)
    return "" if found is None else str(found.name)
