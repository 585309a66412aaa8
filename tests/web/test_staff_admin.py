"""Professionals set up in the tab: added from the group, changed, kept from the file."""

from dataclasses import replace
from html import unescape

import pytest

from booking.availability import Mode
from booking.links import LinkKind
from booking.model import Groups, Language
from booking.wording import plural, text
from graph_sync.graph import Member
from teams_app import organisation
from teams_app.actions import leaving, staffing
from teams_app.actions.staffing import Sheet
from teams_app.store import groups, log, people, services
from tests import make
from tests.bot.talk import title
from tests.support.small_world import SmallWorld
from tests.web.client import slot
from tests.web.conftest import Answer, Door

HERE = "/teams/admin/professionals"
AINO, BO = make.a_professional().object_id, make.bo().object_id
ADMIN = "00000000-0000-4000-8000-0000000000ad"
NEW = "00000000-0000-4000-8000-0000000000e1"


async def see(door: Door, path: str = HERE) -> Answer:
    headers = door.staff(oid=ADMIN, roles=["Vuoro.Admin"]) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def save(
    door: Door, person: str = AINO, tongue: str = "en", **changes: object
) -> Answer:
    sheet = door.small.read(staffing.of, person)
    fields: dict[str, object] = {
        "seen": sheet.seen if sheet else "",
        "name": "Aino Aalto",
        "unit": "itakatu",
        "languages": ["fi", "en"],
        "language": "fi",
        "bookable": "yes",
        "services": ["guidance"],
    }
    headers = door.staff(oid=ADMIN, roles=["Vuoro.Admin"]) | {"Accept-Language": tongue}
    sent = [
        (name, each)
        for name, given in (fields | changes).items()
        for each in (given if isinstance(given, list) else [given])
    ]
    return await door.ask("POST", f"{HERE}/{person}", headers=headers, data=sent)


def sheet(small: SmallWorld, person: str = AINO) -> Sheet:
    found: Sheet = small.read(staffing.of, person)
    return found


def in_group(small: SmallWorld, *ids: str) -> None:
    members = [Member(each, "Uusi Tulija", enabled=True) for each in ids]
    small.write(leaving.learn, "group", members, small.now)
    small.write(leaving.conclude, small.policy, small.now)


async def test_everybody_is_listed_and_who_may_be_added(door: Door):
    in_group(door.small, AINO, BO, NEW)
    in_group(door.small, BO, NEW)

    page = await see(door)

    assert f"{HERE}/{AINO}" in page.text
    assert text("en", "admin.staff.state.left") in page.text
    assert f"{HERE}/{NEW}" in page.text


async def test_what_is_changed_is_so_and_is_in_the_log(door: Door):
    small = door.small

    page = await save(
        door,
        name="Aino A",
        unit="muualla",
        languages=["sv"],
        language="sv",
        bookable="",
        services=[],
        category="Asiakasajat",
        daily_limit="6",
    )

    found = sheet(small)
    assert text("en", "admin.staff.done.saved", name="Aino A") in page.text
    assert found.professional.name == "Aino A"
    assert small.read(people.unit, found.professional.unit).key == "muualla"
    assert found.professional.languages == (Language.SV,)
    assert not found.professional.bookable
    assert found.services == frozenset()
    assert found.rules.mode is Mode.OPENED_BLOCKS
    assert found.rules.daily_limit == 6
    (line,) = small.read(log.entries, f"professional:{make.AINO}", 9)
    assert (line.what, line.who) == ("set_up", f"staff:{ADMIN}")


async def test_her_colleagues_give_what_they_gave(door: Door):
    await save(door, services=[])

    assert door.small.read(services.givers, door.small.service.id) == {make.BO}


async def test_somebody_of_the_group_is_added_and_may_sign_in(door: Door):
    small = door.small
    in_group(small, AINO, BO, NEW)

    page = await save(door, NEW, name="Uusi Tulija")

    added = small.read(people.professional_by_object_id, NEW)
    assert text("en", "admin.staff.done.added", name="Uusi Tulija") in page.text
    assert added.bookable
    assert small.read(staffing.candidates) == []
    assert added.id in small.read(services.givers, small.service.id)
    today = await door.get("/teams/today", headers=door.staff(oid=NEW))
    assert today.status == 200


@pytest.mark.parametrize("tongue", Language)
async def test_of_a_service_whose_skill_she_lacks_it_is_said_that_she_does_not_give_it(
    door: Door, tongue: Language
):
    small = door.small
    asking = replace(small.service, skills=("Velat", "viittomat"))
    small.write(people.save_service, asking)
    in_group(small, AINO, BO, NEW)
    said = text(
        tongue,
        "admin.staff.unable",
        name="Uusi Tulija",
        service=asking.name.in_(tongue),
        skills="viittomat",
    )

    page = await save(door, NEW, name="Uusi Tulija", skills=["velat"], tongue=tongue)
    able = await save(
        door, NEW, name="Uusi Tulija", skills=["velat, viittomat"], tongue=tongue
    )

    assert said in page.text
    assert said not in able.text


@pytest.mark.parametrize("person", ["x", NEW, "%00", "9" * 3000, AINO + "0"])
async def test_nobody_else_can_be_added(door: Door, person: str):
    before = door.small.read(people.professionals)

    assert (await see(door, f"{HERE}/{person}")).status in {403, 404}
    assert (await save(door, person)).status in {403, 404}
    assert door.small.read(people.professionals) == before


async def test_with_who_has_left_nothing_can_be_booked_whatever_the_form_says(
    door: Door,
):
    in_group(door.small, AINO, BO)
    in_group(door.small, BO)

    await save(door, bookable="yes")

    assert not door.small.aino.bookable


@pytest.mark.parametrize(
    ("changes", "field", "key"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"unit": "nowhere"}, "unit", "not_choice"),
        ({"languages": ["klingon"]}, "languages", "choose_some"),
        ({"language": ""}, "language", "choose_one"),
        ({"daily_limit": "0"}, "daily_limit", "not_limit"),
        ({"daily_limit": "51"}, "daily_limit", "not_limit"),
        ({"daily_limit": "\u0661"}, "daily_limit", "not_limit"),
        ({"daily_limit": "9" * 5000}, "daily_limit", "not_limit"),
        ({"category": "x" * 101}, "category", "too_long"),
    ],
)
async def test_what_is_wrong_is_said_in_its_place_and_nothing_is_lost(
    door: Door, changes: dict[str, object], field: str, key: str
):
    before = sheet(door.small)

    page = await save(door, **({"prefix": "Vapaa"} | changes))

    assert page.status == 422
    assert f'id="e-{field}"' in page.text
    assert 'value="Vapaa"' in page.text
    assert sheet(door.small) == before
    limit = {"too_long": 100, "not_limit": 50}.get(key, "")
    said = text(
        "en",
        f"error.field.{key}",
        label=text("en", f"admin.staff.{field}"),
        limit=limit,
    )
    assert said.replace("\u2013", "").split(":")[0][:12] in page.text.replace(
        "\u2013", ""
    )


async def test_an_old_copy_of_the_form_changes_nothing(door: Door):
    old = sheet(door.small).seen
    await save(door, name="Aino A")
    before = sheet(door.small)

    page = await save(door, name="Aino B", seen=old)

    assert page.status == 409
    assert text("en", "admin.staff.outdated") in page.text
    assert sheet(door.small) == before


def the_file(name: str, *givers: str) -> organisation.Organisation:
    people_ = [{"mail": "a@x.example", "id": AINO, "name": "A"}]
    people_ += [{"mail": "b@x.example", "id": BO, "name": "B"}]
    house = {
        "units": [{"key": "itakatu", "name": {"fi": "I"}, "phone": "029 123 4500"}],
        "professionals": [
            {"mail": mail, "unit": "itakatu", "languages": ["fi"], "name": name}
            for mail in ("a@x.example", "b@x.example")
        ],
        "services": [
            {
                "key": "guidance",
                "name": {"fi": "G"},
                "minutes": 45,
                "modalities": ["remote"],
                "givers": list(givers),
            }
        ],
    }
    return organisation.parse(house, people_)


async def test_the_file_does_not_undo_what_was_changed_in_the_tab(door: Door):
    small = door.small
    await save(door, name="From the tab", services=[], daily_limit="3")
    before = sheet(small)
    file = the_file("From the file", "a@x.example", "b@x.example")

    done = small.write(organisation.put, file, small.now)

    assert done.kept == ["From the tab"]
    assert sheet(small) == before
    assert sheet(small, BO).professional.name == "From the file"
    assert small.read(services.givers, small.service.id) == {make.BO}


async def test_what_she_was_given_in_the_tab_she_gives_after_the_file_too(door: Door):
    small = door.small
    await save(door, services=["guidance"])

    small.write(organisation.put, the_file("F", "b@x.example"), small.now)

    assert small.read(services.givers, small.service.id) == {make.AINO, make.BO}


async def test_the_file_may_be_told_to_undo_it(door: Door):
    small = door.small
    await save(door, name="From the tab", services=[])

    file = the_file("From the file", "a@x.example")
    done = small.write(organisation.put, file, small.now, over=True)

    assert done.kept == []
    assert sheet(small).professional.name == "From the file"
    assert small.read(services.givers, small.service.id) == {make.AINO}
    assert small.write(organisation.put, the_file("G"), small.now).kept == []


@pytest.mark.parametrize("way", ["tab", "group"])
async def test_the_card_of_what_she_offered_follows_her_being_taken_out_of_booking(
    door: Door, way: str
):
    small = door.small
    in_group(small, AINO, BO)
    offer = small.offer(24, 26, wants_card=True)
    await small.settle_down()

    if way == "tab":
        await save(door, bookable="")
    else:
        small.write(groups.add_member, groups.BESIDE, AINO, "Aino")
        in_group(small, BO)
    await small.settle_down()

    assert not small.aino.bookable
    looked = [each.key for each in small.owed("offer_cards")]
    assert f"offer_cards:{offer.id}" in looked
    if way == "tab":
        lost = plural("fi", "cards.offer.none_left_title", 2)
        assert {title(small.chat.card(at)) for at in range(2)} == {lost}
    page = await door.get(
        f"/o/{small.links.token(LinkKind.OFFER, offer.link, 0)}?lang=fi"
    )
    assert plural("fi", "page.offer.only_these", 2) in page.text
    assert slot(24) not in page.text

    if way == "tab":
        await save(door)
        await small.settle_down()
        assert title(small.chat.card(0)) == plural("fi", "cards.offer.open", 2)


async def test_the_file_does_not_open_who_has_left(door: Door):
    in_group(door.small, AINO, BO)
    in_group(door.small, BO)

    door.small.write(organisation.put, the_file("F", "a@x.example"), door.small.now)

    assert not door.small.aino.bookable


async def test_the_file_does_not_open_whom_her_groups_took_out_of_booking(door: Door):
    small = door.small
    small.write(people.save_professional, make.a_professional(bookable=False))
    small.write(groups.add_member, groups.BESIDE, AINO, "Aino")

    small.write(organisation.put, the_file("F", "a@x.example"), small.now)

    assert not small.aino.bookable
    page = await see(door, f"{HERE}/{AINO}")
    assert text("en", "admin.staff.beside") in unescape(page.text)


async def test_her_skills_are_set_and_a_service_she_lacks_one_for_stays_hers(
    door: Door,
):
    small = door.small
    await save(door, skills="Viittomakieli")
    assert small.aino.skills == ("Viittomakieli",)
    asking = replace(small.service, skills=("Velkaneuvonta",))
    small.write(services.save_service, asking)

    page = await see(door, f"{HERE}/{AINO}")
    await save(door, skills="")

    known = text("en", "admin.staff.skills.asked", skills="Velkaneuvonta")
    assert known in page.text
    assert 'value="guidance" checked' in page.text
    assert small.aino.skills == ()
    assert make.AINO in small.read(services.givers, small.service.id)
    assert small.read(people.services_of, make.AINO) == []


async def test_too_many_skills_are_said_in_their_place(door: Door):
    page = await save(door, skills=",".join(f"taito {n}" for n in range(21)))

    assert page.status == 422
    assert "taito 20" in page.text
    assert door.small.aino.skills == ()


async def test_a_form_sent_twice_adds_her_once_and_says_so_both_times(door: Door):
    in_group(door.small, AINO, BO, NEW)
    new = sheet(door.small, NEW).seen

    first = await save(door, NEW, name="Uusi Tulija", seen=new)
    again = await save(door, NEW, name="Uusi Tulija", seen=new)
    other = await save(door, NEW, name="Toinen Nimi", seen=new)

    said = text("en", "admin.staff.done.added", name="Uusi Tulija")
    assert said in first.text
    assert (again.status, other.status) == (200, 409)
    assert said in again.text
    added = sheet(door.small, NEW)
    subject = f"professional:{added.professional.id}"
    assert added.professional.name == "Uusi Tulija"
    assert [each.what for each in door.small.read(log.entries, subject, 9)] == ["add"]


async def test_a_change_sent_twice_is_made_once_and_what_a_colleague_made_stays(
    door: Door,
):
    old = sheet(door.small).seen

    await save(door, name="Aino A", daily_limit="6", seen=old)
    again = await save(door, name="Aino A", daily_limit="6", seen=old)
    other = await save(door, name="Aino A", daily_limit="7", seen=old)

    assert text("en", "admin.staff.done.saved", name="Aino A") in again.text
    assert (again.status, other.status) == (200, 409)
    assert sheet(door.small).rules.daily_limit == 6


async def test_her_unit_is_chosen_where_a_group_says_it_and_else_by_the_admin(
    door: Door,
):
    small = door.small
    in_group(small, AINO, BO, NEW)

    unsaid = await see(door, f"{HERE}/{NEW}")
    far = small.read(people.unit, small.read(people.units)[-1].id)
    grouped = replace(far, groups=Groups(supervisors="g-far"))
    small.write(people.save_unit, grouped)
    small.write(groups.save_members, "g-far", {NEW: "Uusi Tulija"})
    said = await see(door, f"{HERE}/{NEW}")

    choose = text("en", "admin.staff.unit.choose")
    assert f'<option value="">{choose}</option>' in unsaid.text
    assert f'value="{small.read(people.units)[0].key}" selected' not in unsaid.text
    assert f'<option value="{far.key}" selected>' in said.text
    assert choose not in said.text
