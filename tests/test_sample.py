"""The sample service, in a tenant that has everybody or only some."""

import json
from pathlib import Path

from teams_app import sample
from teams_app.store import people, services
from teams_app.store.database import Database
from tests import make

AINO = {
    "mail": "aino.lehtovaara@lumivaara.example",
    "id": "00000000-0000-4000-8000-000000000001",
    "name": "Aino Lehtovaara",
}


async def test_whom_the_tenant_does_not_have_is_left_out(
    tmp_path: Path, sqlite_url: str
):
    (tmp_path / "people.json").write_text(json.dumps([AINO]))
    database = Database.open(sqlite_url)

    await sample.load(database, tmp_path / "people.json", make.NOW)

    (found,) = await database.read(people.professionals)
    assert found.name == AINO["name"]
    assert await database.read(services.services_of, found.id)
    database.close()
