"""Units set up in the tab: added, changed, closed; kept from the file."""

from dataclasses import replace
from datetime import date, time
from html import unescape
from typing import Any

import pytest

from booking.availability import Search
from booking.model import Groups, Joining, Language, Modality, Opening
from booking.wording import text
from graph_sync.graph import Member
from teams_app import organisation
from teams_app.actions import desk_views, leaving, role_groups, unit_sheets
from teams_app.actions.unit_sheets import NEW, Sheet
from teams_app.store import calendars, log, people, persons
from tests import make
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.conftest import BOTH_ENGINES, Answer, Door
from tests.web.test_staff_admin import the_file

HERE = "/teams/admin/units"
AINO, BO = make.a_professional().object_id, make.bo().object_id
SHUT = (time(0), time(0))


def admin(door: Door) -> dict[str, str]:
    return door.staff(roles=["Vuoro.Admin"]) | {"Accept-Language": "en"}


async def see(door: Door, path: str = HERE) -> Answer:
    return await door.get(path, headers=admin(door))


def sheet(small: SmallWorld, key: str = "itakatu") -> Sheet:
    found: Sheet = small.read(unit_sheets.of, key)
    return found


def search(small: SmallWorld) -> Search:
    return Search(small.service, Modality.REMOTE, small.now)


async def post(door: Door, key: str = "itakatu", **changes: Any) -> Answer:
    """Send the form of a unit as it stands, but for some fields."""
    found = door.small.read(unit_sheets.of, key)
    fields = (found.written | {"seen": [found.seen]}) if found else {}
    fields |= {
        name: given if isinstance(given, list) else [given]
        for name, given in changes.items()
    }
    sent = [(name, each) for name, given in fields.items() for each in given]
    return await door.ask("POST", f"{HERE}/{key}", headers=admin(door), data=sent)


async def test_every_unit_is_listed_with_what_it_lacks(door: Door):
    page = await see(door)

    assert f"{HERE}/itakatu" in page.text
    assert f"{HERE}/{NEW}" in page.text
    assert text("en", "admin.units.nobody") in page.text  # No supervisor elsewhere.
    assert text("en", "admin.lacks.sv") not in page.text


@BOTH_ENGINES
async def test_what_is_changed_is_so_at_once_and_is_in_the_log(door: Door):
    small = door.small

    page = await post(
        door,
        name_fi="Länsikatu",
        name_sv="",
        phone="029 999 0000",
        address="Länsikatu 2",
        arrival_en="Ring twice",
        sensitivity="private",
        trusts_calendars="yes",
        fixed=["hours"],
        opens="own",
        day_1="yes",
        start_1="09:00",
        end_1="15:00",
        closed="31.12.2026\n2.1.2027",
        add_reception="Bo Berg",
    )

    unit = small.read(people.unit, make.a_unit().id)
    assert text("en", "admin.units.done.saved", name=unit.name.en) in page.text
    assert text("en", "admin.lacks.sv") in page.text
    assert (unit.name.fi, unit.name.sv) == ("Länsikatu", "")
    assert (unit.phone, unit.address) == ("029 999 0000", "Länsikatu 2")
    assert unit.trusts_calendars
    assert unit.fixed == {"hours"}
    assert unit.opening == Opening(
        (SHUT, (time(9), time(15)), *[SHUT] * 5),
        frozenset({date(2026, 12, 31), date(2027, 1, 2)}),
    )
    assert small.read(people.receptionists, unit.id) == [BO]
    assert small.read(people.supervisors, unit.id) == [SUPERVISOR]
    (line,) = small.read(log.entries, f"unit:{unit.id}", 9)
    assert (line.what, line.who) == ("set_up", f"staff:{AINO}")
    new_year, day_before = date(2026, 12, 31), date(2026, 12, 30)
    assert not small.read(desk_views.is_working_day, unit, new_year, small.policy)
    assert small.read(desk_views.is_working_day, unit, day_before, small.policy)
    times = await door.get("/b/guidance?modality=remote")
    assert "2026-11-24" in times.text  # A Tuesday, and no other day.
    assert "2026-11-25" not in times.text.replace("day=2026-11-25", "")


async def test_what_is_offered_follows_the_hours_of_the_unit(door: Door):
    small = door.small
    before = small.world.index().free(search(small), 200)
    versions = small.read(calendars.versions)

    await post(
        door, opens="own", day_1="yes", start_1="09:00", end_1="10:00", closed=""
    )

    after = small.world.index().free(search(small), 200)
    assert {slot.start.isoweekday() for slot in after} == {2}
    assert len(after) < len(before)
    # Every replica hears of it by these.
    later = small.read(calendars.versions)
    assert all(later[each] > versions.get(each, 0) for each in (make.AINO, make.BO))


async def test_a_unit_is_added_with_a_name_of_its_own(door: Door):
    small = door.small

    page = await post(
        door,
        NEW,
        name_fi="Itäkatu",
        phone="029 999 0000",
        sensitivity="normal",
        supervisors=[SUPERVISOR],
    )

    assert text("en", "admin.units.done.added", name="Itäkatu") in page.text
    added = small.read(people.units)[-1]
    assert added.key == "itakatu-2"
    assert small.read(people.supervisors, added.id) == [SUPERVISOR]
    form = await see(door, "/teams/admin/professionals/" + BO)
    assert "itakatu-2" in form.text


async def test_somebody_is_put_on_the_list_before_anything_is_saved(door: Door):
    before = sheet(door.small)

    page = await post(door, act="add", name_fi="Kesken", add_supervisors="Bo Berg")

    assert page.status == 200
    assert f'value="{BO}" checked' in page.text
    assert 'value="Kesken"' in page.text
    assert sheet(door.small) == before


async def test_who_is_no_professional_is_named_where_the_file_named_her(door: Door):
    door.small.write(persons.save, SUPERVISOR, "Kaarina Aho")

    page = await see(door, f"{HERE}/itakatu")

    assert "Kaarina Aho" in page.text


@pytest.mark.parametrize("key", ["x", "%00", "9" * 3000, "itakatu%27--", "_old"])
async def test_what_is_no_unit_is_not_there(door: Door, key: str):
    assert (await see(door, f"{HERE}/{key}")).status in {403, 404}
    page = await door.ask("POST", f"{HERE}/{key}", headers=admin(door), data={})
    assert page.status in {403, 404}


async def test_what_is_wrong_is_said_in_its_place_and_nothing_is_lost(door: Door):
    before = sheet(door.small)

    page = await post(door, phone="call me", address="Uusi katu 3", closed="joskus")

    assert page.status == 422
    assert 'id="e-phone"' in page.text
    assert 'id="e-closed"' in page.text
    assert 'value="Uusi katu 3"' in page.text
    assert ">joskus<" in page.text
    assert sheet(door.small) == before


async def test_an_old_copy_of_the_form_changes_nothing(door: Door):
    old = sheet(door.small).seen
    await post(door, phone="029 111 1111")
    before = sheet(door.small)

    page = await post(door, phone="029 222 2222", seen=old)
    closed = await post(door, act="close", seen=old)

    assert (page.status, closed.status) == (409, 409)
    assert text("en", "admin.staff.outdated") in page.text
    assert sheet(door.small) == before


# Closing.


def nobody_bookable(small: SmallWorld) -> None:
    for each in (make.a_professional(), make.bo()):
        small.write(people.save_professional, replace(each, bookable=False))


@BOTH_ENGINES
async def test_a_unit_is_not_closed_while_anything_of_it_stands(door: Door):
    small = door.small
    booked = small.book(24)
    small.hold(26)

    first = await post(door, act="close")
    nobody_bookable(small)
    second = await post(door, act="close")

    assert (first.status, second.status) == (409, 409)
    bookable = f": {text('en', 'admin.unit.close.bookable')}"
    assert bookable in first.text
    assert bookable not in second.text
    assert "2 appointments to come" in second.text
    assert booked.reference not in second.text
    assert "Maija" not in second.text
    assert sheet(small).unit.open


async def test_in_a_closed_unit_nobody_is_booked_until_it_is_open_again(door: Door):
    small = door.small
    nobody_bookable(small)

    page = await post(door, act="close")

    assert text("en", "admin.units.state.closed") in page.text
    assert not sheet(small).unit.open
    person = f"/teams/admin/professionals/{AINO}"
    fields = {
        "seen": "",
        "name": "Aino",
        "unit": "itakatu",
        "languages": "fi",
        "language": "fi",
        "bookable": "yes",
    }
    refused = await door.ask("POST", person, headers=admin(door), data=fields)
    assert refused.status == 422
    assert 'id="e-unit"' in refused.text
    small.write(organisation.put, the_file("F", "a@x.example"), small.now)
    assert not small.aino.bookable
    assert not sheet(small).unit.open

    page = await post(door, act="reopen")

    assert sheet(small).unit.open
    whats = [
        each.what for each in small.read(log.entries, f"unit:{make.a_unit().id}", 9)
    ]
    assert sorted(whats) == ["unit_closed", "unit_opened"]


async def test_who_comes_back_into_the_group_is_not_booked_in_a_closed_unit(
    door: Door,
):
    small = door.small
    both = [Member(each, "X", enabled=True) for each in (AINO, BO)]
    small.write(leaving.learn, "group", both, small.now)
    small.write(leaving.conclude, small.policy, small.now)
    small.write(leaving.learn, "group", both[:1], small.now)
    small.write(leaving.conclude, small.policy, small.now)
    nobody_bookable(small)
    await post(door, act="close")

    small.write(leaving.learn, "group", both, small.now)
    small.write(leaving.conclude, small.policy, small.now)

    assert not sheet(small).unit.open
    assert not small.read(people.professional, make.BO).bookable


# The file.


async def test_the_file_does_not_undo_what_was_changed_in_the_tab(door: Door):
    small = door.small
    await post(door, name_fi="From the tab", supervisors=[BO])
    before = sheet(small)
    file = the_file("F", "a@x.example")

    done = small.write(organisation.put, file, small.now)

    assert "From the tab" in done.kept
    assert sheet(small) == before

    done = small.write(organisation.put, file, small.now, over=True)

    assert done.kept == []
    assert sheet(small).unit.name.fi == "I"
    assert sheet(small).supervisors == ()


def test_the_file_says_when_a_unit_is_open():
    unit = {
        "key": "i",
        "name": {"fi": "I"},
        "phone": "029 123 4500",
        "hours": {"mon": ["09:00", "15:00"]},
        "closed_days": ["2026-12-31"],
    }
    house = {"units": [unit], "professionals": [], "services": []}

    ((found, _),) = organisation.parse(house, []).units

    hours = ((time(9), time(15)), *[SHUT] * 6)
    assert found.opening == Opening(hours, frozenset({date(2026, 12, 31)}))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("hours", {"mon": ["15:00", "09:00"]}),
        ("hours", {"mon": ["9"]}),
        ("hours", {"mon": [900, 1500]}),
        ("hours", {"monday": ["09:00", "15:00"]}),
        ("hours", ["09:00"]),
        ("closed_days", ["soon"]),
        ("closed_days", "2026-12-31"),
    ],
)
def test_a_fault_in_the_hours_of_the_file_is_named(name: str, given: object):
    unit = {"key": "i", "name": {"fi": "I"}, "phone": "029 123 4500", name: given}
    house = {"units": [unit], "professionals": [], "services": []}

    with pytest.raises(organisation.BadOrganisation) as refused:
        organisation.parse(house, [])

    assert name in refused.value.faults[0]


GROUP = "00000000-0000-4000-8000-0000000000d0"


async def test_a_unit_s_groups_are_set_and_who_is_in_them_is_shown(door: Door):
    small = door.small

    await post(door, group_supervisors=GROUP.upper())
    unread = await see(door, f"{HERE}/itakatu")
    members = [Member(BO, "Bo Berg", enabled=True)]
    small.write(role_groups.learn, GROUP, members, small.now)
    decided = await see(door, f"{HERE}/itakatu")

    assert sheet(small).unit.groups.supervisors == GROUP
    assert text("en", "admin.unit.group.unread") in unread.text
    assert text("en", "admin.unit.group.decides") in decided.text
    assert "Bo Berg" in decided.text
    assert sheet(small).supervisors == (SUPERVISOR,)
    assert small.read(people.supervisors, sheet(small).unit.id) == [BO]
    await post(door, group_supervisors=GROUP.replace("d0", "d9"))
    former = await see(door, f"{HERE}/itakatu")
    assert text("en", "admin.unit.group.former") in former.text
    assert "Bo Berg" in former.text
    assert len(small.owed("group")) == 1


async def test_what_is_no_group_is_said_in_its_place(door: Door):
    page = await post(door, group_reception="vastaanotto")

    assert page.status == 422
    label = text("en", "admin.unit.group.reception")
    assert text("en", "error.field.not_group", label=label) in unescape(page.text)
    assert "vastaanotto" in page.text
    assert sheet(door.small).unit.groups.reception == ""


async def test_it_is_chosen_that_who_joins_is_a_professional_by_herself(door: Door):
    page = await post(
        door,
        group_professionals=GROUP,
        joins="herself",
        join_languages=["sv"],
        join_services=["guidance"],
        join_bookable="yes",
    )
    shown = await see(door, f"{HERE}/itakatu")

    assert page.status == 200
    found = sheet(door.small).unit.groups
    services = frozenset({"guidance"})
    assert found.joining == Joining((Language.SV,), services, bookable=True)
    assert 'value="herself" checked' in shown.text
    await post(door, joins="proposed")
    assert sheet(door.small).unit.groups == Groups(professionals=GROUP)


async def test_joining_without_a_group_or_a_language_is_said_in_its_place(door: Door):
    page = await post(door, joins="herself", join_languages=[])

    assert page.status == 422
    for field in ("group_professionals", "join_languages"):
        assert f"#f-{field}" in page.text
    assert sheet(door.small).unit.groups == Groups()
