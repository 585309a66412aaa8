"""What the tab's form for booking says beside its fields."""

import re
from html import unescape

import pytest

from booking.wording import text
from tests import make
from tests.support.small_world import SUPERVISOR
from tests.web.client import slot
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
