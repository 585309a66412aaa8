"""What the tab's form for booking says beside its fields."""

import json
import re
from html import unescape

import pytest

from booking.wording import text
from tests import make
from tests.support.small_world import SUPERVISOR
from tests.web.client import choose, confirm, fill_in, only, slot
from tests.web.conftest import Door
from tests.web.test_tab import FORM, press

AINO = make.a_professional().object_id


async def test_a_missing_name_is_said_to_be_the_clients(door: Door):
    answer = await press(door, "/teams/book", slot(24), **(FORM | {"name": ""}))

    assert f'href="#f-name">{text("en", "error.field.client_name")}' in unescape(
        answer.text
    )


@pytest.mark.parametrize("who", [AINO, SUPERVISOR])
async def test_what_a_professional_does_not_speak_is_hinted_at_and_bars_nothing(
    door: Door, who: str
):
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    page = await door.get("/teams/book?professional=1", headers=headers)
    form = unescape(page.text)

    shown = re.findall(r'class="hint unspoken in-(\w+)">([^<]+)', form)
    key, name = ("cards.times.unspoken", "")
    if who != AINO:
        key, name = ("cards.times.unspoken.by", "Aino Aalto")
    assert shown == [("sv", text("en", key, tongue="Swedish", name=name))]
    booked = await press(door, "/teams/book", slot(24), **(FORM | {"language": "sv"}))
    assert booked.status == 200


@pytest.mark.parametrize(("tongue", "hinted"), [("sv", True), ("en", False)])
async def test_a_client_who_chooses_a_language_not_spoken_is_hinted_and_so_is_staff(
    door: Door, tongue: str, *, hinted: bool
):
    small = door.small
    filled = await fill_in(door, await choose(door), language=tongue)

    check = unescape((await door.get(filled.location)).text)
    booked = await confirm(door, filled.location)
    await small.settle_down()

    name = text("en", f"cards.language.{tongue}")
    assert (text("en", "page.check.unspoken", tongue=name) in check) is hinted
    assert booked.status == 303
    card = json.dumps(small.chat.card(0), ensure_ascii=False)
    spoken = text(
        "fi", "cards.appointment.spoken", tongue=text("fi", f"cards.language.{tongue}")
    )
    hint = text("fi", "cards.appointment.unspoken")
    assert (f"{spoken} {hint}" in card) is hinted
    headers = door.staff(oid=AINO) | {"Accept-Language": "en"}
    path = f"/teams/appointment/{only(small).reference}"
    page = unescape((await door.get(path, headers=headers)).text)
    assert (text("en", "cards.appointment.unspoken") in page) is hinted


async def test_of_whom_a_client_may_not_know_no_languages_are_said(door: Door):
    door.decide(names_professional=False)
    filled = await fill_in(door, await choose(door), language="sv")

    check = unescape((await door.get(filled.location)).text)

    assert text("en", "page.check.unspoken", tongue="Swedish") not in check
