"""A form begun on a card in the chat, and gone on with in the tab."""

import re
from urllib.parse import unquote

from cards import verbs
from tests.bot.talk import AINO, BO, Talk, nodes
from tests.bot.talk import FORM as CARD_FORM
from tests.web.client import only, slot
from tests.web.conftest import Door
from tests.web.test_tab import FORM, press, see

OPEN = "Action.OpenUrl"


async def test_a_form_begun_on_a_card_goes_on_in_the_tab_and_makes_one_thing(
    door: Door,
):
    small = door.small
    talk = Talk(small)
    typed = CARD_FORM | {"request": "request-1", "client_phone": "040 123 4567"}
    card = await talk.card(verbs.BOOK_TIMES, typed)
    urls = [each["url"] for each in nodes(card) if each.get("type") == OPEN]
    assert urls == [small.policy.form_url("request-1")]
    assert not any(value in unquote(urls[0]) for value in ("Maija", "maija", "040"))

    shown = (await see(door, "/teams/book?form=request-1")).text

    for value in ("Maija Meri", "maija@client.example", "040 123 4567", "request-1"):
        assert f'value="{value}"' in shown, value
    assert re.search(r'name="language" value="fi"[^>]* checked', shown)
    assert re.search(r'value="remote"[^>]* checked', shown)
    await press(door, "/teams/book", slot(24), **FORM | {"request": "request-1"})
    booked = only(small)
    again = await talk.card(verbs.BOOK_NOW, typed | {verbs.SLOT: slot(26)})
    assert booked.reference in str(again)
    assert only(small) == booked


async def test_a_form_with_a_wish_opens_in_the_tab_on_the_day_wished_for(door: Door):
    typed = CARD_FORM | {"request": "request-1", verbs.WISH: "2026-11-26T10:00"}
    await Talk(door.small).card(verbs.BOOK_TIMES, typed)

    wished = (await see(door, "/teams/book?form=request-1")).text

    assert slot(74) in wished  # Thursday at noon, as here.
    assert slot(26) not in wished


async def test_a_form_of_somebody_else_is_an_empty_one(door: Door):
    typed = CARD_FORM | {"request": "request-1"}
    await Talk(door.small).card(verbs.BOOK_TIMES, typed)

    for who, request in ((BO, "request-1"), (AINO, "another-1")):
        headers = door.staff(oid=who)
        shown = await door.get(f"/teams/book?form={request}", headers=headers)
        assert shown.status == 200
        assert "Maija" not in shown.text
        assert f'value="{request}"' not in shown.text
