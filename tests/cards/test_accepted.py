"""Every card is accepted: by the official schema, and by Microsoft's own parser.

Each sees what the other misses: the schema a misspelt property, the parser an
enumeration that leaked. Faults are planted to prove that both still look.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from playwright.async_api import Page

from booking.model import Language
from tests.cards import samples

TESTS = Path(__file__).parents[1]
SCHEMA = TESTS / "vendor_schemas/adaptive-card-1.5/adaptive-card.json"
FACES = TESTS.parent / "dev_tenant/faces/static"
PARSER = FACES / "vendor/adaptivecards-3.0.6/adaptivecards.min.js"

#: Parses cards as a client of version 1.5 does and gives what it had to say of each.
PARSE = """
cards => cards.map(json => {
  const parsed = new AdaptiveCards.AdaptiveCard();
  const context = new AdaptiveCards.SerializationContext(
    new AdaptiveCards.Version(1, 5));
  parsed.parse(json, context);
  const said = [];
  for (let i = 0; i < context.eventCount; i++)
    said.push(context.getEventAt(i).message);
  for (const event of parsed.validateProperties().validationEvents)
    said.push(event.message);
  return said;
})
"""


#: The parser matches `lang` with a pattern that remembers where it stopped, so that
#: every second card is told that a good language is wrong.
QUIRK = re.compile(r'Invalid value "(fi|sv|en)" for property "lang"\.')


@pytest.fixture(scope="module")
def schema() -> jsonschema.protocols.Validator:
    document = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft6Validator.check_schema(document)
    return jsonschema.Draft6Validator(document)


async def parsed(page: Page, *cards: dict[str, Any]) -> list[list[str]]:
    await page.set_content("<!doctype html><title>cards</title>")
    await page.add_script_tag(path=str(PARSER))
    said: list[list[str]] = await page.evaluate(PARSE, list(cards))
    return [[one for one in each if not QUIRK.fullmatch(one)] for each in said]


def test_the_schema_accepts_every_card(
    schema: jsonschema.protocols.Validator, *, full: bool
) -> None:
    """The language goes round from card to card: its words are nothing to a schema."""
    tongues = tuple(Language)
    some = [
        (name, samples.card(name, tongues[at % len(tongues)]))
        for at, name in enumerate(samples.NAMES)
    ]
    refused = {
        name: error.message[:300]
        for name, card in (samples.everything() if full else some)
        for error in schema.iter_errors(card)
    }

    assert refused == {}


async def test_the_parser_accepts_every_card(page: Page) -> None:
    named = samples.everything()

    said = await parsed(page, *[card for _, card in named])

    assert {name: one for (name, _), one in zip(named, said, strict=True) if one} == {}


def _misspelt(card: dict[str, Any]) -> None:
    card["body"][0]["bleeed"] = True


def _unknown(card: dict[str, Any]) -> None:
    card["body"].append({"type": "Badge", "text": "new"})


def _leaked(card: dict[str, Any]) -> None:
    card["body"][0]["items"][0]["weight"] = "FontWeight.BOLDER"


def _nameless(card: dict[str, Any]) -> None:
    entry = next(one for one in card["body"] if one["type"] == "Input.Text")
    del entry["id"]


@pytest.mark.parametrize("plant", [_misspelt, _unknown, _nameless])
def test_the_schema_refuses(schema: jsonschema.protocols.Validator, plant: Any) -> None:
    card = copy.deepcopy(samples.card("book", Language.FI))
    assert schema.is_valid(card)

    plant(card)

    assert not schema.is_valid(card)


@pytest.mark.parametrize("plant", [_unknown, _leaked, _nameless])
async def test_the_parser_refuses(page: Page, plant: Any) -> None:
    card = copy.deepcopy(samples.card("book", Language.FI))
    plant(card)

    assert (await parsed(page, card))[0]
