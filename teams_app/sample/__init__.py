"""A municipal employment service to try Vuoro with: all names made up.

Three units, six services in three languages, and who gives what, written down as any
admin would. The people themselves come from the tenant. Loading twice changes nothing.
"""

import json
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from teams_app import organisation
from teams_app.store.database import Database


async def load(database: Database, people: Path, now: datetime) -> None:
    """Set everything up. `people` is a file of the tenant's users: mail, id, name."""
    await database.write(organisation.put, _read(people), now)


def _read(people: Path) -> organisation.Organisation:
    house = json.loads(resources.files(__name__).joinpath("house.json").read_text())
    known = json.loads(people.read_text())
    return organisation.parse(_of_these(house, {one["mail"] for one in known}), known)


def _of_these(house: dict[str, Any], mails: set[str]) -> dict[str, Any]:
    """Leave out whom the tenant does not have: a smaller one is a sample too."""
    staff = [each for each in house["professionals"] if each["mail"] in mails]
    for row in (*house["units"], *house["services"]):
        for names in ("supervisors", "reception", "givers"):
            if names in row:
                row[names] = [mail for mail in row[names] if mail in mails]
    return {**house, "professionals": staff}
