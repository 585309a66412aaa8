"""A municipal employment service to try Vuoro with: all names made up.

Three units, seven services in three languages, and who gives what, written down as any
admin would. The people themselves, and the groups that give a role, come from the
tenant. Loading twice changes nothing.
"""

import json
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from teams_app import organisation
from teams_app.store.database import Database


async def load(database: Database, people: Path, now: datetime) -> None:
    """Set everything up.

    `people` is a file of the tenant's users: mail, id, name. Beside it `groups.json` has
    the same of its groups; where there is none, no unit has a group.
    """
    await database.write(organisation.put, _read(people), now)


def _read(people: Path) -> organisation.Organisation:
    house, groups = _ours("house.json"), people.with_name("groups.json")
    known = json.loads(people.read_text())
    there = json.loads(groups.read_text()) if groups.exists() else []
    _name_groups(house, {one["mail"]: one["id"] for one in there})
    return organisation.parse(_of_these(house, {one["mail"] for one in known}), known)


def _ours(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(name).read_text()
    found: dict[str, Any] = json.loads(text)
    return found


def _name_groups(house: dict[str, Any], ids: dict[str, str]) -> None:
    """Let units name the groups that the tenant has; each tenant's ids are its own."""
    named = _ours("unit_groups.json")
    for unit in house["units"]:
        groups = named.get(unit["key"], {})
        unit["groups"] = {
            role: ids[mail] for role, mail in groups.items() if mail in ids
        }


def _of_these(house: dict[str, Any], mails: set[str]) -> dict[str, Any]:
    """Leave out whom the tenant does not have: a smaller one is a sample too."""
    staff = [each for each in house["professionals"] if each["mail"] in mails]
    for row in (*house["units"], *house["services"]):
        for names in ("supervisors", "reception", "givers"):
            if names in row:
                row[names] = [mail for mail in row[names] if mail in mails]
    return {**house, "professionals": staff}
