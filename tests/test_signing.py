"""Keys of others: asked for once in a while, whatever their server makes of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from teams_app.signing import Keys, KeysUnreachable
from tests.bot.channel import SigningKey

GOOD = SigningKey("good")


class Published:
    """A server of keys that counts, and serves what a test puts there."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.document: Any = {"keys": [GOOD.public()]}
        self.away = False
        self.asked = 0
        self.at = 1000.0
        self.url = ""

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(0.3 if self.away else 0)  # noqa: TID251  slow is the test
        return web.json_response(self.document)

    def keys(self, **options: Any) -> Keys:
        return Keys(self.session, self.url, **({"clock": lambda: self.at} | options))


@pytest_asyncio.fixture(loop_scope="session")
async def published() -> AsyncIterator[Published]:
    async with aiohttp.ClientSession() as session:
        made = Published(session)
        app = web.Application()
        app.router.add_get("/keys", made.answer)
        async with TestServer(app) as server:
            made.url = str(server.make_url("/keys"))
            yield made


async def test_the_address_may_be_of_the_keys_themselves(published: Published):
    assert await published.keys().get("good")
    assert published.asked == 1


async def test_however_many_wait_their_server_is_asked_once(published: Published):
    """One after the other, each would wait for all before it."""
    published.away = True
    keys = published.keys(patience_seconds=0.1)

    found = await asyncio.gather(
        *(keys.get("good") for _ in range(4)), return_exceptions=True
    )

    assert [type(each) for each in found] == [KeysUnreachable] * 4
    assert published.asked == 1


async def test_a_server_that_was_away_is_asked_again_once_it_has_cooled(
    published: Published,
):
    published.away = True
    keys = published.keys(patience_seconds=0.1)
    with pytest.raises(KeysUnreachable):
        await keys.get("good")
    published.away = False

    with pytest.raises(KeysUnreachable):
        await keys.get("good")
    published.at += 31

    assert await keys.get("good")


BAD = [
    {"kty": "RSA", "kid": "x"},
    {"kty": "RSA", "kid": "x", "n": "!!", "e": "AQAB"},
    {"kty": "RSA", "kid": "x", "n": 5, "e": []},
    {"kty": "oct", "kid": "x", "k": "c2VjcmV0"},
    GOOD.public() | {"kid": "x", "endorsements": 7},
    {name: value for name, value in GOOD.public().items() if name != "kid"},
    {},
    5,
    None,
]


async def test_bad_keys_hide_no_good_one(published: Published):
    published.document = {"keys": [*BAD, GOOD.public(), *BAD]}
    keys = published.keys()

    assert await keys.get("good")
    assert await keys.get("x") is None


NONSENSE = [None, 5, "keys", [], {}, {"keys": 5}, {"keys": None}, {"jwks_uri": 5}]


@pytest.mark.parametrize(
    "document",
    [*NONSENSE, {"keys": []}, {"keys": BAD}],
    ids=[*map(str, NONSENSE), "none", "bad ones alone"],
)
async def test_without_one_good_key_nothing_can_be_proven(
    published: Published, document: Any
):
    published.document = document

    with pytest.raises(KeysUnreachable):
        await published.keys().get("good")


async def test_what_is_known_outlives_a_document_of_nonsense(published: Published):
    keys = published.keys()
    await keys.get("good")
    published.document = {"keys": []}
    published.at += 2 * 3600

    assert await keys.get("good")
    assert published.asked == 2
