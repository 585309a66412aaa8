"""Who stands for a unit without being a professional: her object id, and her name.

So that a list says a name. Nothing is concluded from it.
"""

from teams_app.store.database import Tx
from teams_app.store.rows import rows
from teams_app.store.tables import persons as table
from teams_app.store.upserts import upsert


def save(tx: Tx, object_id: str, name: str) -> None:
    values = {"object_id": object_id, "name": name}
    upsert(tx.connection, table, ["object_id"], values)


def names(tx: Tx) -> dict[str, str]:
    """Give the names by object id."""
    return {each.object_id: each.name for each in rows(tx, table, "object_id")}
