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

GROUP = "00000000-0000-4000-8000-0000000000f1"


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


def _furnished(folder: Path) -> None:
    """Write down everybody whom the sample names, and the group of a unit."""
    house = json.loads((ROOT / "teams_app/sample/house.json").read_text())
    named = [each["mail"] for each in house["professionals"]]
    named += [mail for unit in house["units"] for mail in unit["supervisors"]]
    staff = [
        {"mail": mail, "id": f"{AINO['id'][:-2]}{number:02}", "name": mail}
        for number, mail in enumerate(dict.fromkeys(named))
    ]
    (folder / "people.json").write_text(json.dumps(staff))
    group = {"id": GROUP, "mail": "osaaminen.esihenkilot@lumivaara.example"}
    (folder / "groups.json").write_text(json.dumps([group]))


async def test_the_sample_shows_what_binds_what_a_skill_decides_and_a_group(
    tmp_path: Path, sqlite_url: str
):
    _furnished(tmp_path)
    database = Database.open(sqlite_url)

    await sample.load(database, tmp_path / "people.json", make.NOW)

    offered = {each.key: each for each in await database.read(services.services)}
    plan = offered["tyollistymissuunnitelma"]
    assert plan.binding is not None
    said = (plan.name, plan.summary)
    said += (plan.binding.duty, plan.binding.consequence, plan.binding.obstacle)
    assert all(each.missing == () for each in said)
    assert 0 < plan.binding.move_days < plan.binding.deadline_days
    skilled = offered["kotoutuminen"]
    named = await database.read(services.givers, skilled.id)
    gives = await database.read(services.professionals_for, skilled.id)
    assert skilled.skills
    assert len(named) - len(gives) == 1
    units = await database.read(people.units)
    assert [each.groups.giving for each in units] == [(), (GROUP,), ()]
    database.close()


def _calendars_were_read(tx: Tx) -> None:
    for each in people.professionals(tx):
        pulls.finished(tx, pulls.plan(tx, each.id, make.NOW), "delta:0", make.NOW)


async def test_a_sample_client_is_not_reminded_while_she_is_told(
    tmp_path: Path, sqlite_url: str
):
    _furnished(tmp_path)
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
