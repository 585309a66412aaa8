"""From settings to the parts: what a list with commas becomes."""

import aiohttp
import pytest

from teams_app.main import choices
from teams_app.settings import Settings

TOKENS = choices.tokens_of(Settings(managed_identity=True))


@pytest.mark.parametrize(
    "given",
    [
        "https://one.example/,https://two.example/teams/",
        " https://one.example/ , https://two.example/teams/ ,",
    ],
)
async def test_the_bots_token_goes_to_what_is_named_and_nowhere_else(given: str):
    made = Settings(client_id="app", bot_service_urls=given)
    async with aiohttp.ClientSession() as session:
        connector = choices.connector_of(made, session, TOKENS)

    places = connector._endpoints
    assert places.service_urls == ("https://one.example/", "https://two.example/teams/")
    assert places.allow("https://two.example/teams/x")
    assert not places.allow("https://evil.example/")
