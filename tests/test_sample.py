"""The sample service, in a tenant that has everybody or only some."""

import json
from pathlib import Path

from teams_app import sample
from teams_app.actions import pulls
from teams_app.sample.clients import fill
from teams_app.store import people, services
from teams_app.store.database import Database, Tx
from tests import make
from tests.contracts import ROOT
from tests.support.moments import Ids
from tests.support.small_world import POLICY, owed

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


def _calendars_were_read(tx: Tx) -> None:
    for each in people.professionals(tx):
        pulls.finished(tx, pulls.plan(tx, each.id, make.NOW), "delta:0", make.NOW)


async def test_a_sample_client_is_not_reminded_while_she_is_told(
    tmp_path: Path, sqlite_url: str
):
    house = json.loads((ROOT / "teams_app/sample/house.json").read_text())
    staff = [
        {
            "mail": each["mail"],
            "id": f"{AINO['id'][:-2]}{number:02}",
            "name": "Somebody",
        }
        for number, each in enumerate(house["professionals"])
    ]
    (tmp_path / "people.json").write_text(json.dumps(staff))
    database = Database.open(sqlite_url)
    await sample.load(database, tmp_path / "people.json", make.NOW)

    await database.write(_calendars_were_read)

    await fill(database, Ids(), POLICY, make.NOW)

    jobs = [each for each in await database.read(owed) if each.outcome is None]
    told = [each for each in jobs if each.kind == "tell"]
    reminders = [each for each in jobs if each.kind == "remind"]
    assert len(told) > 5
    assert {each.due for each in told} == {make.NOW.timestamp()}
    assert len(reminders) > 5
    assert min(each.due for each in reminders) > make.NOW.timestamp()
    database.close()
