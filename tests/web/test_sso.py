"""Signing in to the tab: what proves nobody, and when nobody can be proven."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from teams_app.web.staff import SIGN_IN
from tests.bot.channel import epoch
from tests.support.octets import ODD_TOKENS, status_of
from tests.web.conftest import KEY, Door


@pytest.mark.parametrize("odd", ODD_TOKENS.values(), ids=ODD_TOKENS)
async def test_what_is_no_token_proves_nobody(door: Door, odd: bytes):
    url = door._server.make_url("")

    assert await status_of(url, "GET", "/teams/today", odd) == 401


async def seen_with(door: Door, document: Any) -> int:
    """Let the authority serve this as its keys; gives the status of her tab."""

    async def keys(_: web.Request) -> web.Response:
        return web.json_response(document)

    app = web.Application()
    app.router.add_get("/keys", keys)
    async with TestServer(app) as server:
        door._server.app[SIGN_IN].keys._url = str(server.make_url("/keys"))
        answer = await door.get("/teams/today", headers=door.staff())
    return answer.status


@pytest.mark.parametrize(
    "document",
    [[], {"keys": [5]}, {"keys": [{"kty": "RSA", "kid": "k1"}]}, {"keys": None}],
    ids=str,
)
async def test_an_authority_that_talks_nonsense_is_one_that_is_away(
    door: Door, document: Any
):
    assert await seen_with(door, document) == 503


async def test_a_bad_key_of_the_authority_hides_no_good_one(door: Door):
    bad = {"kty": "RSA", "kid": "x", "n": "!!", "e": "AQAB"}

    assert await seen_with(door, {"keys": [bad, KEY.public()]}) == 200


@pytest.mark.parametrize("skew", [45, -240])
async def test_a_token_dated_by_another_clock_signs_in(door: Door, skew: int):
    now = int(epoch()) + skew
    dated = {"iat": now, "nbf": now, "exp": now + 3600}

    answer = await door.get("/teams/today", headers=door.staff(**dated))

    assert answer.status == 200
