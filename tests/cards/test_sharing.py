"""What is put into a chat says nothing of a client, and is known to an old Teams."""

from typing import Any

import pytest
from playwright.async_api import Page

import cards
from booking.model import Language
from booking.views.sharing import FoundAppointment
from cards import verbs
from tests.cards import samples, sharing
from tests.cards.pieces import CLIENT
from tests.cards.test_accepted import PARSER
from tests.cards.test_cards import nodes, of_type

#: Parses cards as a client of version 1.3 does and says what it did not know.
PARSE = """
cards => cards.map(json => {
  const context = new AdaptiveCards.SerializationContext(
    new AdaptiveCards.Version(1, 3));
  new AdaptiveCards.AdaptiveCard().parse(json, context);
  const said = [];
  for (let i = 0; i < context.eventCount; i++)
    said.push(context.getEventAt(i).message);
  return said.filter((one) => !/property "lang"/.test(one));
})
"""
SHARED = [name for name in samples.NAMES if name.startswith("shared.")]
DIALOGS = [name for name in samples.NAMES if name.startswith("dialog.")]


async def unknown_to_the_old(page: Page, drawn: list[Any]) -> list[str]:
    await page.set_content("<!doctype html><title>cards</title>")
    await page.add_script_tag(path=str(PARSER))
    found: list[list[str]] = await page.evaluate(PARSE, drawn)
    return [one for each in found for one in each]


async def test_a_card_for_a_chat_holds_nothing_that_an_old_teams_does_not_know(
    page: Page,
) -> None:
    drawn = [samples.card(name, Language.FI) for name in SHARED]

    assert await unknown_to_the_old(page, drawn) == []
    planted = {**drawn[0], "body": [{"type": "Table", "columns": [], "rows": []}]}
    assert await unknown_to_the_old(page, [planted]) != []


@pytest.mark.parametrize("language", Language)
def test_a_card_for_a_chat_names_no_client_and_presses_nothing_of_the_bots(
    language: Language,
) -> None:
    for name in SHARED:
        card = samples.card(name, language)

        assert "Maija" not in str(card)
        assert of_type(card, "Action.Execute") == []
        sent = {each["verb"] for each in nodes(card) if "verb" in each}
        assert sent <= {verbs.COLLEAGUE_FORM}
    assert not list(of_type(samples.card("shared.secret", language), "ActionSet"))


def test_whom_it_is_for_stands_in_the_list_alone() -> None:
    found = FoundAppointment(CLIENT, sharing.appointment(Language.FI))

    result = cards.found_appointment(found)

    assert result.title == CLIENT
    assert CLIENT not in str(result.card)
    assert "Aino" not in str(result.card)


def test_a_preview_holds_no_markup() -> None:
    result = cards.shared_times(sharing.times(Language.FI, service="<b>Ohjaus</b>"))

    (attachment,) = cards.results([result])["composeExtension"]["attachments"]

    assert "<" not in str(attachment["preview"])


def test_a_dialog_knows_no_button_but_a_submit() -> None:
    for name in DIALOGS:
        card = samples.card(name, Language.FI)

        kinds = {
            each["type"] for each in nodes(card) if "Action." in str(each.get("type"))
        }
        assert kinds <= {"Action.Submit", "Action.OpenUrl", "Action.ShowCard"}, name
