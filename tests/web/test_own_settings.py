"""The view *Settings*, through HTTP: each section saved by itself, errors in place."""

import html
import re

import pytest

from booking.model import Language, Modality
from booking.own_settings import Own, Section
from booking.wording import text
from teams_app.store import log, people
from tests import make
from tests.support.small_world import SUPERVISOR
from tests.web.conftest import Answer, Door

AINO = make.a_professional().object_id
HERE = "/teams/settings"
DAYS = {f"day_{n}": "yes" for n in range(5)}
SOUND: dict[str, dict[str, str]] = {
    "hours": {**DAYS, "start_0": "09:00", "end_0": "15:00", "start_1": "", "end_1": ""},
    "ways": {"way_remote": "yes", "before_remote": "5", "after_remote": "15"},
    "languages": {"languages": "sv"},
    "daily_limit": {"daily_limit": "4"},
    "opens": {"mode": "opened_blocks", "category": "Asiakasajat", "prefix": ""},
    "cards": {"card_reminder": "yes", "language": "en"},
}


def said(key: str, **values: object) -> str:
    return text(Language.EN, key, **values)


async def see(door: Door, who: str = AINO) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(HERE, headers=headers)


def stamps(page: Answer) -> dict[str, str]:
    pairs = re.findall(r'name="section" value="(\w+)".*?value="(\w+)"', page.text)
    return dict(pairs)


async def send(
    door: Door, section: str, stamp: str | None = None, **fields: str
) -> Answer:
    if stamp is None:
        stamp = stamps(await see(door)).get(section, "")
    headers = door.staff(oid=AINO) | {"Accept-Language": "en"}
    data = {"section": section, "stamp": stamp, "act": "save"} | fields
    return await door.ask("POST", HERE, data=data, headers=headers)


def own(door: Door) -> Own:
    return Own.read(door.small.read(people.own_settings, make.AINO))


@pytest.mark.parametrize("section", SOUND)
async def test_each_section_is_saved_by_itself_and_logged(door: Door, section: str):
    answer = await send(door, section, **SOUND[section])

    assert answer.status == 200
    assert said("own.done.saved") in answer.text
    assert own(door).set_ == {Section(section)}
    (entry,) = door.small.read(log.entries, f"professional:{make.AINO}", 9)
    assert (entry.who, entry.what) == (f"staff:{AINO}", f"set_{section}")


WRONG = [
    ("hours", {**DAYS, "start_0": "16:00", "end_0": "09:00"}, "end_0", "own_backwards"),
    ("hours", {**DAYS, "start_0": "06:00", "end_0": "09:00"}, "start_0", "own_outside"),
    ("hours", {**DAYS, "start_0": "09:00", "end_0": "17:30"}, "end_0", "own_outside"),
    ("hours", {**DAYS, "start_0": "09:00", "end_0": ""}, "end_0", "own_half"),
    ("hours", {**DAYS, "start_0": "9", "end_0": "12:00"}, "start_0", "own_half"),
    ("hours", {}, "day_0", "own_no_day"),
    ("ways", {"before_remote": "5"}, "way_in_person", "own_no_way"),
    (
        "ways",
        {"way_remote": "yes", "after_remote": "245"},
        "after_remote",
        "own_minutes",
    ),
    ("ways", {"way_remote": "yes", "after_remote": "7"}, "after_remote", "own_minutes"),
    (
        "ways",
        {"way_remote": "yes", "after_remote": "-5"},
        "after_remote",
        "own_minutes",
    ),
    ("languages", {"languages": "xx"}, "languages", "choose_some"),
    ("daily_limit", {"daily_limit": "0"}, "daily_limit", "own_limit"),
    ("daily_limit", {"daily_limit": "٣"}, "daily_limit", "own_limit"),
    ("opens", {"mode": "opened_blocks"}, "category", "own_no_mark"),
    ("opens", {"mode": "opened_blocks", "prefix": "v" * 101}, "prefix", "too_long"),
    ("opens", {"mode": "x"}, "mode", "choose_one"),
    ("cards", {"language": "xx"}, "language", "choose_one"),
]


@pytest.mark.parametrize(("section", "typed", "field", "problem"), WRONG)
async def test_what_is_wrong_is_said_in_its_place_and_nothing_is_saved(
    door: Door, section: str, typed: dict[str, str], field: str, problem: str
):
    answer = await send(door, section, **typed)

    assert answer.status == 422
    assert f'href="#f-{field}"' in answer.text
    begin = html.unescape(answer.text).partition(f'id="own-{section}"')[2]
    words = said(f"error.field.{problem}", label="\0", limit="\0").split("\0")
    assert max(words, key=len) in begin.partition("</section>")[0]
    assert own(door).set_ == frozenset()
    for name in ("start_0", "end_0", "after_remote", "prefix"):
        if typed.get(name):
            assert f'value="{typed[name]}"' in answer.text


async def test_a_page_opened_before_a_change_changes_nothing(door: Door):
    old = stamps(await see(door))["daily_limit"]
    await send(door, "daily_limit", daily_limit="4")

    answer = await send(door, "daily_limit", old, daily_limit="9")

    assert answer.status == 409
    assert said("own.outdated") in answer.text
    assert 'value="9"' in answer.text
    assert own(door).daily_limit == 4
    twice = await send(door, "daily_limit", old, daily_limit="4")
    assert twice.status == 200


async def test_what_her_unit_has_fixed_is_shown_and_not_hers(door: Door):
    unit = make.replace(make.a_unit(), fixed=frozenset({"daily_limit", "hours"}))
    await send(door, "daily_limit", daily_limit="4")
    door.small.write(people.save_unit, unit)

    page = await see(door)
    answer = await send(door, "daily_limit", daily_limit="9")

    assert page.text.count("disabled") == 2
    assert set(stamps(page)) == {"ways", "opens", "languages", "cards"}
    assert answer.status == 403
    assert own(door).daily_limit == 4


async def test_the_organisations_setting_is_had_back(door: Door):
    await send(door, "daily_limit", daily_limit="4")

    answer = await send(door, "daily_limit", act="reset")

    assert said("own.done.reset") in answer.text
    assert own(door).set_ == frozenset()


@pytest.mark.parametrize("section", ["", "x", "services"])
async def test_a_section_that_there_is_not_is_refused(door: Door, section: str):
    assert (await send(door, section)).status == 422


async def test_who_meets_no_clients_has_no_settings(door: Door):
    page = await see(door, SUPERVISOR)

    assert said("own.title") not in page.text
    assert HERE not in page.text


async def test_the_services_are_shown_with_who_decides_on_them(door: Door):
    page = await see(door)

    service = door.small.service
    assert service.name.en in page.text
    assert said("own.services.who", unit=make.a_unit().name.en) in page.text
    assert set(service.modalities) <= set(Modality)
