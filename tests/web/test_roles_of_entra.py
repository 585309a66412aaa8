"""Roles that Entra gives, in the tab: by app role in the token, by group as it was read."""

from dataclasses import replace

import pytest

from booking.model import Groups, Language
from booking.wording import text
from graph_sync.graph import Member
from teams_app.actions import role_groups, staffing
from teams_app.store import admins_seen, people
from tests import make
from tests.support.small_world import SmallWorld
from tests.web.conftest import Answer, Door

HER = "00000000-0000-4000-8000-0000000000e1"
GROUP = "00000000-0000-4000-8000-0000000000d0"
DAY = "/teams/team?day=2026-11-24"


async def see(door: Door, path: str, *roles: str, **claims: object) -> Answer:
    headers = door.staff(oid=HER, roles=list(roles), **claims)
    return await door.get(path, headers=headers | {"Accept-Language": "en"})


def in_group(small: SmallWorld, *ids: str) -> None:
    members = [Member(each, "Nelli", enabled=True) for each in ids]
    small.write(role_groups.learn, GROUP, members, small.now)


async def test_a_supervisor_by_app_role_sees_every_unit_while_she_has_it(door: Door):
    booked = door.small.book()

    assert booked.reference in (await see(door, DAY, "Vuoro.Supervisor")).text
    assert (await see(door, DAY)).status == 403


async def test_a_supervisor_by_group_sees_her_unit_while_she_is_in_it(door: Door):
    small, booked = door.small, door.small.book()
    unit = replace(make.a_unit(), groups=Groups(supervisors=GROUP))
    small.write(people.save_unit, unit)
    in_group(small, HER)
    before = await see(door, DAY)

    in_group(small)

    assert booked.reference in before.text
    assert (await see(door, DAY)).status == 403


async def test_an_admin_by_group_has_administration_while_she_is_in_it(door: Door):
    door.decide(admins_group=GROUP)
    in_group(door.small, HER)
    page = await see(door, "/teams/admin/units")
    own = await see(door, "/teams/today")

    in_group(door.small)

    assert page.status == 200
    assert text("en", "health.title") in own.text
    assert (await see(door, "/teams/admin/units")).status == 403


async def test_who_is_to_be_a_professional_is_told_so_and_sees_nothing(door: Door):
    booked = door.small.book()

    page = await see(door, "/teams/today", "Vuoro.Professional", name="Nelli Nieminen")

    assert page.status == 403
    assert text("en", "tab.not_allowed.proposed.title") in page.text
    assert booked.reference not in page.text
    (found,) = door.small.read(staffing.candidates)
    assert (found.object_id, found.name) == (HER, "Nelli Nieminen")
    headers = door.staff(roles=["Vuoro.Admin"])
    shown = await door.get("/teams/admin/professionals", headers=headers)
    assert HER in shown.text


@pytest.mark.parametrize("roles", [[], ["Vuoro.professional"], ["Professional"]])
async def test_nobody_else_is_proposed(door: Door, roles: list[str]):
    page = await see(door, "/teams/today", *roles)

    assert text("en", "tab.not_allowed.unknown_person.title") in page.text
    assert door.small.read(staffing.candidates) == []


async def test_an_admin_by_app_role_is_kept_for_alarms_until_her_token_lacks_it(
    door: Door,
):
    def kept() -> admins_seen.Seen | None:
        found: admins_seen.Seen | None = door.small.read(admins_seen.find, HER)
        return found

    await see(door, "/teams/today", "Vuoro.Supervisor", "Vuoro.Audit")
    assert kept() is None
    await see(door, "/teams/health", "Vuoro.Admin")
    assert kept() == admins_seen.Seen(HER, Language.EN, door.small.now)
    await see(door, "/teams/health")
    assert kept() is None
    await see(door, "/teams/today", "Vuoro.Admin")
    assert kept() is not None


async def test_a_token_that_is_not_ours_keeps_nobody(door: Door):
    for wrong in ({"tid": GROUP}, {"aud": "x"}, {"exp": 1}):
        answer = await see(door, "/teams/health", "Vuoro.Admin", **wrong)
        assert answer.status == 401

    assert door.small.read(admins_seen.find, HER) is None
