"""A municipal employment service to try Vuoro with: all names made up.

Three units, six services in three languages, and who gives what. The people themselves
come from the tenant; `load` joins them by their address and goes through the actions
like any admin would. Loading twice changes nothing.
"""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from booking.model import (
    BookedBy,
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Question,
    QuestionKind,
    Service,
    ServiceId,
    Unit,
    UnitId,
    Words,
)
from teams_app.actions import setup
from teams_app.store.database import Database, Tx

Json = dict[str, Any]


async def load(database: Database, people: Path) -> None:
    """Set everything up. `people` is a file of the tenant's users: mail, id, name."""
    users, house = _read(people)
    await database.write(_load, house, {user["mail"]: user for user in users})


def _read(people: Path) -> tuple[list[Json], Json]:
    house = resources.files(__name__).joinpath("house.json")
    return json.loads(people.read_text()), json.loads(house.read_text())


def _load(tx: Tx, house: Json, users: dict[str, Json]) -> None:
    units: dict[str, Unit] = {}
    for raw in house["units"]:
        supervisors = [
            users[mail]["id"] for mail in raw["supervisors"] if mail in users
        ]
        units[raw["key"]] = setup.put_unit(tx, _unit(raw), supervisors)
    staff: dict[str, Professional] = {}
    for raw in house["professionals"]:
        user = users.get(raw["mail"])
        if user is not None:
            made = _professional(raw, user, units[raw["unit"]].id)
            staff[raw["mail"]] = setup.put_professional(tx, made)
    for raw in house["services"]:
        givers = [staff[mail] for mail in raw["givers"] if mail in staff]
        setup.put_service(tx, _service(raw), givers)


def _words(raw: Json) -> Words:
    return Words(raw["fi"], raw["sv"], raw["en"])


def _unit(raw: Json) -> Unit:
    return Unit(
        UnitId(0),
        raw["key"],
        _words(raw["name"]),
        raw["address"],
        _words(raw["arrival"]),
        raw["phone"],
    )


def _professional(raw: Json, user: Json, unit: UnitId) -> Professional:
    return Professional(
        ProfessionalId(0),
        user["id"],
        user["id"],
        user["name"],
        unit,
        tuple(Language(each) for each in raw["languages"]),
        Language(raw["languages"][0]),
    )


def _service(raw: Json) -> Service:
    return Service(
        ServiceId(0),
        raw["key"],
        _words(raw["name"]),
        _words(raw["summary"]),
        raw["minutes"],
        tuple(Modality(each) for each in raw["modalities"]),
        {Modality(how): (b[0], b[1]) for how, b in raw["buffers"].items()},
        questions=tuple(_question(each) for each in raw.get("questions", [])),
        lead_minutes=raw.get("lead_minutes", 120),
        booked_by=BookedBy(raw.get("booked_by", "anyone")),
    )


def _question(raw: Json) -> Question:
    return Question(
        raw["key"],
        QuestionKind(raw["kind"]),
        _words(raw["label"]),
        _words(raw["hint"]) if "hint" in raw else None,
        raw.get("required", False),
        tuple((value, _words(label)) for value, label in raw.get("choices", [])),
    )
