"""Units and services whose form is sent twice: done once, and shown as done each time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pytest

from booking.wording import text
from teams_app.actions import service_sheets, unit_sheets
from teams_app.store import log, people
from tests import make
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.conftest import BOTH_ENGINES, Answer, Door

UNITS, SERVICES = "/teams/admin/units", "/teams/admin/services"
NEW = "_new"
OTHER = make.bo().object_id


@dataclass(frozen=True)
class Sheet:
    """A form, what it says when it was saved, and what it does once."""

    path: str
    fields: Callable[[SmallWorld], Mapping[str, Sequence[str]]]
    says: str
    logged: str

    async def send(self, door: Door, fields: object, **claims: str) -> Answer:
        headers = door.staff(roles=["Vuoro.Admin"], **claims)
        headers |= {"Accept-Language": "en"}
        return await door.ask("POST", self.path, headers=headers, data=fields)

    def filled(self, small: SmallWorld) -> list[tuple[str, str]]:
        given = self.fields(small).items()
        return [(name, each) for name, all_ in given for each in all_]


def unit(
    key: str, /, **changes: str
) -> Callable[[SmallWorld], Mapping[str, Sequence[str]]]:
    def fields(small: SmallWorld) -> Mapping[str, Sequence[str]]:
        sheet = small.read(unit_sheets.of, key)
        typed = {name: [given] for name, given in changes.items()}
        return sheet.written | {"seen": [sheet.seen]} | typed

    return fields


def service(
    key: str, /, **changes: str
) -> Callable[[SmallWorld], Mapping[str, Sequence[str]]]:
    def fields(small: SmallWorld) -> Mapping[str, Sequence[str]]:
        sheet = small.read(service_sheets.of, key)
        model = small.read(service_sheets.of, "guidance").written
        typed = {name: [given] for name, given in changes.items()}
        return model | {"seen": [sheet.seen]} | typed

    return fields


def question(small: SmallWorld) -> Mapping[str, Sequence[str]]:
    seen = small.read(service_sheets.of, "guidance").seen
    row = {"row": ["0"], "kind_0": ["short"], "label_0_fi": ["Mistä puhutaan?"]}
    return {"seen": [seen], "act": ["save"]} | row


ADDED = {
    "unit": Sheet(
        f"{UNITS}/{NEW}",
        unit(
            NEW,
            name_fi="Länsikatu",
            phone="029 123 4500",
            sensitivity="normal",
            supervisors=SUPERVISOR,
        ),
        text("en", "admin.units.done.added", name="Länsikatu"),
        "add",
    ),
    "service": Sheet(
        f"{SERVICES}/{NEW}",
        service(NEW, name_fi="Uusi", name_en="New", key=""),
        text("en", "admin.services.done.added", name="New"),
        "add",
    ),
    "service with an address": Sheet(
        f"{SERVICES}/{NEW}",
        service(NEW, name_fi="Uusi", name_en="New", key="osoite"),
        text("en", "admin.services.done.added", name="New"),
        "add",
    ),
}
CHANGED = {
    "unit": Sheet(
        f"{UNITS}/itakatu",
        unit("itakatu", phone="029 111 1111"),
        text("en", "admin.units.done.saved", name="Itakatu employment services (en)"),
        "set_up",
    ),
    "unit closed": Sheet(
        f"{UNITS}/itakatu",
        unit("itakatu", act="close"),
        text("en", "admin.units.done.closed", name="Itakatu employment services (en)"),
        "unit_closed",
    ),
    "service": Sheet(
        f"{SERVICES}/guidance",
        service("guidance", minutes="50"),
        text("en", "admin.services.done.saved", name="Guidance (en)"),
        "set_up",
    ),
    "service paused": Sheet(
        f"{SERVICES}/guidance",
        service("guidance", act="paused"),
        text("en", "admin.services.done.paused", name="Guidance (en)"),
        "service_paused",
    ),
    "questions": Sheet(
        f"{SERVICES}/guidance/questions",
        question,
        text("en", "admin.questions.done"),
        "set_up",
    ),
}


def ready(small: SmallWorld) -> None:
    """Let nobody be bookable, so that a unit may be closed."""
    for each in (make.a_professional(), make.bo()):
        changed = make.replace(each, bookable=False)
        small.write(people.save_professional, changed)


def logged(small: SmallWorld, what: str) -> int:
    """Count how often something was done to a unit or service in administration."""
    return sum(each.what == what for each in small.read(log.entries, None, 99))


@BOTH_ENGINES
@pytest.mark.parametrize("sheet", [*ADDED.values(), *CHANGED.values()])
async def test_a_form_sent_twice_is_done_once_and_shown_as_done_each_time(
    door: Door, sheet: Sheet
):
    ready(door.small)
    fields = sheet.filled(door.small)

    answers = await asyncio.gather(*(sheet.send(door, fields) for _ in range(3)))
    late = await sheet.send(door, fields)

    told = [*answers, late]
    assert [each.status for each in told] == [200] * 4
    assert all(sheet.says in each.text for each in told)
    assert logged(door.small, sheet.logged) == 1


@BOTH_ENGINES
@pytest.mark.parametrize("sheet", ADDED.values())
async def test_of_two_admins_who_add_the_same_at_once_one_has_and_the_other_is_told(
    door: Door, sheet: Sheet
):
    fields = sheet.filled(door.small)

    answers = await asyncio.gather(
        sheet.send(door, fields), sheet.send(door, fields, oid=OTHER)
    )

    won, lost = sorted(answers, key=lambda each: each.status)
    assert sheet.says in won.text
    assert logged(door.small, sheet.logged) == 1
    assert lost.status in {409, 422}
    assert sheet.says not in lost.text
    kind = "units" if UNITS in sheet.path else "services"
    outdated = text("en", f"admin.{kind}.outdated.new")
    taken = 'id="e-key"' in lost.text
    assert taken == (dict(fields).get("key") == "osoite")
    assert taken or outdated in lost.text


async def test_an_address_that_went_to_another_meanwhile_is_said_beside_it(door: Door):
    sheet = ADDED["service with an address"]
    fields = sheet.filled(door.small)
    await sheet.send(door, fields)
    seen = [(name, each) for name, each in fields if name != "seen"]

    lost = await sheet.send(door, [*seen, ("seen", "old")], oid=OTHER)

    assert lost.status == 422
    assert 'id="e-key"' in lost.text


async def test_what_was_typed_otherwise_is_not_taken_for_saved(door: Door):
    sheet = ADDED["unit"]
    fields = sheet.filled(door.small)
    await sheet.send(door, fields)
    other = [(name, "029 7" if name == "phone" else each) for name, each in fields]

    page = await sheet.send(door, other)

    assert page.status in {409, 422}
    assert sheet.says not in page.text


async def test_what_another_has_changed_since_is_not_shown_as_saved(door: Door):
    sheet = CHANGED["unit"]
    fields = sheet.filled(door.small)
    await sheet.send(door, fields)
    after = unit("itakatu", phone="029 222 2222")(door.small)
    other = [(name, each) for name, all_ in after.items() for each in all_]
    await sheet.send(door, other, oid=OTHER)

    page = await sheet.send(door, fields)

    assert page.status == 409
    assert text("en", "admin.staff.outdated") in page.text
